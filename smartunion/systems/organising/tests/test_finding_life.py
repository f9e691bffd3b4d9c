"""The life of a finding as a state machine over the real flows: allowed moves, versions, events that only grow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from smartunion.core.errors import DomainError
from smartunion.core.tests.lives import live_through
from smartunion.systems.organising.flows import batches, findings
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Finding, FindingEvent, VerdictBatch, Visit
from smartunion.systems.organising.rules import AFTER_VISIT, MOVES, BatchVerdict, FindingState, VisitResult
from smartunion.systems.organising.tests import field_world
from smartunion.systems.organising.tests.field_world import AT, noted

RESULTS = st.sampled_from(
    [VisitResult.REAL, VisitResult.CLOSED, VisitResult.MOVED, VisitResult.REFUSES, VisitResult.NOBODY]
)


class FindingLife(RuleBasedStateMachine):
    """Visits, the desk's decisions and batches, in any order, on one finding."""

    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = field_world.town()
        self.pk = field_world.finding(self.world).pk
        self.at = AT
        self.batch: VerdictBatch | None = None
        self.events: list[Any] = []
        self.visits = 0
        self.seen = 1
        self.note_now()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def note_now(self) -> None:
        finding = Finding.objects.get(pk=self.pk)
        self.state, self.version = FindingState(finding.state), finding.version

    def try_it(self, act: Any, to: FindingState | None) -> None:
        """Do it: either it moved as MOVES allows and the version rose by one, or it was refused and nothing changed."""
        before = (self.state, self.version, FindingEvent.objects.count())
        self.at += timedelta(minutes=1)
        try:
            act()
        except DomainError:
            self.note_now()
            assert (self.state, self.version, FindingEvent.objects.count()) == before
            return
        self.note_now()
        if to is not None:
            assert to in MOVES[before[0]]
            assert (self.state, self.version) == (to, before[1] + 1)

    @rule(result=RESULTS, stale=st.booleans(), late=st.booleans())
    def visit(self, result: VisitResult, stale: bool, late: bool) -> None:
        base = self.seen if stale else self.version
        when = self.at - timedelta(hours=3) if late else self.at
        note = noted(result, finding_id=self.pk, base_version=base, noted_at=when)
        state, version = self.state, self.version
        self.try_it(lambda: note_visit(actor=self.world.actor("阿丽"), visit=note, at=self.at), None)
        self.visits += 1
        kept = Visit.objects.get(client_id=note.client_id)
        if kept.conflict:
            assert (self.state, self.version) == (state, version)
        else:
            assert (self.state, self.version) == (AFTER_VISIT[result], version + 1)
        self.seen = version

    @rule()
    def take_up(self) -> None:
        cadre = self.world.actor("林静")
        self.try_it(
            lambda: findings.take_up(actor=cadre, finding_id=self.pk, at=self.at), FindingState.TAKEN_UP
        )

    @rule()
    def dismiss(self) -> None:
        cadre = self.world.actor("林静")
        self.try_it(
            lambda: findings.dismiss(actor=cadre, finding_id=self.pk, reason="核实", at=self.at),
            FindingState.CLOSED,
        )

    @rule()
    def reopen(self) -> None:
        cadre = self.world.actor("林静")
        self.try_it(
            lambda: findings.reopen(actor=cadre, finding_id=self.pk, reason="又开业", at=self.at),
            FindingState.OPEN,
        )

    @rule()
    def judge(self) -> None:
        cadre = self.world.actor("林静")
        batch = batches.pick(actor=cadre, finding_ids=[self.pk], at=self.at)
        VerdictBatch.objects.filter(pk=batch.pk).update(
            verdict=BatchVerdict.MOVED, reason="搬空", state="done"
        )
        batch.refresh_from_db()
        finding = Finding.objects.get(pk=self.pk)
        before = self.state
        self.try_it(
            lambda: batches.judge_one(batch=batch, finding=finding, actor=cadre, at=self.at),
            FindingState.CLOSED,
        )
        if self.state == FindingState.CLOSED and before != FindingState.CLOSED:
            self.batch, self.was, self.closed_version = batch, before, self.version

    @precondition(lambda self: self.batch is not None)
    @rule()
    def take_back(self) -> None:
        assert self.batch is not None
        event = FindingEvent.objects.get(batch=self.batch, event="batch_moved")
        untouched = self.version == self.closed_version
        batch = self.batch
        self.try_it(
            lambda: batches.undo_one(batch=batch, event=event, actor=self.world.actor("林静"), at=self.at),
            None,
        )
        if untouched:
            assert self.state == self.was
        self.batch = None

    @invariant()
    def history_only_grows_and_ends_at_the_present(self) -> None:
        if not hasattr(self, "pk"):
            return
        rows = list(
            FindingEvent.objects.order_by("pk").values_list("pk", "event", "from_state", "to_state", "at")
        )
        assert rows[: len(self.events)] == self.events
        self.events = rows
        assert self.version == 1 + len(rows)
        assert Visit.objects.count() == self.visits
        if rows:
            assert rows[-1][3] == self.state
            assert [row[3] for row in rows[:-1]] == [row[2] for row in rows[1:]]

    @invariant()
    def closed_says_why_and_open_does_not(self) -> None:
        if hasattr(self, "pk"):
            finding = Finding.objects.get(pk=self.pk)
            closed = finding.state == FindingState.CLOSED
            assert (bool(finding.closed_because), finding.closed_at is not None) == (closed, closed)


@pytest.mark.django_db
def test_a_finding_moves_only_as_it_may() -> None:
    live_through(FindingLife, lives=12, steps=14)
