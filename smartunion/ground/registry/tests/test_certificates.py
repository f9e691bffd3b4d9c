"""Legal-person certificates: who gets one, what follows a change, renewal, cancellation, the end of the union."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import papers, rules
from smartunion.ground.registry.flows import certificates, officers, restructuring, unions
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.particulars import watch_all
from smartunion.ground.registry.flows.reminders import remind_of_endings
from smartunion.ground.registry.flows.restructuring import carry, undo
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.queries.certificates import (
    certificates_to_see_to,
    legal_person_is,
    registrar_of,
    registrars,
    standing_is,
    stood_as,
)
from smartunion.ground.registry.queries.dated import certificates_held
from smartunion.ground.registry.rules import (
    CertificateKind,
    Elected,
    IssuedFor,
    Organ,
    Particulars,
    Post,
    Standing,
)
from smartunion.ground.registry.rules.certificates import changed
from smartunion.ground.registry.tests import factories as make

db = pytest.mark.django_db


def code(number: int = 1, prefix: str = "81") -> str:
    """A valid code of a union."""
    return make.uscc(number, f"{prefix}330226")


LEGAL = NewCertificate(make.TODAY, CertificateKind.LEGAL_PERSON, uscc=code())


class World:
    """A county, a town below it, a union of the town with its chair, and the county's cadre."""

    def __init__(self) -> None:
        self.county = make.federation("宁海县总工会")
        self.town = make.federation("西店镇总工会", self.county)
        self.union = make.union("得力工会", self.town, contact_name="阿丽", address="兴海路8号")
        self.cadre = make.cadre(self.county)
        self.ali = make.person("阿丽")
        head = Elected(Organ.COMMITTEE, Post.CHAIR, "阿丽", self.ali.pk)
        officers.set_term(
            actor=self.cadre, union_id=self.union.pk, data=NewTerm(make.DAY, 5, [head]), at=make.AT
        )
        self.union.refresh_from_db()

    def issue(self, data: NewCertificate = LEGAL) -> Certificate:
        row = certificates.issue(actor=self.cadre, union_id=self.union.pk, data=data, at=make.AT)
        self.union.refresh_from_db()
        return row

    def told(self) -> list[str]:
        rows = Notice.objects.filter(person_id=self.ali.pk, template__startswith="registry.certificate")
        return [
            name.removeprefix("registry.certificate_")
            for name in rows.order_by("pk").values_list("template", flat=True)
        ]


@db
def test_the_nearest_county_registers_and_the_certificate_says_what_the_registry_says() -> None:
    world = World()

    row = world.issue()

    assert registrar_of(world.union) == world.county
    assert registrars()(world.union.path) == world.county.pk
    assert row.printed == Particulars("得力工会", code(), "阿丽", "兴海路8号", world.county.pk)
    assert (row.issued_by, row.issued_for, row.valid_to, row.state, row.standing) == (
        "宁海县总工会", "first", date(2031, 3, 2), "valid", Standing.VALID,
    )  # fmt: skip
    assert world.union.uscc == code()
    assert world.told() == ["issued"]


@db
def test_a_town_neither_issues_nor_cancels_a_legal_person_in_the_countys_name() -> None:
    world = World()
    town = make.cadre(world.town)
    with pytest.raises(NotAllowed) as refused:
        certificates.issue(actor=town, union_id=world.union.pk, data=LEGAL, at=make.AT)
    assert refused.value.message == "得力工会的法人资格由宁海县总工会登记。"
    assert Certificate.objects.count() == 0
    row = world.issue()

    with pytest.raises(NotAllowed):
        certificates.cancel(actor=town, certificate_id=row.pk, on=make.TODAY, reason="试试", at=make.AT)

    row.refresh_from_db()
    assert row.state == "valid"
    founding = certificates.issue(
        actor=town, union_id=world.union.pk, data=NewCertificate(make.TODAY), at=make.AT
    )
    assert founding.issued_by == "西店镇总工会"


