import json
from datetime import date
from pathlib import Path

import pytest

from smartunion.core.codes import resident_id, uscc
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.mapping import label_confidence
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.reading import Record, Table, read_table
from smartunion.core.tables.vocabulary import Kind, Vocabulary
from smartunion.core.tables.workbook import open_workbook
from smartunion.ground.registry import rules
from smartunion.ground.registry.vocabulary import EMPLOYERS, KINDS, MEMBERS, UNIONS

TODAY = date(2026, 11, 21)
CONTEXT = Context(TODAY)


def field_of(kind: Kind, label: str, group: str = "") -> str:
    """The field a label alone is mapped to, or ''."""
    sure = {spec.key: label_confidence(label, group, spec, kind) for spec in kind.fields}
    best = max(sure, key=lambda key: sure[key])
    return best if sure[best] else ""


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("会员姓名（必填）", "name"),
        ("职工身份证号码(18位)", "resident_id"),
        ("证件号码\n(填写18位身份证)", "resident_id"),
        ("身分证号码", "resident_id"),
        ("公民身份号码/证件号码", "resident_id"),
        ("本人联系电话", "mobile"),
        ("手机号码1", "mobile"),
        ("所在单位全称", "employer_name"),
        ("社会统一信用代码", "employer_uscc"),
        ("所属工会组织名称", "union_name"),
        ("文化程度", "education"),
        ("加入工会日期", "joined_on"),
        ("是否农民工会员\n填写“是”或“否”", "is_migrant"),
        ("政治面目", "political_status"),
        ("配偶姓名", ""),
        ("紧急联系人手机", ""),
        ("单位联系电话", ""),
        ("单位地址", ""),
        ("入党时间", ""),
        ("原工作单位", ""),
        ("父亲姓名", ""),
        ("介绍人", ""),
        ("银行卡号", ""),
        ("会员卡号", ""),
        ("年龄", ""),
    ],
)
def test_labels_of_member_lists_are_understood(label: str, field: str) -> None:
    assert field_of(MEMBERS, label) == field


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("单位法人和其他组织统一社会信用代码", "employer_uscc"),
        ("工会法人和其他组织统一社会信用代码", "uscc"),
        ("单位社会统一信用代码", "employer_uscc"),
        ("工会主席姓名", "head_name"),
        ("所属上级工会名称", "parent_name"),
        ("建会时间（格式：2020/01/01）", "founded_on"),
        ("工会会员数（人）", "member_count"),
        ("职工总人数", "staff_count"),
        ("工会类型（独立/联合）", "kind"),
        ("女会员数", ""),
        ("农民工会员数", ""),
        ("副主席", ""),
        ("换届时间", ""),
    ],
)
def test_labels_of_union_lists_are_understood(label: str, field: str) -> None:
    assert field_of(UNIONS, label) == field


def test_the_same_word_under_two_groups_means_two_things() -> None:
    assert field_of(UNIONS, "名称", "工会信息") == "name"
    assert field_of(UNIONS, "名称", "单位信息") == "employer_name"
    assert field_of(MEMBERS, "姓名", "配偶情况") == ""


def value_of(kind: Kind, field: str, text: str) -> object:
    """What a field makes of a text."""
    return kind.by_key[field].parser(text, CellType.TEXT, CONTEXT).value


@pytest.mark.parametrize(
    ("kind", "field", "text", "value"),
    [
        (MEMBERS, "sex", "女性", "f"),
        (MEMBERS, "ethnicity", "汉", "han"),
        (MEMBERS, "ethnicity", "僳僳族", "lisu"),
        (MEMBERS, "education", "大学本科", "bachelor"),
        (MEMBERS, "employment_status", "待(下)岗", "laid_off"),
        (MEMBERS, "employment_status", "01 在职", "employed"),
        (MEMBERS, "skill_grade", "职业资格三级（高级）", "grade_3"),
        (MEMBERS, "skill_grade", "无", "none"),
        (MEMBERS, "hukou_type", "农村户口", "agricultural"),
        (MEMBERS, "political_status", "党员", "cpc"),
        (MEMBERS, "change_type", "入会", rules.ChangeType.JOINED),
        (MEMBERS, "change_reason", "劳动（工作）关系发生变化", rules.ChangeReason.EMPLOYMENT_CHANGED),
        (MEMBERS, "is_migrant", "是", True),
        (UNIONS, "kind", "产业(系统)工会", rules.UnionKind.INDUSTRY),
        (UNIONS, "kind", "联合工会", rules.UnionKind.JOINT),
        (UNIONS, "industry", "信息传输、计算机服务和软件业", "I"),
        (UNIONS, "industry", "C", "C"),
        (UNIONS, "member_count", "1,200人", 1200),
        (EMPLOYERS, "unit_nature", "民营企业", "private"),
        # The same number means different things in different lists: numbers are never taken.
        (MEMBERS, "sex", "1", None),
        (MEMBERS, "employment_status", "5", None),
        (MEMBERS, "political_status", "03", None),
        (UNIONS, "kind", "02", None),
        (UNIONS, "industry", "综合（含投资类、主业不明显）", None),
    ],
)
def test_values_are_found_by_label_only(kind: Kind, field: str, text: str, value: object) -> None:
    assert value_of(kind, field, text) == value


