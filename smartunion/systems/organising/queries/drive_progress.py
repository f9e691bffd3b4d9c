"""A drive's targets, units and platforms: every number a sum over the ledger, the register's own from its last check."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Count, Min, Q, QuerySet, Sum

from smartunion.core.actor import Actor, within
from smartunion.core.listing.walking import are_many, aside
from smartunion.core.paths import is_under
from smartunion.ground.facts.models import Fact, FactQuerySet
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising import bulletin
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import JoinerCheck, JoiningDrive
from smartunion.systems.organising.queries.drive_visits import answered_in, visited_in
from smartunion.systems.organising.queries.target_progress import TargetLine, lines

#: More units than this are no list anybody reads; a city has fewer towns.
UNITS = 400


def units_of(drive: JoiningDrive) -> list[TradeUnion]:
    """Whom the drive's numbers are broken down by: town federations below it, else the unions people joined."""
    below = TradeUnion.objects.under(drive.path).exclude(pk=drive.union_id).filter(state=UnionState.ACTIVE)
    towns = list(below.filter(kind="federation", level="town").order_by("path")[:UNITS])
    if towns:
        return towns
    joined = _facts(drive).filter(kind=MEMBER_JOINED).values("path")
    wanted = Q(path__in=joined) | Q(pk__in=drive.targets.values("union_id"))
    return list(below.filter(wanted).order_by("path")[:UNITS])


def _facts(drive: JoiningDrive) -> FactQuerySet:
    found: FactQuerySet = Fact.objects.filter(drive_id=drive.pk).order_by()
    return found


def under(sums: Mapping[str, int], path: str) -> int:
    """Sum of the paths that lie in a subtree."""
    return sum(number for at, number in sums.items() if is_under(at, path))


def sums_by_path(drive: JoiningDrive, kind: str, where: Q | None = None) -> dict[str, int]:
    """Sum of a kind of the drive's facts by path; one query."""
    rows = _facts(drive).filter(where or Q(), kind=kind).values_list("path").annotate(n=Sum("quantity"))
    return dict(rows)


def verified_by_platform(drive: JoiningDrive) -> dict[str, dict[str, int]]:
    """Platform → path → drivers verified, rows taken back left out; one query."""
    rows = _facts(drive).standing().filter(kind=DRIVER_VERIFIED)
    found: dict[str, dict[str, int]] = {}
    for path, platform, number in rows.values_list("path", "attrs__platform").annotate(n=Sum("quantity")):
        found.setdefault(str(platform or ""), {})[path] = number
    return found


def target_lines(drive: JoiningDrive) -> list[TargetLine]:
    """The drive's targets, its own first, then by place and platform."""
    rows = drive.targets.select_related("union", "parent", "drive")
    return lines(list(rows.order_by("path", "platform", "fact_kind", "pk")))


