"""Unions: set up, changed, renamed, moved, closed."""

from datetime import date

import pytest
from django.forms.models import model_to_dict

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.jobs.models import Job
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.flows import tallies, unions
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.flows.unions.checks import DuplicateUnion
from smartunion.ground.registry.flows.unions.close import Fate, HasChildren
from smartunion.ground.registry.flows.unions.close import settle as settle_close
from smartunion.ground.registry.flows.unions.move import settle as settle_move
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Officer,
    Term,
    TradeUnion,
    Transfer,
    UnionFormerName,
)
from smartunion.ground.registry.rules import MembershipState, UnionKind, UnionLevel, UnionState
from smartunion.ground.registry.rules.counts import Counts
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def new(parent: TradeUnion | None, name: str = "宁海得力集团工会", **values: object) -> unions.NewUnion:
    values.setdefault("kind", UnionKind.INDEPENDENT)
    values.setdefault("level", UnionLevel.GRASSROOTS)
    return unions.NewUnion(name=name, parent_id=parent.pk if parent else None, **values)  # type: ignore[arg-type]


def test_create_puts_a_union_into_the_tree_counts_and_records_it() -> None:
    place = make.region(code="330226")
    county = make.federation(territory=place, region=place)

    union = unions.create_union(
        actor=make.cadre(county),
        data=new(county, " 宁海（得力）集团　工会 ", founded_on=date(2026, 3, 2)),
        at=make.AT,
    )

    assert union.name == "宁海（得力）集团 工会"
    assert (union.name_key, union.pinyin) == ("宁海(得力)集团工会", "nhdljtgh")
    assert union.path.startswith(county.path)
    assert union.depth == county.depth + 1
    assert union.number == "330226-2026-0001"
    assert union.region == place
    assert queries.counts_of(county).unions == 1
    fact = Fact.objects.get(kind="registry.union_founded")
    assert (fact.path, fact.happened_on, fact.subject_id) == (union.path, date(2026, 3, 2), union.pk)
    assert AuditEvent.objects.get(event="registry.union_created").subject_id == union.pk


def test_numbers_run_by_place_and_year() -> None:
    place = make.region(code="330226")
    county = make.federation(region=place)
    who = make.cadre(county)

    numbers = [
        unions.create_union(actor=who, data=new(county, name, founded_on=day), at=make.AT).number
        for name, day in [
            ("甲厂工会", make.DAY),
            ("乙厂工会", make.DAY),
            ("丙厂工会", date(2025, 5, 1)),
            ("丁厂工会", None),
        ]
    ]

    assert numbers == ["330226-2026-0001", "330226-2026-0002", "330226-2025-0001", "330226-2026-0003"]


@pytest.mark.parametrize("kind", [UnionKind.BRANCH, UnionKind.GROUP])
def test_a_branch_or_group_is_a_part_of_its_union_and_no_union_more(kind: UnionKind) -> None:
    who = make.cast()
    before = queries.counts_of(who.county).unions

    part = unions.create_union(
        actor=make.cadre(who.county), data=new(who.union, "一车间", kind=kind), at=make.AT
    )

    assert (queries.counts_of(who.county).unions, queries.counts_of(part).unions) == (before, 0)
    assert not Fact.objects.filter(kind="registry.union_founded", subject_id=part.pk).exists()
    make.membership(make.person("新人"), part)
    assert queries.counts_of(who.union).active == queries.counts_of(part).active + 1

    unions.close_union(
        actor=make.cadre(who.county), union_id=part.pk, version=1, on=make.DAY, reason="并回", at=make.AT
    )

    assert queries.counts_of(who.county).unions == before
    tallies.fold()
    assert tallies.recount() == []


