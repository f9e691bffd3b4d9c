"""Taking a whole import back: what it made goes, what it replaced returns, what people have built upon stays."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from smartunion.core import removal, statistics
from smartunion.core.actor import Actor
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.imports import packs
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportPart,
    ImportRow,
    Membership,
    Merge,
    MergedRecord,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import COUNTED_KINDS, MembershipState

#: Why a row stays, by its key; "" for one that was taken back.
Whys = dict[tuple[str, int], str]


def undo_part(part: ImportPart, alone: Sequence[ImportRow], *, actor: Actor, at: datetime) -> dict[str, int]:
    """Take the rows of a part back, the last first; one that cannot be taken back keeps its reason and holds up no other.

    alone: those of its rows that stand alone and were applied. Rows that brought a new person go together, the others one
    by one in the order given. Facts are reversed, never deleted. Safe to run again. Returns how many were undone and how
    many stay.
    """
    packed = [packs.as_row(part, row) for row in reversed(packs.unpacked(part))]
    rows = [*packed, *alone]
    whys: Whys = {}
    brought = [row for row in rows if _brought_a_person(row)]
    _take_back(brought, whys, actor, at)
    for row in alone:
        if _key(row) in whys:
            continue
        try:
            with transaction.atomic():
                whys[_key(row)] = _undo(row, json.loads(row.before or "{}"), actor, at)
        except (ProtectedError, IntegrityError):
            whys[_key(row)] = _("Other records depend on it by now.")
    kept = [row for row in rows if whys[_key(row)]]
    for row in kept:
        others = [problem for problem in row.problems if problem["code"] != "not_undone"]
        row.problems = [*others, {"field": "", "label": "", "code": "not_undone", "severity": "note",
                                  "message": whys[_key(row)], "remedy": _("Change it on its own page.")}]  # fmt: skip
    loose = [row for row in kept if row.pk is None]
    with transaction.atomic():
        ImportRow.objects.bulk_update([row for row in kept if row.pk], ["problems"], batch_size=500)
        packs.take_out(part, loose)
    return {"undone": len(rows) - len(kept), "kept": len(kept)}


def _key(row: ImportRow) -> tuple[str, int]:
    """What tells rows of a part apart; a packed row has no key of its own."""
    return ("row", row.pk) if row.pk else ("target", row.target_id or 0)


def _brought_a_person(row: ImportRow) -> bool:
    """Whether nothing stood there before: both the person and her membership are the row's."""
    return row.target_type == "membership" and row.outcome == "create" and not row.before


def _take_back(rows: Sequence[ImportRow], whys: Whys, actor: Actor, at: datetime) -> None:
    """All rows in a handful of statements; where something depends on one of them, halves of them, down to that one."""
    if not rows:
        return
    try:
        with transaction.atomic(), statistics.by_index():
            whys |= _undo_brought(rows, actor, at)
    except (ProtectedError, IntegrityError):
        if len(rows) == 1:
            whys[_key(rows[0])] = _("Other records depend on it by now.")
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            _take_back(half, whys, actor, at)


def _undo_brought(rows: Sequence[ImportRow], actor: Actor, at: datetime) -> Whys:
    spells = {spell.pk: spell for spell in Membership.objects.filter(pk__in=[row.target_id for row in rows])}
    people = {spell.person_id for spell in spells.values()}
    elsewhere = Membership.objects.filter(person_id__in=people).exclude(pk__in=spells)
    several = set(elsewhere.values_list("person_id", flat=True))
    merges = Merge.objects.filter(kind=MergeKind.PERSON, survivor_id__in=people, undone_at=None)
    joined = set(merges.values_list("survivor_id", flat=True))
    whys: Whys = {}
    going: list[Membership] = []
    for row in rows:
        spell = spells.get(row.target_id or 0)
        whys[_key(row)] = _why_kept(row, spell, several, joined) if spell else ""
        if spell and not whys[_key(row)]:
            going.append(spell)
    counts: dict[int, tallies.Counts] = {}
    for spell in going:
        change = tallies.of_state(MembershipState(spell.state), -1)
        counts[spell.union_id] = counts.get(spell.union_id, tallies.Counts()) + change
    tallies.add(counts, {spell.union_id: spell.union_path for spell in going})
    keys = [spell.pk for spell in going]
    facts = Fact.objects.standing().filter(subject_type="registry.membership", subject_id__in=keys)
    ledger.reverse_many(list(facts), actor=actor, at=at, reason="import undone")
    removal.delete(Membership, keys)
    removal.delete(Person, [spell.person_id for spell in going])
    return whys


def _why_kept(row: ImportRow, spell: Membership, several: set[int], joined: set[int]) -> str:
    if spell.person_id in joined:
        return _("The record was made one with another; undo that first.")
    if spell.ended_on is not None or spell.source != f"import:{row.batch_id}":
        return _("The membership has changed since; it is left as it is.")
    if spell.person_id in several:
        return _("The person has other memberships; it is left as it is.")
    return ""


def _undo(row: ImportRow, before: dict[str, Any], actor: Actor, at: datetime) -> str:
    if _went_into_another(row, before):
        return _("The record was made one with another; undo that first.")
    if row.target_type == "union":
        return _undo_union(row, before, actor, at)
    if row.target_type == "membership" and row.outcome == "create":
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
    has_others = Membership.objects.filter(person_id=spell.person_id).exclude(pk=spell.pk).exists()
    why = _why_kept(row, spell, {spell.person_id} if has_others else set(), set())
    if why:
        return why
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
    unions = 1 if union.state == "active" and union.kind in COUNTED_KINDS else 0
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
