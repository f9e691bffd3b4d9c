"""One verdict on many findings: picked, said, done in the background, taken back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.batches import BatchState, csv_result
from smartunion.core.jobs.context import Cancelled, JobContext
from smartunion.core.paths import prefixes
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows import verdicts
from smartunion.systems.organising.models import Finding, FindingEvent, MatchLink, VerdictBatch
from smartunion.systems.organising.rules import MOVES, BatchVerdict, FindingState, LinkVerdict

JUDGE, UNDO = "organising.judge_many", "organising.unjudge_many"
MOST = 20_000
_STEP = 20


@dataclass(frozen=True)
class Saying:
    """The verdict with its reason; a related union for “covered”, a related employer for “duplicate”."""

    verdict: BatchVerdict
    reason: str
    related_union_id: int | None = None
    related_employer_id: int | None = None


@transaction.atomic
def pick(*, actor: Actor, finding_ids: Sequence[int], at: datetime) -> VerdictBatch:
    """Keep what was picked in a list until the verdict is chosen. Raises NotAllowed, InvalidInput."""
    actor.check_can("organising.visit")
    ids = sorted(set(finding_ids))
    if not ids or len(ids) > MOST:
        raise InvalidInput(
            _("Between 1 and %(most)s findings can be judged at once.") % {"most": MOST},
            remedy=_("Tick the rows first, or narrow the list with a filter."), field="pick",
        )  # fmt: skip
    return VerdictBatch.objects.create(
        path=_common_path(actor, ids),
        finding_ids=ids,
        user_id=actor.user_id or 0,
        actor_name=actor.name,
        created_at=at,
    )


def _common_path(actor: Actor, ids: list[int]) -> str:
    paths: set[str] = set()
    for start in range(0, len(ids), 500):
        rows = Finding.objects.visible_to(actor).filter(pk__in=ids[start : start + 500]).order_by()
        paths |= set(rows.values_list("path", flat=True).distinct())
    if not paths:
        raise InvalidInput(_("The findings picked are not open to you any more."), field="pick")
    return max(set.intersection(*(set(prefixes(path)) for path in paths)), key=len)


@transaction.atomic
def begin(*, actor: Actor, batch_id: int, saying: Saying, at: datetime) -> VerdictBatch:
    """Say the verdict; the work begins in the background. Raises NotVisible, InvalidInput (field named), StaleState."""
    batch = get_visible(VerdictBatch.objects.filter(user_id=actor.user_id or -1), batch_id)
    _check(actor, saying)
    moved = VerdictBatch.objects.filter(pk=batch.pk, state=BatchState.DRAFT).update(
        state=BatchState.WAITING, verdict=saying.verdict, reason=saying.reason.strip()[:400],
        related_union_id=saying.related_union_id, related_employer_id=saying.related_employer_id,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    title = _("%(verdict)s: %(count)s findings") % {
        "verdict": saying.verdict.label,
        "count": len(batch.finding_ids),
    }
    _queue(actor, batch, JUDGE, title, at)
    audit.record(actor, "organising.batch_begun", batch, at=at, data={"verdict": saying.verdict.value})
    batch.refresh_from_db()
    return batch


@transaction.atomic
def pick_and_begin(*, actor: Actor, finding_ids: Sequence[int], saying: Saying, at: datetime) -> VerdictBatch:
    """`pick` and `begin` in one, for callers who know both; a refused verdict leaves no draft. Raises as they do."""
    batch = pick(actor=actor, finding_ids=finding_ids, at=at)
    return begin(actor=actor, batch_id=batch.pk, saying=saying, at=at)


def _check(actor: Actor, saying: Saying) -> None:
    if len(saying.reason.strip()) < 2:
        raise InvalidInput(_("Please say why these are closed."), field="reason")
    if saying.verdict == BatchVerdict.COVERED:
        joint = TradeUnion.objects.visible_to(actor).filter(kind=UnionKind.JOINT, state=UnionState.ACTIVE)
        if not joint.filter(pk=saying.related_union_id or 0).exists():
            raise InvalidInput(
                _("Please name the joint union that covers these firms."), field="related_union"
            )
    if saying.verdict == BatchVerdict.DUPLICATE and not Employer.objects.visible_to(actor).filter(
        pk=saying.related_employer_id or 0
    ).exists():  # fmt: skip
        raise InvalidInput(_("Please name the firm these duplicate."), field="related_employer")


def _queue(actor: Actor, batch: VerdictBatch, kind: str, title: str, at: datetime) -> None:
    job = jobs.enqueue(
        actor=actor,
        kind=kind,
        title=title,
        payload={"batch": batch.pk},
        at=at,
        queue_key=f"verdicts:{batch.pk}",
    )
    VerdictBatch.objects.filter(pk=batch.pk).update(job=job)


def judge_job(context: JobContext) -> None:
    """Close the picked findings one by one, as the person who said it; a killed job goes on where it stopped.

    Refusals are counted and listed in the result file, cancelling keeps what was done and can be taken back too.
    """
    batch = VerdictBatch.objects.get(pk=context.payload["batch"])
    VerdictBatch.objects.filter(pk=batch.pk, state=BatchState.WAITING).update(state=BatchState.RUNNING)
    actor = _actor(batch.user_id)
    judged = set(FindingEvent.objects.filter(batch=batch).values_list("finding_id", flat=True))
    lines = [[finding_id, "", _("Done"), ""] for finding_id in sorted(judged)]
    try:
        for number, finding_id in enumerate(batch.finding_ids):
            if number % _STEP == 0:
                context.progress(number, len(batch.finding_ids), str(BatchVerdict(batch.verdict).label))
            if finding_id not in judged:
                lines.append(_line(batch, actor, finding_id))
    except Cancelled:
        _end(context, batch, BatchState.STOPPED, lines)
        raise
    _end(context, batch, BatchState.DONE, lines)


def _actor(user_id: int) -> Actor:
    return actor_of(User.objects.get(pk=user_id), on=clock.today(), source="job")


def _line(batch: VerdictBatch, actor: Actor, finding_id: int) -> list[Any]:
    rows = Finding.objects.visible_to(actor).select_related("employer", "union")
    try:
        finding = get_visible(rows, finding_id)
    except DomainError as refusal:
        return [finding_id, "", _("Refused"), str(refusal)]
    try:
        judge_one(batch=batch, finding=finding, actor=actor, at=clock.now())
    except DomainError as refusal:
        return [finding_id, finding.subject_name, _("Refused"), str(refusal)]
    return [finding_id, finding.subject_name, _("Done"), ""]


def _end(context: JobContext, batch: VerdictBatch, state: BatchState, lines: list[list[Any]]) -> None:
    done = FindingEvent.objects.filter(batch=batch).exclude(event="batch_undone").count()
    refused = [line for line in lines if line[3]]
    VerdictBatch.objects.filter(pk=batch.pk).update(
        state=state, done=done, refused=len(refused), finished_at=clock.now()
    )
    heads = [_("Finding"), _("Employer or union"), _("Outcome"), pgettext("organising", "Why not")]
    context.finish(
        {
            "summary": [[_("Done"), done], [_("Refused"), len(refused)]],
            "next": [_("To the verdict"), f"/desk/coverage/verdicts/{batch.pk}/"],
        },
        _file(heads, lines, _("verdict")),
    )


def _file(heads: list[str], lines: list[list[Any]], name: str) -> StoredFile:
    at = clock.now()
    return csv_result(
        heads, lines, actor=_NOBODY, name=f"{name}-{clock.local_date(at):%Y%m%d}", purpose="verdicts", at=at
    )


_NOBODY = Actor(source="job")


@transaction.atomic
def judge_one(*, batch: VerdictBatch, finding: Finding, actor: Actor, at: datetime) -> Finding:
    """Close one finding with the batch's verdict. Raises NotAllowed, InvalidInput (the state forbids it), StaleState."""
    if not actor.can("organising.take_up", path=finding.path) and finding.area_id not in actor.area_ids:
        raise NotAllowed
    verdict = BatchVerdict(batch.verdict)
    if FindingState.CLOSED not in MOVES[FindingState(finding.state)]:
        raise InvalidInput(_("This finding is closed already."))
    if finding.state == FindingState.FOUNDING:
        raise InvalidInput(_("A union is being founded here; decide about that application first."))
    if verdict in {BatchVerdict.DUPLICATE, BatchVerdict.COVERED} and finding.employer_id is None:
        raise InvalidInput(_("This finding is about a union, not about a firm."))
    if verdict == BatchVerdict.DUPLICATE and finding.employer_id == batch.related_employer_id:
        raise InvalidInput(_("This is the firm itself that the others duplicate."))
    before = {
        "state": finding.state, "work_list": finding.work_list, "due_on": finding.due_on and finding.due_on.isoformat(),
        "link": None, "link_was": "",
    }  # fmt: skip
    if verdict == BatchVerdict.COVERED and batch.related_union_id and finding.employer_id:
        before |= _keep_link(batch, finding, actor, at)
    moved = finding_flows.move(
        finding, to_state=FindingState.CLOSED, event=f"batch_{verdict.value}", actor=actor, at=at, note=batch.reason,
        closed_at=at, closed_because=verdict.value, batch=batch, data=before | {"version": finding.version + 1},
    )  # fmt: skip
    finding_flows.record_closed(moved, actor=actor, at=at)
    return moved


