"""The transport register of a drive's place: the rows behind its numbers, and those numbers."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from smartunion.core.actor import Actor, within
from smartunion.core.paths import ancestors
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.systems.organising.models import JoiningDrive, RegisteredDriver

#: Platforms told apart on the page; the others are in the list.
PLATFORMS = 50


def area_of(drive: JoiningDrive) -> str:
    """Path of the place whose drivers a drive is for: its federation's own, for a union that of the federation above it."""
    above = TradeUnion.objects.filter(path__in=ancestors(drive.path), kind="federation").order_by("-depth")
    return above.values_list("path", flat=True).first() or drive.path


def is_kept(snapshot_id: int) -> bool:
    """Whether the rows of a register are there to be shown."""
    return RegisteredDriver.objects.filter(snapshot_id=snapshot_id).exists()


def sums(drive: JoiningDrive, snapshot_id: int) -> dict[str, Any]:
    """{"area": path, "platforms": {name: rows}, the largest first, "towns": {union id: rows}} of the drive's place."""
    area = area_of(drive)
    rows = RegisteredDriver.objects.filter(within([area]), snapshot_id=snapshot_id).order_by()
    by_platform = rows.values_list("platform").annotate(n=Count("pk")).order_by("-n", "platform")
    by_path = dict(rows.values_list("path").annotate(n=Count("pk")))
    towns = TradeUnion.objects.filter(path__in=by_path, level="town").values_list("pk", "path")
    return {
        "area": area,
        "platforms": dict(by_platform[:PLATFORMS]),
        "towns": {str(pk): by_path[path] for pk, path in towns},
    }


def contacted(drive: JoiningDrive) -> int | None:
    """Rows of the register kept, of the drive's place, whose driver somebody has talked with; None where none is kept."""
    snapshot_id = drive.register.get("snapshot", 0)
    if not is_kept(snapshot_id):
        return None
    rows = RegisteredDriver.objects.filter(
        within([drive.register.get("area", drive.path)]), snapshot_id=snapshot_id
    )
    return rows.filter(driver__last_at__isnull=False).count()


def drivers(drive: JoiningDrive, actor: Actor) -> "QuerySet[RegisteredDriver]":
    """Rows of the register a drive was last checked against, of its place and in reach.

    With union_name, and whether she is a member now (is_member) whose page the actor may open (is_seen).
    """
    running = Membership.objects.filter(person=OuterRef("person"), ended_on=None)
    union = TradeUnion.objects.filter(path=OuterRef("path")).values("name")[:1]
    rows = RegisteredDriver.objects.visible_to(actor).filter(
        within([drive.register.get("area", drive.path)]), snapshot_id=drive.register.get("snapshot", 0)
    )
    return rows.annotate(
        union_name=Subquery(union), is_member=Exists(running),
        is_seen=Exists(running.filter(actor.within("members.view", "union_path"))),
    )  # fmt: skip
