"""The list of those one has helped to join, with what came of it."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.core.spellings import in_any_spelling
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.rules import MembershipState
from smartunion.systems.organising.models import JoinHelp

OUTCOMES = (
    ("joined", _("Is a member")),
    ("asked", _("The union is looking at it")), ("pooled", _("Place kept until her firm has a union")),
    ("refused", _("Refused")), ("withdrawn", _("Withdrawn")),
)  # fmt: skip
_WORDS = dict(OUTCOMES)
_TONES = {"joined": "done", "refused": "bad"}


def helped(actor: Actor) -> QuerySet[Any]:
    """Applications one typed for others, each with its outcome as `queries.joining_outcome` tells it."""
    taken_in = Membership.objects.filter(
        person=OuterRef("case__person"), held_as=MembershipState.ACTIVE, started_on__gte=OuterRef("on")
    )
    rows: QuerySet[Any] = JoinHelp.objects.visible_to(actor).annotate(outcome=Case(
        When(case__state=CaseState.REFUSED, then=Value("refused")),
        When(case__state=CaseState.WITHDRAWN, then=Value("withdrawn")),
        When(~Q(case__state=CaseState.APPROVED), then=Value("asked")),
        When(Exists(taken_in), then=Value("joined")),
        default=Value("pooled"),
    ))  # fmt: skip
    return rows.select_related("case__person", "case__employer", "case__union")


def _find(rows: Any, text: str) -> Any:
    return rows.filter(
        in_any_spelling(text, lambda spelt: Q(case__person__name__startswith=spelt) | Q(case__reference__iexact=spelt))
    )  # fmt: skip


HELPED = Listing(
    key="organising.helped",
    title=_("People I helped to join"),
    unit=_("people"),
    columns=(
        Column(key="name", label=_("Name"), value="case.person.name", priority=1),
        Column(key="outcome", label=_("What came of it"), kind="state", priority="side",
               label_of=lambda row: _WORDS.get(row.outcome, row.outcome), tone_of=lambda value: _TONES.get(value, "waiting")),
        Column(key="union", label=_("Union"), value="case.union.name", width=30),
        Column(key="employer", label=_("Employer"), value="case.employer.name", width=30),
        Column(key="on", label=_("Sent on"), kind="date", sort="on"),
        Column(key="reference", label=_("Reference"), value="case.reference", kind="code", priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=_("Name or reference"), find=_find),
    filters=(
        Choice(key="outcome", label=_("What came of it"), options=OUTCOMES, multiple=True),
        DateRange(key="on", label=_("Sent on"), field="on"),
    ),
    empty_title=_("You have helped nobody to join yet"),
    empty_text=_("Open “Join your union” while signed in and fill it in with the worker: the code goes to her phone."),
    empty_icon="people",
)  # fmt: skip
