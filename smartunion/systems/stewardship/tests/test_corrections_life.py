"""Any order of months, decisions and undoings: the lineage is whole, undoing is exact, what is kept stays quiet."""

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
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import correcting
from smartunion.systems.stewardship.models import Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import State
from smartunion.systems.stewardship.tests.correcting_world import compare, firm, told
from smartunion.systems.stewardship.tests.test_corrections import REGISTRY, rows_of

VALUES = ("老街 1 号", "新街 2 号", "桥头 5 号", "山脚 7 号")


class CorrectionLife(RuleBasedStateMachine):
    """One employer's address, one department."""

    @initialize()
    def begin(self) -> None:
        """A firm that people entered."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cast = make.cast()
        self.firm = firm(self.cast, address=VALUES[0])
        self.month = 0
        self.before: dict[int, dict[str, dict[Any, Any]]] = {}

    def teardown(self) -> None:
        """Nothing of one example reaches the next."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def _item(self) -> Discrepancy | None:
        return Discrepancy.objects.first()

    def _firm(self) -> Employer:
        return Employer.objects.get(pk=self.firm.pk)

    @rule(theirs=st.sampled_from(VALUES))
    def a_month(self, theirs: str) -> None:
        """The department's next extract."""
        self.month += 1
        firm_now, before = self._firm(), self._item()
        origin = firm_now.origins.filter(field="address").first()
        if origin is not None and not origin.is_ours:
            Employer.objects.filter(pk=firm_now.pk).update(address=theirs)  # the register's own: it follows
            compare(self.month, self.cast.county.path)
        elif firm_now.address == theirs:
            compare(self.month, self.cast.county.path)
        else:
            compare(self.month, self.cast.county.path, told(firm_now, "address", theirs))
        after = self._item()
        if before is not None and before.state in {State.KEPT, State.WRITTEN} and after is not None:
            if theirs == before.theirs and firm_now.address != theirs:
                assert after.state == before.state, (
                    "kept ones stay quiet until the department's value changes"
                )
            elif firm_now.address != theirs:
                assert after.state == State.OPEN

    @precondition(lambda self: self._item() is not None)
    @rule(act=st.sampled_from(["take", "keep", "write"]), value=st.sampled_from(VALUES))
    def decide(self, act: str, value: str) -> None:
        """Somebody decides, if she may."""
        item = self._item()
        assert item is not None
        before = rows_of(*REGISTRY, Discrepancy)
        at = make.AT + timedelta(days=self.month, hours=1)
        try:
            if act == "take":
                done = correcting.take(actor=self.cast.cadre, item_id=item.pk, at=at)
            elif act == "keep":
                done = correcting.keep(actor=self.cast.cadre, item_id=item.pk, reason="看过执照", at=at)
            else:
                done = correcting.write(
                    actor=self.cast.cadre, item_id=item.pk, value=value, reason="去过", at=at
                )
        except DomainError:
            assert rows_of(*REGISTRY, Discrepancy) == before, "a refusal changes nothing"
            return
        self.before[done.pk] = before

    @precondition(lambda self: bool(self.before))
    @rule(at=st.integers(0, 5))
    def undo(self, at: int) -> None:
        """Somebody takes one back, if that is still possible."""
        keys = sorted(self.before)
        done = Decision.objects.get(pk=keys[at % len(keys)])
        now = rows_of(*REGISTRY, Discrepancy)
        try:
            correcting.undo(
                actor=self.cast.cadre, decision_id=done.pk, at=make.AT + timedelta(days=self.month, hours=2)
            )
        except DomainError:
            assert rows_of(*REGISTRY, Discrepancy) == now
            return
        stood = self.before.pop(done.pk)
        after = rows_of(*REGISTRY, Discrepancy)
        for model in (kind.__name__ for kind in REGISTRY):
            assert after[model] == stood[model], "undoing is byte-identical"
        seen = [row["seen_in"] for row in now["Discrepancy"].values()]
        if seen == [row["seen_in"] for row in stood["Discrepancy"].values()] and all(
            row["state"] != State.GONE for row in now["Discrepancy"].values()
        ):
            assert after["Discrepancy"] == stood["Discrepancy"]

    @invariant()
    def lineage_is_whole(self) -> None:
        """A taken value names its extract and row; a written or kept one is ours."""
        item = self._item() if hasattr(self, "cast") else None
        if item is None:
            return
        origin = self._firm().origins.filter(field="address").first()
        last = Decision.objects.filter(item=item, undone_at=None).order_by("-pk").first()
        if item.state == State.TAKEN and last is not None:
            assert origin is not None
            assert origin.source == last.theirs_source
            assert (origin.row, origin.is_ours) == ("E7", False)
        if item.state in {State.KEPT, State.WRITTEN}:
            assert origin is not None
            assert origin.is_ours
        assert item.state != State.OPEN or item.theirs != ""


@pytest.mark.django_db
def test_corrections_keep_their_promises_in_any_order() -> None:
    live_through(CorrectionLife, lives=25, steps=14)


@pytest.mark.django_db
def test_taking_what_the_registry_holds_again_names_the_extract() -> None:
    """The written value is taken back, the department has come to agree meanwhile: what is taken is its value now."""
    life = CorrectionLife()
    life.begin()
    life.a_month(theirs=VALUES[2])
    life.decide(act="take", value="")
    life.undo(at=0)
    life.decide(act="write", value=VALUES[3])
    life.a_month(theirs=VALUES[0])
    life.undo(at=0)

    life.decide(act="take", value="")

    origin = life._firm().origins.get(field="address")
    assert (life._firm().address, origin.row, origin.is_ours) == (VALUES[0], "E7", False)
    life.lineage_is_whole()
    life.teardown()
