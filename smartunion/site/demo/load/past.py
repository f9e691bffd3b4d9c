"""Moving a comparison's findings into the past, as if it had been made month by month."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from smartunion.ground.facts.flows.sums import add_to_tallies
from smartunion.ground.facts.models import DailyTally, Fact, TallyDelta
from smartunion.ground.facts.rules import rolled_up
from smartunion.site.demo.world.rng import draw, pick
from smartunion.systems.organising.models import Finding, MatchRun

_MORNING = time(6, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_FOUND = ("organising.finding_found", "organising.finding_verified")
#: Share of findings first seen in each of the monthly comparisons, the oldest first; the last is today's.
_SHARES = (0.66, 0.12, 0.1, 0.07, 0.05)


def morning(day: date) -> datetime:
    """When the monthly comparison of a day had run."""
    return datetime.combine(day, _MORNING)


def spread_findings(
    run: MatchRun, *, since: date, as_of: date, seed: int, visited: Mapping[int, date]
) -> None:
    """Give every finding of the run the day of one of five monthly comparisons, and those comparisons a row each.

    visited: finding → day of its first visit, before which it must have been found.
    """
    step = (as_of - since) / (len(_SHARES) - 1)
    days = [since + step * number for number in range(len(_SHARES) - 1)] + [as_of]
    rows = list(Finding.objects.filter(last_run=run).order_by("pk").values_list("pk", flat=True))
    chosen = pick(draw(seed, "found in", np.array(rows, dtype=np.int64)), _SHARES)
    found: dict[int, date] = {}
    for pk, number in zip(rows, chosen, strict=True):
        day = days[int(number)]
        found[pk] = day if pk not in visited or day < visited[pk] else since
    runs = _earlier_runs(run, days[:-1], found)
    run.change |= _change(found, as_of)
    run.save(update_fields=["change"])
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE organising_finding SET found_at = %s, first_run_id = %s WHERE id = %s",
            [(_at(day), runs.get(day, run.pk), pk) for pk, day in found.items()],
        )
        cursor.executemany(
            "UPDATE organising_findingevent SET at = %s WHERE finding_id = %s AND event = 'found'",
            [(_at(day), pk) for pk, day in found.items()],
        )
        cursor.executemany(
            "UPDATE facts_fact SET happened_on = %s, recorded_at = %s "
            "WHERE subject_type = 'organising.finding' AND subject_id = %s",
            [(connection.ops.adapt_datefield_value(day), _at(day), pk) for pk, day in found.items()],
        )
    _sum_again()


def _at(day: date) -> Any:
    return connection.ops.adapt_datetimefield_value(morning(day))


def _earlier_runs(run: MatchRun, days: list[date], found: Mapping[int, date]) -> dict[date, int]:
    """Rows of the comparisons made before, with what the findings say of them; returns their keys by day."""
    runs = [
        MatchRun(
            union=run.union, path=run.path, state=run.state, started_at=morning(day), user_id=run.user_id,
            finished_at=morning(day) + timedelta(seconds=40), change=_change(found, day),
        )
        for day in days
    ]  # fmt: skip
    made = MatchRun.objects.bulk_create(runs)
    return {day: row.pk for day, row in zip(days, made, strict=True)}


def _change(found: Mapping[int, date], day: date) -> dict[str, int]:
    """What a comparison says of itself when it found what was found first that day."""
    counted = list(found.values())
    return {"new": counted.count(day), "kept": sum(1 for other in counted if other < day), "closed": 0}


def _sum_again() -> None:
    """The days of these kinds changed: their sums are made anew from the ledger."""
    for model in (DailyTally, TallyDelta):
        model.objects.filter(kind__in=_FOUND).delete()
    rows = Fact.objects.filter(kind__in=_FOUND).values_list("kind", "path", "happened_on", "quantity")
    add_to_tallies(rolled_up(rows.iterator()))
