"""From proposals to findings with a stable identity: new, kept, reopened, closed by themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from smartunion.core import bulk, statistics
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.ground.facts import ledger
from smartunion.ground.facts.ledger import NewFact
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import EmployerLink
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.organising.comparison.proposals import Proposal
from smartunion.systems.organising.models import Finding, FindingEvent, MatchRun
from smartunion.systems.organising.rules import (
    CLOSED_BY_COMPARISON,
    FindingFacts,
    FindingKind,
    FindingState,
    WorkList,
    may_reopen,
)

BATCH = 500


def settle(run: MatchRun, proposals: Iterable[Proposal], *, actor: Actor, at: datetime) -> dict[str, int]:
    """Bring the findings of the run's subtree in step with the proposals.

    Returns counts of new, kept, changed (of the kept and standing ones, those written), reopened, standing (closed by
    a verdict that still stands) and closed findings, and closed ones by kind. A finding that is as it was is not
    written: a second call with the same proposals writes nothing.
    """
    counts: Counter[str] = Counter(new=0, kept=0, changed=0, reopened=0, standing=0, closed=0)
    seen: set[int] = set()
    stands_days: int = policies.value("organising.verdict_stands_days", path=run.path, on=local_date(at))
    for batch in _batches(proposals):
        with transaction.atomic(), statistics.by_index():
            counts.update(_settle_batch(run, batch, actor, at, stands_days, seen))
    counts["closed"] = _close_unproposed(run, seen, actor, at)
    return dict(counts)


def _settle_batch(
    run: MatchRun, batch: list[Proposal], actor: Actor, at: datetime, stands_days: int, seen: set[int]
) -> Counter[str]:
    counts: Counter[str] = Counter()
    known = Finding.objects.filter(
        kind__in={proposal.kind for proposal in batch}, subject_key__in={one.subject_key for one in batch}
    )
    stored = {(f.kind, f.subject_key): f for f in known}
    fresh: list[Finding] = []
    kept: list[Finding] = []
    for proposal in batch:
        finding = stored.get(proposal.key)
        if finding is None:
            fresh.append(_new(proposal, run, at))
            continue
        seen.add(finding.pk)
        if _refresh(finding, proposal, run):
            kept.append(finding)
        if finding.state != FindingState.CLOSED:
            counts["kept"] += 1
        elif _may_reopen(finding, at, stands_days):
            _reopen(finding, proposal, run, actor, at)
            counts["reopened"] += 1
        else:
            counts["standing"] += 1
    made = Finding.objects.bulk_create(fresh)
    seen.update(finding.pk for finding in made)
    bulk.update(Finding, _WRITTEN, [(one.pk, *(getattr(one, name) for name in _WRITTEN)) for one in kept])
    FindingEvent.objects.bulk_create(
        FindingEvent(finding=f, event="found", to_state=f.state, at=at, actor_name=actor.name) for f in made
    )
    certain = {proposal.key for proposal in batch if proposal.certain}
    _count(made, certain, actor, at)
    counts["new"] += len(made)
    counts["changed"] += len(kept)
    return counts


def _new(proposal: Proposal, run: MatchRun, at: datetime) -> Finding:
    return Finding(
        kind=proposal.kind, subject_key=proposal.subject_key, employer_id=proposal.employer_id,
        union_id=proposal.union_id, link_id=proposal.link_id, path=proposal.path, work_list=proposal.work_list,
        state=FindingState.OPEN, score=proposal.score, headcount=proposal.headcount, reasons=proposal.reasons,
        first_run=run, last_run=run, found_at=at,
    )  # fmt: skip


_REFRESHED = ("work_list", "score", "headcount", "reasons", "path", "link_id", "union_id", "employer_id")
_WRITTEN = (
    "work_list",
    "score",
    "headcount",
    "reasons",
    "path",
    "link_id",
    "union_id",
    "employer_id",
    "last_run_id",
)


def _refresh(finding: Finding, proposal: Proposal, run: MatchRun) -> bool:
    """New evidence; the list stays where people's acts have put the finding. Whether anything differs."""
    before = tuple(getattr(finding, name) for name in _REFRESHED)
    finding.score, finding.headcount = proposal.score, proposal.headcount
    finding.reasons, finding.path = proposal.reasons, proposal.path
    finding.link_id, finding.union_id, finding.employer_id = (
        proposal.link_id,
        proposal.union_id,
        proposal.employer_id,
    )
    if finding.state == FindingState.OPEN and finding.version == 1:
        finding.work_list = proposal.work_list
    if before == tuple(getattr(finding, name) for name in _REFRESHED):
        return False
    finding.last_run = run
    return True


