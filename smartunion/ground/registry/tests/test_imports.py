"""Lists of members and unions: previewed, applied, repeated without doubles, taken back whole."""

import io
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection
from openpyxl import Workbook, load_workbook

from smartunion.core import bulk, clock, statistics
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.files.intake import open_file
from smartunion.core.jobs import runner
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.flows.tallies import fold
from smartunion.ground.registry.imports import reasons
from smartunion.ground.registry.imports.undo import undo_part
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportBatch,
    ImportPart,
    ImportRow,
    ImportState,
    Membership,
    Merge,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.queries import person_by_resident_id
from smartunion.ground.registry.queries.trees import counts_of
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
ROOT = system()
WANG, LI, ZHAO = make.resident_id(901), make.resident_id(902), make.resident_id(903)
HEADS = ["序号", "姓名", "性别", "证件号码\n(填写18位身份证)", "移动电话", "工作单位", "学历", "入会时间"]


def members_file(*rows: list[object], heads: list[str] = HEADS, title: str = "会员信息采集表") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    sheet.append(["填表说明：证件号码请填写18位身份证号码"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(union: TradeUnion, content: bytes, name: str = "会员名单.xlsx", kind: str = "") -> ImportBatch:
    batch = imports.bring_in(
        actor=ROOT, union_id=union.pk, chunks=[content], name=name, kind=kind, at=clock.now()
    )
    runner.drain()
    batch.refresh_from_db()
    return batch


def applied(batch: ImportBatch) -> ImportBatch:
    imports.apply(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()
    return batch


@pytest.fixture
def county() -> TradeUnion:
    place = make.region("宁海县")
    return make.federation(territory=place, region=place)


@pytest.fixture
def factory(county: TradeUnion) -> TradeUnion:
    union = make.union("宁海云海户外用品有限公司工会委员会", county)
    make.link(union, make.employer("宁海云海户外用品有限公司", looked_after_by=county))
    return union


TWO = [
    [1, "王芳", None, WANG, "13800138001", "宁海云海户外用品有限公司", "本科", "2024/03/05"],
    [2, "李伟", None, LI, "13800138002", "宁海云海户外用品有限公司", "大专", "2025-06-01"],
]


def test_a_preview_writes_nothing_and_applying_makes_members(county: TradeUnion, factory: TradeUnion) -> None:
    batch = bring(county, members_file(*TWO))
    assert (batch.state, batch.kind, batch.summary["outcomes"]) == (
        ImportState.PREVIEW,
        "members",
        {"create": 2},
    )
    assert not Person.objects.exists()

    applied(batch)

    assert batch.state == ImportState.APPLIED
    spell = Membership.objects.select_related("person", "employer").get(person=person_by_resident_id(WANG))
    assert (spell.union, spell.state, spell.started_on.isoformat()) == (factory, "active", "2024-03-05")
    assert (spell.person.name, spell.person.education, spell.person.mobile) == (
        "王芳",
        "bachelor",
        "13800138001",
    )
    assert spell.employer.name == "宁海云海户外用品有限公司"
    fold()
    assert counts_of(county).active == 2
    assert facts.total("registry.member_joined", county.path) == 2


def test_the_same_file_again_changes_nothing(county: TradeUnion, factory: TradeUnion) -> None:
    applied(bring(county, members_file(*TWO)))

    again = bring(county, members_file(*TWO))

    assert again.summary["outcomes"] == {"same": 2}
    with pytest.raises(InvalidInput):
        imports.apply(actor=ROOT, batch_id=again.pk, at=clock.now())
    assert (Person.objects.count(), Membership.objects.count()) == (2, 2)


def test_undo_takes_everything_back_and_the_counts_with_it(county: TradeUnion, factory: TradeUnion) -> None:
    batch = applied(bring(county, members_file(*TWO)))

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()

    assert (batch.state, batch.summary["undo"]) == (ImportState.UNDONE, {"undone": 2, "kept": 0})
    assert (Person.objects.count(), Membership.objects.count()) == (0, 0)
    fold()
    assert counts_of(county).active == 0
    assert facts.total("registry.member_joined", county.path) == 0


def test_undo_leaves_what_people_have_built_upon(county: TradeUnion, factory: TradeUnion) -> None:
    batch = applied(bring(county, members_file(*TWO)))
    Membership.objects.filter(person=person_by_resident_id(WANG)).update(source="case:1")

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()

    assert batch.summary["undo"] == {"undone": 1, "kept": 1}
    assert person_by_resident_id(WANG) is not None
    assert person_by_resident_id(LI) is None


def test_undo_takes_back_all_but_whom_other_records_need(county: TradeUnion, factory: TradeUnion) -> None:
    people = [
        [at, f"王{name}", None, make.resident_id(700 + at), f"138001380{at:02}", TWO[0][5], "", "2024-03-05"]
        for at, name in enumerate("甲乙丙丁戊己庚辛壬癸子")
    ]
    batch = applied(bring(county, members_file(*people)))
    moving, survivor, *_others = (person_by_resident_id(row[3]) for row in people)
    make.transfer(moving.memberships.get(), make.union("宁海模具工会", county))
    Merge.objects.create(kind=MergeKind.PERSON, survivor_id=survivor.pk, merged_at=clock.now())

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()

    assert batch.summary["undo"] == {"undone": 9, "kept": 2}
    assert set(Person.objects.values_list("pk", flat=True)) == {moving.pk, survivor.pk}
    reasons = [row.problems[-1]["message"] for row in batch.rows.order_by("pk") if row.problems]
    assert reasons == ["已有其他记录与它关联。", "该档案已与另一条合并，请先撤销合并。"]
    fold()
    assert (counts_of(county).active, facts.total("registry.member_joined", county.path)) == (2, 2)


def test_changed_values_are_filled_and_return_on_undo(county: TradeUnion, factory: TradeUnion) -> None:
    applied(bring(county, members_file(*TWO)))
    newer = [[1, "王芳", None, WANG, "13800138001", "宁海云海户外用品有限公司", "硕士", "2024/03/05"]]
    batch = bring(county, members_file(*newer))
    assert batch.summary["outcomes"] == {"change": 1}

    applied(batch)
    assert person_by_resident_id(WANG).education == "master"

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    assert person_by_resident_id(WANG).education == "bachelor"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            [1, "王芳", None, 330226199003071234, "13800138001", "宁海云海户外用品有限公司", "", ""],
            "damaged_number",
        ),
        ([1, "", None, WANG, "", "宁海云海户外用品有限公司", "", ""], "missing"),
        ([1, "王芳", None, "", "", "宁海云海户外用品有限公司", "", ""], "cannot_be_found_again"),
        ([1, "王芳", None, WANG, "", "宁海不存在有限公司", "", ""], "no_union"),
        (
            [
                1,
                "王芳",
                None,
                WANG[:-1] + ("0" if WANG[-1] != "0" else "1"),
                "",
                "宁海云海户外用品有限公司",
                "",
                "",
            ],
            "",
        ),
    ],
)
def test_bad_rows_are_refused_with_reason_and_the_rest_goes_through(
    county: TradeUnion, factory: TradeUnion, row: list[object], code: str
) -> None:
    batch = bring(county, members_file(row, TWO[1]))

    assert batch.summary["outcomes"] == {"refuse": 1, "create": 1}
    refused = ImportRow.objects.get(batch=batch, outcome="refuse")
    assert not code or code in [problem["code"] for problem in refused.problems]
    assert all(problem["message"] for problem in refused.problems)
    assert refused.number == 4
    sheet = load_workbook(open_file(batch.rejects)).active
    assert sheet.max_row == 2
    applied(batch)
    assert [p.name for p in Person.objects.all()] == ["李伟"]


