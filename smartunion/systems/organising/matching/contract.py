"""Which tables and columns matching reads, and which lists it writes."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


class MatchInputError(ValueError):
    """The files cannot be matched as they are; the message names table, column and remedy in whole sentences."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One input table. needed: matching reads these. numbers: whole numbers. key: unique, the row is lost without it.

    optional: an empty table stands for a file that is not there.
    """

    name: str
    zh: str
    needed: tuple[str, ...]
    unused: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    key: str = ""
    optional: bool = False


TABLES: Final = MappingProxyType(
    {
        table.name: table
        for table in (
            TableSpec(
                "market",
                "市场主体登记",
                ("entity_id", "name", "uscc", "old_reg_no", "status", "district", "former_name"),
                unused=("entity_type", "address", "founded", "legal_person"),
                key="entity_id",
            ),
            TableSpec(
                "unions",
                "工会组织",
                ("union_id", "union_name", "union_type", "unit_name", "unit_code", "district"),
                key="union_id",
            ),
            TableSpec("union_units", "联合工会覆盖单位", ("union_id", "unit_name", "unit_code")),
            TableSpec(
                "members",
                "实名制会员",
                ("member_id", "union_id", "name", "sex", "id_no", "mobile", "employer_name"),
                unused=("joined",),
                numbers=frozenset({"member_id"}),
                key="member_id",
            ),
            TableSpec(
                "social",
                "职工社会保险",
                ("sid", "name", "id_no", "mobile", "unit_no", "unit_name", "unit_code", "end_month"),
                unused=("start_month",),
                numbers=frozenset({"sid", "end_month"}),
                key="sid",
            ),
            TableSpec(
                "tax",
                "纳税人",
                ("tax_code", "taxpayer_name", "employees", "year"),
                numbers=frozenset({"employees", "year"}),
            ),
            TableSpec("verdicts", "人工核实结论", ("union_id", "entity_id", "verdict"), optional=True),
        )
    }
)


@dataclass(frozen=True, slots=True)
class ListSpec:
    """One output list: its key columns, its Chinese name, and whether a truth file is compared with it."""

    name: str
    zh: str
    keys: tuple[str, ...]
    scored: bool = True


LISTS: Final = MappingProxyType(
    {
        item.name: item
        for item in (
            ListSpec("links", "工会覆盖单位", ("union_id", "entity_id")),
            ListSpec("links_to_verify", "待核实的覆盖关系", ("union_id", "entity_id"), scored=False),
            ListSpec("persons", "会员与参保人", ("member_id", "sid")),
            ListSpec("persons_to_verify", "待核实的人员", ("member_id", "sid"), scored=False),
            ListSpec("no_union_25", "25人以上未建会单位", ("entity_id",)),
            ListSpec("no_union_100", "100人以上未建会单位", ("entity_id",)),
            ListSpec("moved_members", "已离开单位的会员", ("member_id",)),
            ListSpec("not_members", "已建会单位中的未入会职工", ("sid",)),
            ListSpec("closed_unions", "单位已不存续的工会", ("union_id",)),
            ListSpec(
                "disagreements", "部门信息相互矛盾", ("entity_id", "other_id", "source", "ref"), scored=False
            ),
        )
    }
)
REASONS: Final = ("rule", "evidence", "confidence")
