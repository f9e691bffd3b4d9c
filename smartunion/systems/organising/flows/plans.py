"""Drafts of a division into areas: proposed, changed by hand, published, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.flows.areas import place_findings, set_unions
from smartunion.systems.organising.models import Area, AreaAssignment, AreaPlan, AreaUnion
from smartunion.systems.organising.partition import Limits, Problem, divide, overfull, renumbered
from smartunion.systems.organising.queries.plans import Ground, ground_of, limits_of, stored
from smartunion.systems.organising.rules import PlanState


@dataclass(frozen=True)
class Asked:
    """What a draft is asked for; areas None: as few as the limits allow."""

    unions: int
    members: int
    areas: int | None = None


@transaction.atomic
def propose(*, actor: Actor, union_id: int, title: str, asked: Asked, at: datetime) -> AreaPlan:
    """A draft for a town's or county's unions; areas never cross the border of a town.

    Raises NotVisible, NotAllowed, InvalidInput (no unions, a number that makes no sense).
    """
    federation = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("organising.assign", path=federation.path)
    plan = AreaPlan(
        union=federation, path=federation.path, title=title.strip()[:80] or federation.name, asked=_asked(asked),
        user_id=actor.user_id, created_at=at, changed_at=at,
    )  # fmt: skip
    ground = ground_of(federation)
    if not ground.spots:
        raise InvalidInput(_("There are no unions to cut into areas yet."), field="union")
    _work_out(plan, ground)
    plan.save()
    audit.record(actor, "organising.plan_proposed", plan, at=at, data=plan.asked)
    return plan


def _asked(asked: Asked) -> dict[str, Any]:
    if not 1 <= asked.unions <= 1000 or not 1 <= asked.members <= 1_000_000:
        raise InvalidInput(_("The limits must be positive numbers."), field="unions")
    if asked.areas is not None and not 1 <= asked.areas <= 2000:
        raise InvalidInput(_("The number of areas must be at least one."), field="areas")
    return {"unions": asked.unions, "members": asked.members, "areas": asked.areas}


def _work_out(plan: AreaPlan, ground: Ground) -> None:
    """Divide each town, keep numbers, names and areas where most unions stay, put hand-placed unions back."""
    limits = limits_of(plan)
    earlier = plan.parts or _present_parts(plan.path)
    pins = {int(key): number for key, number in plan.pins.items()}
    parts: list[dict[str, Any]] = []
    lost = 0
    for town_id, keys in sorted(ground.towns.items()):
        wanted = _share(plan.asked["areas"], ground, town_id, limits)
        found = divide([ground.spots[key] for key in keys], limits, count=wanted)
        lost += sum(int(p.values["unions"]) for p in found.problems if p.code == "no_position")
        parts += [{"federation": town_id, "unions": sorted(part)} for part in found.parts]
    kept = renumbered([part["unions"] for part in parts], [part["unions"] for part in earlier])
    for part, number in zip(parts, kept, strict=True):
        same = number is not None and earlier[number]["federation"] == part["federation"]
        before = earlier[number] if same and number is not None else None
        part |= {"name": before["name"] if before else "", "area": before["area"] if before else None}
    order = sorted(
        range(len(parts)), key=lambda at: (parts[at]["federation"], kept[at] is None, kept[at] or 0, at)
    )
    by_old = {kept[at]: new for new, at in enumerate(order) if kept[at] is not None}
    plan.parts = [parts[at] for at in order]
    plan.pins, gone = _put_back(plan.parts, pins, by_old)
    _name(plan, ground)
    _settle(plan, ground)
    if lost:
        plan.problems.append(stored(Problem("no_position", None, {"unions": lost})))
    if gone:
        plan.problems.append(stored(Problem("pin_lost", None, {"unions": gone})))


def _present_parts(path: str) -> list[dict[str, Any]]:
    held: dict[int, list[int]] = {}
    standing = AreaUnion.objects.filter(within([path], "area__path"), valid_to=None, area__closed_on=None)
    for area_id, union_id in standing.order_by("union_id").values_list("area_id", "union_id"):
        held.setdefault(area_id, []).append(union_id)
    areas = Area.objects.filter(within([path]), closed_on=None).order_by("path", "name", "pk")
    return [
        {"name": area.name, "area": area.pk, "federation": area.union_id, "unions": held.get(area.pk, [])}
        for area in areas
    ]


def _share(areas: int | None, ground: Ground, town_id: int, limits: Limits) -> int | None:
    """A town's share of the number of areas asked for: by load, at least one each (largest remainders)."""
    if areas is None:
        return None
    loads = {key: limits.load(ground.spots[one] for one in keys) for key, keys in ground.towns.items()}
    spare, whole = max(0, areas - len(loads)), sum(loads.values()) or 1
    exact = {key: spare * load / whole for key, load in loads.items()}
    given = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: (given[key] - exact[key], key))[: spare - sum(given.values())]
    return 1 + given[town_id] + (town_id in rest)


