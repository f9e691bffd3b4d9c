"""Joining drives with their codes, and agreed targets."""

from collections import defaultdict
from datetime import date, datetime

from smartunion.core.ids import readable
from smartunion.ground.registry import kinds
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.demo.history import History
from smartunion.site.demo.load.tree import Tree
from smartunion.systems.organising.models import JoiningDrive, Target


def load_drives(history: History, tree: Tree, *, at: datetime, user_id: int | None) -> dict[int, int]:
    """Create the drives and the campaign's target; returns member → drive."""
    drives = [
        JoiningDrive(
            code=readable(8), title=drive.title, union=tree.unions[drive.union], path=tree.unions[drive.union].path,
            audience=drive.audience[:20], starts_on=drive.starts_on, ends_on=drive.ends_on, created_at=at,
            user_id=user_id,
        )
        for drive in history.drives
    ]  # fmt: skip
    made = JoiningDrive.objects.bulk_create(drives)
    targets = [
        _target(row.union, kinds.MEMBER_JOINED, drive.target, drive.starts_on, drive.ends_on, at, row)
        for row, drive in zip(made, history.drives, strict=True)
        if drive.target and drive.ends_on
    ]
    Target.objects.bulk_create(targets)
    return {
        member: row.pk for row, drive in zip(made, history.drives, strict=True) for member in drive.members
    }


def load_targets(
    tree: Tree, joined: dict[str, int], founded: dict[str, int], *, year: int, at: datetime
) -> int:
    """Yearly targets of every federation with a place; joined, founded: what it has reached so far, by path."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    federations = [union for union in tree.unions.values() if union.territory is not None]
    targets = [
        _target(union, kind, quantity, first, last, at, None)
        for kind, reached in ((kinds.MEMBER_JOINED, joined), (kinds.UNION_FOUNDED, founded))
        for union, quantity in zip(federations, _agreed(federations, reached), strict=True)
    ]
    Target.objects.bulk_create(targets)
    return len(targets)


def _agreed(federations: list[TradeUnion], reached: dict[str, int]) -> list[int]:
    """What each federation agreed to: some more than reached, and never less than all below it agreed to together."""
    below: dict[int | None, int] = defaultdict(int)
    agreed: dict[int, int] = {}
    for union in sorted(federations, key=lambda one: (-len(one.path), one.path)):
        own = max(2, round(reached.get(union.path, 0) * (1.05 + union.pk % 5 / 10)))
        agreed[union.pk] = max(own, below[union.pk])
        below[union.parent_id] += agreed[union.pk]
    return [agreed[union.pk] for union in federations]


def _target(
    union: TradeUnion,
    kind: str,
    quantity: int,
    first: date,
    last: date | None,
    at: datetime,
    drive: JoiningDrive | None,
) -> Target:
    return Target(
        drive=drive, union=union, path=union.path, fact_kind=kind, quantity=quantity, starts_on=first,
        ends_on=last or first, agreed_by="年度目标责任书" if drive is None else "行动方案", created_at=at,
        agreed_at=at,
    )  # fmt: skip
