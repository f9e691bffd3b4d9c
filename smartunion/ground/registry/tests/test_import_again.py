"""A list that comes again: rows that say what they said are known by a mark, and what changed meanwhile is noticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.crypto import rotation
from smartunion.core.crypto.ring import ring
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs import runner
from smartunion.core.tests.lives import examples
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry.flows import imports, people
from smartunion.ground.registry.flows.tallies import fold, recount
from smartunion.ground.registry.imports import known, packs
from smartunion.ground.registry.imports.members import MemberStager
from smartunion.ground.registry.models import ImportBatch, Membership, Person, TradeUnion
from smartunion.ground.registry.queries import person_by_resident_id
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_imports import applied

pytestmark = pytest.mark.django_db
ROOT = system()
WANG, LI, ZHAO = make.resident_id(901), make.resident_id(902), make.resident_id(903)
FIRM = "宁海云海户外用品有限公司"
HEADS = "姓名,证件号码,移动电话,工作单位,学历,入会时间"
TWO = [f"王芳,{WANG},13800138001,{FIRM},本科,2024-03-05", f"李伟,{LI},13800138002,{FIRM},大专,2025-06-01"]


def bring(union: TradeUnion, rows: list[str], heads: str = HEADS) -> ImportBatch:
    content = "\n".join([heads, *rows]).encode()
    batch = imports.bring_in(
        actor=ROOT, union_id=union.pk, chunks=[content], name="名单.csv", kind="members", at=clock.now()
    )
    runner.drain()
    batch.refresh_from_db()
    assert batch.state == "preview", batch.summary
    return batch


def codes(batch: ImportBatch) -> list[str]:
    """Outcome and problems of each row that is kept, in the order of the file."""
    rows = batch.rows.order_by("number")
    return [" ".join([row.outcome, *(problem["code"] for problem in row.problems)]) for row in rows]


@contextmanager
def counted_reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Numbers of the rows that are read meanwhile."""
    read: list[int] = []
    prepare = MemberStager.prepare

    def watched(self: MemberStager, staged: Any) -> None:
        read.append(staged.number)
        prepare(self, staged)

    with monkeypatch.context() as patch:
        patch.setattr(MemberStager, "prepare", watched)
        yield read


def people_stored() -> list[dict[str, Any]]:
    return list(Person.objects.order_by("pk").values())


@pytest.fixture
def county() -> TradeUnion:
    place = make.region("宁海县")
    return make.federation(territory=place, region=place)


@pytest.fixture
def factory(county: TradeUnion) -> TradeUnion:
    union = make.union(f"{FIRM}工会委员会", county)
    make.link(union, make.employer(FIRM, looked_after_by=county))
    return union