def test_old_lists_that_retain_for_being_laid_off_bring_members_in_and_say_so(
    county: TradeUnion, factory: TradeUnion
) -> None:
    heads = [*HEADS, "就业状况", "会籍变化类型", "会籍变化原因"]
    laid_off = ["保留", "在本单位下岗后待岗"]
    file = members_file(
        [*TWO[0], "", *laid_off], [*TWO[1], "病休", *laid_off],
        [3, "赵强", "男", ZHAO, "13800001113", factory.name.removesuffix("工会委员会"), "大专", "2024-03-01", "", "保留", "失业"],
        heads=heads,
    )  # fmt: skip

    batch = applied(bring(county, file))

    assert batch.summary["outcomes"] == {"create": 3}
    spells = Membership.objects.order_by("pk").values_list(
        "person__name", "state", "reason", "person__employment_status"
    )
    assert list(spells) == [
        (TWO[0][1], "active", "", "laid_off"), (TWO[1][1], "active", "", "sick_leave"), ("赵强", "retained", "unemployed", ""),
    ]  # fmt: skip
    told = ImportRow.objects.filter(batch=batch).exclude(problems=[]).order_by("number")
    assert [[one["code"] for one in row.problems] for row in told] == [["stays_member"]] * 2


def test_repeated_and_foreign_members_are_refused(county: TradeUnion, factory: TradeUnion) -> None:
    elsewhere = make.union("宁海别家工会", county)
    make.membership(make.person("赵六", resident_id=ZHAO), elsewhere)
    rows = [TWO[0], TWO[0], [3, "赵六", None, ZHAO, "", "宁海云海户外用品有限公司", "", ""]]

    batch = bring(county, members_file(*rows))

    codes = [
        row.problems[-1]["code"]
        for row in ImportRow.objects.filter(batch=batch, outcome="refuse").order_by("number")
    ]
    assert codes == ["repeated", "member_elsewhere"]


