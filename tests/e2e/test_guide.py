"""Asking in a browser: by typing and by voice, elder mode, the terminal that forgets, gestures told from pictures."""

import os
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from smartunion.engines.casework.tests import factories as make
from smartunion.ground.registry.models import TradeUnion
from tests.browser import PC, PHONE, person

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
WATCH = "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective + ' ' + e.blockedURI));"
#: A recogniser of ours: hears one sentence as soon as it is started.
EAR = """window.SpeechRecognition = window.webkitSpeechRecognition = class { start() { setTimeout(() => { this.onresult({results: [Object.assign(
[{transcript: '产假多少天'}], {isFinal: true})]}); this.onend(); }, 10); } stop() {} };"""
DEAF = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"


@pytest.fixture
def town() -> make.World:
    made = make.world()
    make.shipped()
    TradeUnion.objects.filter(pk=made.town.pk).update(address="人民路 1 号", contact_phone="0574-65551234")
    return made


def visit(
    chromium: Browser, url: str, size: dict[str, int] = PHONE, *, script: str = DEAF, **values: Any
) -> Page:
    page = person(chromium, size=size, url=url, **values).new_page()
    page.add_init_script(WATCH)
    page.add_init_script(script)
    return page


def complaints(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*page.evaluate("window.refused"), *([f"{wide} px too wide"] if wide > 0 else [])]


def picture(page: Page, name: str) -> None:
    """Kept where SMARTUNION_PICTURES points, for looking at."""
    if folder := os.environ.get("SMARTUNION_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_worker_types_a_question_and_says_that_it_helped(
    chromium: Browser, live_server: Any, town: make.World
) -> None:
    page = visit(chromium, live_server.url)
    page.goto("/")
    page.get_by_role("link", name="问工会").click()
    assert page.locator("[data-voice]").is_hidden()
    picture(page, "ask")
    page.get_by_label("您想办什么、问什么？").fill("老板压了我两个月工资，想举报")
    page.get_by_label("您想办什么、问什么？").press("Enter")

    first = page.locator(".answer").first
    assert first.locator("h3").inner_text() == "反映工情"
    assert first.get_by_role("link", name="去办理").get_attribute("href") == "/services/matter/"
    assert page.locator(".answer[data-kind=rule]").count() >= 1
    picture(page, "answers")
    page.get_by_role("button", name="有帮助").click()
    page.get_by_text("谢谢！").wait_for()
    assert complaints(page) == []


def test_large_text_fits_a_small_phone(chromium: Browser, live_server: Any, town: make.World) -> None:
    page = visit(chromium, live_server.url, {"width": 360, "height": 740})
    page.context.add_cookies([{"name": "su_elder", "value": "1", "url": live_server.url}])
    page.goto("/ask/")
    page.locator("#question").fill(f"{town.town.name}在哪里")
    page.get_by_role("button", name="问一问").click()

    card = page.locator(".answer[data-kind=place]").first
    assert card.locator("h3").inner_text() == town.town.name
    assert card.get_by_role("link", name="057465551234").get_attribute("href") == "tel:057465551234"
    picture(page, "elder")
    assert complaints(page) == []


def test_a_spoken_question_is_heard_and_sent(chromium: Browser, live_server: Any, town: make.World) -> None:
    page = visit(chromium, live_server.url, script=EAR)
    page.goto("/ask/")
    page.get_by_role("button", name="说话").click()

    page.locator(".answer[data-kind=rule]").first.wait_for()
    assert "女职工生育享受98天产假" in page.locator(".answer").first.inner_text()
    assert page.locator("#question").input_value() == "产假多少天"


def test_the_terminal_answers_and_forgets(chromium: Browser, live_server: Any, town: make.World) -> None:
    page = visit(chromium, live_server.url, PC)
    page.clock.install()
    page.goto("/kiosk/")
    picture(page, "kiosk")
    page.get_by_role("button", name="我想加入工会，怎么办？").click()
    page.locator(".kiosk-asked").wait_for()
    assert page.locator(".answer h3").first.inner_text() == "加入工会"
    picture(page, "kiosk_answers")
    assert complaints(page) == []

    page.clock.run_for(62_000)
    page.get_by_role("heading", name="您想办什么、问什么？").wait_for()

    assert "加入工会" not in page.locator(".kiosk-ask").inner_text()
    assert page.locator("textarea").input_value() == ""


