"""The whole story through the real pages: imports, comparison, a visit without signal, founding, joining, the board.

One installation, one town, ten people in their own browsers; the steps build on one another and run in this order.
"""

import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from smartunion.core.codes.resident_id import check_character
from tests.browser import BOARD, PC, PHONE, browser, person, until
from tests.server import Server

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.story]
JOB_MS = 300_000  # other tests may keep both cores busy; a job that failed is seen at once
SEEN_MS = 20_000
PATIENCE_MS = 60_000
EXTRACTS = (("market", "市场主体"), ("social", "社保参保"), ("tax", "税务缴费"))
APPLICANT, APPLICANT_PHONE = "王素芳", "13957410001"
WORKER, WORKER_PHONE = "陈小燕", "13957410002"


@dataclass
class Story:
    """What later steps need of earlier ones."""

    server: Server
    chromium: Browser
    files: Path
    people: dict[str, BrowserContext] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def someone(self, who: str, size: dict[str, int]) -> BrowserContext:
        """The browser of one person; the same one every time."""
        if who not in self.people:
            self.people[who] = person(self.chromium, size=size, url=self.server.url)
            self.people[who].set_default_timeout(PATIENCE_MS)
        return self.people[who]

    def staff(self, account: str, *, size: dict[str, int] = PC) -> Page:
        """A page of a demo account signed in at a tap. account: "role · union" as the entrance shows it."""
        known = account in self.people
        page = self.someone(account, size).new_page()
        if not known:
            page.goto("/signin/")
            page.locator(".demo-accounts button", has_text=account).first.click()
            page.wait_for_url(lambda url: "/signin/" not in url)
        return page


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    files = tmp_path_factory.mktemp("story")
    server = Server(demo=True)
    try:
        server.manage("prepare")
        with ThreadPoolExecutor() as pool:  # the files need no database: write them while it is filled
            forms = pool.submit(server.manage, "demo_forms", "--size", "town", "--out", str(files / "forms"))
            extracts = pool.submit(
                server.manage, "demo_extracts", "--size", "town", "--format", "csv-gb18030",
                "--out", str(files / "extracts"),
            )  # fmt: skip
            server.manage("demo", "--stage", "empty", "--size", "town")
            forms.result()
            extracts.result()
        server.start()
        expect.set_options(timeout=SEEN_MS)
        with browser() as running:
            yield Story(server, running, files)
    finally:
        expect.set_options(timeout=5_000)
        server.stop()


COUNTY, TOWN = "总工会管理员 · 宁海县总工会", "工会干部 · 西店镇总工会"
ORGANISER, STATION = "片区专职工作者 · 西店镇总工会", "驿站管理员 · 西店镇总工会"


def lists_are_imported(story: Story) -> None:
    page = story.staff(COUNTY)
    manifest = json.loads((story.files / "forms" / "manifest.json").read_text("utf-8"))
    unions = next(file for file in files_of(manifest) if file["kind"] == "unions")
    members = min(
        (file for file in files_of(manifest) if file["kind"] == "members" and file["slips"]["rows"] > 100),
        key=lambda file: file["slips"]["rows"],
    )

    before = listed(page, "/desk/unions/")
    told = brought_in(page, story.files / "forms" / unions["name"])
    assert told == {"create": unions["slips"]["rows"], "change": 0, "same": 0, "refuse": 0}
    assert listed(page, "/desk/unions/") - before == told["create"]

    assert listed(page, "/desk/members/") == 0
    told = brought_in(page, story.files / "forms" / members["name"])
    assert sum(told.values()) == members["slips"]["rows"]
    assert told["create"] > 0.8 * members["slips"]["rows"]
    assert listed(page, "/desk/members/") == told["create"]


