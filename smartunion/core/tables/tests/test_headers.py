from pathlib import Path

import pytest

from smartunion.core.tables.headers import blocks_of
from smartunion.core.tables.tests.builders import LI, WANG, ZHAO, read, write_text, write_xlsx

PHONE = "13800138000"


def labels_of(path: Path) -> tuple[tuple[int, ...], list[tuple[str, str]]]:
    """Header rows and (label, field) of the columns."""
    table, _, _ = read(path)
    return table.header.rows, [(column.label, column.key) for column in table.columns]


def test_titles_form_lines_and_blank_rows_stand_above_the_header(tmp_path: Path) -> None:
    text = f"附件一,,\n某某市花名册,,\n填报单位：甲公司,,填报日期：2024年1月1日\n,,\n姓名,身份证号,手机\n{LI[0]},{LI[1]},{PHONE}\n"
    table, records, _ = read(write_text(tmp_path / "a.csv", text))

    assert table.header.rows == (5,)
    assert table.header.titles[:2] == ["附件一", "某某市花名册"]
    assert [record.row for record in records] == [6]


def test_merged_groups_join_two_header_rows(tmp_path: Path) -> None:
    grid = [
        ["登记表"],
        ["序号", "职工", None, "单位", None],
        [None, "姓名", "身份证号", "名称", "备注"],
        [1, *LI, "甲公司", ""],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", grid, merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"])

    rows, columns = labels_of(path)

    assert rows == (2, 3)
    assert columns == [("序号", ""), ("姓名", "name"), ("身份证号", "id"), ("名称", "unit"), ("备注", "note")]


def test_labels_that_repeat_under_groups_carry_their_group(tmp_path: Path) -> None:
    grid = [
        ["姓名", "身份证号", "单位信息", None, "工会信息", None],
        [None, None, "名称", "电话", "名称", "电话"],
        [*LI, "甲公司", "88886666", "甲工会", "88887777"],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", grid, merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1"])

    assert [label for label, _ in labels_of(path)[1]] == [
        *("姓名", "身份证号", "单位信息/名称", "单位信息/电话", "工会信息/名称", "工会信息/电话"),
    ]


def test_groups_are_seen_in_text_files_too(tmp_path: Path) -> None:
    text = f"序号,基本信息,,,单位信息,\n,姓名,身份证号,手机,名称,备注\n1,{LI[0]},{LI[1]},{PHONE},甲公司,\n"

    rows, columns = labels_of(write_text(tmp_path / "a.csv", text))

    assert rows == (1, 2)
    assert columns[0] == ("序号", "")
    assert columns[4] == ("名称", "unit")


def test_sub_labels_below_the_labels_are_part_of_the_header(tmp_path: Path) -> None:
    text = f"序号,姓名,联系方式,,身份证号\n,,手机,固话,\n1,{LI[0]},{PHONE},0515-88886666,{LI[1]}\n"

    rows, columns = labels_of(write_text(tmp_path / "a.csv", text))

    assert rows == (1, 2)
    assert columns == [("序号", ""), ("姓名", "name"), ("手机", "phone"), ("固话", ""), ("身份证号", "id")]


def test_a_merged_note_beside_the_table_does_not_make_the_header_deeper(tmp_path: Path) -> None:
    grid = [["姓名", "身份证号", "说明"], [*LI], [*WANG], [*ZHAO]]
    table, records, left_out = read(write_xlsx(tmp_path / "a.xlsx", grid, merges=["C1:C4"]))

    assert table.header.rows == (1,)
    assert [record.texts for record in records] == [[*LI, ""], [*WANG, ""], [*ZHAO, ""]]
    assert left_out.filled == {}


def test_a_table_without_header_is_told_by_its_contents(tmp_path: Path) -> None:
    text = "".join(f"{name},{number},{PHONE}\n" for name, number in (LI, WANG, ZHAO))
    table, records, _ = read(write_text(tmp_path / "a.csv", text))

    assert table.header.rows == ()
    assert [(column.label, column.key) for column in table.columns] == [
        ("", "name"),
        ("", "id"),
        ("", "phone"),
    ]
    assert [record.row for record in records] == [1, 2, 3]