def test_a_preparatory_group_is_not_counted_until_it_stands() -> None:
    county = make.federation()
    who = make.cadre(county)

    union = unions.create_union(actor=who, data=new(county, state=UnionState.PREPARATORY), at=make.AT)
    assert queries.counts_of(county) == Counts()
    assert not Fact.objects.exists()

    standing = unions.activate_union(actor=who, union_id=union.pk, founded_on=make.DAY, at=make.AT)
    assert (standing.state, standing.founded_on, standing.version) == (UnionState.ACTIVE, make.DAY, 2)
    assert queries.counts_of(county) == Counts(unions=1)
    with pytest.raises(StaleState):
        unions.activate_union(actor=who, union_id=union.pk, founded_on=make.DAY, at=make.AT)
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "工"}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"kind": UnionKind.GROUP}, "parent"),
        ({"level": UnionLevel.TOWN}, "level"),
        ({"uscc": "91330226MA00000000"}, "uscc"),
        ({"uscc": make.uscc(5)}, "uscc"),
        ({"founded_on": date(2026, 11, 22)}, "founded_on"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"region_id": 987654}, "region"),
    ],
)
def test_create_refuses_what_is_wrong_and_changes_nothing(values: dict[str, object], field: str) -> None:
    county = make.federation()

    with pytest.raises(InvalidInput) as refused:
        unions.create_union(actor=make.cadre(county), data=new(county, **values), at=make.AT)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert TradeUnion.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_create_refuses_a_namesake_below_the_same_parent_only() -> None:
    county = make.federation()
    other = make.federation("象山县总工会")
    make.union("得力（宁海）工会", county)

    with pytest.raises(DuplicateUnion):
        unions.create_union(actor=make.cadre(county), data=new(county, "得力(宁海) 工会"), at=make.AT)

    assert unions.create_union(actor=make.cadre(other), data=new(other, "得力(宁海)工会"), at=make.AT).pk


def test_create_is_closed_to_strangers_and_to_those_who_only_look() -> None:
    who = make.cast()

    with pytest.raises(NotVisible):
        unions.create_union(actor=make.cadre(who.elsewhere), data=new(who.county), at=make.AT)
    with pytest.raises(NotAllowed):
        unions.create_union(actor=make.inspector(who.county), data=new(who.county), at=make.AT)
    with pytest.raises(NotAllowed):
        unions.create_union(actor=who.cadre, data=new(None, "全国总工会"), at=make.AT)


def test_the_installation_sets_up_the_root() -> None:
    root = unions.create_union(
        actor=system(), at=make.AT,
        data=new(None, "宁波市总工会", kind=UnionKind.FEDERATION, level=UnionLevel.CITY),
    )  # fmt: skip

    assert (root.path, root.depth) == (f"{root.path[:-1]}/", 0)
    assert root.path.count("/") == 1


def test_a_new_federation_takes_over_the_employers_of_its_territory() -> None:
    county_place = make.region("宁海县")
    town_place = make.region("西店镇", county_place)
    village_place = make.region("樟树村", town_place)
    county = make.federation(territory=county_place)
    in_town = make.employer(looked_after_by=county, region=town_place)
    in_village = make.employer(looked_after_by=county, region=village_place)
    in_county = make.employer(looked_after_by=county, region=county_place)

    town = unions.create_union(
        actor=make.cadre(county), at=make.AT,
        data=new(county, "西店镇总工会", kind=UnionKind.FEDERATION, level=UnionLevel.TOWN, territory_id=town_place.pk),
    )  # fmt: skip

    paths = dict(Employer.objects.values_list("pk", "territory_path"))
    assert paths == {in_town.pk: town.path, in_village.pk: town.path, in_county.pk: county.path}
    assert queries.federation_for(village_place) == town
    assert queries.federation_for(county_place) == county


def test_update_changes_by_version_and_shows_both_versions_when_stale() -> None:
    who = make.cast()

    changed = unions.update_union(
        actor=who.cadre, union_id=who.union.pk, version=1, at=make.AT,
        changes={"address": " 跃龙街道 1 号 ", "contact_phone": "0574-65512345"},
    )  # fmt: skip
    assert (changed.address, changed.contact_phone, changed.version) == ("跃龙街道 1 号", "057465512345", 2)
    assert AuditEvent.objects.get(event="registry.union_updated").data == {
        "fields": ["address", "contact_phone"]
    }

    with pytest.raises(StaleEdit) as refused:
        unions.update_union(
            actor=who.cadre, union_id=who.union.pk, version=1, at=make.AT,
            changes={"address": "桃源街道 2 号", "contact_phone": "13800000000"},
        )  # fmt: skip
    assert refused.value.version == 2
    assert [(c.field, c.stored, c.given) for c in refused.value.conflicts] == [
        ("address", "跃龙街道 1 号", "桃源街道 2 号")
    ]
    assert TradeUnion.objects.get(pk=who.union.pk).address == "跃龙街道 1 号"


def test_rename_keeps_the_old_name() -> None:
    who = make.cast()
    old = who.union.name

    renamed = unions.rename(
        actor=who.cadre,
        union_id=who.union.pk,
        version=1,
        name="宁海得力文具工会",
        on=make.DAY,
        reason="公司更名",
        at=make.AT,
    )

    assert (renamed.name, renamed.name_key, renamed.version) == ("宁海得力文具工会", "宁海得力文具工会", 2)
    former = UnionFormerName.objects.get()
    assert (former.name, former.until, former.reason) == (old, make.DAY, "公司更名")
    with pytest.raises(StaleEdit):
        unions.rename(
            actor=who.cadre,
            union_id=who.union.pk,
            version=1,
            name="又改了工会",
            on=make.DAY,
            reason="",
            at=make.AT,
        )