def test_somebody_who_joins_between_preview_and_apply_is_not_made_twice(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, members_file(*TWO))
    make.membership(make.person("王芳", resident_id=WANG), factory)

    applied(batch)

    assert Membership.objects.count() == 2
    row = ImportRow.objects.get(batch=batch, outcome="refuse")
    assert row.problems[-1]["code"] == "member_meanwhile"


def test_rows_belong_to_the_union_they_are_imported_under(county: TradeUnion, factory: TradeUnion) -> None:
    other = make.union("宁海模具联合工会", county)

    applied(bring(other, members_file(*TWO)))

    assert Membership.objects.filter(union=other).count() == 2


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_csv_in_any_usual_encoding(county: TradeUnion, factory: TradeUnion, encoding: str) -> None:
    text = f"姓名,身份证号,工作单位\n䶮芳,{WANG},宁海云海户外用品有限公司\n"

    batch = applied(bring(county, text.encode(encoding), name="名单.csv"))

    assert batch.summary["outcomes"] == {"create": 1}
    assert person_by_resident_id(WANG).name == "䶮芳"


UNIONS = [
    ["宁海众佳联合工会", "宁海县总工会", "联合基层工会", "2025-05-01", "张三", "", "", ""],
    [
        "宁海众佳户外工会委员会",
        "宁海县总工会",
        "独立基层工会",
        "2025-06-01",
        "李四",
        "宁海众佳户外用品有限公司",
        make.uscc(77),
        "60",
    ],
]
UNION_HEADS = [
    "工会名称",
    "上级工会",
    "基层工会类型",
    "建会日期",
    "工会负责人",
    "单位名称",
    "单位统一社会信用代码",
    "职工人数",
]


