"""Money owed: once for a decision, to whom the programme allows, in amounts that exist."""

from decimal import Decimal

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.rules.accounts import account_key, is_card, mask_account
from smartunion.engines.payments.service import Payee, cancel, owe
from smartunion.engines.payments.tests import payments_world as make

pytestmark = pytest.mark.django_db


def _pay(here: make.World, payee: Payee, programme: str = make.HELP, yuan: str = "100") -> Payable:
    assert here.ali.person is not None
    return owe(
        actor=make.acting(here.linjing), at=make.NOW, programme=programme, key="k", union_id=here.firm.pk,
        person_id=here.ali.person.pk, payee=payee, amount_yuan=Decimal(yuan), title="大病救助", record="test.claim:1",
        decided_by=None,
    )  # fmt: skip


def test_a_decision_is_owed_once_and_told_in_the_trail() -> None:
    here = make.world()

    first, again = make.owed(here), make.owed(here)

    assert first.pk == again.pk
    assert (first.amount_yuan, first.state, first.path) == (Decimal("500.00"), "owed", here.firm.path)
    told = AuditEvent.objects.get(event="payments.owed")
    assert told.owner_person_id == first.person_id
    assert make.card(here.ali.pk) not in str(told.data)


def test_the_same_decision_with_another_amount_is_refused() -> None:
    here = make.world()
    make.owed(here)

    with pytest.raises(InvalidInput) as refused:
        make.owed(here, yuan="600")

    assert refused.value.field == "amount_yuan"
    assert Payable.objects.get().amount_yuan == 500


@pytest.mark.parametrize(
    ("payee", "programme", "field"),
    [
        (Payee("小波", make.card(1)), make.HELP, "payee"),
        (Payee("小波", make.card(1), kind="family"), make.HELP, "relation"),
        (Payee("晨光工会", make.card(1), kind="union", relation="工会"), make.HELP, "payee"),
        (Payee("阿丽", "6222020200112233440"), make.HELP, "account"),
        (Payee("阿丽", "卡号"), make.HELP, "account"),
        (Payee("", make.card(1)), make.HELP, "payee"),
        (Payee("阿丽", make.card(1)), "nothing", "programme"),
    ],
)
def test_a_payee_the_programme_does_not_allow_is_refused(payee: Payee, programme: str, field: str) -> None:
    here = make.world()

    with pytest.raises(InvalidInput) as refused:
        _pay(here, payee, programme)

    assert refused.value.field == field
    assert not Payable.objects.exists()


def test_a_relation_or_a_programme_that_pays_unions_opens_other_accounts() -> None:
    here = make.world()

    assert _pay(here, Payee("小波", make.card(1), kind="family", relation="配偶")).payee_relation == "配偶"
    Payable.objects.all().delete()
    assert _pay(here, Payee("晨光工会", make.card(1), kind="union"), make.DEATH).payee_kind == "union"


@pytest.mark.parametrize("yuan", ["0", "-1", "0.001", "10000000.01", "NaN", "Infinity"])
def test_amounts_that_do_not_exist_are_refused(yuan: str) -> None:
    here = make.world()

    with pytest.raises(InvalidInput) as refused:
        _pay(here, Payee("阿丽", make.card(1)), yuan=yuan)

    assert refused.value.field == "amount_yuan"


def test_cancelling_needs_a_reason_and_happens_once() -> None:
    here = make.world()
    made = make.owed(here)
    arguments = {"actor": make.acting(here.linjing), "at": make.NOW, "programme": make.HELP, "key": "1"}

    with pytest.raises(InvalidInput):
        cancel(**arguments, reason=" ")  # type: ignore[arg-type]  # a test's own values
    cancel(**arguments, reason="重复申请")  # type: ignore[arg-type]  # as above
    again = cancel(**arguments, reason="again")  # type: ignore[arg-type]  # as above

    made.refresh_from_db()
    assert (made.state, made.cancel_reason) == ("cancelled", "重复申请")
    assert again is not None
    assert AuditEvent.objects.filter(event="payments.cancelled").count() == 1
    assert cancel(**arguments | {"key": "none"}, reason="x") is None  # type: ignore[arg-type]  # as above


def test_accounts_are_compared_by_their_digits_and_shown_by_the_last_four() -> None:
    assert account_key(" 6222 0202-0011 ２２ ") == "62220202001122"
    assert mask_account("6222 0202 0011") == "****0011"
    assert is_card(make.card(7))
    assert not is_card(make.card(7)[:-1] + str((int(make.card(7)[-1]) + 1) % 10))