def test_an_unchanged_list_is_not_read_and_writes_no_row(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(bring(county, TWO))
    before = people_stored()

    with counted_reading(monkeypatch) as read:
        again = bring(county, TWO)

    assert (read, again.summary["outcomes"], again.rows.count()) == ([], {"same": 2}, 0)
    assert again.summary["rows"] == 2
    assert people_stored() == before
    with pytest.raises(InvalidInput):
        imports.apply(actor=ROOT, batch_id=again.pk, at=clock.now())


def test_other_columns_and_another_order_do_not_matter_but_what_is_said_does(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(bring(county, TWO))
    shuffled = [
        f"7,2024-03-05,本科,{FIRM},13800138001,{WANG},王芳",
        f"8,2025-06-01,本科,{FIRM},13800138002,{LI},李伟",
    ]

    with counted_reading(monkeypatch) as read:
        again = bring(county, shuffled, "序号,入会时间,学历,工作单位,移动电话,证件号码,姓名")

    assert (read, again.summary["outcomes"]) == ([3], {"same": 1, "change": 1})
    assert [(row.number, row.changes) for row in again.rows.all()] == [(3, ["education"])]


def test_a_record_that_has_changed_since_is_compared(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(bring(county, TWO))
    wang = person_by_resident_id(WANG)
    assert wang is not None
    people.update_person(
        actor=ROOT, person_id=wang.pk, version=wang.version, changes={"education": "master"}, at=clock.now()
    )

    with counted_reading(monkeypatch) as read:
        again = bring(county, TWO)

    assert (read, again.summary["outcomes"]) == ([2], {"same": 1, "change": 1})
    applied(again)
    assert person_by_resident_id(WANG).education == "bachelor"  # type: ignore[union-attr]
    with counted_reading(monkeypatch) as read:
        assert bring(county, TWO).summary["outcomes"] == {"same": 2}
    assert read == []


def test_memberships_and_links_that_have_changed_since_are_noticed(
    county: TradeUnion, factory: TradeUnion
) -> None:
    applied(bring(county, TWO))
    other = make.union("宁海县望海食品有限公司工会委员会", county)
    wang, li = (person_by_resident_id(number) for number in (WANG, LI))
    assert wang is not None
    assert li is not None
    Membership.objects.filter(person=wang).update(union=other, union_path=other.path)

    assert codes(bring(county, TWO)) == ["refuse member_elsewhere"]

    Membership.objects.filter(person=li).delete()
    assert codes(bring(county, TWO)) == ["refuse member_elsewhere", "create"]

    factory.employer_links.update(union=other, union_path=other.path)
    TradeUnion.objects.filter(pk=factory.pk).update(name="改名工会", name_key="改名工会")
    assert codes(bring(county, TWO)) == ["create"]


def test_a_row_known_by_its_mark_still_repeats_and_is_repeated(
    county: TradeUnion, factory: TradeUnion
) -> None:
    applied(bring(county, TWO))
    without = f"王芳,,13800138001,{FIRM},,"

    assert codes(bring(county, [*TWO, TWO[0], without])) == ["refuse repeated", "refuse repeated"]
    assert codes(bring(county, [without, *TWO])) == ["refuse repeated"]


def test_a_row_with_something_to_be_said_is_read_every_time(county: TradeUnion, factory: TradeUnion) -> None:
    rows = [f"王芳,{WANG},123,{FIRM},本科,2024-03-05", TWO[1]]
    applied(bring(county, rows))

    again = bring(county, rows)

    assert again.summary["outcomes"] == {"same": 2}
    assert (codes(again), again.summary["problems"]) == (["same bad_phone"], {"bad_phone": 1})


def test_people_entered_otherwise_are_marked_the_first_time(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.person(
        "王芳", resident_id=WANG, mobile="13800138001", education="bachelor", sex="f", birth_date=None
    )
    make.membership(person, factory)
    applied(bring(county, TWO))
    before = Person.objects.get(pk=person.pk)

    assert bring(county, TWO).summary["outcomes"] == {"same": 2}
    with counted_reading(monkeypatch) as read:
        assert bring(county, TWO).summary["outcomes"] == {"same": 2}

    assert read == []
    person.refresh_from_db()
    assert (person.version, person.updated_at) == (before.version, before.updated_at)


def test_marks_are_found_under_an_older_key_and_made_anew(
    county: TradeUnion, factory: TradeUnion, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    applied(bring(county, TWO))
    old = settings.INDEX_KEY
    try:
        settings.INDEX_KEY = f"{'ab' * 32},{old}"
        ring.cache_clear()
        with counted_reading(monkeypatch) as read:
            assert bring(county, TWO).summary["outcomes"] == {"same": 2}
        rotation.rotate()
        settings.INDEX_KEY = "ab" * 32
        ring.cache_clear()
        with counted_reading(monkeypatch) as later:
            assert bring(county, TWO).summary["outcomes"] == {"same": 2}
        assert (read, later) == ([], [])

        settings.INDEX_KEY = f"{'cd' * 32},{'ab' * 32}"
        ring.cache_clear()
        rotation.rotate()
        settings.INDEX_KEY = "cd" * 32
        ring.cache_clear()
        with counted_reading(monkeypatch) as lost:
            assert bring(county, TWO).summary["outcomes"] == {"same": 2}
        with counted_reading(monkeypatch) as found:
            assert bring(county, TWO).summary["outcomes"] == {"same": 2}
        assert (lost, found) == ([2, 3], [])
    finally:
        settings.INDEX_KEY = old
        ring.cache_clear()


def test_taken_back_and_brought_in_again(county: TradeUnion, factory: TradeUnion) -> None:
    first = applied(bring(county, TWO))
    better = [TWO[0].replace("本科", "硕士"), TWO[1]]
    second = applied(bring(county, better))

    for batch in (second, first):
        imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
        runner.drain()
        batch.refresh_from_db()
        assert batch.summary["undo"] == {"undone": {second.pk: 1, first.pk: 2}[batch.pk], "kept": 0}
        expected = {second.pk: {"change": 1, "same": 1}, first.pk: {"create": 2}}[batch.pk]
        assert bring(county, better).summary["outcomes"] == expected

    applied(bring(county, better))
    assert person_by_resident_id(WANG).education == "master"  # type: ignore[union-attr]
    assert bring(county, better).summary["outcomes"] == {"same": 2}
    fold()
    assert recount() == []
    assert facts.total("registry.member_joined", county.path) == 2


@pytest.fixture
def packing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "SHOWN", 1)
    monkeypatch.setattr(imports, "AT_ONCE", 2)


FOUR = [*TWO, f"赵敏,{ZHAO},13800138003,{FIRM},本科,2025-06-01", f"孙丽,,13800138004,{FIRM},本科,2025-06-01"]


@pytest.mark.usefixtures("packing")
def test_packed_rows_are_applied_and_taken_back_like_the_others(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, FOUR)
    assert batch.summary["outcomes"] == {"create": 4}
    assert list(batch.rows.values_list("number", flat=True)) == [2]
    assert list(batch.parts.order_by("pk").values_list("effective", "packed")) == [(2, 1), (2, 2)]
    reserved = [row.target_id for row in batch.rows.all()] + [
        row.target_id for part in batch.parts.order_by("pk") for row in packs.unpacked(part)
    ]

    applied(batch)

    assert batch.summary["outcomes"] == {"create": 4}
    assert [m.pk for m in Membership.objects.order_by("pk")] == reserved
    assert list(Person.objects.order_by("name").values_list("name", "mobile")) == [
        ("孙丽", "13800138004"),
        ("李伟", "13800138002"),
        ("王芳", "13800138001"),
        ("赵敏", "13800138003"),
    ]
    assert facts.total("registry.member_joined", county.path) == 4
    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()
    assert (batch.summary["undo"], batch.summary["outcomes"]) == ({"undone": 4, "kept": 0}, {"create": 4})
    assert (Person.objects.count(), Membership.objects.count()) == (0, 0)
    assert facts.total("registry.member_joined", county.path) == 0


@pytest.mark.usefixtures("packing")
def test_a_packed_row_of_which_something_is_to_be_told_stands_alone(
    county: TradeUnion, factory: TradeUnion
) -> None:
    batch = bring(county, FOUR)
    li = make.person("李伟", resident_id=LI)
    make.membership(li, factory)
    sun = make.person("孙丽", mobile="13800138004", education="")

    applied(batch)

    assert batch.summary["outcomes"] == {"create": 3, "refuse": 1}
    assert codes(batch) == ["create", "refuse member_meanwhile", "create"]
    sun.refresh_from_db()
    assert sun.education == ""  # only what the preview showed would be changed
    assert Membership.objects.filter(person=sun, union=factory).count() == 1
    zhao = person_by_resident_id(ZHAO)
    assert zhao is not None
    Membership.objects.filter(person=zhao).update(source="changed")

    imports.undo(actor=ROOT, batch_id=batch.pk, at=clock.now())
    runner.drain()
    batch.refresh_from_db()

    assert batch.summary["undo"] == {"undone": 2, "kept": 1}
    assert batch.summary["outcomes"] == {"create": 3, "refuse": 1}
    assert codes(batch) == ["create", "refuse member_meanwhile", "create not_undone", "create"]
    assert set(Person.objects.values_list("name", flat=True)) == {"李伟", "赵敏", "孙丽"}
    assert set(Membership.objects.values_list("person__name", flat=True)) == {"李伟", "赵敏"}


EDITS = st.lists(st.tuples(st.sampled_from(["none", "education", "phone", "leave", "move", "erase"]),
                           st.integers(0, 2)), max_size=3)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from([("王芳", WANG), ("李伟", LI), ("赵敏", ZHAO), ("王芳", "")]),
        st.sampled_from(["13800138001", "13800138002", "", "123"]), st.sampled_from(["本科", "大专", ""]),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


class TestAnyListAgain(TestCase):
    """Whatever happens to records between two imports of any list, rows known by their marks come to what they would
    come to if each were read."""

    @settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
    @given(rows=ROWS, edits=EDITS)
    def test_members(self, rows: list[Any], edits: list[tuple[str, int]]) -> None:
        place = make.region("宁海县")
        county = make.federation(territory=place, region=place)
        union, other = make.union("云海有限公司工会", county), make.union("望海有限公司工会", county)
        make.link(union, make.employer("云海有限公司", looked_after_by=county))
        listed = [
            f"{name},{number},{mobile},云海有限公司,{education},"
            for (name, number), mobile, education in rows
        ]
        batch = bring(county, listed)
        if "create" in batch.summary["outcomes"]:
            applied(batch)
        for edit, which in edits:
            self._change(edit, which, other)

        marked = bring(county, listed)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(known.Marked, "bears", lambda *_given: None)
            read = bring(county, listed)

        kept = ("number", "outcome", "changes", "problems")
        assert (marked.summary, list(marked.rows.values(*kept))) == (
            read.summary,
            list(read.rows.values(*kept)),
        )

    def _change(self, edit: str, which: int, other: TradeUnion) -> None:
        person = Person.objects.filter(erased_at=None).order_by("pk")[which : which + 1].first()
        if person is None or edit == "none":
            return
        spell = Membership.objects.filter(person=person, ended_on=None)
        if edit == "move":
            spell.update(union=other, union_path=other.path)
        elif edit in {"leave", "erase"}:
            spell.update(state="ended", ended_on=clock.today(), end_type="left")
        if edit == "erase":
            people.erase(
                actor=ROOT, person_id=person.pk, version=person.version, reason="本人要求删除", at=clock.now()
            )
        elif edit in {"education", "phone"}:
            value = {"education": {"education": "master"}, "phone": {"mobile": "13900139000"}}[edit]
            people.update_person(
                actor=ROOT, person_id=person.pk, version=person.version, changes=value, at=clock.now()
            )
