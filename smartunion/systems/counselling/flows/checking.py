"""Self-checks kept for her who took them: sealed, read by nobody else, not even by her counsellor unless she sends it along."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.reading import get_visible
from smartunion.systems.counselling import rules
from smartunion.systems.counselling.models import SelfCheck
from smartunion.systems.counselling.rules import Scale, Score
from smartunion.systems.counselling.scales import CURRENT

#: Results one account keeps; the oldest goes first.
MOST_KEPT = 50


def scale_of(key: str) -> Scale:
    """The scale as it is now. Raises NotVisible."""
    if key not in CURRENT:
        raise NotVisible
    return CURRENT[key]


def worked(scale: Scale, answers: Sequence[int | None]) -> Score:
    """What the answers come to. Raises InvalidInput naming the first question that has none."""
    allowed = {one.points for one in scale.options}
    for number, given in enumerate(answers, start=1):
        if given not in allowed:
            raise InvalidInput(
                _("Question %(number)s has no answer yet.") % {"number": number}, field=f"q{number}",
                remedy=_("Choose what fits best; there is no right or wrong."),
            )  # fmt: skip
    return rules.score(scale, [given for given in answers if given is not None])


@transaction.atomic
def keep(*, actor: Actor, key: str, answers: Sequence[int | None], at: datetime) -> SelfCheck:
    """Keep a self-check for the actor alone. Raises NotVisible (no such scale), NotAllowed (not signed in), InvalidInput."""
    if actor.user_id is None:
        raise NotAllowed
    scale = scale_of(key)
    worked(scale, answers)
    made = SelfCheck.objects.create(
        owner=str(actor.user_id),
        scale=scale.key,
        number=scale.number,
        answers=json.dumps(list(answers)),
        taken_at=at,
    )
    old = SelfCheck.objects.of_owner(actor).order_by("-pk").values_list("pk", flat=True)[MOST_KEPT:]
    SelfCheck.objects.filter(pk__in=list(old)).delete()
    audit.record(system(), "counselling.self_check_kept", made, at=at)
    return made


@transaction.atomic
def drop(*, actor: Actor, self_check_id: int) -> None:
    """Delete one of one's own. Raises NotVisible."""
    get_visible(SelfCheck.objects.of_owner(actor), self_check_id).delete()
