"""Mutual aid as a benefit: what covers somebody, what would, what it brought; of a unit only how many are covered."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor, within
from smartunion.core.benefits import Benefit, Reach, Source, Standing, Uptake
from smartunion.core.clock import local_date
from smartunion.core.paths import prefixes
from smartunion.ground.registry.models import Membership
from smartunion.systems.mutual.models import Claim, ClaimState, Insured, Plan
from smartunion.systems.mutual.queries.covers import covers_of
from smartunion.systems.mutual.wording import yuan

_SHOWN = 20


def mine(actor: Actor, at: datetime) -> Sequence[Benefit]:
    """Plans that cover the actor, open plans her unit has not joined, and what claims brought; bounded."""
    if actor.person_id is None:
        return []
    covers = covers_of(actor.person_id, local_date(at))
    found = [
        Benefit(
            title=one.insured.plan.title, standing=Standing.NOW, icon="heart-pulse", tint="teal", href=reverse("mutual:cover"),
            note=_("You are covered: %(what)s") % {"what": "、".join(part.title for part in one.terms.benefits)},
            until=one.insured.until_on,
        )
        for one in covers
    ]  # fmt: skip
    return [
        *found,
        *_missing(actor.person_id, {one.insured.plan_id for one in covers}),
        *_had(actor.person_id),
    ]


def _missing(person_id: int, covered: set[int]) -> list[Benefit]:
    spell = Membership.objects.filter(person=person_id, ended_on=None).first()
    if spell is None:
        return []
    offered = Plan.objects.filter(is_open=True, path__in=prefixes(spell.union_path)).exclude(pk__in=covered)
    return [
        Benefit(
            title=plan.title, standing=Standing.NEEDED, icon="heart-pulse", tint="teal", href=reverse("mutual:cover"),
            note=_("Units enrol their people together: ask the chair of your union whether yours takes part."),
        )
        for plan in offered.order_by("pk")[:_SHOWN]
    ]  # fmt: skip


def _had(person_id: int) -> list[Benefit]:
    rows = Claim.objects.filter(person=person_id, state=ClaimState.PAID).select_related("plan")
    return [
        Benefit(
            title=row.plan.title, standing=Standing.HAD, icon="heart-pulse", tint="teal", href=reverse("mutual:cover"),
            note=_("%(yuan)s yuan paid") % {"yuan": yuan(row.total_yuan or "0")},
            until=local_date(row.paid_at) if row.paid_at else row.filed_on,
        )
        for row in rows.order_by("-pk")[:_SHOWN]
    ]  # fmt: skip


def uptake(actor: Actor, reach: Reach) -> Sequence[Uptake]:
    """For each open plan of the union: how many of its members are covered today. Nothing of claims, which tell of illness."""
    on = clock.today()
    plans = list(Plan.objects.filter(is_open=True, path__in=prefixes(reach.path)).order_by("pk")[:_SHOWN])
    rows = Insured.objects.standing().filter(
        within((reach.path,)), plan__in=plans, from_on__lte=on, until_on__gt=on
    )
    covered: dict[int, set[int]] = {plan.pk: set() for plan in plans}
    for plan_id, person_id in rows.values_list("plan_id", "person_id"):
        covered[plan_id].add(person_id)
    return [
        Uptake(
            title=plan.title, entitled=reach.members, taken=min(reach.members, len(covered[plan.pk])),
            href=reverse("mutual:plan", args=[plan.pk]),
        )
        for plan in plans
    ]  # fmt: skip


SOURCE = Source(key="mutual", mine=mine, uptake=uptake, order=60)
