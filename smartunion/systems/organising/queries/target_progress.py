"""How far targets are: the one place where their numbers come from, for boards, campaigns, joining codes and files."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from smartunion.core.paths import is_under
from smartunion.ground.facts import queries as facts
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.systems.organising import bulletin
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import Target

#: What is told by a drive's own facts; anything else is counted in the unit's subtree over the target's days.
OF_DRIVE = (MEMBER_JOINED, DRIVER_VERIFIED)
#: A drive's sum: (drive, kind, path, platform) → quantity.
_Sums = Mapping[tuple[int, str, str, str], int]


@dataclass(frozen=True)
class TargetLine:
    """A target with what is reached; handed: sum of the targets handed down from it, of those asked about."""

    target: Target
    done: int
    handed: int = 0

    @property
    def gap(self) -> int:
        """What is missing; 0 once reached."""
        return max(0, self.target.quantity - self.done)

    @property
    def records(self) -> str:
        """Address of the list of those reached: people who joined, drivers verified, or entries of the ledger."""
        target = self.target
        if target.drive_id is None or target.drive is None or target.fact_kind not in OF_DRIVE:
            until = target.ends_on + timedelta(days=1)
            asked = {"kind": target.fact_kind, "path": target.path, "since": target.starts_on, "until": until}
            return f"{reverse('boards:behind')}?{urlencode(asked)}"
        is_joined = target.fact_kind == MEMBER_JOINED
        given = self.narrowed if is_joined else f"verified=1&{self.narrowed}".rstrip("&")
        page = reverse("joining:members" if is_joined else "joining:joiners", args=[target.drive_id])
        return f"{page}?{given}" if given else page

    @property
    def narrowed(self) -> str:
        """What makes the drive's lists those of this target's unit and platform, as in an address; "" for the whole drive."""
        target = self.target
        is_whole = target.drive is not None and target.union_id == target.drive.union_id
        given = {"platform": target.platform, "town": "" if is_whole else target.path}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def pct(self) -> int:
        """Share reached, rounded down: 100 means reached."""
        return bulletin.share_pct(self.done, self.target.quantity) or 0


def lines(targets: Sequence[Target], *, until: date | None = None) -> list[TargetLine]:
    """Each target with what its facts add up to, in the order given; drive must be read with them.

    until: count only what happened before this day.

    A drive's own target counts whoever came by its code, wherever she was taken in; one handed down counts those of its
    unit, one of a platform its drivers. Statements: two for all drives, one for each kind and period besides.
    """
    of_drives = [one for one in targets if one.drive_id is not None and one.fact_kind in OF_DRIVE]
    sums = _drive_sums({one.drive_id for one in of_drives if one.drive_id is not None}, until)
    drives_own = {one.pk for one in of_drives}
    by_period = _sums_by_period((one for one in targets if one.pk not in drives_own), until)
    handed = Counter[int]()
    for one in targets:
        handed[one.parent_id or 0] += one.quantity

    def done(one: Target) -> int:
        if one.pk not in drives_own:
            return by_period[one.fact_kind, one.starts_on, one.ends_on][one.path]
        return _of_drive(one, sums)

    return [TargetLine(one, done(one), handed[one.pk]) for one in targets]


def _of_drive(target: Target, sums: _Sums) -> int:
    is_whole = target.drive is not None and target.union_id == target.drive.union_id
    return sum(
        quantity
        for (drive_id, kind, path, platform), quantity in sums.items()
        if (drive_id, kind) == (target.drive_id, target.fact_kind)
        and (is_whole or is_under(path, target.path))
        and target.platform in {"", platform}
    )


def _drive_sums(drive_ids: set[int], until: date | None) -> dict[tuple[int, str, str, str], int]:
    """Sums of the drives' facts; rows taken back are left out, because only the first of the pair names its platform."""
    sums: dict[tuple[int, str, str, str], int] = {}
    if not drive_ids:
        return sums
    own = Fact.objects.filter(drive_id__in=drive_ids).order_by()
    own = own if until is None else own.filter(happened_on__lt=until)
    joined = (
        own.filter(kind=MEMBER_JOINED).values_list("drive_id", "kind", "path").annotate(n=Sum("quantity"))
    )
    for drive_id, kind, path, quantity in joined:
        sums[drive_id or 0, kind, path, ""] = quantity
    verified = own.standing().filter(kind=DRIVER_VERIFIED)
    rows = verified.values_list("drive_id", "kind", "path", "attrs__platform").annotate(n=Sum("quantity"))
    for drive_id, kind, path, platform, quantity in rows:
        key = (drive_id or 0, kind, path, str(platform or ""))
        sums[key] = sums.get(key, 0) + quantity
    return sums


def _sums_by_period(
    targets: Iterable[Target], until: date | None
) -> dict[tuple[str, date, date], dict[str, int]]:
    groups: dict[tuple[str, date, date], list[str]] = {}
    for one in targets:
        groups.setdefault((one.fact_kind, one.starts_on, one.ends_on), []).append(one.path)
    return {
        (kind, first, last): facts.by_path(
            kind, paths, first, min(last + timedelta(days=1), until or date.max)
        )
        for (kind, first, last), paths in groups.items()
    }
