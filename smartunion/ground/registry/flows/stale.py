"""Edits of a record that somebody else changed meanwhile: refused with both versions side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.errors import StaleState
from smartunion.ground.registry.models import TradeUnion


def closed_record(union: TradeUnion) -> StaleState:
    """The refusal of a change of a union that has closed meanwhile."""
    return StaleState(
        _("%(name)s is closed and keeps its record as it is.") % {"name": union.name},
        remedy=_("Its history says who keeps its members and employers now; change the record there."),
    )


@dataclass(frozen=True)
class Conflict:
    """One field that differs: what stands in the record now, what was sent."""

    field: str
    stored: Any
    given: Any


class StaleEdit(StaleState):
    """The record was changed after the form was opened; `conflicts` shows both versions, `version` the present one.

    Sealed values are not put side by side.
    """

    code = "stale_edit"

    def __init__(
        self, record: Any, changes: Mapping[str, Any], *, sealed: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(
            _(
                "Somebody else changed this record while you were editing it. Nothing of yours has been stored yet."
            ),
            remedy=_("Compare the two versions below, keep what is right, and save again."),
        )
        self.version: int = record.version
        self.conflicts = [
            Conflict(name, getattr(record, name), value)
            for name, value in changes.items()
            if name not in sealed and getattr(record, name) != value
        ]
