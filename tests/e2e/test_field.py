"""A week without signal on an organiser's phone: kept lists, visits, a killed tab, a full phone, a session that ended."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from smartunion.core import clock
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.tests import factories as registry
from smartunion.systems.organising.flows import areas, findings, questions
from smartunion.systems.organising.models import (
    AreaUnion,
    Driver,
    DriverContact,
    Finding,
    JoiningDrive,
    Visit,
    VisitPromise,
    VisitQuestion,
)
from smartunion.systems.organising.question_rules import QuestionKind
from smartunion.systems.organising.tests import field_world
from tests.browser import PHONE, person, until

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
WAITING = (
    "new Promise((done) => { const r = indexedDB.open('smartunion-field'); r.onsuccess = () => {"
    " const q = r.result.transaction('outbox').objectStore('outbox').count();"
    " q.onsuccess = () => { r.result.close(); done(q.result); }; }; })"
)


class Phone:
    """An organiser's phone, 阿丽's unless said otherwise, signed in, with the day list open and the worker in charge."""

    def __init__(self, chromium: Browser, url: str, world: field_world.Town, whose: str = "阿丽") -> None:
        self.world, self.url = world, url
        self.context: BrowserContext = person(chromium, size=PHONE, url=url)
        self.sign_in(world.people[whose])
        self.page = self.open()
        until(self.page, "navigator.serviceWorker.controller !== null")
        self.page.wait_for_load_state("networkidle")

    def sign_in(self, user: User) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.context.add_cookies([{"name": "su_session", "value": str(session.session_key), "url": self.url}])

    def open(self) -> Page:
        page = self.context.new_page()
        page.goto("/field/")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()
        return page

    def show(self, name: str) -> None:
        self.page.locator(f"[data-show={name}]").click()

    def note(self, row: Any, said: str, result: str = "属实") -> None:
        row.get_by_role("button", name="记录走访").click()
        if result:
            self.page.locator("#field-dialog").get_by_text(result).click()
        self.page.fill("#field-form [name=note]", said)
        self.page.click("#field-form button[value=keep]")
        expect(self.page.locator("#field-dialog")).not_to_be_visible()

    def waiting(self) -> int:
        return int(self.page.evaluate(WAITING))

    def sent(self) -> None:
        """Wait until nothing waits any more, in what the phone keeps and in what it shows."""
        until(self.page, f"{WAITING}.then((waiting) => waiting === 0)")
        expect(self.page.locator("#field-waiting")).to_be_hidden()


@pytest.fixture
def answered() -> Iterator[Callable[[], None]]:
    """Call it to wait until the server has answered everything: the database is emptied next."""
    under_way = 0
    lock = threading.Lock()

    def count(by: int) -> None:
        nonlocal under_way
        with lock:
            under_way += by

    def begun(**_named: Any) -> None:
        count(1)

    def ended(**_named: Any) -> None:
        count(-1)

    def wait() -> None:
        deadline = time.monotonic() + 30
        while under_way > 0 and time.monotonic() < deadline:
            time.sleep(0.05)

    request_started.connect(begun)
    request_finished.connect(ended)
    yield wait
    request_started.disconnect(begun)
    request_finished.disconnect(ended)


@pytest.fixture
def phone(chromium: Browser, live_server: Any, answered: Callable[[], None]) -> Iterator[Phone]:
    world = field_world.town()
    for number in range(12):
        field_world.finding(world, score=100 - number)
    AreaUnion.objects.update(valid_from=clock.today() - timedelta(days=400))
    made = Phone(chromium, live_server.url, world)
    yield made
    made.context.close()
    answered()


def test_a_week_without_signal_a_killed_tab_and_a_session_that_ended(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(True)
    expect(page.locator("#field-stops .field-stop")).to_have_count(8)
    expect(page.locator("#offline")).to_have_count(0)  # the day list says itself what happens without signal
    phone.note(page.locator("#field-stops .field-stop").first, "第一天")
    phone.show("all")
    expect(page.locator("#field-all .field-row")).to_have_count(12)
    phone.note(page.locator("#field-all .field-row").last, "第三天", "现场无人")
    phone.show("owed")
    phone.note(page.locator("#field-owed .field-row").first, "工会走访", "")
    page.close()  # the phone ran out of memory

    phone.page = page = phone.context.new_page()
    page.clock.install(time=clock.now() + timedelta(days=5))
    page.goto("/field/")
    expect(page.locator("#field-stops .field-stop")).to_have_count(8)
    expect(page.locator("#field-status")).to_contain_text("没有信号")
    assert phone.waiting() == 3
    phone.show("noted")
    expect(page.locator("#field-noted .field-row")).to_have_count(3)
    page.close()
    phone.context.clear_cookies()  # the session has ended meanwhile

    phone.context.set_offline(False)
    page = phone.context.new_page()
    page.goto("/field/")
    assert "/signin/" in page.url
    phone.sign_in(phone.world.people["阿丽"])
    page.goto("/field/")
    phone.page = page
    expect(page.locator("#field-status")).to_contain_text("已联网")
    phone.sent()

    assert phone.waiting() == 0
    assert sorted(Visit.objects.values_list("result", "note", "was_offline")) == [
        ("nobody", "第三天", True), ("real", "第一天", True), ("service", "工会走访", True),
    ]  # fmt: skip


def test_a_conflict_shows_both_sides_and_takes_one_answer(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(True)
    card = page.locator("#field-stops .field-stop").first
    finding_id = int(card.get_attribute("data-finding") or 0)
    phone.note(card, "车间在生产")
    findings.dismiss(
        actor=phone.world.actor("林静"), finding_id=finding_id, reason="重复登记", at=clock.now()
    )

    phone.context.set_offline(False)
    phone.show("noted")
    box = page.locator(".field-conflict")
    expect(box).to_be_visible()
    expect(box.locator("[data-mine]")).to_contain_text("车间在生产")
    expect(box.locator("[data-theirs]")).to_contain_text("林静")
    expect(box.locator("[data-theirs]")).to_contain_text("重复登记")
    with page.expect_response("**/field/answers/") as sent:
        box.get_by_text("与我所见不符").click()

    assert sent.value.status == 200
    assert Visit.objects.get().answer == "contested"
    assert Finding.objects.get(pk=finding_id).state == "closed"
    expect(box).to_have_count(1)
    expect(box).not_to_be_visible()
    expect(page.locator("#field-noted .field-where")).to_contain_text("您的答复：与我所见不符，请复核。")


def test_nobody_at_several_is_said_once_and_a_later_visit_does_not_take_its_place(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(True)
    phone.show("all")
    page.locator("#field-bulk summary").click()
    for number in range(3):
        page.locator("#field-all [data-pick]").nth(number).check()
    page.fill("#field-nobody-note", "卷帘门关着")
    page.click("#field-nobody")
    expect(page.locator("#field-all .field-result:visible")).to_have_count(3)
    page.clock.set_system_time(clock.now() + timedelta(days=2))
    phone.note(page.locator("#field-all .field-row").first, "老板回来了")
    assert phone.waiting() == 4

    phone.context.set_offline(False)
    phone.sent()

    assert sorted(Visit.objects.values_list("result", "note")) == [
        ("nobody", "卷帘门关着"), ("nobody", "卷帘门关着"), ("nobody", "卷帘门关着"), ("real", "老板回来了"),
    ]  # fmt: skip
    with page.expect_response("**/field/day.json*") as kept:
        page.reload()
    assert (
        len(kept.value.json()["findings"]) < 12
    )  # what did not change stays on the phone and is not sent again
    phone.show("all")
    expect(page.locator("#field-all .field-row")).to_have_count(12)
    expect(page.locator("#field-all .field-last", has_text="老板回来了")).to_have_count(1)


def test_a_talk_with_a_driver_waits_for_a_signal_and_leads_to_the_code(phone: Phone) -> None:
    world, page = phone.world, phone.page
    village = registry.region("崔家村", world.federation.territory)
    world.north.regions.add(village)
    driver = Driver.objects.create(
        path=world.federation.path, region=village, name="钱多多", mobile_tail="1234", created_at=clock.now()
    )
    page.reload()
    phone.show("drivers")
    expect(page.locator("#field-drivers")).to_contain_text("崔家村")
    phone.context.set_offline(True)
    page.locator("#field-drivers").get_by_role("button").click()
    page.click("#field-form button[value=keep]")
    expect(page.locator("#field-error")).to_contain_text("请选择联系结果")
    page.locator("#field-dialog").get_by_text("愿意入会").click()
    page.click("#field-form button[value=keep]")
    expect(page.locator("#field-drivers .field-result")).to_contain_text("愿意入会")
    assert DriverContact.objects.count() == 0

    phone.context.set_offline(False)
    phone.sent()
    phone.show("noted")

    assert list(DriverContact.objects.values_list("driver", "outcome")) == [(driver.pk, "willing")]
    link = page.locator("#field-noted").get_by_text("出示入会码")
    assert link.get_attribute("href") == f"/desk/coverage/drivers/{driver.pk}/"


def test_both_phones_follow_a_hand_over_and_what_came_too_late_is_said(
    phone: Phone, chromium: Browser, live_server: Any
) -> None:
    world, page, today = phone.world, phone.page, clock.today()
    hers = Phone(chromium, live_server.url, world, "小波")
    expect(hers.page.locator("#field-stops .field-stop")).to_have_count(0)
    phone.context.set_offline(True)
    page.clock.set_system_time(clock.now() - timedelta(days=1))
    phone.note(page.locator("#field-stops .field-stop").first, "移交前一天")
    areas.assign_organiser(
        actor=world.actor("林静"),
        area_id=world.north.pk,
        user_id=world.people["小波"].pk,
        on=today,
        at=clock.now(),
    )
    page.clock.set_system_time(clock.now())
    phone.note(page.locator("#field-stops .field-stop").nth(1), "移交之后")

    phone.context.set_offline(False)
    expect(page.locator("[data-none=area]")).to_be_visible()
    phone.show("noted")
    late = page.locator("#field-noted .field-row", has_text="移交之后")
    expect(late.locator(".field-where")).to_contain_text("小波")
    hers.page.reload()
    expect(hers.page.locator("#field-stops .field-stop")).to_have_count(8)
    hers.show("all")
    expect(hers.page.locator("#field-all .field-last", has_text="移交前一天")).to_have_count(1)

    assert [(visit.note, visit.area_id) for visit in Visit.objects.all()] == [("移交前一天", world.north.pk)]
    page.once("dialog", lambda asked: asked.accept())
    late.locator("[data-drop]").click()
    phone.sent()
    hers.context.close()


def test_two_tabs_send_a_visit_once(phone: Phone) -> None:
    page = phone.page
    other = phone.open()
    phone.context.set_offline(True)
    phone.note(page.locator("#field-stops .field-stop").first, "两个标签页")
    phone.page = other
    phone.note(other.locator("#field-stops .field-stop").nth(1), "另一个标签页")

    phone.context.set_offline(False)
    phone.sent()

    assert sorted(Visit.objects.values_list("note", flat=True)) == ["两个标签页", "另一个标签页"]
    other.locator("[data-show=noted]").click()
    expect(other.locator("#field-noted .field-row")).to_have_count(2)
    other.close()


def test_a_note_is_worded_anew_and_a_promise_is_kept(phone: Phone) -> None:
    page = phone.page
    card = page.locator("#field-stops .field-stop").first
    card.get_by_role("button", name="记录走访").click()
    page.locator("#field-dialog").get_by_text("属实").click()
    page.fill("#field-form [name=note]", "一稿")
    page.fill("#field-form [name=promise]", "送章程范本")
    page.click("#field-form button[value=keep]")
    expect(page.locator("#field-error")).to_be_visible()
    page.fill("#field-form [name=promise_due_on]", (clock.today() + timedelta(days=3)).isoformat())
    with page.expect_response("**/field/visits/"):
        page.click("#field-form button[value=keep]")
    phone.show("noted")
    page.locator("#field-noted [data-edit]").click()
    page.fill("#field-form [name=note]", "二稿")
    with page.expect_response("**/field/notes/"):
        page.click("#field-form button[value=keep]")

    visit = Visit.objects.get()
    assert (visit.note, [one["note"] for one in visit.edits]) == ("二稿", ["一稿"])
    page.reload()
    page.wait_for_load_state("networkidle")  # SQLite in memory lets nobody write while the page still reads
    with page.expect_navigation():
        page.locator("#field-promises").get_by_role("button").click()
    assert VisitPromise.objects.get().outcome == "kept"


def test_what_an_area_asks_is_answered_without_signal_and_put_better(phone: Phone) -> None:
    page, area = phone.page, phone.world.north
    asked = [
        questions.ask(
            actor=phone.world.actor("阿丽", on=clock.today()), at=clock.now(), starts_on=clock.today(),
            question=questions.Asked(label, kind, area_id=area.pk, choices=choices),
        )
        for label, kind, choices in (
            ("几个班次", QuestionKind.CHOICE, ("一班", "两班")), ("多少台车", QuestionKind.NUMBER, ()),
        )
    ]  # fmt: skip
    with page.expect_response("**/field/day.json*"):
        page.reload()
    page.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    page.locator("#field-stops .field-stop").first.get_by_role("button", name="记录走访").click()
    dialog = page.locator("#field-dialog")
    dialog.get_by_text("现场无人").click()
    expect(page.get_by_label("几个班次")).to_be_hidden()
    dialog.get_by_text("属实").click()
    page.get_by_label("几个班次").select_option("两班")
    page.get_by_label("多少台车").fill("7")
    page.click("#field-form button[value=keep]")
    expect(dialog).not_to_be_visible()
    assert phone.waiting() == 1

    phone.context.set_offline(False)
    phone.sent()
    phone.show("noted")
    page.locator("#field-noted [data-edit]").click()
    expect(page.get_by_label("几个班次")).to_have_value("两班")
    page.get_by_label("多少台车").fill("8")
    page.get_by_label("几个班次").select_option("")
    with page.expect_response("**/field/notes/"):
        page.click("#field-form button[value=keep]")

    visit = Visit.objects.get()
    assert dict(visit.answers.values_list("question", "text")) == {asked[1].pk: "8"}
    assert visit.edits[0]["answers"] == {"几个班次": "两班", "多少台车": "7"}


def test_nobody_in_a_building_is_said_once(phone: Phone) -> None:
    page = phone.page
    firms = Finding.objects.filter(area=phone.world.north).order_by("-score")[:3]
    for number, firm in enumerate(firms, start=1):
        Employer.objects.filter(pk=firm.employer_id).update(address=f"科创大厦{number}0{number}室")
    with page.expect_response("**/field/day.json*"):
        page.reload()
    page.wait_for_load_state("networkidle")
    page.on("dialog", lambda asked: asked.accept())
    phone.context.set_offline(True)

    page.locator("#field-stops .field-roof").get_by_role("button").first.click()
    expect(page.locator("#field-stops .field-result:visible")).to_have_count(3)
    phone.context.set_offline(False)
    phone.sent()

    assert list(Visit.objects.values_list("result", flat=True)) == ["nobody"] * 3
    assert set(Visit.objects.values_list("finding", flat=True)) == {firm.pk for firm in firms}


def test_what_is_said_while_a_visit_is_on_its_way_is_sent_after_it(phone: Phone) -> None:
    page = phone.page
    page.evaluate(
        "() => { const real = window.fetch; window.fetch = (to, how) => how?.method !== 'POST' || window.letGo ? real(to, how)"
        " : new Promise((done) => { window.go = () => { window.letGo = true; done(real(to, how)); }; }); }"
    )
    phone.note(page.locator("#field-stops .field-stop").first, "一稿")
    phone.show("noted")
    page.locator("#field-noted [data-edit]").click()
    page.fill("#field-form [name=note]", "二稿")
    page.click("#field-form button[value=keep]")
    expect(page.locator("#field-dialog")).not_to_be_visible()
    assert phone.waiting() == 1

    with page.expect_response("**/field/visits/"), page.expect_response("**/field/notes/"):
        page.evaluate("window.go()")
    phone.sent()

    visit = Visit.objects.get()
    assert (visit.note, [one["note"] for one in visit.edits]) == ("二稿", ["一稿"])


def test_a_visit_that_was_refused_is_put_right_and_sent_again(phone: Phone) -> None:
    page = phone.page
    row = page.locator("#field-stops .field-stop").first
    row.get_by_role("button", name="记录走访").click()
    page.locator("#field-dialog").get_by_text("属实").click()
    page.fill("#field-form [name=promise]", "送章程范本")
    page.fill("#field-form [name=promise_due_on]", (clock.today() - timedelta(days=3)).isoformat())
    with page.expect_response("**/field/visits/"):
        page.click("#field-form button[value=keep]")
    phone.show("noted")
    expect(page.locator("#field-noted .field-where")).to_contain_text("承诺日期早于走访日期")
    page.locator("#field-noted [data-edit]").click()
    page.fill("#field-form [name=promise_due_on]", (clock.today() + timedelta(days=3)).isoformat())
    with page.expect_response("**/field/visits/"):
        page.click("#field-form button[value=keep]")
    phone.sent()

    assert (Visit.objects.get().result, VisitPromise.objects.get().text, phone.waiting()) == (
        "real",
        "送章程范本",
        0,
    )


def test_a_full_phone_keeps_the_words_and_says_so(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(True)
    page.evaluate(
        "() => { const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (value, ...more) {"
        " if (value?.photo) throw new DOMException('full', 'QuotaExceededError'); return put.call(this, value, ...more); }; }"
    )
    page.locator("#field-stops .field-stop").first.get_by_role("button", name="记录走访").click()
    page.locator("#field-dialog").get_by_text("属实").click()
    page.set_input_files(
        "#field-form [name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 99}
    )
    page.click("#field-form button[value=keep]")

    expect(page.locator("#field-error")).to_contain_text("照片没有存下")
    assert phone.waiting() == 1


def test_somebody_else_on_the_phone_neither_sees_nor_sends_what_waits(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(True)
    phone.note(page.locator("#field-stops .field-stop").first, "阿丽写的")
    phone.context.clear_cookies()
    phone.sign_in(phone.world.people["小波"])
    phone.context.set_offline(False)
    page.close()
    phone.page = page = phone.context.new_page()
    page.goto("/field/")

    expect(page.locator("#field-status")).to_contain_text("其他人的 1 条")
    phone.show("noted")
    expect(page.locator("#field-noted .field-row")).to_have_count(0)
    assert (phone.waiting(), Visit.objects.count()) == (1, 0)


def test_signing_out_leaves_no_page_behind_but_what_waits_to_be_sent(phone: Phone) -> None:
    phone.context.set_offline(True)
    phone.note(phone.page.locator("#field-stops .field-stop").first, "签退之前")
    phone.page.close()
    phone.context.clear_cookies()  # so that what waits is not sent on the way out
    phone.context.set_offline(False)
    page = phone.page = phone.context.new_page()
    phone.sign_in(phone.world.people["林静"])
    page.goto("/desk/")
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1

    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action=\"/signout/\"]').requestSubmit()")

    assert page.evaluate("caches.keys()") == []
    phone.context.set_offline(True)
    with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto("/field/")
    phone.context.set_offline(False)
    phone.sign_in(phone.world.people["阿丽"])
    page.goto("/field/")
    expect(page.locator("#field-status")).to_contain_text("已联网")
    phone.sent()
    assert list(Visit.objects.values_list("note", flat=True)) == ["签退之前"]


def a_drive(here: TradeUnion) -> JoiningDrive:
    today = clock.today()
    return JoiningDrive.objects.create(
        code="HUOCHE", title="货车司机入会月", union=here, path=here.path, starts_on=today,
        ends_on=today + timedelta(days=20), created_at=clock.now(),
    )  # fmt: skip


def test_nobody_at_several_may_be_for_a_drive(phone: Phone) -> None:
    page, drive = phone.page, a_drive(phone.world.federation)
    with page.expect_response("**/field/day.json*"):
        page.reload()
    phone.show("all")
    page.locator("#field-bulk summary").click()
    expect(page.locator("#field-nobody-drive")).to_be_hidden()  # nobody is ticked yet
    for number in range(2):
        page.locator("#field-all [data-pick]").nth(number).check()
    page.select_option("#field-nobody-drive", label="货车司机入会月")
    page.locator("#field-all [data-pick]").nth(2).check()
    expect(page.locator("#field-nobody-drive")).to_have_value(str(drive.pk))

    phone.context.set_offline(True)
    page.click("#field-nobody")
    expect(page.locator("#field-all .field-result:visible")).to_have_count(3)
    phone.context.set_offline(False)
    phone.sent()

    assert list(Visit.objects.values_list("result", "drive")) == [("nobody", drive.pk)] * 3


def test_a_visit_for_a_drive_asks_its_questions_without_signal_and_may_be_put_better(phone: Phone) -> None:
    page, here, today = phone.page, phone.world.federation, clock.today()
    drive = a_drive(here)
    asked = {
        "union": here,
        "path": here.path,
        "valid_from": today,
        "created_at": clock.now(),
        "is_needed": True,
    }
    usual = VisitQuestion.objects.create(label="有没有食堂", kind="yes_no", **asked)
    own = VisitQuestion.objects.create(label="有几名货车司机", kind="number", drive=drive, **asked)
    with page.expect_response("**/field/day.json*"):
        page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    phone.context.set_offline(True)
    row = page.locator("#field-stops .field-stop").first

    row.get_by_role("button", name="记录走访").click()
    page.locator("#field-dialog").get_by_text("属实").click()
    page.select_option(f"[name=q{usual.pk}]", "yes")
    page.select_option("#field-drive select", label="货车司机入会月")
    expect(page.locator(f"[name=q{usual.pk}]")).to_have_value("yes")
    page.fill(f"[name=q{own.pk}]", "9")
    page.click("#field-form button[value=keep]")
    phone.show("noted")
    page.locator("#field-noted").get_by_role("button", name="改备注").click()
    expect(page.locator("#field-drive")).to_be_hidden()
    page.fill(f"[name=q{own.pk}]", "12")
    page.click("#field-form button[value=keep]")
    phone.context.set_offline(False)
    phone.sent()

    visit = Visit.objects.get()
    assert (visit.drive, visit.is_done) == (drive, True)
    assert dict(visit.answers.values_list("question", "text")) == {usual.pk: "yes", own.pk: "12"}