def test_gestures_are_told_from_what_changes_in_the_picture(
    chromium: Browser, live_server: Any, town: make.World
) -> None:
    page = visit(chromium, live_server.url, PC)
    page.goto("/kiosk/")

    said = page.evaluate(
        """async () => {
          const { WIDE, HIGH, Waves, grey, motion } = await import('/static/guide/gestures.js');
          const blank = () => new Uint8Array(WIDE * HIGH);
          const hand = (middle, shade = 200) => { const p = blank(); for (let y = 6; y < 18; y++) for (let x = middle - 2; x <= middle + 2; x++) p[y * WIDE + x] = shade; return p; };
          const run = (places, step) => { const waves = new Waves(), out = []; let at = 0, before = blank();
            for (const place of places) { const now = place === null ? before : hand(...place); const word = waves.step(motion(before, now), at); if (word) out.push(word); before = blank(); at += step; } return out; };
          const across = (from, to) => Array.from({ length: 8 }, (_, n) => [Math.round(from + (to - from) * n / 7)]);
          return {
            right: run(across(26, 5), 80), left: run(across(5, 26), 80), slow: run(across(5, 26), 400),
            still: run(Array(30).fill(null), 80), hold: run(Array.from({ length: 25 }, (_, n) => [16, 150 + n % 2]), 80),
            light: motion(blank(), blank().fill(255)), nothing: motion(blank(), blank()),
            grey: [...grey(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255]))],
          };
        }"""
    )

    assert said == {
        "right": ["right"], "left": ["left"], "slow": [], "still": [], "hold": ["hold"], "light": None, "nothing": None,
        "grey": [255, 0],
    }  # fmt: skip


SPEECH = """(error) => {
  class Heard {
    start() { setTimeout(() => {
      if (error) this.onerror({ error });
      else this.onresult({ results: [Object.assign([{ transcript: "产假多少天" }], { isFinal: true })] });
      this.onend();
    }, 30); }
    stop() { this.onend(); }
  }
  window.SpeechRecognition = window.webkitSpeechRecognition = error === "none" ? undefined : Heard;
}"""
CAMERA = """(allowed) => {
  const none = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  const drawn = async () => { const sheet = document.createElement("canvas"); setInterval(() => sheet.getContext("2d").fillRect(0, 0, 9, 9), 50); return sheet.captureStream(10); };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: allowed ? drawn : none } });
}"""
UPRIGHT = {"width": 1080, "height": 1920}


def test_voice_and_hand_end_in_a_sensible_screen_whatever_the_terminal_allows(
    chromium: Browser, live_server: Any, town: make.World
) -> None:
    """Heard words are asked; a refused microphone or camera, silence and missing support say so and leave the keyboard."""
    for error, said, is_open in (
        ("not-allowed", "这里没有获准使用麦克风，请打字。", False), ("network", "这里不能用语音，请打字。", False),
        ("no-speech", "没听清，请再说一遍，或者打字。", True),
    ):  # fmt: skip
        page = visit(chromium, live_server.url, UPRIGHT)
        page.add_init_script(f"({SPEECH})({error!r}); ({CAMERA})(false)")
        page.goto("/kiosk/")
        page.locator("[data-voice]").click()
        page.get_by_text(said).wait_for()
        assert page.locator("[data-voice]").is_enabled() is is_open
        page.locator("[data-gestures]").click()
        page.get_by_text("这里没有获准使用摄像头，请继续用触摸。").wait_for()
        assert page.locator("[data-gestures]").get_attribute("aria-pressed") == "false"
        page.context.close()

    page = visit(chromium, live_server.url, UPRIGHT)
    page.add_init_script(f"({SPEECH})('none'); ({CAMERA})(true)")
    page.goto("/kiosk/")
    assert page.locator("[data-voice]").is_hidden()
    page.locator("[data-gestures]").click()
    page.get_by_text("手势已开启").wait_for()
    page.locator("[data-gestures]").click()
    page.locator("[data-status]").wait_for(state="hidden")
    page.context.close()

    page = visit(chromium, live_server.url, UPRIGHT)
    page.add_init_script(f"({SPEECH})('')")
    page.goto("/kiosk/")
    page.locator("[data-voice]").click()
    page.locator(".kiosk-asked").wait_for()
    assert page.locator(".kiosk-asked").inner_text() == "产假多少天"
    assert page.locator(".answer").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == UPRIGHT["width"]
    picture(page, "kiosk_upright")
