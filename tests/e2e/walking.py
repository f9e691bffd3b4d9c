"""An engine that walks any service through the real pages: form on the phone, queue on the desk, supplement, decision, rating.

A definition needs a description (`Walk`) and nothing else; names of inputs are those of the page: "about", "employer.name",
"claims.0.amount", "photo:seen" for a picture.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from smartunion.engines.casework.models import CaseFile, Service
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.models import User
from smartunion.ground.notices.models import Notice
from tests.browser import PC, PHONE, person

Answers = Mapping[str, str]
SPOKEN = "一切按规定办理。"
#: No form has more screens; a question that is refused on the way shows itself instead of turning for ever.
MOST_SCREENS = 30


@dataclass(frozen=True)
class Missing:
    """What an office asks for once: the question or paper, its words, and what the applicant sends then."""

    key: str
    words: str
    answers: Answers


@dataclass(frozen=True)
class Decided:
    """One step approved, by whom and with which answers; who="applicant" for her own step. before: what happened meanwhile."""

    who: str
    answers: Answers = field(default_factory=dict)
    before: Callable[["Town", CaseFile], None] | None = None


@dataclass(frozen=True)
class Walk:
    """One service from the form to the end.

    who: applicant in the town; missing: None where the first step cannot give back; decided: steps in order; told: words the
    applicant finds on her page at the end; negative: answers of the nearest negative answer where nothing can be refused
    (kind: `Decided` steps), else who refuses; check: looks at the database when the walk has ended.
    """

    key: str
    answers: Answers
    decided: tuple[Decided, ...]
    who: str = "ali"
    missing: Missing | None = None
    told: tuple[str, ...] = ()
    refused_by: str = ""
    negative: tuple[Decided, ...] = ()
    negative_told: tuple[str, ...] = ()
    prepare: Callable[["Town"], None] | None = None
    check: Callable[["Town", CaseFile], None] | None = None
    check_refused: Callable[["Town", CaseFile], None] | None = None
    one_tap: bool = False


class Town:
    """The usual people, each with a device, in one town."""

    def __init__(self, chromium: Browser, url: str, world: make.World) -> None:
        self.chromium, self.url, self.world = chromium, url, world
        self.more: dict[str, User] = {}
        self.pages: dict[tuple[str, bool], Page] = {}

    def user(self, who: str) -> User:
        """The account of one of them."""
        return self.more[who] if who in self.more else getattr(self.world, who)

    def phone(self, who: str) -> Page:
        """Her phone."""
        return self._page(who, PHONE)

    def desk(self, who: str) -> Page:
        """Her PC at the office."""
        return self._page(who, PC)

    def _page(self, who: str, size: dict[str, int]) -> Page:
        known = (who, size is PHONE)
        if known not in self.pages:
            client = Client()
            client.force_login(self.user(who))
            context = person(self.chromium, size=size, url=self.url)
            value = client.cookies["su_session"].value
            context.add_cookies([{"name": "su_session", "value": value, "url": self.url}])
            self.pages[known] = context.new_page()
        return self.pages[known]

    def close(self) -> None:
        """Put the devices away."""
        for page in self.pages.values():
            page.context.close()


def walk_to_the_end(town: Town, walk: Walk) -> CaseFile:
    """Send, supplement, decide, rate; asserts acts, states and words on the way."""
    case, acts = begun(town, walk), ["submit"]
    if walk.missing:
        given_back(town, case, walk.decided[0].who, walk.missing)
        supplemented(town, walk, case)
        acts += ["return", "resubmit"]
    for step in walk.decided:
        decided(town, walk, case, step)
        acts.append("resubmit" if step.who == "applicant" else "approve")
    page = at_home(town, walk, case, walk.told)
    assert state_of(case) == "approved"
    if walk.decided and Service.objects.get(key=walk.key).versions.latest("number").definition.get(
        "is_rated", True
    ):
        rated(page, case)
        acts.append("rate")
    case.refresh_from_db()
    assert list(case.events.order_by("pk").values_list("act", flat=True)) == acts
    if walk.check:
        walk.check(town, case)
    return case


def walk_to_a_refusal(town: Town, walk: Walk) -> CaseFile:
    """Send and be refused with a reason, or be given the nearest negative answer; nothing of the outcome happens."""
    case = begun(town, walk)
    if walk.refused_by:
        refused(town, case, walk.refused_by, f"{SPOKEN}这次不予通过。")
        page = at_home(town, walk, case, (f"{SPOKEN}这次不予通过。",))
        expect(page.locator(".case-head")).to_have_attribute("data-state", "refused")
        assert case.decision_reason == f"{SPOKEN}这次不予通过。"
        assert list(case.events.order_by("pk").values_list("act", "to_state")) == [
            ("submit", "open"),
            ("refuse", "refused"),
        ]
        assert f"{SPOKEN}这次不予通过。" in notices_of(town, walk, case)[-1].body
    for step in walk.negative:
        decided(town, walk, case, step)
    if walk.negative:
        at_home(town, walk, case, walk.negative_told)
        assert state_of(case) == "approved"
    if walk.check_refused:
        walk.check_refused(town, case)
    return case


def begun(town: Town, walk: Walk) -> CaseFile:
    """Found in the hall, filled in on the phone, sent."""
    known = set(CaseFile.objects.values_list("pk", flat=True))
    page = town.phone(walk.who)
    page.goto(f"/services/{walk.key}/")
    if walk.one_tap:
        page.get_by_role("button", name="一键办理").click()
    else:
        page.get_by_role("button", name="开始办理").click()
        page.wait_for_url("**/cases/*/fill/")
        answered(page, page.locator("[data-casework-form]"), walk.answers)
        sent(page)
    case = CaseFile.objects.exclude(pk__in=known).filter(service_key=walk.key).get()
    assert case.user_id == town.user(walk.who).pk
    return case


def sent(page: Page) -> None:
    """To the last screen, and send; the page says why when it does not go."""
    onward = page.locator("[data-step-next]")
    for _screen in range(MOST_SCREENS):
        if not onward.is_visible():
            break
        onward.click()
        assert not page.locator("[data-needed]").count(), (
            page.locator("[data-needed]").first.locator("..").inner_text()
        )
    page.locator("[data-send]").click()
    page.locator(".case-head, .form-errors").first.wait_for()
    assert not page.locator(".form-errors").count(), page.locator(".form-errors").inner_text()


def given_back(town: Town, case: CaseFile, who: str, missing: Missing) -> None:
    """Her officer opens it from the queue and says once what is missing."""
    desk = from_the_queue(town, case, who)
    desk.locator("summary", has_text="退回补正").click()
    form = desk.locator("form[action$='/return/']")
    form.locator(f"[name=missing][value='{missing.key}']").check()
    form.locator(f"[name='missing.{missing.key}']").fill(missing.words)
    pressed(desk, form)
    assert state_of(case) == "supplement"


def supplemented(town: Town, walk: Walk, case: CaseFile) -> None:
    """She reads what is missing, fills in that, sends."""
    assert walk.missing is not None
    page = at_home(town, walk, case, (walk.missing.words,))
    told = notices_of(town, walk, case)[-1]
    assert (told.person_id, told.user_id) in {
        (town.user(walk.who).person_id, None),
        (None, town.user(walk.who).pk),
    }
    assert walk.missing.words in told.body
    page.get_by_role("link", name="现在填写").click()
    page.wait_for_url("**/fill/")
    answered(page, page.locator("[data-casework-form]"), walk.missing.answers)
    sent(page)
    assert state_of(case) == "open"


def decided(town: Town, walk: Walk, case: CaseFile, step: Decided) -> None:
    """One step: the officer's answers and the button, or the applicant's own form."""
    if step.before:
        step.before(town, case)
    if step.who == "applicant":
        page = at_home(town, walk, case, ())
        page.get_by_role("link", name="现在填写").click()
        page.wait_for_url("**/fill/")
        answered(page, page.locator("[data-casework-form]"), step.answers)
        return sent(page)
    desk = from_the_queue(town, case, step.who)
    form = desk.locator("form[action$='/approve/']")
    answered(desk, form, step.answers)
    pressed(desk, form)
    return None


def refused(town: Town, case: CaseFile, who: str, reason: str) -> None:
    """With a reason that the applicant reads."""
    desk = from_the_queue(town, case, who)
    desk.locator("summary", has_text="不予通过").click()
    form = desk.locator("form[action$='/refuse/']")
    form.locator("[name=reason]").fill(reason)
    pressed(desk, form)
    assert state_of(case) == "refused"


def pressed(desk: Page, form: Locator) -> None:
    """Send a form of the desk; the page says why when it is not taken."""
    with desk.expect_navigation():
        form.locator("button.btn-primary, button.btn-danger").last.click()
    errors = desk.locator(".form-errors, .alert-danger")
    assert not errors.count(), errors.first.inner_text()


def from_the_queue(town: Town, case: CaseFile, who: str) -> Page:
    """The officer finds the case in her queue and opens it."""
    desk = town.desk(who)
    desk.goto("/desk/cases/")
    desk.locator(f"main a[href='/desk/cases/{case.pk}/']").first.click()
    desk.wait_for_url(f"**/desk/cases/{case.pk}/")
    expect(desk.locator("main")).to_contain_text(case.reference)
    return desk


def at_home(town: Town, walk: Walk, case: CaseFile, words: tuple[str, ...]) -> Page:
    """The case on the applicant's phone, found among hers; it says these words."""
    page = town.phone(walk.who)
    page.goto("/cases/")
    page.locator(f"main a[href='/cases/{case.pk}/']").first.click()
    page.wait_for_url(f"**/cases/{case.pk}/")
    for part in words:
        expect(page.locator("main")).to_contain_text(part)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    case.refresh_from_db()
    return page


