"""A refusal page says what happened, and one thing to do next."""

import re

import pytest
from django.test import RequestFactory

from smartunion.core.errors import DomainError, InvalidInput, StaleState
from smartunion.core.web.errors import refusal_response


@pytest.mark.parametrize(
    ("error", "said", "next_step"),
    [
        (StaleState(), "这条记录刚刚被别人改动。", "请重新打开页面，查看现在的情况。"),
        (StaleState("这份表已报送。"), "这份表已报送。", "请重新打开页面，查看现在的情况。"),
        (StaleState("这份表已报送。", remedy="打开该事项。"), "这份表已报送。", "打开该事项。"),
        (InvalidInput("日期有误。"), "日期有误。", "请返回上一页，检查填写的内容。"),
    ],
)
def test_a_refusal_page_names_one_next_step(
    rf: RequestFactory, error: DomainError, said: str, next_step: str
) -> None:
    page = refusal_response(rf.get("/"), error).content.decode()

    assert re.findall(r"data-error-\w+>([^<]*)<", page) == [said, next_step]


def test_whoever_was_second_reads_both_in_one_line_beside_a_form() -> None:
    assert str(StaleState()) == "这条记录刚刚被别人改动。请重新打开页面，查看现在的情况。"


@pytest.mark.parametrize(
    ("method", "referer", "back"),
    [
        ("post", "http://testserver/desk/stewardship/groups/4/?keep=1", "/desk/stewardship/groups/4/?keep=1"),
        ("post", "http://testserver/things/4/", "/things/4/"),
        ("get", "http://testserver/things/", "/things/"),
        ("get", "http://testserver/things/4/?page=2", ""),
        ("post", "https://elsewhere.example/things/", ""),
        ("post", "http://testserver@elsewhere.example/", ""),
        ("post", "javascript:alert(1)", ""),
        ("post", "", ""),
    ],
)
def test_a_refusal_leads_back_to_our_page_that_led_here(
    rf: RequestFactory, method: str, referer: str, back: str
) -> None:
    request = getattr(rf, method)("/things/4/", headers={"Referer": referer} if referer else {})

    page = refusal_response(request, StaleState()).content.decode()

    assert re.findall(r'btn-primary" href="([^"]*)"', page) == ([back] if back else [])
