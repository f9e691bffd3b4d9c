"""The desk's list of joining codes."""

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Text
from smartunion.core.listing.listing import Listing
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.systems.organising.models import JoiningDrive


def state_of(drive: JoiningDrive) -> str:
    """active, planned or off."""
    today = clock.today()
    if drive.closed_at is not None or (drive.ends_on is not None and drive.ends_on < today):
        return "off"
    return "planned" if drive.starts_on > today else "active"


STATES = {"active": _("In use"), "planned": _("Not begun"), "off": pgettext_lazy("drive", "Closed")}

#: Stages of a drive's funnel, from the number agreed on to the driver verified.
STAGES = {
    "targeted": _("Targeted"), "contacted": _("Talked with"),
    "started": _("Asked for a code"), "sent": _("Sent the form"), "joined": _("Are members"),
    "verified": _("Verified as drivers"),
}  # fmt: skip


def _state_where(values: list[str]) -> Q:
    today = clock.today()
    ended = Q(closed_at__isnull=False) | Q(ends_on__lt=today)
    if values[0] == "off":
        return ended
    begun = Q(starts_on__lte=today) if values[0] == "active" else Q(starts_on__gt=today)
    return ~ended & begun


def _find(rows: "QuerySet[JoiningDrive]", words: str) -> "QuerySet[JoiningDrive]":
    return rows.filter(
        in_any_spelling(
            words,
            lambda text: Q(code=text.upper()) | Q(title__icontains=text) | Q(union__name__icontains=text),
        )
    )


def with_counts(rows: "QuerySet[JoiningDrive]") -> "QuerySet[JoiningDrive]":
    """Each code with its target, for the list."""
    whole = Q(targets__union=F("union"), targets__platform="", targets__fact_kind=MEMBER_JOINED)
    return rows.annotate(wanted=Sum("targets__quantity", filter=whole))


DRIVES = Listing(
    key="organising.drives",
    title=_("Joining codes"),
    columns=(
        Column(key="title", label=_("Title"), priority=1, width=30),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(key="state", label=_("State"), value=state_of, kind="state", label_of=lambda row: STATES[state_of(row)],
               priority="side"),
        Column(key="code", label=_("Joining code"), kind="code"),
        Column(key="starts_on", label=_("Valid from"), kind="date", sort="starts_on"),
        Column(key="ends_on", label=pgettext_lazy("organising", "Valid until"), kind="date"),
        Column(key="wanted", label=_("Target (people)"), kind="number", priority=3),
    ),
    order=("-id",),
    search=Text(key="q", label=_("Code, title or union"), find=_find),
    filters=(Choice(key="state", label=_("State"), options=list(STATES.items()), where=_state_where),),
    row_url=lambda row: f"/desk/drives/{row.pk}/",
    unit=_("codes"),
    empty_title=_("No joining code yet"),
    empty_text=_("Make one for a union or a campaign; people scan it and are members within a minute."),
    empty_href="/desk/drives/new/",
    empty_action=_("Make a code"),
    empty_icon="qr-code",
)  # fmt: skip
