"""Many lists as offices write them, put together at random: inspect must understand every one of them exactly."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlwt

from smartunion.core.codes import resident_id, uscc
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.vocabulary import vocabulary

TODAY = date(2026, 11, 21)
Maker = Callable[[random.Random], str]


def person(r: random.Random) -> str:
    """A name."""
    return r.choice("王李张刘陈杨黄赵吴周徐孙") + "".join(
        r.choices("伟芳娜秀英敏静丽强磊军洋勇艳杰", k=r.choice([1, 2]))
    )


def firm(r: random.Random) -> str:
    """An employer."""
    middle = "".join(r.choices("宏远达盛泰华鑫顺丰源", k=2))
    return (
        r.choice(["盐城市", "东台市", "大丰区"])
        + middle
        + r.choice(["机械", "纺织"])
        + r.choice(["有限公司", "厂"])
    )


def union(r: random.Random) -> str:
    """A union."""
    return firm(r) + "工会委员会"


def number(r: random.Random) -> str:
    """A valid ID number of a woman."""
    born = date(1960, 1, 1) + timedelta(days=r.randrange(15_000))
    start = f"{r.choice(['320911', '320902'])}{born:%Y%m%d}{r.randrange(1, 499) * 2:03d}"
    return start + resident_id.check_character(start)


def code(r: random.Random, department: str = "91") -> str:
    """A valid USCC."""
    start = f"{department}320911MA{r.randrange(10**7):07d}"
    return start + uscc.check_character(start)


def mobile(r: random.Random) -> str:
    """A mobile number."""
    return "1" + r.choice("3589") + "".join(r.choices("0123456789", k=9))


def day(r: random.Random) -> str:
    """A date in one of the usual forms."""
    d = date(2000, 1, 1) + timedelta(days=r.randrange(9000))
    return r.choice(
        [
            f"{d:%Y/%m/%d}",
            f"{d:%Y%m%d}",
            f"{d}",
            f"{d.year}年{d.month}月{d.day}日",
            f"{d.year}.{d.month}.{d.day}",
        ]
    )


def month(r: random.Random) -> str:
    """A month."""
    return f"{r.randrange(2010, 2025)}{r.randrange(1, 13):02d}"


def count(r: random.Random) -> str:
    """A number of people."""
    return str(r.randrange(5, 900))


def address(r: random.Random) -> str:
    """An address."""
    return f"盐城市大丰区人民路{r.randrange(1, 200)}号"


def of(*values: str) -> Maker:
    """One of some values."""
    return lambda r: r.choice(values)


#: kind → (labels in use, field, maker); a list has a first part of them.
COLUMNS: dict[str, list[tuple[str, str, Maker]]] = {
    "members": [
        ("姓名|会员姓名|职工姓名|姓 名", "name", person),
        ("身份证号|公民身份号码|证件号码\n(填写18位身份证)|身份证", "resident_id", number),
        ("性别", "sex", of("女")),
        ("民族", "ethnicity", of("汉族", "回族", "汉")),
        ("手机|移动电话|联系电话|手机号码（必填）", "mobile", mobile),
        ("工作单位|单位名称|所在单位", "employer_name", firm),
        ("学历|文化程度", "education", of("本科", "大专", "高中")),
        ("入会时间|入会日期（格式：yyyy/MM/dd）", "joined_on", day),
        ("政治面貌", "political_status", of("群众", "中共党员")),
        ("是否农民工|是否农民工会员", "is_migrant", of("是", "否")),
    ],
    "unions": [
        ("工会名称|工会全称|基层工会名称", "name", union),
        ("工会统一社会信用代码|工会法人和其他组织统一社会信用代码", "uscc", lambda r: code(r, "81")),
        ("单位名称|所在单位名称", "employer_name", firm),
        ("单位统一社会信用代码|单位法人和其他组织统一社会信用代码", "employer_uscc", code),
        ("上级工会|上级工会名称", "parent_name", of("大丰区总工会", "东台市总工会")),
        ("建会时间|建会日期", "founded_on", day),
        ("会员人数|会员数", "member_count", count),
        ("职工人数|职工总数", "staff_count", count),
        ("工会主席|工会负责人", "head_name", person),
        ("联系电话|电话", "phone", mobile),
        ("基层工会类型|工会类型", "kind", of("独立基层工会", "联合基层工会")),
    ],
    "employers": [
        ("单位名称|企业名称|用人单位名称", "name", firm),
        ("统一社会信用代码|社会信用代码", "uscc", code),
        ("单位地址|地址", "address", address),
        ("所属行业|行业", "industry", of("制造业", "建筑业")),
        ("职工人数|员工人数|用工人数", "staff_count", count),
        ("联系人", "contact_name", person),
        ("联系电话|手机", "phone", mobile),
        ("单位性质|单位性质类别", "unit_nature", of("私营企业", "国有企业")),
    ],
    "social": [
        ("姓名|参保人姓名", "name", person),
        ("公民身份号码|社会保障号码|证件号码", "id_no", number),
        ("参保单位|单位名称|参保单位名称", "unit_name", firm),
        ("单位编号|社保单位编号", "unit_no", lambda r: f"{r.randrange(10**7):08d}"),
        ("起始年月|参保起始年月", "start_month", month),
        ("终止年月|参保终止年月", "end_month", month),
        ("统一社会信用代码", "unit_code", code),
    ],
    "tax": [
        ("纳税人识别号|社会信用代码（纳税人识别号）", "tax_code", code),
        ("纳税人名称", "taxpayer_name", firm),
        ("从业人数|申报人数", "employees", count),
        ("所属年度|年度", "year", of("2024", "2025")),
        ("主管税务机关|主管税务所（科、分局）", "tax_authority", of("大丰区税务局")),
    ],
    "market": [
        ("企业名称|市场主体名称|名称", "name", firm),
        ("统一社会信用代码|社会信用代码", "uscc", code),
        ("登记状态|企业状态|经营状态", "status", of("存续", "注销", "在业")),
        ("企业类型|主体类型", "entity_type", of("有限责任公司", "个体工商户")),
        ("法定代表人|负责人|经营者", "legal_person", person),
        ("成立日期|成立时间", "founded", day),
        ("登记机关", "authority", of("大丰区市场监督管理局")),
        ("住所|经营场所|地址", "address", address),
    ],
    "drivers": [
        ("姓名|驾驶员姓名|司机姓名", "name", person),
        ("身份证号|证件号码", "id_no", number),
        ("从业资格证号|从业资格证号码", "licence_no", number),
        ("车牌号|车牌号码", "plate_no", lambda r: f"苏J{r.randrange(10_000, 99_999)}"),
        ("联系电话|手机", "mobile", mobile),
        ("所属企业|挂靠企业", "company_name", firm),
    ],
}


@dataclass
class Case:
    """A grid as somebody would write it, and what must be understood of it."""

    kind: str
    grid: list[list[str]]
    labels: list[str]
    fields: list[str]
    header: int
    records: list[list[str]]
    merged_title: bool


def make(r: random.Random) -> Case:
    """A list with title, form line, blank column and rows, totals, notes and signatures, each or none of them."""
    kind = r.choice(list(COLUMNS))
    first, *rest = COLUMNS[kind][: r.randrange(max(4, len(COLUMNS[kind]) // 2), len(COLUMNS[kind]) + 1)]
    r.shuffle(rest)
    columns = [(r.choice(labels.split("|")), field, maker) for labels, field, maker in (first, *rest)]
    records = [[maker(r) for _, _, maker in columns] for _ in range(r.choice([1, 2, 3, 5, 12, 40]))]
    labels, fields = [label for label, _, _ in columns], [field for _, field, _ in columns]
    if r.random() < 0.5:
        labels, fields = ["序号", *labels], ["", *fields]
        records = [[str(order), *record] for order, record in enumerate(records, start=1)]
    top, body, tail = [], [], []
    if r.random() < 0.5:
        top.append([r.choice(["某某市总工会登记表", "2024年汇总表", "附件1"])])
    if r.random() < 0.3:
        top.append(["填报单位：某某公司", *[""] * (len(labels) - 3), "填报日期：2024年1月1日"])
    for order, record in enumerate(records):
        if r.random() < 0.05:
            body.append([""] * len(labels))
        body.append(record)
        if order > 8 and r.random() < 0.05:
            body.append(list(labels))
    if r.random() < 0.4:
        tail.append([r.choice(["合计", "合 计", "总计：", "共计"]), *[""] * (len(labels) - 2), "1"])
    if r.random() < 0.4:
        tail.append(
            [
                r.choice(
                    [
                        "注：以上信息由单位填报。",
                        "填表人：张三",
                        "说明：1、请如实填写；2、一式两份",
                        "数据来源：人社局",
                    ]
                )
            ]
        )
    if r.random() < 0.2:
        tail.append(["制表人：李四", "", "审核人：王五"])
    grid = [*top, labels, *body, *tail]
    gap = r.randrange(1, len(labels)) if r.random() < 0.2 else 0
    if gap:
        header = len(top)
        grid = [
            [*row[:gap], "", *row[gap:]] if header <= place < header + 1 + len(body) else row
            for place, row in enumerate(grid)
        ]
    if r.random() < 0.25:
        grid = [["", *row] for row in grid]
    return Case(kind, grid, labels, fields, len(top) + 1, records, bool(top) and r.random() < 0.7)


def write(case: Case, r: random.Random, folder: Path) -> tuple[Path, str | None, str | None]:
    """(file, encoding, separator) of a case in some form."""
    form = r.choice(["xlsx", "xls", "csv", "csv"])
    path = folder / f"a.{form}"
    if form == "csv":
        encoding = r.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
        separator = r.choice([",", ",", "\t", ";", "|"])
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator=r.choice(["\n", "\r\n"])).writerows(case.grid)
        path.write_bytes(text.getvalue().encode(encoding))
        return path, {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding), separator
    if form == "xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in case.grid:
            book.active.append([cell or None for cell in row])
        if case.merged_title:
            book.active.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(case.labels))
        book.save(path)
    else:
        old = xlwt.Workbook(encoding="utf-8")
        sheet = old.add_sheet("Sheet1")
        for r_, row in enumerate(case.grid):
            for c, cell in enumerate(row):
                if cell:
                    sheet.write(r_, c, cell)
        old.save(str(path))
    return path, None, None


@pytest.mark.parametrize("seed", range(120))
def test_lists_put_together_at_random_are_understood(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    case = make(chance)
    path, encoding, separator = write(case, chance, tmp_path)

    report = inspect_file(path, vocabulary, today=TODAY)
    (sheet,) = report.sheets

    assert (report.encoding, report.separator) == (encoding, separator)
    assert (sheet.kind, sheet.header_rows) == (case.kind, [case.header])
    assert [(c.label, c.key) for c in sheet.columns] == list(zip(case.labels, case.fields, strict=True))
    assert sheet.records == len(case.records)
    assert (list(sheet.first.values()), list(sheet.last.values())) == (case.records[0], case.records[-1])
    remarks = {warning.code for warning in sheet.warnings}
    assert remarks <= {"total_row", "footnote", "blank_rows", "repeated_header"}