def departments_files_become_ready(story: Story) -> None:
    page = story.staff(COUNTY)
    for table, name in EXTRACTS:
        page.goto("/desk/feeds/sources/new/")
        page.fill("[name=name]", name)
        page.fill("[name=department]", "宁海县相关部门")
        page.select_option("[name=table]", table)
        page.fill("[name=purpose]", "数据共享协议（演示）：组建工会覆盖比对")
        main(page).locator("form .btn-primary").click()
        page.wait_for_url("**/file/")
        page.set_input_files("[name=file]", story.files / "extracts" / f"{table}.csv")
        main(page).locator("form .btn-primary").click()
        page.locator("form[action$='/retire/']").wait_for(state="attached", timeout=JOB_MS)

        rows = len((story.files / "extracts" / f"{table}.csv").read_text("gb18030").splitlines()) - 1
        assert f"{rows:,}" in main(page).inner_text()


def the_comparison_fills_the_three_lists(story: Story) -> None:
    page = story.staff(COUNTY)
    compare(page)
    for name in ("verify", "task", "work"):
        assert listed(page, f"/desk/coverage/lists/{name}/") > 0
        page.locator("tbody a.row-link").first.click()
        why = page.locator(".card, .panel", has_text="为什么").first.locator("li")
        expect(why.first).to_be_visible()
        assert len(why.first.inner_text()) > 5


