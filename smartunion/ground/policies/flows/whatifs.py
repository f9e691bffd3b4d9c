"""Asking a what-if, and keeping what came out."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs.flows import enqueue
from smartunion.ground.policies import rules, service
from smartunion.ground.policies.models import Counting
from smartunion.ground.policies.parameters import PARAMETERS, Parameter
from smartunion.ground.policies.whatif import SAMPLE, WHATIFS, WhatIf, WhatIfResult

COUNT = "policies.count"
MOST_YEARS = 10


def settable(question: WhatIf) -> dict[str, Parameter]:
    """Key → what may be set otherwise: parameters first, then the question's own terms, in its order."""
    return {key: PARAMETERS[key] for key in question.parameters} | {one.key: one for one in question.terms}


@transaction.atomic
def ask_whatif(
    *, actor: Actor, key: str, path: str, since: date, until: date, given: Mapping[str, str], at: datetime
) -> Counting:
    """Have it counted in the background: [since, until) in the subtree; given: key → text as typed, empty: unchanged.

    Raises KeyError for an unknown question; NotAllowed outside the actor's reach; InvalidInput (field: the key, since,
    until) for a value out of bounds, a period that cannot be, or when nothing was set otherwise.
    """
    question = WHATIFS[key]
    actor.check_can(question.permission, path=path)
    _check_period(since, until)
    parameters = settable(question)
    typed = {name: _typed(parameters[name], text) for name, text in given.items() if text.strip()}
    if not typed:
        raise InvalidInput(
            _("Nothing is set otherwise, so nothing would change."),
            remedy=_("Write at least one other value."),
        )
    held = {
        name: parameter.default if name not in PARAMETERS else service.value(name, path=path, on=until)
        for name, parameter in parameters.items() if name in typed
    }  # fmt: skip
    row = Counting.objects.create(
        key=key, path=path, since=since, until=until, user_id=actor.user_id, actor_name=actor.name[:80], created_at=at,
        given={name: rules.to_json(value) for name, value in typed.items()},
        held={name: rules.to_json(value) for name, value in held.items()},
    )  # fmt: skip
    job = enqueue(
        actor=actor, kind=COUNT, title=str(question.label), payload={"counting": row.pk}, at=at,
        queue_key=f"{COUNT}:{actor.user_id}",
    )  # fmt: skip
    row.job_id = job.pk
    row.save(update_fields=["job_id"])
    audit.record(
        actor, "policies.whatif_asked", row, at=at, data={"key": key, "path": path, "given": row.given}
    )
    return row


def keep_result(*, counting_id: int, result: WhatIfResult, at: datetime) -> bool:
    """Write what came out, once; False when it stands already (the job ran twice)."""
    return (
        Counting.objects.filter(pk=counting_id, finished_at=None).update(
            finished_at=at, counted=result.counted, changed=result.changed,
            lines=[[str(one.label), _number(one.before), _number(one.after), str(one.unit)] for one in result.lines],
            sample=[[str(one.what), str(one.before), str(one.after)] for one in result.sample[:SAMPLE]],
        ) == 1
    )  # fmt: skip


def _typed(parameter: Parameter, text: str) -> Any:
    try:
        return rules.parse(
            parameter.type, text, minimum=parameter.minimum, maximum=parameter.maximum, choices=parameter.choices
        )  # fmt: skip
    except InvalidInput as wrong:
        raise InvalidInput(str(wrong), field=parameter.key) from None


def _check_period(since: date, until: date) -> None:
    if not 1990 <= since.year <= 2100:
        raise InvalidInput(
            _("The first day lies outside the years 1990 to 2100. Check the year."), field="since"
        )
    if until <= since:
        raise InvalidInput(_("The last day must lie after the first."), field="until")
    if until.year - since.year > MOST_YEARS:
        raise InvalidInput(
            _("At most %(n)s years are counted at once.") % {"n": MOST_YEARS}, field="since",
            remedy=_("Choose a shorter period."),
        )  # fmt: skip


def _number(value: int | Decimal) -> int | str:
    return str(value) if isinstance(value, Decimal) else value
