"""How events read to the person they are about; rooms register theirs in apps.py."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Label = str | Promise
EVENTS: dict[str, Label] = {}
#: Events told to the person they are about alone: what she asked for, was given or was paid.
PRIVATE: set[str] = set()


def register(events: Mapping[str, Label], *, is_private: bool = False) -> None:
    """Add events (stable name → words). is_private: no page of the desk lists them beside a person.

    Raises ValueError when one is named twice.
    """
    for event, label in events.items():
        if event in EVENTS:
            raise ValueError(f"audit event {event} is named twice")
        EVENTS[event] = label
    if is_private:
        PRIVATE.update(events)


def label_of(event: str) -> str:
    """The event in words; one nobody named is at least said to be about the record."""
    return (
        str(EVENTS[event])
        if event in EVENTS
        else _("The record was looked at or changed (%(event)s)") % {"event": event}
    )
