"""What stands in a list beside its rows is said on its page: encodings, sheets and rows that were not read."""

import io

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.models import ImportBatch, ImportState, Person, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_imports import LI, WANG, ZHAO, applied, bring

pytestmark = pytest.mark.django_db
HEAD = "姓名,证件号码,移动电话\r\n"
MIXED = (
    "文件里混有几种编码，每一行都按它自己的编码读取（行号及编码：1 UTF-8、2–3 GB18030）。"
    "请看看姓名是否正确；另存为 XLSX 或 UTF-8 后就只有一种编码。"
)


@pytest.fixture
def union() -> TradeUnion:
    place = make.region("宁海县")
    county = make.federation(territory=place, region=place)
    return make.union("宁海机械厂工会", county)


def noticed(batch: ImportBatch) -> list[list[str]]:
    found: list[list[str]] = batch.summary["noticed"]
    return found


@pytest.mark.parametrize("is_long", [False, True])
def test_a_header_in_another_encoding_than_the_rows_is_read_and_said(
    union: TradeUnion, monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    if is_long:
        monkeypatch.setattr(imports, "LONG_BYTES", 1)
    rows = f"王芳,{WANG},13800138001\r\n李敏,{LI},13800138002\r\n"

    batch = bring(union, HEAD.encode("utf-8-sig") + rows.encode("gb18030"), "名单.csv")

    assert batch.summary["outcomes"] == {"create": 2}
    assert noticed(batch) == [["名单.csv", "A1", MIXED]]
    applied(batch)
    assert set(Person.objects.values_list("name", flat=True)) == {"王芳", "李敏"}


def test_a_row_whose_bytes_are_no_characters_is_refused_and_said(union: TradeUnion) -> None:
    rows = (
        f"王芳,{WANG},13800138001\r\n".encode() + b"\xe6\x9d\x8e\xe6\x95" + f",{LI},13800138002\r\n".encode()
    )

    batch = bring(union, HEAD.encode() + rows + f"赵强,{ZHAO},13800138003\r\n".encode(), "名单.csv")

    assert batch.summary["outcomes"] == {"create": 2, "refuse": 1}
    assert batch.summary["reasons"] == {"unreadable_characters": 1}
    assert noticed(batch) == [["名单.csv", "A3", "第 3 行含有不属于文件编码的字节。"]]


def book_of(*sheets: tuple[str, list[list[object]]], hidden: str = "", is_1904: bool = False) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADS: list[object] = ["姓名", "证件号码", "移动电话", "入会时间"]


def test_sheets_that_are_not_read_and_rows_that_are_no_records_are_said(
    union: TradeUnion,
) -> None:
    content = book_of(
        ("会员", [HEADS, ["王芳", WANG, "13800138001", "2024-03-05"], ["合计", "1", "", ""]]),
        ("去年", [HEADS, ["李敏", LI, "13800138002", "2023-03-05"]]),
        ("经费", [["项目", "金额"], ["活动", 3], ["慰问", 4]]),
        hidden="去年",
    )

    batch = bring(union, content)

    assert batch.summary["outcomes"] == {"create": 1}
    assert noticed(batch) == [
        ["去年", "", "这张工作表被隐藏，没有读取。如果它属于这份名单，请先取消隐藏。"],
        ["经费", "", "这张工作表没有读取：它看起来不是同一种名单。如果是，请把各列的表头写成一样。"],
        ["会员", "A3", "第 3 行是合计，没有算作记录。"],
    ]


def test_bare_figures_of_days_count_from_the_calendar_of_the_workbook(union: TradeUnion) -> None:
    """45356 is 5 March 2024 where days count from 1900; 43894 where they count from 1904."""
    content = book_of(("会员", [HEADS, ["王芳", WANG, "13800138001", 43894]]), is_1904=True)

    batch = bring(union, content)

    assert batch.state == ImportState.PREVIEW
    assert '"started_on": "2024-03-05"' in batch.rows.get().values


def test_a_list_that_is_hidden_empty_or_spoiled_is_refused_with_what_to_do(union: TradeUnion) -> None:
    rows: list[list[object]] = [HEADS, ["王芳", WANG, "13800138001", "2024-03-05"]]
    hidden = book_of(("说明", [["请如实填写"]]), ("会员", rows), hidden="会员")
    spoiled = HEAD.encode().decode("gb18030").encode() + f"王芳,{WANG},13800138001".encode()
    latin = HEAD.encode("gb18030").decode("latin-1").encode() + f"王芳,{WANG},13800138001".encode()

    said = {
        name: (batch.state, batch.summary)
        for name, content in [
            ("hidden", hidden),
            ("empty", HEAD.encode()),
            ("spoiled", spoiled),
            ("latin", latin),
        ]
        for batch in [bring(union, content, f"{name}.csv")]
    }

    again = "请从原系统重新导出，存为 XLSX 或 UTF-8 编码的 CSV。"
    assert {state for state, _summary in said.values()} == {"failed"}
    assert {name: summary["error"] for name, (_state, summary) in said.items()} == {
        "hidden": "名单在工作表“会员”上，而这张工作表被隐藏，因此没有读取。请取消隐藏，保存后重新导入。",
        "empty": "这个文件只有列名，下面没有任何一行。请选择名单所在的文件。",
        "spoiled": f"文件曾被程序用错误的编码打开后保存：“濮撳悕”原来是“姓名”。{again}",
        "latin": f"文件曾被程序用错误的编码打开后保存：“ÐÕÃû”原来是“姓名”。{again}",
    }
    assert not Person.objects.exists()
