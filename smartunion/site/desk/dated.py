"""The desk's lists as of a past day: which rows, which columns, and what is said above them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import AsOf, Choice, DateRange
from smartunion.core.listing.listing import Listing
from smartunion.core.web.guards import actor_of
from smartunion.ground.registry import rules
from smartunion.ground.registry.queries.certificates import stood_as
from smartunion.ground.registry.queries.dated import name_on

AS_OF = AsOf(key="on", label=gettext_lazy("As of"))


def as_asked(
    request: HttpRequest, listing: Listing, today: Callable[[], Any], past: Callable[[date], Any]
) -> tuple[Listing, Any]:
    """The list and its rows: of today, or of the past day the address names. The listing must have AS_OF among its filters."""
    day = listing.day_asked(dict(request.GET.lists()), actor_of(request))
    if day is None:
        return listing, today()
    return _dated(listing, day), past(day)


def _dated(listing: Listing, day: date) -> Listing:
    """A list of a past day: its head says so on the page, on paper and in files; nothing can be done to its rows."""
    words = _("as of %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    made = _OF_DAY.get(listing.key)
    columns, filters, note = made(day) if made else _CHANGES.get(listing.key, _NOTHING)
    shown = [columns.get(one.key, one) for one in listing.columns]
    shown[0] = replace(shown[0], label=f"{shown[0].label} ({day.isoformat()})")
    return replace(
        listing, columns=tuple(shown), filters=tuple(filters.get(one.key, one) for one in listing.filters), known=None,
        bulk=(), stand=words, note=note,
    )  # fmt: skip


_TREE = gettext_lazy(
    "Shown is what held that day, in the tree of unions as it stands today. Names of people, telephones and other details "
    "are those of today."
)
_COUNTED = gettext_lazy(
    "Shown is what held that day, in the tree of unions as it stands today. Names of people, telephones and other details "
    "are those of today. Unions with more than 20,000 members were counted last night."
)


def standing_tone(state: str) -> str:
    """The tone of a state of unions, employers and memberships: what stands is green in the registry."""
    return {"active": "done", "retained": "active"}.get(state, "")


_UNIONS: Mapping[str, Column] = {
    "name": Column(
        key="name", label=gettext_lazy("Name that day"), value=name_on, sort="name_key", priority=1, width=36
    ),
    "state": Column(key="state", label=gettext_lazy("State today"), kind="state", priority="side", tone_of=standing_tone),
}  # fmt: skip
_MEMBERS: Mapping[str, Column] = {
    "state": Column(
        key="state", label=gettext_lazy("State that day"), priority="side", value="held_as", template="desk/_held_as.html"
    ),
    "reason": Column(
        key="reason", label=gettext_lazy("Why retained"), shown=False,
        value=lambda row: row.get_reason_display() if row.ended_on is None else "",
    ),
}  # fmt: skip
_STATES = [(one.value, one.label) for one in rules.MembershipState if one != rules.MembershipState.ENDED]
_HELD = {
    "state": Choice(
        key="state",
        label=gettext_lazy("State that day"),
        field="held_as",
        multiple=True,
        options=_STATES,
    )
}
_Change = tuple[Mapping[str, Column], Mapping[str, Any], Any]
_NOTHING: _Change = ({}, {}, _TREE)
_CHANGES: dict[str, _Change] = {
    "desk.unions": (_UNIONS, {}, _COUNTED),
    "desk.members": (_MEMBERS, _HELD, _TREE),
    "desk.union_members": (_MEMBERS, _HELD, _TREE),
    "desk.employers": (
        {}, {},
        gettext_lazy("Shown is which unions covered the employers that day. Names, codes and head counts are those of today."),
    ),
}  # fmt: skip


def _certificates(day: date) -> _Change:
    standing = Column(
        key="standing", label=gettext_lazy("State that day"), priority="side", template="desk/_standing.html", width=20,
        value=lambda row: row.standing.label,
    )  # fmt: skip
    ended_on = Column(key="ended_on", label=gettext_lazy("Held until"), kind="date")
    due_on = Column(
        key="change_due_on", label=gettext_lazy("Change to be registered by"), kind="date", shown=False,
        value=lambda row: row.change_due_on if row.standing in _CHANGED else None,
    )  # fmt: skip
    what = Column(
        key="changes", label=gettext_lazy("What has changed"), width=24, shown=False,
        value=lambda row: row.changed_words if row.standing in _CHANGED else "",
    )  # fmt: skip
    chosen = Choice(
        key="standing", label=gettext_lazy("State that day"), options=_HOLDING, multiple=True,
        where=lambda wanted: stood_as(wanted, day),
    )  # fmt: skip
    note = gettext_lazy(
        "Shown are the certificates that held that day. Names of unions are those of today; of certificates followed by "
        "another since, it is not known any more whether a change was to be registered."
    )
    columns = {"standing": standing, "ended_on": ended_on, "change_due_on": due_on, "changes": what}
    return columns, {"standing": chosen}, note


def _officers(day: date) -> _Change:
    ends_on = Column(
        key="ends_on", label=gettext_lazy("Term to end on, as of that day"), value="term_ended_on", kind="date",
        sort="term_ended_on",
    )  # fmt: skip
    chosen = DateRange(
        key="ends_on",
        label=gettext_lazy("Term to end on, as of that day"),
        field="term_ended_on",
        secondary=True,
    )
    return {"ends_on": ends_on}, {"ends_on": chosen}, _TREE


_CHANGED = {rules.Standing.CHANGE_DUE, rules.Standing.CHANGE_LATE}
_OVER = {rules.Standing.REPLACED, rules.Standing.CANCELLED}
_HOLDING = [(one.value, one.label) for one in rules.Standing if one not in _OVER]
#: Lists whose columns or filters must know the day.
_OF_DAY: dict[str, Callable[[date], _Change]] = {
    "desk.certificates": _certificates,
    "desk.officers": _officers,
}
