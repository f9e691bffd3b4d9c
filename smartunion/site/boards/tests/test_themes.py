"""Every number of the three themes opens exactly the records it counts (S021)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts import ledger
from smartunion.systems.organising.models import EmployerMark
from smartunion.systems.organising.tests import joining_world as make
from smartunion.systems.organising.tests import test_marks as marked

pytestmark = pytest.mark.django_db
world = marked.world
THEMES = ("industry", "growth", "innovation")


def client_of(world: make.World, role: Role = Role.CADRE) -> Client:
    client = Client()
    client.force_login(make.staff("老县", role, world.county))
    return client


@pytest.fixture
def told(world: make.World) -> make.World:
    """A class with two people, a safety idea handed in, another case, a vacancy."""
    now = clock.now()
    for number, (kind, attrs) in enumerate((
        ("offers.attended", {"kind": "class"}), ("offers.attended", {"kind": "class"}), ("offers.attended", {"kind": "trip"}),
        ("casework.case_submitted", {"service": "safety_idea"}), ("casework.case_submitted", {"service": "wish"}),
        ("vacancies.posted", {}),
    )):  # fmt: skip
        ledger.record(
            actor=system(), kind=kind, key=f"t:{number}", happened_on=clock.local_date(now), at=now, path=world.town.path,
            subject=world.bare, attrs=attrs,
        )  # fmt: skip
    return world


@pytest.mark.parametrize("place", ["county", "town"])
@pytest.mark.parametrize("theme", THEMES)
def test_each_number_opens_a_list_of_that_length(told: make.World, theme: str, place: str) -> None:
    client, union = client_of(told), getattr(told, place)

    board = client.get(f"/board/themes/{theme}/{union.pk}/").context["board"]

    for one in board.figures:
        if one.key != "unknown":  # of the whole reach, whichever union's board it stands on
            assert client.get(one.href).context["page"].count == one.value, one.key
    for below in board.below:
        for one in below.figures:
            assert client.get(one.href).context["page"].count == one.value, (below.union.name, one.key)
    for row in board.rows:
        assert client.get(row.href).context["page"].count == row.firms
        assert client.get(f"{row.href}&cover=none").context["page"].count == row.without


def test_the_numbers_are_those_of_the_records(told: make.World) -> None:
    client = client_of(told)

    boards = {
        theme: client.get(f"/board/themes/{theme}/{told.county.pk}/").context["board"] for theme in THEMES
    }

    values = {theme: {one.key: one.value for one in board.figures} for theme, board in boards.items()}
    assert values == {
        "industry": {
            "scale": 1, "scale_without": 1, "cluster": 2, "cluster_without": 1, "project": 1, "project_without": 1,
            "unknown": 1,
        },
        "growth": {"learners": 0, "came": 2, "degrees": 0, "events": 0, "vacancies": 1},
        "innovation": {
            "grade": 1, "grade_without": 0, "ideas": 1, "ideas_answered": 0, "hazards": 0, "demands": 0,
        },
    }  # fmt: skip
    assert [(row.label, row.firms, row.without) for row in boards["industry"].rows] == [("文具", 2, 1)]
    assert boards["industry"].sources == [("industry", make.TODAY), ("projects", make.TODAY)]


def test_federations_below_and_months_add_up_to_the_numbers_of_the_whole(told: make.World) -> None:
    now = clock.now()
    for number, path in enumerate((told.county.path, told.town.path, told.union.path)):
        ledger.record(
            actor=system(), kind="vacancies.posted", key=f"v:{number}", happened_on=clock.local_date(now), at=now, path=path,
            subject=told.bare, attrs={},
        )  # fmt: skip
    client = client_of(told)

    board = client.get(f"/board/themes/growth/{told.county.pk}/").context["board"]

    assert {one.key: one.value for one in board.figures}["vacancies"] == 4
    assert [(one.union, [figure.value for figure in one.figures]) for one in board.below] == [
        (told.town, [0, 2, 0, 0, 3])  # the county's own stands in the whole alone
    ]
    assert [sum(one.values) for one in board.by_month.series] == [0, 2, 0, 0, 4]
    assert board.by_month.categories[-1] == f"{clock.local_date(now):%Y-%m}"
    firms = client.get(f"/board/themes/industry/{told.county.pk}/").context["board"]
    assert [(one.name, one.values) for one in firms.by_name.series] == [("已建会", [1]), ("未建会", [1])]


def test_without_an_extract_no_nought_is_shown(told: make.World) -> None:
    EmployerMark.objects.all().delete()
    client = client_of(told)

    boards = {
        theme: client.get(f"/board/themes/{theme}/{told.county.pk}/").context["board"] for theme in THEMES
    }

    assert boards["industry"].figures == []
    assert {one.key for one in boards["innovation"].figures} == {
        "ideas",
        "ideas_answered",
        "hazards",
        "demands",
    }


def test_a_theme_is_a_file_too_and_a_town_costs_as_much_as_a_county(told: make.World) -> None:
    client = client_of(told)
    county, town = (f"/board/themes/industry/{union.pk}/" for union in (told.county, told.town))
    client.get(county)

    lines = client.get(f"{county}?format=csv").content.decode("utf-8-sig").splitlines()
    costs = []
    for address in (county, town):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        costs.append(len(asked))

    assert len(lines) == 1 + 7 + 1 + 6
    assert lines[0] == "指标,数量,数据截至"
    assert costs[0] == costs[1]


def test_leaders_see_boards_of_their_reach_and_no_theme_that_is_none(told: make.World) -> None:
    client = client_of(told, Role.LEADER)
    stranger = Client()
    stranger.force_login(make.staff("老秦", Role.LEADER, told.other))

    assert client.get(f"/board/themes/growth/{told.town.pk}/").status_code == 200
    assert client.get(f"/board/themes/weather/{told.town.pk}/").status_code == 404
    assert stranger.get(f"/board/themes/growth/{told.town.pk}/").status_code == 404
    assert (
        f"/board/themes/industry/{told.town.pk}/"
        in client.get(f"/board/coverage/{told.town.pk}/").content.decode()
    )
