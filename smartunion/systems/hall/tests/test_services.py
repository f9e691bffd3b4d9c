"""Ready services of the hall: certificate, own data, deletion, complaint, mediation, legal aid, wages owed as one thing."""

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core.actor import Actor, system
from smartunion.core.errors import NotAllowed, NotVisible
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.flows.acting import ActOn
from smartunion.engines.casework.flows.filing import AnswersRefused
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.designs import ladder, written_for
from smartunion.engines.casework.rules import Rung
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Membership, Person
from smartunion.systems.hall.flows.proofs import check
from smartunion.systems.hall.limitation import last_day_to_claim
from smartunion.systems.hall.models import Proof
from smartunion.systems.hall.papers import own_file, proof_pdf
from smartunion.systems.hall.services import DEFINITIONS

pytestmark = pytest.mark.django_db
CLAIM = [{"what": "3月工资", "amount": "5200"}]


@pytest.fixture
def town() -> make.World:
    for definition in DEFINITIONS:
        make.published(definition)
    return make.world()


def asked(who: User, service: str, **answers: object) -> CaseFile:
    actor = make.acting(who)
    case = casework.start_draft(service_key=service, actor=actor, at=make.NOW, client_id=uuid4())
    raw = {**_known(case), **answers}
    casework.save_draft(case_id=case.pk, raw=raw, actor=actor, at=make.NOW)
    casework.submit(case_id=case.pk, actor=actor, at=make.NOW)
    case.refresh_from_db()
    return case


def _known(case: CaseFile) -> dict[str, object]:
    return casework.CaseData.load(case.data).form


def dispute(**more: object) -> dict[str, object]:
    return {
        "employer": {"name": "宁海晨光文具有限公司"}, "about": "wages", "claims": CLAIM, "employed": "yes",
        "learnt_on": "2026-02-01", "story": "三月没发工资", "talked": "yes", "arbitration": "none", "mobile": "13800138000",
    } | more  # fmt: skip


def on(case: CaseFile, actor: Actor) -> ActOn:
    case.refresh_from_db()
    return ActOn(case.pk, case.version, actor, make.NOW)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_member_gets_her_certificate_at_once_and_anybody_can_check_it(town: make.World) -> None:
    case = asked(town.ali, "membership_proof", purpose="aid")

    proof = Proof.objects.get()
    last = case.events.order_by("-pk")[0]
    assert (case.state, last.act, last.user_id, proof.name, proof.union_name, proof.id_tail) == (
        "approved", "approve", None, "阿丽", "宁海晨光文具有限公司工会", "002X",
    )  # fmt: skip
    assert proof_pdf(proof, link="https://x/proof/1/", at=make.NOW).startswith(b"%PDF")
    seen = Client().get(f"/proof/{proof.number}/").content.decode()
    assert "阿*" in seen
    assert "阿丽" not in seen
    assert "证明真实，现在是会员" in seen


def test_the_ladder_counts_what_the_program_decided_and_what_nobody_asked_for(town: make.World) -> None:
    casework.ship(actor=system(), at=make.NOW)
    asked(town.ali, "membership_proof")
    asked(town.stranger, "membership_proof")  # waits for an officer: not counted
    one = CaseFile.objects.latest("pk")
    casework.note_granted(case=one, actor=system(), at=make.NOW)
    casework.note_granted(case=one, actor=system(), at=make.NOW)  # the same case once
    cadre, chair = make.acting(town.county_cadre), make.acting(town.xiaobo)

    seen = ladder(cadre, written_for(cadre), make.TODAY)

    shipped = casework.shipped()
    assert dict(seen.rungs) == {str(rung.label): sum(one.rung is rung for one in shipped) for rung in Rung}
    assert seen.also == ("申请职工互助金",)
    assert (seen.at_once, seen.unasked) == (1, 1)
    assert ladder(chair, written_for(chair), make.TODAY).unasked == 0  # designs nothing, reaches nothing


def test_a_certificate_says_when_its_owner_is_no_member_any_more(town: make.World) -> None:
    asked(town.ali, "membership_proof")
    Membership.objects.filter(person=town.ali.person).update(ended_on=make.TODAY, state="ended")

    assert check(number=Proof.objects.get().number, actor=Actor(), at=make.NOW).holds is False
    with pytest.raises(NotVisible):
        check(number="26ABCDEFGHJKMN", actor=Actor(), at=make.NOW)


def test_somebody_without_membership_is_not_refused_by_the_program(town: make.World) -> None:
    case = asked(town.stranger, "membership_proof")

    assert (case.state, Proof.objects.count()) == ("open", 0)


def test_certificates_are_shown_to_their_owner_and_her_office_alone(town: make.World) -> None:
    asked(town.ali, "membership_proof")
    page = f"/papers/{Proof.objects.get().number}/"

    found = [browser(user).get(page).status_code for user in (town.ali, town.xiaobo, town.stranger)]
    assert [*found, Client().get(page).status_code] == [200, 200, 404, 302]


