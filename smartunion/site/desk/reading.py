"""What somebody looks for by a text typed on the desk: into a list, a form or the one search box."""

from smartunion.core import clock
from smartunion.ground.registry.rules.reading import Search, Wanted, read_search

__all__ = ["Search", "Wanted", "read"]


def read(text: str) -> Search:
    """The text understood, as of today: an ID number tells itself by a birth date that has been."""
    return read_search(text, today=clock.today())
