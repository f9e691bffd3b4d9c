"""The pages without a browser: found, filled, sent, acted on; each tried by owner, colleague, stranger and nobody."""

import io
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.core.files.intake import disk_path
from smartunion.core.files.models import StoredFile
from smartunion.engines.casework import service
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Field, FieldKind, Op, Route, Rule, Section, Step, Who, text
from smartunion.engines.casework.definition import Test as Holds
from smartunion.engines.casework.flows.publishing import publish
from smartunion.engines.casework.models import CaseFile, CaseMaterial, Service, ServiceVersion
from smartunion.engines.casework.queries.hall import hall
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.tests.factories import Sent

pytestmark = pytest.mark.django_db
NOW = make.NOW
GOOD = {"kind": "goods", "about": "想要一把遮阳伞", "people": "12"}


@pytest.fixture
def town() -> make.World:
    made = make.world()
    steps = (replace(WISH.steps[0], route=Route.OWN_UNION, roles=("cadre", "chair")), WISH.steps[1])
    make.published(replace(WISH, summary=text("职工的小愿望"), words="困难 帮忙", steps=steps))
    return made


def browser(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def photo(colour: str = "red") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    out.seek(0)
    out.name = "照片.png"
    return out


def draft(town: make.World) -> CaseFile:
    return service.start_draft(service_key="wish", actor=make.acting(town.ali), at=NOW, client_id=uuid4())


def sent(town: make.World) -> CaseFile:
    case = draft(town)
    service.save_draft(case_id=case.pk, raw=dict(GOOD), actor=make.acting(town.ali), at=NOW)
    return service.submit(case_id=case.pk, actor=make.acting(town.ali), at=NOW)


def test_the_hall_finds_services_by_everyday_words(town: make.World) -> None:
    client = Client()

    for words in ("", "心愿", "帮忙", "wxy", "微"):
        assert "职工的小愿望" in client.get("/services/", {"q": words}).content.decode()
    nothing = client.get("/services/", {"q": "量子力学"}).content.decode()
    assert "职工的小愿望" not in nothing
    assert "没有找到" in nothing


def test_a_service_page_says_how_it_goes(town: make.World) -> None:
    page = Client().get("/services/wish/").content.decode()

    for words in ("微心愿", "受理", "办理", "照片", "登录后办理"):
        assert words in page
    assert Client().get("/services/nothing/").status_code == 404


def test_starting_needs_a_sign_in_and_two_taps_make_one_draft(town: make.World) -> None:
    key = str(uuid4())
    assert Client().post("/services/wish/start/", {"client_id": key}).status_code == 401
    ali = browser(town.ali)

    first = ali.post("/services/wish/start/", {"client_id": key})
    second = ali.post("/services/wish/start/", {"client_id": key})

    case = CaseFile.objects.get()
    assert first["Location"] == second["Location"] == f"/cases/{case.pk}/fill/"


def test_filling_in_saves_right_or_wrong_and_sends_when_right(town: make.World) -> None:
    case, ali = draft(town), browser(town.ali)
    url = f"/cases/{case.pk}/fill/"

    saved = ali.post(
        url, {"kind": "goods", "people": "很多", "do": "save"}, headers={"Accept": "application/json"}
    )
    wrong = ali.post(url, {"kind": "goods", "people": "很多", "do": "send"})

    assert (saved.status_code, saved.json()) == (200, {"calculated": {}})
    assert wrong.status_code == 422
    body = wrong.content.decode()
    assert "请填写“说说情况”。" in body
    assert "“多少人”请填写整数，用数字书写。" in body
    assert 'value="很多"' in body
    assert CaseFile.objects.get().state == "draft"
    done = ali.post(url, {**GOOD, "do": "send"})
    assert done["Location"] == f"/cases/{case.pk}/"
    assert CaseFile.objects.get().state == "open"
    again = ali.post(url, {**GOOD, "do": "send"})
    assert again.status_code == 404


def test_photos_are_kept_shown_to_those_concerned_and_taken_back(town: make.World) -> None:
    case, ali = draft(town), browser(town.ali)

    added = ali.post(f"/cases/{case.pk}/photos/photo/", {"photo": photo()})
    same = ali.post(f"/cases/{case.pk}/photos/photo/", {"photo": photo()})

    row = CaseMaterial.objects.get()
    assert (added.status_code, same.status_code) == (200, 200)
    url = f"/cases/{case.pk}/photo/{row.pk}/"
    assert ali.get(url)["Content-Type"] == "image/jpeg"
    assert [browser(user).get(url).status_code for user in (town.xiaobo, town.stranger)] == [404, 404]
    assert Client().get(url).status_code == 404
    bad = ali.post(f"/cases/{case.pk}/photos/photo/", {"photo": io.BytesIO(b"<svg onload=alert(1)>")})
    assert bad.status_code == 422
    assert ali.post(f"/cases/{case.pk}/photos/evil/", {"photo": photo()}).status_code == 422
    ali.post(f"{url.replace('/photo/', '/photos/photo/')}remove/")
    assert CaseMaterial.objects.get().removed_at is not None


def test_photos_come_with_the_form_where_no_script_runs(town: make.World) -> None:
    case, ali = draft(town), browser(town.ali)

    ali.post(f"/cases/{case.pk}/fill/", {**GOOD, "do": "save", "photo.photo": photo("blue")})
    row = CaseMaterial.objects.get()
    ali.post(f"/cases/{case.pk}/fill/", {**GOOD, "do": f"remove:{row.pk}"})

    assert CaseMaterial.objects.get().removed_at is not None


def test_my_cases_and_the_case_page_say_who_holds_it_until_when(town: make.World) -> None:
    case, ali = sent(town), browser(town.ali)

    listed, page = ali.get("/cases/").content.decode(), ali.get(f"/cases/{case.pk}/").content.decode()

    assert case.reference in listed
    for words in ("宁海晨光文具有限公司工会", "2026年3月5日", "受理", "想要一把遮阳伞", case.reference):
        assert words in page
    assert browser(town.stranger).get(f"/cases/{case.pk}/").status_code == 404
    assert Client().get(f"/cases/{case.pk}/")["Location"].startswith("/signin/")
    assert "您还没有办过事项" in browser(town.stranger).get("/cases/").content.decode()


def test_the_desk_decides_and_returns_with_what_is_missing(town: make.World) -> None:
    case, chair, ali = sent(town), browser(town.xiaobo), browser(town.ali)
    url = f"/desk/cases/{case.pk}/"
    page = chair.get(url).content.decode()
    assert "想要一把遮阳伞" in page
    assert "138****8000" in page
    assert "13800138000" not in page

    nothing = chair.post(f"{url}return/", {"version": case.version, "reason": "不清楚"})
    assert nothing.status_code == 409
    done = chair.post(
        f"{url}return/", {"version": case.version, "missing": ["about"], "missing.about": "请写明尺寸"}
    )
    assert done["Location"] == url
    form = ali.get(f"/cases/{case.pk}/fill/").content.decode()
    assert "请写明尺寸" in form
    assert 'name="kind"' not in form
    case.refresh_from_db()
    ali.post(f"/cases/{case.pk}/fill/", {"about": "一米二", "version": case.version, "do": "send"})
    case.refresh_from_db()
    assert (case.state, CaseData.load(case.data).form["about"]) == ("open", "一米二")


def test_what_was_refused_is_applied_for_again_with_its_answers_and_papers(town: make.World) -> None:
    ali, chair = browser(town.ali), browser(town.xiaobo)
    case = draft(town)
    ali.post(f"/cases/{case.pk}/photos/photo/", {"photo": photo()})
    service.save_draft(case_id=case.pk, raw=dict(GOOD), actor=make.acting(town.ali), at=NOW)
    case = service.submit(case_id=case.pk, actor=make.acting(town.ali), at=NOW)
    url = f"/cases/{case.pk}/again/"
    assert url not in ali.get(f"/cases/{case.pk}/").content.decode()
    assert ali.post(url).status_code == 404
    service.refuse(
        on=service.ActOn(case.pk, case.version, make.acting(town.xiaobo), NOW), reason="请写明尺寸"
    )

    assert url in ali.get(f"/cases/{case.pk}/").content.decode()
    begun = ali.post(url)
    twice = ali.post(url)

    fresh = CaseFile.objects.latest("pk")
    assert begun["Location"] == twice["Location"] == f"/cases/{fresh.pk}/fill/"
    assert (CaseFile.objects.count(), fresh.state, fresh.user_id) == (2, "draft", town.ali.pk)
    assert CaseData.load(fresh.data).form == GOOD | {"which": ""}
    files = [list(one.materials.values_list("slot", "file_id")) for one in (case, fresh)]
    assert files[0] == files[1] != []
    assert chair.post(url).status_code == 404
    Service.objects.update(is_open=False)
    assert url not in ali.get(f"/cases/{case.pk}/").content.decode()
    assert ali.post(url).status_code == 404
    assert CaseFile.objects.count() == 2


def test_whoever_sent_a_case_in_herself_reads_why_others_decide_it(town: make.World) -> None:
    chair = make.acting(town.xiaobo)
    case = service.start_draft(service_key="wish", actor=chair, at=NOW, client_id=uuid4())
    service.save_draft(case_id=case.pk, raw=dict(GOOD), actor=chair, at=NOW)
    service.submit(case_id=case.pk, actor=chair, at=NOW)

    page = browser(town.xiaobo).get(f"/desk/cases/{case.pk}/").content.decode()
    above = browser(town.town_cadre).get(f"/desk/cases/{case.pk}/").content.decode()

    assert "这是您自己提交的办件，须由他人办理" in page
    assert "这是您自己提交的办件" not in above


def test_the_last_day_of_a_supplement_is_one_and_the_same_on_the_form_and_on_the_page(
    town: make.World,
) -> None:
    case, ali = sent(town), browser(town.ali)
    returned = service.ActOn(case.pk, case.version, make.acting(town.xiaobo), NOW)
    service.return_case(on=returned, missing={"about": "请写明尺寸"})
    CaseFile.objects.filter(pk=case.pk).update(due_at=datetime(2026, 4, 2, tzinfo=NOW.tzinfo))

    assert "2026年4月1日" in ali.get(f"/cases/{case.pk}/").content.decode()
    assert "2026年4月1日" in ali.get(f"/cases/{case.pk}/fill/").content.decode()


def test_the_desk_page_keeps_what_was_typed_when_refused(town: make.World) -> None:
    case, chair = sent(town), browser(town.xiaobo)
    url = f"/desk/cases/{case.pk}/"
    chair.post(f"{url}approve/", {"version": case.version})
    case.refresh_from_db()

    missing = chair.post(f"{url}approve/", {"version": case.version, "reason": "已送达", "done": ""})

    assert missing.status_code == 422
    assert "请填写“办理情况”。" in missing.content.decode()
    assert "已送达" in missing.content.decode()
    chair.post(f"{url}approve/", {"version": case.version, "done": "已送到岗亭"})
    case.refresh_from_db()
    assert case.state == "approved"
    assert "已送到岗亭" in chair.get(f"{url}paper/").content.decode()


def test_a_stale_version_is_told_and_changes_nothing(town: make.World) -> None:
    case, chair = sent(town), browser(town.xiaobo)
    chair.post(f"/desk/cases/{case.pk}/approve/", {"version": case.version})

    stale = browser(town.town_cadre).post(
        f"/desk/cases/{case.pk}/refuse/", {"version": case.version, "reason": "重复"}
    )

    assert stale.status_code == 409
    page = stale.content.decode()
    assert "小波刚刚处理了这个办件" in page
    assert "<dd>重复</dd>" in page  # her own words, to take along
    service.refuse(
        on=service.ActOn(case.pk, CaseFile.objects.get().version, make.acting(town.xiaobo), NOW),
        reason="名额已满",
    )
    ended = browser(town.town_cadre).post(f"/desk/cases/{case.pk}/approve/", {"version": 3, "reason": "可以"})
    assert (ended.status_code, "<dd>可以</dd>" in ended.content.decode()) == (409, True)
    assert f"/desk/cases/{case.pk}/" in page
    assert CaseFile.objects.get().state == "refused"


@pytest.mark.parametrize(
    "path", ["", "list/mine/", "list/late/", "list/waiting/", "list/ended/", "list/all/"]
)
def test_the_queue_is_open_to_offices_only(town: make.World, path: str) -> None:
    case = sent(town)
    url = f"/desk/cases/{path}"

    page = browser(town.xiaobo).get(url)

    assert page.status_code == 200
    assert (case.title in page.content.decode()) == (path in {"", "list/late/", "list/all/"})
    assert browser(town.ali).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert browser(town.xiaobo).get("/desk/cases/list/evil/").status_code == 404


def test_acts_are_closed_to_applicants_strangers_and_nobody(town: make.World) -> None:
    case = sent(town)
    url = f"/desk/cases/{case.pk}/approve/"

    codes = [
        browser(user).post(url, {"version": case.version}).status_code for user in (town.ali, town.stranger)
    ]

    assert codes == [404, 404]
    assert Client().post(url, {"version": case.version}).status_code == 401
    assert (
        browser(town.xiaobo).post(f"/desk/cases/{case.pk}/destroy/", {"version": case.version}).status_code
        == 404
    )
    assert browser(town.xiaobo).get(url).status_code == 405
    assert CaseFile.objects.get().version == case.version


def test_status_without_signing_in(town: make.World) -> None:
    case, client = sent(town), Client()

    right = client.post("/status/", {"reference": case.reference.lower(), "tail": "8000"})
    wrong = client.post("/status/", {"reference": case.reference, "tail": "8001"})

    assert right.status_code == 200
    assert "宁海晨光文具有限公司工会" in right.content.decode()
    assert "遮阳伞" not in right.content.decode()
    assert wrong.status_code == 404
    for _ in range(5):
        last = client.post("/status/", {"reference": case.reference, "tail": "0000"})
    assert last.status_code == 429
    assert client.post("/status/", {"reference": case.reference, "tail": "8000"}).status_code == 429


def test_the_counter_fills_in_for_somebody_who_confirms_by_a_code(town: make.World, settings: Any) -> None:
    settings.NOTICE_SENDERS = dict.fromkeys(
        settings.NOTICE_SENDERS, "smartunion.ground.accounts.tests.factories.Sent"
    )
    Sent.messages = []
    chair = browser(town.xiaobo)
    assert chair.get("/desk/counter/").status_code == 200
    assert browser(town.ali).get("/desk/counter/").status_code == 404

    wrong = chair.post("/desk/counter/", {"service": "wish", "name": "阿丽", "mobile": "123"})
    right = chair.post("/desk/counter/", {"service": "wish", "name": "阿丽", "mobile": "13800138000"})

    assert wrong.status_code == 422
    case = CaseFile.objects.get()
    assert right["Location"] == f"/cases/{case.pk}/fill/"
    assert "您正在为阿丽填写" in chair.get(right["Location"]).content.decode()
    sent = chair.post(right["Location"], {**GOOD, "do": "send"})
    confirm = f"/desk/counter/{case.pk}/confirm/"
    assert (sent["Location"], CaseFile.objects.get().state) == (confirm, CaseState.DRAFT)
    assert "想要一把遮阳伞" in chair.get(confirm).content.decode()
    assert chair.post(confirm, {"do": "code", "code": "000000"}).status_code == 422
    assert chair.post(confirm, {"do": "paper", "why": ""}).status_code == 422
    chair.post(confirm, {"do": "send_code"})
    found = re.search(r"\d{6}", Sent.messages[-1].body)
    assert found is not None
    done = chair.post(confirm, {"do": "code", "code": found[0]})
    assert case.reference in chair.get(done["Location"]).content.decode()
    assert "短信验证码" in CaseFile.objects.get().events.get(act="submit").note
    assert chair.post(confirm, {"do": "paper", "why": "没带手机"}).status_code == 409
    assert browser(town.ali).get(f"/cases/{case.pk}/").status_code == 200


def test_a_signed_sheet_is_taken_in_by_photo_where_there_is_no_phone(town: make.World) -> None:
    chair = browser(town.xiaobo)
    begun = chair.post("/desk/counter/", {"service": "wish", "name": "阿丽", "mobile": "13800138000"})[
        "Location"
    ]
    chair.post(begun, {**GOOD, "do": "send"})
    case = CaseFile.objects.get()
    confirm = f"/desk/counter/{case.pk}/confirm/"
    without = chair.post(confirm, {"do": "paper", "why": "没带手机"})
    bad = io.BytesIO(b"<script>alert(1)</script>")
    bad.name = "a.jpg"
    script = chair.post(confirm, {"do": "paper", "why": "没带手机", "sheet": bad})
    many = chair.post(
        confirm,
        {
            "do": "paper",
            "why": "没带手机",
            "sheet": [photo(one) for one in ("red", "blue", "green", "grey", "pink")],
        },
    )

    assert (without.status_code, script.status_code, many.status_code) == (422, 422, 422)
    assert "没带手机" in without.content.decode()
    assert (CaseFile.objects.get().state, CaseMaterial.objects.count()) == (CaseState.DRAFT, 0)
    chair.post(confirm, {"do": "paper", "why": "没带手机", "sheet": [photo("red"), photo("blue")]})

    case.refresh_from_db()
    assert (case.state, CaseMaterial.objects.filter(case=case, removed_at=None).count()) == (
        CaseState.OPEN,
        2,
    )
    page = chair.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "签字的纸质表" in page
    sheet = CaseMaterial.objects.filter(case=case).first()
    assert sheet is not None
    assert chair.get(f"/cases/{case.pk}/photo/{sheet.pk}/").status_code == 200
    assert browser(town.stranger).get(f"/cases/{case.pk}/photo/{sheet.pk}/").status_code == 404


def test_an_applicants_own_step_is_filled_saved_and_sent(town: make.World) -> None:
    rows = Field("team", FieldKind.ROWS, text("委员"), columns=(Field("name", FieldKind.TEXT, text("姓名")),))
    place = Field("place", FieldKind.PLACE, text("地点"), in_digest=True)
    firm = Field("firm", FieldKind.EMPLOYER, text("单位"))
    make.published(
        replace(
            WISH, key="three", sections=(Section("a", text("甲"), (place, firm)),), subject=text("%(employer)s"), reopening=None,
            steps=(
                Step("one", text("审批"), roles=("cadre",), route=Route.EMPLOYER_FEDERATION, next="two"),
                Step("two", text("报结果"), Who.APPLICANT, form=(rows,), next="three"),
                Step("three", text("复核"), roles=("cadre",)),
            ),
        )
    )  # fmt: skip
    ali, cadre = browser(town.ali), browser(town.town_cadre)
    url = ali.post("/services/three/start/", {"client_id": str(uuid4())})["Location"]

    unknown = ali.post(url, {"place.region": "火星", "firm.name": "宁海晨光文具有限公司", "do": "send"})
    ali.post(
        url,
        {
            "place.region": "桃源街道",
            "place.detail": "1号",
            "firm.name": "宁海晨光文具有限公司",
            "do": "send",
        },
    )

    assert "列表中没有这个地方" in unknown.content.decode()
    case = CaseFile.objects.get()
    assert (case.path, case.title, case.employer_id) == (town.town.path, "宁海晨光文具有限公司", town.firm.pk)
    assert case.digest == {"place": "宁海县桃源街道1号"}
    cadre.post(f"/desk/cases/{case.pk}/approve/", {"version": case.version})
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "two")
    ali.post(url, {"team.0.name": "王", "do": "save"})
    assert 'value="王"' in ali.get(url).content.decode()
    ali.post(url, {"team.0.name": "王芳", "team.1.name": "李强", "version": case.version, "do": "send"})
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "three")
    assert CaseData.load(case.data).steps["two"] == {"team": [{"name": "王芳"}, {"name": "李强"}]}
    assert "李强" in cadre.get(f"/desk/cases/{case.pk}/").content.decode()


