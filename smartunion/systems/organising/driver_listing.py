"""The list of a village's drivers and couriers: who is a member, who was talked with, what is next."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Flag, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, Listing
from smartunion.core.spellings import in_any_spelling
from smartunion.systems.organising.driver_rules import ENDED, TalkOutcome
from smartunion.systems.organising.models import Driver
from smartunion.systems.organising.queries.driver_ledger import contacted_on, step_of


def member_words(row: Any) -> str:
    """Whether a driver is a member."""
    return gettext("Is a member") if row.is_member else gettext("Not yet a member")


def _find(rows: Any, text: str) -> Any:
    if text.isdigit() and len(text) == 4:
        return rows.filter(mobile_tail=text)
    return rows.filter(in_any_spelling(text, _named))


def _named(text: str) -> Q:
    spelt = text.lower().replace(" ", "") if text.isascii() else ""
    return prefixed("name", text) | prefixed("name_key", spelt)


def _platforms(actor: Actor) -> list[tuple[str, str]]:
    names = Driver.objects.visible_to(actor).exclude(platform="").order_by("platform")
    return [(name, name) for name in names.values_list("platform", flat=True).distinct()[:200]]


def _due(values: list[str]) -> Q:
    return Q(due_on__lte=clock.today(), is_member=False)


LEDGER_DRIVERS = Listing(
    key="organising.ledger_drivers",
    title=_("Drivers and couriers"),
    unit=_("people"),
    count_limit=CHEAP_COUNT_LIMIT,
    columns=(
        Column(key="name", label=_("Name"), sort="name_key", priority=1, width=14),
        Column(key="member", label=_("Membership"), value=lambda row: "done" if row.is_member else "waiting", kind="state",
               label_of=member_words, priority="side"),
        Column(key="platform", label=_("Platform or trade"), value="platform"),
        Column(key="tail", label=_("Phone ends in"), value="mobile_tail", kind="code", width=10),
        Column(key="last_on", label=_("Last contact"), value=contacted_on, kind="date", sort="last_at"),
        Column(key="outcome", label=_("What came of it"), value="last_outcome", kind="words"),
        Column(key="due_on", label=_("Talk again on"), kind="date", sort="due_on"),
        Column(key="step", label=_("Next step"), value=lambda row: step_of(row, clock.today()).label, width=30),
        Column(key="valid_until", label=_("Licence valid until"), kind="date", priority=3, shown=False),
        Column(key="listed", label=_("In the newest register"), priority=3, shown=False,
               value=lambda row: gettext("yes") if row.is_listed else gettext("no")),
    ),
    order=("name_key",),
    search=Text(key="q", label=_("Name, initials or last digits of the phone"), find=_find),
    filters=(
        Choice(
            key="member", label=_("Membership"), options=(("yes", _("Is a member")), ("no", _("Not yet a member"))),
            where=lambda chosen: Q(is_member=chosen[0] == "yes"),
        ),
        Choice(key="outcome", label=_("What came of it"), options=TalkOutcome.choices, field="last_outcome", multiple=True),
        Choice(key="platform", label=_("Platform or trade"), options=_platforms),
        Flag(key="new", label=_("Nobody has talked with her yet"), where=Q(last_at=None, is_member=False)),
        Flag(key="open", label=_("Still to win"), where=Q(is_member=False) & ~Q(last_outcome__in=ENDED)),
        Choice(key="due", label=_("Talk again"), options=(("now", _("Due now")),), where=_due),
        Flag(key="gone", label=_("No longer in the register"), where=Q(is_listed=False, by_hand=False), secondary=True),
        Flag(key="by_hand", label=_("Entered by hand"), where=Q(by_hand=True), secondary=True),
        DateRange(key="last", label=_("Last contact"), field="last_at", instant=True, secondary=True),
    ),
    row_url=lambda row: reverse("coverage:driver", args=[row.pk]),
    empty_title=_("No driver or courier is known here yet"),
    empty_text=_(
        "They come with the extract of the transport department when a drive is checked against it; whom you find by "
        "walking you enter yourself."
    ),
    empty_icon="truck",
)  # fmt: skip
