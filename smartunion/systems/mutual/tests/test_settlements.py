"""Paid without application: read, shown, taken in; wrong rows are named, the rest goes through, nothing twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.benefits import Reach
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.files import intake
from smartunion.core.jobs.context import Cancelled
from smartunion.core.jobs.runner import drain
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests.factories import acting
from smartunion.engines.payments.models import Payable
from smartunion.ground.accounts.models import User
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.systems.mutual import benefits
from smartunion.systems.mutual.flows import settlements
from smartunion.systems.mutual.models import Claim, Settlement
from smartunion.systems.mutual.tests.mutual_world import Mutual, enrolled, made, on

pytestmark = pytest.mark.django_db
HEAD = "结算编号,身份证号,姓名,入院日期,住院天数,医疗费总额,医保支付,其他支付,银行卡号,开户行"
ALI, XIAOBO = "11010519491231002X", "110101199003070177"
CARD = "6222021234567890128"
AT = on("2025-06-20")


def row(number: str, **changes: str) -> str:
    """阿丽's stay of the worked table, number 12: 2,600 yuan."""
    cells = {
        "number": number, "id": ALI, "name": "阿丽", "on": "2025-06-01", "days": "6", "cost": "20,000.00", "scheme": "12000",
        "other": "1000", "card": CARD, "bank": "宁海农商银行",
    } | changes  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells.values())


def file(*rows: str) -> bytes:
    return "\r\n".join([HEAD, *rows]).encode("gb18030")


@pytest.fixture
def world() -> Mutual:
    here = made()
    for who, number in ((here.here.ali, ALI), (here.here.xiaobo, XIAOBO)):
        assert who.person is not None
        who.person.resident_id = number
        who.person.save()
    enrolled(here, here.yuecheng, "2024-11-01")
    return here


def read(world: Mutual, *rows: str, who: User | None = None, at: Any = AT) -> Settlement:
    return settlements.read_file(
        actor=acting(who or world.officer),
        at=at,
        union_id=world.here.town.pk,
        name="结算.csv",
        chunks=[file(*rows)],
    )


def taken(world: Mutual, one: Settlement) -> Settlement:
    settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    return settlements.take_in(actor=acting(world.officer), at=AT, settlement_id=one.pk)


def test_a_settled_stay_is_worked_out_granted_and_owed_without_an_application(world: Mutual) -> None:
    one = read(world, row("S1"))
    assert (one.rows, one.ready, one.refused, one.total_yuan) == (1, 1, 0, Decimal("2600.00"))
    assert (CaseFile.objects.count(), Claim.objects.count()) == (0, 0)

    done = taken(world, one)

    claim, owed = Claim.objects.get(), Payable.objects.get()
    assert (done.state, done.ready, done.total_yuan) == ("done", 1, Decimal("2600.00"))
    assert (claim.state, claim.total_yuan, claim.is_assessed, claim.person_id) == (
        "granted", Decimal("2600.00"), True, world.ali.pk,
    )  # fmt: skip
    assert (owed.amount_yuan, owed.payee_account, owed.person_id, owed.state) == (
        Decimal("2600.00"), CARD, world.ali.pk, "owed",
    )  # fmt: skip
    assert claim.case.state == "approved"
    assert Fact.objects.filter(kind="casework.granted_unasked").count() == 1
    assert Notice.objects.filter(person_id=world.ali.pk, link=f"/cases/{claim.case_id}/").exists()


