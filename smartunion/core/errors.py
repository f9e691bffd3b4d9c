"""Refusals: each is a class with a stable code; one middleware turns them into a page or an API problem."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


class DomainError(Exception):
    """A refusal a person can understand.

    message: what happened and why; remedy: what to do next; field: the input it concerns, or "".
    """

    code = "refused"
    status = 422

    def __init__(self, message: str = "", *, remedy: str = "", field: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message or self.default_message()
        self.remedy = remedy
        self.field = field
        self.details: Mapping[str, Any] = details

    def default_message(self) -> str:
        """The sentence used when the raiser gives none."""
        return _("This could not be done.")

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotVisible(DomainError):
    """The thing does not exist for this actor: answered 404 whether or not it exists."""

    code = "not_found"
    status = 404

    def default_message(self) -> str:
        return _("This page or record does not exist, or is not open to you.")


class NotAllowed(DomainError):
    """Visible, but this actor may not do this."""

    code = "not_allowed"
    status = 403

    def default_message(self) -> str:
        return _("Your role does not allow this.")


class StaleState(DomainError):
    """Somebody changed the record first; nothing was overwritten."""

    code = "stale_state"
    status = 409

    def default_message(self) -> str:
        return _("Somebody changed this record a moment ago. Reload the page to see the result.")


class InvalidInput(DomainError):
    """A value that cannot be accepted; `field` names it."""

    code = "invalid_input"
    status = 422


class TooMany(DomainError):
    """A rate limit was reached; `details["retry_after_s"]` says how long to wait."""

    code = "too_many"
    status = 429

    def default_message(self) -> str:
        return _("Too many attempts. Please wait a moment and try again.")
