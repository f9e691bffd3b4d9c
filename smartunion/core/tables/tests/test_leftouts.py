from pathlib import Path

import pytest

from smartunion.core.tables.leftouts import RowKind
from smartunion.core.tables.tests.builders import LI, WANG, ZHAO, read, write_text, write_xlsx

HEADER = "序号,姓名,身份证号,手机,备注"
FIRST = f"1,{LI[0]},{LI[1]},13800138000,"
SECOND = f"2,{WANG[0]},{WANG[1]},13900139000,"


def left_out_of(path: Path) -> tuple[list[int], list[tuple[int, RowKind]]]:
    """(rows of the records, rows left out)."""
    _, records, left_out = read(path)
    return [record.row for record in records], [(row, kind) for row, _, kind in left_out.rows]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("合计,2,,,", RowKind.TOTAL),
        (",合  计：,2人,,", RowKind.TOTAL),
        ("小计,,,,1", RowKind.TOTAL),
        ("本页合计,2,,,", RowKind.TOTAL),
        ("共2人,,,,", RowKind.TOTAL),
        ("Total,2,,,", RowKind.TOTAL),
        ("注：以上信息由单位填报,,,,", RowKind.FOOTNOTE),
        ("填表说明：1、如实填写。2、一式两份。", RowKind.FOOTNOTE),
        ("数据来源:某某局,,,,", RowKind.FOOTNOTE),
        ("制表人：李四,,审核人：王五,,日期：2024.1.1", RowKind.FOOTNOTE),
        (
            ",,,,本表一式两份，一份由单位保存，一份报送上级；逾期未报送的，按有关规定处理，请各单位务必按时报送。",
            RowKind.FOOTNOTE,
        ),
        ("# 导出时间 2024-01-01,,,,", RowKind.COMMENT),
        (HEADER, RowKind.REPEATED_HEADER),
    ],
)
def test_rows_that_are_no_records_are_left_out_and_named(tmp_path: Path, line: str, kind: RowKind) -> None:
    at_end = write_text(tmp_path / "a.csv", "\n".join([HEADER, FIRST, SECOND, line]))
    between = write_text(tmp_path / "b.csv", "\n".join([HEADER, FIRST, line, SECOND]))

    assert left_out_of(at_end) == ([2, 3], [(4, kind)])
    assert left_out_of(between) == ([2, 4], [(3, kind)])


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("示例,张三,110101199001011234,13800000000,", RowKind.EXAMPLE),
        ("1,2,3,4,5", RowKind.NUMBERING),
        ("甲,乙,1,2,3", RowKind.NUMBERING),
        ("(1),(2),(3),(4),(5)", RowKind.NUMBERING),
        ("必填,必填,必填,选填,选填", RowKind.HINT),
    ],
)
def test_rows_that_explain_the_header_are_left_out(tmp_path: Path, line: str, kind: RowKind) -> None:
    assert left_out_of(write_text(tmp_path / "a.csv", "\n".join([HEADER, line, FIRST, SECOND]))) == (
        [3, 4],
        [(2, kind)],
    )


def test_a_dummy_row_of_one_repeated_figure_is_an_example(tmp_path: Path) -> None:
    text = f"姓名,身份证号,手机,单位名称,社会信用代码,备注\n11,11,11,11,11,11\n{LI[0]},{LI[1]},,,,\n"

    assert left_out_of(write_text(tmp_path / "a.csv", text)) == ([3], [(2, RowKind.EXAMPLE)])


def test_blank_and_only_numbered_rows_are_counted_but_no_records(tmp_path: Path) -> None:
    text = "\n".join([HEADER, FIRST, "", ",,,,", "2,,,,", SECOND, "4,,,,", ""])
    _, records, left_out = read(write_text(tmp_path / "a.csv", text))

    assert [record.row for record in records] == [2, 6]
    assert (left_out.counts[RowKind.BLANK], left_out.first_blank) == (3, 3)


def test_headings_between_records_are_left_out(tmp_path: Path) -> None:
    grid = [["单位名称", "姓名", "身份证号", "手机"], ["一车间"], ["", *LI, ""], ["二车间"], ["", *WANG, ""]]

    assert left_out_of(write_xlsx(tmp_path / "a.xlsx", grid)) == (
        [3, 5],
        [(2, RowKind.SECTION), (4, RowKind.SECTION)],
    )


def test_sparse_records_stay_records(tmp_path: Path) -> None:
    grid = [["标题1", "标题2", "标题3"], ["a"], [None, "b"], [None, None, "c"]]

    assert left_out_of(write_xlsx(tmp_path / "a.xlsx", grid)) == ([2, 3, 4], [])


def test_a_small_table_of_figures_has_no_numbering_row(tmp_path: Path) -> None:
    assert left_out_of(write_text(tmp_path / "a.csv", "a,b,c\n1,2,3\n4,5,6\n")) == ([2, 3], [])


def test_a_sentence_alone_is_a_note_only_at_the_end(tmp_path: Path) -> None:
    text = f"姓名,身份证号,备注,说明\n{LI[0]},{LI[1]},,\n,,以后补交。,\n{WANG[0]},{WANG[1]},,\n,,以上由单位填写。,\n"
    rows, left = left_out_of(write_text(tmp_path / "a.csv", text.replace("姓名,身份证号", "甲,乙")))

    assert rows == [2, 3, 4]
    assert left == [(5, RowKind.FOOTNOTE)]


def test_merged_cells_are_copied_down_and_said_so(tmp_path: Path) -> None:
    grid = [["单位名称", "姓名", "身份证号"], ["甲公司", *LI], [None, *WANG], ["乙公司", *ZHAO], ["注：无"]]
    path = write_xlsx(tmp_path / "a.xlsx", grid, merges=["A2:A3", "A5:C5"])
    _, records, left_out = read(path)

    assert [record.values["unit"] for record in records] == ["甲公司", "甲公司", "乙公司"]
    assert [merge.range for merge in left_out.filled] == ["A2:A3"]


def test_another_table_below_is_not_read_and_said_so(tmp_path: Path) -> None:
    text = "\n".join([HEADER, FIRST, SECOND, "", "单位名称,社会信用代码,联系电话,,", "甲公司,x,88886666,,"])

    assert left_out_of(write_text(tmp_path / "a.csv", text)) == ([2, 3], [(5, RowKind.SECOND_TABLE)])


def test_circled_and_raised_figures_are_no_trouble(tmp_path: Path) -> None:
    text = "\n".join([HEADER, "①,②,③,④,⑤", f"²,{LI[0]},{LI[1]},¹³,⁵", SECOND])

    assert left_out_of(write_text(tmp_path / "a.csv", text))[0] in ([2, 3, 4], [3, 4])