def test_the_export_holds_her_own_data_and_nobody_elses(town: make.World) -> None:
    case = asked(town.ali, "data_export")
    assert case.state == "approved"

    with zipfile.ZipFile(BytesIO(own_file(town.ali.person_id or 0, at=make.NOW))) as archive:
        record = json.loads(archive.read("record.json"))
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "11010519491231002X" in record[0].values()
    assert len(json.loads(held["memberships.json"])) == 1
    assert len(json.loads(held["cases.json"])) == 1
    assert all("小波" not in text and "13800138001" not in text for text in held.values())
    page = f"/me/data/{case.pk}/"
    found = [browser(user).get(page).status_code for user in (town.ali, town.xiaobo, town.county_cadre)]
    assert found == [200, 404, 403]


def test_a_members_optional_details_go_and_the_membership_stays(town: make.World) -> None:
    Person.objects.filter(pk=town.ali.person_id).update(ethnicity="汉族", trade="装配工")
    case = asked(town.ali, "data_deletion", what="optional")
    casework.approve(on=on(case, make.acting(town.town_cadre)))

    person = Person.objects.get(pk=town.ali.person_id)
    assert (person.ethnicity, person.trade, person.name, person.erased_at) == ("", "", "阿丽", None)
    assert Membership.objects.filter(person=person, ended_on=None).count() == 1


def test_everything_goes_only_after_leaving_and_what_the_law_keeps_is_named(town: make.World) -> None:
    with pytest.raises(AnswersRefused) as refused:
        asked(town.ali, "data_deletion", what="all")
    assert refused.value.problems[0].key == "what"
    CaseFile.objects.all().delete()
    asked(town.ali, "membership_proof")
    Membership.objects.filter(person=town.ali.person).update(ended_on=make.TODAY, state="ended")

    case = asked(town.ali, "data_deletion", what="all")
    casework.approve(on=on(case, make.acting(town.town_cadre)))

    person = Person.objects.get(pk=town.ali.person_id)
    case.refresh_from_db()
    assert (person.name, person.resident_id or None, person.erased_at, Proof.objects.count()) == (
        "",
        None,
        make.NOW,
        0,
    )
    assert (case.state, "封存" in case.events.get(act="approve").data["result"]) == ("approved", True)
    account = type(town.ali).objects.get(pk=town.ali.pk)
    assert (account.is_active, account.person_id, account.mobile) == (False, None, "")
    assert browser(account).get("/me/").status_code == 302


def test_closed_cases_of_erased_people_are_emptied_when_the_years_are_over(town: make.World) -> None:
    from smartunion.core.actor import system
    from smartunion.engines.casework.flows.forgetting import forget_closed

    asked(town.ali, "membership_proof", purpose="aid")
    Person.objects.filter(pk=town.ali.person_id).update(erased_at=make.NOW)

    years = [365 * 3, 365 * 3 + 2]
    emptied = [forget_closed(actor=system(), at=make.NOW + timedelta(days=days)) for days in years]

    case = CaseFile.objects.get()
    assert (emptied, case.person_id, casework.CaseData.load(case.data).form) == ([0, 1], None, {})


def test_mediation_is_seen_by_the_office_of_the_place_and_not_by_chair_or_county(town: make.World) -> None:
    case = asked(town.ali, "mediation", **dispute())

    seen = [
        CaseFile.objects.visible_to(make.acting(user)).filter(pk=case.pk).exists()
        for user in (town.ali, town.town_cadre, town.county_cadre, town.xiaobo, town.stranger)
    ]
    assert (case.path, seen) == (town.town.path, [True, True, False, False, False])
    assert casework.queue_counts(make.acting(town.county_cadre), make.NOW).all == 0


def test_a_narrow_case_goes_up_to_where_somebody_can_see_it(town: make.World) -> None:
    town.town_cadre.role_grants.all().delete()

    assert asked(town.ali, "mediation", **dispute()).path == town.county.path


def test_money_needs_an_amount(town: make.World) -> None:
    with pytest.raises(AnswersRefused) as refused:
        asked(town.ali, "mediation", **dispute(claims=[{"what": "工资"}]))

    assert [problem.key for problem in refused.value.problems] == ["claims"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("form", "day"),
    [
        ({"learnt_on": "2026-02-01", "about": "contract"}, date(2027, 2, 1)),
        ({"learnt_on": "2024-02-29", "about": "contract"}, date(2025, 2, 28)),
        ({"about": "wages", "employed": True, "learnt_on": "2020-01-01"}, None),
        ({"about": "wages", "left_on": "2026-01-15"}, date(2027, 1, 15)),
    ],
)
def test_limitation_runs_a_year_and_not_for_wages_while_employed(
    form: dict[str, object], day: date | None
) -> None:
    found = last_day_to_claim(form)
    assert found is not None
    assert found[0] == day


