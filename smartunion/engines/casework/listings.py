"""The desk's list of cases."""

import re
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.engines.casework.models import CaseFile, SecondLook, Service
from smartunion.engines.casework.reach import SEALED
from smartunion.engines.casework.rules import CaseState, Verdict
from smartunion.engines.casework.telling import last_day
from smartunion.ground.accounts.rules import Role

_REFERENCE = re.compile("[0-9A-Z-]{10,24}")


def _due(row: CaseFile) -> object:
    return last_day(row.due_at) if row.due_at else None


def _digest(row: CaseFile) -> str:
    return "；".join(str(value) for value in row.digest.values())[:80]


def _find(rows: "QuerySet[CaseFile]", words: str) -> "QuerySet[CaseFile]":
    """By reference; what cannot be one is looked for in the titles, which takes longer."""
    if _REFERENCE.fullmatch(words.upper()):
        return rows.filter(reference=words.upper())
    return rows.filter(Q(reference=words.upper()) | Q(title__icontains=words))


def _find_look(rows: "QuerySet[SecondLook]", words: str) -> "QuerySet[SecondLook]":
    found = Q(case__reference=words.upper())
    return rows.filter(
        found if _REFERENCE.fullmatch(words.upper()) else found | Q(case__title__icontains=words)
    )


def _services(actor: Actor) -> list[tuple[str, str]]:
    return list(Service.objects.order_by("order", "key").values_list("key", "title"))


STATES = [(state.value, state.label) for state in CaseState if state is not CaseState.DRAFT]

CASES = Listing(
    key="casework.cases",
    title=_("Cases"),
    columns=(
        Column(key="title", label=_("Case"), priority=1, width=36),
        Column(key="reference", label=_("Reference"), kind="code", width=16),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="due", label=_("Last day"), value=_due, template="casework/_due_cell.html", sort="due_at"),
        Column(key="digest", label=_("Facts"), value=_digest, priority=3, width=30),
        Column(key="submitted_at", label=_("Submitted"), kind="date", sort="submitted_at", priority=3),
    ),
    order=("due_at",),
    search=Text(key="q", label=_("Reference or title"), find=_find),
    filters=(
        Choice(key="service", label=_("Service"), options=_services, field="service_key"),
        Choice(key="state", label=_("State"), options=STATES, field="state"),
    ),
    row_url=lambda row: f"/desk/cases/{row.pk}/",
    unit=_("cases"),
    empty_title=_("Nothing waits here"),
    empty_text=_("When somebody sends a case to your union it appears here, the most urgent one first."),
    empty_icon="inbox",
)  # fmt: skip


#: The same list of what has ended, and of everything: the newest first, as most of it is not due any more.
NEWEST_CASES = replace(CASES, order=("-pk",))


def _verdict(row: SecondLook) -> str:
    return str(row.get_verdict_display()) if row.verdict else str(_("Not looked at yet"))


def _share(row: SecondLook) -> str:
    return f"{(row.share * 100).normalize():f}%"


def _who(row: SecondLook) -> str:
    """Whoever has to look: the office that decided, of a sealed service its officers of that role."""
    roles = [
        str(Role(role).label) for role in sorted(SEALED.get(row.case.service_key, ())) if role in Role.values
    ]
    return gettext("%(office)s: %(who)s who had no part in it") % {
        "office": getattr(row, "office", "") or row.path,
        "who": "、".join(roles) or str(_("an officer")),
    }


#: Not looked at yet, besides what was found.
_FOUND = [("open", _("Not looked at yet")), *Verdict.choices]

SECOND_LOOKS = Listing(
    key="casework.second_looks",
    title=_("Second looks"),
    columns=(
        Column(key="case", label=_("Case"), value=lambda row: row.case.title, priority=1, width=36),
        Column(key="reference", label=_("Reference"), value=lambda row: row.case.reference, kind="code", width=16),
        Column(key="decided_on", label=pgettext_lazy("case", "Decided"), kind="date", sort="decided_on"),
        Column(key="decider_name", label=_("Decided by"), priority=3, width=12),
        Column(key="who", label=_("Who has to look"), value=_who, width=30),
        Column(key="share", label=_("Drawn, of all decisions"), value=_share, priority=3, width=10),
        Column(key="verdict", label=_("Found"), value=_verdict, priority="side"),
        Column(key="user_name", label=_("Looked at by"), priority=3, width=12),
    ),
    order=("verdict", "-decided_on"),
    search=Text(key="q", label=_("Reference or title"), find=_find_look),
    filters=(
        Choice(
            key="verdict", label=_("Found"), options=_FOUND,
            where=lambda given: Q(verdict__in=["" if one == "open" else one for one in given]),
        ),
        Choice(key="service", label=_("Service"), options=_services, field="case__service_key"),
        DateRange(key="decided", label=pgettext_lazy("case", "Decided"), field="decided_on"),
    ),
    row_url=lambda row: f"/desk/cases/{row.case_id}/",
    unit=_("decisions"),
    empty_title=_("Nothing has been drawn yet"),
    empty_text=_("Every night some of the decisions of the day before are drawn for a second look by somebody else."),
    empty_icon="search",
)  # fmt: skip
