"""Words for coverage pages."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.systems.organising.models import FindingEvent
from smartunion.systems.organising.rules import BatchVerdict, VisitResult

register = template.Library()


@register.filter
def event_words(event: FindingEvent) -> str:
    """What happened, in words."""
    if event.event.startswith("visit_"):
        return _("Visit: %(result)s") % {"result": VisitResult(event.event.removeprefix("visit_")).label}
    words = {
        "found": _("Found by a comparison"), "found_again": _("Found again"), "matched": _("Closed by a comparison"),
        "confirmed": _("Confirmed at the desk"), "taken_up": pgettext("organising", "Taken up"),
        "dismissed": _("Closed at the desk"),
        "reopened": _("Opened again"), "postponed": _("Postponed"), "judged": _("Closed by a verdict on the link"),
        "settled": _("Settled between departments"),
        "covers_own": _("Decided: its own union covers it"), "covers_joint": _("Decided: the joint union covers it"),
        "covers_undone": _("The decision between two unions taken back"),
        "founding": _("Founding begun"), "founded": _("Union founded"), "taken_in": _("Taken in by a joint union of the place"),
        "batch_undone": _("A verdict on many taken back"),
        "listed": _("Put on the list from the village ledger"),
        "contested": _("An organiser saw it otherwise"), "handover_note": _("Note for the successor"),
        "worker_waits": _("Somebody who works there wants to join"),
    }  # fmt: skip
    if event.event.startswith("batch_") and event.event not in words:
        return _("Verdict on many: %(verdict)s") % {
            "verdict": BatchVerdict(event.event.removeprefix("batch_")).label
        }
    return words.get(event.event, event.event)


@register.filter
def list_words(name: str) -> str:
    """A list of the matcher, in words."""
    words = {
        "links": _("Unions and the employers they cover"), "links_to_verify": _("Links to verify"),
        "persons": _("Members found in social insurance"), "persons_to_verify": _("People to verify"),
        "no_union_25": _("Employers of 25 and more without a union"),
        "no_union_100": _("Employers of 100 and more without a union"),
        "moved_members": _("Members who work elsewhere now"),
        "not_members": _("Insured at covered employers, in no union"),
        "closed_unions": _("Unions whose employers have all closed"),
        "disagreements": _("Values on which departments disagree"),
    }  # fmt: skip
    return words.get(name, name)


@register.filter
def is_number(value: Any) -> bool:
    """Whether it is a plain number."""
    return isinstance(value, int)


@register.filter
def signed(value: int) -> str:
    """A difference with its sign."""
    return f"{value:+,}" if value else "0"
