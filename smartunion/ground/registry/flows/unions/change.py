"""Changing what is known of a union: details, name, and the step from preparatory group to union."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.access import union_to_change
from smartunion.ground.registry.flows.carrying import bring_home
from smartunion.ground.registry.flows.particulars import watch
from smartunion.ground.registry.flows.stale import StaleEdit, closed_record
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.flows.unions.create import stand
from smartunion.ground.registry.models import EmployerLink, TradeUnion, UnionFormerName

#: What update_union changes, and how each value is checked. Names, parents and states have flows of their own.
_CHECKS: dict[str, Callable[[Any], Any]] = {
    "address": lambda text: squeeze(text)[:200],
    "contact_name": lambda text: squeeze(text)[:60],
    "contact_phone": checks.checked_phone,
    "founded_on": lambda day: day,
    "founding_mode": lambda key: rules.FoundingMode(key) if key else "",
    "region_id": lambda pk: pk,
    "external_id": lambda text: squeeze(text)[:60],
}


@transaction.atomic
def update_union(
    *, actor: Actor, union_id: int, version: int, changes: Mapping[str, Any], at: datetime
) -> TradeUnion:
    """Change address, head, phone, own code, founding date and way, or place of a union.

    changes: field → value, of address, contact_name, contact_phone, founded_on, founding_mode ("" unknown), region_id,
    external_id, uscc.
    Raises NotVisible, NotAllowed; InvalidInput naming the field; StaleEdit with both versions.
    """
    union = union_to_change(actor, union_id)
    unknown = changes.keys() - _CHECKS.keys() - {"uscc"}
    if unknown:
        raise ValueError(f"update_union does not change {sorted(unknown)}")
    values = {name: _CHECKS[name](value) for name, value in changes.items() if name != "uscc"}
    if "uscc" in changes:
        values["uscc"] = checks.checked_uscc(changes["uscc"], but=union.pk)
    if values.get("founded_on"):
        checks.check_not_future(values["founded_on"], local_date(at), field="founded_on")
        checks.check_founding(union.kind, union.parent, values["founded_on"])
    changed = sorted(name for name, value in values.items() if getattr(union, name) != value)
    _write(union, version, values, at)
    if changed:
        audit.record(actor, "registry.union_updated", union, at=at, data={"fields": changed})
    union.refresh_from_db()
    watch(union, at=at)
    return union


def set_code(union: TradeUnion, text: str, *, at: datetime) -> None:
    """The code assigned when a union is registered as a legal person. For flows only. Raises InvalidInput naming uscc."""
    code = checks.checked_uscc(text, but=union.pk)
    if code != union.uscc:
        TradeUnion.objects.filter(pk=union.pk).update(uscc=code, version=F("version") + 1, updated_at=at)
        union.refresh_from_db()


@transaction.atomic
def rename(
    *, actor: Actor, union_id: int, version: int, name: str, on: date, reason: str, at: datetime
) -> TradeUnion:
    """Give a union another name from a day on; the old one is kept as a former name and still finds it.

    Raises NotVisible, NotAllowed; InvalidInput naming name or on; DuplicateUnion; StaleEdit.
    """
    union = union_to_change(actor, union_id)
    fresh = checks.checked_name(name)
    checks.check_not_future(on, local_date(at), field="on")
    checks.check_stood(union, on, field="on")
    if fresh == union.name:
        raise InvalidInput(_("This is the union's present name."), field="name")
    checks.check_no_namesake(fresh, union.parent_id, but=union.pk)
    _write(union, version, checks.named(fresh), at)
    UnionFormerName.objects.create(
        union=union, name=union.name, name_key=union.name_key, until=on, reason=squeeze(reason)[:200]
    )
    audit.record(
        actor, "registry.union_renamed", union, at=at, reason=reason, data={"from": union.name, "to": fresh}
    )
    union.refresh_from_db()
    watch(union, at=at, on=on)
    return union


@transaction.atomic
def activate_union(*, actor: Actor, union_id: int, founded_on: date, at: datetime) -> TradeUnion:
    """Let a preparatory group become a union on the day the higher union approved its election.

    The people of employers whose own union it is come over from joint unions that day.
    Raises NotVisible, NotAllowed; InvalidInput naming founded_on; StaleState if it is no preparatory group (any more).
    """
    union = union_to_change(actor, union_id)
    checks.check_not_future(founded_on, local_date(at), field="founded_on")
    checks.check_founding(union.kind, union.parent, founded_on)
    moved = TradeUnion.objects.filter(pk=union.pk, state=rules.UnionState.PREPARATORY).update(
        state=rules.UnionState.ACTIVE, founded_on=founded_on, updated_at=at, version=F("version") + 1
    )
    if moved != 1:
        raise StaleState(
            _("%(name)s is not a preparatory group.") % {"name": union.name},
            remedy=_(
                "Open its page: it shows since when it stands; a wrong founding day is corrected in its record."
            ),
        )
    union.refresh_from_db()
    stand(actor=actor, union=union, at=at)
    own = EmployerLink.objects.filter(union=union, kind=rules.LinkKind.OWN, valid_to=None)
    employer_ids = list(own.values_list("employer_id", flat=True))
    bring_home(actor=system(), employer_ids=employer_ids, to=union, on=founded_on, at=at)
    audit.record(actor, "registry.union_activated", union, at=at, data={"founded_on": founded_on.isoformat()})
    return union


def _write(union: TradeUnion, version: int, values: Mapping[str, Any], at: datetime) -> None:
    stored = TradeUnion.objects.filter(pk=union.pk, version=version).exclude(state=rules.UnionState.CLOSED)
    if stored.update(**values, version=F("version") + 1, updated_at=at) == 1:
        return
    now = TradeUnion.objects.get(pk=union.pk)
    if now.state == rules.UnionState.CLOSED:
        raise closed_record(now)
    raise StaleEdit(now, values, sealed=frozenset({"contact_phone"}))