def test_move_takes_paths_counts_and_facts_along() -> None:
    city = make.federation("宁波市总工会", level=UnionLevel.CITY)
    old, target = (
        make.federation(name, city, level=UnionLevel.COUNTY) for name in ("宁海县总工会", "象山县总工会")
    )
    town = make.federation("西店镇总工会", old)
    union = make.union("樟树厂工会", town)
    spell = make.member(union)
    employer = make.employer(looked_after_by=town)
    make.link(union, employer)
    tallies.fold()
    make.member(union)  # one count still open as a delta
    PolicyValue.objects.create(
        key="registry.transfer_silent_days",
        path=town.path,
        value=3,
        valid_from=make.DAY,
        source="x",
        created_at=make.AT,
    )
    old_path = town.path

    moved = unions.move_union(
        actor=make.cadre(city),
        union_id=town.pk,
        parent_id=target.pk,
        version=1,
        reason="区划调整",
        at=make.AT,
    )

    union.refresh_from_db()
    assert moved.path == f"{target.path}{old_path.removeprefix(old.path)}"
    assert (moved.parent_id, moved.depth, moved.version) == (target.pk, target.depth + 1, 2)
    assert (union.path, union.depth) == (moved.path + union.path.split("/")[-2] + "/", moved.depth + 1)
    assert set(Membership.objects.values_list("union_path", flat=True)) == {union.path}
    assert Employer.objects.get().territory_path == moved.path
    assert PolicyValue.objects.get().path == moved.path
    two = Counts(active=2, unions=1, employers=1)
    expected = {city.pk: two, old.pk: Counts(), target.pk: two, town.pk: two, union.pk: two}
    nodes = list(TradeUnion.objects.all())
    assert queries.counts(nodes) == expected
    tallies.fold()
    assert queries.counts(nodes) == expected
    assert tallies.recount() == []
    event = AuditEvent.objects.get(event="registry.union_moved")
    assert (event.reason, event.data["from"], event.data["to"]) == ("区划调整", old.pk, target.pk)
    del spell


def test_what_was_written_under_the_old_path_meanwhile_follows() -> None:
    city = make.federation("宁波市总工会", level=UnionLevel.CITY)
    old, target = (
        make.federation(name, city, level=UnionLevel.COUNTY) for name in ("宁海县总工会", "象山县总工会")
    )
    union = make.union("樟树厂工会", old)
    stale = TradeUnion.objects.get(pk=union.pk)
    unions.move_union(
        actor=make.cadre(city), union_id=union.pk, parent_id=target.pk, version=1, reason="", at=make.AT
    )
    spell = make.member(stale)  # began before the move was committed
    assert spell.union_path == stale.path

    job = Job.objects.get(kind="registry.settle_move")
    changed = settle_move(union_id=job.payload["union_id"], old=job.payload["old"])

    spell.refresh_from_db()
    union.refresh_from_db()
    assert changed >= 1
    assert spell.union_path == union.path
    assert settle_move(union_id=union.pk, old=stale.path) == 0


def test_move_is_refused_into_itself_and_between_kinds_that_do_not_fit() -> None:
    who = make.cast()
    below = make.union("一分厂工会", who.union)
    before = dict(TradeUnion.objects.values_list("pk", "path"))

    for target, cadre in ((below, who.cadre), (who.county, who.cadre)):
        with pytest.raises(InvalidInput) as refused:
            unions.move_union(
                actor=cadre, union_id=who.union.pk, parent_id=target.pk, version=1, reason="", at=make.AT
            )
        assert refused.value.field == "parent"
    with pytest.raises(NotVisible):
        unions.move_union(
            actor=who.cadre,
            union_id=who.union.pk,
            parent_id=who.elsewhere.parent_id,
            version=1,
            reason="",
            at=make.AT,
        )
    assert dict(TradeUnion.objects.values_list("pk", "path")) == before