def test_suggestions_while_typing(town: make.World) -> None:
    ali = browser(town.ali)

    assert (
        ali.get("/services/find/employers/", {"q": "晨光"}).json()["rows"][0]["name"]
        == "宁海晨光文具有限公司"
    )
    assert ali.get("/services/find/unions/", {"q": "桃源"}).json()["rows"][0]["name"] == "桃源街道总工会"
    assert ali.get("/services/find/places/", {"q": "跃龙"}).json()["rows"][0]["id"] == "330226101"
    assert Client().get("/services/find/employers/", {"q": "晨光"}).status_code == 302


def test_rating_and_notes_from_the_page(town: make.World) -> None:
    case, ali, chair = sent(town), browser(town.ali), browser(town.xiaobo)

    ali.post(f"/cases/{case.pk}/note/", {"version": case.version, "note": "周六也可以"})
    case.refresh_from_db()
    assert "周六也可以" in chair.get(f"/desk/cases/{case.pk}/").content.decode()
    ali.post(f"/cases/{case.pk}/withdraw/", {"version": case.version})
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert ali.post(f"/cases/{case.pk}/rate/", {"version": case.version, "rating": "5"}).status_code == 409
    with pytest.raises(DomainError):
        service.withdraw(on=service.ActOn(case.pk, case.version, make.acting(town.ali), NOW))


