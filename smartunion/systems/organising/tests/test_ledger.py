"""One village, one ledger: next steps, counts, what opens them, who sees which village."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core.pdf import papers
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.rules import EmployerState, LinkKind
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising import ledger_paper
from smartunion.systems.organising.flows import villages
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.ledger_rules import Cover, NextStep, Standing, next_step
from smartunion.systems.organising.queries import ledger
from smartunion.systems.organising.rules import FindingState, VisitResult, WorkList
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

QUARTER = date(2026, 7, 1)
SUMMER = date(2026, 7, 3)


@pytest.mark.parametrize(
    ("standing", "step"),
    [
        (Standing(Cover.OWN, 30, 12), NextStep.WIN),
        (Standing(Cover.OWN, 30, 30), NextStep.LOOK_IN),
        (Standing(Cover.JOINT, None, 4, visited_on=date(2026, 6, 30)), NextStep.LOOK_IN),
        (Standing(Cover.JOINT, None, 4, visited_on=SUMMER), NextStep.NONE),
        (Standing(Cover.OWN, 30, 12, visited_on=SUMMER), NextStep.WIN),
        (Standing(Cover.NONE, None, 0), NextStep.ASK),
        (Standing(Cover.NONE, 7, 0), NextStep.INVITE),
        (Standing(Cover.NONE, 40, 0, FindingState.OPEN, WorkList.TASK), NextStep.VISIT),
        (Standing(Cover.NONE, 40, 0, FindingState.OPEN, WorkList.VERIFY), NextStep.VERIFY),
        (Standing(Cover.NONE, 40, 0, FindingState.OPEN, WorkList.TASK, date(2026, 7, 6)), NextStep.RETURN),
        (Standing(Cover.NONE, 40, 0, FindingState.OPEN, WorkList.TASK, TODAY), NextStep.VISIT),
        (Standing(Cover.NONE, 40, 0, FindingState.VISITED, WorkList.WORK), NextStep.TAKE_UP),
        (Standing(Cover.NONE, 40, 0, FindingState.TAKEN_UP, WorkList.WORK), NextStep.PERSUADE),
        (Standing(Cover.NONE, 40, 0, FindingState.FOUNDING, WorkList.WORK), NextStep.FOUND),
        (Standing(Cover.NONE, 40, 0, FindingState.CLOSED, because="moved"), NextStep.CORRECT),
        (Standing(Cover.NONE, 40, 0, FindingState.CLOSED, because="desk"), NextStep.NONE),
        (Standing(Cover.NONE, 40, 0, FindingState.CLOSED, because="matched"), NextStep.INVITE),
    ],
)
def test_the_next_step_follows_from_cover_finding_and_visits(standing: Standing, step: NextStep) -> None:
    assert next_step(standing, today=TODAY, quarter_start=QUARTER) == step


@pytest.fixture
def world(db: None) -> Town:
    return town()


def village(world: Town, name: str = "崔家村") -> Region:
    place: Region = make.region(name, world.federation.territory)
    return place


def firm(world: Town, place: Region, name: str, **values: Any) -> Any:
    return make.employer(name, looked_after_by=world.federation, region=place, **values)


def filled(world: Town) -> Region:
    """A firm with its own union, one in the joint union, one with a finding, one nobody knows much of, one closed."""
    place = village(world)
    world.north.regions.add(place)
    own = firm(world, place, "甲电器有限公司", insured_count=12, staff_count=99)
    make.link(world.unions[0], own)
    make.member(world.unions[0], employer=own)
    make.link(world.joint, firm(world, place, "乙小吃店", staff_count=3), kind=LinkKind.JOINT)
    bare = firm(world, place, "丙物流有限公司", insured_count=40)
    finding(world, employer=bare, subject_key=f"employer:{bare.pk}")
    firm(world, place, "丁商行")
    firm(world, place, "戊旧厂", state=EmployerState.CLOSED)
    return place


def test_a_village_counts_what_its_ledger_shows(world: Town) -> None:
    place = filled(world)
    note_visit(
        actor=world.actor("阿丽"), visit=noted(VisitResult.SERVICE, union_id=world.unions[0].pk), at=AT
    )
    actor = world.actor("林静")

    row = ledger.with_counts(ledger.places(actor), actor, TODAY).get(pk=place.pk)
    rows = list(ledger.employers(actor, place, TODAY).order_by("name"))

    assert (row.employers, row.covered, row.uncovered, row.open_findings) == (4, 2, 2, 1)
    assert (row.people, row.members, ledger.visited_on(row), row.organiser) == (55, 1, TODAY, "阿丽")
    assert {one.name[0]: (one.cover, one.heads, one.members, ledger.step_of(one, TODAY)) for one in rows} == {
        "甲": ("own", 12, 1, NextStep.WIN), "乙": ("joint", 3, 0, NextStep.WIN),
        "丙": ("none", 40, 0, NextStep.VISIT), "丁": ("none", None, 0, NextStep.ASK),
    }  # fmt: skip
    assert {one.name[0]: ledger.visited_on(one) for one in rows} == {
        "甲": TODAY,
        "乙": None,
        "丙": None,
        "丁": None,
    }
    assert ledger.totals(ledger.employers(actor, place, TODAY)) == ledger.Totals(4, 1, 1, 2, 1, 55, 1)


def test_many_places_are_shown_as_they_were_counted(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled(world)
    note_visit(
        actor=world.actor("阿丽"), visit=noted(VisitResult.SERVICE, union_id=world.unions[0].pk), at=AT
    )
    actor = world.actor("林静")
    names = (
        "employers",
        "covered",
        "uncovered",
        "open_findings",
        "people",
        "members",
        "last_at",
        "organiser",
    )
    live = ledger.with_counts(ledger.places(actor), actor, TODAY).order_by("pk").values_list("pk", *names)

    number = villages.count_villages(at=AT)

    kept = (
        ledger.with_kept_counts(ledger.places(actor), actor, TODAY).order_by("pk").values_list("pk", *names)
    )
    assert list(kept) == list(live)
    assert (number, ledger.listed(actor, TODAY)[1]) == (1, None)
    monkeypatch.setattr(ledger, "FEW", 0)
    assert ledger.listed(actor, TODAY)[1] == AT
    firm(world, place, "己新店")
    page = client_of(world, "林静").get(reverse("coverage:ledgers"), {"sort": "-employers"})
    assert "统计时间 2026-" in page.content.decode()
    assert page.context["page"].lines[0].row.employers == 4
    villages.count_villages(at=AT)
    again = client_of(world, "林静").get(reverse("coverage:ledgers"), {"gaps": "1"})
    assert [line.row.employers for line in again.context["page"].lines] == [5]


def test_the_last_visit_is_the_later_of_employer_and_union(world: Town) -> None:
    place = filled(world)
    later = datetime(2026, 7, 4, 2, 0, tzinfo=UTC)
    bare = ledger.employers(world.actor("林静"), place, TODAY).get(name__startswith="丙")
    note_visit(
        actor=world.actor("阿丽"), visit=noted(VisitResult.NOBODY, finding_id=bare.no_union[0].pk, noted_at=later), at=AT
    )  # fmt: skip

    row = ledger.employers(world.actor("林静"), place, TODAY).get(pk=bare.pk)

    assert ledger.visited_on(row) == date(2026, 7, 4)
    assert ledger.step_of(row, TODAY) == NextStep.RETURN


def test_who_sees_which_village(world: Town) -> None:
    place, other = filled(world), village(world, "王家村")

    def seen(who: str) -> set[str]:
        return {row.name for row in ledger.places(world.actor(who))}

    assert seen("林静") == {"崔家村", "王家村"}
    assert seen("阿丽") == {"崔家村"}
    assert seen("小波") == set()
    assert seen("老秦") == set()
    assert ledger.employers(world.actor("小波"), place, TODAY).count() == 0
    assert ledger.employers(world.actor("阿丽"), other, TODAY).count() == 0


def test_employers_of_no_known_village_stand_under_the_town(world: Town) -> None:
    federation_place = world.federation.territory
    assert federation_place is not None
    firm(world, federation_place, "己公司")

    assert {row.name for row in ledger.places(world.actor("林静"))} == {"西店镇"}


def client_of(world: Town, who: str) -> Client:
    client = Client()
    client.force_login(world.people[who])
    return client


@pytest.mark.parametrize(("who", "status"), [("林静", 200), ("阿丽", 200), ("小波", 404), ("老秦", 404)])
def test_pages_by_person(world: Town, who: str, status: int) -> None:
    place = filled(world)

    for name in ("ledger", "ledger_paper"):
        assert client_of(world, who).get(reverse(f"coverage:{name}", args=[place.pk])).status_code == status


def test_numbers_open_their_records(world: Town) -> None:
    place = filled(world)
    client = client_of(world, "林静")

    listed = client.get(reverse("coverage:ledgers")).content.decode()
    url = f"/desk/coverage/ledgers/{place.pk}/"
    assert f'href="{url}?cover=own&amp;cover=joint">2<' in listed

    found = client.get(
        url, {"cover": "none", "finding": ["open", "visited", "taken_up", "founding"]}
    ).content.decode()
    assert "丙物流有限公司" in found
    assert not any(name in found for name in ("甲电器", "乙小吃店", "丁商行"))


def test_the_ledger_says_how_each_could_found(world: Town) -> None:
    place = filled(world)
    rows = client_of(world, "林静").get(f"/desk/coverage/ledgers/{place.pk}/", {"export": "csv"})

    lines = b"".join(rows.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    at = lines[0].split(",").index("建会方式")
    assert {line[0]: line.split(",")[at] for line in lines[1:]} == {
        "甲": "", "乙": "", "丙": "单独建会", "丁": "属地工会兜底",
    }  # fmt: skip


def test_the_export_holds_plain_numbers(world: Town) -> None:
    filled(world)
    answer = client_of(world, "林静").get(reverse("coverage:ledgers"), {"export": "csv", "used": "1"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]

    assert lines[1].startswith("崔家村,西店镇,4,2,2,1,55,1,")


def test_pages_ask_the_same_number_of_questions_for_one_village_and_for_many(world: Town) -> None:
    place = filled(world)
    client = client_of(world, "林静")

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = [reverse("coverage:ledgers"), reverse("coverage:ledger", args=[place.pk])]
    before = [asked(url) for url in urls]
    for number in range(3):
        village(world, f"第{number}村")
        covered = firm(world, place, f"第{number}厂", insured_count=number)
        make.link(world.joint, covered, kind=LinkKind.JOINT)
        bare = firm(world, place, f"第{number}坊", insured_count=30)
        finding(world, employer=bare, subject_key=f"employer:{bare.pk}")

    assert [asked(url) for url in urls] == before


def test_the_paper_is_a_pdf_with_every_employer(world: Town) -> None:
    place, actor = filled(world), world.actor("林静")
    row = ledger.with_counts(ledger.places(actor), actor, TODAY).get(pk=place.pk)

    content = ledger_paper.paper(row, ledger.employers(actor, place, TODAY), at=AT)

    assert content.startswith(b"%PDF")
    assert len(content) > 5000


def test_hundreds_of_firms_are_printed_small_with_room_to_write(
    world: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, actor = filled(world), world.actor("林静")
    row = ledger.with_counts(ledger.places(actor), actor, TODAY).get(pk=place.pk)
    rows = ledger.employers(actor, place, TODAY)
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(ledger_paper.papers, "render", lambda **given: asked.append(given) or b"")

    ledger_paper.paper(row, rows, at=AT)
    monkeypatch.setattr(ledger_paper, "ROOMY", rows.count() - 1)
    ledger_paper.paper(row, rows, at=AT)

    plain, small = (next(block for block in one["blocks"] if block["kind"] == "table") for one in asked)
    assert [(one["wide"], one["dense"]) for one in asked] == [(True, False), (False, True)]
    assert (len(plain["head"]), len(small["head"])) == (9, 7)
    assert [line[1] for line in small["rows"]] == [line[1] for line in plain["rows"]]
    assert {line[-1] for line in small["rows"]} == {""}
    assert [line[3] for line in small["rows"]] == [f"{line[4] or '–'} / {line[5]}" for line in plain["rows"]]


def test_four_hundred_firms_take_nine_pages() -> None:
    lines = [
        [
            str(number),
            "宁波光利五金工具有限公司",
            "西店村企业联合工会",
            "43 / 12",
            "2026-03-02",
            "上门走访",
            "",
        ]
        for number in range(400)
    ]
    table: papers.Block = {
        "kind": "table", "head": ["序号", "单位", "覆盖", "人数/会员", "最近走访", "下一步", "备注"], "rows": lines,
        "widths": [4, 21, 17, 8, 9, 14, 27],
    }  # fmt: skip

    content = papers.render(title="西店村台账", blocks=[table], at=AT, dense=True)

    assert re.findall(rb"/Count (\d+)", content) == [b"9"]
