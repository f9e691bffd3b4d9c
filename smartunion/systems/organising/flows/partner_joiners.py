"""What became of the people platforms sent, kept so that they can ask for what has changed since they last asked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import Partner
from smartunion.ground.registry.flows import numbers
from smartunion.systems.organising.models import PartnerJoiner
from smartunion.systems.organising.queries import joining_outcome

JOB = "organising.partner_joiners"
_AT_ONCE = 1_000


@transaction.atomic
def note(*, partner: Partner, key: str, case: CaseFile, at: datetime) -> None:
    """Keep that a partner sent this application; the same sending again changes nothing.

    Numbers of a partner are taken one transaction after the other, so a lower one never appears after a higher one.
    """
    change = numbers.take(f"joiners:{partner.pk}")
    kept, is_new = PartnerJoiner.objects.get_or_create(
        case=case,
        defaults={
            "partner": partner, "key": key, "outcome": joining_outcome.of_case(case), "change": change, "changed_at": at,
        },
    )  # fmt: skip
    if not is_new:
        _look_again([kept], at)


def refresh(*, at: datetime) -> int:
    """Look at every application that could still change; returns how many did. Safe to run twice."""
    changed, last = 0, 0
    waiting = (
        PartnerJoiner.objects.filter(outcome__in=joining_outcome.UNDECIDED)
        .select_related("case")
        .order_by("pk")
    )
    while rows := list(waiting.filter(pk__gt=last)[:_AT_ONCE]):
        last = rows[-1].pk
        with transaction.atomic():
            changed += _look_again(rows, at)
    return changed


def _look_again(rows: Sequence[PartnerJoiner], at: datetime) -> int:
    now, changed = joining_outcome.of_cases([row.case for row in rows]), 0
    for row in sorted(
        rows, key=lambda one: (one.partner_id, one.pk)
    ):  # all take the partners' numbers in one order
        outcome = now[row.case_id]
        if outcome != row.outcome:
            change = numbers.take(f"joiners:{row.partner_id}")
            same = PartnerJoiner.objects.filter(pk=row.pk, outcome=row.outcome)
            changed += same.update(outcome=outcome, change=change, changed_at=at)
    return changed
