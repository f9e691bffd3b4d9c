"""Programmes that pay: registered by the systems that decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from smartunion.engines.payments.models import Payable

#: Called in the transaction in which a payable was paid or failed: (payable, "paid" or "failed", instant).
Settled = Callable[["Payable", str, datetime], None]


@dataclass(frozen=True)
class Programme:
    """A programme that pays people.

    is_sealed: what it pays for tells of illness or poverty, so titles are shown to nobody without aid.view or payments
    permissions; in_kind: gives things and places, of which somebody may well have several: compared only with those of
    other people; settled: told of each payment and failure; pays_union: it may pay into a union's account (death benefits
    in Shanghai go there); record_url: address name that takes the key of a record, for links from a likeness.
    """

    key: str
    label: str | Promise
    is_sealed: bool = True
    settled: Settled | None = None
    pays_union: bool = False
    record_url: str = ""
    in_kind: bool = False


PROGRAMMES: dict[str, Programme] = {}


def register(*programmes: Programme) -> None:
    """Add programmes. Raises ValueError when a key is taken."""
    for programme in programmes:
        if programme.key in PROGRAMMES:
            raise ValueError(f"programme {programme.key} is registered twice")
        PROGRAMMES[programme.key] = programme


def label_of(key: str) -> str:
    """What a programme is called; its key when it is no longer there."""
    found = PROGRAMMES.get(key)
    return str(found.label) if found else key


def is_in_kind(key: str) -> bool:
    """Whether a programme gives things and places."""
    found = PROGRAMMES.get(key)
    return found is not None and found.in_kind


def is_sealed(key: str) -> bool:
    """Whether a programme tells of illness or poverty; one no longer registered is taken to."""
    found = PROGRAMMES.get(key)
    return found is None or found.is_sealed
