"""Moving findings: what the desk decides about them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.systems.organising.flows import finding_news, invitations, planned
from smartunion.systems.organising.models import Finding, FindingEvent, VerdictBatch
from smartunion.systems.organising.rules import CLOSED_BY_DESK, MOVES, FindingKind, FindingState, WorkList


@transaction.atomic
def take_up(*, actor: Actor, finding_id: int, note: str = "", at: datetime) -> Finding:
    """The town takes a finding up: from now on it is on the list to work on, and a firm without a union gets its link.

    Raises NotVisible, NotAllowed, InvalidInput (the state does not allow it), StaleState.
    """
    finding = _decide(actor, finding_id, FindingState.TAKEN_UP, "taken_up", note, at, work_list=WorkList.WORK)
    if invitations.may_invite(finding):
        invitations.invite(actor=actor, finding_id=finding.pk, at=at)
    return finding


@transaction.atomic
def confirm_real(*, actor: Actor, finding_id: int, note: str = "", at: datetime) -> Finding:
    """The desk has checked an uncertain finding: it is real, an organiser may go there.

    Raises NotVisible, NotAllowed, InvalidInput (not on the list to verify any more), StaleState.
    """
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    if finding.state != FindingState.OPEN or finding.work_list != WorkList.VERIFY:
        raise moved_on(finding)
    moved = move(
        finding,
        to_state=FindingState.OPEN,
        event="confirmed",
        actor=actor,
        at=at,
        note=note,
        work_list=WorkList.TASK,
    )
    record_verified(moved, actor=actor, at=at)
    return moved


@transaction.atomic
def dismiss(*, actor: Actor, finding_id: int, reason: str, at: datetime) -> Finding:
    """Close a finding from the desk with a reason. Raises InvalidInput without one, or while a union is being founded."""
    if not reason.strip():
        raise InvalidInput(_("Please say why this is closed."), field="reason")
    if get_visible(Finding.objects.visible_to(actor), finding_id).state == FindingState.FOUNDING:
        raise InvalidInput(_("A union is being founded here; decide about that application first."))
    return _decide(
        actor,
        finding_id,
        FindingState.CLOSED,
        "dismissed",
        reason,
        at,
        closed_because=CLOSED_BY_DESK,
        closed_at=at,
    )


@transaction.atomic
def reopen(*, actor: Actor, finding_id: int, reason: str, at: datetime) -> Finding:
    """Undo a closing. Raises InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput(_("Please say why this is opened again."), field="reason")
    return _decide(
        actor, finding_id, FindingState.OPEN, "reopened", reason, at, closed_because="", closed_at=None
    )


@transaction.atomic
def postpone(*, actor: Actor, finding_id: int, until: Any, note: str = "", at: datetime) -> Finding:
    """Take a finding off the day lists until a day. Raises InvalidInput for a day that has passed, a closed finding."""
    if until <= local_date(at):
        raise InvalidInput(_("The day to come back must lie in the future."), field="until")
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.visit")
    if finding.state in {FindingState.CLOSED, FindingState.FOUNDING}:
        raise moved_on(finding)
    return move(
        finding,
        to_state=finding_state(finding),
        event="postponed",
        actor=actor,
        at=at,
        note=note,
        due_on=until,
    )


def _decide(
    actor: Actor, finding_id: int, to_state: FindingState, event: str, note: str, at: datetime, **values: Any
) -> Finding:
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    if to_state not in MOVES[finding_state(finding)]:
        raise moved_on(finding)
    moved = move(finding, to_state=to_state, event=event, actor=actor, at=at, note=note, **values)
    if to_state == FindingState.CLOSED:
        record_closed(moved, actor=actor, at=at)
    return moved


def moved_on(finding: Finding) -> InvalidInput:
    """The refusal of a step that the finding's state no longer allows: it says who brought it there, and when."""
    last = finding.events.filter(to_state=finding.state).exclude(actor_name="").order_by("-pk").first()
    state, remedy = finding.get_state_display(), _("Reload the page to see what is possible now.")
    if last is None:
        words = _("This finding is “%(state)s”; that step is not possible from there.")
        return InvalidInput(words % {"state": state}, remedy=remedy)
    words = _("This finding is “%(state)s” since %(day)s (%(who)s); that step is not possible from there.")
    day = localtime(last.at).strftime("%Y-%m-%d %H:%M")
    return InvalidInput(words % {"state": state, "day": day, "who": last.actor_name}, remedy=remedy)


def finding_state(finding: Finding) -> FindingState:
    """The stored state as the enum."""
    return FindingState(finding.state)


def move(
    finding: Finding,
    *,
    to_state: FindingState,
    event: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    batch: VerdictBatch | None = None,
    data: dict[str, Any] | None = None,
    **values: Any,
) -> Finding:
    """Change a finding by compare-and-set on state and version, with its event, audit row and messages.

    batch, data: kept with the event, so that a verdict on many findings can be taken back.
    The caller has checked permission and the move. Raises StaleState, then nothing was changed.
    """
    same = Finding.objects.filter(pk=finding.pk, state=finding.state, version=finding.version)
    if same.update(state=to_state, version=F("version") + 1, **values) != 1:
        raise StaleState
    planned.changed(
        finding, to_state=to_state, due_on=values.get("due_on", finding.due_on),
        work_list=values.get("work_list", finding.work_list), note=note, at=at,
    )  # fmt: skip
    FindingEvent.objects.create(
        finding=finding, event=event, from_state=finding.state, to_state=to_state, at=at, user_id=actor.user_id,
        actor_name=actor.name, note=note[:500], batch=batch, data=data or {},
    )  # fmt: skip
    audit.record(actor, f"organising.finding_{event}", finding, at=at, data={"to": to_state.value})
    finding.refresh_from_db()
    finding_news.tell_organisers(finding, event, actor=actor, note=note, at=at)
    return finding


def record_verified(finding: Finding, *, actor: Actor, at: datetime) -> None:
    """An employer without a union is certain: counts once in the funnel. Other findings are not part of it."""
    if finding.kind != FindingKind.NO_UNION:
        return
    ledger.record(
        actor=actor, kind="organising.finding_verified", key=f"verified:{finding.pk}", happened_on=local_date(at),
        at=at, path=finding.path, subject=finding,
    )  # fmt: skip


def record_closed(finding: Finding, *, actor: Actor, at: datetime) -> None:
    """The finding is closed: counts each time."""
    ledger.record(
        actor=actor, kind="organising.finding_closed", key=f"closed:{finding.pk}:{finding.version}",
        happened_on=local_date(at), at=at, path=finding.path, subject=finding,
        attrs={"because": finding.closed_because},
    )  # fmt: skip