@db
@pytest.mark.parametrize(
    ("kind", "level", "data", "field"),
    [
        ("committee_office", "town", LEGAL, "union"),
        ("branch", "grassroots", LEGAL, "union"),
        ("group", "grassroots", LEGAL, "union"),
        ("independent", "grassroots", NewCertificate(make.TODAY, CertificateKind.LEGAL_PERSON), "uscc"),
        ("independent", "grassroots", NewCertificate(make.TODAY, CertificateKind.LEGAL_PERSON, uscc=code(2, "89")), "uscc"),
        ("independent", "grassroots", NewCertificate(make.TODAY, CertificateKind.LEGAL_PERSON, uscc=code(3, "91")), "uscc"),
        ("independent", "grassroots", NewCertificate(make.TODAY + timedelta(1), CertificateKind.LEGAL_PERSON), "issued_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_legal_person_is_refused_and_nothing_is_written(
    kind: str, level: str, data: NewCertificate, field: str
) -> None:
    world = World()
    TradeUnion.objects.filter(pk=world.union.pk).update(kind=kind, level=level)

    with pytest.raises(InvalidInput) as refused:
        world.issue(data)

    world.union.refresh_from_db()
    assert refused.value.field == field
    assert (Certificate.objects.count(), world.union.uscc) == (0, "")


@db
def test_without_a_running_term_there_is_no_certificate_but_a_change_keeps_the_old_end() -> None:
    world = World()
    bare = make.union("无届工会", world.town)
    with pytest.raises(InvalidInput) as refused:
        certificates.issue(actor=world.cadre, union_id=bare.pk, data=LEGAL, at=make.AT)
    assert refused.value.field == "valid_to"
    first = world.issue()
    world.union.terms.all().delete()

    second = world.issue(replace(LEGAL, issued_for=IssuedFor.REPLACEMENT))

    first.refresh_from_db()
    assert second.valid_to == first.valid_to
    assert (second.issued_for, first.state, first.ended_on) == ("replacement", "replaced", make.TODAY)


@db
def test_a_new_name_opens_thirty_days_and_the_changed_certificate_closes_them() -> None:
    world = World()
    first = world.issue()

    unions.rename(
        actor=world.cadre, union_id=world.union.pk, version=world.union.version, name="得力集团工会",
        on=make.TODAY - timedelta(days=3), reason="更名", at=make.AT,
    )  # fmt: skip

    first.refresh_from_db()
    assert (first.changes, first.change_since, first.change_due_on, first.standing) == (
        ["name"], make.TODAY - timedelta(days=3), make.TODAY + timedelta(days=27), Standing.CHANGE_DUE,
    )  # fmt: skip
    assert list(certificates_to_see_to(world.cadre, make.TODAY)) == [first]
    assert (
        AuditEvent.objects.filter(event="registry.certificate_change_due", subject_id=world.union.pk).count()
        == 1
    )
    second = world.issue()
    first.refresh_from_db()
    assert (second.issued_for, second.name, second.replaces_id) == ("change", "得力集团工会", first.pk)
    assert (first.state, first.name, first.changes, first.change_due_on) == ("replaced", "得力工会", [], None)
    assert not certificates_to_see_to(world.cadre, make.TODAY).exists()
    assert world.told() == ["issued", "change", "issued"]


@db
def test_a_change_taken_back_closes_the_time_and_one_left_lying_is_called_overdue_once() -> None:
    world = World()
    row = world.issue()
    elsewhere = unions.update_union(
        actor=world.cadre, union_id=world.union.pk, version=world.union.version, changes={"address": "滨海路1号"}, at=make.AT
    )  # fmt: skip
    unions.update_union(
        actor=world.cadre, union_id=world.union.pk, version=elsewhere.version, changes={"address": "兴海路8号"}, at=make.AT
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.changes, row.change_due_on) == ([], None)

    TradeUnion.objects.filter(pk=world.union.pk).update(contact_name="小波")  # came with a file
    assert watch_all(at=make.AT) == 1
    assert watch_all(at=make.AT) == 0
    remind_of_endings(at=make.AT + timedelta(days=30))
    assert world.told() == ["issued", "change"]
    remind_of_endings(at=make.AT + timedelta(days=31))
    remind_of_endings(at=make.AT + timedelta(days=40))

    assert world.told() == ["issued", "change", "change_late"]


@db
def test_a_move_to_another_county_changes_who_registers() -> None:
    world = World()
    row = world.issue()
    other = make.federation("象山县总工会")
    village = make.federation("石浦镇总工会", other)

    unions.move_union(
        actor=make.cadre(None), union_id=world.union.pk, parent_id=village.pk, version=world.union.version, reason="区划调整",
        at=make.AT,
    )  # fmt: skip

    row.refresh_from_db()
    assert (row.changes, row.changed_words) == (["registrar_id"], rules.PARTICULARS["registrar_id"])


@db
def test_a_new_term_with_another_chair_is_a_change_and_renews_until_the_end_of_the_term() -> None:
    world = World()
    world.issue()
    head = Elected(Organ.COMMITTEE, Post.CHAIR, "小波")
    officers.set_term(
        actor=world.cadre, union_id=world.union.pk, data=NewTerm(date(2026, 10, 1), 3, [head]), at=make.AT
    )

    row = Certificate.objects.legal().get()
    assert row.changes == ["head"]
    assert row.change_due_on == date(2026, 10, 31)
    assert row.standing == Standing.CHANGE_LATE
    assert world.issue().valid_to == date(2029, 10, 1)


@db
def test_cancelling_needs_a_reason_and_power_and_happens_once() -> None:
    world = World()
    row = world.issue()
    asked = {"certificate_id": row.pk, "on": make.TODAY, "reason": "不再独立", "at": make.AT}
    with pytest.raises(NotVisible):
        certificates.cancel(actor=make.cadre(make.federation("象山县总工会")), **asked)
    with pytest.raises(NotAllowed):
        certificates.cancel(actor=make.chair(world.union), **asked)
    for wrong, field in [({"reason": " "}, "reason"), ({"on": make.TODAY - timedelta(days=1)}, "on")]:
        with pytest.raises(InvalidInput) as refused:
            certificates.cancel(actor=world.cadre, **asked | wrong)
        assert refused.value.field == field
    row.refresh_from_db()
    assert row.state == "valid"

    certificates.cancel(actor=world.cadre, **asked)

    row.refresh_from_db()
    assert (row.state, row.ended_on, row.end_reason, row.standing) == (
        "cancelled", make.TODAY, "不再独立", Standing.CANCELLED,
    )  # fmt: skip
    assert world.told() == ["issued", "cancelled"]
    with pytest.raises(StaleState):
        certificates.cancel(actor=world.cadre, **asked)


@db
def test_closing_cancels_every_certificate_and_tells_the_chair() -> None:
    world = World()
    legal = world.issue()
    founding = world.issue(NewCertificate(make.DAY))
    until = {row.pk: row.valid_to for row in (legal, founding)}

    unions.close_union(
        actor=world.cadre, union_id=world.union.pk, version=world.union.version, on=make.TODAY, reason="企业注销",
        at=make.AT,
    )  # fmt: skip

    for row in (legal, founding):
        row.refresh_from_db()
        assert (row.state, row.ended_on, row.valid_to, row.end_reason) == (
            "cancelled", make.TODAY, until[row.pk], "企业注销",
        )  # fmt: skip
        assert until[row.pk] > make.TODAY
    eve = certificates_held(world.cadre, make.TODAY - timedelta(days=1))
    assert {row.pk: row.standing for row in eve} == {
        founding.pk: "valid"
    }  # the other was issued that very day
    assert not certificates_held(world.cadre, make.TODAY).exists()
    assert world.told() == ["issued", "cancelled"]


@db
def test_a_closing_that_wrote_its_day_over_the_end_is_shown_as_not_knowing_it() -> None:
    world = World()
    row = world.issue(NewCertificate(make.TODAY - timedelta(days=40)))
    ended = make.TODAY - timedelta(days=10)
    Certificate.objects.filter(pk=row.pk).update(state="cancelled", ended_on=ended, valid_to=ended)

    row.refresh_from_db()

    assert (row.is_end_lost, row.printed_to) == (True, None)
    assert "未保留" in dict(papers._rows(row))["有效期"]
    eve = certificates_held(world.cadre, ended - timedelta(days=1))
    assert [one.standing for one in eve] == ["valid"]
    for way, found in (("ending", False), ("valid", True)):
        assert eve.filter(stood_as([way], ended - timedelta(days=1))).exists() is found, way


@db
def test_a_merger_cancels_and_its_undo_brings_the_certificate_back_as_it_was() -> None:
    world = World()
    row = world.issue()
    unions.update_union(
        actor=world.cadre, union_id=world.union.pk, version=world.union.version, changes={"address": "滨海路1号"}, at=make.AT
    )  # fmt: skip
    before = Certificate.objects.values().get(pk=row.pk)
    heir = make.union("镇联合工会", world.town, kind="joint")
    world.union.refresh_from_db()
    made = restructuring.decide_merge(
        actor=world.cadre, union_id=world.union.pk, target_id=heir.pk, version=world.union.version, on=make.TODAY,
        reason="合并", at=make.AT,
    )  # fmt: skip
    carry.carry_out(restructuring_id=made.pk, at=make.AT, progress=lambda done, total: None)
    assert Certificate.objects.get(pk=row.pk).state == "cancelled"

    restructuring.ask_undo(actor=world.cadre, restructuring_id=made.pk, reason="撤回", at=make.AT)
    undo.take_back(restructuring_id=made.pk, at=make.AT, progress=lambda done, total: None)

    assert Certificate.objects.values().get(pk=row.pk) == before


@db
def test_unions_are_found_by_their_legal_person() -> None:
    world = World()
    office = make.union("西店镇工会工作委员会", world.county, kind="committee_office", level="town")
    branch = make.union("一车间分会", world.union, kind="branch")
    bare = make.union("无证工会", world.town)
    world.issue()

    def found(*ways: str) -> set[int]:
        return set(TradeUnion.objects.filter(legal_person_is(list(ways))).values_list("pk", flat=True))

    assert found("yes") == {world.union.pk}
    assert found("no") == {world.county.pk, world.town.pk, bare.pk}
    assert found("code_only", "part") == {office.pk, branch.pk}


@db
@given(data=st.data())
def test_every_certificate_stands_in_exactly_one_way_in_python_and_in_the_database(
    data: st.DataObject,
) -> None:
    day = st.none() | st.integers(-200, 200).map(lambda n: make.TODAY + timedelta(days=n))
    state = data.draw(st.sampled_from(rules.CertificateState.values))
    valid_to, due = data.draw(day), data.draw(day)
    row = Certificate.objects.create(
        union=make.union(), number=f"测{Certificate.objects.count()}",
        kind="legal_person", issued_on=make.DAY, valid_to=valid_to, state=state, change_due_on=due, issued_by="县总工会",
        ended_on=None if state == "valid" else make.TODAY,
    )  # fmt: skip

    ways = [
        one
        for one in Standing
        if Certificate.objects.filter(standing_is([one], make.TODAY), pk=row.pk).exists()
    ]

    assert ways == [rules.standing(state, valid_to, due, make.TODAY)]


@given(
    st.builds(Particulars, *[st.sampled_from(["", "甲", "乙"])] * 4),
    st.builds(Particulars, *[st.sampled_from(["", "甲"])] * 4),
)
def test_what_is_unknown_is_compared_with_nothing(printed: Particulars, now: Particulars) -> None:
    found = changed(printed, now)

    assert changed(now, now) == []
    assert all(getattr(printed, name) for name in found)
    assert all(getattr(printed, name) != getattr(now, name) for name in found)
