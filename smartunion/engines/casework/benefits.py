"""Services that give something to a person, as benefits: what she may ask for, what is missing, what she was given."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, within
from smartunion.core.benefits import Benefit, Reach, Source, Standing, Uptake
from smartunion.core.clock import local_date
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.hall import Offer, offers
from smartunion.engines.casework.rules import CaseState

#: Headings whose services give something; the others report, correct or dispute.
GIVING = frozenset({"care", "skills"})
_SHOWN = 20


def mine(actor: Actor, at: datetime) -> Sequence[Benefit]:
    """Services the actor may have now, those that need something first (with what), and what was approved for her."""
    giving = [offer for offer in offers(actor, at) if offer.definition.category in GIVING]
    return [_open(offer) for offer in giving] + _given(actor, {offer.definition.key for offer in giving})


def _open(offer: Offer) -> Benefit:
    is_now = offer.may is not False
    definition = offer.definition
    return Benefit(
        title=str(definition.title), standing=Standing.NOW if is_now else Standing.NEEDED,
        note=str(definition.summary) if is_now else offer.why_not, href=offer.url, icon=definition.icon, tint=offer.tint,
    )  # fmt: skip


def _given(actor: Actor, keys: set[str]) -> list[Benefit]:
    approved = CaseFile.objects.of_applicant(actor).filter(
        state=CaseState.APPROVED, service_key__in=keys, closed_at__isnull=False
    )
    return [
        Benefit(
            title=case.title, standing=Standing.HAD, note=_("Approved"), icon="check2-circle",
            href=reverse("casework:case", args=[case.pk]), until=local_date(case.closed_at),
        )
        for case in approved.order_by("-closed_at", "-pk")[:_SHOWN] if case.closed_at is not None
    ]  # fmt: skip


def uptake(actor: Actor, reach: Reach) -> Sequence[Uptake]:
    """How many members of the union were granted each service whose cases are no secret, in the last year."""
    giving = [
        offer.definition
        for offer in offers(actor)
        if offer.definition.category in GIVING and not offer.definition.is_narrow
    ]
    if not giving:
        return []
    granted = dict(
        CaseFile.objects.filter(
            within([reach.path], "origin_path"),
            closed_at__gte=reach.since,
            service_key__in=[definition.key for definition in giving],
            state=CaseState.APPROVED,
            person__isnull=False,
        )
        .values_list("service_key")
        .annotate(people=Count("person", distinct=True))
    )
    return [
        Uptake(
            title=str(definition.title), entitled=reach.members, taken=min(reach.members, granted.get(definition.key, 0)),
            href=reverse("casework:service", args=[definition.key]),
        )
        for definition in giving
    ]  # fmt: skip


SOURCE = Source(key="casework", mine=mine, uptake=uptake, order=50)