def a_visit_without_signal_is_sent_later(story: Story) -> None:
    page = story.staff(ORGANISER, size=PHONE)
    page.goto("/field/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()  # the second visit is served through the worker, which keeps page and files
    until(page, "navigator.serviceWorker.controller !== null")
    page.wait_for_load_state("networkidle")
    stops = page.locator(".field-stop")
    expect(page.locator("#field-status")).to_have_text(words_of(page, "online"))
    many = stops.count()
    chosen = stops.filter(has_text="未查到工会").last
    finding, firm = chosen.get_attribute("data-finding") or "", chosen.locator("h2").inner_text()
    card = page.locator(f".field-stop[data-finding='{finding}']")
    assert many > 1
    assert [line for line in card.locator(".field-why li").all_inner_texts() if "人参保" in line] != []

    phone = story.people[ORGANISER]
    phone.set_offline(True)
    card.locator("[data-note]").click()
    page.locator("#field-dialog").get_by_text("属实").click()
    page.fill("#field-form [name=staff_seen]", "41")
    page.fill("#field-form [name=note]", "车间正在开工，老板愿意谈。")
    page.click("#field-form button[value=keep]")
    expect(card.locator(".field-result")).to_contain_text("属实")
    page.reload()
    expect(page.locator(".field-stop")).to_have_count(many)
    expect(card.locator(".field-result[data-tone=waiting]")).to_contain_text("属实")
    expect(page.locator("#field-status")).to_have_text(words_of(page, "offline"))

    with page.expect_response("**/field/visits/") as sent:
        phone.set_offline(False)
    assert sent.value.status == 200
    expect(card.locator(".field-result[data-tone=waiting]")).to_have_count(0)
    page.goto(f"/desk/coverage/findings/{finding}/")
    expect(main(page)).to_contain_text("离线记录")
    expect(main(page)).to_contain_text("老板愿意谈")
    story.told |= {"finding": finding, "firm": firm}


def the_firms_people_found_a_union(story: Story) -> None:
    town = story.staff(TOWN)
    town.goto(f"/desk/coverage/findings/{story.told['finding']}/")
    form = town.locator("form[action$='/take_up/']")
    town.locator("details.confirm", has=form).locator("summary").click()
    form.locator("[name=reason]").fill("已与企业联系")
    form.locator(".btn-primary").click()
    link = town.locator("[data-copy*='/f/']").get_attribute("data-copy") or ""
    insured = number(main(town).locator(".datum, dl div", has_text="参保人数").first)

    page = story.someone(APPLICANT_PHONE, PHONE).new_page()
    page.goto(re.sub(r"^https?://[^/]+", "", link))
    expect(main(page)).to_contain_text(story.told["firm"])
    page.get_by_role("link", name="登录后办理").click()
    signed_in_by_phone(page, APPLICANT_PHONE)
    page.get_by_role("button", name="开始办理").click()
    page.wait_for_url("**/cases/*/fill/")
    case = re.search(r"/cases/(\d+)/", page.url)
    assert case is not None
    assert page.input_value("[name='employer.name']") == story.told["firm"]
    assert page.input_value("[name=uscc]") != ""
    assert page.input_value("[name=staff]") == str(insured)
    onward(page)
    page.locator("[name=kind][value=own]").locator("..").click()
    union = page.input_value("[name=union_name]")
    assert union == f"{story.told['firm']}工会"
    onward(page)
    row(page, "group", 0, name=APPLICANT, job="质检")
    row(page, "group", 1, name="李强", job="车间")
    page.fill("[name='contact.name']", APPLICANT)
    page.fill("[name='contact.mobile']", APPLICANT_PHONE)
    onward(page)
    photographed(page, "application")
    photographed(page, "roster")
    page.locator("[data-send]").click()
    page.wait_for_url(f"**/cases/{case[1]}/")

    approved(town, case[1])
    page.goto(f"/cases/{case[1]}/fill/")
    proposed(page)
    page.locator("[data-send]").click()
    page.wait_for_url(f"**/cases/{case[1]}/")

    approved(town, case[1])
    page.goto(f"/cases/{case[1]}/fill/")
    elected(page)
    page.locator("[data-send]").click()
    page.wait_for_url(f"**/cases/{case[1]}/")

    approved(town, case[1])
    result = main(town).inner_text()
    page.reload()
    told = re.search(r"/j/(\w+)/", page.content())
    assert told is not None
    story.told |= {"case": case[1], "union": union, "code": told[1]}
    assert union in result

    town.goto("/desk/unions/?q=" + union)
    town.locator("tbody a.row-link", has_text=union).click()
    expect(main(town).locator("h1")).to_contain_text(union)
    facts = main(town).inner_text()
    assert re.search(r"\b\d{6,}\b", facts)
    assert "证书" in facts


def a_worker_joins_and_the_board_moves(story: Story) -> None:
    board = story.someone("board", BOARD).new_page()
    board.goto("/signin/")
    board.locator(".demo-accounts button", has_text=COUNTY).first.click()
    board.wait_for_url(lambda url: "/signin/" not in url)
    board.goto("/board/")
    board.locator("#live-state[data-state=live]").wait_for()
    figure = board.locator("[data-value=members]")
    before = number(figure)
    board.evaluate("window.stayed = true")

    link = f"/j/{story.told['code']}/"
    asking = story.someone("worker's WeChat", PHONE).new_page()
    asking.goto(link)
    fill_in(asking)
    code = asked_for_code(asking)
    page = story.someone("worker", PHONE).new_page()
    page.goto(link)
    expect(page.locator("body")).to_contain_text(story.told["union"])
    fill_in(page)
    page.evaluate("document.querySelector('[data-code-box]').hidden = false")
    page.fill("[name=code]", code)
    page.locator("[data-submit]").click()
    page.locator("[data-outcome=joined]").wait_for()

    expect(figure).to_have_text(f"{before + 1:,}", timeout=SEEN_MS)
    assert board.evaluate("window.stayed") is True
    page.locator(".outcome a.btn-primary").click()
    page.wait_for_url("**/card/")
    expect(page.locator(".member-card")).to_contain_text(WORKER)
    expect(page.locator(".member-card")).to_contain_text(story.told["union"])

    station = story.staff(STATION)
    station.goto("/desk/verify/")
    station.fill("[name=number]", page.locator("[data-card-number]").inner_text())
    main(station).locator("form .btn-primary").click()
    expect(station.locator(".seen[data-good=yes]")).to_contain_text(story.told["union"])
    assert WORKER not in station.locator(".seen").inner_text()


def the_next_comparison_leaves_the_finding_closed_and_everybody_knows(story: Story) -> None:
    county = story.staff(COUNTY)
    compare(county)
    county.goto(f"/desk/coverage/findings/{story.told['finding']}/")
    expect(county.locator("h1").locator("..").locator("..")).to_contain_text("已结")
    expect(main(county)).to_contain_text("工会成立")

    worker = story.people["worker"].new_page()
    worker.goto("/messages/")
    expect(worker.locator(".message-body").first).to_contain_text(story.told["union"])
    applicant = story.people[APPLICANT_PHONE].new_page()
    applicant.goto("/messages/")
    expect(applicant.locator("main")).to_contain_text("已批准成立")
    for account in (TOWN, ORGANISER):
        page = story.staff(account)
        page.goto("/desk/messages/")
        expect(main(page)).to_contain_text(story.told["firm"])


def joining_again_shows_the_card(story: Story) -> None:
    a_minute_passes(story)
    page = story.people["worker's WeChat"].pages[0]
    page.reload()
    fill_in(page)
    page.fill("[name=code]", asked_for_code(page))
    page.locator("[data-submit]").click()
    page.locator("[data-outcome=here]").wait_for()
    page.locator(".outcome a.btn-primary").click()
    expect(page.locator(".member-card")).to_contain_text(WORKER)


def a_minute_passes(story: Story) -> None:
    """A phone may ask for another code."""
    story.server.manage(
        "shell", "-c",
        "from smartunion.ground.accounts.models import Attempt as A; A.objects.filter(key__startswith='code-wait').delete()",
    )  # fmt: skip


def test_the_story(story: Story) -> None:
    """One story in its order: what one chapter does the next one needs."""
    lists_are_imported(story)
    departments_files_become_ready(story)
    the_comparison_fills_the_three_lists(story)
    a_visit_without_signal_is_sent_later(story)
    the_firms_people_found_a_union(story)
    a_worker_joins_and_the_board_moves(story)
    the_next_comparison_leaves_the_finding_closed_and_everybody_knows(story)
    joining_again_shows_the_card(story)


def files_of(manifest: Any) -> list[dict[str, Any]]:
    """The files a manifest lists, whichever way it wraps them."""
    return list(manifest["files"] if isinstance(manifest, dict) else manifest)


def main(page: Page) -> Locator:
    """What the page is about, without menus."""
    return page.locator("main")


def number(place: Locator) -> int:
    """The number shown there."""
    return int(re.sub(r"\D", "", place.inner_text()) or 0)


def listed(page: Page, url: str) -> int:
    """How many rows a list says it has."""
    page.goto(url)
    found = re.search(r"共\s*([\d,]+)", main(page).inner_text())
    return int(found[1].replace(",", "")) if found else 0


def brought_in(page: Page, file: Path) -> dict[str, int]:
    """Import a workbook: preview, look, apply; the numbers of what came of it, which are those of the preview."""
    page.goto("/desk/import/new/")
    page.set_input_files("[name=file]", file)
    main(page).locator("form .btn-primary").click()
    settled(page, "form[action$='/apply/']")
    assert page.locator("tbody tr").count() > 0
    promised = outcomes(page)
    confirm(page, "/apply/")
    settled(page, "form[action$='/undo/']")
    assert outcomes(page) == promised
    return promised


def outcomes(page: Page) -> dict[str, int]:
    """The four numbers above the rows of an import."""
    shown = page.locator("main .grid-stats .stat-value")
    return {key: number(shown.nth(place)) for place, key in enumerate(("create", "change", "same", "refuse"))}


def settled(page: Page, sign: str) -> None:
    """Wait for a job's sign on its page; a list with nothing to apply or a job that failed ends the wait at once."""
    ended = "main .alert-error, main .grid-stats, main .job [data-state=failed]"
    page.locator(f"{sign}, {ended}").first.wait_for(state="attached", timeout=JOB_MS)
    assert page.locator(sign).count(), main(page).inner_text()[:2000]


def confirm(page: Page, action: str) -> None:
    """Press a button that asks once more, and say yes."""
    form = page.locator(f"form[action$='{action}']")
    page.locator("details.confirm", has=form).locator("summary").click()
    form.locator("button.btn-primary").click()


def compare(page: Page) -> None:
    """Start a comparison and wait for its figures."""
    page.goto("/desk/coverage/comparisons/")
    page.locator("[name=union]").select_option(label="宁海县总工会")
    page.get_by_role("button", name="开始比对").click()
    page.locator(".grid-stats").wait_for(timeout=JOB_MS)


def words_of(page: Page, state: str) -> str:
    """What the day list says in a state of the signal."""
    return page.locator("#field-status").get_attribute(f"data-t-{state}") or ""


def signed_in_by_phone(page: Page, mobile: str) -> None:
    """Sign in by code on the page one was sent to; the demo shows the code."""
    page.fill("[name=mobile]", mobile)
    page.locator("form[novalidate] .btn-primary").click()
    page.fill("[name=code]", page.locator(".mono.fw-bold").inner_text())
    page.locator(".code-form .btn-primary").click()
    page.wait_for_url(lambda url: "/signin/" not in url)


def onward(page: Page) -> None:
    """To the next screen of a form on the phone."""
    page.locator("[data-step-next]").click()


def row(page: Page, key: str, at: int, **cells: str) -> None:
    """Fill one row of a small table, adding it when it is not there yet."""
    table = page.locator(f"[data-rows='{key}']")
    if table.locator("[data-row]").count() <= at:
        table.locator("[data-add-row]").click()
    for name, value in cells.items():
        cell = page.locator(f"[name='{key}.{at}.{name}']")
        if cell.evaluate("one => one.tagName") == "SELECT":
            cell.select_option(value)
        else:
            cell.fill(value)


def photographed(page: Page, slot: str) -> None:
    """Take a picture of a paper; it is sent at once."""
    out = io.BytesIO()
    Image.effect_noise((300, 400), 40).save(out, "JPEG")
    box = page.locator(f"[data-photos='{slot}']")
    before = box.locator("[data-photo-list] img").count()
    box.locator("input[type=file]").set_input_files(
        {"name": f"{slot}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    expect(box.locator("[data-photo-list] img")).to_have_count(before + 1)


def proposed(page: Page) -> None:
    """Report the day of the congress and who stands; the preparatory group is there already."""
    page.fill("[name=planned_on]", date.today().isoformat())
    page.locator("[name=meeting][value=members]").locator("..").click()
    row(page, "slate", 0, name=APPLICANT, organ="committee", post="chair")
    row(page, "slate", 1, name="李强", organ="committee", post="vice_chair")
    row(page, "slate", 2, name="张敏", organ="committee", post="member")
    row(page, "slate", 3, name="刘洋", organ="audit", post="chair")
    row(page, "slate", 4, name="陈静", organ="women_committee", post="member")


def elected(page: Page) -> None:
    """Enter the result of the election."""
    page.fill("[name=held_on]", date.today().isoformat())
    for name, value in {"members": 40, "women": 3, "due": 40, "present": 36, "candidates": 4}.items():
        page.fill(f"[name={name}]", str(value))
    page.locator("[name=term_years][value='5']").locator("..").click()
    row(page, "committee", 0, name=APPLICANT, post="chair", votes="35")
    row(page, "committee", 1, name="李强", post="vice_chair", votes="30")
    row(page, "committee", 2, name="张敏", post="member", votes="28")
    row(page, "audit", 0, name="刘洋", post="chair", votes="33")
    row(page, "women_committee", 0, name="陈静", post="member")
    page.locator("[name=has_relatives][value=no]").locator("..").click()
    photographed(page, "minutes")


def approved(page: Page, case: str) -> None:
    """The town federation finds the case in its queue and approves the step."""
    page.goto("/desk/cases/")
    page.locator(f"a[href='/desk/cases/{case}/']").first.click()
    before = page.locator(".panel-head h2, .card h2").first.inner_text()
    assert before
    with page.expect_navigation():
        page.locator("form[action$='/approve/'] button.btn-primary").click()
    assert page.locator(".form-errors").count() == 0


def fill_in(page: Page) -> None:
    """What a worker writes to join."""
    first = "33022619920516204"
    page.fill("[name=name]", WORKER)
    page.fill("[name=id_number]", first + check_character(first))
    page.fill("[name=mobile]", WORKER_PHONE)
    page.check("[name=agree_membership]")
    page.check("[name=agree_identity_number]")


def asked_for_code(page: Page) -> str:
    """Ask for a code; the demo writes it beside the field."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.locator("[data-get-code]").click()
    assert answer.value.status == 200, answer.value.text()
    hint = page.locator("[data-code-hint]")
    shown = str(answer.value.json()["shown"])
    expect(hint).to_contain_text(shown)
    return shown
