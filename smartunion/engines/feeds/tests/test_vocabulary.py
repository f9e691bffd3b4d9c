from datetime import date
from pathlib import Path

import pytest

from smartunion.core.codes import resident_id, uscc
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.reading import Record, Table, read_table
from smartunion.core.tables.vocabulary import Vocabulary
from smartunion.core.tables.workbook import open_workbook
from smartunion.engines.feeds import standard
from smartunion.engines.feeds.vocabulary import KINDS
from smartunion.ground.registry.vocabulary import KINDS as REGISTRY_KINDS

_START = "91320911MA0000001"
CODE = _START + uscc.check_character(_START)
_BORN = "32091119900307002"
ID = _BORN + resident_id.check_character(_BORN)


def read(tmp_path: Path, text: str, name: str = "a.csv") -> tuple[Table, list[Record]]:
    """The table and records of a text file, with the kinds of registry and feeds."""
    kinds = Vocabulary()
    kinds.register(*REGISTRY_KINDS, *KINDS)
    (tmp_path / name).write_bytes(text.encode("gb18030"))
    with open_workbook(tmp_path / name) as book:
        table = read_table(book.sheets[0], kinds, title=name)
        return table, list(table.records(Context(date(2026, 11, 21))))


@pytest.mark.parametrize(
    ("kind", "labels", "row", "fields"),
    [
        (
            "social",
            "单位编号,参保单位,姓名,社会保障号码（身份证号）,参保起始年月,终止年月",
            f"0012345,甲公司,李敏,{ID},202001,",
            ["unit_no", "unit_name", "name", "id_no", "start_month", "end_month"],
        ),
        (
            "tax",
            "社会信用代码（纳税人识别号）,纳税人名称,主管税务所（科、分局）,从业人数（人）,所属年度",
            f"{CODE},甲公司,某税务所,25,2025",
            ["tax_code", "taxpayer_name", "tax_authority", "employees", "year"],
        ),
        (
            "market",
            "企业（机构）名称,统一社会信用代码（注册号）,登记状态,企业类型,成立日期（年/月/日）,登记机关,住所（经营场所）",
            f"甲公司,{CODE},存续,有限责任公司,2019/3/5,某市场监督管理局,某路1号",
            ["name", "uscc", "status", "entity_type", "founded", "authority", "address"],
        ),
        (
            "drivers",
            "驾驶员姓名,证件号码,从业资格证号码,车牌号码,所属平台企业,联系电话",
            f"李敏,{ID},{ID},苏J12345,某平台,13800138000",
            ["name", "id_no", "licence_no", "plate_no", "platform", "mobile"],
        ),
        (
            "industry",
            "企业名称,统一社会信用代码,是否规上,培育梯队,产业集群,从业人数",
            f"甲公司,{CODE},是,专精特新小巨人,文具,120",
            ["name", "uscc", "scale", "grade", "cluster", "employees"],
        ),
        (
            "projects",
            "项目名称,项目代码,建设单位,统一社会信用代码,建设地点,总投资（万元）",
            f"某某大桥,2301-330226-04-01-000001,甲公司,{CODE},某镇某村,12000",
            ["project_name", "project_code", "unit_name", "uscc", "address", "investment"],
        ),
        (
            "dues",
            "社会信用代码（纳税人识别号）,纳税人名称,征收品目,费款所属期起,费款所属期止,工资总额,应缴费额,实缴费额,入库日期",
            f"{CODE},甲公司,工会经费,2026-01-01,2026-03-31,300000.00,6000.00,6000.00,2026-04-12",
            [
                "tax_code",
                "taxpayer_name",
                "item",
                "period_from",
                "period_to",
                "wages",
                "due",
                "paid",
                "paid_month",
            ],
        ),
    ],
)
def test_extracts_are_recognised_by_the_words_departments_use(
    tmp_path: Path, kind: str, labels: str, row: str, fields: list[str]
) -> None:
    table, (record,) = read(tmp_path, f"{labels}\n{row}\n")

    assert table.kind is not None
    assert table.kind.key == kind
    assert [column.key for column in table.columns] == fields
    assert record.problems == []


def test_the_tables_of_the_matching_contract_are_recognised(tmp_path: Path) -> None:
    found = {}
    for key, table in standard.TABLES.items():
        header = ",".join(column.key for column in table.columns)
        read_back, _ = read(
            tmp_path, f"{header}\n" + ",".join("" for _ in table.columns) + "\n", f"{key}.csv"
        )
        found[key] = (
            read_back.kind.key if read_back.kind else "",
            {c.label: c.key for c in read_back.columns},
        )

    assert found == {
        key: (key, {column.key: column.key for column in table.columns})
        for key, table in standard.TABLES.items()
    }


def test_every_column_of_a_standard_table_is_a_field() -> None:
    for kind in KINDS:
        assert {column.key for column in standard.TABLES[kind.key].columns} <= set(kind.by_key)


def test_months_and_years_become_figures(tmp_path: Path) -> None:
    text = f"姓名,身份证号,单位名称,起始年月,终止年月\n李敏,{ID},甲公司,2020-01-15,202112\n"
    _, (record,) = read(tmp_path, text)

    assert (record.values["start_month"], record.values["end_month"]) == (202001, 202112)


def test_a_market_extract_is_no_list_of_employers(tmp_path: Path) -> None:
    common = f"企业名称,统一社会信用代码,地址\n甲有限公司,{CODE},某市某区某路1号\n"

    assert getattr(read(tmp_path, common)[0].kind, "key", "") == "employers"
    with_state = common.replace("地址", "地址,企业状态").replace("1号", "1号,存续")
    assert getattr(read(tmp_path, with_state)[0].kind, "key", "") == "market"