def test_what_an_office_writes_for_itself_stays_inside(town: make.World) -> None:
    inner = Field("order", FieldKind.TEXT, text("内部要求"))
    inner_photo = Field("scan", FieldKind.PHOTO, text("内部照片"), is_required=False)
    outer = Field("answer", FieldKind.TEXT, text("答复"), is_public=True)
    step = replace(
        WISH.steps[0], route=Route.OWN_UNION, roles=("chair",), form=(inner, inner_photo, outer), next="do"
    )
    make.published(replace(WISH, steps=(step, WISH.steps[1])))
    case, ali, chair = sent(town), browser(town.ali), browser(town.xiaobo)

    values = {"version": case.version, "order": "先查库存", "answer": "周五送到"}
    service.add_photo(
        case_id=case.pk, slot="scan", data=photo(), name="x.png", actor=make.acting(town.xiaobo), at=NOW
    )
    chair.post(f"/desk/cases/{case.pk}/approve/", values)

    hers, theirs = (
        client.get(url).content.decode()
        for client, url in ((ali, f"/cases/{case.pk}/"), (chair, f"/desk/cases/{case.pk}/"))
    )
    url = f"/cases/{case.pk}/photo/{CaseMaterial.objects.get().pk}/"
    assert "周五送到" in hers
    assert "先查库存" not in hers
    assert "先查库存" in theirs
    assert [client.get(url).status_code for client in (ali, chair)] == [404, 200]