def _keep_link(batch: VerdictBatch, finding: Finding, actor: Actor, at: datetime) -> dict[str, Any]:
    pair = MatchLink.objects.filter(
        union_id=batch.related_union_id or 0, employer_id=finding.employer_id or 0
    ).first()
    link = verdicts.keep(
        union_id=batch.related_union_id or 0, employer_id=finding.employer_id or 0, is_right=True, actor=actor, at=at,
        evidence={"batch": batch.pk},
    )  # fmt: skip
    return {"link": link.pk, "link_was": pair.verdict if pair else None}


@transaction.atomic
def undo(*, actor: Actor, batch_id: int, at: datetime) -> VerdictBatch:
    """Take a whole batch back in the background; what somebody changed since stays and is listed.

    By who said it, or who decides about findings there. Raises NotVisible, StaleState (running, or taken back).
    """
    batch = get_visible(VerdictBatch.objects.visible_to(actor), batch_id)
    moved = VerdictBatch.objects.filter(pk=batch.pk, state__in=[BatchState.DONE, BatchState.STOPPED]).update(
        state=BatchState.UNDOING
    )
    if moved != 1:
        raise StaleState
    _queue(actor, batch, UNDO, _("Taking back: %(count)s findings") % {"count": batch.done}, at)
    audit.record(actor, "organising.batch_undone", batch, at=at)
    batch.refresh_from_db()
    return batch