def test_the_same_file_again_and_a_job_run_twice_grant_nothing_more(world: Mutual) -> None:
    one = taken(world, read(world, row("S1")))
    settlements.take_in(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    again = read(world, row("S1"), row("S1"))

    assert (again.ready, again.known, again.refused) == (0, 1, 1)
    with pytest.raises(StaleState):
        settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    assert (Claim.objects.count(), Payable.objects.count()) == (1, 1)


def test_wrong_rows_are_named_with_what_to_do_and_the_rest_goes_through(world: Mutual) -> None:
    rows = [
        row("S1"), row("S2", id="110101199003070178"), row("S3", id="330226199001011234"), row("S4", name="阿里"),
        row("S5", cost="很多"), row("S6", on="2023-05-01"), row("S7", id=XIAOBO, name="小波", card=""),
        row("S8", on="2025-06-02", cost="300", scheme="200", other="0"), row("", on="2025-06-03"),
        row("S9", on="2030-01-01"),
    ]  # fmt: skip

    one = taken(world, read(world, *rows))

    assert (one.rows, one.ready, one.refused) == (10, 1, 9)
    found = [(row, field) for row, field, _reason, _remedy in one.problem_rows]
    assert found == [
        (3, "resident_id"), (4, "resident_id"), (5, "name"), (6, "cost"), (7, "admitted_on"), (8, "account"),
        (9, "admitted_on"), (10, "number"), (11, "admitted_on"),
    ]  # fmt: skip
    assert all(reason for _row, _field, reason, _remedy in one.problem_rows)
    assert "阿丽" not in one.problems + str(one.problem_rows)
    assert Payable.objects.count() == 1


def test_what_she_claimed_herself_is_not_granted_again(world: Mutual) -> None:
    taken(world, read(world, row("S1")))

    again = read(world, row("S2"))

    assert (again.ready, again.known, again.refused) == (0, 0, 1)


def test_the_account_of_her_last_payment_serves_where_the_file_has_none(world: Mutual) -> None:
    taken(world, read(world, row("S1")))

    later = taken(
        world, read(world, row("S2", on="2025-06-10", card="", cost="2000", scheme="500", other="0"))
    )

    assert (later.ready, Payable.objects.order_by("-pk")[0].payee_account) == (1, CARD)


def test_only_who_handles_claims_there_reads_files_and_whoever_read_it_takes_it_in(world: Mutual) -> None:
    with pytest.raises(NotAllowed):
        read(world, row("S1"), who=world.admin)
    one = read(world, row("S1"))
    with pytest.raises(StaleState):
        settlements.begin(actor=acting(world.above), at=AT, settlement_id=one.pk)
    with pytest.raises(InvalidInput):
        settlements.read_file(
            actor=acting(world.officer),
            at=AT,
            union_id=world.here.town.pk,
            name="x.csv",
            chunks=["甲,乙\n1,2".encode()],
        )
    assert not Settlement.objects.visible_to(acting(world.admin)).exists()
    assert Payable.objects.count() == 0


def test_the_pages_show_it_first_and_the_job_takes_it_in(
    world: Mutual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    client = Client()
    client.force_login(world.officer)
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(
        reverse("mutual:settlements"),
        {
            "union": world.here.town.pk,
            "file": SimpleUploadedFile("结算.csv", file(row("S1"), row("S2", name="阿里"))),
        },
        follow=True,
    )
    page = answer.content.decode()
    assert ("2,600.00" in page, "姓名与身份证号不符" in page, "给付可给付的" in page) == (True, True, True)
    one = Settlement.objects.get()
    client.post(reverse("mutual:settlement_begin", args=[one.pk]))
    drain()

    one.refresh_from_db()
    assert (one.state, Payable.objects.count()) == ("done", 1)
    assert "给付可给付的" not in client.get(reverse("mutual:settlement", args=[one.pk])).content.decode()


def test_benefits_tell_her_what_covers_her_and_what_was_paid_and_her_chair_only_how_many_are_covered(
    world: Mutual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: AT.date())
    taken(world, read(world, row("S1")))
    Claim.objects.update(state="paid", paid_at=AT)
    ali = acting(world.here.ali)

    found = [(one.title, one.standing.value) for one in benefits.mine(ali, AT)]
    union = benefits.uptake(world.chair, Reach(world.here.grassroots.path, 2, AT))

    assert set(found) == {
        (world.yuecheng.title, "now"), (world.tianjin.title, "needed"), (world.yuecheng.title, "had"),
    }  # fmt: skip
    assert {(one.title, one.entitled, one.taken) for one in union} == {
        (world.tianjin.title, 2, 0), (world.yuecheng.title, 2, 2),
    }  # fmt: skip
    assert benefits.uptake(world.chair, Reach(world.here.next_town.path, 5, AT))[0].taken == 0


def told(one: Settlement) -> list[list[str]]:
    """Lines of the result file below its heads."""
    assert one.result is not None
    with intake.open_file(one.result) as opened:
        lines = opened.read().decode("utf-8-sig").splitlines()
    return [line.split(",") for line in lines[1:]]


def test_a_long_file_is_read_and_taken_in_by_jobs_with_a_file_of_every_row(
    world: Mutual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlements, "AT_ONCE", 2)
    monkeypatch.setattr(clock, "now", lambda: AT)
    one = read(world, row("S1"), row("S2", name="阿里"), row("S3", cost="很多"))
    assert (one.state, one.rows) == ("checking", 0)
    with pytest.raises(StaleState):
        settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)

    drain()
    one.refresh_from_db()
    assert (one.state, one.rows, one.ready, one.refused, Claim.objects.count()) == ("read", 3, 1, 2, 0)
    settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    drain()

    one.refresh_from_db()
    assert (one.state, one.ready, one.refused, one.total_yuan) == ("done", 1, 2, Decimal("2600.00"))
    assert [line[:5] for line in told(one)] == [
        ["2", "S1", "已给付", "2600.00", ""], ["3", "S2", "未采用", "", "姓名"], ["4", "S3", "未采用", "", "医疗费总额"],
    ]  # fmt: skip
    client = Client()
    client.force_login(world.officer)
    answer = client.get(reverse("mutual:settlement_result", args=[one.pk]))
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("S") == 3  # type: ignore[attr-defined]
    client.force_login(world.admin)
    assert client.get(reverse("mutual:settlement_result", args=[one.pk])).status_code in {403, 404}


def test_what_is_stopped_half_way_keeps_what_was_granted_and_goes_on_without_granting_twice(
    world: Mutual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlements, "EVERY", 1)
    other = row("S2", id=XIAOBO, name="小波")
    one = read(world, row("S1"), other)
    settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise Cancelled

    with pytest.raises(Cancelled):
        settlements.take_in(actor=acting(world.officer), at=AT, settlement_id=one.pk, progress=stop)
    one.refresh_from_db()
    assert (one.state, one.ready, seen, Payable.objects.count()) == ("stopped", 1, [(1, 2)], 1)

    done = taken(world, one)

    assert (done.state, done.ready, done.known, done.refused) == ("done", 2, 0, 0)
    assert (done.total_yuan, Payable.objects.count()) == (Decimal("5200.00"), 2)
    assert read(world, row("S1"), other).known == 2


def test_reading_that_was_stopped_is_begun_again_and_grants_nothing(
    world: Mutual, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlements, "AT_ONCE", 0)
    monkeypatch.setattr(settlements, "EVERY", 1)
    monkeypatch.setattr(clock, "now", lambda: AT)
    one = read(world, row("S1"), row("S2", name="阿里"))

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        settlements.check(actor=acting(world.officer), at=AT, settlement_id=one.pk, progress=stop)
    one.refresh_from_db()
    assert (one.state, one.rows) == ("unread", 1)
    settlements.begin(actor=acting(world.officer), at=AT, settlement_id=one.pk)
    drain()

    one.refresh_from_db()
    assert (one.state, one.rows, one.ready, Claim.objects.count()) == ("read", 2, 1, 0)
