"""What the preview of a list promises is what applying it does: the same rows created, changed and refused."""

import csv
import io
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs import runner
from smartunion.core.tests.lives import examples
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.models import ImportBatch, ImportRow, Membership, TradeUnion
from smartunion.ground.registry.tests import factories as make

ROOT = system()
HEADS = {
    "name": "工会名称", "uscc": "工会统一社会信用代码", "parent": "上级工会", "kind": "基层工会类型", "on": "建会日期",
    "region": "行政区划", "employer": "单位名称", "code": "单位统一社会信用代码", "phone": "联系电话",
}  # fmt: skip
MEMBER_HEADS = {
    "name": "姓名",
    "id": "证件号码",
    "mobile": "移动电话",
    "employer": "工作单位",
    "union": "工会名称",
}
UNION_CODES = [make.uscc(n, "81330226") for n in range(3)]
EMPLOYER_CODES = [make.uscc(n) for n in range(500, 503)]


def file_of(heads: dict[str, str], rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads.values())
    writer.writerows([row.get(key, "") for key in heads] for row in rows)
    return out.getvalue().encode()


def previewed(union: TradeUnion, content: bytes, kind: str) -> ImportBatch:
    batch = imports.bring_in(
        actor=ROOT, union_id=union.pk, chunks=[content], name="名单.csv", kind=kind, at=clock.now()
    )
    runner.drain()
    batch.refresh_from_db()
    assert batch.state == "preview", batch.summary
    return batch


def applied(batch: ImportBatch) -> ImportBatch:
    if {"create", "change"} & batch.summary["outcomes"].keys():
        imports.apply(actor=ROOT, batch_id=batch.pk, at=clock.now())
        runner.drain()
        batch.refresh_from_db()
        assert batch.state == "applied", batch.job.error
    return batch