def test_unions_with_their_employers_stand_in_the_tree_and_go_again(county: TradeUnion) -> None:
    content = members_file(*UNIONS, heads=UNION_HEADS, title="工会组织信息采集表")
    batch = bring(county, content, name="工会.xlsx")
    assert (batch.kind, batch.summary["outcomes"]) == ("unions", {"create": 2})

    applied(batch)
    made = TradeUnion.objects.get(name="宁海众佳户外工会委员会")
    assert (made.parent, made.kind, made.founded_on.isoformat()) == (county, "independent", "2025-06-01")
    assert made.employer_links.get().employer.uscc == make.uscc(77)
    assert bring(county, content, name="工会.xlsx").summary["outcomes"] == {"same": 2}

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    assert list(TradeUnion.objects.all()) == [county]
    assert not Employer.objects.exists()
    fold()
    assert (counts_of(county).unions, counts_of(county).employers) == (0, 0)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_row_says_that_its_joint_union_leaves_out_an_employer_with_a_union_of_its_own(
    county: TradeUnion, is_known: bool
) -> None:
    own, firm = UNIONS[1], UNIONS[1][5:]
    joint = [*UNIONS[0][:5], *firm]
    if is_known:
        applied(
            bring(county, members_file(own, heads=UNION_HEADS, title="工会组织信息采集表"), name="工会.xlsx")
        )
    rows = [joint] if is_known else [own, joint]

    def said() -> list[tuple[str, str]]:
        row = batch.rows.get(number=max(batch.rows.values_list("number", flat=True)))
        return [(row.outcome, problem["message"]) for problem in row.problems]

    batch = bring(county, members_file(*rows, heads=UNION_HEADS, title="工会组织信息采集表"), name="再.xlsx")
    words = [("create", "该单位已单独建立工会，本行的联合工会不覆盖该单位。")]
    preview = said()
    applied(batch)

    assert preview == (words if is_known else [])
    assert said() == words
    assert EmployerLink.objects.get().union.name == "宁海众佳户外工会委员会"
    assert TradeUnion.objects.filter(name="宁海众佳联合工会").exists()


def test_what_is_no_list_fails_with_a_reason(county: TradeUnion) -> None:
    batch = bring(county, "苹果,梨\n1,2\n3,4\n".encode(), name="水果.csv")

    assert batch.state == ImportState.FAILED
    assert "姓名" in batch.summary["error"]


def test_personal_data_of_a_staged_file_is_sealed(
    county: TradeUnion, factory: TradeUnion, django_db_blocker
) -> None:
    from django.db import connection

    bring(county, members_file(*TWO))

    with connection.cursor() as cursor:
        cursor.execute("select * from registry_importrow")
        stored = repr(cursor.fetchall())
        cursor.execute("select * from registry_importpart")
        stored += repr(cursor.fetchall())
    assert WANG not in stored
    assert "13800138001" not in stored


def test_strangers_cannot_see_apply_or_undo(county: TradeUnion, factory: TradeUnion) -> None:
    batch = bring(county, members_file(*TWO))
    qin = Actor(
        user_id=9, grants=(Grant("cadre", None, "~/", frozenset({"registry.import", "registry.view"})),)
    )

    for act in (imports.apply, imports.undo):
        with pytest.raises(NotVisible):
            act(actor=qin, batch_id=batch.pk, at=clock.now())
    with pytest.raises(StaleState):
        imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    assert not Person.objects.exists()


