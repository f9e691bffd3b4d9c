"""Plans are kept: a day agreed from when it is set, the day lists of the morning, and what became of both."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from smartunion.core.clock import local_date
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models import AreaAssignment, Finding, PlannedVisit, Visit
from smartunion.systems.organising.queries.day import candidates
from smartunion.systems.organising.rules import FindingState, PlanOutcome, WorkList

KEPT = "organising.plans_kept_months"
_STEP = 1000
#: Rows deleted at one go and in one run; what is left waits for the next hour.
_FORGOTTEN = 20_000


def changed(
    finding: Finding, *, to_state: str, due_on: date | None, work_list: str, note: str, at: datetime
) -> None:
    """A finding moves on: a day that was agreed is put off or needed no more, another one is set. finding: as it was."""
    before = _agreed_day(finding.state, finding.work_list, finding.due_on)
    after = _agreed_day(to_state, work_list, due_on)
    if before == after and to_state == finding.state:
        return
    today = local_date(at)
    if before is not None and before >= today:
        _plan(finding, before, only_new=True)
    outcome = PlanOutcome.MOVED if to_state == FindingState.OPEN else PlanOutcome.DROPPED
    waiting = PlannedVisit.objects.filter(finding=finding, day__gte=today, outcome=PlanOutcome.PLANNED)
    waiting.exclude(day=after or date.min).update(outcome=outcome, note=note[:200])
    if after is not None:
        _plan(finding, after)


def _agreed_day(state: str, work_list: str, due_on: date | None) -> date | None:
    return due_on if state == FindingState.OPEN and work_list == WorkList.TASK else None


def _plan(finding: Finding, day: date, *, only_new: bool = False) -> None:
    holder = AreaAssignment.objects.held_on(day).filter(area_id=finding.area_id or 0).first()
    values = {
        "area_id": finding.area_id, "path": finding.path, "user_id": holder.user_id if holder else None, "is_agreed": True,
    }  # fmt: skip
    row, made = PlannedVisit.objects.get_or_create(finding=finding, day=day, defaults=values)
    if made or only_new or row.outcome == PlanOutcome.DONE:
        return
    PlannedVisit.objects.filter(pk=row.pk).update(**values, outcome=PlanOutcome.PLANNED, note="")


def visited(visit: Visit, *, at: datetime) -> None:
    """A visit was noted, perhaps days ago: the plan of its day is done, and so is the day agreed after it.

    On later day lists, which could not know of it, the firm was needed no more. Call it before the finding moves on.
    """
    finding = visit.finding
    if finding is None:
        return
    on, today = local_date(visit.noted_at), local_date(at)
    due = _agreed_day(finding.state, finding.work_list, finding.due_on)
    if due is not None and due >= min(on, today):
        _plan(finding, due, only_new=True)
    newer = finding.visits.filter(noted_at__gt=visit.noted_at).order_by("noted_at").first()
    rows = PlannedVisit.objects.filter(finding=finding, day__gte=on)
    rows = rows if newer is None else rows.filter(Q(day=on) | Q(day__lt=local_date(newer.noted_at)))
    rows.filter(day=on).exclude(outcome=PlanOutcome.DONE).update(
        outcome=PlanOutcome.DONE, visit=visit, note=""
    )
    waiting = rows.filter(day__gt=on, outcome__in=[PlanOutcome.PLANNED, PlanOutcome.MISSED])
    waiting.filter(is_agreed=True).update(outcome=PlanOutcome.DONE, visit=visit)
    waiting.filter(is_agreed=False).update(outcome=PlanOutcome.DROPPED, visit=visit)


def keep_plans(*, at: datetime) -> dict[str, int]:
    """Keep what is agreed and today's lists, close the days gone by, forget what is kept long enough. Safe to run again.

    Returns how many of each were written.
    """
    today = local_date(at)
    holders = dict(AreaAssignment.objects.held_on(today).values_list("area_id", "user_id"))
    return {
        "agreed": _keep_agreed(holders), "settled": _settle(today), "listed": _keep_lists(today),
        "moved": _follow_areas(today, holders), "missed": _close(today), "forgotten": _forget(today),
    }  # fmt: skip


def _agreed_findings() -> QuerySet[Finding]:
    return Finding.objects.filter(
        state=FindingState.OPEN, work_list=WorkList.TASK, due_on__isnull=False
    ).order_by()


def _keep_agreed(holders: Mapping[int, int]) -> int:
    """Days set in bulk, or before plans were kept."""
    kept = PlannedVisit.objects.filter(finding=OuterRef("pk"), day=OuterRef("due_on"), is_agreed=True)
    new = _agreed_findings().filter(~Exists(kept)).only("due_on", "area_id", "path")
    rows = [
        PlannedVisit(finding=one, day=one.due_on or date.max, area_id=one.area_id, path=one.path,
                     user_id=holders.get(one.area_id or 0), is_agreed=True)
        for one in new.iterator(_STEP)
    ]  # fmt: skip
    return _write(rows, "is_agreed")


def _settle(today: date) -> int:
    """Days to come whose finding was moved on in bulk."""
    waiting = PlannedVisit.objects.filter(day__gte=today, is_agreed=True, outcome=PlanOutcome.PLANNED)
    standing = _agreed_findings().filter(pk=OuterRef("finding"), due_on=OuterRef("day"))
    gone = waiting.filter(~Exists(standing))
    is_open = Finding.objects.filter(pk=OuterRef("finding"), state=FindingState.OPEN)
    moved = gone.filter(Exists(is_open)).update(outcome=PlanOutcome.MOVED)
    return moved + gone.update(outcome=PlanOutcome.DROPPED)


def _keep_lists(today: date) -> int:
    """The day list of each organiser whose list of today is not kept yet."""
    kept = PlannedVisit.objects.filter(user_id=OuterRef("user_id"), day=today, is_listed=True)
    held = AreaAssignment.objects.looking_after(today).filter(~Exists(kept)).select_related("user")
    rows = []
    for user in {one.user_id: one.user for one in held.order_by("user_id")}.values():
        rows += [
            PlannedVisit(finding=one, day=today, area_id=one.area_id, path=one.path, user_id=user.pk,
                         is_agreed=one.work_list == WorkList.TASK and one.due_on == today, is_listed=True)
            for one in candidates(actor_of(user, on=today), today)
        ]  # fmt: skip
    return _write(rows, "is_listed")


def _write(rows: list[PlannedVisit], flag: str) -> int:
    PlannedVisit.objects.bulk_create(
        rows, batch_size=_STEP, update_conflicts=True, unique_fields=["finding", "day"], update_fields=[flag]
    )
    return len(rows)


def _follow_areas(today: date, holders: Mapping[int, int]) -> int:
    """What waits follows its finding into another area, and its area to another organiser."""
    waiting = PlannedVisit.objects.filter(day__gte=today, outcome=PlanOutcome.PLANNED)
    of_finding = Finding.objects.filter(pk=OuterRef("finding"))
    strayed = waiting.exclude(Q(area=F("finding__area")) | Q(area=None, finding__area=None))
    moved = waiting.filter(pk__in=list(strayed.values_list("pk", flat=True))).update(
        area=Subquery(of_finding.values("area")[:1]), path=Subquery(of_finding.values("path")[:1])
    )
    for area_id, user_id in waiting.order_by().values_list("area_id", "user_id").distinct():
        if area_id is not None and holders.get(area_id) != user_id:
            moved += waiting.filter(area=area_id, user_id=user_id).update(user_id=holders.get(area_id))
    return moved


def _close(today: date) -> int:
    """Days gone by: what still waits was missed, or needed no more where the finding is closed by now."""
    over = PlannedVisit.objects.filter(day__lt=today, outcome=PlanOutcome.PLANNED)
    over.filter(finding__state=FindingState.CLOSED).update(outcome=PlanOutcome.DROPPED)
    return over.update(outcome=PlanOutcome.MISSED)


def _forget(today: date) -> int:
    gone = 0
    for top in TradeUnion.objects.filter(parent=None):
        months = int(policies.value(KEPT, path=top.path, on=today))
        years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        old = PlannedVisit.objects.filter(path__startswith=top.path, day__lt=date(years, month + 1, 1))
        keys = list(old.order_by("day").values_list("pk", flat=True)[:_FORGOTTEN])
        gone += PlannedVisit.objects.filter(pk__in=keys).delete()[0] if keys else 0
    return gone
