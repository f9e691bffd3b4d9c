"""Applying rows of a list of union organisations with the employer each belongs to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, Refusal
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers as employer_flows
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.flows.unions.create import NewUnion, create_union
from smartunion.ground.registry.imports.staged import Part, RowOutcome, day, dumped
from smartunion.ground.registry.imports.union_employers import has_own_union_words, known_employer
from smartunion.ground.registry.imports.union_values import DETAILS
from smartunion.ground.registry.models import ImportBatch, ImportPart, ImportRow, TradeUnion
from smartunion.ground.registry.rules import LinkKind, UnionKind, UnionLevel


def read_unions(_batch: ImportBatch, parts: Sequence[ImportPart]) -> Part:
    """The rows as they are staged."""
    rows = ImportRow.objects.filter(
        part__in=parts, outcome__in=[RowOutcome.CREATE, RowOutcome.CHANGE]
    ).order_by("part", "pk")
    return Part(
        [part.pk for part in parts],
        sum(part.effective for part in parts),
        list(rows.defer("before")),
        clock.now(),
    )


def apply_unions(batch: ImportBatch, part: Part, *, actor: Actor) -> dict[str, int]:
    """Apply staged rows through the registry's own flows; a row the flows refuse keeps its reason, the rest goes on."""
    counts = {"create": 0, "change": 0, "refuse": 0}
    for row in part.rows:
        values = json.loads(row.values)
        try:
            with transaction.atomic():
                _apply(batch, row, values, actor, part.at)
        except DomainError as refusal:
            row.outcome, row.reason = RowOutcome.REFUSE, refusal.code
            row.problems = [
                *row.problems,
                {"field": refusal.field, "label": "", "code": refusal.code, "severity": "record",
                 "message": refusal.message, "remedy": refusal.remedy},
            ]  # fmt: skip
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
        row.save(update_fields=["outcome", "reason", "problems", "before", "target_type", "target_id"])
    return counts


def _apply(batch: ImportBatch, row: ImportRow, values: dict[str, Any], actor: Actor, at: datetime) -> None:
    if row.outcome == RowOutcome.CHANGE:
        union = TradeUnion.objects.get(pk=row.target_id or 0)
        row.before = dumped({name: getattr(union, name) for name in row.changes})
        fresh = {name: values[name] for name in row.changes}
        if "founded_on" in fresh:
            fresh["founded_on"] = day(fresh["founded_on"])
        if "uscc" in fresh:
            fresh["uscc"] = checks.checked_uscc(fresh["uscc"], but=union.pk)
        TradeUnion.objects.filter(pk=union.pk).update(**fresh, version=union.version + 1, updated_at=at)
        row.target_type = "union"
        return
    union = create_union(actor=actor, data=_new_union(batch, values), at=at)
    employer_id, is_new = _employer(batch, values, union, actor, at)
    if employer_id is not None:
        kind = LinkKind.JOINT if union.kind == UnionKind.JOINT else LinkKind.OWN
        has_own = (
            kind == LinkKind.JOINT and employer_flows.own_coverage().filter(employer=employer_id).exists()
        )
        if has_own:
            _note_own_union(row)
        elif union.kind in rules.GRASSROOTS:
            employer_flows.link(
                actor=actor, union_id=union.pk, employer_id=employer_id, kind=kind,
                on=union.founded_on or local_date(at), at=at, source=f"import:{batch.pk}", with_people=False,
            )  # fmt: skip
    row.target_type, row.target_id = "union", union.pk
    row.before = dumped({"_employer": employer_id if is_new else None})


def _note_own_union(row: ImportRow) -> None:
    """The preview says so, unless the employer's own union was set up since, perhaps by this very list."""
    code = employer_flows.HasOwnUnion.code
    if all(problem["code"] != code for problem in row.problems):
        message, remedy = has_own_union_words()
        row.problems = [
            *row.problems,
            {"field": "employer_name", "label": "", "code": code, "severity": "refused", "message": message,
             "remedy": remedy},
        ]  # fmt: skip


def _new_union(batch: ImportBatch, values: dict[str, Any]) -> NewUnion:
    return NewUnion(
        name=values["name"], kind=UnionKind(values["kind"]), level=UnionLevel(values["level"]),
        parent_id=_parent_id(batch, values), region_id=values["region_id"], founded_on=day(values["founded_on"]),
        uscc=values["uscc"], contact_name=values["contact_name"], contact_phone=values["contact_phone"],
        source=f"import:{batch.pk}", external_id=values["number"], address=values["employer"].get("address", ""),
    )  # fmt: skip


def _parent_id(batch: ImportBatch, values: dict[str, Any]) -> int:
    """The union the preview put the row below; one of the same file has been set up before. Raises ParentMissing."""
    if values["parent_id"]:
        return int(values["parent_id"])
    sheet, number = values["parent_row"]
    made = ImportRow.objects.filter(batch=batch, number=number, sheet=sheet, target_type="union")
    parent = TradeUnion.objects.filter(pk__in=made.values("target_id"), name_key=values["parent_key"]).first()
    if parent is None:
        raise ParentMissing(
            _("The upper union in row %(number)s of the file could not be set up.") % {"number": number},
            remedy=_("Correct that row first, then import both again."), field="parent_name",
        )  # fmt: skip
    return parent.pk


class ParentMissing(Refusal):
    """The row's upper union, which another row was to set up, does not stand."""

    code = "parent_missing"


def _employer(
    batch: ImportBatch, values: dict[str, Any], union: TradeUnion, actor: Actor, at: datetime
) -> tuple[int | None, bool]:
    """The row's employer, found by code or by exact name in the place, else entered; and whether it is new."""
    given = values["employer"]
    known = known_employer(batch.path, given["name"], given["uscc"])
    if known is not None:
        return known.pk, False
    if not given["name"]:
        return None, False
    details = {name: given[name] for name in DETAILS if name in given} | {"region_id": union.region_id}
    made = employer_flows.create_employer(
        actor=actor,
        data=employer_flows.NewEmployer(given["name"], given["uscc"], details, source=f"import:{batch.pk}"), at=at,
    )  # fmt: skip
    return made.pk, True