def rated(page: Page, case: CaseFile) -> None:
    """Four stars and a word."""
    form = page.locator("form[action$='/rate/']")
    form.locator("label.pick", has_text="4 ★").click()
    form.locator("[name=words]").fill("办得快，谢谢。")
    form.locator("button.btn-primary").click()
    expect(page.locator("form[action$='/rate/']")).to_have_count(0)
    case.refresh_from_db()
    assert case.rating == 4


def notices_of(town: Town, walk: Walk, case: CaseFile) -> list[Notice]:
    """What the applicant was told of this case, oldest first."""
    of_hers = Notice.objects.filter(link=f"/cases/{case.pk}/", template="casework.applicant")
    return list(of_hers.order_by("pk"))


def state_of(case: CaseFile) -> str:
    """Where it stands in the database now."""
    case.refresh_from_db()
    return case.state


def answered(page: Page, form: Locator, answers: Answers) -> None:
    """Fill the boxes of these names, going from screen to screen where the form has several."""
    for name, value in answers.items():
        if name.startswith("photo:"):
            _photographed(page, form, name.removeprefix("photo:"), value)
            continue
        box = form.locator(f"[name='{name}']")
        if not box.count():
            form.locator(f"[data-rows='{name.split('.')[0]}'] [data-add-row]").click()
        kind = str(box.first.evaluate("one => one.type"))
        if kind in {"radio", "checkbox"}:
            target = form.locator("label.pick", has=page.locator(f"[name='{name}'][value='{value}']"))
            _reached(page, target)
            target.click()
        elif kind == "select-one":
            _reached(page, box)
            box.select_option(value)
        else:
            _reached(page, box)
            box.fill(value)


def _reached(page: Page, box: Locator) -> None:
    """Turn to the screen with this box."""
    onward = page.locator("[data-step-next]")
    for _screen in range(MOST_SCREENS):
        if box.first.is_visible() or not onward.count() or not onward.is_visible():
            break
        onward.click()
    expect(box.first).to_be_visible()


def _photographed(page: Page, form: Locator, slot: str, shown: str) -> None:
    box = form.locator(f"[data-photos='{slot}']")
    _reached(page, box)
    before = box.locator("[data-photo-list] img").count()
    box.locator("input[type=file]").set_input_files(
        {"name": f"{slot}.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    if shown != "unsent":
        expect(box.locator("[data-photo-list] img")).to_have_count(before + 1)


def picture(**save: Any) -> bytes:
    """A picture no other resembles."""
    out = io.BytesIO()
    Image.effect_noise((300, 400), 40).convert("RGB").save(out, "JPEG", **save)
    return out.getvalue()
