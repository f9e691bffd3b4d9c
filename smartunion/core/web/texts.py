"""Texts that come in over the API: U+0000 is no character, and PostgreSQL keeps none. Forms and searches leave it out."""

from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput


class NoText(InvalidInput):
    """A text holds U+0000."""

    def __init__(self) -> None:
        super().__init__(
            _("A text holds the sign U+0000, which is no character."),
            remedy=_("Take it out and send it again."),
        )


def holds_nul(value: Any) -> bool:
    """Whether a text, or one inside lists and dicts, holds U+0000."""
    if isinstance(value, dict):
        return any(map(holds_nul, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\0" in value