def outcomes(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(ImportRow.objects.filter(batch=batch).order_by("number").values_list("number", "outcome"))


def everything_went_in(batch: ImportBatch) -> bool:
    """Whether the batch is applied beyond its last part that does something."""
    batch.refresh_from_db()
    return batch.state == "preview" or not batch.parts.filter(pk__gt=batch.applied_upto).exists()


def codes(batch: ImportBatch) -> list[str]:
    """Outcome and the problems of each row, in the order of the file."""
    rows = ImportRow.objects.filter(batch=batch).order_by("number", "pk")
    return [" ".join([row.outcome, *(problem["code"] for problem in row.problems)]) for row in rows]


class County:
    """宁海县 with two towns, each with its federation, one union and an employer out of business."""

    def __init__(self) -> None:
        place = make.region("宁海县")
        self.towns = [make.region(name, place) for name in ("西店镇", "深甽镇")]
        self.county = make.federation(territory=place, region=place)
        self.west, self.deep = [
            make.federation(f"{town.name}总工会", self.county, territory=town, region=town)
            for town in self.towns
        ]
        self.standing = make.union("云海有限公司工会", self.west, region=self.towns[0], uscc=UNION_CODES[0])
        self.gone = make.employer(
            "歇业有限公司", looked_after_by=self.west, uscc=EMPLOYER_CODES[0], state="closed"
        )


@pytest.fixture
def world(db: None) -> County:
    return County()


WORST = [
    # what apply would have found out, and the preview now says
    ({"name": "甲有限公司工会", "code": UNION_CODES[1]}, "create invalid_input"),
    (
        {"name": "乙有限公司工会", "uscc": EMPLOYER_CODES[1], "employer": "乙有限公司"},
        "create employers_code",
    ),
    ({"name": "丙有限公司工会", "uscc": UNION_CODES[0]}, "refuse code_taken"),
    ({"name": "丁有限公司工会", "employer": "歇业有限公司"}, "refuse unclear"),
    ({"name": "戊有限公司工会", "code": EMPLOYER_CODES[0], "employer": "别名"}, "refuse unclear"),
    (
        {"name": "己有限公司工会", "parent": "云海有限公司工会", "kind": "联合基层工会"},
        "refuse invalid_input",
    ),
    ({"name": "庚有限公司工会", "parent": "没有的总工会"}, "create unknown_parent"),
    ({"name": "辛有限公司工会", "region": "火星镇"}, "create unknown_place"),
    ({"name": "西", "parent": "宁海县总工会"}, "refuse invalid_input"),
    ({"name": "云海有限公司工会"}, "same"),
    ({"name": "云海有限公司工会", "parent": "西店镇总工会"}, "same"),
    ({"name": "云海有限公司工会", "parent": "深甽镇总工会"}, "create"),
    ({"name": "壬有限公司工会", "code": EMPLOYER_CODES[2]}, "create name_from_union"),
]


@pytest.mark.parametrize(("row", "expected"), WORST, ids=[row[0]["name"] + row[1] for row in WORST])
def test_the_preview_of_a_union_says_what_apply_does(
    world: County, row: dict[str, Any], expected: str
) -> None:
    other = {"name": "旁边有限公司工会", "parent": "西店镇总工会"}

    batch = previewed(world.county, file_of(HEADS, [row, other]), "unions")

    assert codes(batch) == [expected, "create"]
    promised = outcomes(batch)
    assert outcomes(applied(batch)) == promised
    assert everything_went_in(batch)


def test_rows_of_one_file_are_compared_with_one_another(world: County) -> None:
    rows = [
        {"name": "众佳工会联合会", "parent": "西店镇总工会", "kind": "区域性工会联合会"},
        {"name": "铁江村联合工会", "parent": "众佳工会联合会", "kind": "联合基层工会"},
        {"name": "铁江村联合工会", "parent": "众佳工会联合会", "kind": "联合基层工会"},
        {"name": "中心村联合工会", "parent": "西店镇总工会", "kind": "联合基层工会"},
        {"name": "中心村联合工会", "parent": "深甽镇总工会", "kind": "联合基层工会"},
        {"name": "中心村联合工会", "kind": "联合基层工会"},
        {"name": "同码甲工会", "uscc": UNION_CODES[1]},
        {"name": "同码乙工会", "uscc": UNION_CODES[1]},
        {"name": "鸡工会", "parent": "蛋工会"},
        {"name": "蛋工会", "parent": "鸡工会"},
        {"name": "下属工会", "parent": "同码乙工会"},
    ]

    batch = previewed(world.county, file_of(HEADS, rows), "unions")

    assert codes(batch) == [
        "create", "create", "refuse repeated", "create", "create", "refuse repeated", "create", "refuse code_taken",
        "refuse unclear", "refuse unclear", "refuse unclear",
    ]  # fmt: skip
    assert "第 3 行" in ImportRow.objects.get(batch=batch, number=4).problems[0]["message"]
    promised = outcomes(batch)
    assert outcomes(applied(batch)) == promised
    villages = TradeUnion.objects.filter(name="中心村联合工会").order_by("pk")
    assert [village.parent for village in villages] == [world.west, world.deep]
    assert TradeUnion.objects.get(name="铁江村联合工会").parent.name == "众佳工会联合会"
    again = previewed(world.county, file_of(HEADS, rows), "unions")
    assert Counter(outcome for _row, outcome in outcomes(again)) == {"same": 5, "refuse": 6}


def test_children_may_stand_before_their_parents_and_sheets_keep_apart(world: County) -> None:
    rows = [
        {"name": "铁江村联合工会", "parent": "众佳工会联合会", "kind": "联合基层工会"},
        {"name": "众佳工会联合会", "parent": "西店镇总工会", "kind": "区域性工会联合会"},
    ]

    applied(previewed(world.county, file_of(HEADS, rows), "unions"))

    child = TradeUnion.objects.get(name="铁江村联合工会")
    assert (child.parent.name, child.parent.parent) == ("众佳工会联合会", world.west)


def test_a_code_without_a_name_still_finds_or_names_its_employer(world: County) -> None:
    known = make.employer("已登记有限公司", looked_after_by=world.west, uscc=EMPLOYER_CODES[1])
    rows = [
        {"name": "别的叫法工会", "code": EMPLOYER_CODES[1]},
        {"name": "兴美塑料有限公司工会委员会", "code": EMPLOYER_CODES[2]},
    ]

    applied(previewed(world.county, file_of(HEADS, rows), "unions"))

    links = [
        u.employer_links.get().employer
        for u in TradeUnion.objects.filter(name__in=[r["name"] for r in rows]).order_by("pk")
    ]
    assert links[0] == known
    assert (links[1].name, links[1].uscc) == ("兴美塑料有限公司", EMPLOYER_CODES[2])


def test_members_find_the_union_whose_name_holds_their_employer(world: County) -> None:
    union = make.union("兴美塑料有限公司工会委员会", world.west)
    rows = [
        {"name": "王芳", "id": make.resident_id(901), "employer": "兴美塑料有限公司"},
        {"name": "李伟", "id": make.resident_id(902), "union": "兴美塑料有限公司基层工会委员会"},
        {"name": "张敏", "id": make.resident_id(903), "employer": "兴美"},
    ]

    batch = applied(previewed(world.county, file_of(MEMBER_HEADS, rows), "members"))

    assert codes(batch) == ["create", "create", "refuse no_union"]
    assert Membership.objects.filter(union=union).count() == 2


def test_one_person_written_with_and_without_her_number_is_one_row(world: County) -> None:
    union = make.union("兴美塑料有限公司工会委员会", world.west)
    known = make.person("赵六", resident_id=make.resident_id(904), mobile="13800138004")
    rows = [
        {"name": "王芳", "id": make.resident_id(901), "mobile": "13800138001"},
        {"name": "王芳", "mobile": "13800138001"},
        {"name": "王芳", "id": make.resident_id(905), "mobile": "13800138001"},
        {"name": "李伟", "mobile": "13800138002"},
        {"name": "李伟", "id": make.resident_id(902), "mobile": "13800138002"},
        {"name": "赵六", "mobile": known.mobile},
        {"name": "赵六", "id": known.resident_id, "mobile": "13800138009"},
    ]

    batch = previewed(union, file_of(MEMBER_HEADS, rows), "members")

    assert codes(batch) == [
        "create", "refuse repeated", "create", "create", "refuse repeated", "refuse repeated", "create",
    ]  # fmt: skip
    promised = outcomes(batch)
    assert outcomes(applied(batch)) == promised
    assert Membership.objects.count() == 4


@pytest.mark.django_db
def test_a_row_whose_place_lies_elsewhere_than_its_upper_union_never_takes_a_namesake_for_its_union() -> None:
    world = County()
    rows = [
        {"name": "云海有限公司工会", "parent": "深甽镇总工会", "region": "西店镇", "on": "2025-05-01"},
        {"name": "云海有限公司工会", "region": "宁海县深甽镇"},
    ]
    first = applied(previewed(world.county, file_of(HEADS, rows), "unions"))

    again = previewed(world.county, file_of(HEADS, rows), "unions")

    assert [outcome for _number, outcome in outcomes(first)] == ["change", "create"]
    assert codes(again) == ["refuse unclear", "same"]


def test_a_row_means_the_union_of_its_name_and_code_wherever_a_namesake_was_set_up(world: County) -> None:
    rows = [
        {"name": "西店镇总工会", "uscc": UNION_CODES[2], "parent": "宁海县总工会", "region": "宁海县深甽镇"},
        {"name": "西店镇总工会", "parent": "深甽镇总工会", "kind": "联合基层工会", "on": "2025-05-01"},
    ]
    first = applied(previewed(world.county, file_of(HEADS, rows), "unions"))

    again = previewed(world.county, file_of(HEADS, rows), "unions")

    assert codes(first) == ["change", "create"]
    assert codes(again) == ["same", "same"]


NAMES = ["云海有限公司工会", "众佳联合工会", "铁江村工会联合会", "中心村工会", "西店镇总工会"]
KINDS = ["独立基层工会", "联合基层工会", "区域性工会联合会", ""]
union_rows = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES)},
    optional={
        "parent": st.sampled_from([*NAMES, "宁海县总工会", "深甽镇总工会", "没有的工会"]),
        "kind": st.sampled_from(KINDS),
        "uscc": st.sampled_from([*UNION_CODES, EMPLOYER_CODES[1]]),
        "region": st.sampled_from(["西店镇", "宁海县深甽镇", "火星"]),
        "employer": st.sampled_from(["歇业有限公司", "甲有限公司", "乙有限公司"]),
        "code": st.sampled_from([*EMPLOYER_CODES, UNION_CODES[1]]),
        "on": st.sampled_from(["2025-05-01", "2099-01-01"]),
        "phone": st.sampled_from(["13800138000", "123"]),
    },
)
member_rows = st.fixed_dictionaries(
    {"name": st.sampled_from(["王芳", "李伟"])},
    optional={
        "id": st.sampled_from([make.resident_id(n) for n in (901, 902, 903)]),
        "mobile": st.sampled_from(["13800138001", "13800138002"]),
        "employer": st.sampled_from(["云海有限公司", "无此单位"]),
        "union": st.sampled_from(["云海有限公司工会", "云海有限公司基层工会委员会", "无此工会"]),
    },
)
TRIES = settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))


