"""Pieces other rooms put onto the desk: panels of its first page, sections of a record's page (from apps.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from smartunion.core.actor import Actor

Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One thing that waits. side: short text at the right (a deadline); tone: "", red or amber."""

    title: Label
    href: str
    note: Label = ""
    side: Label = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class PanelRows:
    """What waits for one actor: how many altogether, the first few, and the address of them all."""

    total: int
    rows: Sequence[PanelRow] = field(default_factory=tuple)
    href: str = ""


def first_few(waiting: QuerySet[Any], shown: int) -> tuple[list[Any], int]:
    """The first rows of an ordered queue, and how many it has: found in one pass over its keys, where a row of it is dear to
    tell from others. For queues of a union's own affairs, which a city has tens of thousands of, not millions.
    """
    keys = list(waiting.values_list("pk", flat=True))
    return list(waiting.filter(pk__in=keys[:shown])) if keys else [], len(keys)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A queue on the desk's first page.

    render: rows for an actor who holds the permission; keep it two indexed queries. None hides the panel; a total of
    0 shows it as done. order: small first. empty: said when nothing waits.
    """

    key: str
    title: Label
    icon: str
    permission: str
    render: Callable[[Actor], PanelRows | None]
    order: int = 100
    empty: Label = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a record's page that another room draws.

    page: "union", "employer", "person", or "record", which is the person's own view of hers; context: values of the template
    for an actor and the record, which the actor sees; None hides the section.
    """

    page: str
    key: str
    template: str
    context: Callable[[Actor, Any], Mapping[str, Any] | None]
    permission: str = ""
    order: int = 100


PANELS: dict[str, Panel] = {}
SECTIONS: dict[tuple[str, str], Section] = {}


def register(*pieces: Panel | Section) -> None:
    """Add panels and sections; raises ValueError when a key is taken."""
    for piece in pieces:
        if isinstance(piece, Panel):
            if piece.key in PANELS:
                raise ValueError(f"panel {piece.key} is registered twice")
            PANELS[piece.key] = piece
        else:
            if (piece.page, piece.key) in SECTIONS:
                raise ValueError(f"section {piece.key} of {piece.page} is registered twice")
            SECTIONS[piece.page, piece.key] = piece


@dataclass(frozen=True)
class Drawn:
    """A panel with its rows."""

    panel: Panel
    found: PanelRows


def panels_for(actor: Actor) -> list[Drawn]:
    """The panels of an actor, in order, with their rows."""
    mine = sorted(PANELS.values(), key=lambda panel: (panel.order, panel.key))
    drawn = ((panel, panel.render(actor)) for panel in mine if actor.can(panel.permission))
    return [Drawn(panel, found) for panel, found in drawn if found is not None]


def sections_for(actor: Actor, page: str, record: Any) -> list[dict[str, Any]]:
    """The sections of a page for an actor, in order: template and context of each."""
    mine = [piece for piece in SECTIONS.values() if piece.page == page]
    shown: list[dict[str, Any]] = []
    for piece in sorted(mine, key=lambda piece: (piece.order, piece.key)):
        if piece.permission and not actor.can(piece.permission):
            continue
        context = piece.context(actor, record)
        if context is not None:
            shown.append({"key": piece.key, "template": piece.template, "context": context})
    return shown
