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