def test_marks_notes_and_line_ends_in_labels_are_kept_and_understood(tmp_path: Path) -> None:
    grid = [
        ["*姓\xa0名（必填）", "2.证件号码\n(填写18位身份证)", "手 机：", "出生日期（格式：yyyy/MM/dd）"],
        [*LI, PHONE, "1990/03/07"],
    ]

    assert labels_of(write_xlsx(tmp_path / "a.xlsx", grid))[1] == [
        ("*姓\xa0名（必填）", "name"),
        ("2.证件号码\n(填写18位身份证)", "id"),
        ("手 机：", "phone"),
        ("出生日期（格式：yyyy/MM/dd）", "born"),
    ]


def test_blank_columns_are_left_out_and_unlabelled_ones_named(tmp_path: Path) -> None:
    text = f"姓名,,身份证号\n{LI[0]},,{LI[1]},多余\n{WANG[0]},,{WANG[1]},多余\n"
    table, _, _ = read(write_text(tmp_path / "a.csv", text))

    assert [(column.index, column.label) for column in table.columns] == [
        (0, "姓名"),
        (2, "身份证号"),
        (3, ""),
    ]


@pytest.mark.parametrize("gap", [[], [None]])
def test_tables_side_by_side_are_read_one_below_the_other(tmp_path: Path, gap: list[None]) -> None:
    grid = [["姓名", "身份证号", *gap, "姓名", "身份证号"], [*LI, *gap, *WANG], [*ZHAO]]
    table, records, _ = read(write_xlsx(tmp_path / "a.xlsx", grid))

    assert len(table.blocks) == 2
    assert [(record.row, record.block, record.texts) for record in records] == [
        (2, 0, [*LI]),
        (3, 0, [*ZHAO]),
        (2, 1, [*WANG]),
    ]


def test_one_repeated_label_is_no_second_table(tmp_path: Path) -> None:
    table, _, _ = read(
        write_xlsx(tmp_path / "a.xlsx", [["姓名", "手机", "手机", "身份证号"], [LI[0], PHONE, "", LI[1]]])
    )

    assert len(blocks_of(table.header.columns)) == 1
    assert [column.key for column in table.columns] == ["name", "phone", "", "id"]
    assert table.mapping() == {"姓名": "name", "手机": "phone", "身份证号": "id"}


def test_a_person_may_name_the_header_rows_and_the_fields(tmp_path: Path) -> None:
    text = f"甲,乙,丙\n某人,某号,某话\n{LI[0]},{LI[1]},{PHONE}\n"
    path = write_text(tmp_path / "a.csv", text)

    table, records, _ = read(path, header_rows=[2], given={"某人": "name", "某号": "id", "某话": None})

    assert table.header.rows == (2,)
    assert [column.key for column in table.columns] == ["name", "id", ""]
    assert records[0].values == {"name": LI[0], "id": LI[1]}


def test_a_confirmed_mapping_gives_the_same_columns_again(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["姓名", "手机", "手机", "身份证号"], [LI[0], PHONE, "", LI[1]]])
    first, _, _ = read(path)
    again, records, _ = read(path, given=first.mapping())

    assert [column.key for column in again.columns] == ["name", "phone", "", "id"]
    assert records[0].values == {"name": LI[0], "phone": PHONE, "id": LI[1]}


def test_figures_above_figures_are_a_first_record(tmp_path: Path) -> None:
    table, records, _ = read(write_xlsx(tmp_path / "a.xlsx", [[1, "a"], [2, "b"], [3, "c"]]))

    assert table.header.rows == ()
    assert [record.texts for record in records] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_years_may_be_labels(tmp_path: Path) -> None:
    grid = [["地区", "单位名称", "2023年", "2024年"], ["甲", "乙公司", 1, 2], ["丙", "丁公司", 3, 4]]

    assert read(write_xlsx(tmp_path / "a.xlsx", grid))[0].header.rows == (1,)


def test_a_single_column_has_a_header_when_it_differs_from_what_stands_below(tmp_path: Path) -> None:
    dates = write_text(tmp_path / "a.csv", "登记时间\n2024-01-01\n2024-01-02\n")
    words = write_text(tmp_path / "b.csv", "单选\n多选\n判断\n")

    assert read(dates)[0].header.rows == (1,)
    assert read(words)[0].header.rows == ()