def _put_back(
    parts: list[dict[str, Any]], pins: dict[int, int], by_old: dict[int | None, int]
) -> tuple[dict[str, int], int]:
    kept: dict[str, int] = {}
    owner = {key: number for number, part in enumerate(parts) for key in part["unions"]}
    for key, old in sorted(pins.items()):
        number = by_old.get(old)
        if (
            number is None
            or key not in owner
            or parts[number]["federation"] != parts[owner[key]]["federation"]
        ):
            continue
        parts[owner[key]]["unions"].remove(key)
        parts[number]["unions"] = sorted([*parts[number]["unions"], key])
        kept[str(key)] = number
    return kept, len(pins) - len(kept)


def _name(plan: AreaPlan, ground: Ground) -> None:
    """Names for new areas that no area of the federation has borne."""
    taken = {
        (union_id, name)
        for union_id, name in Area.objects.filter(within([plan.path])).values_list("union_id", "name")
    }
    taken |= {(part["federation"], part["name"]) for part in plan.parts if part["name"]}
    many = {key: sum(part["federation"] == key for part in plan.parts) for key in ground.towns}
    seen: dict[int, int] = {}
    for part in plan.parts:
        first = seen[part["federation"]] = seen.get(part["federation"], 0) + 1
        if part["name"]:
            continue
        federation = ground.federations[part["federation"]]
        place = federation.territory.name if federation.territory else federation.name
        names = [_("%(place)s area") % {"place": place}] if many[part["federation"]] == 1 else []
        names += [
            _("%(place)s area %(number)s") % {"place": place, "number": n}
            for n in range(first, first + len(taken) + 1)
        ]
        part["name"] = next(name[:60] for name in names if (part["federation"], name[:60]) not in taken)
        taken.add((part["federation"], part["name"]))


def _settle(plan: AreaPlan, ground: Ground) -> None:
    """Villages follow the unions in them; what is above a limit is said with the reason."""
    for part in plan.parts:
        part["unions"] = [key for key in part["unions"] if key in ground.spots]
    rows = [[ground.spots[key] for key in part["unions"]] for part in plan.parts]
    by_hand = frozenset(int(key) for key in plan.pins)
    too_few = plan.asked["areas"] is not None and plan.asked["areas"] < _fewest(ground, limits_of(plan))
    plan.problems = [stored(one) for one in overfull(rows, limits_of(plan), too_few=too_few, by_hand=by_hand)]
    places = _places(plan.parts, ground)
    for number, part in enumerate(plan.parts):
        part["regions"] = places.get(number, [])


def _fewest(ground: Ground, limits: Limits) -> int:
    return sum(max(1, ceil(limits.load(ground.spots[key] for key in keys))) for keys in ground.towns.values())


def _places(parts: list[dict[str, Any]], ground: Ground) -> dict[int, list[int]]:
    """Villages of each part: where most of its unions lie; one without unions goes with the village before it."""
    votes: dict[str, dict[int, int]] = {}
    towns: dict[int, set[int]] = {}
    for number, part in enumerate(parts):
        towns.setdefault(part["federation"], set()).add(number)
        for key in part["unions"]:
            seen = votes.setdefault(ground.spots[key].place, {})
            seen[number] = seen.get(number, 0) + 1
    found: dict[int, list[int]] = {}
    for federation_id, numbers in towns.items():
        territory = ground.federations[federation_id].territory_id
        last = min(numbers)
        for pk, code in Region.objects.filter(parent_id=territory).order_by("code").values_list("pk", "code"):
            here = {number: n for number, n in votes.get(code, {}).items() if number in numbers}
            last = max(here, key=lambda number: (here[number], -number)) if here else last
            found.setdefault(last, []).append(pk)
    return found


def _draft(actor: Actor, plan_id: int) -> AreaPlan:
    plan = get_visible(AreaPlan.objects.visible_to(actor).select_related("union"), plan_id)
    if plan.state != PlanState.DRAFT:
        raise InvalidInput(_("This draft is no longer open for changes."))
    return plan


def _keep(plan: AreaPlan, at: datetime) -> AreaPlan:
    same = AreaPlan.objects.filter(pk=plan.pk, version=plan.version, state=PlanState.DRAFT)
    values = {"asked": plan.asked, "pins": plan.pins, "parts": plan.parts, "problems": plan.problems}
    if same.update(version=F("version") + 1, changed_at=at, **values) != 1:
        raise StaleState
    plan.refresh_from_db()
    return plan