def test_a_neighbours_service_is_neither_shown_nor_begun(town: make.World) -> None:
    own = replace(WISH, key="county_only", title=text("邻镇的服务"), words="")
    publish(definition=own, actor=system(), at=NOW, owner_path=town.next_town.path)
    ali = browser(town.ali)

    refused = ali.post("/services/county_only/start/", {"client_id": str(uuid4())})

    assert (refused.status_code, CaseFile.objects.count()) == (403, 0)
    assert "跃龙街道总工会面向自己的会员" in refused.content.decode()
    assert "邻镇的服务" not in ali.get("/services/").content.decode()


def test_a_unions_own_version_stands_in_for_the_one_above(town: make.World) -> None:
    mine = replace(WISH, title=text("我们的心愿"))
    above = Service.objects.get(key="wish")
    publish(definition=mine, actor=system(), at=NOW, owner_path=town.grassroots.path, stands_for=above,
            service_key="own_wish")  # fmt: skip

    started = service.start_draft(service_key="wish", actor=make.acting(town.ali), at=NOW, client_id=uuid4())
    elsewhere = service.start_draft(
        service_key="wish", actor=make.acting(town.stranger), at=NOW, client_id=uuid4()
    )

    own = Service.objects.get(key="own_wish").versions.get()
    assert (started.service_version_id == own.pk, elsewhere.service_version_id == own.pk) == (True, False)
    assert {started.service_key, elsewhere.service_key} == {"wish"}  # a case is of the kind it stands in for
    page = browser(town.ali).get("/services/").content.decode()
    assert "我们的心愿" in page
    assert "由宁海晨光文具有限公司工会提供" in page


