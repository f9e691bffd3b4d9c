"""Staging and applying rows of a list of union organisations with the employer each belongs to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers as employer_flows
from smartunion.ground.registry.flows.unions.create import NewUnion, create_union
from smartunion.ground.registry.imports import choices
from smartunion.ground.registry.imports.staged import Outcome, Staged, day, dumped, same_row
from smartunion.ground.registry.models import Employer, ImportBatch, ImportRow, Region, TradeUnion
from smartunion.ground.registry.queries import employer_by_uscc
from smartunion.ground.registry.rules import LinkKind, UnionKind, UnionLevel

#: Fields of a union that a later list may fill or replace.
UPDATED = ("address", "contact_name", "uscc", "founded_on")
_DETAILS = ("address", "unit_nature", "economic_type", "industry", "staff_count")


class UnionStager:
    """Compares records with the tree below one union; rows may name a parent that stands elsewhere in the file."""

    def __init__(self, union: TradeUnion, *, at: datetime) -> None:
        self.union, self.today = union, local_date(at)
        rows = TradeUnion.objects.filter(within([union.path])).exclude(state="closed")
        self._known: dict[str, TradeUnion] = {}
        for known in rows.order_by("-depth"):
            self._known[known.name_key] = known
        territory = union.territory or union.region
        regions = Region.objects.filter(within([territory.path])) if territory else Region.objects.none()
        self._regions: dict[str, int] = {}
        self._by_depth: list[tuple[str, int]] = []
        for pk, name, code, full in regions.order_by("-depth", "pk").values_list(
            "pk", "name", "code", "full_name"
        ):
            self._regions |= {name: pk, code: pk, full: pk}
            if len(name) > 1:
                self._by_depth.append((name, pk))
        self._named: dict[str, int] = {}

    def stage(self, batch: Sequence[Staged]) -> None:
        """Decide each record's outcome in place."""
        for staged in batch:
            if not staged.is_refused:
                self._stage(staged)

    def _stage(self, staged: Staged) -> None:
        given = staged.values
        key = rules.fold_name(str(given["name"]))
        if key in self._named:
            staged.refuse("name", "repeated", *same_row(self._named[key]))
            return
        self._named[key] = staged.number
        region_id = self._place(str(given.get("region_name") or ""))
        kind = given.get("kind") or UnionKind.INDEPENDENT.value
        staged.values = {
            "name": str(given["name"]), "kind": kind, "level": _level(kind),
            "parent_key": rules.fold_name(str(given.get("parent_name") or "")), "region_id": region_id,
            "uscc": str(given.get("uscc") or ""), "founded_on": given.get("founded_on"),
            "contact_name": str(given.get("head_name") or ""), "contact_phone": str(given.get("phone") or ""),
            "number": str(given.get("number") or ""),
            "employer": {
                "name": str(given.get("employer_name") or ""), "uscc": str(given.get("employer_uscc") or ""),
                **_usable_details(given, staged),
            },
        }  # fmt: skip
        if given.get("region_name") and region_id is None:
            said = {"place": given["region_name"], "union": self.union.name}
            staged.problems.append(
                {"field": "region_name", "label": "", "code": "unknown_place", "severity": "refused",
                 "message": _("“%(place)s” is no place inside %(union)s.") % said,
                 "remedy": _("The union is set up at its parent's place; correct the place later.")}
            )  # fmt: skip
        known = self._known.get(key)
        if known is not None:
            staged.target_id = known.pk
            staged.changes = _differences(staged.values, known)
            staged.outcome = Outcome.CHANGE if staged.changes else Outcome.SAME

    def _place(self, text: str) -> int | None:
        """The region of this name or code, else the deepest one whose name stands in the text (宁海县西店镇)."""
        if not text or text in self._regions:
            return self._regions.get(text)
        return next((pk for name, pk in self._by_depth if name in text), None)


def _level(kind: str) -> str:
    return (UnionLevel.GRASSROOTS if kind in rules.GRASSROOTS else UnionLevel.TOWN).value


def _usable_details(given: dict[str, Any], staged: Staged) -> dict[str, Any]:
    """Optional items of the employer; one that is in no list is left out and said so, the row goes on."""
    found = {}
    for name in _DETAILS:
        value = given.get(name)
        if value in (None, ""):
            continue
        kept = choices.of_employer(name, value)
        if kept is None:
            staged.problems.append(
                {"field": name, "label": "", "code": "not_in_list", "severity": "refused",
                 "message": _("“%(value)s” is not in the list, so it was left out.") % {"value": value},
                 "remedy": _("Choose it on the employer's page.")}
            )  # fmt: skip
        else:
            found[name] = kept
    return found


def _differences(values: dict[str, Any], union: TradeUnion) -> list[str]:
    stored = {"uscc": union.uscc, "contact_name": union.contact_name, "founded_on": union.founded_on}
    found = []
    for name, old in stored.items():
        new = values.get(name)
        if new not in (None, "") and str(new) != str(old or ""):
            found.append(name)
    return found