def undo_job(context: JobContext) -> None:
    """Open what the batch closed, as it was before; safe to run again."""
    batch = VerdictBatch.objects.get(pk=context.payload["batch"])
    actor = _actor(context.job.user_id or batch.user_id)
    events = list(_closings(batch))
    lines = []
    for number, event in enumerate(events):
        if number % _STEP == 0:
            context.progress(number, len(events))
        lines.append(_undone(batch, event, actor))
    undone = FindingEvent.objects.filter(batch=batch, event="batch_undone").count()
    VerdictBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.UNDONE, undone=undone, undone_at=clock.now()
    )
    refused = [line for line in lines if line[3]]
    heads = [_("Finding"), _("Employer or union"), _("Outcome"), pgettext("organising", "Why not")]
    context.finish(
        {
            "summary": [[_("Opened again"), undone], [_("Left as they are"), len(refused)]],
            "next": [_("To the verdict"), f"/desk/coverage/verdicts/{batch.pk}/"],
        },
        _file(heads, lines, _("taken-back")),
    )


def _closings(batch: VerdictBatch) -> Iterator[FindingEvent]:
    rows = FindingEvent.objects.filter(batch=batch, event__startswith="batch_").exclude(event="batch_undone")
    yield from rows.select_related("finding__employer", "finding__union").order_by("pk")


def _undone(batch: VerdictBatch, event: FindingEvent, actor: Actor) -> list[Any]:
    finding = event.finding
    row = [finding.pk, finding.subject_name]
    try:
        undo_one(batch=batch, event=event, actor=actor, at=clock.now())
    except DomainError as refusal:
        return [*row, _("Left as it is"), str(refusal)]
    return [*row, _("Opened again"), ""]


@transaction.atomic
def undo_one(*, batch: VerdictBatch, event: FindingEvent, actor: Actor, at: datetime) -> None:
    """Put one finding back as it was. Raises InvalidInput when somebody changed it since."""
    finding, before = event.finding, event.data
    if finding.events.filter(batch=batch, event="batch_undone").exists():
        return
    if finding.state != FindingState.CLOSED or finding.version != before["version"]:
        raise InvalidInput(_("Somebody changed this finding since; what she decided stays."))
    due_on = before["due_on"] and date.fromisoformat(before["due_on"])
    finding_flows.move(
        finding, to_state=FindingState(before["state"]), event="batch_undone", actor=actor, at=at, batch=batch,
        work_list=before["work_list"], due_on=due_on, closed_at=None, closed_because="",
    )  # fmt: skip
    fact = Fact.objects.filter(key=f"closed:{finding.pk}:{before['version']}").first()
    if fact is not None:
        ledger.reverse(fact, actor=actor, at=at, reason="batch undone")
    _give_back_link(before)


def _give_back_link(before: dict[str, Any]) -> None:
    """The link's verdict as it was; a link that only the batch stated is no longer live."""
    if not before.get("link"):
        return
    link = MatchLink.objects.filter(pk=before["link"], verdict=LinkVerdict.YES)
    if before["link_was"] is None:
        link.update(verdict=LinkVerdict.NONE, verdict_by=None, verdict_at=None, is_live=False)
    elif before["link_was"] != LinkVerdict.YES:
        link.update(verdict=before["link_was"])


def forget_drafts(*, before: datetime) -> int:
    """Remove picks nobody said anything about. Returns how many."""
    gone, _details = VerdictBatch.objects.filter(state=BatchState.DRAFT, created_at__lt=before).delete()
    return gone
