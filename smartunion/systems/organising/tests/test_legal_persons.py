"""A union's legal person from the chair's application to the certificate, its change and cancellation; and refusals."""

from datetime import date
from uuid import uuid4

import pytest

from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.handlers import PrefillAsk
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import ActOn, AnswersRefused
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.flows import officers
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.rules import Elected, Organ, Post
from smartunion.ground.registry.tests import factories as registry_make
from smartunion.systems.organising.flows import legal_persons
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
CODE = registry_make.uscc(7, "81330226")
ISSUED = {"uscc": CODE, "issued_on": TODAY.isoformat()}


@pytest.fixture
def here() -> make.World:
    world = make.world()
    head = Elected(Organ.COMMITTEE, Post.CHAIR, "小波")
    data = NewTerm(date(2025, 6, 1), 5, [head], approval_number="桃总工〔2025〕6号")
    officers.set_term(actor=registry_make.cadre(world.county), union_id=world.union.pk, data=data, at=NOW)
    return world


@pytest.fixture
def examiner(here: make.World) -> Actor:
    return make.acting(make.staff("周严", Role.CADRE, here.county))


def applied(
    here: make.World, *, service: str = "legal_person", actor: Actor | None = None, **changes: object
) -> CaseFile:
    form: dict[str, object] = {
        "what": "first", "union": {"name": here.union.name}, "name": here.union.name, "head": "小波", "address": "兴海路8号",
        "contact": {"name": "小波", "mobile": "13988880001"},
    }  # fmt: skip
    who = actor or make.acting(here.chair)
    case = casework.start_draft(service_key=service, actor=who, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=form | changes, actor=who, at=NOW)
    return casework.submit(case_id=case.pk, actor=who, at=NOW)


def approved(case: CaseFile, examiner: Actor, **values: object) -> CaseFile:
    return casework.approve(on=ActOn(case.pk, case.version, examiner, NOW), values=values)


def test_the_county_examines_within_fifteen_working_days_and_the_record_follows(
    here: make.World, examiner: Actor
) -> None:
    case = applied(here)
    assert (case.path, case.union_id, case.title) == (
        here.county.path, here.union.pk, "法人资格登记：宁海晨光文具有限公司工会",
    )  # fmt: skip
    assert case.due_at is not None
    assert case.due_at.astimezone(NOW.tzinfo).date() == date(2026, 3, 24)  # 2 March and 15 working days

    case = approved(case, examiner, **ISSUED)

    union, row = TradeUnion.objects.get(pk=here.union.pk), Certificate.objects.get()
    assert case.state == "approved"
    assert (row.uscc, row.head, row.address, row.valid_to, row.issued_for, row.approval_number, row.issued_by) == (
        CODE, "小波", "兴海路8号", date(2030, 6, 1), "first", "桃总工〔2025〕6号", "宁海县总工会",
    )  # fmt: skip
    assert (union.uscc, union.address, union.contact_name) == (CODE, "兴海路8号", "小波")
    assert row.changes == []


def test_a_change_renames_the_union_and_replaces_the_certificate(here: make.World, examiner: Actor) -> None:
    approved(applied(here), examiner, **ISSUED)
    case = applied(here, what="change", name="宁海晨光集团工会", about="企业更名")

    approved(case, examiner, issued_on=TODAY.isoformat())

    union, (old, new) = TradeUnion.objects.get(pk=here.union.pk), Certificate.objects.order_by("pk")
    assert (union.name, old.state, new.state, new.name, new.replaces) == (
        "宁海晨光集团工会", "replaced", "valid", "宁海晨光集团工会", old,
    )  # fmt: skip
    assert new.changes == []
    assert union.former_names.get().reason.endswith(case.reference)


