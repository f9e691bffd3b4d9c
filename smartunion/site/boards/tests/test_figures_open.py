"""Every number of the board opens exactly the records it counts, and nobody is led to a page she may not open."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.rules import ChangeReason, ChangeType
from smartunion.ground.registry.tests import factories
from smartunion.site.boards.figures import behind
from smartunion.site.desk import listings
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def here() -> make.World:
    """A town with a member who left, an employer without a union, and findings in and beside it."""
    world = make.world()
    beside = make._union(
        "跃龙街道总工会",
        world.county,
        "T2",
        make._region("330226002", "跃龙街道", "town", world.county.region),
    )
    for number, union in enumerate((world.union, world.union, world.other)):
        factories.member(union, f"职工{number}")
    gone = factories.member(world.union, "离职者")
    registry.memberships.end(
        actor=system(), membership_id=gone.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=make.TODAY,
        at=make.NOW,
    )  # fmt: skip
    for number, union in enumerate((world.town, world.town, beside)):
        Finding.objects.create(
            kind="no_union",
            subject_key=f"employer:{number}",
            path=union.path,
            work_list="task",
            state="open",
            found_at=make.NOW,
        )
    tallies.recount(repair=True)
    return world


@pytest.mark.parametrize("place", ["county", "town"])
def test_each_figure_opens_a_list_of_that_length(here: make.World, place: str) -> None:
    client = signed_in(make.staff("老县", Role.CADRE, here.county))
    union = getattr(here, place)

    figures = client.get(f"/board/coverage/{union.pk}/").context["board"].figures

    assert {one.key: one.value for one in figures} == {
        "members": 3, "unions": 2, "employers": 2, "list_verify": 0, "list_task": 3 if place == "county" else 2, "list_work": 0,
    }  # fmt: skip
    for one in figures:
        assert client.get(one.href).context["page"].count == one.value, one.key


def test_whoever_sees_no_members_is_not_led_to_their_list(here: make.World) -> None:
    leader, cadre = (make.staff(role.value, role, here.county) for role in (Role.LEADER, Role.CADRE))
    organiser = make.staff("阿丽", Role.ORGANISER, here.town)

    pages = {
        user.name: [signed_in(user).get(at).content.decode() for at in ("/desk/", "/board/")]
        for user in (leader, cadre)
    }
    desk = signed_in(organiser).get("/desk/").content.decode()

    members = f"/desk/unions/{here.county.pk}/members/"
    assert members in pages["cadre"][0]
    assert members not in pages["leader"][0]
    assert f"/desk/unions/{here.town.pk}/members/" not in desk
    for user, is_open in ((leader, False), (cadre, True)):
        board = signed_in(user).get(f"/board/coverage/{here.county.pk}/").content.decode()
        assert (f'href="{members}?state=active"' in board) is is_open
        assert 'data-value="members"' in board


def test_a_place_above_ones_reach_is_named_and_not_linked(here: make.World) -> None:
    town, county = (signed_in(make.staff(at.name, Role.CADRE, at)) for at in (here.town, here.county))

    for page in ("unions", "tree"):
        above = f'href="/desk/{page}/{here.county.pk}/"'
        seen = {
            name: who.get(f"/desk/{page}/{here.town.pk}/").content.decode()
            for name, who in (("town", town), ("county", county))
        }
        assert above not in seen["town"]
        assert here.county.name in seen["town"]
        assert above in seen["county"]


def test_lists_offer_only_pages_the_reader_may_open(here: make.World) -> None:
    lists = "/desk/coverage/lists/task/"
    organiser = signed_in(make.staff("阿丽", Role.ORGANISER, here.town)).get(lists).content.decode()
    leader = signed_in(make.staff("领导", Role.LEADER, here.county))

    assert "/desk/coverage/comparisons/" not in organiser
    assert "/desk/coverage/comparisons/" in leader.get(lists).content.decode()
    assert "/desk/feeds/" not in leader.get("/desk/coverage/comparisons/").content.decode()


def test_counts_of_states_and_running_coverage_come_from_the_tallies_however_many_there_are(
    here: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = {name: replace(getattr(listings, name), count_limit=0) for name in ("MEMBERS", "LINKS")}
    for name, listing in limited.items():
        monkeypatch.setattr(listings, name, listing)
    factories.member(here.other, "保留者", state="retained")
    tallies.recount(repair=True)
    client = signed_in(make.staff("老县", Role.CADRE, here.county))
    base = f"/desk/unions/{here.county.pk}"

    told = {
        at: client.get(f"{base}/{at}").context["page"].count_text
        for at in ("members/", "members/?state=active", "members/?state=active&state=retained", "members/?state=retained&sex=f",
                   "employers/?running=yes", "employers/?running=no")
    }  # fmt: skip

    assert told == {
        "members/": "4", "members/?state=active": "3", "members/?state=active&state=retained": "4",
        "members/?state=retained&sex=f": "0", "employers/?running=yes": "2", "employers/?running=no": "0",
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER, Role.CHAIR])
def test_who_joined_this_month_opens_the_very_entries_counted(here: make.World, role: Role) -> None:
    at = clock.now()
    joined = [
        registry.memberships.start(
            actor=system(), at=at,
            data=NewMembership(person_id=factories.person().pk, union_id=here.union.pk, on=clock.today()),
        )
        for _n in range(3)
    ]  # fmt: skip
    registry.memberships.end(
        actor=system(), membership_id=joined[0].pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=clock.today(), at=at,
    )  # fmt: skip
    client = signed_in(make.staff("老王", role, here.union if role == Role.CHAIR else here.county))

    standing = client.get("/desk/").context["standing"][0]
    entries = client.get(standing["joined_url"])

    assert (standing["joined"], entries.context["page"].count) == (3, 3)
    opened = {f"/desk/people/{row.person_id}/" for row in joined}
    assert {line.url for line in entries.context["page"].lines} == ({""} if role == Role.LEADER else opened)


def test_entries_of_another_union_are_closed_to_a_chair(here: make.World) -> None:
    registry.memberships.start(
        actor=system(), at=clock.now(),
        data=NewMembership(person_id=factories.person().pk, union_id=here.other.pk, on=clock.today()),
    )  # fmt: skip
    chair = signed_in(make.staff("老王", Role.CHAIR, here.union))

    theirs = chair.get(behind(MEMBER_JOINED, path=here.other.path))
    visits = chair.get(behind("organising.visit", path=here.union.path))

    assert (theirs.context["page"].count, visits.context["page"].count) == (0, 0)


def test_only_entries_about_members_lead_to_their_person(here: make.World) -> None:
    person = factories.person()
    for kind in (MEMBER_JOINED, "offers.attended"):
        Fact.objects.create(
            kind=kind, key=kind, happened_on=clock.today(), recorded_at=clock.now(), path=here.union.path,
            subject_type="x", subject_id=1, person_id=person.pk,
        )  # fmt: skip
    cadre = signed_in(make.staff("老王", Role.CADRE, here.county))

    for asked in ((MEMBER_JOINED,), ("offers.attended",), (MEMBER_JOINED, "offers.attended")):
        lines = cadre.get(behind(*asked, path=here.union.path)).context["page"].lines
        led = {line.row.kind: line.url for line in lines}
        assert led == {kind: f"/desk/people/{person.pk}/" if kind == MEMBER_JOINED else "" for kind in asked}
