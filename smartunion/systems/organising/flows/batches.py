"""One verdict on many findings: picked, said, done in the background, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.jobs import batches
from smartunion.core.jobs.context import JobContext
from smartunion.core.listing.columns import Cell
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows import verdicts
from smartunion.systems.organising.models import BATCH_UNDONE, Finding, FindingEvent, MatchLink, VerdictBatch
from smartunion.systems.organising.rules import MOVES, BatchVerdict, FindingState, LinkVerdict

JUDGE, UNDO = "organising.judge_many", "organising.unjudge_many"
MOST = 20_000


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
    path = batches.common_path_of(Finding.objects.visible_to(actor), ids)
    if path is None:
        raise InvalidInput(_("The findings picked are not open to you any more."), field="pick")
    return VerdictBatch.objects.create(
        path=path,
        picked=ids,
        user_id=actor.user_id or 0,
        actor_name=actor.name,
        created_at=at,
    )


@transaction.atomic
def begin(*, actor: Actor, batch_id: int, saying: Saying, at: datetime) -> VerdictBatch:
    """Say the verdict; the work begins in the background. Raises NotVisible, InvalidInput (field named), StaleState."""
    batch = get_visible(VerdictBatch.objects.filter(user_id=actor.user_id or -1), batch_id)
    _check(actor, saying)
    title = _("%(verdict)s: %(count)s findings") % {
        "verdict": saying.verdict.label,
        "count": len(batch.picked),
    }
    batches.begin(batch, actor=actor, kind=JUDGE, at=at, title=title, **_said(saying))
    audit.record(actor, "organising.batch_begun", batch, at=at, data={"verdict": saying.verdict.value})
    return batch


@transaction.atomic
def pick_and_begin(*, actor: Actor, finding_ids: Sequence[int], saying: Saying, at: datetime) -> VerdictBatch:
    """`pick` and `begin` in one, for callers who know both; a refused verdict leaves no draft. Raises as they do.

    The same said a moment ago and still under way is the answer to saying it again.
    """
    batch = pick(actor=actor, finding_ids=finding_ids, at=at)
    same = batches.under_way(batch, _said(saying))
    if same is not None:
        batch.delete()
        return same
    return begin(actor=actor, batch_id=batch.pk, saying=saying, at=at)


def _said(saying: Saying) -> dict[str, Any]:
    return {
        "verdict": saying.verdict, "reason": saying.reason.strip()[:400], "related_union_id": saying.related_union_id,
        "related_employer_id": saying.related_employer_id,
    }  # fmt: skip


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


def judge_job(context: JobContext) -> None:
    """Close the picked findings one by one, as the person who said it."""
    batch = VerdictBatch.objects.get(pk=context.payload["batch"])

    def judge(finding_id: int) -> list[Cell]:
        actor = context.owner()
        finding = get_visible(Finding.objects.visible_to(actor), finding_id)
        return _row(judge_one(batch=batch, finding=finding, actor=actor, at=clock.now()))

    batches.decide(
        context, batch, judge, named=lambda pk: _named(context.owner(), pk),
        already=set(batch.closings.values_list("finding_id", flat=True)), telling=_telling(context, batch),
        label=str(BatchVerdict(batch.verdict).label),
    )  # fmt: skip


def _named(actor: Actor, finding_id: int) -> list[Cell]:
    rows = Finding.objects.visible_to(actor).select_related("employer", "union")
    finding = rows.filter(pk=finding_id).first()
    return _row(finding) if finding else [finding_id, ""]


def _row(finding: Finding) -> list[Cell]:
    return [finding.pk, finding.subject_name]


def _telling(context: JobContext, batch: VerdictBatch, done: str = "", left: str = "") -> batches.Telling:
    return batches.Telling(
        [_("Finding"), _("Employer or union"), _("Outcome"), pgettext("organising", "Why not")],
        context.job.title, Actor(source="job"), done, left,
        (_("To the verdict"), f"/desk/coverage/verdicts/{batch.pk}/"), "verdicts",
    )  # fmt: skip


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
        evidence={"batch": batch.pk}, reason=batch.reason,
    )  # fmt: skip
    return {"link": link.pk, "link_was": pair.verdict if pair else None}


@transaction.atomic
def undo(*, actor: Actor, batch_id: int, at: datetime) -> VerdictBatch:
    """Take a whole batch back in the background; what somebody changed since stays and is listed.

    By who said it, or who decides about findings there. Raises NotVisible, StaleState (running, or taken back).
    """
    batch = get_visible(VerdictBatch.objects.visible_to(actor), batch_id)
    title = _("Taking back: %(count)s findings") % {"count": batch.done}
    batches.take_back(batch, actor=actor, kind=UNDO, title=title, at=at)
    audit.record(actor, "organising.batch_undone", batch, at=at)
    return batch


def undo_job(context: JobContext) -> None:
    """Open what the batch closed, as it was before."""
    batch = VerdictBatch.objects.get(pk=context.payload["batch"])
    closings = batch.closings

    def put_back(event_id: int) -> list[Cell]:
        event = closings.select_related("finding__employer", "finding__union").get(pk=event_id)
        undo_one(batch=batch, event=event, actor=context.owner(), at=clock.now())
        return _row(event.finding)

    batches.undo(
        context, batch, list(closings.order_by("pk").values_list("pk", flat=True)), put_back,
        named=lambda event_id: _row(closings.select_related("finding__employer", "finding__union").get(pk=event_id).finding),
        telling=_telling(context, batch, _("Opened again"), _("Left as they are")),
    )  # fmt: skip


@transaction.atomic
def undo_one(*, batch: VerdictBatch, event: FindingEvent, actor: Actor, at: datetime) -> None:
    """Put one finding back as it was. Raises InvalidInput when somebody changed it since."""
    finding, before = event.finding, event.data
    if finding.events.filter(batch=batch, event=BATCH_UNDONE).exists():
        return
    if finding.state != FindingState.CLOSED or finding.version != before["version"]:
        raise InvalidInput(_("Somebody changed this finding since; what she decided stays."))
    due_on = before["due_on"] and date.fromisoformat(before["due_on"])
    finding_flows.move(
        finding, to_state=FindingState(before["state"]), event=BATCH_UNDONE, actor=actor, at=at, batch=batch,
        work_list=before["work_list"], due_on=due_on, closed_at=None, closed_because="",
    )  # fmt: skip
    fact = Fact.objects.filter(key=f"closed:{finding.pk}:{before['version']}").first()
    if fact is not None:
        ledger.reverse(fact, actor=actor, at=at, reason="batch undone")
    if before.get("link"):
        verdicts.give_back(
            link_id=before["link"], given=LinkVerdict.YES, was=before["link_was"], actor=actor, at=at
        )