def test_a_cancellation_ends_the_certificate_and_the_union_stands(here: make.World, examiner: Actor) -> None:
    with pytest.raises(AnswersRefused):
        applied(here, service="legal_person_end", on=TODAY.isoformat(), why="会员大会决定")
    approved(applied(here), examiner, **ISSUED)
    case = applied(here, service="legal_person_end", on=TODAY.isoformat(), why="会员大会决定")

    approved(case, examiner)

    row = Certificate.objects.get()
    assert (row.state, row.end_reason) == ("cancelled", "会员大会决定")
    assert TradeUnion.objects.get(pk=here.union.pk).state == "active"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"union": {"name": "宁海海天模具有限公司工会"}}, "union"),  # not hers
        ({"what": "change", "about": "搬迁"}, "what"),  # nothing to change yet
    ],
)
def test_what_does_not_fit_is_refused_beside_its_question(
    here: make.World, changes: dict[str, object], where: str
) -> None:
    with pytest.raises(AnswersRefused) as refused:
        applied(here, **changes)

    assert [problem.key for problem in refused.value.problems] == [where]
    assert not CaseFile.objects.filter(state="open").exists()


def test_offices_and_unions_without_a_term_are_told_why(here: make.World, examiner: Actor) -> None:
    office = registry_make.union("桃源街道工会工作委员会", here.county, kind="committee_office", level="town")
    with pytest.raises(AnswersRefused) as refused:
        applied(here, actor=examiner, union={"name": office.name}, name=office.name)
    assert refused.value.problems[0].key == "union"
    with pytest.raises(AnswersRefused) as refused:
        applied(here, actor=examiner, union={"name": here.other.name}, name=here.other.name)
    assert refused.value.problems[0].key == "what"


def test_one_application_at_a_time_and_none_of_a_town(here: make.World) -> None:
    case = applied(here)

    with pytest.raises(AnswersRefused):
        applied(here)
    with pytest.raises(NotAllowed):
        approved(case, make.acting(here.chair), **ISSUED)
    with pytest.raises(AnswersRefused):
        applied(here, what="first")
    assert not Certificate.objects.exists()


def test_what_is_known_is_filled_in_for_the_chair_and_for_nobody_else(here: make.World) -> None:
    TradeUnion.objects.filter(pk=here.union.pk).update(contact_phone="13988880001", address="")
    chair = PrefillAsk(make.acting(here.chair), {"union": str(here.union.pk)}, NOW)
    plain = PrefillAsk(make.acting(here.chair), {}, NOW)
    stranger = PrefillAsk(make.acting(here.chair), {"union": str(here.other.pk)}, NOW)

    assert legal_persons.known(chair) == legal_persons.known(plain) == {
        "union": {"id": here.union.pk, "name": here.union.name}, "what": "first", "name": here.union.name, "head": "小波",
        "address": "兴海路8号", "about": "", "contact": {"name": "小波", "mobile": "13988880001"},
    }  # fmt: skip
    assert legal_persons.known(stranger) == {"contact": {"name": "小波", "mobile": ""}}


def test_somebody_else_of_the_union_gets_her_own_telephone_and_never_the_chairs(here: make.World) -> None:
    TradeUnion.objects.filter(pk=here.union.pk).update(contact_phone="13988880001")
    clerk = make.staff("周文", Role.CHAIR, here.union)
    ask = PrefillAsk(make.acting(clerk), {"union": str(here.union.pk)}, NOW)

    without = legal_persons.known(ask)["contact"]
    type(clerk).objects.filter(pk=clerk.pk).update(mobile="13988880002")

    assert without == {"name": "周文", "mobile": ""}
    assert legal_persons.known(ask)["contact"] == {"name": "周文", "mobile": "13988880002"}


def test_what_changed_since_the_certificate_is_the_reason_for_its_change(
    here: make.World, examiner: Actor
) -> None:
    approved(applied(here), examiner, uscc=CODE, issued_on="2026-03-02")
    Certificate.objects.filter(union=here.union).update(changes=["address"])

    known = legal_persons.known(PrefillAsk(make.acting(here.chair), {}, NOW))

    assert (known["what"], known["about"]) == ("change", "登记后已变更：地址。")
