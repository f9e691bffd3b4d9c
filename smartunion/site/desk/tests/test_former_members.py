"""Who left or was expelled: found by name, with how and why, by whoever kept her membership."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from smartunion.core.actor import system
from smartunion.core.listing import walking
from smartunion.core.listing.listing import narrowed
from smartunion.ground.registry.flows import memberships
from smartunion.ground.registry.flows.people.erase import erase
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.rules import ChangeReason, ChangeType
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk import listings
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def end(desk: Desk, name: str, how: ChangeType, why: ChangeReason) -> Membership:
    spell = make.member(desk.cast.union, name)
    memberships.end(
        actor=make.chair(desk.cast.union), membership_id=spell.pk, end_type=how, reason=why, on=make.TODAY,
        at=make.AT, note="工会决议〔2026〕3号",
    )  # fmt: skip
    return spell


def text(client: Client, query: str = "") -> str:
    return client.get(f"{reverse('desk:former_members')}{query}").content.decode()


def test_the_expelled_and_those_who_left_are_found_with_how_and_why(desk: Desk) -> None:
    expelled = end(desk, "钱多多", ChangeType.EXPELLED, ChangeReason.CRIME)
    end(desk, "孙安安", ChangeType.LEFT, ChangeReason.OWN_WISH)
    moved = make.member(desk.cast.union, "周迁迁")
    Membership.objects.filter(pk=moved.pk).update(
        state="ended", ended_on=make.TODAY, end_type="transferred_out"
    )

    shown = text(desk.cadre)

    assert all(words in shown for words in ("钱多多", "除名", "孙安安", "个人要求退会"))
    assert "周迁迁" not in shown
    assert reverse("desk:person", args=[expelled.person_id]) in shown
    only = text(desk.cadre, "?end_type=expelled")
    assert ("钱多多" in only, "孙安安" in only) == (True, False)
    assert "钱多多" in text(desk.cadre, "?q=钱多多")
    assert reverse("desk:former_members") in desk.cadre.get(reverse("desk:members")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"end_type": ["expelled"]},
        {"reason": ["crime"]},
        {"ended_on_from": ["2026-01-01"]},
        {"q": ["钱多多"]},
    ],
)
def test_the_few_who_are_gone_are_walked_and_counted_inside_their_own_index(
    desk: Desk, query: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how few they are")
    end(desk, "钱多多", ChangeType.EXPELLED, ChangeReason.CRIME)
    given = [one.read(query, system()) for one in listings.FORMER_MEMBERS.all_filters]

    found = narrowed(listings.former_rows(make.chair(desk.cast.union)), given)

    def plans() -> list[str]:
        rows = walking.wide(found)
        keys = walking.in_order(rows, "name_key").order_by("name_key", "pk").values("pk")
        return [keys.explain(), rows.order_by().values("pk").explain()]

    covering = "" if "q" in query else "COVERING "  # of whoever is searched for the name is looked up
    assert all(f"USING {covering}INDEX membership_former" in plan for plan in plans())
    if "q" not in query:
        assert walking.is_wide(found)

    monkeypatch.setattr(walking, "PASSED", 0)  # as where far more left elsewhere than are in reach
    assert not walking.is_wide(found)


def test_whoever_was_erased_is_not_among_them(desk: Desk) -> None:
    gone = end(desk, "钱多多", ChangeType.LEFT, ChangeReason.OWN_WISH).person
    end(desk, "孙安安", ChangeType.LEFT, ChangeReason.OWN_WISH)

    erase(actor=system(), person_id=gone.pk, version=gone.version, reason="本人要求删除", at=make.AT)

    assert [row.person.name for row in listings.former_rows(system())] == ["孙安安"]


def test_of_another_union_nobody_is_seen(desk: Desk) -> None:
    own = end(desk, "钱多多", ChangeType.LEFT, ChangeReason.OWN_WISH)

    shown = text(desk.stranger)

    assert own.person.name not in shown
