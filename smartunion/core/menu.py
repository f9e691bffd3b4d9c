"""Menus of the shells: rooms register entries in apps.py; the shell shows those the actor may use."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from smartunion.core.actor import Actor

Label = str | Promise


@dataclass(frozen=True)
class Entry:
    """One menu entry.

    shell: "portal", "desk" or "boards"; group: heading on the desk; icon: Bootstrap Icons name; order: small
    first; also_for: a permission that will do as well; badge: count to show for this actor, computed once a page (keep it one
    indexed query), or None; yields: a tab that goes first when there is no room for all.
    """

    shell: str
    key: str
    label: Label
    url_name: str
    icon: str
    group: Label = ""
    order: int = 100
    permission: str = ""
    also_for: str = ""
    needs_person: bool = False
    yields: bool = False
    badge: Callable[[Actor], int] | None = None


ENTRIES: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add entries; raises ValueError when a key is taken."""
    for entry in entries:
        if entry.key in ENTRIES:
            raise ValueError(f"menu entry {entry.key} is registered twice")
        ENTRIES[entry.key] = entry


def entries_for(actor: Actor, shell: str) -> list[Entry]:
    """What this actor sees in the shell, in order."""
    return sorted(
        (
            entry
            for entry in ENTRIES.values()
            if entry.shell == shell
            and _may_see(actor, entry)
            and (not entry.needs_person or actor.person_id is not None)
        ),
        key=lambda entry: (entry.order, entry.key),
    )


def _may_see(actor: Actor, entry: Entry) -> bool:
    return (
        not entry.permission
        or actor.can(entry.permission)
        or bool(entry.also_for and actor.can(entry.also_for))
    )
