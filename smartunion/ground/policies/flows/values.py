"""Entering what holds, and withdrawing what was entered by mistake."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.policies import rules
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.policies.parameters import PARAMETERS


@transaction.atomic
def enter_value(
    *,
    actor: Actor,
    key: str,
    path: str,
    text: str,
    valid_from: date,
    valid_to: date | None,
    source: str,
    at: datetime,
) -> PolicyValue:
    """Enter what holds for a parameter in a subtree from a day, and until a day if it is known.

    text: as typed; checked by the parameter's kind. source: document and number, always needed.
    Raises NotAllowed outside the actor's reach, InvalidInput for a value, period or source that cannot be,
    or when a value for the same day stands already (withdraw that one first). KeyError for an unknown parameter.
    """
    actor.check_can("policies.edit", path=path)
    parameter = PARAMETERS[key]
    value = rules.parse(
        parameter.type, text, minimum=parameter.minimum, maximum=parameter.maximum, choices=parameter.choices
    )
    _check_period(valid_from, valid_to)
    if len(source.strip()) < 4:
        raise InvalidInput(
            _("Every rule needs its source."), field="source",
            remedy=_("Name the document and its number, or the meeting and its date."),
        )  # fmt: skip
    row = PolicyValue(
        key=key, path=path, value=rules.to_json(value), valid_from=valid_from, valid_to=valid_to,
        source=source.strip()[:300], created_at=at, user_id=actor.user_id, actor_name=actor.name[:80],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise InvalidInput(
            _("A value that holds from this day was entered already."), field="valid_from",
            remedy=_("Withdraw that one first if it was a mistake, or choose another day."),
        ) from None  # fmt: skip
    audit.record(
        actor, "policies.value_entered", row, at=at,
        data={"key": key, "path": path, "value": row.value, "from": valid_from.isoformat()},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_value(*, actor: Actor, value_id: int, reason: str, at: datetime) -> PolicyValue:
    """Take back a value entered by mistake; what held before holds again. The row stays, with the reason.

    Raises NotVisible, NotAllowed, InvalidInput without a reason, StaleState when it was withdrawn already.
    """
    row = get_visible(PolicyValue.objects.visible_to(actor), value_id)
    actor.check_can("policies.edit", path=row.path)
    if len(reason.strip()) < 2:
        raise InvalidInput(_("Say why this value was a mistake."), field="reason")
    moved = PolicyValue.objects.filter(pk=row.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=actor.user_id, withdrawn_reason=reason.strip()[:200]
    )
    if moved != 1:
        raise StaleState
    audit.record(
        actor, "policies.value_withdrawn", row, at=at, reason=reason, data={"key": row.key, "path": row.path}
    )
    row.refresh_from_db()
    return row


def _check_period(valid_from: date, valid_to: date | None) -> None:
    if not 1990 <= valid_from.year <= 2100:
        raise InvalidInput(
            _("The first day lies outside the years 1990 to 2100. Check the year."), field="valid_from"
        )
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput(
            _("The last day must lie after the first."), field="valid_to",
            remedy=_("Leave it empty if the end is not known."),
        )  # fmt: skip
