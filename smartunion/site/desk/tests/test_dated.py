"""Lists as of a past day: rows, counts, files and the words above them are those of that day."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.ground.registry.flows import officers, postponing
from smartunion.ground.registry.models import Certificate, Officer, Term, TradeUnion, UnionFormerName
from smartunion.ground.registry.rules import Elected, MembershipState, Organ, Post
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db
THEN = "2025-06-30"


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def body(response: object) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def spell(union: TradeUnion, name: str, start: date, end: date | None, held: str = "active") -> None:
    ended = {"state": "ended", "ended_on": end, "end_type": "left"} if end else {"state": held}
    make.membership(make.person(name), union, started_on=start, held_as=held, **ended)


@pytest.fixture
def past(desk: Desk) -> Desk:
    """甲 was a member then and left, 乙 was retained then and is a member now, 丙 came later, 丁 left that very day."""
    union = desk.cast.union
    TradeUnion.objects.filter(pk=union.pk).update(founded_on=date(2020, 1, 1))
    spell(union, "甲已退会", date(2021, 1, 1), date(2026, 1, 1))
    ended, later = make.person("乙曾保留"), date(2025, 12, 1)
    make.membership(
        ended,
        union,
        started_on=date(2021, 1, 1),
        held_as="retained",
        state="ended",
        ended_on=later,
        end_type="restored",
    )
    make.membership(ended, union, started_on=later)
    spell(union, "丙后入会", date(2025, 7, 1), None)
    spell(union, "丁当日退", date(2021, 1, 1), date(2025, 6, 30))
    return desk


def test_members_stand_as_of_a_day_on_the_page_in_count_and_file(past: Desk) -> None:
    address = reverse("desk:members")

    page = text(past.cadre.get(address, {"on": THEN}))
    file = body(past.cadre.get(address, {"on": THEN, "export": "csv"}))
    answer = past.cadre.get(address, {"on": THEN, "export": "xlsx"})

    for shown in (page, file):
        assert "甲已退会" in shown
        assert "乙曾保留" in shown
        assert "丙后入会" not in shown
        assert "丁当日退" not in shown
    assert "截至2025年6月30日" in page
    assert "<strong>2</strong>" in page
    assert f"({THEN})" in file.splitlines()[0]
    assert file.splitlines()[0].startswith("姓名")
    assert "%E6%88%AA%E8%87%B3" in answer["Content-Disposition"]  # 截至
    retained = text(past.cadre.get(address, {"on": THEN, "state": "retained"}))
    assert "乙曾保留" in retained
    assert "甲已退会" not in retained
    now = text(past.cadre.get(address))
    assert "丙后入会" in now
    assert "甲已退会" not in now
    assert "截至2025年6月30日" not in now
    assert "甲已退会" not in text(past.stranger.get(address, {"on": THEN}))


def test_a_unions_own_list_and_its_coverage_stand_as_of_a_day(past: Desk) -> None:
    union = past.cast.union
    make.link(union, make.employer("曾覆盖公司"), valid_from=date(2021, 1, 1), valid_to=date(2026, 1, 1))
    make.link(union, make.employer("现覆盖公司"), valid_from=date(2025, 8, 1))

    members = text(past.cadre.get(reverse("desk:union_members", args=[union.pk]), {"on": THEN}))
    links = text(past.cadre.get(reverse("desk:union_employers", args=[union.pk]), {"on": THEN}))

    assert "甲已退会" in members
    assert "丙后入会" not in members
    assert "曾覆盖公司" in links
    assert "现覆盖公司" not in links


def test_unions_bear_the_name_and_the_numbers_of_that_day(past: Desk) -> None:
    union, county = past.cast.union, past.cast.county
    UnionFormerName.objects.create(union=union, name="旧名工会", name_key="旧名工会", until=date(2025, 9, 1))
    UnionFormerName.objects.create(union=union, name="更旧工会", name_key="更旧工会", until=date(2024, 9, 1))
    make.union("已撤工会", county, state="closed", founded_on=date(2019, 1, 1), closed_on=date(2026, 1, 1))
    make.union("先撤工会", county, state="closed", founded_on=date(2019, 1, 1), closed_on=date(2025, 6, 30))
    make.union("新建工会", county, founded_on=date(2025, 7, 1))

    file = body(
        past.cadre.get(
            reverse("desk:unions"), {"on": THEN, "export": "csv", "cols": ["name", "members", "retained"]}
        )
    )

    rows = {line.split(",")[0]: line.split(",")[1:] for line in file.splitlines()[1:]}
    assert rows["旧名工会"] == ["1", "1"]
    assert rows[county.name] == ["1", "1"]
    assert "已撤工会" in rows
    assert not {"先撤工会", "新建工会", "更旧工会", union.name} & rows.keys()


def test_the_file_of_todays_unions_holds_their_numbers(desk: Desk) -> None:
    rows = body(
        desk.cadre.get(reverse("desk:unions"), {"export": "csv", "cols": ["name", "members"]})
    ).splitlines()

    assert f"{desk.cast.union.name},1" in rows


def test_employers_show_who_covered_them_and_officers_who_held_office(past: Desk) -> None:
    union = past.cast.union
    firm = make.employer("覆盖变更公司", looked_after_by=past.cast.county)
    make.link(union, firm, valid_from=date(2021, 1, 1), valid_to=date(2026, 1, 1))
    term = Term.objects.create(union=union, ordinal=1, starts_on=date(2022, 1, 1), ends_on=date(2027, 1, 1))
    for name, left in (("前任主席", date(2025, 12, 1)), ("更早主席", date(2023, 1, 1)), ("现任主席", None)):
        Officer.objects.create(term=term, name=name, organ="committee", post="chair", left_on=left)

    then = text(past.cadre.get(reverse("desk:employers"), {"on": THEN, "covered": "yes"}))
    now = text(past.cadre.get(reverse("desk:employers"), {"covered": "yes"}))
    office = text(past.cadre.get(reverse("desk:officers"), {"on": THEN}))
    today = text(past.cadre.get(reverse("desk:officers")))

    assert firm.name in then
    assert firm.name not in now
    assert ("前任主席" in office, "更早主席" in office) == (True, False)
    assert ("前任主席" in today, "现任主席" in today) == (False, True)
    assert "现任主席" not in text(past.stranger.get(reverse("desk:officers")))


def test_officers_show_the_end_their_term_had_before_it_was_put_off_or_cut_short(past: Desk) -> None:
    cadre, union = past.cast.cadre, past.cast.union
    held = officers.NewTerm(date(2023, 1, 1), 3, [Elected(Organ.COMMITTEE, Post.CHAIR, "章主席")])
    term = officers.set_term(actor=cadre, union_id=union.pk, data=held, at=make.AT)
    postponing.postpone_term(
        actor=cadre,
        union_id=union.pk,
        until=date(2026, 3, 1),
        approval_number="",
        reason="合并在即",
        at=make.AT,
    )
    new = replace(held, starts_on=date(2026, 2, 1))
    officers.set_term(actor=cadre, union_id=union.pk, data=new, at=make.AT)
    term.refresh_from_db()

    def ends(day: str) -> list[str]:
        asked = {"on": day, "q": "章主席", "export": "csv", "cols": ["ends_on"]}
        rows = body(past.cadre.get(reverse("desk:officers"), asked)).splitlines()
        return [row.rpartition(",")[2] for row in rows[1:]]

    assert (term.ends_on, term.meant_until) == (date(2026, 2, 1), date(2026, 3, 1))
    assert ends(THEN) == ["2026-01-01"]


def certificate(union: TradeUnion, number: str, issued: date, valid_to: date, **more: object) -> Certificate:
    return Certificate.objects.create(
        union=union,
        number=number,
        kind="legal_person",
        issued_on=issued,
        valid_to=valid_to,
        issued_by="县总工会",
        **more,
    )


def test_certificates_are_those_that_held_and_stand_as_they_stood(past: Desk) -> None:
    union, county = past.cast.union, past.cast.county
    over = {"state": "replaced", "ended_on": date(2025, 12, 1), "end_reason": "换证"}
    certificate(union, "前证", date(2022, 1, 1), date(2025, 9, 1), **over)
    certificate(union, "现证", date(2025, 12, 1), date(2030, 12, 1))
    second, third = make.union("又一工会", county), make.union("再一工会", county)
    ended = {"state": "cancelled", "ended_on": date(2025, 6, 30), "end_reason": "撤销"}
    certificate(second, "当日注销", date(2022, 1, 1), date(2027, 1, 1), **ended)
    changed = {"changes": ["head"], "change_since": date(2025, 6, 1), "change_due_on": date(2025, 7, 1)}
    certificate(third, "待变更证", date(2022, 1, 1), date(2030, 1, 1), **changed)
    late = {"changes": ["head"], "change_since": date(2025, 7, 1), "change_due_on": date(2025, 7, 31)}
    certificate(second, "后变更证", date(2022, 1, 1), date(2030, 1, 1), **late)

    def rows(**asked: object) -> dict[str, str]:
        asked |= {"on": THEN, "export": "csv", "cols": ["union", "number", "standing"]}
        lines = body(past.cadre.get(reverse("desk:certificates"), asked)).splitlines()[1:]
        return {line.split(",")[2]: line.split(",")[1] for line in lines}

    assert rows() == {"前证": "即将到期", "待变更证": "待办变更登记", "后变更证": "有效"}
    assert list(rows(standing=["ending"])) == ["前证"]
    assert list(rows(standing=["change_due"])) == ["待变更证"]
    assert list(rows(standing=["valid"])) == ["后变更证"]
    assert rows(standing=["ended", "change_late"]) == {}
    today = text(past.cadre.get(reverse("desk:certificates")))
    assert ("现证" in today, "当日注销" in today) == (True, True)
    assert "待变更证" not in text(past.stranger.get(reverse("desk:certificates"), {"on": THEN}))


@pytest.mark.parametrize("day", ["2999-01-01", "昨天", "2025-13-01"])
def test_a_day_that_cannot_be_is_said_and_shows_no_rows(past: Desk, day: str) -> None:
    page = past.cadre.get(reverse("desk:members"), {"on": day})

    assert page.status_code == 422
    assert "截至" in text(page)
    assert "丙后入会" not in text(page)


@pytest.mark.parametrize(
    "name", ["desk:members", "desk:unions", "desk:employers", "desk:officers", "desk:certificates"]
)
def test_a_dated_list_takes_as_many_queries_for_one_row_as_for_three(past: Desk, name: str) -> None:
    def chaired(union: TradeUnion) -> None:
        certificate(union, f"证{union.pk}", date(2022, 1, 1), date(2027, 1, 1))
        term = Term.objects.create(
            union=union, ordinal=9, starts_on=date(2022, 1, 1), ends_on=date(2027, 1, 1)
        )
        Officer.objects.create(term=term, name="某", organ="committee", post="chair")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert past.cadre.get(reverse(name), {"on": THEN}).status_code == 200
        return len(seen)

    firm = make.employer(looked_after_by=past.cast.county)
    make.link(past.cast.union, firm, valid_from=date(2021, 1, 1))
    chaired(past.cast.union)
    queries()
    few = queries()
    for number in range(3):
        union = make.union(f"又一工会{number}", past.cast.county, founded_on=date(2020, 1, 1))
        spell(union, f"又一人{number}", date(2021, 1, 1), None, MembershipState.ACTIVE)
        make.link(union, make.employer(looked_after_by=past.cast.county), valid_from=date(2021, 1, 1))
        chaired(union)

    assert queries() == few
