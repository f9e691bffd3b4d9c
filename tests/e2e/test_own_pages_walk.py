"""Ready services with pages of their own: transfer, hazards, certificate, own data, wages owed; orders, warnings, wishes."""

from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from smartunion.core.clock import now
from smartunion.core.files.exif import Spot, spot_of
from smartunion.core.files.intake import open_file
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Membership, Transfer
from smartunion.systems.hall.models import Proof
from smartunion.systems.matters.flows.risks import push
from smartunion.systems.matters.models import Hazard, HazardPhoto, RiskNotice, RiskRecipient, Wish, WorkOrder
from smartunion.systems.matters.tests.test_hazards import shot
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.tests.joining_world import form as joining_form
from tests.e2e.walking import (
    Missing,
    Town,
    Walk,
    at_home,
    begun,
    decided,
    from_the_queue,
    given_back,
    pressed,
    refused,
    supplemented,
)
from tests.e2e.walks_daily import FIRM, MEDIATION, RECENT, REQUEST, WISH

pytestmark = [
    pytest.mark.browser,
    pytest.mark.walk,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
SPOT = Spot(121.4321, 29.2988)
WAGES = {
    "employer.name": FIRM, "claims.0.what": "三月工资", "claims.0.amount": "5200", "employed": "yes", "learnt_on": RECENT,
    "story": "三月没有发工资。", "lawyer": "no", "mobile": "13800138000", "arbitration": "none", "talked": "yes", "about": "wages",
}  # fmt: skip


def confirmed(page: Page, action: str, **values: str) -> None:
    """Press a button that asks once more, say why, and say yes."""
    form = page.locator(f"form[action$='{action}']")
    page.locator("details.confirm", has=form).locator("summary").click()
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.btn-primary, button.btn-danger").first.click()
    page.wait_for_load_state()


def asked_to_move(here: Town, union: str) -> Transfer:
    page = here.phone("ali")
    page.goto("/services/transfer/")
    page.get_by_role("link", name="开始办理").click()
    page.fill("[name=q]", union)
    page.get_by_role("button", name="查找").click()
    page.locator("form:has([name=union]) button").first.click()
    page.wait_for_url("**/me/record/")
    return Transfer.objects.get(state="asked")


def test_a_transfer_is_refused_then_moves_the_membership(here: Town) -> None:
    world = here.world
    other = make.union("宁海海天模具有限公司工会", world.town)
    here.more["new_chair"] = make.user("王敏", role=Role.CHAIR, at=other)

    moved = asked_to_move(here, "宁海海天")
    desk = here.desk("new_chair")
    desk.goto("/desk/transfers/")
    desk.get_by_role("link", name="阿丽").first.click()
    confirmed(desk, "/refuse/", reason="单位还没有给您办理用工登记。")
    moved.refresh_from_db()
    assert (moved.state, Membership.objects.get(person=world.ali.person, ended_on=None).union_id) == (
        "refused",
        world.grassroots.pk,
    )
    page = here.phone("ali")
    page.goto("/me/record/")
    expect(page.locator("main")).to_contain_text("单位还没有给您办理用工登记。")

    moved = asked_to_move(here, "宁海海天")
    desk.goto(f"/desk/transfers/{moved.pk}/")
    desk.locator("form[action$='/accept/'] button").click()
    old = here.desk("xiaobo")
    old.goto(f"/desk/transfers/{moved.pk}/")
    old.locator("form[action$='/release/'] button").click()
    old.wait_for_load_state()

    moved.refresh_from_db()
    assert moved.state == "done"
    spells = Membership.objects.filter(person=world.ali.person).order_by("pk")
    assert [(one.union_id, one.ended_on is None) for one in spells] == [
        (world.grassroots.pk, False),
        (other.pk, True),
    ]
    assert spells[0].ended_on == spells[1].started_on
    page.reload()
    expect(page.locator("main")).to_contain_text("宁海海天模具有限公司工会")


def test_a_transfer_is_supplemented_once(here: Town) -> None:
    world = here.world
    other = make.union("宁海海天模具有限公司工会", world.town)
    here.more["new_chair"] = make.user("海天主席", role=Role.CHAIR, at=other)
    moved = asked_to_move(here, "宁海海天")
    desk = here.desk("new_chair")
    desk.goto(f"/desk/transfers/{moved.pk}/")
    confirmed(desk, "/question/", question="请写明入职日期和工种")
    expect(desk.locator("main")).to_contain_text("请写明入职日期和工种")
    assert desk.locator("form[action$='/question/']").count() == 0  # what is missing is asked once

    page = here.phone("ali")
    page.goto("/messages/")
    expect(page.locator("main")).to_contain_text("请写明入职日期和工种")
    page.goto("/me/record/")
    page.locator("form[action$='/answer/'] [name=words]").fill("十一月二日入职，注塑工")
    page.locator("form[action$='/answer/'] button").click()
    expect(page.locator("main")).to_contain_text("十一月二日入职，注塑工")
    desk.reload()
    expect(desk.locator("main")).to_contain_text("十一月二日入职，注塑工")
    desk.locator("form[action$='/accept/'] button").click()
    desk.wait_for_load_state()
    moved.refresh_from_db()
    assert (moved.state, moved.question, moved.answer) == (
        "accepted", "请写明入职日期和工种", "十一月二日入职，注塑工",
    )  # fmt: skip


def test_a_hazard_is_placed_by_its_picture_put_right_and_checked_by_somebody_else(here: Town) -> None:
    world = here.world
    here.more["officer"] = make.user(
        "老周", who=make.person("老周", mobile="13800138008"), role=Role.ORGANISER, at=world.grassroots
    )
    appointed(here)

    page = snapped(here, "ali")
    page.locator(".action-bar button").click()
    page.wait_for_url("**/hazards/*/")
    hazard = Hazard.objects.get()
    assert (hazard.state, round(hazard.lon or 0, 3), round(hazard.lat or 0, 3), hazard.place_from) == (
        "reported", 121.432, 29.299, "photo",
    )  # fmt: skip
    kept = open_file(HazardPhoto.objects.get().file).read()
    assert (spot_of(kept), b"PhoneMaker" in kept, b"Exif" in kept) == (None, False, False)

    again = snapped(here, "stranger")
    again.get_by_role("button", name="就是它").click()
    again.wait_for_url(f"**/hazards/{hazard.pk}/")
    hazard.refresh_from_db()
    assert (Hazard.objects.count(), hazard.reports) == (1, 2)

    desk = here.desk("xiaobo")
    desk.goto("/desk/matters/hazards/")
    desk.locator(f"main a[href='/desk/matters/hazards/{hazard.pk}/']").first.click()
    assert "阿丽" not in desk.locator("main").inner_text()
    form = desk.locator("form[action$='/ask/']")
    desk.locator("details", has=form).locator("summary").click()
    form.locator("[name=question]").fill("请拍一张机器编号")
    form.locator("button").click()
    desk.wait_for_load_state()
    page.goto(f"/hazards/{hazard.pk}/")
    expect(page.locator("main")).to_contain_text("请拍一张机器编号")
    more = page.locator("form[action$='/more/']")
    more.locator("[name=words]").fill("三号冲床")
    more.locator("input[type=file]").first.set_input_files(
        {"name": "阿丽.jpg", "mimeType": "image/jpeg", "buffer": shot(SPOT)}
    )
    more.locator("button.btn-primary").click()
    page.wait_for_load_state()
    assert page.locator("form[action$='/more/']").count() == 0
    desk.goto(f"/desk/matters/hazards/{hazard.pk}/")
    expect(desk.locator("main")).to_contain_text("三号冲床")
    assert "阿丽" not in desk.locator("main").inner_text()
    assert HazardPhoto.objects.filter(hazard=hazard, is_proof=False).count() == 2

    form = desk.locator("form[action$='/assign/']")
    form.locator("label.pick", has=desk.locator("[name=level]")).first.click()
    form.locator("[name=demand]").fill("装好防护罩")
    pressed(desk, form)

    phone = here.phone("officer")
    phone.goto("/hazards/mine/")
    phone.locator(f"a[href='/hazards/{hazard.pk}/']").first.click()
    phone.set_input_files(
        "[name=photo]", {"name": "好了.jpg", "mimeType": "image/jpeg", "buffer": shot(SPOT)}
    )
    phone.fill("[name=note]", "防护罩已装好")
    phone.locator("form[action$='/rectify/'] button.btn-primary").click()
    phone.wait_for_load_state()
    hazard.refresh_from_db()
    assert hazard.state == "rectified"
    proof = open_file(HazardPhoto.objects.latest("pk").file).read()
    assert spot_of(proof) is None

    desk.goto(f"/desk/matters/hazards/{hazard.pk}/")
    desk.fill("form[action$='/check/'] [name=note]", "到现场看过，已装好")
    desk.locator("form[action$='/check/'] [name=right][value='1']").click()
    desk.wait_for_load_state()
    hazard.refresh_from_db()
    assert hazard.state == "closed"
    assert hazard.rectifier_id == here.more["officer"].pk != world.xiaobo.pk
    told = here.phone("ali")
    told.goto(f"/hazards/{hazard.pk}/")
    expect(told.locator("main")).to_contain_text("到现场看过，已装好")


def appointed(here: Town) -> None:
    desk = here.desk("xiaobo")
    desk.goto("/desk/matters/hazards/officers/")
    desk.locator("details.hazard-maps summary").first.click()
    desk.locator("[name=user]").select_option(label="老周")
    desk.get_by_role("button", name="指定").click()
    desk.wait_for_load_state()


def snapped(here: Town, who: str) -> Page:
    page = here.phone(who)
    page.goto("/hazards/")
    page.locator("[data-snap-camera]").set_input_files(
        {"name": "阿丽.jpg", "mimeType": "image/jpeg", "buffer": shot(SPOT)}
    )
    expect(page.locator("[data-snap-spot]")).to_be_visible()
    page.locator(".snap-kind", has=page.locator("[value=machine]")).click()
    if page.locator("[name=region]").is_visible() and not page.input_value("[name=region]"):
        page.fill("[name=region]", "桃源街道")
    page.fill("[name=about]", "冲床防护罩没了")
    return page


def test_a_hazard_that_is_none_is_closed_with_its_reason(here: Town) -> None:
    page = snapped(here, "ali")
    page.locator(".action-bar button").click()
    page.wait_for_url("**/hazards/*/")
    hazard = Hazard.objects.get()
    desk = here.desk("xiaobo")
    desk.goto(f"/desk/matters/hazards/{hazard.pk}/")
    form = desk.locator("form[action$='/refuse/']")
    desk.locator("details", has=form).locator("summary").click()
    form.locator("[name=reason]").fill("该冲床已断电封存，不构成隐患。")
    form.locator("button").click()
    desk.wait_for_load_state()
    hazard.refresh_from_db()
    assert hazard.state == "refused"
    page.reload()
    expect(page.locator("main")).to_contain_text("该冲床已断电封存，不构成隐患。")


def test_a_certificate_comes_at_once_and_is_refused_to_whoever_is_no_member(here: Town) -> None:
    one_tap = Walk(key="membership_proof", answers={}, decided=(), one_tap=True)
    case = begun(here, one_tap)
    assert (case.state, Proof.objects.get().case_id) == ("approved", case.pk)

    page = here.phone("stranger")
    page.goto("/services/membership_proof/")
    expect(page.locator("main")).to_contain_text("登记里没有您现在的会籍。")
    button = page.get_by_role("button", name="一键办理")
    (button if button.count() else page.get_by_role("button", name="开始办理")).click()
    page.wait_for_load_state()
    if "/fill/" in page.url:
        page.locator("[data-send]").click()
        page.wait_for_load_state()
    waiting = CaseFile.objects.get(service_key="membership_proof", user_id=here.world.stranger.pk)
    lacking = Missing("since", "请写明在哪家工会入的会", {"since": "二〇一九年在晨光文具工会"})
    given_back(here, waiting, "county_cadre", lacking)
    supplemented(
        here, Walk(key="membership_proof", answers={}, decided=(), who="stranger", missing=lacking), waiting
    )
    refused(here, waiting, "county_cadre", "登记里没有您的会籍，请先入会。")
    walk = Walk(key="membership_proof", answers={}, decided=(), who="stranger")
    at_home(here, walk, waiting, ("登记里没有您的会籍，请先入会。",))
    assert Proof.objects.count() == 1


def test_own_data_is_one_tap_and_the_file_opens(here: Town) -> None:
    case = begun(here, Walk(key="data_export", answers={}, decided=(), one_tap=True))
    assert case.state == "approved"
    page = here.phone("ali")
    page.goto(f"/me/data/{case.pk}/")
    with page.expect_download() as got:
        page.locator(f"a[href='/me/data/{case.pk}/file']").click()
    assert got.value.path().read_bytes()[:2] == b"PK"
    other = here.phone("xiaobo").goto(f"/me/data/{case.pk}/file")
    assert other is not None
    assert other.status == 404


def test_wages_owed_ends_when_its_parts_have_ended(here: Town) -> None:
    walk = Walk(key="wages_owed", answers=WAGES, decided=())
    whole = begun(here, walk)
    part = CaseFile.objects.get(whole=whole)
    assert (part.service_key, part.state, whole.state) == ("mediation", "open", "open")
    for step in MEDIATION.decided:
        decided(here, walk, part, step)
    whole.refresh_from_db()
    part.refresh_from_db()
    assert (part.state, whole.state) == ("approved", "approved")
    here.phone("ali").goto(f"/cases/{part.pk}/")
    expect(here.phone("ali").locator("main")).to_contain_text("五日内补发三月工资。")


def test_a_wish_is_taken_up_by_a_helper_and_thanked(here: Town) -> None:
    case = begun(here, WISH)
    decided(here, WISH, case, WISH.decided[0])
    wish = Wish.objects.get(case=case)
    helper = here.phone("stranger")
    helper.goto("/wishes/")
    confirmed(helper, f"/wishes/{wish.pk}/claim/")
    helper.goto("/wishes/mine/")
    assert "阿丽" not in helper.locator("main").inner_text()
    helper.fill("[name=told]", "头盔已放在驿站")
    helper.locator("form:has([name=told]) button").click()
    helper.wait_for_load_state()
    wisher = here.phone("ali")
    wisher.goto("/wishes/mine/")
    assert "老秦" not in wisher.locator("main").inner_text()
    wisher.fill("[name=thanks]", "谢谢好心人")
    wisher.locator("form:has([name=thanks]) button").click()
    wisher.wait_for_load_state()
    wish.refresh_from_db()
    assert (wish.state, wish.thanks) == ("fulfilled", "谢谢好心人")


def test_a_work_order_is_answered_in_its_case_and_called_back(here: Town) -> None:
    case = begun(here, REQUEST)
    desk = from_the_queue(here, case, "xiaobo")
    desk.goto(f"/desk/matters/orders/of/{case.pk}/")
    desk.locator("label.pick", has=desk.locator("[name=order_class]")).first.click()
    desk.locator("label.pick", has=desk.locator("[name=difficulty]")).first.click()
    desk.locator(".form-actions button").click()
    desk.wait_for_load_state()
    order = WorkOrder.objects.get(case=case)
    assert order.state == "open"
    decided(here, REQUEST, case, REQUEST.decided[0])
    order.refresh_from_db()
    assert (order.state, order.in_time, order.rounds) == ("answered", True, 1)

    desk.goto(f"/desk/matters/orders/{order.pk}/")
    desk.locator("label.pick", has=desk.locator("[name=said][value=again]")).click()
    desk.locator("form[action$='/called/'] button").click()
    expect(desk.locator("main")).to_contain_text("请写明对哪里不满意。")
    order.refresh_from_db()
    assert (order.state, order.rounds) == ("answered", 1)
    desk.fill("form[action$='/called/'] [name=words]", "夜班还是排得太密")
    desk.locator("form[action$='/called/'] button").click()
    desk.wait_for_load_state()
    order.refresh_from_db()
    case.refresh_from_db()
    assert (order.state, order.rounds, case.state) == ("open", 2, "open")

    decided(here, REQUEST, case, REQUEST.decided[0])
    desk.goto(f"/desk/matters/orders/{order.pk}/")
    desk.locator("label.pick", has=desk.locator("[name=said]")).first.click()
    desk.locator("form[action$='/called/'] button").click()
    desk.wait_for_load_state()
    order.refresh_from_db()
    assert (order.state, bool(order.called_at), order.caller_name) == ("closed", True, "小波")


def test_a_warning_is_pushed_read_and_taken_back(here: Town) -> None:
    desk = here.desk("town_cadre")
    desk.goto("/desk/matters/risks/new/")
    desk.fill("[name=title]", "高温作业风险")
    desk.fill("[name=text]", "气温超过三十五度，请按规定停工或者换班。")
    form = desk.locator("form.panel")
    for name in ("audience",):
        form.locator("label.pick", has=desk.locator(f"[name={name}]")).first.click()
    form.locator("button.btn-primary").click()
    desk.wait_for_url("**/desk/matters/risks/*/")
    risk = RiskNotice.objects.get()
    assert (risk.state, RiskRecipient.objects.count()) == ("draft", 0)
    confirmed(desk, "/send/")
    push(risk_id=risk.pk, at=now())

    page = here.phone("ali")
    page.goto("/messages/")
    expect(page.locator("main")).to_contain_text("高温作业风险")
    page.goto("/risks/")
    page.get_by_role("link", name="高温作业风险").click()
    expect(page.locator("main")).to_contain_text("气温超过三十五度")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()
    risk.refresh_from_db()
    got = RiskRecipient.objects.get(risk=risk, person_id=here.world.ali.person_id)
    assert (risk.state, risk.seen, got.seen_at is not None, got.why != "") == ("sent", 1, True, True)
    assert Notice.objects.filter(person_id=here.world.ali.person_id, link=f"/risks/{risk.pk}/").count() == 1

    desk.reload()
    assert "阿丽" not in desk.locator("main").inner_text()
    confirmed(desk, "/back/", reason="气温已回落")
    page.goto(f"/risks/{risk.pk}/")
    expect(page.locator("main")).to_contain_text("气温已回落")


def test_a_new_number_is_confirmed_by_the_union_in_one_tap(here: Town) -> None:
    world, person = here.world, here.world.ali.person
    assert person is not None
    here.more["new"] = worker_for_phone(mobile="13700000077", at=now())
    page = here.phone("new")
    page.goto("/services/new_phone/")
    page.get_by_role("link", name="开始办理").click()
    page.fill("[name=name]", "阿丽")
    page.fill("[name=id_number]", "11010519491231002X")
    page.get_by_role("button", name="请我的工会确认").click()
    expect(page.locator("main")).to_contain_text("已提交")
    expect(page.locator("main")).to_contain_text("137****0077")
    assert world.grassroots.name not in page.content()

    case = CaseFile.objects.get(service_key="new_phone")
    desk = from_the_queue(here, case, "xiaobo")
    expect(desk.locator("main")).to_contain_text("138****8000")
    pressed(desk, desk.locator("form[action$='/approve/']"))
    person.refresh_from_db()
    assert person.mobile == "13700000077"
    page.goto("/me/record/")
    expect(page.locator("main")).to_contain_text("宁海晨光文具有限公司工会")


def test_joining_is_refused_by_the_union_with_its_reason(here: Town) -> None:
    world = here.world
    PolicyValue.objects.create(
        key="organising.join_needs_approval",
        path="",
        value=True,
        valid_from=date(2024, 1, 1),
        source="试点",
        created_at=now(),
    )
    asked = join(code="", form=joining_form(1, employer_name=FIRM), at=now())
    assert asked.case is not None
    assert asked.case.state == "open"
    here.more["applicant"] = asked.user
    lacking = Missing("work_proof", "请补一张工牌或合同的照片", {"photo:work_proof": "one"})
    walk = Walk(key="join", answers={}, decided=(), who="applicant", missing=lacking)
    given_back(here, asked.case, "xiaobo", lacking)
    supplemented(here, walk, asked.case)
    refused(here, asked.case, "xiaobo", "已不在本单位工作，请扫新单位工会的码。")
    at_home(here, walk, asked.case, ("已不在本单位工作，请扫新单位工会的码。",))
    assert not Membership.objects.filter(person=asked.person).exists()
    assert world.grassroots.pk == asked.case.union_id


def test_a_file_of_somebodys_data_is_refused_to_whoever_asks_at_a_counter(here: Town) -> None:
    world = here.world
    clerk = make.acting(world.county_cadre)
    case = casework.start_on_behalf(
        service_key="data_export", actor=clerk, at=now(), client_id=uuid4(), name="阿丽", mobile="13800138000",
        path=world.county.path,
    )  # fmt: skip
    case = casework.submit(case_id=case.pk, actor=clerk, at=now(), confirmed="短信验证码")
    assert case.state == "open"  # no program hands a file out at a counter
    lacking = Missing("authority", "请拍本人身份证或委托书", {"photo:authority": "one"})
    given_back(here, case, "town_cadre", lacking)
    supplemented(here, Walk(key="data_export", answers={}, decided=(), missing=lacking), case)
    refused(here, case, "town_cadre", "请本人登录后在手机上点一下，当场可下载。")
    walk = Walk(key="data_export", answers={}, decided=())
    page = at_home(here, walk, case, ("请本人登录后在手机上点一下，当场可下载。",))
    assert page.goto(f"/me/data/{case.pk}/file").status == 404  # type: ignore[union-attr]  # a page was loaded


def test_wages_owed_ends_when_its_part_is_refused_and_says_so(here: Town) -> None:
    walk = Walk(key="wages_owed", answers=WAGES, decided=())
    whole = begun(here, walk)
    part = CaseFile.objects.get(whole=whole)
    refused(here, part, "town_cadre", "已有生效裁决，请申请法院执行。")
    whole.refresh_from_db()
    assert whole.state == "approved"  # the whole is done when its parts are
    at_home(here, walk, whole, ("未通过",))
    here.phone("ali").goto(f"/cases/{part.pk}/")
    expect(here.phone("ali").locator("main")).to_contain_text("已有生效裁决，请申请法院执行。")
