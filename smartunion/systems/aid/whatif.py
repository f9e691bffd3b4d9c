"""What if the standards of hardship had been others: household years as they were assessed, worked out anew."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import within
from smartunion.core.clock import SHANGHAI
from smartunion.ground.policies.whatif import Line, Progress, WhatIf, WhatIfResult
from smartunion.systems.aid.models import HouseholdYear
from smartunion.systems.aid.queries.standards import named_exclusions
from smartunion.systems.aid.queries.years import year_of
from smartunion.systems.aid.rules.hardship import Category, Standards, assess

MINIMUM, RELATIVE, ACCIDENT = "aid.minimum_living_yuan", "aid.relative_pct", "aid.accident_ratio"
MONTHS, EXCLUSIONS = "aid.labour_months", "aid.exclusions"
#: Fewer households are no number: somebody could be known by it.
FEWEST = 10
_BATCH = 500


def run(
    *, path: str, since: date, until: date, overrides: Mapping[str, Any], progress: Progress
) -> WhatIfResult:
    """Household years assessed in [since, until): how many would have been found something else, by category.

    Each keeps the standards of its day but those set otherwise. No household is shown, and of fewer than ten nothing is.
    """
    rows = HouseholdYear.objects.filter(
        within((path,), "file__path"), assessed_at__gte=_start(since), assessed_at__lt=_start(until)
    )
    total, counted, changed = rows.count(), 0, 0
    if total < FEWEST:
        words = _("Fewer than %(n)s households: a sum would tell of single ones, so none is shown") % {
            "n": FEWEST
        }
        return WhatIfResult(0, 0, (Line(words, 0, 0),))
    before, after = Counter[str](), Counter[str]()
    for batch in _batches(rows):
        for row in batch:
            year = year_of(row)
            was = year.assessment.category
            now = assess(year.household, otherwise(year.standards, overrides)).category
            before[was] += 1
            after[now] += 1
            counted += 1
            changed += was != now
        progress(counted, total)
    lines = [
        Line(category.label, before[category], after[category], _("households")) for category in Category
    ]
    return WhatIfResult(counted, changed, tuple(lines))


def otherwise(standards: Standards, overrides: Mapping[str, Any]) -> Standards:
    """The standards of a day with what was set otherwise."""
    changes: dict[str, Any] = {}
    if MINIMUM in overrides:
        changes["minimum_yuan"] = Decimal(overrides[MINIMUM])
    if RELATIVE in overrides:
        changes["relative_factor"] = Decimal(overrides[RELATIVE]) / 100
    if ACCIDENT in overrides:
        changes["accident_ratio"] = Decimal(overrides[ACCIDENT])
    if MONTHS in overrides:
        changes["labour_months"] = int(overrides[MONTHS])
    if EXCLUSIONS in overrides:
        changes["exclusions"] = named_exclusions(str(overrides[EXCLUSIONS]))
    return replace(standards, **changes)


def _batches(rows: Any) -> Iterator[list[HouseholdYear]]:  # Any: a QuerySet of household years
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        yield batch


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


HOUSEHOLDS = WhatIf(
    "aid.households", gettext_lazy("Households in difficulty with other standards"), run,
    parameters=(MINIMUM, RELATIVE, ACCIDENT, MONTHS, EXCLUSIONS),
    help=gettext_lazy(
        "Works out anew every household year assessed in the period: how many would be found something else. No household is shown."
    ),
)  # fmt: skip
