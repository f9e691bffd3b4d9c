"""Reach and permission of an actor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import Actor, Grant, after, system
from smartunion.core.errors import NotAllowed

NODE = st.lists(st.text("0123456789az", min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda p: "/".join(p) + "/"
)


def holder(*roots: str) -> Actor:
    return Actor(user_id=1, grants=tuple(Grant("cadre", None, root, frozenset({"see"})) for root in roots))


@given(NODE, NODE)
def test_the_range_of_a_subtree_holds_exactly_its_descendants(root: str, other: str) -> None:
    assert (root <= other < after(root)) == other.startswith(root)


@given(st.lists(NODE, max_size=6))
def test_widest_roots_cover_the_same_and_never_overlap(roots: list[str]) -> None:
    widest = holder(*roots).paths("see")

    assert all(any(root.startswith(wide) for wide in widest) for root in roots)
    assert not any(a != b and a.startswith(b) for a in widest for b in widest)


def test_permission_counts_only_below_the_grant() -> None:
    actor = holder("1/a/")

    assert actor.can("see", path="1/a/b/")
    assert not actor.can("see", path="1/b/")
    assert not actor.can("edit", path="1/a/b/")
    with pytest.raises(NotAllowed):
        actor.check_can("edit")


def test_the_installation_may_do_everything_everywhere() -> None:
    assert system().can("anything.at_all", path="9/")
    assert system().paths("anything.at_all") == ("",)


@pytest.mark.django_db
def test_reach_over_everything_survives_being_joined_with_a_narrower_condition() -> None:
    from django.db.models import Q

    from smartunion.core.audit.models import AuditEvent

    sql = str(AuditEvent.objects.filter(system().within("any", "event") | Q(pk=1)).query)
    assert "WHERE" not in sql
