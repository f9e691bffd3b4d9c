"""Lists of members that were sent to be compared, and the answers that came."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core.clock import local_date
from smartunion.core.jobs.models import JobState
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import DateRange
from smartunion.core.listing.listing import Listing
from smartunion.systems.stewardship.rules.identity import Outcome


def _state(row: Any) -> object:
    return JobState(row.job.state).label if row.job else _("Done")


def _tone(row: Any) -> str:
    return {"done": "done", "failed": "bad", "cancelled": "off"}.get(
        row.job.state if row.job else "done", "waiting"
    )


LISTS = Listing(
    key="stewardship.identity_lists",
    title=_("Lists to be compared"),
    unit=_("lists"),
    columns=(
        Column(key="union", label=_("Union"), value="union.name", priority=1, width=34),
        Column(key="state", label=_("State"), kind="state", value=_tone, label_of=_state, priority="side"),
        Column(key="size", label=_("Members on the list"), kind="number", sort="size"),
        Column(key="sent_to", label=_("Given to"), width=26),
        Column(key="reason", label=_("Reason"), width=34, priority=3),
        Column(key="actor_name", label=_("List made by"), width=14),
        Column(key="created_at", label=_("List made on"), kind="date", value=lambda row: local_date(row.created_at), sort="pk"),
    ),
    order=("-pk",),
    filters=(DateRange(key="created_at", label=_("List made on"), instant=True),),
    empty_title=_("No list was made yet"),
    empty_text=_("A list holds the name and the ID number of every member whom the authority has not confirmed."),
    empty_icon="person-vcard",
)  # fmt: skip


def _count(name: str) -> Callable[[Any], int]:
    return lambda row: int(getattr(row, name))


READINGS = Listing(
    key="stewardship.identity_readings",
    title=_("Answers that came"),
    unit=_("extracts"),
    columns=(
        Column(key="source", label=_("Source"), value="snapshot.source.name", priority=1, width=28),
        Column(key="as_of", label=_("Drawn on"), kind="date", value="snapshot.as_of", priority="side"),
        Column(key="rows", label=_("Answers in it"), kind="number", sort="rows"),
        *(Column(key=one.value, label=one.label, kind="number", value=_count(one.value), sort=one.value) for one in Outcome),
        Column(key="strangers", label=_("Of nobody here"), kind="number", priority=3),
        Column(key="former", label=_("Out of date"), kind="number", priority=3),
        Column(key="opposed", label=_("Two answers for one person"), kind="number", priority=3),
        Column(key="unread", label=_("Words not understood"), kind="number", priority=3),
        Column(key="words", label=_("Which words"), value=lambda row: "、".join(row.words), width=24, priority=3),
        Column(key="read_at", label=_("Read on"), kind="date", value=lambda row: local_date(row.read_at) if row.read_at else None,
               priority=3),
    ),
    order=("-pk",),
    row_url=lambda row: reverse("feeds:snapshot", args=[row.pk]),
    empty_title=_("No answers came yet"),
    empty_text=_("Bring in what the authority sent back as an extract of a source that holds answers about identity."),
    empty_href="/desk/feeds/",
    empty_action=_("Departments’ files"),
)  # fmt: skip
