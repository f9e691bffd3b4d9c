"""What is refused and why: each is a class with a stable code.

A `Refusal` belongs to the page the act was asked from, beside the field it names: a page catches just that. Every other
`DomainError` is an answer of its own; one middleware turns what no page caught into a page or an API problem.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def joined_sentences(*said: str) -> str:
    """Sentences one after the other; a Chinese full stop needs no blank behind it."""
    whole = ""
    for one in filter(None, said):
        whole += f"{one}" if not whole or whole[-1] in "。！？；：" else f" {one}"
    return whole


class DomainError(Exception):
    """Something refused, in words a person can understand; answered by itself unless it is a Refusal.

    message: what happened and why; remedy: what to do next; field: the input it concerns, or "".
    """

    code = "refused"
    status = 422

    def __init__(self, message: str = "", *, remedy: str = "", field: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message or self.default_message()
        self.remedy = remedy or ("" if message else self.default_remedy())
        self.field = field
        self.details: Mapping[str, Any] = details

    def default_message(self) -> str:
        """The sentence used when the raiser gives none."""
        return _("This could not be done.")

    def default_remedy(self) -> str:
        """What to do next when the raiser gives no sentence of its own."""
        return ""

    def __str__(self) -> str:
        return joined_sentences(self.message, self.remedy)


class Refusal(DomainError):
    """Stays on the page it was asked from: something can be put right there, waited for or left to somebody else."""


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


class DutiesApart(Refusal):
    """One person may not do both, such as ask and decide, or decide and pay: somebody else has to."""

    code = "duties_apart"
    status = 403

    def default_message(self) -> str:
        return _("You had a part in this yourself; somebody else has to do it.")


class StaleState(Refusal):
    """Somebody changed the record first, or it has moved on; nothing was overwritten.

    Whatever the message, what to do next is the same unless the raiser knows better: look at the page as it is now.
    """

    code = "stale_state"
    status = 409

    def __init__(self, message: str = "", *, remedy: str = "", field: str = "", **details: Any) -> None:
        super().__init__(message, remedy=remedy or self.default_remedy(), field=field, **details)

    def default_message(self) -> str:
        return _("Somebody changed this record a moment ago.")

    def default_remedy(self) -> str:
        return _("Open the page anew: it shows what holds now.")


class InvalidInput(Refusal):
    """A value that cannot be accepted; `field` names it."""

    code = "invalid_input"
    status = 422


class TooMany(Refusal):
    """A rate limit was reached; `details["retry_after_s"]` says how long to wait."""

    code = "too_many"
    status = 429

    def default_message(self) -> str:
        return _("Too many attempts. Please wait a moment and try again.")