def test_the_hall_puts_what_one_may_have_first_and_says_why_not(town: make.World) -> None:
    rule = Rule("member", text("会员"), Holds("member.is_member", Op.IS, True), text("您还不是会员。"))
    make.published(
        replace(
            WISH, key="members", title=text("会员专享"), order=200, eligibility=(rule,), events=("proof",)
        )
    )

    hers, his = (hall(make.acting(user), NOW) for user in (town.ali, town.stranger))

    assert [[offer.definition.key for offer in shelf.offers] for shelf in hers.shelves] == [
        ["members", "wish"]
    ]
    assert [(offer.definition.key, offer.why_not) for offer in his.not_now] == [("members", "您还不是会员。")]
    assert [(turn.key, turn.count) for turn in hers.turns] == [("proof", 1)]
    assert [
        offer.definition.key
        for shelf in hall(make.acting(town.ali), NOW, event="proof").shelves
        for offer in shelf.offers
    ] == ["members"]


def test_words_without_spaces_find_the_nearest_service(town: make.World) -> None:
    client = Client()
    make.published(
        replace(WISH, key="wages", title=text("欠薪求助"), words="工资没发 讨薪 拖欠工资", summary=text(""))
    )

    for asked in ("老板拖欠我工资没发怎么办", "请问工资没发怎么办呢"):
        page = client.get("/services/", {"q": asked}).content.decode()
        assert "欠薪求助" in page
        assert "小愿望" not in page


