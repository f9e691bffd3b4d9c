"""Setting up a union in the tree."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.paths import child_path
from smartunion.ground.facts import ledger
from smartunion.ground.registry import kinds, rules
from smartunion.ground.registry.flows import numbers, tallies
from smartunion.ground.registry.flows.access import permission_for, union_for
from smartunion.ground.registry.flows.territories import take_over_territory
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.models import Region, TradeUnion


@dataclass(frozen=True)
class NewUnion:
    """What is known of a union to be set up.

    territory_id: for leading unions, the region whose employers they look after. state: PREPARATORY for a
    preparatory group (no members yet), ACTIVE for one that stands; founded_on: the day the higher union approved it.
    number: only for unions that bring theirs along; "" gives the next one of the place and year.
    """

    name: str
    kind: rules.UnionKind
    level: rules.UnionLevel
    parent_id: int | None
    region_id: int | None = None
    territory_id: int | None = None
    state: rules.UnionState = rules.UnionState.ACTIVE
    founded_on: date | None = None
    founding_mode: rules.FoundingMode | Literal[""] = ""
    uscc: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    external_id: str = ""
    number: str = ""
    source: str = ""


@transaction.atomic
def create_union(*, actor: Actor, data: NewUnion, at: datetime) -> TradeUnion:
    """Set up a union below its parent and give it a number.

    Only the installation itself may set up the root. Raises NotVisible, NotAllowed; InvalidInput naming name,
    parent, level, uscc, founded_on, contact_phone or territory; DuplicateUnion.
    """
    parent = _parent(actor, data)
    values = _checked(data, parent, today=local_date(at))
    union = TradeUnion(
        kind=data.kind, level=data.level, state=data.state, parent=parent, region_id=_region_id(data, parent),
        territory_id=data.territory_id, founded_on=data.founded_on, founding_mode=data.founding_mode,
        external_id=data.external_id,
        depth=parent.depth + 1 if parent else 0, number="", path=f"~{uuid4().hex}",
        created_at=at, updated_at=at, **values,
    )  # fmt: skip
    union.number = data.number or next_number(union, at)
    union.save(force_insert=True)
    union.path = child_path(parent.path if parent else "", union.pk)
    union.save(update_fields=["path"])
    if data.territory_id is not None:
        take_over_territory(union)
    if data.state == rules.UnionState.ACTIVE:
        stand(actor=actor, union=union, at=at)
    audit.record(
        actor, "registry.union_created", union, at=at, data={"parent": data.parent_id, "source": data.source}
    )
    return union


def stand(*, actor: Actor, union: TradeUnion, at: datetime) -> None:
    """Count a union that has come to stand: its tally and its founding fact. Branches and groups are parts of theirs."""
    if union.kind in rules.PART_KINDS:
        return
    if union.kind in rules.COUNTED_KINDS:
        tallies.add_one(union, tallies.Counts(unions=1))
    ledger.record(
        actor=actor, kind=kinds.UNION_FOUNDED, key=f"union_founded:{union.pk}", path=union.path, subject=union,
        happened_on=union.founded_on or local_date(at), at=at, attrs={"kind": union.kind},
    )  # fmt: skip


def next_number(union: TradeUnion, at: datetime) -> str:
    """The next number of the place and year: 330226-2026-0007."""
    place = union.region.code if union.region else "000000"
    year = (union.founded_on or local_date(at)).year
    return f"{place}-{year}-{numbers.take(f'union:{place}:{year}'):04d}"


def _checked(data: NewUnion, parent: TradeUnion | None, *, today: date) -> dict[str, str]:
    """Checked text values of a new union, ready to store. Raises InvalidInput, DuplicateUnion."""
    if parent is not None:
        checks.check_parent(data.kind, data.level, parent)
    if data.founded_on is not None:
        checks.check_not_future(data.founded_on, today, field="founded_on")
        checks.check_founding(data.kind, parent, data.founded_on)
    if data.territory_id is not None and data.kind not in rules.LEADING:
        raise InvalidInput(
            _("Only a leading union looks after a territory."), remedy=_("Leave the territory empty."),
            field="territory",
        )  # fmt: skip
    name = checks.checked_name(data.name)
    checks.check_no_namesake(name, parent.pk if parent else None)
    return checks.named(name) | {
        "uscc": checks.checked_uscc(data.uscc),
        "address": squeeze(data.address)[:200],
        "contact_name": squeeze(data.contact_name)[:60],
        "contact_phone": checks.checked_phone(data.contact_phone),
    }


def _parent(actor: Actor, data: NewUnion) -> TradeUnion | None:
    if data.parent_id is not None:
        return union_for(actor, data.parent_id, permission_for(data.kind))
    if not actor.can("registry.edit", path=""):
        raise NotAllowed(_("Only the installation itself sets up the topmost union."))
    return None


def _region_id(data: NewUnion, parent: TradeUnion | None) -> int | None:
    if data.region_id is not None:
        if not Region.objects.filter(pk=data.region_id).exists():
            raise InvalidInput(
                _("This region is not known here."),
                remedy=_("Choose a region from the list."),
                field="region",
            )
        return data.region_id
    return data.territory_id or (parent.region_id if parent else None)