@transaction.atomic
def rework(*, actor: Actor, plan_id: int, asked: Asked, at: datetime) -> AreaPlan:
    """Divide anew with other numbers; names, areas and unions placed by hand stay. Raises as propose, StaleState."""
    plan = _draft(actor, plan_id)
    plan.asked = _asked(asked)
    _work_out(plan, ground_of(plan.union))
    return _keep(plan, at)


@transaction.atomic
def put(*, actor: Actor, plan_id: int, union_ids: Sequence[int], part: int, at: datetime) -> AreaPlan:
    """Put unions into an area of their own town by hand; they stay there. Raises InvalidInput, StaleState."""
    plan = _draft(actor, plan_id)
    owner = {key: number for number, row in enumerate(plan.parts) for key in row["unions"]}
    if not 0 <= part < len(plan.parts) or not union_ids or any(key not in owner for key in union_ids):
        raise InvalidInput(_("Choose unions of this draft and one of its areas."), field="part")
    if any(plan.parts[owner[key]]["federation"] != plan.parts[part]["federation"] for key in union_ids):
        raise InvalidInput(_("An area does not cross the border of a town."), field="part")
    for key in dict.fromkeys(union_ids):
        plan.parts[owner[key]]["unions"].remove(key)
        plan.parts[part]["unions"] = sorted([*plan.parts[part]["unions"], key])
        plan.pins[str(key)] = part
    _settle(plan, ground_of(plan.union))
    return _keep(plan, at)


@transaction.atomic
def rename(*, actor: Actor, plan_id: int, part: int, name: str, at: datetime) -> AreaPlan:
    """Name an area of a draft. Raises InvalidInput (empty, taken), StaleState."""
    plan = _draft(actor, plan_id)
    if not 0 <= part < len(plan.parts) or not name.strip():
        raise InvalidInput(_("Please give the area a name."), field="name")
    row, new = plan.parts[part], name.strip()[:60]
    borne = Area.objects.filter(union_id=row["federation"], name=new).exclude(pk=row["area"] or 0).exists()
    if borne or any(
        one["name"] == new and one is not row and one["federation"] == row["federation"] for one in plan.parts
    ):
        raise InvalidInput(_("There is an area of this name already."), field="name")
    row["name"] = new
    return _keep(plan, at)


@transaction.atomic
def discard(*, actor: Actor, plan_id: int, at: datetime) -> None:
    """Put a draft away. Raises InvalidInput, StaleState."""
    plan = _draft(actor, plan_id)
    if (
        AreaPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).update(
            state=PlanState.DISCARDED, changed_at=at
        )
        != 1
    ):
        raise StaleState
    audit.record(actor, "organising.plan_discarded", plan, at=at)


@transaction.atomic
def publish(*, actor: Actor, plan_id: int, at: datetime) -> AreaPlan:
    """The draft becomes the areas from today on; areas that continue keep their organiser, others are closed.

    Unions closed since the draft was made are left out. Raises NotVisible, InvalidInput (no draft, unions that came
    since, an empty area), StaleState.
    """
    plan = _draft(actor, plan_id)
    on = local_date(at)
    ground = ground_of(plan.union)
    _check_complete(plan, ground)
    _settle(plan, ground)
    if any(not part["unions"] for part in plan.parts):
        raise InvalidInput(_("An area is empty."), remedy=_("Put a union into it, or divide anew."))
    before = _snapshot(plan.path)
    moved = AreaPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT, version=plan.version).update(
        state=PlanState.PUBLISHED, published_at=at, starts_on=on, changed_at=at
    )
    if moved != 1:
        raise StaleState
    federations = TradeUnion.objects.in_bulk({part["federation"] for part in plan.parts})
    continuing = {part["area"] for part in plan.parts if part["area"]}
    _close([one["id"] for one in before["areas"] if one["id"] not in continuing], on)
    parts = [dict(part) for part in plan.parts]
    for part in parts:
        part["area"] = _become(part, federations[part["federation"]], on).pk
    before["made"] = sorted({part["area"] for part in parts} - {one["id"] for one in before["areas"]})
    AreaPlan.objects.filter(pk=plan.pk).update(parts=parts, before=before)
    place_findings(path=plan.path)
    audit.record(actor, "organising.plan_published", plan, at=at, data={"areas": len(parts)})
    plan.refresh_from_db()
    return plan


