"""How a file is read: rows of the header and columns that somebody names, remembered for her next file; who may bring in what."""

import json
from typing import Any

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor, Grant
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.jobs import runner
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.imports import understanding
from smartunion.ground.registry.models import ImportBatch, ImportState, Membership, TradeUnion
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
#: Nobody can tell what these columns are: their names say nothing, and neither does the row above.
ODD = f"单位花名,二〇二六\n甲栏,乙栏,丙栏\n王芳,a {make.resident_id(901)},2024-03-05\n李伟,b {make.resident_id(902)},2024-03-06\n"


@pytest.fixture
def union() -> TradeUnion:
    place = make.region("宁海县")
    return make.union("宁海云海户外用品有限公司工会委员会", make.federation(territory=place, region=place))


def chair_of(union: TradeUnion, user_id: int = 7) -> Actor:
    return Actor(
        user_id=user_id,
        grants=(
            Grant(
                "chair", union.pk, union.path, frozenset({"registry.view", "registry.import", "members.edit"})
            ),
        ),
    )


def brought(actor: Actor, union: TradeUnion, content: str, kind: str = "") -> ImportBatch:
    batch = imports.bring_in(
        actor=actor, union_id=union.pk, chunks=[content.encode()], name="名册.csv", kind=kind, at=clock.now()
    )
    return after_jobs(batch)


def read(
    actor: Actor, batch: ImportBatch, mapping: dict[str, str], *, rows: str = "", sheet: str = ""
) -> ImportBatch:
    imports.read_again(
        actor=actor,
        batch_id=batch.pk,
        kind="members",
        mapping=mapping,
        rows=rows,
        sheet=sheet,
        at=clock.now(),
    )
    return after_jobs(batch)


def after_jobs(batch: ImportBatch) -> ImportBatch:
    runner.drain()
    return ImportBatch.objects.get(pk=batch.pk)


PLAIN = ODD.replace("a ", "").replace("b ", "")


def test_a_file_nobody_understands_is_read_as_its_owner_says_and_so_is_her_next(union: TradeUnion) -> None:
    chair = chair_of(union)
    batch = brought(chair, union, ODD)
    assert batch.state == ImportState.FAILED
    assert "没有识别出" in batch.summary["error"]

    batch = read(chair, batch, {}, rows="2")
    assert (batch.state, batch.summary["labels"]) == (ImportState.PREVIEW, ["甲栏", "乙栏", "丙栏"])
    assert batch.summary["headers"] == {"名册.csv": [2]}
    batch = read(chair, batch, {"甲栏": "name", "乙栏": "resident_id", "丙栏": ""}, rows="2")
    again = brought(chair, union, PLAIN.replace("王芳", "王小芳"))
    stranger = brought(chair_of(union, user_id=8), union, PLAIN)

    assert batch.summary["outcomes"] == {"refuse": 2}  # the numbers have a letter before them
    assert again.summary["outcomes"] == {"create": 2}
    assert again.summary["as_before"] == {"batch": batch.pk, "file": "名册.csv"}
    assert (again.mapping, again.summary["headers"]) == (batch.mapping, {"名册.csv": [2]})
    assert stranger.summary.get("as_before") is None


def test_columns_chosen_by_hand_serve_the_next_file_of_the_same_columns_alone(union: TradeUnion) -> None:
    chair = chair_of(union)
    heads = "姓名,身份证号,备用电话,手机号"
    rows = f"王芳,{make.resident_id(901)},13800138001,13900139001\n"
    batch = brought(chair, union, f"{heads}\n{rows}")
    batch = read(
        chair, batch, {"姓名": "name", "身份证号": "resident_id", "备用电话": "mobile", "手机号": ""}
    )

    same = brought(chair, union, f"{heads}\n{rows.replace('901', '902')}")
    other = brought(chair, union, f"{heads},备注\n{rows}")

    assert (same.mapping["备用电话"], same.mapping["手机号"]) == ("mobile", None)
    assert (other.mapping["手机号"], other.summary["as_before"]) == ("mobile", None)


