"""A list is made by one and released by another; its money is set aside; the bank's answers settle it once."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import DomainError, DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.tables.workbook import open_workbook
from smartunion.engines.payments import programmes
from smartunion.engines.payments.flows import bankin, bankout, correcting, funds, lists
from smartunion.engines.payments.flows.ledger import FundTooSmall
from smartunion.engines.payments.models import (
    Entry,
    FileOut,
    Fund,
    LikenessPair,
    ListItem,
    Payable,
    PaymentList,
)
from smartunion.engines.payments.programmes import Programme
from smartunion.engines.payments.queries.ledger import ledger_faults, standing_of
from smartunion.engines.payments.service import Payee
from smartunion.engines.payments.tests import payments_world as make
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue

pytestmark = pytest.mark.django_db


def _read(here: make.World, made: PaymentList, content: bytes) -> Any:
    return bankin.read_answers(
        actor=make.acting(here.kuaiji), at=make.NOW, list_id=made.pk, name="回单.csv", content=content
    )


def test_the_whole_way_from_owed_to_paid_keeps_every_yuan() -> None:
    here = make.world()
    fund = make.funded(here, "1000")
    first, second = make.owed(here, "1", yuan="500.00"), make.owed(here, "2", yuan="300.50", who=here.xiaobo)

    made = make.sent(here, fund, first, second)
    got = _read(
        here, made, make.answers(made, (1, "500.00", "交易成功", ""), (2, "300.50", "交易失败", "户名不符"))
    )

    first.refresh_from_db(), second.refresh_from_db(), made.refresh_from_db(), fund.refresh_from_db()
    assert (got.paid_count, got.failed_count, got.refused) == (1, 1, [])
    assert (first.state, second.state, second.fail_reason) == ("paid", "failed", "户名不符")
    assert (made.state, made.paid_yuan) == ("settled", Decimal("500.00"))
    standing = standing_of(fund)
    assert (standing.received, standing.paid, standing.available, standing.committed, standing.clearing) == (
        Decimal("1000.00"), Decimal("500.00"), Decimal("500.00"), 0, 0,
    )  # fmt: skip
    assert ledger_faults() == []
    assert {(row.person_id, row.template) for row in Notice.objects.all()} == {
        (first.person_id, "payments.paid"), (second.person_id, "payments.failed"),
    }  # fmt: skip
    fact = Fact.objects.get(kind="payments.paid")
    assert (fact.quantity, fact.path, fact.person_id) == (500, here.county.path, None)


def test_only_payments_that_tell_nothing_are_counted_for_the_union_of_who_got_them() -> None:
    here = make.world()
    programmes.PROGRAMMES.setdefault("test.gift", Programme("test.gift", "试验慰问品", is_sealed=False))
    gift = make.owed(here, "3", yuan="80.00", programme="test.gift")

    made = make.sent(here, make.funded(here, "1000"), gift, make.owed(here, "4"))
    _read(here, made, make.answers(made, (1, "80.00", "交易成功", ""), (2, "500.00", "交易成功", "")))

    counted = Fact.objects.filter(kind="payments.paid").values_list("path", "quantity")
    assert set(counted) == {(here.firm.path, 80), (here.county.path, 500)}


def test_whoever_made_a_list_does_not_release_it() -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here), make.owed(here))

    with pytest.raises(DutiesApart):
        lists.release(actor=make.acting(here.kuaiji), at=make.NOW, list_id=made.pk)

    made.refresh_from_db()
    assert (made.state, made.released_by_id) == ("proposed", None)
    assert Fund.objects.get().available_yuan == 10000


@pytest.mark.parametrize("how", ["decided", "handled"])
def test_whoever_decided_or_handled_a_step_neither_prepares_nor_releases(how: str) -> None:
    here = make.world()
    fund = make.funded(here)

    def part(user: User) -> dict[str, object]:
        return {"decided_by": user.pk} if how == "decided" else {"handled_by": [user.pk, here.linjing.pk]}

    payable = make.owed(here, **part(here.chuna))
    made = make.proposed(here, fund, payable)

    with pytest.raises(DutiesApart):
        lists.release(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk)
    own = make.owed(here, "2", **part(here.kuaiji))
    fresh = lists.make_list(
        actor=make.acting(here.kuaiji), at=make.NOW, union_id=here.county.pk, fund_id=fund.pk
    )
    (left,) = lists.add(actor=make.acting(here.kuaiji), at=make.NOW, list_id=fresh.pk, payable_ids=[own.pk])

    own.refresh_from_db()
    assert (left.payable.pk, own.state) == (own.pk, "owed")
    assert "本人" in left.reason


def test_a_job_releases_nothing() -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here), make.owed(here))

    with pytest.raises(DutiesApart):
        lists.release(actor=system(), at=make.NOW, list_id=made.pk)


def test_the_assistance_officer_prepares_and_cannot_release() -> None:
    here = make.world()
    fund = make.funded(here)
    made = make.proposed(here, fund, make.owed(here))
    town = make.user("镇帮扶", role=Role.AID, at=here.county)

    with pytest.raises(NotAllowed):
        lists.release(actor=make.acting(town), at=make.NOW, list_id=made.pk)
    with pytest.raises(NotVisible):
        lists.release(actor=make.acting(here.ali), at=make.NOW, list_id=made.pk)


def test_a_fund_that_is_too_small_releases_nothing() -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here, "499.99"), make.owed(here))

    with pytest.raises(FundTooSmall):
        lists.release(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk)

    made.refresh_from_db()
    assert (made.state, Payable.objects.get().state) == ("proposed", "listed")
    assert ledger_faults() == []


def test_the_same_person_with_two_accounts_is_held_back_until_one_is_corrected() -> None:
    here = make.world()
    fund = make.funded(here)
    first, second = make.owed(here, "1"), make.owed(here, "2", account=make.card(99))
    maker = make.acting(here.kuaiji)
    made = lists.make_list(actor=maker, at=make.NOW, union_id=here.county.pk, fund_id=fund.pk)

    left = lists.add(actor=maker, at=make.NOW, list_id=made.pk, payable_ids=[first.pk, second.pk])
    correcting.correct_payee(
        actor=maker,
        at=make.NOW,
        payable_id=second.pk,
        payee=Payee("阿丽", first.payee_account),
        reason="与本人电话核对",
    )
    then = lists.add(actor=maker, at=make.NOW, list_id=made.pk, payable_ids=[first.pk, second.pk])

    assert (len(left), then) == (2, [])
    made.refresh_from_db()
    assert (made.count, made.total_yuan) == (2, Decimal("1000.00"))


def test_an_earmarked_fund_pays_its_programmes_alone() -> None:
    here = make.world()
    fund = make.funded(here, earmark=[make.DEATH])
    payable = make.owed(here)
    maker = make.acting(here.kuaiji)
    made = lists.make_list(actor=maker, at=make.NOW, union_id=here.county.pk, fund_id=fund.pk)

    (left,) = lists.add(actor=maker, at=make.NOW, list_id=made.pk, payable_ids=[payable.pk])

    assert left.reason == "该资金不用于此项目。"


def test_a_closed_fund_begins_no_list_and_a_union_pays_from_no_other_ones_fund() -> None:
    here = make.world()
    fund = make.funded(here)
    funds.close_fund(actor=make.acting(here.kuaiji), at=make.NOW, fund_id=fund.pk)

    with pytest.raises(InvalidInput):
        lists.make_list(actor=make.acting(here.kuaiji), at=make.NOW, union_id=here.county.pk, fund_id=fund.pk)
    assert not PaymentList.objects.exists()


def test_the_bank_file_is_taken_out_once_and_again_only_with_a_reason() -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here), make.owed(here))
    chuna = make.acting(here.chuna)
    with pytest.raises(StaleState):
        bankout.export(actor=chuna, at=make.NOW, list_id=made.pk, form="csv")
    lists.release(actor=chuna, at=make.NOW, list_id=made.pk)

    got = bankout.export(actor=chuna, at=make.NOW, list_id=made.pk, form="csv")
    with pytest.raises(InvalidInput) as refused:
        bankout.export(actor=chuna, at=make.NOW, list_id=made.pk, form="csv")
    again = bankout.export(
        actor=chuna, at=make.NOW, list_id=made.pk, form="xlsx", reason="银行要求 XLSX 格式"
    )

    assert refused.value.field == "reason"
    rows = list(csv.reader(io.StringIO(got.content.decode("gb18030"))))
    assert rows == [
        ["序号", "收款户名", "收款账号", "开户行", "金额", "附言"],
        ["1", "阿丽", make.card(here.ali.pk), "工商银行宁海支行", "500.00", f"{made.number}-1"],
    ]
    assert again.name.endswith("-2.xlsx")
    assert list(FileOut.objects.values_list("issue", "reason")) == [(1, ""), (2, "银行要求 XLSX 格式")]
    assert Entry.objects.filter(kind="send").count() == 1


def test_the_spreadsheet_for_the_bank_keeps_every_digit(tmp_path: Path) -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here), make.owed(here))
    lists.release(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk)

    got = bankout.export(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk, form="xlsx")

    kept = tmp_path / "x.xlsx"
    kept.write_bytes(got.content)
    with open_workbook(kept) as book:
        assert [row.texts for row in book.sheets[0].rows()][1][2] == make.card(here.ali.pk)


def test_a_federation_sets_the_columns_of_its_bank() -> None:
    here = make.world()
    PolicyValue.objects.create(
        key="payments.bank_columns", path=here.county.path, value="账号=account,姓名=name,实发=amount,备注=reference",
        valid_from=make.TODAY, source="行函", created_at=make.NOW,
    )  # fmt: skip
    made = make.proposed(here, make.funded(here), make.owed(here))
    lists.release(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk)

    got = bankout.export(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk, form="csv")

    assert got.content.decode("gb18030").splitlines()[0] == "账号,姓名,实发,备注"


def test_a_payee_changed_behind_a_release_makes_no_file() -> None:
    here = make.world()
    made = make.proposed(here, make.funded(here), make.owed(here))
    lists.release(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk)
    Payable.objects.update(payee_account=make.card(12345))

    with pytest.raises(bankout.Tampered):
        bankout.export(actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk, form="csv")

    made.refresh_from_db()
    assert made.state == "released"
    assert not FileOut.objects.exists()
    signed = AuditEvent.objects.get(event="payments.list_released")
    assert signed.data["digest"] == made.digest


def test_bad_rows_are_named_and_the_rest_goes_through() -> None:
    here = make.world()
    payables = [make.owed(here, str(number), yuan=f"{number}00") for number in range(1, 6)]
    made = make.sent(here, make.funded(here), *payables)

    got = _read(here, made, make.answers(
        made, (1, "100.00", "成功", ""), (2, "200.01", "成功", ""), (77, "1", "成功", ""), (3, "300", "处理中", ""),
        (1, "100", "成功", ""), (4, "￥400.00", "失败", ""),
    ))  # fmt: skip

    assert [(row, field) for row, field, _reason, _remedy in got.refused] == [
        (3, "amount"), (4, "reference"), (5, "result"), (6, "reference"),
    ]  # fmt: skip
    assert [one.state for one in Payable.objects.order_by("pk")] == ["paid", "sent", "sent", "failed", "sent"]
    made.refresh_from_db()
    assert made.state == "sent"
    assert ledger_faults() == []


def test_the_same_answers_again_change_nothing_and_no_answer_is_turned_round() -> None:
    here = make.world()
    payable = make.owed(here)
    made = make.sent(here, make.funded(here), payable)
    content = make.answers(made, (1, "500", "成功", ""))
    _read(here, made, content)
    entries = Entry.objects.count()

    again = _read(here, made, content)
    turned = _read(here, made, make.answers(made, (1, "500", "失败", "退汇")))

    assert (again.paid_count, again.known_count) == (0, 1)
    assert [row[1] for row in turned.refused] == ["result"]
    payable.refresh_from_db()
    assert (payable.state, payable.attempts, Entry.objects.count()) == ("paid", 1, entries)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", "附言,金额\r\nx,1\r\n".encode()])
def test_a_file_that_holds_no_answers_is_refused(content: bytes) -> None:
    here = make.world()
    made = make.sent(here, make.funded(here), make.owed(here))

    with pytest.raises(InvalidInput):
        _read(here, made, content)

    assert Payable.objects.get().state == "sent"


def test_what_came_back_is_corrected_by_herself_and_paid_on_another_list() -> None:
    here = make.world()
    fund = make.funded(here)
    payable = make.owed(here)
    made = make.sent(here, fund, payable)
    _read(here, made, make.answers(made, (1, "500", "失败", "账号错误")))
    with pytest.raises(StaleState):
        bankout.export(
            actor=make.acting(here.chuna), at=make.NOW, list_id=made.pk, form="csv", reason="再发一次"
        )

    correcting.correct_own(
        actor=make.acting(here.ali), at=make.NOW, payable_id=payable.pk, account=make.card(8), bank="建设银行"
    )
    payable.refresh_from_db()
    again = make.sent(here, fund, payable)
    _read(here, again, make.answers(again, (1, "500", "成功", "")))

    payable.refresh_from_db()
    assert (payable.state, payable.attempts, payable.paylist_id) == ("paid", 2, again.pk)
    assert list(ListItem.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "paid"]
    assert standing_of(fund).paid == 500
    assert ledger_faults() == []


def test_nobody_else_corrects_her_account_and_nothing_is_corrected_on_a_list() -> None:
    here = make.world()
    payable = make.owed(here)

    with pytest.raises(NotVisible):
        correcting.correct_own(
            actor=make.acting(here.xiaobo), at=make.NOW, payable_id=payable.pk, account=make.card(8), bank=""
        )
    make.proposed(here, make.funded(here), payable)
    with pytest.raises(StaleState):
        correcting.correct_own(
            actor=make.acting(here.ali), at=make.NOW, payable_id=payable.pk, account=make.card(8), bank=""
        )
    payable.refresh_from_db()
    assert payable.payee_account == make.card(here.ali.pk)


def test_a_release_is_taken_back_before_the_file_and_the_list_can_be_given_up() -> None:
    here = make.world()
    fund = make.funded(here)
    made = make.proposed(here, fund, make.owed(here))
    chuna = make.acting(here.chuna)
    lists.release(actor=chuna, at=make.NOW, list_id=made.pk)

    lists.take_back(actor=chuna, at=make.NOW, list_id=made.pk, reason="金额有误")
    fund.refresh_from_db()
    assert fund.available_yuan == 10000
    lists.propose(actor=make.acting(here.kuaiji), at=make.NOW, list_id=made.pk)
    lists.release(actor=chuna, at=make.NOW + timedelta(hours=1), list_id=made.pk)
    lists.take_back(actor=chuna, at=make.NOW, list_id=made.pk, reason="再次核对")
    lists.drop(actor=make.acting(here.kuaiji), at=make.NOW, list_id=made.pk)

    assert Payable.objects.get().state == "owed"
    assert not ListItem.objects.exists()
    assert ledger_faults() == []


def test_the_programme_is_told_in_the_same_transaction() -> None:
    here = make.world()
    told: list[tuple[str, str]] = []
    programmes.PROGRAMMES["test.told"] = Programme(
        "test.told", "试验", settled=lambda payable, outcome, at: told.append((payable.key, outcome))
    )
    made = make.sent(here, make.funded(here), make.owed(here, programme="test.told"))

    _read(here, made, make.answers(made, (1, "500", "成功", "")))

    assert told == [("1", "paid")]


def test_a_receipt_is_entered_once_and_not_ahead_of_its_day() -> None:
    here = make.world()
    fund = make.funded(here)
    given: dict[str, Any] = {
        "actor": make.acting(here.kuaiji), "at": make.NOW, "fund_id": fund.pk, "amount_yuan": Decimal("0.10"),
        "text": "捐款", "client_id": "x",
    }  # fmt: skip

    for _time in range(2):
        funds.receive(received_on=make.TODAY, **given)
    with pytest.raises(InvalidInput):
        funds.receive(received_on=make.TODAY + timedelta(days=1), **given | {"client_id": "y"})
    with pytest.raises(DomainError):
        funds.receive(
            received_on=make.TODAY, **given | {"client_id": "z", "actor": make.acting(here.linjing)}
        )

    fund.refresh_from_db()
    assert fund.available_yuan == Decimal("10000.10")
    assert ledger_faults() == []


def test_a_list_is_filled_with_everything_but_what_looks_like_another_claim_or_was_her_own_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = make.world()
    fund = make.funded(here)
    plain = [make.owed(here, f"p{n}") for n in range(3)]
    alike, own = make.owed(here, "alike"), make.owed(here, "own")
    Payable.objects.filter(pk=own.pk).update(handled_by=[here.kuaiji.pk])
    LikenessPair.objects.create(
        programme=make.HELP, record=alike.record, path=alike.path, other_programme=make.HELP, other_record="x:1",
        other_path=alike.path, found_at=make.NOW,
    )  # fmt: skip
    Payable.objects.exclude(pk=alike.pk).update(record="y:1")
    maker = make.acting(here.kuaiji)
    made = lists.make_list(actor=maker, at=make.NOW, union_id=here.county.pk, fund_id=fund.pk)

    monkeypatch.setattr(lists, "MOST", 2)
    lists.fill(actor=maker, at=make.NOW, list_id=made.pk)
    made.refresh_from_db()
    first = made.count
    monkeypatch.setattr(lists, "MOST", 5000)
    left = lists.fill(actor=maker, at=make.NOW, list_id=made.pk)

    made.refresh_from_db()
    assert (first, made.count, left) == (2, 3, [])
    states = dict(Payable.objects.values_list("pk", "state"))
    assert {states[one.pk] for one in plain} == {"listed"}
    assert (states[alike.pk], states[own.pk]) == ("owed", "owed")