def _merged(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums = Counter[str]()
    for part in parts:
        sums.update(part)
    return dict(sums)


@dataclass(frozen=True)
class UnitLine:
    """One unit of the gap list; in_register: drivers the register places there, None where it says nothing."""

    union: TradeUnion
    target: int | None
    in_register: int | None
    joined: int
    verified: int
    to_work: int

    @property
    def narrowed(self) -> str:
        """What makes the drive's lists those of this unit, as in an address."""
        return urlencode({"town": self.union.path})

    @property
    def gap(self) -> int | None:
        """People missing on the target."""
        return None if self.target is None else max(0, self.target - self.joined)


@dataclass(frozen=True)
class PlatformLine:
    """One platform; target: sum of its targets, None without one; joined: joiners the register places there."""

    platform: str
    target: int | None
    in_register: int
    joined: int
    verified: int

    @property
    def narrowed(self) -> str:
        """What makes the drive's lists those of this platform, as in an address."""
        return urlencode({"platform": self.platform})

    @property
    def gap(self) -> int | None:
        """Verified drivers missing on the target."""
        return None if self.target is None else max(0, self.target - self.verified)


def unit_lines(drive: JoiningDrive) -> list[UnitLine]:
    """The gap list by unit, in the order of places."""
    joined = sums_by_path(drive, MEMBER_JOINED)
    verified = _merged(verified_by_platform(drive).values())
    waiting = dict(open_checks(drive).order_by().values_list("path").annotate(n=Count("pk")))
    targets = _unit_targets(drive)
    towns = drive.register.get("towns", {})
    return [
        UnitLine(
            unit, targets.get(unit.pk), towns.get(str(unit.pk)), under(joined, unit.path), under(verified, unit.path),
            under(waiting, unit.path),
        )
        for unit in units_of(drive)
    ]  # fmt: skip


def _unit_targets(drive: JoiningDrive) -> dict[int, int]:
    rows = drive.targets.filter(fact_kind=MEMBER_JOINED, platform="").exclude(union=drive.union)
    return dict(rows.values_list("union_id", "quantity"))


def platform_lines(drive: JoiningDrive) -> list[PlatformLine]:
    """The gap list by platform, the register's largest first."""
    verified = {name: sum(paths.values()) for name, paths in verified_by_platform(drive).items()}
    joined = dict(
        JoinerCheck.objects.filter(drive=drive).order_by().values_list("platform").annotate(n=Count("pk"))
    )
    targets = Counter[str]()
    for platform, quantity in drive.targets.exclude(platform="").values_list("platform", "quantity"):
        targets[platform] += quantity
    known: dict[str, int] = drive.register.get("platforms", {})
    names = dict.fromkeys((*known, *targets, *verified))
    return [
        PlatformLine(name, targets.get(name), known.get(name, 0), joined.get(name, 0), verified.get(name, 0))
        for name in names
        if name
    ]


#: Where more people joined by a drive, few of them meet a search: it is asked first, and whom it finds are compared with them.
MANY = 20_000
#: Whoever joined on some days is put together from the ledger when so many did; of more, a page of the list is full soon.
FEW = 10_000
#: First and last day, None without.
Days = tuple[date | None, date | None]
_ALL = 2**31 - 1


def joined_by(
    drive: JoiningDrive,
    actor: Actor,
    *,
    is_narrowed: bool = False,
    is_searched: bool = False,
    by_day: bool = False,
    path: str = "",
    days: Days = (None, None),
) -> QuerySet[Membership]:
    """The memberships that began by the drive's code, in reach: what its number of people joined counts.

    is_narrowed: few joined, or a search or filter follows that leaves few; then they are put together from the ledger at once.
    Otherwise the list is walked in its own order and each row looked up in the ledger, which a page of a city's drive
    needs fifty of. is_searched: a search follows, and more than MANY joined. by_day: they are walked by the day they
    began. path, days: the part of the tree and of time that is asked for; what is put together is of it alone.
    """
    facts = _joined(drive, days)
    if path:
        facts = facts.filter(within([path], "path"))
    elif not is_narrowed:
        facts = facts.filter(subject_type=Membership._meta.label_lower)
    subjects = facts.values("subject_id")
    if is_narrowed and connections[facts.db].vendor == "postgresql":
        # It takes a drive's people for one and would go through all of them for each whom the search finds; what is cut off
        # it puts together first.
        subjects = subjects[:_ALL]
    rows = Membership.objects.for_lists().filter(actor.within("members.view", "union_path"), pk__in=subjects)
    if (
        by_day
    ):  # a fact is of the day the membership began and moves with it; the walk need not begin long before
        first = _facts(drive).filter(kind=MEMBER_JOINED).aggregate(first=Min("happened_on"))["first"]
        rows = rows.filter(started_on__gte=first or date.max)
    if is_searched:
        return aside(rows, "id")
    return rows if is_narrowed or path else are_many(rows)


def joined_number(drive: JoiningDrive, actor: Actor, days: Days = (None, None)) -> int:
    """How many these are, counted in the ledger: for a city's drive a twentieth of looking every membership up."""
    return _joined(drive, days).filter(actor.within("members.view", "path")).count()


def _joined(drive: JoiningDrive, days: Days) -> FactQuerySet:
    first, last = days
    facts = _facts(drive).standing().filter(kind=MEMBER_JOINED)
    if first is not None:
        facts = facts.filter(happened_on__gte=first)
    return facts if last is None else facts.filter(happened_on__lte=last)


def open_checks(drive: JoiningDrive) -> QuerySet[JoinerCheck]:
    """Joiners the register does not vouch for and nobody has looked into: the list to work through."""
    return JoinerCheck.objects.filter(drive=drive, is_verified=False, verdict="")


def bulletin_of(drive: JoiningDrive, period: bulletin.Period) -> bulletin.Bulletin:
    """The bulletin of a period, from the ledger; a fixed number of queries."""
    first, last, previous = period.first, period.last, period.before
    rows = _facts(drive).filter(kind=MEMBER_JOINED, happened_on__lte=last).values_list("path").annotate(
        before=Sum("quantity", filter=Q(happened_on__lt=first), default=0),
        during=Sum("quantity", filter=Q(happened_on__gte=first), default=0),
        previous=Sum("quantity", filter=Q(happened_on__gte=previous.first, happened_on__lt=first), default=0),
    )  # fmt: skip
    sums = {path: (before, during, earlier) for path, before, during, earlier in rows}
    verified = sums_by_path(drive, DRIVER_VERIFIED, Q(happened_on__lte=last))
    targets = _unit_targets(drive)

    def unit(union: TradeUnion, target: int | None) -> bulletin.Unit:
        here = [numbers for path, numbers in sums.items() if is_under(path, union.path)]
        before, during, earlier = (sum(one[at] for one in here) for at in range(3))
        return bulletin.Unit(
            union.pk,
            union.name,
            target,
            before,
            during,
            earlier,
            under(verified, union.path),
            union.path,
        )

    whole = drive.targets.filter(union=drive.union, platform="", fact_kind=MEMBER_JOINED).first()
    return bulletin.Bulletin(
        period, unit(drive.union, whole.quantity if whole else None),
        bulletin.ranked(unit(one, targets.get(one.pk)) for one in units_of(drive)),
        bulletin.elapsed_pct(drive.starts_on, drive.ends_on, last), visited_in(drive, period),
        [(one.label, found.in_words(one.kind)) for one, found in answered_in(drive, period)],
    )  # fmt: skip


def usual_period(drive: JoiningDrive, today: date, days: int = 7) -> bulletin.Period:
    """The last seven days of the drive that have begun."""
    last = min(today, drive.ends_on) if drive.ends_on else today
    return bulletin.Period(last - timedelta(days=days - 1), last)
