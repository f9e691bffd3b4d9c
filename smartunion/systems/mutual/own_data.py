"""The room's chapter of a person's own file: what covered her, and what she claimed."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.mutual.models import Claim, ClaimState, Insured
from smartunion.systems.mutual.queries.claims import dump_event, load_event, shown_lines, shown_reasons
from smartunion.systems.mutual.rules.claims import Event


def _covers(person_id: int) -> Sequence[Row]:
    rows = Insured.objects.filter(person=person_id).select_related("plan").order_by("pk")
    found: list[Row] = [
        {
            pgettext("own data", "Plan"): row.plan.title, pgettext("own data", "Shares"): row.shares,
            pgettext("own data", "Since"): row.from_on, pgettext("own data", "Until"): row.until_on,
        }
        for row in rows
    ]  # fmt: skip
    claims = Claim.objects.filter(person=person_id).select_related("plan", "case").order_by("pk")
    return found + [_claim(claim) for claim in claims]


def _claim(claim: Claim) -> Row:
    return {
        pgettext("own data", "Plan"): claim.plan.title,
        pgettext("own data", "Reference"): claim.case.reference,
        pgettext("own data", "State"): str(claim.get_state_display()),
        pgettext("own data", "Sent"): claim.filed_on,
        pgettext("own data", "Granted (yuan)"): str(claim.total_yuan or ""),
        pgettext("own data", "Calculation"): [
            *(f"{line.label}: {line.formula} = {line.yuan}" for line in shown_lines(claim.shown)),
            *shown_reasons(claim.shown),
        ],
    }


CHAPTER = Part("mutual_aid", gettext_lazy("Mutual aid"), _covers)


def forget(person_id: int) -> None:
    """What a claim told of an illness goes; that there was one, in which plan and what it brought, stays with its receipt.

    Source: Measures on accounting archives of 2015 (receipts are kept thirty years).
    """
    for claim in Claim.objects.filter(person=person_id).exclude(state=ClaimState.OPEN):
        known = load_event(claim.facts)
        claim.facts, claim.event, claim.result = dump_event(Event(known.benefit, known.filed_on)), "", ""
        claim.save(update_fields=["facts", "event", "event_index", "result"])
