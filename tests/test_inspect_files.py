"""What `smartunion inspect` must say of the awkward files in the public data folder; the answers were read off them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.vocabulary import vocabulary

TODAY = date(2026, 11, 21)

MEMBER_FIELDS = {
    "序号": None,
    "姓名": "name",
    "性别": "sex",
    "出生日期（格式：yyyy/MM/dd）": "birth_date",
    "民族": "ethnicity",
    "就业状况": "employment_status",
    "有效证件类别": "id_type",
    "证件号码\n(填写18位身份证)": "resident_id",
    "学历": "education",
    "技术等级": "skill_grade",
    "移动电话": "mobile",
    "户籍类型": "hukou_type",
    "户籍所在地": "hukou_place",
    "会籍变化类型": "change_type",
    "会籍变化日期（格式：yyyy/MM/dd）": "changed_on",
    "会籍变化原因": "change_reason",
    "政治面貌": "political_status",
    "工作单位": "employer_name",
    "籍贯": "native_place",
    "是否农民工会员\n填写“是”或“否”": "is_migrant",
}
UNION_FIELDS = {
    "序号": None,
    "单位名称": "employer_name",
    "单位法人和其他组织统一社会信用代码": "employer_uscc",
    "单位地址": "address",
    "单位所在政区": "region_name",
    "单位性质类别": "unit_nature",
    "经济类型": "economic_type",
    "单位所属行业": "industry",
    "职工人数": "staff_count",
    "工会名称": "name",
    "工会法人和其他组织统一社会信用代码": "uscc",
    "上级工会名称": "parent_name",
    "建会日期（格式：yyyy/MM/dd）": "founded_on",
    "基层工会类型": "kind",
    "会员人数": "member_count",
    "工会负责人": "head_name",
    "联系电话": "phone",
}
EMPTY: dict[str, Any] = {
    "header_rows": [],
    "labels": [],
    "records": 0,
    "first": {},
    "last": {},
    "warnings": [],
}


def inspected(path: Path) -> dict[str, Any]:
    """The report of a file in the form of the contract."""
    return inspect_file(path, vocabulary, today=TODAY).as_json()


def brief(sheet: dict[str, Any]) -> dict[str, Any]:
    """A sheet's report without fields and sentences."""
    return {
        "header_rows": sheet["header_rows"],
        "labels": [column["label"] for column in sheet["columns"]],
        "records": sheet["records"],
        "first": sheet["first"],
        "last": sheet["last"],
        "warnings": [(warning["cell"], warning["code"]) for warning in sheet["warnings"]],
    }


def told(
    rows: list[int], labels: str, records: int, first: str, last: str, *warnings: tuple[str, str]
) -> dict[str, Any]:
    """An expected answer; labels and texts separated by |."""
    names = labels.split("|")
    texts = [dict(zip(names, cells.split("|"), strict=True)) if records else {} for cells in (first, last)]
    return {
        "header_rows": rows,
        "labels": names,
        "records": records,
        "first": texts[0],
        "last": texts[1],
        "warnings": list(warnings),
    }


def test_the_official_member_form(shared_data: Path) -> None:
    report = inspected(shared_data / "union_forms" / "会员信息采集表.xlsx")
    form, choices = report["sheets"]

    assert (report["encoding"], report["separator"]) == (None, None)
    assert (form["name"], form["kind"], form["header_rows"], form["records"]) == (
        "会员信息",
        "members",
        [4],
        0,
    )
    assert {column["label"]: column["field"] for column in form["columns"]} == MEMBER_FIELDS
    assert all(column["confidence"] == 1.0 for column in form["columns"] if column["field"])
    assert (form["first"], form["last"]) == ({}, {})
    assert [(w["cell"], w["code"]) for w in form["warnings"]] == [("A14", "footnote"), ("A5", "blank_rows")]
    assert (choices["name"], choices["kind"]) == ("下拉菜单表", "unknown")
    assert brief(choices) == told([1], "民族", 56, "汉族", "基诺族")