def test_a_draft_thrown_away_takes_its_pictures_with_it(
    town: make.World, django_capture_on_commit_callbacks: Any
) -> None:
    case, ali = draft(town), browser(town.ali)
    ali.post(f"/cases/{case.pk}/photos/photo/", {"photo": photo()})
    stored = StoredFile.objects.get()
    assert disk_path(stored).exists()

    with django_capture_on_commit_callbacks(execute=True):
        ali.post(f"/cases/{case.pk}/discard/")

    assert (CaseFile.objects.count(), StoredFile.objects.count(), disk_path(stored).exists()) == (0, 0, False)


def test_a_supplement_shows_what_depends_on_an_answer_that_is_not_asked_again(town: make.World) -> None:
    lin = make.acting(town.town_cadre)
    case = draft(town)
    raw: dict[str, object] = {"kind": "other", "which": "伞", "about": "想要一把遮阳伞"}
    service.save_draft(case_id=case.pk, raw=raw, actor=make.acting(town.ali), at=NOW)
    service.submit(case_id=case.pk, actor=make.acting(town.ali), at=NOW)
    case.refresh_from_db()
    service.return_case(
        on=service.ActOn(case.pk, case.version, lin, NOW), missing={"which": "写明尺寸"}, reason=""
    )

    page = browser(town.ali).get(f"/cases/{case.pk}/fill/").content.decode()

    assert 'data-known="{&quot;kind&quot;: &quot;other&quot;}"' in page
    assert "写明尺寸" in page
    fresh = browser(town.ali).get(f"/cases/{draft(town).pk}/fill/").content.decode()
    assert "data-known" not in fresh


