"""Folding deltas into tallies, and proving that tallies equal the ledger."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from smartunion.core.snapshot import one_moment
from smartunion.ground.facts.flows.sums import add_deltas, add_to_tallies
from smartunion.ground.facts.models import DailyTally, Fact, TallyDelta
from smartunion.ground.facts.rules import TallyKey, rolled_up


@dataclass(frozen=True)
class Difference:
    """A tally that does not equal its facts."""

    kind: str
    path: str
    day: date
    counted: int
    tallied: int


def fold(limit: int = 5000) -> int:
    """Fold the oldest deltas into their tallies; returns how many. Safe beside writers and beside itself.

    A delta leaves in the transaction that adds it; whoever finds one already gone rolls back and adds nothing.
    """
    with transaction.atomic():
        deltas = list(
            TallyDelta.objects.order_by("id").values_list("id", "kind", "path", "day", "quantity")[:limit]
        )
        gone, _details = TallyDelta.objects.filter(pk__in=[row[0] for row in deltas]).delete()
        if gone != len(deltas):
            transaction.set_rollback(True)
            return 0
        sums: Counter[TallyKey] = Counter()
        for _pk, kind, path, day, quantity in deltas:
            sums[kind, path, day] += quantity
        add_to_tallies(sums)
    return len(deltas)


def differences() -> Iterator[Difference]:
    """Every tally that does not equal the sum of its facts, month by month; nothing when all is right."""
    months = set(Fact.objects.annotate(m=TruncMonth("happened_on")).values_list("kind", "m").distinct())
    for model in (DailyTally, TallyDelta):
        months |= set(model.objects.annotate(m=TruncMonth("day")).values_list("kind", "m").distinct())
    for kind, month in sorted(months):
        yield from _month(kind, month)


def repair(found: list[Difference]) -> None:
    """Add what is missing, as deltas: right even while others write."""
    add_deltas({(d.kind, d.path, d.day): d.counted - d.tallied for d in found})


def _month(kind: str, month: date) -> list[Difference]:
    until = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    with one_moment():
        facts = Fact.objects.filter(kind=kind, happened_on__gte=month, happened_on__lt=until).order_by()
        counted = rolled_up(
            facts.values_list("kind", "path", "happened_on").annotate(sum=Sum("quantity")).iterator()
        )
        tallied: Counter[TallyKey] = Counter()
        for model in (DailyTally, TallyDelta):
            rows = model.objects.filter(kind=kind, day__gte=month, day__lt=until)
            for path, day, quantity in rows.values_list("path", "day", "quantity").iterator():
                tallied[kind, path, day] += quantity
    keys = sorted(counted.keys() | tallied.keys())
    wrong = (Difference(*key, counted.get(key, 0), tallied[key]) for key in keys)
    return [row for row in wrong if row.counted != row.tallied]