def test_applying_goes_on_after_the_last_finished_part_and_undo_takes_back_no_more(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(imports, "PARTS_AT_ONCE", 1)
    people = [
        [n, "王" + "甲乙丙丁"[n], None, make.resident_id(910 + n), "", TWO[0][5], "", ""] for n in range(1, 4)
    ]
    batch = bring(county, members_file(*people))
    first, second, third = ImportRow.objects.filter(batch=batch).order_by("number")
    ImportBatch.objects.filter(pk=batch.pk).update(applied_upto=first.part_id)

    applied(batch)

    assert [m.pk for m in Membership.objects.order_by("pk")] == [second.target_id, third.target_id]
    assert batch.applied_upto == third.part_id
    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()
    assert (Membership.objects.count(), Person.objects.count()) == (0, 0)
    assert (batch.applied_upto, batch.summary["undo"]) == (first.part_id - 1, {"undone": 3, "kept": 0})


def test_taking_back_that_was_killed_goes_on_and_tells_of_all_it_took_back(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    people = [
        [n, "王" + "甲乙丙丁"[n], None, make.resident_id(910 + n), "", TWO[0][5], "", ""] for n in range(4)
    ]
    batch = applied(bring(county, members_file(*people)))
    stays = ImportRow.objects.filter(batch=batch).order_by("number")[3]
    Membership.objects.filter(pk=stays.target_id).update(source="changed")
    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    here = JobContext(Job.objects.get(kind=imports.UNDO))
    monkeypatch.setattr(here, "progress", dying_at(2))

    with pytest.raises(KeyboardInterrupt):
        imports.undo_job(here)
    left = Membership.objects.count()
    runner.drain()

    batch.refresh_from_db()
    assert (left, Membership.objects.count()) == (3, 1)
    assert (batch.state, batch.summary["undo"]) == (ImportState.UNDONE, {"undone": 3, "kept": 1})


def dying_at(call: int) -> Callable[..., None]:
    """A report of progress whose worker is killed when it makes its so manieth."""
    calls = itertools.count(1)

    def progress(*_said: object) -> None:
        if next(calls) == call:
            raise KeyboardInterrupt

    return progress


def test_an_import_stopped_half_way_can_be_taken_back_or_brought_in_again(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(imports, "PARTS_AT_ONCE", 1)
    batch = bring(county, members_file(*TWO))
    real = imports._move_mark

    def then_stop(batch: ImportBatch, upto: int, **values: Any) -> None:
        real(batch, upto, **values)
        Job.objects.filter(pk=batch.job_id).update(cancel_requested=True)

    monkeypatch.setattr(imports, "_move_mark", then_stop)
    batch = applied(batch)
    stopped = (batch.state, batch.summary["stopped"], Person.objects.count())
    monkeypatch.setattr(imports, "_move_mark", real)
    again = applied(bring(county, members_file(*TWO)))

    assert stopped == ("applied", 1, 1)
    assert (again.state, Person.objects.count()) == ("applied", 2)


def test_an_import_stopped_before_it_began_waits_to_be_applied_as_before(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, members_file(*TWO))
    imports.apply(actor=ROOT, batch_id=batch.pk, at=clock.now())
    batch.refresh_from_db()
    assert batch.job is not None
    job = batch.job

    Job.objects.filter(pk=job.pk).update(state="cancelled", finished_at=clock.now())
    job.refresh_from_db()
    imports.job_ended(job)

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("preview", 0)
    assert applied(batch).state == "applied"


def test_a_second_run_of_the_same_job_stops_when_the_first_has_gone_on(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, members_file(*TWO))
    ImportBatch.objects.filter(pk=batch.pk).update(applied_upto=7)

    with pytest.raises(StaleState):
        imports._move_mark(batch, 9)

    batch.refresh_from_db()
    assert batch.applied_upto == 7


def test_rows_staged_without_a_key_get_one_when_applied(county: TradeUnion, factory: TradeUnion) -> None:
    batch = bring(county, members_file(*TWO))
    ImportRow.objects.filter(batch=batch).update(target_id=None, target_type="")

    applied(batch)

    made = set(Membership.objects.values_list("pk", flat=True))
    assert set(ImportRow.objects.filter(batch=batch).values_list("target_id", flat=True)) == made
    assert len(made) == 2


def test_keys_reserved_ahead_are_nobody_elses(factory: TradeUnion) -> None:
    ahead = bulk.keys_ahead(Membership, 3) + bulk.keys_ahead(Membership, 2)

    made = make.membership(make.person(), factory)

    assert len({*ahead, made.pk}) == 6
    assert bulk.keys_ahead(Membership, 0) == []


def test_a_long_file_read_by_a_process_of_its_own_gives_the_same_preview(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*TWO, [3, "", None, "330226000000000000", "", TWO[0][5], "", ""], TWO[0]]
    kept = ("number", "outcome", "changes", "problems")
    here = bring(county, members_file(*rows))
    monkeypatch.setattr(imports, "LONG_BYTES", 0)

    apart = bring(county, members_file(*rows))

    assert apart.summary == here.summary
    assert apart.summary["outcomes"] == {"create": 2, "refuse": 2}
    assert list(apart.rows.values(*kept)) == list(here.rows.values(*kept))


@pytest.mark.django_db(transaction=True)
def test_a_long_list_prepared_by_a_process_of_its_own_makes_the_same_members(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LONG_ROWS", 0)
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    batch = bring(county, members_file(*TWO))

    imports.apply(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()

    batch.refresh_from_db()
    assert (batch.state, batch.summary["outcomes"]) == (ImportState.APPLIED, {"create": 2})
    stored = Membership.objects.order_by("pk").values_list("person__name", "person__resident_id", "union_id")
    assert list(stored) == [(row[1], row[3], factory.pk) for row in TWO]
    assert [Person.objects.get(resident_id_index__of=row[3]).name for row in TWO] == [row[1] for row in TWO]


def test_the_next_parts_of_a_batch_are_found_without_gathering_all_of_it(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    batch = bring(county, members_file(*TWO))
    first, second = batch.parts.order_by("pk")

    following = imports._after(batch, first.pk)
    alone = ImportRow.objects.filter(part__in=[second]).order_by("part", "pk")

    assert list(following) == [second]
    assert list(alone.values_list("number", flat=True)) == [5]
    for rows in (following.values_list("pk", flat=True)[:2], alone):
        with statistics.by_index():
            plan = rows.explain()
        assert "importrow_outcome" not in plan
        assert not [word for word in ("TEMP B-TREE", "Sort", "Bitmap", "Seq Scan") if word in plan]


@pytest.mark.django_db(transaction=True)
def test_rows_are_taken_back_in_transactions_of_their_own(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What refers to a row is found when its transaction ends: that must be where rows can still be parted."""
    batch = applied(bring(county, members_file(*TWO)))
    around: list[bool] = []

    def watched(part: ImportPart, alone: Sequence[ImportRow], **given: Any) -> dict[str, int]:
        around.append(connection.in_atomic_block)
        return undo_part(part, alone, **given)

    monkeypatch.setattr(imports, "undo_part", watched)
    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()

    assert around == [False]
    assert not Person.objects.exists()


NAMED_BY_NOBODY = [
    [1, "王芳", None, WANG, "13800138001", "宁海某灯具厂", "本科", "2024/03/05"],
    [2, "李伟", None, LI, "13800138002", "宁海云海户外用品有限公司", "大专", "2025-06-01"],
]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("填表单位（盖章）：西店镇商铺联合工会委员会", "会员名单.xlsx"),
        ("填表单位：西店镇商铺联合工会委员会（盖章）", "会员名单.xlsx"),
        ("会员信息采集表", "西店镇_01_西店镇商铺联合工会委员会_会员信息采集表.xlsx"),
    ],
)
def test_rows_of_a_form_belong_to_the_union_that_filled_it_in(
    county: TradeUnion, factory: TradeUnion, title: str, name: str
) -> None:
    shops = make.union("西店镇商铺联合工会委员会", county)

    batch = applied(bring(county, members_file(*NAMED_BY_NOBODY, title=title), name))

    assert batch.summary["outcomes"] == {"create": 2}
    assert batch.summary["filled_in"] == [{"union": shops.pk, "name": shops.name, "rows": 2}]
    assert set(Membership.objects.values_list("union", flat=True)) == {shops.pk}
    again = bring(county, members_file(*NAMED_BY_NOBODY, title=title), name)
    assert (again.summary["outcomes"], again.summary["filled_in"][0]["rows"]) == ({"same": 2}, 2)


def test_a_row_that_names_a_union_keeps_to_it_whoever_filled_in_the_form(
    county: TradeUnion, factory: TradeUnion
) -> None:
    make.union("西店镇商铺联合工会委员会", county)
    rows = [
        ["王芳", WANG, "13800138001", factory.name],
        ["李伟", LI, "13800138002", "宁海没有的工会"],
        ["赵静", ZHAO, "13800138003", ""],
    ]
    content = members_file(
        *rows, heads=["姓名", "证件号码", "移动电话", "所属工会"], title="填表单位：西店镇商铺联合工会委员会"
    )

    batch = bring(county, content)

    assert batch.summary["outcomes"] == {"create": 2, "refuse": 1}
    assert [(form["name"], form["rows"]) for form in batch.summary["filled_in"]] == [
        ("西店镇商铺联合工会委员会", 1)
    ]
    assert batch.rows.get(outcome="refuse").problems[-1]["code"] == "no_union"


def test_a_form_that_names_two_unions_or_a_federation_says_nothing(
    county: TradeUnion, factory: TradeUnion
) -> None:
    make.union("西店镇商铺联合工会委员会", county)
    for title in (f"填表单位：西店镇商铺联合工会委员会、{factory.name}", f"填表单位：{county.name}"):
        batch = bring(county, members_file(*NAMED_BY_NOBODY, title=title))
        assert batch.summary["outcomes"] == {"create": 1, "refuse": 1}, title
        assert "filled_in" not in batch.summary


def test_a_file_of_refused_rows_alone_says_so_and_a_stale_import_says_where_it_stands(
    county: TradeUnion, factory: TradeUnion
) -> None:
    refused = bring(county, members_file([1, "王芳", None, WANG, "13800138001", "宁海没有的厂", "", ""]))
    with pytest.raises(InvalidInput, match=r"1 行未通过.*按各行说明更正"):
        imports.apply(actor=ROOT, batch_id=refused.pk, at=clock.now())
    with pytest.raises(StaleState, match="“待核对”状态"):
        imports.undo(actor=ROOT, batch_id=refused.pk, at=clock.now())

    done = applied(bring(county, members_file(*TWO)))
    with pytest.raises(StaleState, match="“已写入”状态"):
        imports.apply(actor=ROOT, batch_id=done.pk, at=clock.now())
    assert Membership.objects.count() == 2


def test_refused_rows_are_counted_by_reason_and_each_reason_has_words(
    county: TradeUnion, factory: TradeUnion
) -> None:
    far = make.membership(
        make.person("赵静", resident_id=ZHAO), make.union("奉化水产公司工会", make.federation())
    )
    rows = [
        *TWO,
        [3, "王芳", None, WANG, "13800138001", "宁海云海户外用品有限公司", "", ""],
        [4, "钱多", None, f"{WANG[:-1]}{'1' if WANG[-1] == '0' else '0'}", "", TWO[0][5], "", ""],
        [5, "孙立", None, make.resident_id(905), "13800138005", "宁海没有的厂", "", ""],
        [6, "周平", None, make.resident_id(906), "13800138006", "宁海也没有的厂", "", ""],
        [7, "赵静", None, ZHAO, "13800138003", "宁海云海户外用品有限公司", "", ""],
    ]

    batch = bring(county, members_file(*rows))

    counted = {"no_union": 2, "repeated": 1, "bad_check_digit": 1, "member_elsewhere": 1}
    assert batch.summary["reasons"] == counted
    kept = batch.rows.exclude(reason=None).values_list("reason", "outcome")
    assert Counter(reason for reason, outcome in kept if outcome == "refuse") == counted
    assert all(reasons.in_words(code) != reasons.in_words("never met") for code in counted)
    assert reasons.in_words("bad_check_digit").startswith("校验码不符")
    assert far.ended_on is None


def test_who_became_a_member_meanwhile_is_counted_among_the_reasons(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, members_file(*TWO))
    make.membership(make.person("王芳", resident_id=WANG), factory)

    applied(batch)

    assert (batch.summary["outcomes"], batch.summary["reasons"]) == (
        {"create": 1, "refuse": 1},
        {"member_meanwhile": 1},
    )


def test_rows_of_a_union_that_closed_since_the_preview_are_refused(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, members_file(*TWO))
    TradeUnion.objects.filter(pk=factory.pk).update(state="closed", closed_on=date(2026, 11, 1))

    applied(batch)

    assert not Membership.objects.exists()
    assert not Person.objects.exists()
    assert batch.summary["reasons"] == {"union_closed": 2}
    row = ImportRow.objects.filter(batch=batch).order_by("pk")[0]
    assert (row.outcome, row.problems[-1]["message"]) == ("refuse", f"预览之后，{factory.name}已撤销。")
