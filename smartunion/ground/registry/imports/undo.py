"""Taking a whole import back: what it made goes, what it replaced returns, what people have built upon stays."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportRow,
    Membership,
    MergedRecord,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import MembershipState


def undo_rows(rows: Sequence[ImportRow], *, actor: Actor, at: datetime) -> dict[str, int]:
    """Take rows back one by one, each on its own; a row that cannot be taken back keeps its reason. Safe to run again.

    Facts are reversed, never deleted. Returns how many were undone and how many stay.
    """
    counts = {"undone": 0, "kept": 0}
    for row in rows:
        try:
            with transaction.atomic():
                why = _undo(row, json.loads(row.before or "{}"), actor, at)
        except (ProtectedError, IntegrityError):
            why = _("Other records depend on it by now.")
        counts["kept" if why else "undone"] += 1
        if why:
            others = [problem for problem in row.problems if problem["code"] != "not_undone"]
            row.problems = [*others, {"field": "", "label": "", "code": "not_undone", "severity": "note",
                                      "message": why, "remedy": _("Change it on its own page.")}]  # fmt: skip
            row.save(update_fields=["problems"])
    return counts


def _undo(row: ImportRow, before: dict[str, Any], actor: Actor, at: datetime) -> str:
    if _went_into_another(row, before):
        return _("The record was made one with another; undo that first.")
    if row.target_type == "union":
        return _undo_union(row, before, actor, at)
    if row.target_type == "membership" and row.outcome == "create":
        if not before:  # nothing stood there before: the row brought the person
            spells = Membership.objects.filter(pk=row.target_id or 0)
            before = {"_person_created": True, "_person": spells.values_list("person_id", flat=True).first()}
        why = _undo_membership(row, actor, at)
        if why:
            return why
    _restore_person(before, at)
    if before.get("_person_created"):
        Person.objects.filter(pk=before["_person"]).delete()
    return ""


def _went_into_another(row: ImportRow, before: dict[str, Any]) -> bool:
    """Whether the person or union of the row is part of another record by now."""
    standing = MergedRecord.objects.filter(merge__undone_at=None)
    union_id = row.target_id if row.target_type == "union" else None
    return (
        standing.filter(kind=MergeKind.PERSON, old_id=before.get("_person") or 0).exists()
        or standing.filter(kind=MergeKind.UNION, old_id=union_id or 0).exists()
    )


def _undo_membership(row: ImportRow, actor: Actor, at: datetime) -> str:
    spell = Membership.objects.select_related("union").filter(pk=row.target_id or 0).first()
    if spell is None:
        return ""
    if spell.ended_on is not None or spell.source != f"import:{row.batch_id}":
        return _("The membership has changed since; it is left as it is.")
    if Membership.objects.filter(person_id=spell.person_id).exclude(pk=spell.pk).exists():
        return _("The person has other memberships; it is left as it is.")
    tallies.add_one(spell.union, tallies.of_state(MembershipState(spell.state), -1))
    _reverse_facts("registry.membership", spell.pk, actor, at)
    spell.delete()
    return ""


def _restore_person(before: dict[str, Any], at: datetime) -> None:
    """Old values return where the imported ones still stand."""
    old, new = before.get("_old") or {}, before.get("_new") or {}
    person = Person.objects.filter(pk=before.get("_person") or 0).first() if old else None
    if person is None:
        return
    back = {name: old[name] for name in old if _text(getattr(person, name)) == _text(new.get(name))}
    if back.get("birth_date"):
        back["birth_date"] = date.fromisoformat(str(back["birth_date"]))
    if "mobile" in back:
        back["mobile_tail"] = (back["mobile"] or "")[-4:]
    Person.objects.filter(pk=person.pk).update(
        **checks.with_indexes(back), version=F("version") + 1, updated_at=at
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _undo_union(row: ImportRow, before: dict[str, Any], actor: Actor, at: datetime) -> str:
    union = TradeUnion.objects.filter(pk=row.target_id or 0).first()
    if union is None:
        return ""
    if row.outcome == "change":
        founded = before.get("founded_on")
        back = before | ({"founded_on": date.fromisoformat(founded)} if founded else {})
        TradeUnion.objects.filter(pk=union.pk).update(**back, version=F("version") + 1, updated_at=at)
        return ""
    if union.memberships.exists() or union.children.exists():
        return _("The union has members or unions below it by now; it is left as it is.")
    links = EmployerLink.objects.filter(union=union)
    open_links = links.filter(valid_to=None).count()
    unions = 1 if union.state == "active" and not union.is_leading else 0
    tallies.add_one(union, tallies.Counts(unions=-unions, employers=-open_links))
    tallies.fold()
    _reverse_facts("registry.tradeunion", union.pk, actor, at)
    links.delete()
    union.delete()
    if before.get("_employer"):
        Employer.objects.filter(pk=before["_employer"]).delete()
    return ""


def _reverse_facts(subject_type: str, subject_id: int, actor: Actor, at: datetime) -> None:
    for fact in Fact.objects.standing().filter(subject_type=subject_type, subject_id=subject_id):
        ledger.reverse(fact, actor=actor, at=at, reason="import undone")