def test_the_official_organisation_form(shared_data: Path) -> None:
    form, choices = inspected(shared_data / "union_forms" / "工会组织信息采集表.xlsx")["sheets"]

    assert (form["name"], form["kind"], form["header_rows"]) == ("工会组织信息", "unions", [4, 5])
    assert {column["label"]: column["field"] for column in form["columns"]} == UNION_FIELDS
    # Row 6 shows how to fill the form in; it is no union.
    assert form["records"] == 0
    assert [(w["cell"], w["code"]) for w in form["warnings"]] == [
        ("A4", "merged_header"),
        ("B4", "merged_header"),
        ("J4", "merged_header"),
        ("B6", "example_row"),
        ("A12", "footnote"),
        ("A7", "blank_rows"),
    ]
    assert brief(choices) == told([1], "单位所在政区", 20, "海口市", "洋浦经济开发区")


PEOPLE = "姓名|性别|年龄|鞋码"
WORKBOOKS: dict[str, dict[str, dict[str, Any]]] = {
    "course_grades_merged_title_nbsp.xlsx": {
        "Sheet1": told(
            [2],
            "选课时间|学号|姓名|课程名称|学分|百分成绩|五分成绩|考试类型|选修类型",
            49,
            "202301|102002412|张三|超星尔雅：对话大国工匠 致敬劳动模范|1|优秀|4|正常考考试|劳动教育类",
            "202301|102002434|王五|大学应用写作|1|72|2.3|正常考考试|通识必修",
        )
    },
    "easyexcel__extra.xlsx": {
        "Sheet1": told([1], "第一列|第二列", 5, "普通超链接|", "合并单元格|", ("A6", "merged_across")),
        "Sheet2": EMPTY,
        "Sheet3": EMPTY,
    },
    "hutool__aaa.xls": {
        "Sheet1": told(
            [1], "姓名|性别|年龄|分数", 4, "张三|男|11|33.2", "王五|男|34|556", ("A5", "blank_rows")
        ),
        "校园入学": told(
            [1],
            "班级|年级|学校|入学时间|更新时间",
            5,
            "123|4|第一小学|2017-03-02|12:32:12",
            "233|3|第二小学|2017-08-03|23:12:00",
            ("A6", "blank_rows"),
        ),
        "Sheet3": EMPTY,
    },
    "hutool__aaa.xlsx": {
        "Sheet1": told([1], PEOPLE, 3, "张三|男|11|41.5", "|女||43.22"),
        "Sheet2": told([1], "KK|BB|DD", 0, "", ""),
        "12": told([1], PEOPLE, 3, "张三|男|11|41.5", "|女||43.22"),
    },
    "hutool__alias.xlsx": {
        "Sheet1": told([1], "用户姓名|库房|盘点权限|领料审批权限", 3, "张三|热菜|1|1", "王五|后备|1|"),
    },
    "hutool__null_cell_test.xlsx": {"Sheet1": told([1], "标题1|标题2|标题3", 3, "test1||", "||test3")},
    "hutool__priceIndex.xls": {
        "sheet1": told(
            [1],
            "指数名称|指数值|涨跌*|涨跌幅|开盘|最高|最低|昨收|昨收涨跌|昨收涨跌率|备注",
            4,
            "DME|5|2|0.2857|1|1|1|1|1|1|测试",
            "w指数|5|2|0.2857|4|4|4|4|4|4|测试4",
        )
    },
    "poi_1900DateWindowing.xls": {
        "Sheet1": {
            "header_rows": [],
            "labels": ["", ""],
            "records": 1,
            "first": {"A": "2000-01-01", "B": "2000-01-01"},
            "last": {"A": "2000-01-01", "B": "2000-01-01"},
            "warnings": [("A1", "no_header")],
        },
        "Sheet2": EMPTY,
        "Sheet3": EMPTY,
    },
    "poi_62629_toMerge.xlsx": {"5P_CM": told([10], "1/2 CHEST|A|G", 0, "", "")},
    "poi_DateFormatTests.xlsx": {
        "Flags": told(
            [1],
            "Flag Name|Value|Description",
            3,
            "Title|Date Format Tests|",
            "AllColors|True|Run the test with all standard colors specified",
        ),
        "Tests": told(
            [1],
            "Result (expected)|Format|Value|Categories",
            45,
            "11-10-52|d-m-y|1952-10-11 14:35:27|Date",
            '11 days 2 PM|d "days" h am/pm|1952-10-11 14:35:27|Time',
            ("A2", "formula"),
        ),
    },
    "poi_TextFormatTests.xlsx": {
        "Flags": told(
            [1],
            "Flag Name|Value|Description",
            3,
            "Title|Text Format Tests|",
            "AllColors|True|Run the test with all standard colors specified",
        ),
        "Tests": told(
            [1],
            "Result (expected)|Format|Value|Categories",
            27,
            "jello|@|jello|Basic",
            "-FALSE-FALSE-|-@-@-|FALSE|Boolean",
            ("A11", "blank_rows"),
            ("A2", "formula"),
            ("A12", "formula"),
        ),
    },
    "poi_chinese-provinces.xls": {
        "provinces": told([1], "Provinces in China|Chinese Name", 3, "Anhui|安徽省", "Chongqing|重庆市")
    },
    "scores_formula_only.xlsx": {
        "Sheet1": told(
            [1],
            "序号|班级|姓名|语文|数学|英语",
            93,
            "1|1|王31|62|74|75",
            "93|3|王7|11|65|31",
            ("C2", "formula"),
            ("D2", "formula"),
            ("E2", "formula"),
            ("F2", "formula"),
        )
    },
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_awkward_workbooks(shared_data: Path, name: str) -> None:
    report = inspected(shared_data / "messy_spreadsheets" / name)

    assert {sheet["name"]: brief(sheet) for sheet in report["sheets"]} == WORKBOOKS[name]
    assert {sheet["kind"] for sheet in report["sheets"]} == {"unknown"}
    assert (report["encoding"], report["separator"]) == (None, None)


def test_a_small_recipe_with_many_columns(shared_data: Path) -> None:
    (sheet,) = inspected(shared_data / "messy_spreadsheets" / "easyexcel__t02.xlsx")["sheets"]

    assert (sheet["name"], sheet["kind"], sheet["header_rows"], sheet["records"]) == (
        "测试配方1027",
        "unknown",
        [2],
        1,
    )
    assert len(sheet["columns"]) == 18
    assert sheet["columns"][6]["label"] == "原料中成分含\n量（%）"
    assert (sheet["first"]["原料编号"], sheet["first"]["成分序列号"]) == ("01502200", "00005")
    assert sheet["warnings"] == []


def test_a_long_sheet_with_a_source_line_at_its_end(shared_data: Path) -> None:
    (sheet,) = inspected(shared_data / "messy_spreadsheets" / "neeq_private_placements.xlsx")["sheets"]

    assert (sheet["kind"], sheet["header_rows"], sheet["records"], len(sheet["columns"])) == (
        "unknown",
        [1],
        1380,
        25,
    )
    assert (sheet["first"]["代码"], sheet["first"]["增发公告日"], sheet["first"]["增发数量(万股)"]) == (
        *("835912.OC", "2017-07-12", "2376.39"),
    )
    assert (sheet["last"]["代码"], sheet["last"]["定增股份变动日"]) == ("839447.OC", "2017-07-21")
    assert [(w["cell"], w["code"]) for w in sheet["warnings"]] == [("A1382", "footnote")]


def test_two_tables_side_by_side(shared_data: Path) -> None:
    sheet, *others = inspected(shared_data / "messy_spreadsheets" / "poi_44235_side_by_side.xls")["sheets"]

    assert (sheet["header_rows"], sheet["records"]) == ([6], 587)
    assert [column["label"] for column in sheet["columns"]] == ["代码", "项目名称", "科目号", "金额"] * 2
    assert sheet["first"] == {
        "代码": "01",
        "项目名称": "一、贷款利息收入类",
        "科目号": "A5010002",
        "金额": "",
    }
    assert sheet["last"] == {
        "代码": "",
        "项目名称": "FMIS列支数与计提数差额",
        "科目号": "F0000058",
        "金额": "",
    }
    codes = [(w["cell"], w["code"]) for w in sheet["warnings"]]
    assert codes[:4] == [
        ("E6", "side_by_side"),
        ("A359", "total_row"),
        ("E359", "total_row"),
        ("A355", "blank_rows"),
    ]
    assert {code for _, code in codes[4:]} == {"formula"}
    assert [brief(other) for other in others] == [EMPTY, EMPTY]


def test_a_question_bank_with_a_note_beside_it(shared_data: Path) -> None:
    bank, kinds, empty = inspected(shared_data / "messy_spreadsheets" / "question_bank_finance.xlsx")[
        "sheets"
    ]

    assert (bank["header_rows"], bank["records"], bank["warnings"]) == ([1], 593, [])
    assert bank["columns"][7]["label"] == "可以自作修改"
    assert (bank["first"]["可以自作修改"], bank["first"]["C选项"]) == ("", "代理业务")
    assert bank["last"]["题干"].startswith("2019年3月31日")
    assert (kinds["records"], kinds["first"], kinds["last"]) == (3, {"A": "单选"}, {"A": "判断"})
    assert [(w["cell"], w["code"]) for w in kinds["warnings"]] == [
        ("A1", "no_header"),
        ("A29", "footnote"),
        ("A4", "blank_rows"),
    ]
    assert brief(empty) == EMPTY


def test_a_form_around_a_table(shared_data: Path) -> None:
    (sheet,) = inspected(shared_data / "messy_spreadsheets" / "review_scoring_form.xlsx")["sheets"]

    assert brief(sheet) == told(
        [6],
        "分类|优先级(123)|用户体验 (1234)|理由",
        195,
        "安装|||",
        "用户 手册评价|||",
        ("B202", "footnote"),
    )


TEXTS: dict[str, dict[str, Any]] = {
    "easyexcel__demo.csv": told(
        [1],
        "字符串标题|日期标题|数字标题",
        10,
        "字符串0|2020-01-01 01:01:00|1",
        "字符串9|2020-01-10 01:01:00|10",
    ),
    "easyexcel__no_bom.csv": told([1], "姓名|年纪", 10, "姓名0|20", "姓名9|20"),
    "hutool__test.csv": told([2], 'sss,sss|姓名|性别|关注"对象"|年龄|"', 0, "", ""),
    "hutool__test_lines_crlf.csv": {
        "header_rows": [2],
        "labels": ["a", "b", "c", "d", ""],
        "records": 3,
        "first": {"a": "1", "b": "2", "c": "3", "d": "4", "E": ""},
        "last": {"a": "a", "b": "s", "c": "d", "d": "f", "E": ""},
        "warnings": [("E2", "unlabelled_column"), ("A4", "comment_row")],
    },
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_tables(shared_data: Path, name: str) -> None:
    report = inspected(shared_data / "messy_spreadsheets" / name)

    assert (report["encoding"], report["separator"]) == ("utf-8", ",")
    assert [brief(sheet) for sheet in report["sheets"]] == [TEXTS[name]]
    assert report["sheets"][0]["name"] == name.removesuffix(".csv")


def test_texts_that_are_no_tables_are_one_column_in_their_encoding(shared_data: Path) -> None:
    wanted = {"Big5": "big5", "GB2312": "gb18030", "UTF-16": "utf-16-le"}
    for path in sorted((shared_data / "messy_spreadsheets" / "encoded_texts").iterdir()):
        report = inspected(path)
        (sheet,) = report["sheets"]

        assert (report["encoding"], report["separator"]) == (wanted[path.name.partition("__")[0]], None)
        assert (sheet["kind"], sheet["header_rows"], len(sheet["columns"])) == ("unknown", [], 1)
        lines = path.read_bytes().decode({"big5": "big5hkscs"}.get(report["encoding"], report["encoding"]))
        filled = [line for line in lines.lstrip("\ufeff").splitlines() if line.strip()]
        assert sheet["records"] == len(filled)
        assert "unreadable_characters" not in {warning["code"] for warning in sheet["warnings"]}


def test_word_forms_are_refused(shared_data: Path) -> None:
    from smartunion.core.tables.refusals import NotATable

    forms = sorted((shared_data / "union_forms").glob("*.docx"))
    assert forms
    for path in [*forms, shared_data / "union_forms" / "code_lists.json"]:
        with pytest.raises(NotATable):
            inspected(path)