def test_one_form_sends_two_cases_and_is_done_when_both_are(town: make.World) -> None:
    whole = asked(town.ali, "wages_owed", **dispute(lawyer="yes", help="advice", group=["migrant"]))
    parts = {part.service_key: part for part in whole.parts.all()}
    officer = make.acting(town.town_cadre)

    assert set(parts) == {"mediation", "legal_aid"}
    assert whole.state == "open"
    assert all(part.state == "open" and part.path == town.town.path for part in parts.values())
    casework.approve(on=on(parts["mediation"], officer), values={"organisation": "镇调委会"})
    casework.approve(on=on(parts["mediation"], officer), values={"ended": "settled"})
    whole.refresh_from_db()
    assert whole.state == "open"
    casework.refuse(on=on(parts["legal_aid"], officer), reason="咨询即可")
    whole.refresh_from_db()
    assert (whole.state, "法律援助" in whole.events.get(act="approve").note) == ("approved", True)


def test_a_part_nobody_wants_is_not_sent_and_a_refused_part_stops_the_whole(town: make.World) -> None:
    whole = asked(town.ali, "wages_owed", **dispute(lawyer="no"))
    assert [part.service_key for part in whole.parts.all()] == ["mediation"]

    casework.withdraw(on=on(whole, make.acting(town.ali)))
    assert set(CaseFile.objects.values_list("state", flat=True)) == {"withdrawn"}
    with pytest.raises(AnswersRefused) as refused:
        asked(town.ali, "wages_owed", **dispute(lawyer="no", claims=[{"what": "工资", "amount": "0"}]))
    assert [problem.key for problem in refused.value.problems] == ["claims"]
    assert CaseFile.objects.exclude(state__in=["draft", "withdrawn"]).count() == 0


def test_a_complaint_goes_to_the_union_above_with_the_case_beside_it(town: make.World) -> None:
    case = asked(town.stranger, "membership_proof")
    CaseFile.objects.filter(pk=case.pk).update(path=town.grassroots.path)
    casework.refuse(on=on(case, make.acting(town.xiaobo)), reason="不是会员")
    actor = make.acting(town.stranger)
    page = browser(town.stranger).get(f"/cases/{case.pk}/").content.decode()
    assert f"/services/complaint/?case={case.pk}" in page

    draft = casework.start_draft(
        service_key="complaint", actor=actor, at=make.NOW, client_id=uuid4(), context={"case": str(case.pk)}
    )
    casework.save_draft(
        case_id=draft.pk, raw={**_known(draft), "why": "wrong", "about": "我已入会"}, actor=actor, at=make.NOW
    )
    casework.submit(case_id=draft.pk, actor=actor, at=make.NOW)

    draft.refresh_from_db()
    assert (_known(draft)["about_case"], draft.path) == (case.reference, town.town.path)
    assert not CaseFile.objects.visible_to(make.acting(town.xiaobo)).filter(pk=draft.pk).exists()


def test_a_complaint_cannot_name_somebody_elses_case(town: make.World) -> None:
    case = asked(town.ali, "membership_proof")

    with pytest.raises(AnswersRefused):
        asked(town.stranger, "complaint", about_case=case.reference, why="slow", about="太慢")


def test_one_tap_is_one_request(town: make.World) -> None:
    answer = browser(town.ali).post(
        "/services/membership_proof/start/", {"client_id": str(uuid4()), "do": "send"}
    )

    case = CaseFile.objects.get()
    assert (answer.headers["Location"], case.state) == (f"/cases/{case.pk}/", "approved")


def test_the_worker_sees_what_waits_for_her_first_and_nobody_else_does(town: make.World) -> None:
    case = asked(town.ali, "mediation", **dispute())
    casework.return_case(on=on(case, make.acting(town.town_cadre)), missing={"story": "请写清时间"})

    page = browser(town.ali).get("/me/").content.decode()
    assert page.index("等您办理") < page.index("正在办理")
    assert case.reference in page
    assert case.reference not in browser(town.stranger).get("/me/").content.decode()


def test_a_counter_officer_cannot_hand_out_data(town: make.World) -> None:
    cadre = make.acting(town.town_cadre)
    case = casework.start_on_behalf(
        service_key="data_export", actor=cadre, at=make.NOW, client_id=uuid4(), name="阿丽", mobile="13800138000",
        path=town.town.path,
    )  # fmt: skip
    assert (
        case.reference not in browser(town.ali).get("/me/").content.decode()
    )  # the officer's until she confirms
    casework.submit(case_id=case.pk, actor=cadre, at=make.NOW, confirmed="签字")
    assert case.reference in browser(town.ali).get("/me/").content.decode()

    case.refresh_from_db()
    assert case.state == "open"
    with pytest.raises(NotAllowed):
        casework.approve(on=on(case, make.acting(town.ali)))