def apply_unions(
    batch: ImportBatch, rows: Sequence[ImportRow], *, actor: Actor, at: datetime
) -> dict[str, int]:
    """Apply staged rows through the registry's own flows; a row the flows refuse keeps its reason, the rest goes on."""
    counts = {"create": 0, "change": 0, "refuse": 0}
    for row in rows:
        values = json.loads(row.values)
        try:
            with transaction.atomic():
                _apply(batch, row, values, actor, at)
        except DomainError as refusal:
            row.outcome, row.applied = Outcome.REFUSE, False
            row.problems = [
                *row.problems,
                {"field": refusal.field, "label": "", "code": refusal.code, "severity": "record",
                 "message": refusal.message, "remedy": refusal.remedy},
            ]  # fmt: skip
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
        row.save(update_fields=["outcome", "applied", "problems", "before", "target_type", "target_id"])
    return counts


def _apply(batch: ImportBatch, row: ImportRow, values: dict[str, Any], actor: Actor, at: datetime) -> None:
    if row.outcome == Outcome.CHANGE:
        union = TradeUnion.objects.get(pk=row.target_id or 0)
        row.before = dumped({name: getattr(union, name) for name in row.changes})
        fresh = {name: values[name] for name in row.changes}
        if "founded_on" in fresh:
            fresh["founded_on"] = day(fresh["founded_on"])
        TradeUnion.objects.filter(pk=union.pk).update(**fresh, version=union.version + 1, updated_at=at)
        row.target_type, row.applied = "union", True
        return
    union = create_union(actor=actor, data=_new_union(batch, values), at=at)
    employer_id, is_new = _employer(batch, values, union, actor, at)
    if employer_id is not None:
        kind = LinkKind.JOINT if union.kind == UnionKind.JOINT else LinkKind.OWN
        if union.kind in rules.GRASSROOTS:
            employer_flows.link(
                actor=actor, union_id=union.pk, employer_id=employer_id, kind=kind,
                on=union.founded_on or local_date(at), at=at, source=f"import:{batch.pk}",
            )  # fmt: skip
    row.target_type, row.target_id, row.applied = "union", union.pk, True
    row.before = dumped({"_employer": employer_id if is_new else None})


def _new_union(batch: ImportBatch, values: dict[str, Any]) -> NewUnion:
    parent = None
    if values["parent_key"]:
        below = TradeUnion.objects.filter(within([batch.path]), name_key=values["parent_key"]).exclude(
            state="closed"
        )
        parent = below.order_by("depth", "pk").first()
    if parent is None and values["region_id"]:
        parent = (
            TradeUnion.objects.leading()
            .filter(within([batch.path]), territory_id=values["region_id"], state="active")
            .order_by("depth", "pk")
            .first()
        )
    return NewUnion(
        name=values["name"], kind=UnionKind(values["kind"]), level=UnionLevel(values["level"]),
        parent_id=parent.pk if parent else batch.union_id, region_id=values["region_id"],
        founded_on=day(values["founded_on"]), uscc=values["uscc"], contact_name=values["contact_name"],
        contact_phone=values["contact_phone"], source=f"import:{batch.pk}", external_id=values["number"],
        address=values["employer"].get("address", ""),
    )  # fmt: skip


def _employer(
    batch: ImportBatch, values: dict[str, Any], union: TradeUnion, actor: Actor, at: datetime
) -> tuple[int | None, bool]:
    """The row's employer, found by code or by exact name in the place, else entered; and whether it is new."""
    given = values["employer"]
    if not given["name"]:
        return None, False
    known = employer_by_uscc(given["uscc"]) if given["uscc"] else None
    if known is None:
        namesakes = Employer.objects.filter(
            within([batch.path], "territory_path"), name_key=rules.fold_name(given["name"])
        )
        alike = list(namesakes[:2])
        known = alike[0] if len(alike) == 1 and not (given["uscc"] and alike[0].uscc) else None
    if known is not None:
        return known.pk, False
    details = {name: given[name] for name in _DETAILS if name in given} | {"region_id": union.region_id}
    made = employer_flows.create_employer(
        actor=actor,
        data=employer_flows.NewEmployer(given["name"], given["uscc"], details, source=f"import:{batch.pk}"), at=at,
    )  # fmt: skip
    return made.pk, True


def in_tree_order(rows: Sequence[tuple[int, str, str]]) -> list[int]:
    """Keys of rows so that a parent comes before its children; rows: (key, own name key, parent's name key).

    A circle of names is broken where it is met first: those rows come last, in the order given.
    """
    own = {name: key for key, name, _parent in rows}
    parents = {key: own.get(parent) for key, name, parent in rows if parent and parent != name}
    order: list[int] = []
    done: set[int] = set()
    for key, _name, _parent in rows:
        chain = []
        at: int | None = key
        while at is not None and at not in done and at not in chain:
            chain.append(at)
            at = parents.get(at)
        for link in reversed(chain):
            done.add(link)
            order.append(link)
    return order