def test_every_drop_down_of_the_official_forms_is_understood(shared_data: Path) -> None:
    forms = json.loads((shared_data / "union_forms" / "code_lists.json").read_text(encoding="utf-8"))
    unknown = []
    for name, kind in (("hn_member.xlsx", MEMBERS), ("hn_org.xlsx", UNIONS)):
        for label, choices in (
            forms[name]["dropdowns"] | {"民族": forms["hn_member.xlsx"]["list_sheet"]["民族"]}
        ).items():
            field = field_of(kind, label)
            unknown += [(label, text) for text in choices if field and value_of(kind, field, text) is None]
            assert field or label == "民族"

    # Two entries of the industry list are no section of the national standard.
    assert unknown == [("单位所属行业", "综合（含投资类、主业不明显）"), ("单位所属行业", "其它")]


def id_number(order: int, born: str = "19900307") -> str:
    """A valid ID number; odd orders are men."""
    start = f"320911{born}{order:03d}"
    return start + resident_id.check_character(start)


def credit_code(order: int, department: str = "91") -> str:
    """A valid USCC."""
    start = f"{department}320911MA{order:07d}"
    return start + uscc.check_character(start)


def read(tmp_path: Path, text: str, name: str = "a.csv") -> tuple[Table, list[Record]]:
    """The table and records of a text file, with the kinds of this room."""
    kinds = Vocabulary()
    kinds.register(*KINDS)
    (tmp_path / name).write_bytes(text.encode("gb18030"))
    with open_workbook(tmp_path / name) as book:
        table = read_table(book.sheets[0], kinds, title=name)
        return table, list(table.records(CONTEXT))


def test_sex_and_birth_date_are_compared_with_the_number(tmp_path: Path) -> None:
    text = (
        f"姓名,性别,出生日期,身份证号\n李敏,男,1990-03-08,{id_number(2)}\n王刚,男,1990-03-07,{id_number(3)}\n"
    )
    table, records = read(tmp_path, text)

    assert table.kind is MEMBERS
    assert [(p.cell, p.code) for p in records[0].problems] == [
        ("B2", "sex_differs"),
        ("C2", "birth_date_differs"),
    ]
    assert not records[0].is_refused
    assert records[1].problems == []


def test_passports_are_not_checked_as_id_numbers(tmp_path: Path) -> None:
    text = f"姓名,证件类型,证件号码\n张三,护照,E12345678\n李敏,身份证,E12345678\n王刚,,{id_number(3)}\n"
    _, records = read(tmp_path, text)

    assert records[0].values == {"name": "张三", "id_type": "passport", "resident_id": "E12345678"}
    assert [(p.cell, p.code) for p in records[1].problems] == [("C3", "bad_characters")]
    assert records[1].is_refused
    assert records[2].values["resident_id"] == id_number(3)


@pytest.mark.parametrize(
    ("labels", "row", "kind"),
    [
        ("姓名,身份证号,工作单位", f"李敏,{id_number(2)},甲公司", "members"),
        ("姓名,手机,单位名称,职务", "李敏,13800138000,甲公司,工人", "members"),
        ("工会名称,上级工会,会员数", "甲公司工会,乙镇总工会,20", "unions"),
        (
            "单位名称,统一社会信用代码,工会名称,建会时间",
            f"甲公司,{credit_code(1)},甲公司工会,2020-01-01",
            "unions",
        ),
        (
            "单位名称,统一社会信用代码,职工人数,联系电话",
            f"甲公司,{credit_code(1)},20,13800138000",
            "employers",
        ),
        ("企业名称,地址,联系电话", "甲有限公司,某市某区某路1号,13800138000", "employers"),
    ],
)
def test_kinds_are_recognised_by_their_columns(tmp_path: Path, labels: str, row: str, kind: str) -> None:
    table, records = read(tmp_path, f"{labels}\n{row}\n")

    assert table.kind is not None
    assert table.kind.key == kind
    assert len(records) == 1


@pytest.mark.parametrize(
    "labels", ["姓名,年龄,分数", "课程,学分", "姓名,性别", "商品名称,价格,数量", "题干,A,B,C,D,答案"]
)
def test_other_tables_are_unknown(tmp_path: Path, labels: str) -> None:
    assert (
        read(tmp_path, labels + "\n" + "甲,1,2,3,4,5"[: 2 * len(labels.split(",")) - 1] + "\n")[0].kind
        is None
    )


def test_a_title_helps_where_columns_are_few(tmp_path: Path) -> None:
    text = "姓名,性别,备注\n李敏,女,\n"

    assert read(tmp_path, text)[0].kind is None
    assert read(tmp_path, "甲公司会员名册,,\n" + text)[0].kind is MEMBERS
    assert read(tmp_path, text, "会员花名册.csv")[0].kind is MEMBERS
