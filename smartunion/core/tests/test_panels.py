"""Panels and sections: order, permission, hiding."""

from collections.abc import Iterator

import pytest

from smartunion.core import panels
from smartunion.core.actor import Actor, Grant
from smartunion.core.panels import Panel, PanelRow, PanelRows, Section

READER = Actor(user_id=1, grants=(Grant("x", None, "", frozenset({"see"})),))


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(panels, "PANELS", {})
    monkeypatch.setattr(panels, "SECTIONS", {})
    return


def panel(key: str, order: int, permission: str = "see", *, hidden: bool = False) -> Panel:
    rows = None if hidden else PanelRows(total=1, rows=[PanelRow(title="a", href="/a/")])
    return Panel(key=key, title=key, icon="x", permission=permission, render=lambda actor: rows, order=order)


def test_panels_come_in_order_to_those_who_may_see_them() -> None:
    panels.register(panel("b", 20), panel("a", 10), panel("c", 5, "other"), panel("d", 1, hidden=True))

    assert [drawn.panel.key for drawn in panels.panels_for(READER)] == ["a", "b"]
    assert panels.panels_for(Actor()) == []


def test_sections_are_cut_by_page_permission_and_their_own_answer() -> None:
    def section(
        key: str, answer: dict[str, int] | None, page: str = "union", permission: str = ""
    ) -> Section:
        return Section(
            page=page, key=key, template="x.html", context=lambda actor, record: answer, permission=permission
        )

    panels.register(
        section("b", {"n": 1}), section("a", {"n": 2}), section("c", None), section("d", {}, page="person"),
        section("e", {}, permission="other"),
    )  # fmt: skip

    assert [(one["key"], one["context"]) for one in panels.sections_for(READER, "union", object())] == [
        ("a", {"n": 2}), ("b", {"n": 1}),
    ]  # fmt: skip


def test_a_key_is_registered_once() -> None:
    panels.register(panel("a", 1))

    with pytest.raises(ValueError, match="panel a is registered twice"):
        panels.register(panel("a", 2))
