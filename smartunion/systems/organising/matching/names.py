"""Front door for Chinese organisation names: parse one, compare two. docs/rules/names.md has the worked table."""

from __future__ import annotations

from smartunion.systems.organising.matching.names_compare import NameEvidence, Veto, weigh
from smartunion.systems.organising.matching.names_parse import NameParts, fold, parse

__all__ = ["NameEvidence", "NameParts", "Veto", "compare", "fold", "parse"]


def compare(a: str | NameParts, b: str | NameParts) -> NameEvidence:
    """Weigh two names, given as text or already parsed. Symmetric; score 0-1 with its reasons."""
    one = parse(a) if isinstance(a, str) else a
    other = parse(b) if isinstance(b, str) else b
    return weigh(one, other)