def _may_reopen(finding: Finding, at: datetime, stands_days: int) -> bool:
    closed_on = local_date(finding.closed_at or at)
    facts = FindingFacts(FindingState.CLOSED, finding.version, finding.closed_because)
    return may_reopen(facts, closed_on=closed_on, on=local_date(at), verdict_stands_days=stands_days)


def _reopen(finding: Finding, proposal: Proposal, run: MatchRun, actor: Actor, at: datetime) -> None:
    Finding.objects.filter(pk=finding.pk, version=finding.version, state=FindingState.CLOSED).update(
        state=FindingState.OPEN, closed_at=None, closed_because="", due_on=None, case_id=None,
        work_list=proposal.work_list, last_run=run, version=F("version") + 1,
    )  # fmt: skip
    FindingEvent.objects.create(
        finding=finding, event="found_again", from_state=FindingState.CLOSED, to_state=FindingState.OPEN, at=at,
        actor_name=actor.name,
    )  # fmt: skip
    finding.work_list = proposal.work_list


def _count(made: list[Finding], certain: set[tuple[str, str]], actor: Actor, at: datetime) -> None:
    """Employers without a union enter the funnel; other findings are work, not part of it."""
    rows = []
    for finding in (one for one in made if one.kind == FindingKind.NO_UNION):
        rows.append(_fact("organising.finding_found", f"found:{finding.pk}", finding, at))
        if (finding.kind, finding.subject_key) in certain and finding.work_list == WorkList.TASK:
            rows.append(_fact("organising.finding_verified", f"verified:{finding.pk}", finding, at))
    ledger.record_many(rows, actor=actor, at=at)


def _fact(kind: str, key: str, finding: Finding, at: datetime) -> NewFact:
    return NewFact(
        kind=kind, key=key, happened_on=local_date(at), path=finding.path, subject_type="organising.finding",
        subject_id=finding.pk, attrs={"kind": finding.kind},
    )  # fmt: skip


def _close_unproposed(run: MatchRun, seen: set[int], actor: Actor, at: datetime) -> int:
    """Open findings that this run no longer proposes are closed: the comparison itself says they are done.

    Those that people put on the list stay until a union covers the firm or it is out of business.
    """
    covered = EmployerLink.objects.filter(employer=OuterRef("employer"), valid_to=None)
    stays = Q(by_hand=True) & ~Exists(covered) & ~Q(employer__state=EmployerState.CLOSED)
    still_open = Finding.objects.filter(within([run.path])).exclude(state=FindingState.CLOSED).exclude(stays)
    keys = still_open.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=20_000)
    gone = [pk for pk in keys if pk not in seen]
    closed = 0
    for start in range(0, len(gone), BATCH):
        batch = list(still_open.filter(pk__in=gone[start : start + BATCH]))
        with transaction.atomic():
            Finding.objects.filter(pk__in=[f.pk for f in batch]).exclude(state=FindingState.CLOSED).update(
                state=FindingState.CLOSED, closed_at=at, closed_because=CLOSED_BY_COMPARISON, last_run=run,
                version=F("version") + 1,
            )  # fmt: skip
            FindingEvent.objects.bulk_create(
                FindingEvent(
                    finding=f, event="matched", from_state=f.state, to_state=FindingState.CLOSED, at=at,
                    actor_name=actor.name,
                )
                for f in batch
            )  # fmt: skip
            ledger.record_many(
                [_fact("organising.finding_closed", f"closed:{f.pk}:{f.version + 1}", f, at) for f in batch],
                actor=actor, at=at,
            )  # fmt: skip
        closed += len(batch)
    return closed


def _batches(proposals: Iterable[Proposal]) -> Iterator[list[Proposal]]:
    iterator = iter(proposals)
    while batch := list(islice(iterator, BATCH)):
        yield batch