def _check_complete(plan: AreaPlan, ground: Ground) -> None:
    """Raise InvalidInput when unions came since the draft was made: they would be left without an area."""
    held = {key for part in plan.parts for key in part["unions"]}
    missing = sorted(set(ground.spots) - held)
    if missing:
        raise InvalidInput(
            _("%(count)s unions came since this draft was made, such as %(names)s; they would be left without an area.")
            % {"count": len(missing), "names": "、".join(ground.names[key] for key in missing[:3])},
            remedy=_("Divide anew: names, organisers and what was placed by hand stay."), field="unions",
        )  # fmt: skip


def _snapshot(path: str) -> dict[str, Any]:
    """The areas of a subtree as they stand, with who holds them."""
    rows = _present_parts(path)
    through = Area.regions.through.objects.filter(within([path], "area__path"))
    regions: dict[int, list[int]] = {}
    for area_id, region_id in through.order_by("region_id").values_list("area_id", "region_id"):
        regions.setdefault(area_id, []).append(region_id)
    open_ones = AreaAssignment.objects.filter(within([path], "area__path"), valid_to=None)
    return {
        "areas": [
            {"id": row["area"], "name": row["name"], "unions": row["unions"], "regions": regions.get(row["area"], [])}
            for row in rows
        ],
        "assignments": sorted(open_ones.values_list("pk", flat=True)),
    }  # fmt: skip


def _become(part: dict[str, Any], federation: TradeUnion, on: date) -> Area:
    area = Area.objects.filter(pk=part["area"] or 0, closed_on=None).first()
    taken = (
        Area.objects.filter(union=federation, name=part["name"]).exclude(pk=area.pk if area else 0).first()
    )
    if taken is not None:
        Area.objects.filter(pk=taken.pk).update(name=_aside(taken))
    if area is None:
        area = Area.objects.create(name=part["name"], union=federation, path=federation.path)
    Area.objects.filter(pk=area.pk).update(name=part["name"])
    area.regions.set(part["regions"])
    set_unions(area, set(part["unions"]), on=on)
    return area


def _aside(area: Area) -> str:
    """A name for an area whose own name is given to another."""
    return f"{area.name[:50]} #{area.pk}"


def _close(area_ids: list[int], on: date) -> None:
    for area in Area.objects.filter(pk__in=area_ids):
        set_unions(area, set(), on=on)
    AreaAssignment.objects.filter(area_id__in=area_ids, valid_to=None).update(valid_to=on)
    Area.objects.filter(pk__in=area_ids).update(closed_on=on)


@transaction.atomic
def undo(*, actor: Actor, plan_id: int, at: datetime) -> AreaPlan:
    """Bring back the areas that a publication replaced, from today on; the days between stay on record.

    Unions closed since are in none of them.
    Raises NotVisible, InvalidInput (areas were changed since), StaleState.
    """
    plan = get_visible(AreaPlan.objects.visible_to(actor).select_related("union"), plan_id)
    if plan.state != PlanState.PUBLISHED:
        raise InvalidInput(_("Only a published division can be taken back."))
    now = {row["area"]: row["unions"] for row in _present_parts(plan.path)}
    if now != {part["area"]: sorted(part["unions"]) for part in plan.parts}:
        raise InvalidInput(
            _("Areas have been changed since this was published, so it cannot be taken back as a whole."),
            remedy=_("Make a new draft instead."),
        )
    moved = AreaPlan.objects.filter(pk=plan.pk, state=PlanState.PUBLISHED).update(
        state=PlanState.UNDONE, undone_at=at, changed_at=at
    )
    if moved != 1:
        raise StaleState
    on = local_date(at)
    _close(plan.before["made"], on)
    closed = set(
        TradeUnion.objects.under(plan.path).filter(state=UnionState.CLOSED).values_list("pk", flat=True)
    )
    for pk in plan.before["made"]:
        made = Area.objects.get(pk=pk)
        Area.objects.filter(pk=pk).update(name=_aside(made))
    for old in plan.before["areas"]:
        area = Area.objects.get(pk=old["id"])
        Area.objects.filter(pk=area.pk).update(closed_on=None, name=f"~{area.pk}")
    for old in plan.before["areas"]:
        area = Area.objects.get(pk=old["id"])
        clash = Area.objects.filter(union_id=area.union_id, name=old["name"]).exclude(pk=area.pk).first()
        if clash is not None:
            Area.objects.filter(pk=clash.pk).update(name=_aside(clash))
        Area.objects.filter(pk=area.pk).update(name=old["name"])
        area.regions.set(old["regions"])
        set_unions(area, set(old["unions"]) - closed, on=on)
    AreaAssignment.objects.filter(pk__in=plan.before["assignments"], valid_to=plan.starts_on).update(
        valid_to=None
    )
    place_findings(path=plan.path)
    audit.record(actor, "organising.plan_undone", plan, at=at)
    plan.refresh_from_db()
    return plan
