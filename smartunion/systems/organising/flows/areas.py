"""Service areas and who holds them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.systems.organising.flows import field_news
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    AreaUnion,
    Finding,
    HandOver,
    Visit,
    VisitPromise,
)
from smartunion.systems.organising.models.areas import AreaUnionQuerySet
from smartunion.systems.organising.queries.handover import open_work
from smartunion.systems.organising.rules import HandOverState


@transaction.atomic
def create_area(*, actor: Actor, union_id: int, name: str, region_ids: Sequence[int], at: datetime) -> Area:
    """Make a service area of a town federation out of villages or the whole town.

    Raises NotVisible, NotAllowed, InvalidInput (no name, name taken, a place outside the federation's territory).
    """
    federation = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("organising.assign", path=federation.path)
    if not name.strip():
        raise InvalidInput(_("Please give the area a name."), field="name")
    if Area.objects.filter(union=federation, name=name.strip()).exists():
        raise InvalidInput(_("There is an area of this name already."), field="name")
    area = Area.objects.create(name=name.strip()[:60], union=federation, path=federation.path)
    _set_regions(area, federation, region_ids)
    audit.record(actor, "organising.area_created", area, at=at, data={"regions": sorted(region_ids)})
    return area


@transaction.atomic
def update_area(
    *,
    actor: Actor,
    area_id: int,
    name: str,
    region_ids: Sequence[int],
    union_ids: Sequence[int],
    at: datetime,
) -> Area:
    """Rename an area and say which places and unions belong to it from today on; findings follow.

    What belonged to it before stays on record with its days. Raises as create_area.
    """
    area = get_visible(Area.objects.filter(actor.within("organising.view")), area_id)
    actor.check_can("organising.assign", path=area.path)
    new_name = name.strip()[:60] or area.name
    if Area.objects.filter(union_id=area.union_id, name=new_name).exclude(pk=area.pk).exists():
        raise InvalidInput(_("There is an area of this name already."), field="name")
    Area.objects.filter(pk=area.pk).update(name=new_name)
    _set_regions(area, area.union, region_ids)
    inside = TradeUnion.objects.under(area.path).filter(pk__in=union_ids)
    set_unions(area, set(inside.values_list("pk", flat=True)), on=local_date(at))
    place_findings(path=area.path)
    audit.record(actor, "organising.area_changed", area, at=at, data={"unions": len(union_ids)})
    area.refresh_from_db()
    return area


def set_unions(area: Area, union_ids: set[int], *, on: date) -> None:
    """Make these the unions of an area from a day on; they leave the areas they were in. In a transaction."""
    standing = AreaUnion.objects.filter(area=area, valid_to=None)
    held = set(standing.values_list("union_id", flat=True))
    for start in range(0, len(held - union_ids), 500):
        gone = sorted(held - union_ids)[start : start + 500]
        _end(standing.filter(union_id__in=gone), on)
    fresh = sorted(union_ids - held)
    for start in range(0, len(fresh), 500):
        part = fresh[start : start + 500]
        _end(AreaUnion.objects.filter(union_id__in=part, valid_to=None), on)
        VisitPromise.objects.open().filter(union_id__in=part, finding=None).update(area=area)
    AreaUnion.objects.bulk_create(
        (AreaUnion(area=area, union_id=union_id, valid_from=on) for union_id in fresh), batch_size=500
    )


def _end(rows: AreaUnionQuerySet, on: date) -> None:
    """End memberships; one that began on the same day or later never held a whole day and goes."""
    rows.filter(valid_from__gte=on).delete()
    rows.update(valid_to=on)


def _set_regions(area: Area, federation: TradeUnion, region_ids: Sequence[int]) -> None:
    regions = Region.objects.filter(pk__in=region_ids)
    territory = federation.territory
    if territory is None:
        raise InvalidInput(_("This union has no territory of its own."), field="union")
    if any(not region.path.startswith(territory.path) for region in regions):
        raise InvalidInput(
            _("A place outside %(place)s was chosen.") % {"place": territory.name}, field="regions"
        )
    area.regions.set(regions)


@transaction.atomic
def assign_organiser(*, actor: Actor, area_id: int, user_id: int, on: date, at: datetime) -> AreaAssignment:
    """Hand an area to an organiser from a day on, today or later; both sides are sent to the page of the hand-over.

    Who held it before holds it until that day; findings, promises and notes belong to the area and stay in place. A
    hand-over that was prepared for somebody else and has not begun is replaced; naming who held it before calls it off.
    Raises NotVisible, NotAllowed, InvalidInput (the account is no organiser here, a day that has passed).
    """
    area = get_visible(Area.objects.filter(actor.within("organising.view"), closed_on=None), area_id)
    actor.check_can("organising.assign", path=area.path)
    if not local_date(at) <= on <= local_date(at) + timedelta(days=92):
        raise InvalidInput(_("The day must be today or one of the next three months."), field="on")
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not _is_organiser(user, area, on):
        raise InvalidInput(
            _("This account does not hold the organiser's role here."),
            remedy=_("Give the account that role first."), field="user",
        )  # fmt: skip
    current = AreaAssignment.objects.filter(area=area, valid_to=None).select_related("user").first()
    is_other = current is not None and (current.user_id, current.valid_from) != (user_id, on)
    if current is not None and is_other and _has_not_begun(current, local_date(at)):
        current = _call_off(current, user, actor, at)
    if current is not None and current.user_id == user_id:
        return current
    if current is not None:
        AreaAssignment.objects.filter(pk=current.pk, valid_to=None).update(valid_to=on)
    made = AreaAssignment.objects.create(area=area, user=user, valid_from=on)
    handover = HandOver.objects.create(
        area=area, path=area.path, from_user=current.user if current else None, to_user=user, on=on,
        counts=open_work(area.pk), user_id=actor.user_id, created_at=at,
    )  # fmt: skip
    field_news.tell_hand_over(handover, at=at)
    audit.record(
        actor, "organising.area_assigned", area, at=at,
        data={"user": user_id, "before": current.user_id if current else None, "on": on.isoformat()},
    )  # fmt: skip
    return made


def _has_not_begun(held: AreaAssignment, today: date) -> bool:
    """Whether it holds from a day to come, or was prepared today and nobody has answered or been out since."""
    if held.valid_from != today:
        return held.valid_from > today
    made = HandOver.objects.filter(area=held.area_id, on=today, to_user=held.user_id).last()
    was_out = Visit.objects.filter(area=held.area_id, user_id=held.user_id).exists()
    return made is not None and made.state == HandOverState.PREPARED and not was_out


def _call_off(coming: AreaAssignment, instead: User, actor: Actor, at: datetime) -> AreaAssignment | None:
    """What was prepared for a day to come does not happen: who holds the area now goes on; None where nobody does."""
    coming.delete()
    prepared = HandOver.objects.filter(area=coming.area_id, on=coming.valid_from, to_user=coming.user_id)
    for made in prepared.exclude(state=HandOverState.REPLACED).select_related("area", "to_user"):
        HandOver.objects.filter(pk=made.pk).update(state=HandOverState.REPLACED)
        field_news.tell_replaced(made, instead, at=at)
    before = (
        AreaAssignment.objects.filter(area=coming.area_id, valid_to=coming.valid_from)
        .select_related("user")
        .last()
    )
    if before is not None:
        AreaAssignment.objects.filter(pk=before.pk).update(valid_to=None)
        before.valid_to = None
    audit.record(
        actor, "organising.hand_over_replaced", coming.area, at=at,
        data={"user": coming.user_id, "on": coming.valid_from.isoformat(), "instead": instead.pk},
    )  # fmt: skip
    return before


def _is_organiser(user: User, area: Area, on: date) -> bool:
    grants = RoleGrant.objects.active_on(on).filter(user=user, role=Role.ORGANISER)
    return any(
        grant.union is None or area.path.startswith(grant.union.path)
        for grant in grants.select_related("union")
    )


def areas_of(user: User, on: date) -> dict[str, tuple[int, ...]]:
    """What organising adds to an Actor: areas the user holds on the day (see accounts.actors.contribute)."""
    held = AreaAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), user=user, valid_from__lte=on)
    return {"area_ids": tuple(held.order_by("area_id").values_list("area_id", flat=True))}


def place_findings(*, path: str) -> int:
    """Put every finding of a subtree into the area of its place or union; returns how many moved.

    A village's own area wins over the town's; a finding whose place is unknown goes to the town's only area.
    """
    by_region = _areas_by_region(path)
    members = AreaUnion.objects.filter(within([path], "area__path"), valid_to=None)
    by_union = dict(members.values_list("union_id", "area_id"))
    only_area = _only_area_by_path(path)
    moves: dict[int | None, list[int]] = {}
    rows = (
        Finding.objects.filter(within([path]))
        .values_list(
            "pk", "path", "union_id", "employer__region_id", "employer__region__parent_id", "area_id"
        )
        .iterator(chunk_size=5000)
    )
    for pk, at_path, union_id, region_id, parent_id, area_id in rows:
        wanted: int | None = (
            by_union.get(union_id or -1)
            or by_region.get(region_id or -1)
            or by_region.get(parent_id or -1)
            or only_area.get(at_path)
        )
        if wanted != area_id:
            moves.setdefault(wanted, []).append(pk)
    for wanted_id, keys in moves.items():
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            Finding.objects.filter(pk__in=part).update(area_id=wanted_id)
            VisitPromise.objects.open().filter(finding_id__in=part).update(area_id=wanted_id)
    return sum(map(len, moves.values()))


def area_for(*, path: str, region_id: int | None) -> int | None:
    """The area a firm of a place belongs to, by the rule of `place_findings`; None where none is sure."""
    parent = Region.objects.filter(pk=region_id or -1).values_list("parent_id", flat=True).first()
    by_region = _areas_by_region(path) if path else {}
    only = _only_area_by_path(path) if path else {}
    return by_region.get(region_id or -1) or by_region.get(parent or -1) or only.get(path)


def _areas_by_region(path: str) -> dict[int, int]:
    through = Area.regions.through.objects.filter(within([path], "area__path"), area__closed_on=None)
    return dict(through.values_list("region_id", "area_id"))


def _only_area_by_path(path: str) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for area_path, pk in Area.objects.filter(within([path]), closed_on=None).values_list("path", "pk"):
        found.setdefault(area_path, []).append(pk)
    return {area_path: keys[0] for area_path, keys in found.items() if len(keys) == 1}