class TestAnyList(TestCase):
    """Whatever rows a file holds, applying refuses nothing the preview let through, and what went in is the same
    the next time; or kept out, where by then two rows or two unions bear the name it goes by. It never goes in twice."""

    def _check(self, union: TradeUnion, content: bytes, kind: str) -> None:
        batch = previewed(union, content, kind)
        promised = outcomes(batch)
        assert outcomes(applied(batch)) == promised
        assert everything_went_in(batch)
        went_in = {number for number, outcome in promised if outcome != "refuse"}
        again = previewed(union, content, kind)
        for row in ImportRow.objects.filter(batch=again, number__in=went_in):
            kept_out = row.outcome == "refuse" and row.problems[-1]["code"] in {"unclear", "repeated"}
            assert row.outcome == "same" or kept_out, (row.number, row.outcome, row.problems)

    @TRIES
    @given(rows=st.lists(union_rows, min_size=1, max_size=8))
    def test_unions(self, rows: list[dict[str, str]]) -> None:
        self._check(County().county, file_of(HEADS, rows), "unions")

    @TRIES
    @given(rows=st.lists(member_rows, min_size=1, max_size=6), known=st.booleans())
    def test_members(self, rows: list[dict[str, str]], known: bool) -> None:
        county = County()
        if known:
            person = make.person("王芳", resident_id=make.resident_id(901), mobile="13800138001")
            make.membership(person, county.standing)
        self._check(county.county, file_of(MEMBER_HEADS, rows), "members")
