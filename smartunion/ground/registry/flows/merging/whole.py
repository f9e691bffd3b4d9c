"""A merge is whole or not at all, and its refusals are said in one way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from smartunion.core.errors import Refusal, StaleState


class StillHeld(Refusal):
    """Something that cannot be carried over holds on to a record."""

    code = "still_held"

    def default_message(self) -> str:
        return _("Another record depends on one of these and cannot be carried over.")


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction. Raises StillHeld when something keeps hold of a record, StaleState when a rival wrote first."""
    try:
        with transaction.atomic():
            yield
    except ProtectedError:
        raise StillHeld from None
    except IntegrityError:
        raise StaleState from None
