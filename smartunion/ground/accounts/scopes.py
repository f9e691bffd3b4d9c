"""What a partner's token may be good for; rooms register theirs in apps.py."""

from collections.abc import Mapping

from django.utils.functional import Promise

Label = str | Promise
SCOPES: dict[str, Label] = {}


def register(scopes: Mapping[str, Label]) -> None:
    """Add scopes (stable key → words). Raises ValueError when one is named twice."""
    for scope, label in scopes.items():
        if scope in SCOPES:
            raise ValueError(f"scope {scope} is named twice")
        SCOPES[scope] = label