def test_close_retains_the_members_above_and_ends_everything_else() -> None:
    who = make.cast()
    make.link(who.union, make.employer())
    retained = make.member(who.union, state=MembershipState.RETAINED)
    term = Term.objects.create(union=who.union, ordinal=1, starts_on=make.DAY, ends_on=date(2031, 3, 2))
    Officer.objects.create(term=term, name="阿丽", organ="committee", post="chair")
    Certificate.objects.create(union=who.union, number="1", issued_on=make.DAY, issued_by="x")
    arriving = make.transfer(who.laoqin, who.union)
    leaving = make.transfer(who.xiaobo, who.elsewhere)
    day = date(2026, 11, 20)

    closed = unions.close_union(
        actor=who.cadre,
        union_id=who.union.pk,
        version=1,
        on=day,
        reason="企业注销",
        at=make.AT,
    )

    assert (closed.state, closed.closed_on, closed.version) == (UnionState.CLOSED, day, 2)
    old = Membership.objects.get(pk=who.xiaobo.pk)
    assert (old.state, old.held_as, old.ended_on, old.end_type, old.reason) == (
        "ended", "active", day, "retained", "union_closed"
    )  # fmt: skip
    kept = Membership.objects.get(person=who.xiaobo.person, ended_on=None)
    assert (kept.union, kept.state, kept.started_on, kept.start_type) == (
        who.county,
        "retained",
        day,
        "retained",
    )
    moved = Membership.objects.get(person=retained.person, ended_on=None)
    assert (moved.union, moved.state, moved.start_type) == (who.county, "retained", "transferred_in")
    assert EmployerLink.objects.get().valid_to == day
    assert Officer.objects.get().left_on == day
    assert Term.objects.get().ends_on == day
    assert (Certificate.objects.get().ended_on, Certificate.objects.get().valid_to) == (day, None)
    arriving.refresh_from_db()
    leaving.refresh_from_db()
    assert (arriving.state, leaving.state) == ("refused", "asked")
    assert (leaving.membership_id, leaving.from_path) == (kept.pk, who.county.path)
    assert queries.counts_of(who.county) == Counts(retained=2)
    assert tallies.recount() == []
    facts = sorted(Fact.objects.values_list("kind", flat=True))
    assert facts == ["registry.member_retained", "registry.union_closed"]
    assert (
        Notice.objects.filter(template="registry.union_closed", person_id=who.xiaobo.person_id).count() == 1
    )


def test_somebody_who_joined_while_the_union_closed_is_carried_along_later() -> None:
    who = make.cast()
    standing = TradeUnion.objects.get(pk=who.union.pk)
    unions.close_union(
        actor=who.cadre,
        union_id=who.union.pk,
        version=1,
        on=make.TODAY,
        reason="",
        at=make.AT,
    )
    late = make.member(standing)

    payload = Job.objects.get(kind="registry.settle_close").payload
    number = settle_close(
        union_id=payload["union_id"],
        members=Fate(payload["members"]),
        to=payload["to"],
        on=make.TODAY,
        at=make.AT,
    )

    assert number == 1
    assert Membership.objects.get(person=late.person, ended_on=None).union == who.county


def test_close_is_refused_while_unions_stand_below() -> None:
    who = make.cast()
    before = model_to_dict(who.county)

    with pytest.raises(HasChildren):
        unions.close_union(
            actor=who.cadre, union_id=who.county.pk, version=1, on=make.TODAY, reason="",
            at=make.AT,
        )  # fmt: skip

    assert model_to_dict(TradeUnion.objects.get(pk=who.county.pk)) == before


def test_closing_twice_is_stale() -> None:
    who = make.cast()
    unions.close_union(
        actor=who.cadre,
        union_id=who.union.pk,
        version=1,
        on=make.TODAY,
        reason="",
        at=make.AT,
    )

    with pytest.raises(StaleState):
        unions.close_union(
            actor=who.cadre, union_id=who.union.pk, version=2, on=make.TODAY, reason="",
            at=make.AT,
        )  # fmt: skip

    assert Transfer.objects.count() == 0
    assert Fact.objects.filter(kind="registry.union_closed").count() == 1


@pytest.mark.parametrize("parent", list(UnionKind))
@pytest.mark.parametrize("kind", list(UnionKind))
def test_the_tree_is_typed(kind: UnionKind, parent: UnionKind) -> None:
    levels = {True: UnionLevel.GRASSROOTS, False: UnionLevel.TOWN}
    above = {True: UnionLevel.GRASSROOTS, False: UnionLevel.COUNTY}

    fits = kind in rules.CHILD_KINDS[parent]

    try:
        rules.check_place_in_tree(
            kind, levels[kind in rules.GRASSROOTS], parent, above[parent in rules.GRASSROOTS]
        )
    except InvalidInput:
        assert not fits or (parent in rules.GRASSROOTS and kind not in rules.GRASSROOTS)
    else:
        assert fits
