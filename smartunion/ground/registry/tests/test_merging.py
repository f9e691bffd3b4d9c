"""Records of one person, employer or union made one, and parted again byte for byte."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.tests.lives import examples
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import kinds
from smartunion.ground.registry.flows import memberships, people, tallies
from smartunion.ground.registry.flows.merging import (
    Asked,
    CannotUndo,
    forget,
    merge_employers,
    merge_people,
    merge_unions,
    undo,
)
from smartunion.ground.registry.flows.merging.references import DECLARED, HISTORY, found
from smartunion.ground.registry.models import (
    Consent,
    Employer,
    EmployerLink,
    Membership,
    Merge,
    MergeKind,
    Person,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState
from smartunion.ground.registry.rules.merging import Spell, SpellFate, plan_spells
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.merging_world import dump, many_spells, town

REASON = "同一个人登记了两次"
LATER = make.AT + timedelta(days=3)


def two_records() -> tuple[Person, Person]:
    """One person, entered twice as a member of one union."""
    union = make.union(parent=make.federation())
    return make.member(union, "王海燕").person, make.member(union, "王海燕").person


def asked(*records: Any, **values: Any) -> Asked:
    """A wish to keep the first of the records."""
    return Asked(records[0].pk, {one.pk: one.version for one in records}, REASON, **values)


# -- nothing is forgotten ------------------------------------------------------------------------------------------


def test_every_relation_to_people_employers_and_unions_says_what_a_merge_does_with_it() -> None:
    relations = {
        (one.model, one.field, kind)
        for kind in MergeKind
        for one in found(kind)
        if (one.model, one.field) not in HISTORY
    }

    missing = relations - DECLARED.keys()

    assert not missing, (
        f"declare these with merging.register(Reference(…)) in apps.py of their room: {sorted(missing)}"
    )


def test_every_number_that_may_name_a_person_or_employer_says_what_a_merge_does_with_it() -> None:
    names = ("person_id", "employer_id", "subject_id", "target_id", "survivor_id")
    soft = {
        (model._meta.label, one.name)
        for model in apps.get_models()
        for one in model._meta.local_fields
        if not one.is_relation and isinstance(one, models.IntegerField) and one.name.endswith(names)
    }
    said = {(label, name) for label, name, _kind in DECLARED} | HISTORY.keys()

    assert soft - said == set()


def test_no_declaration_names_a_column_that_does_not_exist() -> None:
    for label, name, *_kind in [*DECLARED, *HISTORY]:
        apps.get_model(label)._meta.get_field(name)


# -- which membership stays ----------------------------------------------------------------------------------------


@given(many_spells())
def test_after_a_plan_no_day_counts_twice_and_one_membership_runs_at_most(spells: list[Any]) -> None:
    plans = plan_spells(spells)

    left = [
        replace(plan.spell, ended_on=plan.until) if plan.until else plan.spell
        for plan in plans if plan.fate is not SpellFate.DROPPED
    ]  # fmt: skip
    assert len(plans) == len(spells)
    assert not any(one.overlaps(other) for one in left for other in left if one is not other)
    assert sum(one.is_running for one in left) == (1 if any(spell.is_running for spell in spells) else 0)
    for plan in plans:
        assert (plan.until is not None) == (plan.fate is SpellFate.ENDED)
        assert plan.until is None or plan.until > plan.spell.started_on


# -- people --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=examples(8),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_merging_people_and_undoing_it_leaves_every_row_byte_identical(data: st.DataObject) -> None:
    with transaction.atomic():
        world = town(data.draw)
        choices = {
            "name": world.people[-1].pk,
            "resident_id": world.people[1].pk,
            "mobile": world.people[-1].pk,
        }
        before = dump()

        merge = merge_people(actor=system(), asked=asked(*world.people, choices=choices), at=make.AT)

        assert Person.objects.count() == 1
        assert Membership.objects.filter(ended_on=None).count() <= 1
        assert tallies.recount() == []
        assert dump() != before
        undo(actor=system(), merge_id=merge.pk, reason="不是同一个人", at=LATER)
        assert tallies.recount() == []
        assert dump() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_kept_record_takes_the_chosen_values_and_everything_of_the_others() -> None:
    cast = make.cast()
    twin = make.person("王小波", resident_id="", mobile="13900001111")
    other = make.membership(twin, cast.elsewhere, started_on=date(2024, 5, 1))
    account = apps.get_model("accounts.User").objects.create_user(
        "w", None, name="小波", person=twin, created_at=make.AT
    )
    Consent.objects.create(person=twin, purpose="joining", text_version="1", given_at=make.AT)
    number = cast.xiaobo.person.resident_id

    merge_people(
        actor=system(),
        asked=asked(cast.xiaobo.person, twin, choices={"name": twin.pk, "mobile": twin.pk}),
        at=make.AT,
    )

    kept = Person.objects.get(pk=cast.xiaobo.person_id)
    assert (kept.name, kept.resident_id, kept.mobile, kept.mobile_tail) == (
        "王小波",
        number,
        "13900001111",
        "1111",
    )
    assert not Person.objects.filter(pk=twin.pk).exists()
    account.refresh_from_db()
    assert account.person_id == kept.pk
    assert kept.consents.count() == 1
    other.refresh_from_db()
    assert (other.person_id, other.ended_on, other.end_type, other.reason) == (
        kept.pk, cast.xiaobo.started_on, ChangeType.TRANSFERRED_OUT, ChangeReason.EMPLOYMENT_CHANGED,
    )  # fmt: skip
    running = Membership.objects.get(person=kept, ended_on=None)
    assert (running.pk, running.name_key) == (cast.xiaobo.pk, kept.pinyin[:40])
    notice = Notice.objects.get(person_id=kept.pk)
    assert notice.template == "registry.records_merged"
    assert number not in notice.body


@pytest.mark.django_db
def test_the_fact_of_a_membership_entered_twice_is_taken_back_and_stands_again_after_undo() -> None:
    union = make.union("云海工会", make.federation())
    first, second = make.member(union, "王海燕"), make.member(union, "王海燕", started_on=date(2026, 5, 1))
    for spell in (first, second):
        ledger.record(
            actor=system(), kind=kinds.MEMBER_JOINED, key=f"joined:{spell.pk}", happened_on=spell.started_on, at=make.AT,
            path=union.path, subject=spell, person_id=spell.person_id,
        )  # fmt: skip

    merge = merge_people(actor=system(), asked=asked(second.person, first.person), at=make.AT)

    standing = Fact.objects.standing().filter(kind=kinds.MEMBER_JOINED)
    assert [(fact.subject_id, fact.person_id) for fact in standing] == [(first.pk, second.person_id)]
    undo(actor=system(), merge_id=merge.pk, reason="不是同一个人", at=LATER)
    standing = Fact.objects.standing().filter(kind=kinds.MEMBER_JOINED).order_by("subject_id")
    assert [(fact.subject_id, fact.person_id) for fact in standing] == [
        (first.pk, first.person_id), (second.pk, second.person_id),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_consent_withdrawn_on_one_record_is_withdrawn_and_a_later_one_stands() -> None:
    one, two = two_records()
    old = Consent.objects.create(
        person=one, purpose="sharing", text_version="1", given_at=make.AT - timedelta(days=5)
    )
    Consent.objects.create(
        person=two, purpose="sharing", text_version="1", given_at=make.AT - timedelta(days=9),
        withdrawn_at=make.AT - timedelta(days=2),
    )  # fmt: skip
    new = Consent.objects.create(person=two, purpose="sharing", text_version="2", given_at=make.AT)

    merge_people(actor=system(), asked=asked(one, two), at=make.AT)

    old.refresh_from_db()
    new.refresh_from_db()
    assert old.withdrawn_at == make.AT - timedelta(days=2)
    assert (new.withdrawn_at, new.person_id) == (None, one.pk)


@pytest.mark.django_db
def test_one_of_two_open_transfers_stays() -> None:
    cast = make.cast()
    twin = make.member(cast.union, "小波", started_on=date(2026, 8, 1))
    stays, goes = make.transfer(cast.xiaobo, cast.elsewhere), make.transfer(twin, cast.elsewhere)

    merge_people(actor=system(), asked=asked(cast.xiaobo.person, twin.person), at=make.AT)

    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.state, goes.state, goes.membership_id) == (
        TransferState.ASKED, TransferState.WITHDRAWN, cast.xiaobo.pk,
    )  # fmt: skip
    assert Transfer.objects.filter(person=cast.xiaobo.person).count() == 2


@pytest.mark.django_db
def test_a_merge_is_refused_and_changes_nothing() -> None:
    cast = make.cast()
    twin = make.member(cast.union, "小波")
    mine, theirs = cast.xiaobo.person, cast.laoqin.person
    before = dump()

    with pytest.raises(NotVisible):
        merge_people(actor=cast.cadre, asked=asked(mine, theirs), at=make.AT)
    with pytest.raises(NotAllowed):
        merge_people(actor=make.inspector(cast.county), asked=asked(mine, twin.person), at=make.AT)
    with pytest.raises(InvalidInput):
        merge_people(actor=cast.cadre, asked=asked(mine), at=make.AT)
    with pytest.raises(InvalidInput):
        merge_people(
            actor=cast.cadre, asked=asked(mine, twin.person, choices={"salary": mine.pk}), at=make.AT
        )
    with pytest.raises(InvalidInput):
        merge_people(
            actor=cast.cadre, asked=asked(mine, twin.person, choices={"name": theirs.pk}), at=make.AT
        )
    with pytest.raises(InvalidInput):
        merge_people(actor=cast.cadre, asked=asked(mine, twin.person, running_id=cast.laoqin.pk), at=make.AT)
    with pytest.raises(InvalidInput):
        merge_people(actor=cast.cadre, asked=replace(asked(mine, twin.person), reason="重"), at=make.AT)
    stale = Asked(mine.pk, {mine.pk: mine.version, twin.person_id: 9}, REASON)
    with pytest.raises(StaleState):
        merge_people(actor=cast.cadre, asked=stale, at=make.AT)

    assert dump() == before
    assert Merge.objects.count() == 0


@pytest.mark.django_db
def test_undo_is_refused_when_a_merged_row_changed_since_and_names_it() -> None:
    cast = make.cast()
    twin = make.member(cast.elsewhere, "小波", started_on=date(2026, 8, 1))
    merge = merge_people(actor=system(), asked=asked(cast.xiaobo.person, twin.person), at=make.AT)
    running = Membership.objects.get(person=cast.xiaobo.person, ended_on=None)
    memberships.end(
        actor=system(), membership_id=running.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.TODAY, at=make.AT,
    )  # fmt: skip
    before = dump()

    with pytest.raises(CannotUndo) as refusal:
        undo(actor=system(), merge_id=merge.pk, reason="不是同一个人", at=LATER)

    assert refusal.value.details["changed"] == ["会籍"]
    assert dump() == before


@pytest.mark.django_db
def test_undo_is_refused_for_others_twice_late_and_after_erasure() -> None:
    cast = make.cast()
    twin = make.member(cast.union, "小波", started_on=date(2026, 8, 1))
    merge = merge_people(actor=cast.cadre, asked=asked(cast.xiaobo.person, twin.person), at=make.AT)

    with pytest.raises(NotVisible):
        undo(actor=make.cadre(cast.elsewhere.parent), merge_id=merge.pk, reason="不是同一个人", at=LATER)
    with pytest.raises(NotVisible):
        undo(actor=make.inspector(cast.county), merge_id=merge.pk, reason="不是同一个人", at=LATER)
    with pytest.raises(CannotUndo):
        undo(actor=cast.cadre, merge_id=merge.pk, reason="不是同一个人", at=make.AT + timedelta(days=181))
    undo(actor=cast.cadre, merge_id=merge.pk, reason="不是同一个人", at=make.AT + timedelta(days=180))
    with pytest.raises(CannotUndo):
        undo(actor=cast.cadre, merge_id=merge.pk, reason="不是同一个人", at=LATER)


@pytest.mark.django_db
def test_erasing_the_person_clears_what_undo_would_need() -> None:
    cast = make.cast()
    twin = make.person("小波")
    make.membership(twin, cast.union, state="ended", ended_on=date(2026, 4, 1), end_type="left")
    merge = merge_people(actor=system(), asked=asked(cast.xiaobo.person, twin), at=make.AT)
    memberships.end(
        actor=system(), membership_id=cast.xiaobo.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=make.TODAY, at=make.AT,
    )  # fmt: skip
    kept = Person.objects.get(pk=cast.xiaobo.person_id)

    people.erase(actor=system(), person_id=kept.pk, version=kept.version, reason="本人要求删除", at=make.AT)

    merge.refresh_from_db()
    assert merge.record == ""


@pytest.mark.django_db
def test_old_rows_are_kept_no_longer_than_the_parameter_says() -> None:
    one, two = two_records()
    merge = merge_people(actor=system(), asked=asked(one, two), at=make.AT)

    assert forget(at=make.AT + timedelta(days=180)) == 0
    assert forget(at=make.AT + timedelta(days=181)) == 1
    merge.refresh_from_db()
    assert merge.record == ""


# -- employers and unions ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_merging_employers_keeps_one_coverage_since_the_earlier_day_and_undo_is_exact() -> None:
    cast = make.cast()
    firm = make.employer("宁海得力文具有限公司", looked_after_by=cast.county)
    twin = make.employer("宁海得力文具公司", looked_after_by=cast.county, uscc="")
    make.link(cast.union, firm, valid_from=date(2026, 6, 1))
    make.link(cast.union, twin, valid_from=date(2020, 1, 1))
    worker = make.member(cast.union, employer=twin)
    before = dump()

    merge = merge_employers(actor=cast.cadre, asked=asked(firm, twin, choices={"name": twin.pk}), at=make.AT)

    kept = Employer.objects.get()
    assert (kept.name, kept.former_name, kept.uscc) == ("宁海得力文具公司", "宁海得力文具有限公司", firm.uscc)
    assert list(EmployerLink.objects.values_list("employer_id", "valid_from")) == [
        (firm.pk, date(2020, 1, 1))
    ]
    worker.refresh_from_db()
    assert worker.employer_id == firm.pk
    assert tallies.recount() == []
    undo(actor=cast.cadre, merge_id=merge.pk, reason="是两家公司", at=LATER)
    assert tallies.recount() == []
    assert dump() == before


@pytest.mark.django_db
def test_merging_unions_moves_members_counts_and_facts_and_undo_is_exact() -> None:
    cast = make.cast()
    twin = make.union("宁海得力公司工会", cast.county)
    firm = make.employer("宁海得力文具有限公司", looked_after_by=cast.county)
    make.link(cast.union, firm)
    make.link(twin, firm)
    moved = make.member(twin, "阿强")
    make.membership(make.person("老金"), twin, state="ended", ended_on=date(2026, 4, 1), end_type="left")
    ledger.record(
        actor=system(), kind=kinds.MEMBER_JOINED, key="j1", happened_on=make.DAY, at=make.AT, path=twin.path, subject=moved,
        person_id=moved.person_id,
    )  # fmt: skip
    before = dump()

    merge = merge_unions(actor=cast.cadre, asked=asked(cast.union, twin), at=make.AT)

    assert not TradeUnion.objects.filter(pk=twin.pk).exists()
    moved.refresh_from_db()
    assert (moved.union_id, moved.union_path) == (cast.union.pk, cast.union.path)
    assert Fact.objects.get(key="j1").path == cast.union.path
    assert list(cast.union.former_names.values_list("name", flat=True)) == ["宁海得力公司工会"]
    assert Membership.objects.filter(union=cast.union, state=MembershipState.ACTIVE).count() == 2
    assert tallies.recount() == []
    undo(actor=cast.cadre, merge_id=merge.pk, reason="是两家工会", at=LATER)
    assert Fact.objects.get(key="j1").path == twin.path
    assert tallies.recount() == []
    assert dump() == before


@pytest.mark.django_db
def test_a_union_that_leads_others_is_not_made_part_of_another() -> None:
    cast = make.cast()
    town_federation = make.federation("西店镇总工会", cast.county)
    before = dump()

    with pytest.raises(InvalidInput):
        merge_unions(actor=cast.cadre, asked=asked(cast.union, town_federation), at=make.AT)

    assert dump() == before


def test_the_worked_table_of_the_rules_page() -> None:
    page = Path(apps.get_app_config("registry").path).parents[2] / "docs" / "rules" / "merging.md"
    rows = [line.split("|")[1:3] for line in page.read_text().splitlines() if line.startswith(("| A", "| B"))]

    assert len(rows) == 6
    for given_spells, expected in rows:
        plans = plan_spells(_spells(given_spells))
        left = [
            replace(plan.spell, ended_on=plan.until or plan.spell.ended_on)
            for plan in plans if plan.fate is not SpellFate.DROPPED
        ]  # fmt: skip
        told = [(one.union_id, one.started_on, one.ended_on) for one in left]
        assert told == [(one.union_id, one.started_on, one.ended_on) for one in _spells(expected)]


def _spells(text: str) -> list[Spell]:
    found = re.findall(r"([AB]): (\S+) – (\d\S+)?", text.replace(";", " "))
    return [
        Spell(
            number,
            ord(union),
            MembershipState.ACTIVE,
            date.fromisoformat(start),
            date.fromisoformat(end) if end else None,
        )
        for number, (union, start, end) in enumerate(found, start=1)
    ]