def test_one_damaged_service_takes_no_list_down_and_is_shown_with_its_reason(town: make.World) -> None:
    case = sent(town)
    make.published(replace(WISH, key="good", title=text("借遮阳伞")))
    ServiceVersion.objects.filter(service__key="wish").update(definition={"key": "wish"})
    broken = Service.objects.get(key="wish").title
    ali, cadre = browser(town.ali), browser(town.county_cadre)

    for page in (ali.get("/services/"), Client().get("/services/"), Client().get("/services/?q=遮阳伞")):
        assert page.status_code == 200
        assert "借遮阳伞" in page.content.decode()
    found = hall(make.acting(town.ali), NOW)
    assert [(one.definition.key, one.may, bool(one.why_not)) for one in found.not_now] == [
        ("wish", False, True)
    ]
    desk = cadre.get("/desk/services/").content.decode()
    assert broken in desk
    assert "不能用" in desk
    assert "title" in desk  # the place that cannot be read
    for path in ("/cases/", "/me/", "/me/papers/"):
        assert ali.get(path).status_code == 200, path
    assert case.title in ali.get("/cases/").content.decode()
    assert [one["key"] for one in Client().get("/api/v1/casework/services").json()].count("good") == 1
    assert ali.get("/services/wish/").status_code == 422  # alone it says what is wrong
