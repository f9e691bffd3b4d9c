"""Names of the places a value can hold in. This room knows unions by path; who knows their names registers here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor


@dataclass(frozen=True)
class Place:
    """A subtree that values are entered for: path, name of its union, depth in the tree."""

    path: str
    name: str
    depth: int = 0


Namer = Callable[[Iterable[str]], dict[str, str]]
Lister = Callable[[Actor], list[Place]]
_sources: list[tuple[Namer, Lister]] = []


def register(names: Namer, places: Lister) -> None:
    """names: paths → names; places: leading unions whose rules the actor may read, in tree order, not too many."""
    _sources.append((names, places))


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """Name for each path; "" is the whole installation, an unknown path shows itself."""
    wanted = set(paths)
    found = {path: path for path in wanted}
    for names, _places in _sources:
        found |= names(wanted - {""})
    if "" in wanted:
        found[""] = _("Everywhere")
    return found


def places_for(actor: Actor) -> list[Place]:
    """Everywhere first, then what the sources list."""
    found = [Place("", _("Everywhere"))]
    for _names, places in _sources:
        found += places(actor)
    return found
