"""Employers: entered, changed, covered, closed."""

from datetime import date, timedelta
from functools import partial

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import employers, tallies, unions
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Officer, Term, TradeUnion
from smartunion.ground.registry.rules import LinkKind, MembershipState, UnionKind, UnionState
from smartunion.ground.registry.rules.counts import Counts
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def test_create_gives_the_employer_to_the_federation_of_its_place() -> None:
    place = make.region("宁海县")
    town = make.region("西店镇", place)
    county = make.federation(territory=place)

    employer = employers.create_employer(
        actor=make.cadre(county), at=make.AT,
        data=employers.NewEmployer(
            "宁海 西店（五金）厂", make.uscc(7).lower(), {"region_id": town.pk, "industry": "C", "staff_count": 60}
        ),
    )  # fmt: skip

    assert employer.territory_path == county.path
    assert (employer.name, employer.name_key) == ("宁海 西店（五金）厂", "宁海西店(五金)厂")
    assert (employer.uscc, employer.org_code) == (make.uscc(7), make.uscc(7)[8:17])
    assert AuditEvent.objects.get().event == "registry.employer_created"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "厂"}, "name"),
        ({"uscc": "91330226MA00000000"}, "uscc"),
        ({"uscc": make.uscc(3, prefix="81330226")}, "uscc"),
        ({"details": {"region_id": 0}}, "region"),
        ({"details": {"industry": "Z"}}, "industry"),
        ({"details": {"address": "长" * 201}}, "address"),
    ],
)
def test_create_refuses_what_is_wrong(values: dict[str, object], field: str) -> None:
    data = employers.NewEmployer(**({"name": "西店五金厂"} | values))  # type: ignore[arg-type]

    with pytest.raises(InvalidInput) as refused:
        employers.create_employer(actor=make.cadre(None), data=data, at=make.AT)

    assert refused.value.field == field
    assert not Employer.objects.exists()


def test_create_refuses_a_known_code_and_foreign_places() -> None:
    place = make.region("宁海县")
    county = make.federation(territory=place)
    known = make.employer(uscc=make.uscc(9))

    with pytest.raises(employers.EmployerKnown) as refused:
        employers.create_employer(
            actor=make.cadre(county), at=make.AT,
            data=employers.NewEmployer("又一家", make.uscc(9), {"region_id": place.pk}),
        )  # fmt: skip
    assert refused.value.details["employer_id"] == known.pk
    with pytest.raises(NotAllowed):
        employers.create_employer(
            actor=make.cadre(make.federation("象山县总工会")), at=make.AT,
            data=employers.NewEmployer("宁海一厂", details={"region_id": place.pk}),
        )  # fmt: skip
    assert Employer.objects.count() == 1


def test_update_moves_the_employer_between_territories_and_keeps_its_old_name() -> None:
    city = make.federation("宁波市总工会", level="city")
    one, two = make.region("宁海县"), make.region("象山县")
    old, new = (
        make.federation("宁海县总工会", city, territory=one),
        make.federation("象山县总工会", city, territory=two),
    )
    employer = make.employer("宁海船厂", looked_after_by=old, region=one)

    changed = employers.update_employer(
        actor=make.cadre(city), employer_id=employer.pk, version=1, at=make.AT,
        changes={"name": "象山船厂", "region_id": two.pk},
    )  # fmt: skip

    assert (changed.name, changed.former_name, changed.territory_path) == ("象山船厂", "宁海船厂", new.path)
    with pytest.raises(StaleEdit) as refused:
        employers.update_employer(
            actor=make.cadre(city),
            employer_id=employer.pk,
            version=1,
            at=make.AT,
            changes={"address": "石浦"},
        )
    assert [(c.field, c.stored, c.given) for c in refused.value.conflicts] == [("address", "", "石浦")]


