"""Serving a list: page, fragment, file, paper, bulk, kept filters."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.registry import KINDS, JobKind
from smartunion.core.listing import Column, Listing
from smartunion.core.listing.flows import remove_filter, save_filter
from smartunion.core.listing.listing import unfiltered
from smartunion.core.listing.models import SavedFilter
from smartunion.core.listing.page import Cell, Line
from smartunion.core.listing.tests.serving import LISTING, actor, ask, text

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


def make(count: int, **values: object) -> list[Job]:
    return Job.objects.bulk_create(
        Job(**{
            "kind": "k", "title": f"名册{number:03}", "state": "done", "done": number, "step": "13800138000",
            "run_after": AT, "created_at": AT, "finished_at": AT + timedelta(hours=number), **values,
        })
        for number in range(count)
    )  # fmt: skip


def titles(body: str) -> list[str]:
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', body)


def link(body: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="/things/([^"]+)"', body)
    return found.group(1).replace("&amp;", "&") if found else ""


def test_pages_lead_through_the_whole_list_and_back() -> None:
    make(120)

    first = text(ask())
    second = text(ask(link(first, "next")))
    third = text(ask(link(second, "next")))

    assert titles(first) + titles(second) + titles(third) == [f"名册{n:03}" for n in range(119, -1, -1)]
    assert link(third, "next") == ""
    assert titles(text(ask(link(second, "prev")))) == titles(first)
    assert "共 <strong>120</strong> 项" in first


def test_count_stops_and_says_so() -> None:
    make(53)

    assert "共 <strong>超过 52</strong> 项" in text(ask(listing=replace(LISTING, count_limit=52)))


def test_sums_kept_anyway_count_what_they_know_and_nothing_else() -> None:
    make(53)
    asked: list[dict[str, Any]] = []

    def known(_actor: Actor, given: Mapping[str, Any]) -> int | None:
        asked.append(dict(given))
        return 71 if set(given) == {"q"} else None

    listing = replace(LISTING, count_limit=52, known=known)

    assert "共 <strong>71</strong> 项" in text(ask("?q=名册", listing=listing))
    assert "共 <strong>超过 52</strong> 项" in text(ask("?q=名册&state_is=done", listing=listing))
    assert "共 <strong>超过 52</strong> 项" in text(ask(listing=listing))
    assert asked == [{"q": "名册"}, {"q": "名册", "state_is": ["done"]}, {}]


def test_a_list_with_nothing_in_it_is_not_counted() -> None:
    with CaptureQueriesContext(connection) as nothing:
        ask()
    make(1)
    with CaptureQueriesContext(connection) as one:
        assert "共 <strong>1</strong> 项" in text(ask())

    def counts(caught: CaptureQueriesContext) -> int:
        return sum(
            "COUNT(" in query["sql"] and "core_job" in query["sql"] for query in caught.captured_queries
        )

    with CaptureQueriesContext(connection) as all_shown:
        assert "共 <strong>1</strong> 项" in text(ask("?q=000"))
    assert (counts(nothing), counts(one), counts(all_shown)) == (0, 1, 0)


def test_a_count_of_the_whole_is_not_taken_for_a_part_of_it() -> None:
    make(2)
    counted = Listing(
        key="t.counted",
        title="t",
        columns=LISTING.columns,
        order=("-id",),
        search=LISTING.search,
        unit="项",
        known=unfiltered(lambda who: 3_780_000),
    )

    assert "<strong>3,780,000</strong>" in text(ask(listing=counted))
    assert "<strong>1</strong>" in text(ask("?q=001", listing=counted))


def test_filters_search_and_order_come_from_the_address() -> None:
    make(5)
    make(1, title="海曙", state="failed", finished_at=None, done=3)

    assert titles(text(ask("?q=海曙"))) == ["海曙"]
    assert titles(text(ask("?state_is=failed"))) == ["海曙"]
    assert titles(text(ask("?done_is_from=3&sort=title"))) == ["名册003", "名册004", "海曙"]
    assert titles(text(ask("?sort=-finished_at")))[0] == "名册004"
    assert titles(text(ask("?sort=-finished_at")))[-1] == "海曙"
    assert titles(text(ask("?ended_to=2026-03-01&sort=done")))[0] == "名册000"


def test_active_filters_are_shown_and_can_be_taken_off() -> None:
    make(2)

    body = text(ask("?q=名册&state_is=done&sort=done"))

    assert re.findall(r'class="chip" data-on href="/things/([^"]*)"', body) == [
        "?state_is=done&amp;sort=done", "?q=%E5%90%8D%E5%86%8C&amp;sort=done",
    ]  # fmt: skip
    assert 'href="/things/?sort=done">全部清除' in body


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "?state_is=gone",
            "“状态”所选的值已不存在，或您无权查看。请从列表中重新选择；已保存的筛选，以原名再保存一次即可更正。",
        ),
        ("?done_is_from=x", "“件数”应填写数字，例如 25。请去掉符号和字母。"),
        ("?sort=secret", "清单不能这样排序。请点选某一列的标题。"),
        ("?sort=--done", "清单不能这样排序。请点选某一列的标题。"),
    ],
)
def test_a_wrong_address_shows_no_rows_and_says_why(query: str, sentence: str) -> None:
    make(2)

    answer = ask(query)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert titles(text(answer)) == []


def test_a_cut_page_address_shows_the_beginning_and_says_so() -> None:
    make(2)

    body = text(ask("?after=AAAA"))

    assert titles(body) == ["名册001", "名册000"]
    assert "这个网址已经对应不到清单中的某一页，下面从头显示。" in body


def test_empty_and_nothing_found_have_a_next_step() -> None:
    empty = text(ask())
    make(1)
    nothing = text(ask("?q=没有"))

    assert '<div class="empty is-first">' in empty  # hides search, filters and files
    assert "还没有任务" in empty
    assert '<a class="btn btn-primary" href="/desk/">去工作台</a>' in empty
    assert "没有符合条件的记录" in nothing
    assert '<a class="btn btn-secondary" href="/things/?">查看整份清单</a>' in nothing


def test_fragment_is_the_rows_alone() -> None:
    make(1)

    body = text(ask(htmx=True))

    assert body.lstrip().startswith('<div id="list-test-jobs-rows"')
    assert "<html" not in body
    assert titles(body) == ["名册000"]


def test_query_count_does_not_grow_with_rows() -> None:
    counts = []
    for rows in (1, 49):
        make(rows)
        with CaptureQueriesContext(connection) as seen:
            text(ask())
        counts.append(len(seen))

    assert counts[0] == counts[1]
    # how many rows there are and are in reach (asked by SQLite alone), rows, count, kept filters, and the bell of the layout
    assert counts[0] <= 6


def test_masked_columns_are_masked_on_screen_even_for_those_who_may_export_them() -> None:
    make(1)

    body = text(ask(who=actor("rows.export", "phones.clear")))

    assert "138****8000" in body
    assert "13800138000" not in body


def test_csv_holds_exactly_the_filtered_rows_in_order() -> None:
    make(3)

    answer = ask("?export=csv&done_is_from=1&sort=done")

    assert text(answer) == (
        "名称,状态,件数,电话,结束\r\n"
        "名册001,已完成,1,138****8000,2026-03-01 10:30:00\r\n"
        "名册002,已完成,2,138****8000,2026-03-01 11:30:00\r\n"
    )
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E4%BB%BB%E5%8A%A1-20")


def test_clear_values_need_the_permission_and_leave_a_trace() -> None:
    make(1)

    body = text(ask("?export=csv", who=actor("rows.export", "phones.clear")))

    assert "13800138000" in body
    event = AuditEvent.objects.get(event="listing.exported")
    assert event.user_id == 7
    assert event.data == {
        "list": "test.jobs", "format": "csv", "columns": ["title", "state", "done", "phone", "finished_at"],
        "clear": ["phone"], "filters": [],
    }  # fmt: skip


def test_xlsx_holds_typed_cells() -> None:
    make(1)

    answer = ask("?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "状态", "件数", "电话", "结束"],
        ["名册000", "已完成", 0, "138****8000", datetime(2026, 3, 1, 9, 30)],
    ]


def test_export_of_more_than_a_chunk_is_complete() -> None:
    make(4500)

    lines = text(ask("?export=csv&sort=title")).split("\r\n")

    assert len(lines) == 4502
    assert lines[1].startswith("名册000,")
    assert {line.split(",")[0] for line in lines[1:-1]} == {f"名册{n:03}" for n in range(4500)}


def test_export_is_refused_without_the_permission() -> None:
    make(1)

    with pytest.raises(NotAllowed):
        ask("?export=csv", who=actor())
    assert not AuditEvent.objects.exists()
    assert "导出" not in text(ask(who=actor()))


def test_wrong_filter_exports_nothing() -> None:
    make(1)

    answer = ask("?export=csv&done_is_from=x")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")


def test_paper_view_shows_rows_and_filters() -> None:
    make(2)

    body = text(ask("?print=1&done_is_from=1"))

    assert "名册001" in body
    assert "名册000" not in body
    assert "件数：1 – …；" in body


def test_chosen_columns_stay() -> None:
    make(1)

    answer = ask("?cols=done")
    heads = re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]+)", text(answer))
    kept = answer.cookies["su_cols_test_jobs"].value
    later = re.findall(
        r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]+)", text(ask(cookies={"su_cols_test_jobs": kept}))
    )

    assert heads == later == ["名称", "件数"]
    assert kept == "title.done"


class TestBulk:
    """Picked rows become one job."""

    @pytest.fixture(autouse=True)
    def _kind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(KINDS, "test.touch", JobKind("test.touch", lambda context: None))

    def test_picked_rows_are_handed_over(self) -> None:
        rows = make(3)

        answer = ask(post={"bulk": "touch", "pick": [rows[0].pk, rows[2].pk, 10**9, "x"]})

        job = Job.objects.get(kind="test.touch")
        assert job.payload == {"action": "touch", "list": "test.jobs", "ids": [rows[0].pk, rows[2].pk]}
        assert job.user_id == 7
        assert (answer.status_code, answer["Location"]) == (302, f"/desk/jobs/{job.pk}/")

    def test_everything_means_the_filtered_list(self) -> None:
        rows = make(5)

        ask("?done_is_from=3", post={"bulk": "touch", "everything": "1"})

        assert Job.objects.get(kind="test.touch").payload["ids"] == [rows[3].pk, rows[4].pk]

    @pytest.mark.parametrize(
        "post", [{"bulk": "touch"}, {"bulk": "touch", "pick": ["0"]}, {"bulk": "touch", "everything": "1"}]
    )
    def test_nothing_or_too_much_is_refused(self, post: dict[str, object]) -> None:
        make(4)

        with pytest.raises(InvalidInput):
            ask(post=post)
        assert not Job.objects.filter(kind="test.touch").exists()

    @pytest.mark.parametrize(("who", "key"), [(actor(), "touch"), (actor("rows.touch"), "other")])
    def test_actions_not_given_are_refused(self, who: object, key: str) -> None:
        rows = make(1)

        with pytest.raises(NotAllowed):
            ask(who=who, post={"bulk": key, "pick": [rows[0].pk]})
        assert not Job.objects.filter(kind="test.touch").exists()
        assert 'name="pick"' not in text(ask(who=actor()))


class TestKeptFilters:
    """Filters under a name, one's own only."""

    def test_saved_again_is_overwritten_and_shown(self) -> None:
        for query in ("q=a", "q=b"):
            save_filter(actor=actor(), list_key="test.jobs", name=" 未走访 ", query=query, at=AT)

        assert SavedFilter.objects.values_list("name", "query", "user_id").get() == ("未走访", "q=b", 7)
        assert '<a href="/things/?q=b">未走访</a>' in text(ask())
        assert "未走访" not in text(ask(who=actor(user_id=8)))

    @pytest.mark.parametrize(("name", "query"), [("", "q=a"), ("名" * 61, "q=a"), ("x", "q=" + "a" * 2001)])
    def test_shapeless_input_is_refused(self, name: str, query: str) -> None:
        with pytest.raises(InvalidInput):
            save_filter(actor=actor(), list_key="test.jobs", name=name, query=query, at=AT)
        assert not SavedFilter.objects.exists()

    def test_no_more_than_fifty(self) -> None:
        for number in range(50):
            save_filter(actor=actor(), list_key="test.jobs", name=f"{number}", query="", at=AT)

        with pytest.raises(InvalidInput):
            save_filter(actor=actor(), list_key="test.jobs", name="51", query="", at=AT)
        assert SavedFilter.objects.count() == 50

    def test_strangers_keep_nothing_and_remove_nothing(self) -> None:
        kept = save_filter(actor=actor(), list_key="test.jobs", name="a", query="q=a", at=AT)

        for stranger in (actor(user_id=8), actor(user_id=None)):
            with pytest.raises(NotVisible):
                remove_filter(actor=stranger, filter_id=kept.pk)
        with pytest.raises(NotVisible):
            save_filter(actor=actor(user_id=None), list_key="test.jobs", name="a", query="", at=AT)
        assert SavedFilter.objects.count() == 1
        remove_filter(actor=actor(), filter_id=kept.pk)
        assert SavedFilter.objects.count() == 0


