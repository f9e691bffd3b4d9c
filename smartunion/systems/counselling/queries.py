"""Reads for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.benefits import Benefit, Source, Standing
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Membership
from smartunion.systems.counselling.models import Consultation, Counsellor, Slot
from smartunion.systems.counselling.rules import HELPS, Level, SlotState, State

_SHOWN = 100


@dataclass(frozen=True)
class Entry:
    """A counsellor with her next free hours, soonest first, at most six."""

    counsellor: Counsellor
    slots: list[Slot]


def where_of(actor: Actor) -> str:
    """Path of the actor's union, "" when she has none."""
    spells = Membership.objects.filter(person_id=actor.person_id or -1, ended_on=None)
    return spells.values_list("union_path", flat=True).first() or ""


def nearest_first(found: list[Counsellor], where: str) -> list[Counsellor]:
    """Those who serve a place, the narrowest union first, before the others; equal ones stay in their order."""
    return sorted(found, key=lambda one: (not where.startswith(one.path), -len(one.path)))


def counsellors(actor: Actor, at: datetime) -> list[Entry]:
    """Who takes people, the nearest first; two statements, whatever there is."""
    taking = Counsellor.objects.visible_to(actor).filter(is_taking=True).exclude(user_id=actor.user_id or -1)
    found = nearest_first(list(taking.select_related("union").order_by("pk")[:_SHOWN]), where_of(actor))
    hours: dict[int, list[Slot]] = {}
    slots = Slot.objects.free_from(at).filter(counsellor__in=[one.pk for one in found]).order_by("starts_at")
    for slot in slots[: _SHOWN * 6]:
        mine = hours.setdefault(slot.counsellor_id, [])
        if len(mine) < 6:
            mine.append(slot)
    return [Entry(one, hours.get(one.pk, [])) for one in found]


def helpers(actor: Actor, level: Level, at: datetime) -> list[Entry]:
    """Who of the network a result of a self-check leads to, the nearest first, at most three; nobody when none is needed.

    Those of the level it asks for stand first, then the others, so that nobody is left without.
    """
    wanted = HELPS[level]
    if wanted is None:
        return []
    return sorted(counsellors(actor, at), key=lambda one: one.counsellor.rank != wanted)[:3]


def hotline(actor: Actor) -> str:
    """The number to call in danger, where the actor is."""
    return str(policies.value("counselling.hotline", path=where_of(actor), on=clock.today()))


def mine(actor: Actor) -> QuerySet[Consultation]:
    """One's own consultations, newest first."""
    return Consultation.objects.of_owner(actor).select_related("counsellor", "slot").order_by("-pk")[:50]


def queue(actor: Actor) -> QuerySet[Consultation]:
    """A counsellor's open consultations: danger first, then the longest waiting."""
    open_ones = Consultation.objects.held_by(actor).filter(state=State.OPEN).select_related("slot")
    return open_ones.order_by("-is_urgent", "asked_at", "pk")[:200]


def ended(actor: Actor) -> QuerySet[Consultation]:
    """The last hundred she ended."""
    rows = Consultation.objects.held_by(actor).exclude(state=State.OPEN).select_related("slot")
    return rows.order_by("-closed_at", "-pk")[:_SHOWN]


def coming_hours(actor: Actor, at: datetime) -> QuerySet[Slot]:
    """A counsellor's hours to come, taken ones marked by `state`."""
    taken = Consultation.objects.filter(slot=OuterRef("pk"), state=State.OPEN)
    rows = Slot.objects.filter(counsellor__user_id=actor.user_id or -1, starts_at__gt=at)
    return (
        rows.exclude(state=SlotState.CLOSED)
        .annotate(is_taken=Exists(taken))
        .order_by("starts_at")[: _SHOWN * 2]
    )


def badge(actor: Actor) -> int:
    """How many open consultations wait for the counsellor's first answer."""
    return Consultation.objects.held_by(actor).filter(state=State.OPEN, answered_at=None).count()


def _benefits(actor: Actor, at: datetime) -> Sequence[Benefit]:
    """Counselling is there for everybody; that somebody used it stands nowhere but on her own page of it."""
    taking = Counsellor.objects.visible_to(actor).filter(is_taking=True).exists()
    if not taking:
        return []
    return [
        Benefit(
            title=_("Counselling"), standing=Standing.NOW, icon="chat-heart", tint="teal",
            note=_("Talk to a counsellor, under any name; nobody in your union or firm sees it"),
            href=reverse("counselling:home"),
        )
    ]  # fmt: skip


SOURCE = Source(key="counselling", mine=_benefits, order=70)
