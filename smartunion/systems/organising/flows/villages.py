"""Counting all villages at once: a list of thousands cannot count each of them while somebody waits."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Sum
from django.db.models.functions import Coalesce

from smartunion.core import bulk
from smartunion.ground.registry.models import Employer, EmployerLink, Membership
from smartunion.ground.registry.rules import EmployerState, MembershipState
from smartunion.systems.organising.models import Driver, Finding, VillageCount, Visit
from smartunion.systems.organising.rules import FindingKind, FindingState

_NAMES = ("employers", "people", "covered", "open_findings", "members", "drivers")
#: Region and territory.
_Place = tuple[int, str]


@transaction.atomic
def count_villages(*, at: datetime) -> int:
    """Count employers, members and visits of every place and replace what was counted before; returns how many places."""
    held = _counted()
    visits = _last_visits()
    VillageCount.objects.all().delete()
    names = ("region_id", "path", *_NAMES, "uncovered", "last_at", "counted_at")
    return bulk.insert(VillageCount, names, (
        (*place, *numbers, numbers[0] - numbers[2], visits.get(place), at) for place, numbers in sorted(held.items())
    ))  # fmt: skip


def _counted() -> dict[_Place, list[int]]:
    """Numbers of each place in the order of _NAMES."""
    here = Employer.objects.filter(state=EmployerState.ACTIVE, region__isnull=False).order_by()
    links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    waiting = Finding.objects.filter(kind=FindingKind.NO_UNION, employer=OuterRef("pk")).exclude(
        state=FindingState.CLOSED
    )
    members = Membership.objects.filter(
        state=MembershipState.ACTIVE, employer__state=EmployerState.ACTIVE, employer__region__isnull=False
    ).order_by()
    told: tuple[tuple[Any, str, Any], ...] = (
        (here, "", Count("pk")),
        (here, "", Sum(Coalesce("insured_count", "staff_count", 0))),
        (here.filter(Exists(links)), "", Count("pk")),
        (here.filter(~Exists(links), Exists(waiting)), "", Count("pk")),
        (members, "employer__", Count("pk")),
    )
    held: dict[_Place, list[int]] = {}
    for at, (rows, way, what) in enumerate(told):
        for region, path, number in _by_place(rows, way).annotate(n=what):
            held.setdefault((region, path), [0] * len(_NAMES))[at] = number
    drivers = Driver.objects.filter(region__isnull=False).order_by().values_list("region_id", "path")
    for region, path, number in drivers.annotate(n=Count("pk")):
        held.setdefault((region, path), [0] * len(_NAMES))[len(told)] = number
    return held


def _by_place(rows: Any, way: str) -> Any:
    return rows.values_list(F(f"{way}region_id"), F(f"{way}territory_path"))


def _last_visits() -> dict[_Place, datetime]:
    """The later of the last visit to a place's employers and to the unions that cover them."""
    own = Visit.objects.filter(employer__region__isnull=False).order_by()
    theirs = Visit.objects.filter(
        union__employer_links__valid_to=None, union__employer_links__employer__region__isnull=False
    ).order_by()
    found: dict[_Place, datetime] = {}
    for rows, way in ((own, "employer__"), (theirs, "union__employer_links__employer__")):
        for region, path, last in _by_place(rows, way).annotate(at=Max("noted_at")):
            found[region, path] = max(last, found.get((region, path), last))
    return found