def test_an_own_union_ends_joint_coverage() -> None:
    who = make.cast()
    joint = make.union("西店联合工会", who.county, kind=UnionKind.JOINT)
    employer = make.employer(looked_after_by=who.county)
    covered = make.link(joint, employer, LinkKind.JOINT)
    before = queries.union_for_employer(employer, make.TODAY)

    employers.link(
        actor=who.cadre,
        union_id=who.union.pk,
        employer_id=employer.pk,
        kind=LinkKind.OWN,
        on=make.TODAY,
        at=make.AT,
    )

    covered.refresh_from_db()
    assert before == joint
    assert covered.valid_to == make.TODAY
    said = AuditEvent.objects.get(event="registry.employer_unlinked", subject_id=joint.pk)
    assert (said.data["employer"], said.data["on"]) == (employer.pk, make.TODAY.isoformat())
    assert said.reason == f"自当日起由本单位工会覆盖：{who.union.name}"
    assert queries.union_for_employer(employer, make.TODAY) == who.union
    assert queries.union_for_employer(employer, date(2026, 11, 20)) == joint
    assert queries.union_for_employer(employer, date(2026, 1, 1)) is None
    assert queries.counts([who.county, joint, who.union]) == {
        who.county.pk: Counts(active=1, unions=2, employers=1), joint.pk: Counts(unions=1),
        who.union.pk: Counts(active=1, unions=1, employers=1),
    }  # fmt: skip
    assert tallies.recount() == []


def test_a_joint_union_does_not_cover_an_employer_with_a_union_of_its_own() -> None:
    who = make.cast()
    joint = make.union("西店联合工会", who.county, kind=UnionKind.JOINT)
    employer = make.employer(looked_after_by=who.county)
    own = make.link(who.union, employer, LinkKind.OWN)
    asked = {
        "actor": who.cadre,
        "union_id": joint.pk,
        "employer_id": employer.pk,
        "kind": LinkKind.JOINT,
        "on": make.TODAY,
    }

    with pytest.raises(employers.HasOwnUnion) as refused:
        employers.link(**asked, at=make.AT)

    assert (refused.value.field, who.union.name in str(refused.value)) == ("employer", True)
    assert list(EmployerLink.objects.all()) == [own]
    EmployerLink.objects.filter(pk=own.pk).update(valid_to=make.TODAY)
    assert employers.link(**asked, at=make.AT).union == joint


def test_link_is_refused_twice_and_for_unions_that_cannot_cover() -> None:
    who = make.cast()
    employer = make.employer(looked_after_by=who.county)
    make.link(who.union, employer)

    with pytest.raises(employers.AlreadyCovered):
        employers.link(
            actor=who.cadre,
            union_id=who.union.pk,
            employer_id=employer.pk,
            kind=LinkKind.OWN,
            on=make.DAY,
            at=make.AT,
        )
    for kind, on in ((LinkKind.JOINT, make.DAY), (LinkKind.OWN, date(2026, 11, 22))):
        with pytest.raises(InvalidInput):
            employers.link(
                actor=who.cadre, union_id=who.union.pk, employer_id=employer.pk, kind=kind, on=on, at=make.AT
            )
    assert EmployerLink.objects.count() == 1


def test_unlink_ends_a_coverage_once() -> None:
    who = make.cast()
    row = make.link(who.union, make.employer())

    with pytest.raises(InvalidInput):
        employers.unlink(actor=who.cadre, link_id=row.pk, on=date(2026, 1, 1), reason="", at=make.AT)
    ended = employers.unlink(actor=who.cadre, link_id=row.pk, on=make.TODAY, reason="搬走", at=make.AT)
    with pytest.raises(StaleState):
        employers.unlink(actor=who.cadre, link_id=row.pk, on=make.TODAY, reason="搬走", at=make.AT)
    with pytest.raises(NotVisible):
        employers.unlink(
            actor=make.cadre(who.elsewhere), link_id=row.pk, on=make.TODAY, reason="", at=make.AT
        )

    assert ended.valid_to == make.TODAY
    assert queries.counts_of(who.union).employers == 0


def test_one_that_moved_away_can_end_and_one_that_ended_says_so() -> None:
    who = make.cast()
    employer = make.employer(looked_after_by=who.county)
    make.link(who.union, employer)
    Employer.objects.filter(pk=employer.pk).update(state="moved")
    end = partial(
        employers.close_employer,
        actor=who.cadre,
        employer_id=employer.pk,
        on=make.TODAY,
        reason="注销",
        at=make.AT,
    )

    closed = end(version=1)
    with pytest.raises(employers.AlreadyClosed) as refused:
        end(version=2)

    assert (closed.state, TradeUnion.objects.get(pk=who.union.pk).state) == ("closed", "closed")
    assert (refused.value.status, refused.value.message) == (409, f"{employer.name}已停业注销。")


