"""Any sequence of acts: the ledger balances, nothing is paid twice, nobody prepares and releases the same list."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from smartunion.core.errors import DomainError
from smartunion.core.tests.lives import live_through
from smartunion.engines.payments.flows import bankin, bankout, correcting, funds, lists
from smartunion.engines.payments.models import ListItem, Payable, PaymentList
from smartunion.engines.payments.queries.ledger import ledger_faults, standing_of
from smartunion.engines.payments.tests import payments_world as make

pytestmark = pytest.mark.django_db
WHO = st.sampled_from(("kuaiji", "chuna"))
PICK = st.integers(0, 3)


class Money(RuleBasedStateMachine):
    """Two officers do anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.here = make.world()
        self.fund = make.funded(self.here, "800")
        self.keys = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def _try(self, act: Callable[..., Any], who: str, **values: Any) -> None:
        with suppress(DomainError):
            act(actor=make.acting(getattr(self.here, who)), at=make.NOW, **values)

    def _list(self, number: int) -> int:
        ids = list(PaymentList.objects.order_by("pk").values_list("pk", flat=True))
        return ids[number % len(ids)] if ids else 0

    @rule(cents=st.integers(1, 60000))
    def owe(self, cents: int) -> None:
        self.keys += 1
        make.owed(self.here, f"k{self.keys}", yuan=str(Decimal(cents) / 100))

    @rule(cents=st.integers(1, 10000))
    def receive(self, cents: int) -> None:
        self.keys += 1
        self._try(funds.receive, "kuaiji", fund_id=self.fund.pk, amount_yuan=Decimal(cents) / 100,
                  received_on=make.TODAY, text="拨款", client_id=str(self.keys))  # fmt: skip

    @rule(who=WHO)
    def fill(self, who: str) -> None:
        actor = make.acting(getattr(self.here, who))
        made = lists.make_list(actor=actor, at=make.NOW, union_id=self.here.county.pk, fund_id=self.fund.pk)
        ids = list(Payable.objects.order_by("pk").values_list("pk", flat=True))
        self._try(lists.add, who, list_id=made.pk, payable_ids=ids[-3:])

    @rule(who=WHO, number=PICK)
    def propose(self, who: str, number: int) -> None:
        self._try(lists.propose, who, list_id=self._list(number))

    @rule(who=WHO, number=PICK)
    def release(self, who: str, number: int) -> None:
        self._try(lists.release, who, list_id=self._list(number))

    @rule(who=WHO, number=PICK)
    def take_back(self, who: str, number: int) -> None:
        self._try(lists.take_back, who, list_id=self._list(number), reason="核对")

    @rule(who=WHO, number=PICK)
    def drop(self, who: str, number: int) -> None:
        self._try(lists.drop, who, list_id=self._list(number))

    @rule(who=WHO, number=PICK, reason=st.sampled_from(("", "再取一次")))
    def export(self, who: str, number: int, reason: str) -> None:
        self._try(bankout.export, who, list_id=self._list(number), form="csv", reason=reason)

    @rule(number=PICK, results=st.lists(st.sampled_from(("成功", "失败")), min_size=3, max_size=3))
    def answer(self, number: int, results: list[str]) -> None:
        made = PaymentList.objects.filter(pk=self._list(number)).first()
        if made is not None:
            items = ListItem.objects.filter(paylist=made).order_by("position")[:3]
            rows = [
                (one.position, str(one.amount_yuan), said, "")
                for one, said in zip(items, results, strict=False)
            ]
            self._try(
                bankin.read_answers,
                "kuaiji",
                list_id=made.pk,
                name="a.csv",
                content=make.answers(made, *rows),
            )

    @rule(number=PICK)
    def correct(self, number: int) -> None:
        payable = Payable.objects.filter(state="failed").first()
        if payable is not None:
            self._try(
                correcting.correct_own,
                "ali",
                payable_id=payable.pk,
                account=make.card(self.here.ali.pk),
                bank="",
            )

    @invariant()
    def the_ledger_balances(self) -> None:
        assert ledger_faults() == []
        paid = sum((one.amount_yuan for one in Payable.objects.filter(state="paid")), Decimal(0))
        assert standing_of(self.fund).paid == paid

    @invariant()
    def nothing_is_paid_twice_and_two_people_act(self) -> None:
        for payable in Payable.objects.all():
            assert ListItem.objects.filter(payable=payable, state="paid").count() == (payable.state == "paid")
        for made in PaymentList.objects.exclude(released_by_id=None):
            assert made.released_by_id != made.made_by_id


def test_no_sequence_of_acts_breaks_the_money() -> None:
    live_through(Money, lives=15, steps=18)