def test_a_name_used_twice_is_a_mistake_of_the_declaration() -> None:
    column = Column(key="title", label="名称")

    with pytest.raises(ImproperlyConfigured):
        Listing(key="t", title="t", columns=(column, column), order=("id",))


def painted(columns: list[Column], **values: Any) -> list[Cell]:
    return [Cell(column, column.painter()(SimpleNamespace(**values))) for column in columns]


def test_cells_on_paper_are_escaped_and_numbers_stand_right() -> None:
    columns = [Column(key="name", label="名称"), Column(key="n", label="件数", kind="number")]

    drawn = Line(row=None, pk=1, url="", cells=painted(columns, name="<b>", n=7)).on_paper

    assert drawn == '<td>&lt;b&gt;</td><td class="num">7</td>'


@pytest.mark.parametrize(
    ("column", "value", "drawn"),
    [
        (Column(key="v", label="v"), gettext_lazy("yes"), "是"),
        (Column(key="v", label="v"), True, "是"),
        (Column(key="v", label="v", kind="date"), date(2026, 12, 1), "2026-12-01"),
        (Column(key="v", label="v", kind="code"), "<9>", '<span class="mono">&lt;9&gt;</span>'),
        (
            Column(key="v", label="v", mask=lambda text: f"{text[0]}**<"),
            "张三",
            '<span class="mono">张**&lt;</span>',
        ),
        (Column(key="v", label="v"), format_html("<i>{}</i>", "&"), "<i>&amp;</i>"),
    ],
)
def test_every_kind_of_cell_is_safe_on_screen(column: Column, value: Any, drawn: str) -> None:
    assert [cell.html for cell in painted([column], v=value)] == [drawn]


