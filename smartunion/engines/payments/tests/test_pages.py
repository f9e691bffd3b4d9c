"""The pages: the way from owed to paid by two people, masked, and closed to everybody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smartunion.engines.payments.models import Fund, LikenessPair, Payable, PaymentList
from smartunion.engines.payments.service import Traits, note_traits
from smartunion.engines.payments.tests import payments_world as make

pytestmark = pytest.mark.django_db


def _client(one: object) -> Client:
    client = Client()
    client.force_login(one)  # type: ignore[arg-type]  # a User
    return client


def test_two_officers_pay_a_worker_and_she_reads_of_it() -> None:
    here = make.world()
    payable = make.owed(here)
    maker, second, own = _client(here.kuaiji), _client(here.chuna), _client(here.ali)

    maker.post("/desk/funds/new/", {
        "union": here.county.pk, "code": "F1", "name": "帮扶资金", "source": "government", "opened_on": "2026-01-01",
    })  # fmt: skip
    fund = Fund.objects.get()
    maker.post(f"/desk/funds/{fund.pk}/receive/", {
        "amount": "1,000", "received_on": "2026-03-01", "text": "县财政拨款", "client_id": "a",
    })  # fmt: skip
    assert maker.get("/desk/payments/lists/new/").status_code == 200
    maker.post("/desk/payments/lists/new/", {"union": here.county.pk, "fund": fund.pk})
    made = PaymentList.objects.get()
    at = f"/desk/payments/lists/{made.pk}/"
    assert b"checked" in maker.get(at).content
    maker.post(f"{at}add/", {"payable": [payable.pk]})
    maker.post(f"{at}propose/")
    assert maker.post(f"{at}release/").status_code == 404 or maker.post(f"{at}release/").status_code == 403
    assert second.get(at).status_code == 200
    second.post(f"{at}release/")
    got = second.post(f"{at}file/", {"form": "csv"})
    assert "阿丽" in got.content.decode("gb18030")
    assert second.post(f"{at}file/", {"form": "csv"}).status_code == 422
    sheet = SimpleUploadedFile(
        "回单.csv", make.answers(made, (1, "500.00", "失败", "户名不符"), (9, "1", "成功", ""))
    )
    maker.post(f"{at}answers/", {"file": sheet})

    payable.refresh_from_db()
    assert payable.state == "failed"
    shown = own.get("/me/payments/").content.decode()
    assert "户名不符" in shown
    assert payable.payee_account not in shown
    own.post(f"/me/payments/{payable.pk}/account/", {"account": make.card(8), "bank": "建设银行"})
    payable.refresh_from_db()
    assert (payable.state, payable.payee_account) == ("owed", make.card(8))
    for address in (
        "/desk/payments/",
        f"/desk/payments/{payable.pk}/",
        "/desk/payments/lists/",
        at,
        f"/desk/funds/{fund.pk}/",
    ):
        page = maker.get(address)
        assert page.status_code == 200
        assert "阿丽" not in page.content.decode()
        assert make.card(8) not in page.content.decode()
        assert _client(here.stranger).get(address).status_code == 404
    assert "帮扶资金" in maker.get("/desk/funds/").content.decode()


def test_two_claims_are_compared_and_the_finding_is_kept() -> None:
    here = make.world()
    for record in ("test.claim:1", "other.claim:1"):
        note_traits(
            at=make.NOW, programme=make.HELP, record=record, union_path=here.firm.path, person_id=None,
            traits=Traits(account=make.card(1)),
        )  # fmt: skip
    make.owed(here)
    pair = LikenessPair.objects.get()
    aid = _client(here.linjing)

    assert aid.get("/desk/payments/likenesses/").status_code == 200
    assert aid.get(f"/desk/payments/likenesses/{pair.pk}/").status_code == 200
    assert (
        aid.post(f"/desk/payments/likenesses/{pair.pk}/", {"state": "harmless", "finding": ""}).status_code
        == 422
    )
    aid.post(f"/desk/payments/likenesses/{pair.pk}/", {"state": "harmless", "finding": "夫妻共用账户"})

    pair.refresh_from_db()
    assert (pair.state, pair.finding, pair.actor_name) == ("harmless", "夫妻共用账户", "林静")
    assert _client(here.stranger).get(f"/desk/payments/likenesses/{pair.pk}/").status_code == 404


def test_somebody_without_payments_reads_so_and_others_see_nothing_of_hers() -> None:
    here = make.world()
    payable = make.owed(here)
    other = _client(here.xiaobo)

    assert "还没有给付" in other.get("/me/payments/").content.decode()
    assert other.post(f"/me/payments/{payable.pk}/account/", {"account": make.card(8)}).status_code == 404
    assert Payable.objects.get().payee_account == make.card(here.ali.pk)
    assert other.get("/desk/payments/").status_code == 404
