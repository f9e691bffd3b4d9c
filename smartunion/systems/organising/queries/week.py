"""What an organiser's phone keeps for a week without signal: facts of firms, what was said there; nobody's phone or ID number."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.building import shared, spot
from smartunion.systems.organising.driver_rules import ENDED
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.models import DriverContact, Finding, Visit, VisitPromise
from smartunion.systems.organising.queries.day import DayPlan, address_of, day_list, last_visits
from smartunion.systems.organising.queries.driver_ledger import seen, step_of
from smartunion.systems.organising.queries.ledger import own_regions
from smartunion.systems.organising.queries.quarter import Duty, owed
from smartunion.systems.organising.queries.questions import asked_by_area, asked_by_drive
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.rules import DutyState, FindingState

#: Findings a phone keeps; an area has some hundreds.
MOST = 2000


def kept_on_phone(actor: Actor, on: date, plan: DayPlan | None = None) -> dict[str, Any]:
    """Today's stops, every open finding of her areas, unions still to be visited, promises, drivers to win, names for the form.

    A fixed number of queries. open: how many open findings there are, of which the phone keeps MOST.
    user: whose it is, so that another person on the same phone neither sees nor sends it.
    """
    return {
        "user": actor.user_id, "day": on, "has_area": bool(actor.area_ids),
        "stops": [asdict(stop) for stop in day_list(actor, on, plan)],
        "findings": _findings(actor), "open": _open(actor).count(), "owed": owed_rows(actor, on), "promises": promise_rows(actor),
        "drivers": driver_rows(actor, on), "unions": joint_unions(actor), "firms": firms(actor),
        "questions": asked_by_area(actor.area_ids, on), "drives": asked_by_drive(actor.area_ids, on),
    }  # fmt: skip


def _open(actor: Actor) -> QuerySet[Finding]:
    mine = Finding.objects.visible_to(actor).filter(area_id__in=actor.area_ids)
    return mine.exclude(state=FindingState.CLOSED)


def _findings(actor: Actor) -> list[dict[str, Any]]:
    rows = list(_open(actor).select_related("employer", "union").order_by("-score", "pk")[:MOST])
    last = last_visits([row.pk for row in rows])
    spots = {row.pk: spot(address_of(row)) for row in rows}
    roofs = shared(spots.values())
    return [
        {
            "finding_id": row.pk, "version": row.version, "area_id": row.area_id,
            "name": row.subject_name, "employer_id": row.employer_id,
            "address": address_of(row), **(spots[row.pk]._asdict() if spots[row.pk].building in roofs else {}),
            "kind": row.get_kind_display(), "state": row.get_state_display(), "due_on": row.due_on, "score": row.score,
            "reasons": sentences(row.reasons), "last_visit": last.get(row.pk, ""),
        }
        for row in rows
    ]  # fmt: skip


def driver_rows(actor: Actor, on: date) -> list[dict[str, Any]]:
    """Drivers and couriers of one's own villages with whom something is to be done, due ones first; no whole number."""
    rows = (
        seen(actor).filter(region_id__in=own_regions(actor), is_member=False).exclude(last_outcome__in=ENDED)
    )
    newest = DriverContact.objects.filter(driver=OuterRef("pk")).order_by("-at", "-pk")
    rows = rows.annotate(said=Subquery(newest.values("note")[:1])).select_related("region")
    listed = rows.order_by(F("due_on").asc(nulls_last=True), "region__code", "name_key", "pk")[:MOST]
    return [
        {
            "driver_id": row.pk, "name": row.name, "place": row.region.name if row.region else "", "platform": row.platform,
            "tail": row.mobile_tail, "step": step_of(row, on).label, "due_on": row.due_on,
            "last": _said_last(row),
        }
        for row in listed
    ]  # fmt: skip


def _said_last(row: Any) -> str:
    """The last talk with a driver, in words; "" without one."""
    if row.last_at is None:
        return ""
    said = f"{local_date(row.last_at):%m-%d} {row.get_last_outcome_display()}"
    return _("%(said)s: %(note)s") % {"said": said, "note": row.said} if row.said else said


def owed_rows(actor: Actor, on: date) -> list[dict[str, Any]]:
    """Unions of one's own areas still to be visited this quarter, overdue ones first."""
    rows = owed(actor, Duty.of(actor, Quarter.of(on), on)).filter(area_id__in=actor.area_ids)
    rows = rows.exclude(state=DutyState.DONE).order_by("-state", "union__name", "pk")
    return [
        {"union_id": row.union_id, "area_id": row.area_id, "name": row.union.name, "address": row.union.address,
         "is_overdue": row.state == DutyState.OVERDUE}
        for row in rows[:500]
    ]  # fmt: skip


def promise_rows(actor: Actor) -> list[dict[str, Any]]:
    """Open promises of one's areas, first due first."""
    rows = VisitPromise.objects.open().filter(area_id__in=actor.area_ids).order_by("due_on", "pk")
    return [
        {
            "id": row.pk, "text": row.text, "due_on": row.due_on,
            "whom": row.finding.subject_name if row.finding else row.union.name if row.union else "",
        }
        for row in rows.select_related("finding__employer", "finding__union", "union")[:200]
    ]  # fmt: skip


def joint_unions(actor: Actor) -> list[dict[str, Any]]:
    """Joint unions a firm may be covered by."""
    rows = TradeUnion.objects.filter(
        actor.within("organising.visit"), state=UnionState.ACTIVE, kind=UnionKind.JOINT
    )
    return [{"id": pk, "name": name} for pk, name in rows.order_by("name").values_list("pk", "name")[:500]]


def firms(actor: Actor) -> list[dict[str, Any]]:
    """Firms another may duplicate."""
    rows = Finding.objects.visible_to(actor).filter(area_id__in=actor.area_ids, employer__isnull=False)
    rows = rows.exclude(state=FindingState.CLOSED).order_by("-score", "pk")
    return [{"id": pk, "name": name} for pk, name in rows.values_list("employer_id", "employer__name")[:500]]


def what_stands(visit: Visit) -> dict[str, Any] | None:
    """The other side of a conflict: the finding's state, by whom and when it came there, and why; None without one."""
    if not visit.conflict or visit.finding is None:
        return None
    last = (
        visit.finding.events.exclude(event__in=["contested", "handover_note", "worker_waits"])
        .order_by("-pk")
        .first()
    )
    return {
        "state": visit.finding.get_state_display(), "by": last.actor_name if last else "", "at": last.at if last else None,
        "note": last.note if last else "",
    }  # fmt: skip