def test_what_was_chosen_stands_in_its_words_on_screen_and_in_files() -> None:
    column = Column(key="verdict", label="v", value="of.verdict", kind="words")
    rows = [SimpleNamespace(of=Chosen(verdict)) for verdict in ("yes", "", "<no>", "yes")]
    paint, write = column.painter(), column.maker(actor())

    assert [paint(row) for row in rows] == ["是的", "", "&lt;no&gt;", "是的"]
    assert [write(row) for row in rows] == ["是的", None, "<no>", "是的"]


class Chosen:
    """A record with a field of choices, one of whose values is not among them any more."""

    def __init__(self, verdict: str) -> None:
        self.verdict = verdict

    def get_verdict_display(self) -> str:
        return {"yes": "是的"}.get(self.verdict, self.verdict)


def test_states_of_one_column_keep_their_own_words() -> None:
    paint = Column(key="v", label="v", kind="state", value=lambda row: row.v).painter()

    drawn = [paint(SimpleNamespace(v=value)) for value in ("open", "<x>", "open", None)]

    assert drawn[0] == drawn[2] != drawn[1]
    assert "&lt;x&gt;" in drawn[1]
    assert ">open<" in drawn[0]
    assert drawn[3] == ""


def test_a_number_opens_what_it_counts_unless_there_is_nothing() -> None:
    column = Column(key="n", label="件数", kind="number", href=lambda row: f"/n/?of={row['of']}&all=1")

    drawn = [
        replace(column, value=lambda _row, number=number: number).painter()({"of": "<1>"})
        for number in (1234, 0, None)
    ]

    assert drawn == ['<a href="/n/?of=&lt;1&gt;&amp;all=1">1,234</a>', "0", ""]


def test_cells_of_a_row_are_escaped_lead_to_its_page_and_say_where_nothing_is() -> None:
    columns = [
        Column(key="name", label="名称", priority=1, width=20),
        Column(key="note", label="A&B", width=10),
    ]
    frames = [(column.css, str(conditional_escape(column.label))) for column in columns]

    full = Line(None, 1, "/x?a=1&b", painted(columns, name="<b>", note="7"), frames).on_screen
    bare = Line(None, 1, "/x", painted(columns, name="", note=None), frames).on_screen

    assert full == (
        '<th scope="row" class="p1 w-m"><a class="row-link" href="/x?a=1&amp;b">&lt;b&gt;</a></th>'
        '<td class="p2 w-s" data-label="A&amp;B">7</td>'
    )
    assert bare == (
        '<th scope="row" class="p1 w-m"><a class="row-link" href="/x">（无名称）</a></th>'
        '<td class="p2 w-s blank" data-label="A&amp;B"><span class="none" aria-label="无">–</span></td>'
    )