def test_closing_an_employer_closes_its_own_union_and_retains_people_in_a_joint_one() -> None:
    who = make.cast()
    joint = make.union("西店联合工会", who.county, kind=UnionKind.JOINT)
    employer = make.employer(looked_after_by=who.county)
    make.link(who.union, employer)
    make.link(joint, employer, LinkKind.JOINT)
    there = make.member(joint, employer=employer)
    colleague = make.member(joint)

    closed = employers.close_employer(
        actor=who.cadre, employer_id=employer.pk, version=1, on=make.TODAY, reason="注销", at=make.AT
    )

    assert closed.state == "closed"
    assert TradeUnion.objects.get(pk=who.union.pk).state == "closed"
    running = {m.person_id: (m.union_id, m.state) for m in Membership.objects.filter(ended_on=None)}
    assert running == {
        who.xiaobo.person_id: (who.county.pk, "retained"), there.person_id: (joint.pk, "retained"),
        colleague.person_id: (joint.pk, "active"), who.laoqin.person_id: (who.elsewhere.pk, "active"),
    }  # fmt: skip
    assert not EmployerLink.objects.filter(valid_to=None).exists()
    assert tallies.recount() == []


def test_employers_are_found_by_old_codes_when_only_one_bears_them() -> None:
    employer = make.employer(uscc=make.uscc(11), old_reg_no="330226000012345", org_code=make.uscc(11)[8:17])

    assert queries.employer_by_uscc(" 91330226-00000011-"[:0] + make.uscc(11).lower()) == employer
    assert queries.employer_by_uscc("330226000012345") == employer
    assert queries.employer_by_uscc(make.uscc(11)[8:17]) == employer
    make.employer(old_reg_no="330226000012345")
    assert queries.employer_by_uscc("330226000012345") is None
    assert queries.employer_by_uscc("") is None


class Leaving:
    """A joint union with two employers and their people; the first employer founds its own union."""

    def __init__(self) -> None:
        self.who = make.cast()
        self.joint = make.union("西店联合工会", self.who.county, kind=UnionKind.JOINT)
        self.firm, self.other = (make.employer(looked_after_by=self.who.county) for _n in range(2))
        self.links = [make.link(self.joint, firm, LinkKind.JOINT) for firm in (self.firm, self.other)]
        self.going = make.member(self.joint, employer=self.firm)
        self.retained = make.member(self.joint, employer=self.firm, state=MembershipState.RETAINED)
        self.staying = make.member(self.joint, employer=self.other)


def test_an_employers_people_leave_the_joint_union_for_its_own() -> None:
    world = Leaving()
    own = make.union("宁海一厂工会", world.who.county)
    chair = make.person()
    for union in (world.joint, own):
        term = Term.objects.create(
            union=union, ordinal=1, starts_on=date(2026, 1, 1), ends_on=date(2031, 1, 1)
        )
        Officer.objects.create(term=term, person=chair, name=chair.name, organ="committee", post="chair")

    employers.link(
        actor=world.who.cadre, union_id=own.pk, employer_id=world.firm.pk, kind=LinkKind.OWN, on=make.TODAY,
        at=make.AT,
    )  # fmt: skip

    for spell in (world.going, world.retained):
        spell.refresh_from_db()
        now = Membership.objects.get(person=spell.person, ended_on=None)
        assert (spell.ended_on, spell.end_type, spell.reason) == (
            make.TODAY, "transferred_out", "union_founded"
        )  # fmt: skip
        assert (now.union, now.state, now.started_on) == (own, spell.held_as, make.TODAY)
    world.staying.refresh_from_db()
    assert world.staying.ended_on is None
    links = EmployerLink.objects.filter(union=world.joint, valid_to=None).values_list(
        "employer_id", flat=True
    )
    assert list(links) == [world.other.pk]
    told = Notice.objects.filter(template="registry.people_moved").values_list("person_id", flat=True)
    assert set(told) == {chair.pk}
    assert tallies.recount() == []


def test_people_come_over_when_the_preparatory_group_is_approved_not_before() -> None:
    world = Leaving()
    group = make.union("宁海一厂工会", world.who.county, state=UnionState.PREPARATORY)
    employers.link(
        actor=world.who.cadre, union_id=group.pk, employer_id=world.firm.pk, kind=LinkKind.OWN,
        on=make.TODAY - timedelta(days=3), at=make.AT,
    )  # fmt: skip
    assert Membership.objects.filter(union=world.joint, ended_on=None).count() == 3

    unions.activate_union(actor=world.who.cadre, union_id=group.pk, founded_on=make.TODAY, at=make.AT)

    assert Membership.objects.filter(union=group, ended_on=None).count() == 2
    assert Membership.objects.filter(union=world.joint, ended_on=None).count() == 1
    assert tallies.recount() == []