def test_a_sheet_can_be_chosen_by_its_name(union: TradeUnion) -> None:
    import io

    from openpyxl import Workbook

    book = Workbook()
    for name, person, seed in (("一车间", "王芳", 901), ("二车间", "李伟", 902)):
        sheet = book.create_sheet(name)
        sheet.append(["姓名", "身份证号"])
        sheet.append([person, make.resident_id(seed)])
    out = io.BytesIO()
    book.save(out)
    chair = chair_of(union)
    batch = imports.bring_in(
        actor=chair, union_id=union.pk, chunks=[out.getvalue()], name="名册.xlsx", at=clock.now()
    )
    assert after_jobs(batch).summary["outcomes"] == {"create": 2}

    batch = read(chair, batch, {"姓名": "name", "身份证号": "resident_id"}, sheet="二车间")

    assert (batch.summary["sheets"], batch.summary["outcomes"]) == (["二车间"], {"create": 1})


@pytest.mark.parametrize(
    ("text", "rows"), [("", ()), (" 4 ", (4,)), ("3-4", (3, 4)), ("3至5", (3, 4, 5)), ("12–13", (12, 13))]
)
def test_rows_of_a_header_are_written_as_people_write_them(text: str, rows: tuple[int, ...]) -> None:
    assert understanding.header_rows(text) == rows


@pytest.mark.parametrize("text", ["0", "4-3", "1-4", "-1", "vier", "9999999", "3,4"])
def test_other_rows_are_refused_and_the_import_stays_as_it_is(union: TradeUnion, text: str) -> None:
    chair = chair_of(union)
    batch = brought(chair, union, f"姓名,身份证号\n王芳,{make.resident_id(901)}\n")

    with pytest.raises(InvalidInput) as refusal:
        read(chair, batch, {"姓名": "name"}, rows=text)

    assert refusal.value.field == "rows"
    stands = ImportBatch.objects.get(pk=batch.pk)
    assert (stands.state, stands.mapping, stands.options) == (
        ImportState.PREVIEW,
        batch.mapping,
        {"members_alone": True},
    )


def test_the_beginning_of_a_file_is_kept_sealed_with_long_numbers_masked(union: TradeUnion) -> None:
    number = make.resident_id(901)
    batch = brought(chair_of(union), union, f"姓名,身份证号,手机\n王芳,{number},13812345678\n")

    (peek,) = understanding.shown(batch)

    assert peek.letters == ["A", "B", "C"]
    assert peek.rows == [
        (1, True, ["姓名", "身份证号", "手机"]),
        (2, False, ["王芳", f"{number[:3]}*************{number[-2:]}", "138****5678"]),
    ]
    stored: Any = (
        ImportBatch.objects.filter(pk=batch.pk).extra(select={"raw": "peek"}).values_list("raw")[0][0]
    )
    assert "王芳".encode() not in bytes(stored)
    assert number not in json.dumps(batch.summary)


def test_a_chair_brings_in_members_of_her_union_and_no_unions(union: TradeUnion) -> None:
    chair = chair_of(union)
    unions = "工会名称,上级工会,基层工会类型,建会日期,单位名称\n宁海一工会,宁海县总工会,独立基层工会,2020-01-01,宁海一公司\n"

    with pytest.raises(NotAllowed):
        brought(chair, union, unions, kind="unions")
    with pytest.raises(NotVisible):
        brought(chair, make.union("别家工会"), PLAIN)
    assert not ImportBatch.objects.exists()
    refused = brought(chair, union, unions)
    assert (refused.state, "这是工会名单" in refused.summary["error"]) == (ImportState.FAILED, True)
    batch = brought(chair, union, f"姓名,身份证号\n王芳,{make.resident_id(901)}\n")
    imports.apply(actor=chair, batch_id=batch.pk, at=clock.now())
    assert after_jobs(batch).state == ImportState.APPLIED
    assert list(Membership.objects.values_list("person__name", "union")) == [("王芳", union.pk)]


def test_a_list_of_unions_below_a_chair_is_not_hers_to_apply_or_take_back(union: TradeUnion) -> None:
    chair = chair_of(union)
    batch = brought(chair, union, f"姓名,身份证号\n王芳,{make.resident_id(901)}\n")
    ImportBatch.objects.filter(pk=batch.pk).update(kind="unions")

    for refused in (imports.apply, imports.undo):
        with pytest.raises(NotAllowed):
            refused(actor=chair, batch_id=batch.pk, at=clock.now())

    assert ImportBatch.objects.get(pk=batch.pk).state == ImportState.PREVIEW
