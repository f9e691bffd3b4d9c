"""My benefits and what a union's members have not taken up."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from smartunion.core import benefits, clock
from smartunion.core.actor import Actor
from smartunion.core.benefits import Benefit, Source, Standing, Uptake
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setattr(benefits, "SOURCES", {})
    return benefits.SOURCES


def _one(title: str, standing: Standing, until: date | None = None) -> Benefit:
    return Benefit(title=title, standing=standing, until=until)


def test_what_ends_soonest_stands_first_and_what_was_had_latest_first(sources):
    day = date(2026, 5, 1)
    held = [
        _one("later", Standing.NOW, day + timedelta(9)), _one("open", Standing.NOW), _one("soon", Standing.NOW, day),
        _one("old", Standing.HAD, day), _one("new", Standing.HAD, day + timedelta(1)),
    ]  # fmt: skip
    benefits.register(Source(key="a", mine=lambda actor, at: held))

    found = benefits.of_person(Actor(), clock.now())

    assert [one.title for one in found[Standing.NOW]] == ["soon", "later", "open"]
    assert [one.title for one in found[Standing.HAD]] == ["new", "old"]
    assert found[Standing.NEEDED] == []


def test_a_key_is_taken_once(sources):
    source = Source(key="a", mine=lambda actor, at: [])
    benefits.register(source)

    with pytest.raises(ValueError, match="registered twice"):
        benefits.register(source)


def test_what_most_people_left_stands_first_and_what_nobody_may_have_is_left_out(sources):
    lines = [
        Uptake(title="few left", entitled=10, taken=9), Uptake(title="nobody", entitled=0, taken=0),
        Uptake(title="many left", entitled=10, taken=1),
    ]  # fmt: skip
    benefits.register(Source(key="a", mine=lambda actor, at: [], uptake=lambda actor, reach: lines))

    found = benefits.of_union(Actor(), "1/", 10, clock.now())

    assert [(one.title, one.left) for one in found] == [("many left", 9), ("few left", 1)]


def test_a_worker_reads_what_is_hers(sources):
    client = accounts.signed_in(accounts.make_user("阿丽", person=make.person("阿丽")))
    benefits.register(
        Source(key="a", mine=lambda actor, at: [
            Benefit(title="免费体检", standing=Standing.NOW, until=date(2026, 12, 24)),
            Benefit(title="疗休养", standing=Standing.NEEDED, note="入会满一年后可以报名。"),
        ])
    )  # fmt: skip

    page = client.get(reverse("portal:benefits")).content.decode()

    assert "免费体检" in page
    assert "2026-12-24" in page
    assert "入会满一年后可以报名。" in page


def test_a_chair_reads_counts_of_her_own_union_and_a_stranger_finds_none(sources):
    at_home, elsewhere = make.union("甲厂工会"), make.union("乙厂工会")
    asked = []
    benefits.register(
        Source(
            key="a", mine=lambda actor, at: [],
            uptake=lambda actor, reach: asked.append(reach.path) or [Uptake(title="免费体检", entitled=8, taken=3)],
        )
    )  # fmt: skip
    own = accounts.signed_in(accounts.make_user("阿丽", Role.CHAIR, union=at_home))
    stranger = accounts.signed_in(accounts.make_user("老秦", Role.CHAIR, union=elsewhere))
    address = reverse("desk:union_benefits", args=[at_home.pk])

    page = own.get(address).content.decode()
    refused = stranger.get(address)

    assert "还有 5 人没有享受。" in page
    assert asked == [at_home.path]
    assert refused.status_code == 404
