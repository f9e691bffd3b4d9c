"""Filters: what they read, what they refuse, which rows are left."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import STRANGER
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.listing import Choice, DateRange, Flag, NumberRange, Text
from smartunion.core.listing.filters import clean_text

STATE = Choice(key="state", label="状态", options=tuple(JobState.choices))
STATES = Choice(key="state", label="状态", options=tuple(JobState.choices), multiple=True)
DAY = DateRange(key="begun", label="开始", field="created_at", instant=True)
DONE = NumberRange(key="done", label="件数")
SHARE = NumberRange(key="done", label="比例", decimals=True)
WORDS = Text(key="q", label="名称", fields=("title", "step"))
ENDED = Flag(key="ended", label="已结束", where=Q(finished_at__isnull=False))


def read(one: Any, **data: list[str]) -> Any:
    return one.read(data, STRANGER)


@pytest.mark.parametrize(
    ("one", "data", "value", "words"),
    [
        (STATE, {}, None, ""),
        (STATE, {"state": [""]}, None, ""),
        (STATE, {"state": ["done"]}, ["done"], "已完成"),
        (STATES, {"state": ["done", "failed", "done"]}, ["done", "failed"], "已完成、失败"),
        (DONE, {"done_from": ["3"]}, (3, None), "3 – …"),
        (DONE, {"done_from": ["3"], "done_to": [" 5 "]}, (3, 5), "3 – 5"),
        (ENDED, {"ended": ["1"]}, True, "已结束"),
        (ENDED, {"ended": ["yes"]}, None, "已结束"),
        (WORDS, {"q": ["  恒达\x00 物流 "]}, "恒达 物流", "“恒达 物流”"),
        (WORDS, {"q": ["   "]}, None, "“”"),
    ],
)
def test_values_are_read(one: Any, data: dict[str, list[str]], value: Any, words: str) -> None:
    given_one = read(one, **data)

    assert (given_one.value, given_one.words, given_one.error) == (value, words, "")


@pytest.mark.parametrize(
    ("one", "data", "error"),
    [
        (
            STATE,
            {"state": ["gone"]},
            "“状态”所选的值已不存在，或您无权查看。请从列表中重新选择；已保存的筛选，以原名再保存一次即可更正。",
        ),
        (STATE, {"state": ["done", "failed"]}, "网址中“状态”的值不在可选范围内。请从列表中重新选择。"),
        (DONE, {"done_from": ["three"]}, "“件数”应填写数字，例如 25。请去掉符号和字母。"),
        (DONE, {"done_to": ["99999999999999999999"]}, "“件数”应填写数字，例如 25。请去掉符号和字母。"),
        (SHARE, {"done_to": ["NaN"]}, "“比例”应填写数字，例如 25。请去掉符号和字母。"),
        (DONE, {"done_from": ["5"], "done_to": ["3"]}, "“件数”的起始值大于结束值。请把两个值对调。"),
        (DAY, {"begun_from": ["2026-02-30"]}, "“开始”应填写 2026-11-21 这样的日期。请在日历中选择。"),
        (DAY, {"begun_from": ["0001-01-01"]}, "“开始”应填写 2026-11-21 这样的日期。请在日历中选择。"),
    ],
)
def test_wrong_values_are_named_and_narrow_nothing(one: Any, data: dict[str, list[str]], error: str) -> None:
    given_one = read(one, **data)

    assert given_one.error == error
    assert not given_one.is_active


@given(
    st.dictionaries(
        st.sampled_from(["state", "done_from", "begun_to", "q", "ended"]),
        st.lists(st.text(), max_size=3).filter(len),
    )
)
def test_no_address_makes_a_filter_fail(data: dict[str, list[str]]) -> None:
    for one in (STATE, STATES, DAY, DONE, SHARE, WORDS, ENDED):
        given_one = one.read(data, STRANGER)

        assert not (given_one.error and given_one.is_active)


@pytest.mark.parametrize(
    "text", ["330203199001011234", "33020319900101123X", "13800138000", "138 0013 8000", "１３８００１３８０００", "王小明 13800138000",
             "330203900101123"],
)  # fmt: skip
def test_personal_numbers_are_not_taken_from_addresses(text: str) -> None:
    given_one = read(WORDS, q=[text])

    assert "请使用工作台上方的搜索框" in given_one.error
    assert (given_one.value, given_one.raw) == (None, {"text": ""})


@pytest.mark.parametrize(
    "text",
    ["91330203MA2AG3K85T", "913302037900000011", "8000", "2026-03-01", "恒达 2", "12345678901234567890"],
)
def test_other_numbers_are(text: str) -> None:
    assert read(WORDS, q=[text]).value == text


@pytest.mark.django_db
class TestRows:
    """Which rows are left."""

    @pytest.fixture(autouse=True)
    def _rows(self) -> None:
        late = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 on 1 March in Shanghai
        next_day = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # midnight, 2 March
        Job.objects.create(
            kind="k",
            title="恒达物流",
            run_after=late,
            created_at=late,
            state="done",
            done=1,
            finished_at=late,
        )
        Job.objects.create(
            kind="k", title="海曙", step="恒达", run_after=late, created_at=next_day, state="failed", done=5
        )
        Job.objects.create(
            kind="k", title="100%_done", run_after=late, created_at=next_day, state="waiting", done=9
        )

    @pytest.mark.parametrize(
        ("one", "value", "titles"),
        [
            (STATE, ["done"], {"恒达物流"}),
            (STATES, ["done", "failed"], {"恒达物流", "海曙"}),
            (DONE, (5, None), {"海曙", "100%_done"}),
            (DONE, (2, 5), {"海曙"}),
            (ENDED, True, {"恒达物流"}),
            (WORDS, "恒达", {"恒达物流", "海曙"}),
            (WORDS, "%_", {"100%_done"}),
            (WORDS, "'; DROP", set()),
        ],
    )
    def test_left(self, one: Any, value: Any, titles: set[str]) -> None:
        assert set(one.apply(Job.objects.all(), value).values_list("title", flat=True)) == titles

    def test_last_day_counts_to_its_end_where_the_federation_is(self) -> None:
        value = read(DAY, begun_to=["2026-03-01"]).value

        assert list(DAY.apply(Job.objects.all(), value).values_list("title", flat=True)) == ["恒达物流"]

    def test_first_day_counts_from_its_midnight(self) -> None:
        value = read(DAY, begun_from=["2026-03-02"]).value

        assert set(DAY.apply(Job.objects.all(), value).values_list("title", flat=True)) == {
            "海曙",
            "100%_done",
        }


def test_text_is_one_short_line() -> None:
    assert clean_text("a\nb\x00c\u202e" + "很" * 200) == "abc" + "很" * 97
