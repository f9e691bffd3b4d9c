"""Which entity a union means: one union for each rule and each trap, matched together, each with its exact outcome."""

from pathlib import Path

import pytest

from smartunion.systems.organising.matching.tests.small import Outcome, Small, code

# union: what it says of its employer, and what must come of it.
LINKED = {
    "code-and-name": ("盐城市恒达机械有限公司", code(1), "E-恒达"),
    "code-lower-case": ("盐城市恒达机械有限公司", code(1).lower(), "E-恒达"),
    "code-with-blanks": ("盐城市恒达机械有限公司", f" {code(1)[:4]} {code(1)[4:]}\u3000", "E-恒达"),
    "code-full-width": (
        "盐城市恒达机械有限公司",
        code(1).translate({c: c + 0xFEE0 for c in range(0x30, 0x5B)}),
        "E-恒达",
    ),
    "code-without-name": (None, code(1), "E-恒达"),
    "organisation-code": ("恒达", f"{code(1)[8:16]}-{code(1)[16]}", "E-恒达"),
    "old-number": ("恒达机械", "320902000012345", "E-恒达"),
    "old-tax-number": ("盐城恒达机械有限公司", "320902" + code(1)[8:17], "E-恒达"),
    "code-one-wrong": (
        "恒达机械厂有限公司",
        code(1)[:12] + ("2" if code(1)[12] != "2" else "3") + code(1)[13:],
        "E-恒达",
    ),
    "name-exact": ("江苏鑫源纺织品有限公司", None, "E-鑫源"),
    "name-spaced": ("江苏 鑫源　纺织品有限公司", None, "E-鑫源"),
    "name-dotted": ("江苏·鑫源纺织品“有限公司”", "无", "E-鑫源"),
    "name-traditional": ("江蘇鑫源紡織品有限公司", None, "E-鑫源"),
    "brackets-other-width": ("东方(盐城)食品有限公司", None, "E-东方"),
    "brackets-moved": ("盐城东方食品有限公司", None, "E-东方"),
    "former-name": ("盐城市老字号酱菜厂", None, "E-酱菜"),
    "former-of-several": ("盐城酱园有限公司", None, "E-酱菜"),
    "no-region": ("宏远汽车配件有限公司", None, "E-宏远"),
    "no-form": ("盐城宏远汽车配件", None, "E-宏远"),
    "neither": ("宏远汽车配件", None, "E-宏远"),
    "region-of-town": ("盐城市亭湖区宏远汽车配件有限公司", None, "E-宏远"),
    "form-written-otherwise": ("盐城市宏远汽车配件有限责任公司", None, "E-宏远"),
    "one-slip-by-sound": ("盐城市宏源汽车配件有限公司", None, "E-宏远"),
    "letters-exchanged": ("盐城市宏远车汽配件有限公司", None, "E-宏远"),
    "letter-lost": ("盐城市宏远汽车件有限公司", None, "E-宏远"),
    "code-decides-between-sisters": ("永兴建材", code(31), "E-永兴江苏"),
    "former-name-taken-by-other-but-code": ("盐城春光电子有限公司", code(41), "E-春光旧"),
    "union-code-is-no-employer": ("江苏鑫源纺织品有限公司", "81" + code(2)[2:], "E-鑫源"),
    "branch": ("盐城市恒达机械有限公司大丰分公司", None, "E-恒达分"),
    "name-in-union-only": ("", None, "E-宏远"),
    "exact-before-sister": ("盐城安泰物流有限公司", None, "E-安泰甲"),
}
UNSURE = {
    "code-of-one-name-of-other": ("江苏鑫源纺织品有限公司", code(1), {"E-鑫源", "E-恒达"}),
    "same-name-twice": ("响水县李记面馆", None, {"E-李记1", "E-李记2"}),
    "sisters-without-code": ("永兴建材", None, {"E-永兴江苏", "E-永兴盐城"}),
    "former-name-taken-by-other": ("盐城春光电子有限公司", None, {"E-春光旧", "E-春光新"}),
    "code-with-other-name": ("盐城市无此企业管理所", code(1), {"E-恒达"}),
}
NOBODY = {
    "contrast-is-no-slip": ("盐城市第二橡胶厂", None),
    "place-is-no-employer": ("亭湖区新城街道", None),
    "government": ("盐城市人民政府", "11320900014345678X"),
    "unknown": ("上海某某网络科技有限公司", code(99)),
    "nothing": (None, None),
    "placeholder-codes": (None, "000000000000000000"),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    small = Small()
    small.firm("E-恒达", "盐城市恒达机械有限公司", code(1), old_reg_no="320902000012345")
    small.firm("E-恒达分", "盐城市恒达机械有限公司大丰分公司", code(8), district="大丰区")
    small.firm("E-鑫源", "江苏鑫源纺织品有限公司", code(2))
    small.firm("E-东方", "东方（盐城）食品有限公司", code(3))
    small.firm("E-酱菜", "盐城市永和酱菜有限公司", code(4), former_name="盐城市老字号酱菜厂|盐城酱园有限公司")
    small.firm("E-宏远", "盐城市宏远汽车配件有限公司", code(5))
    small.firm("E-橡胶", "盐城市第一橡胶厂", code(6))
    small.firm("E-李记1", "响水县李记面馆", code(21), district="响水县")
    small.firm("E-李记2", "响水县李记面馆", code(22), district="响水县", status="注销")
    small.firm("E-永兴江苏", "江苏永兴建材有限公司", code(31))
    small.firm("E-永兴盐城", "盐城永兴建材有限公司", code(32))
    small.firm("E-春光旧", "盐城光华电子有限公司", code(41), former_name="盐城春光电子有限公司")
    small.firm("E-春光新", "盐城春光电子有限公司", code(42))
    small.firm("E-安泰甲", "盐城安泰物流有限公司", code(51))
    small.firm("E-安泰乙", "安泰物流有限公司", code(52))
    for number, district in enumerate(("亭湖区", "盐都区", "大丰区", "响水县", "东台市", "建湖县")):
        small.firm(f"E-{number}", f"{district}勤劳小吃店", code(60 + number), district=district)
    for union_id, (name, unit_code, *_) in (LINKED | UNSURE | NOBODY).items():
        more = (
            {"union_name": "盐城市宏远汽车配件有限公司工会委员会"} if union_id == "name-in-union-only" else {}
        )
        small.union(union_id, name, unit_code, **more)
    return small.match(tmp_path_factory.mktemp("links"))


@pytest.mark.parametrize("union_id", LINKED)
def test_union_is_linked_to_the_entity_it_means(outcome: Outcome, union_id: str) -> None:
    assert {entity for union, entity in outcome.keys("links") if union == union_id} == {LINKED[union_id][2]}


@pytest.mark.parametrize("union_id", UNSURE)
def test_what_is_uncertain_is_left_to_a_person(outcome: Outcome, union_id: str) -> None:
    assert {entity for union, entity in outcome.keys("links") if union == union_id} == set()
    assert {entity for union, entity in outcome.keys("links_to_verify") if union == union_id} == UNSURE[
        union_id
    ][2]


@pytest.mark.parametrize("union_id", NOBODY)
def test_nobody_is_linked_on_nothing(outcome: Outcome, union_id: str) -> None:
    linked = {
        entity
        for union, entity in outcome.keys("links") | outcome.keys("links_to_verify")
        if union == union_id
    }

    assert linked == set()


def test_the_rule_says_how_the_link_was_found(outcome: Outcome) -> None:
    rules = outcome.rules("links")

    assert rules["code-and-name", "E-恒达"] == "code"
    assert rules["organisation-code", "E-恒达"] == "organisation_code"
    assert rules["old-number", "E-恒达"] == "old_number"
    assert rules["code-one-wrong", "E-恒达"] == "repaired_code"
    assert rules["name-exact", "E-鑫源"] == "name"
    assert rules["no-region", "E-宏远"] == "name_part"
    assert rules["form-written-otherwise", "E-宏远"] == "name_normalised"
    assert rules["one-slip-by-sound", "E-宏远"] == "name_mistyped"


def test_confidence_lies_between_0_and_1_and_is_higher_for_a_code(outcome: Outcome) -> None:
    import pyarrow.parquet as pq

    rows = pq.read_table(outcome.report.lists["links"].path).to_pylist()
    sure = {row["union_id"]: row["confidence"] for row in rows}

    assert all(0 < value <= 1 for value in sure.values())
    assert sure["code-and-name"] > sure["name-exact"] > sure["neither"]


def test_a_joint_union_is_linked_to_every_employer_it_lists(tmp_path: Path) -> None:
    small = Small()
    for number, name in enumerate(("盐城恒达机械有限公司", "盐城鑫源纺织有限公司", "盐城东方食品有限公司")):
        small.firm(f"E{number}", name, code(number))
    small.union("J", None, None, union_name="亭湖区新城联合工会", union_type="联合基层工会")
    small.unit("J", "盐城恒达机械有限公司", code(0))
    small.unit("J", "盐城恒达机械有限公司", code(0))
    small.unit("J", "鑫源纺织", None)
    small.unit("J", "盐城某某有限公司", None)

    assert small.match(tmp_path).keys("links") == {("J", "E0"), ("J", "E1")}


def test_members_decide_between_two_of_one_name(tmp_path: Path) -> None:
    small = Small()
    small.firm("E-old", "盐城恒达机械有限公司", code(1), status="注销")
    small.firm("E-new", "盐城恒达机械有限公司", code(2))
    small.union("U", "盐城恒达机械有限公司")
    for number in range(5):
        small.member(number, "U", f"张三{'甲乙丙丁戊'[number]}", _id(number))
        small.spell(
            number,
            f"张三{'甲乙丙丁戊'[number]}",
            _id(number),
            "A1",
            "盐城恒达机械有限公司",
            unit_code=code(2),
        )

    assert small.match(tmp_path).keys("links") == {("U", "E-new")}


def test_members_outvote_a_code_that_slipped_by_a_row(tmp_path: Path) -> None:
    small = Small()
    small.firm("E1", "盐城恒达机械有限公司", code(1))
    small.firm("E2", "盐城鑫源纺织有限公司", code(2))
    small.union("U", "盐城恒达机械有限公司", code(2))
    for number in range(3):
        small.member(number, "U", f"李四{'甲乙丙'[number]}", _id(number))
        small.spell(
            number, f"李四{'甲乙丙'[number]}", _id(number), "A1", "盐城恒达机械有限公司", unit_code=code(1)
        )

    outcome = small.match(tmp_path)

    assert outcome.keys("links") == {("U", "E1")}
    assert outcome.rules("links")["U", "E1"] == "name_against_code"


def _id(number: int) -> str:
    from smartunion.systems.organising.matching.tests.small import resident_id

    return resident_id(number)
