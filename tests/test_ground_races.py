"""Many hands at one row: what must happen once happens once. On PostgreSQL; SQLite lets one writer work at a time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.core.jobs.models import Job
from smartunion.ground.accounts import totp
from smartunion.ground.accounts.flows import codes, limits, second_factor
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import Attempt, PhoneCode, User
from smartunion.ground.accounts.origin import Origin
from smartunion.ground.accounts.tests.factories import MOBILE, Sent, make_user
from smartunion.ground.facts import kinds, ledger, queries
from smartunion.ground.facts.flows.tallies import differences, fold
from smartunion.ground.facts.models import DailyTally, Fact, TallyDelta
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.service import tell
from tests.races import HANDS, ON_POSTGRES, at_once

pytestmark = ON_POSTGRES
AT = datetime(2026, 5, 3, 2, tzinfo=UTC)


@pytest.fixture
def kind() -> Any:
    kinds.register(kinds.FactKind("test.race", "x"))
    yield "test.race"
    kinds.KINDS.pop("test.race")


def record(key: str) -> Fact:
    with transaction.atomic():
        return ledger.record(
            actor=system(),
            kind="test.race",
            key=key,
            happened_on=date(2026, 5, 3),
            at=AT,
            path="1/2/",
            subject=Job(pk=1),
        )


def the_same_fact_counts_once(kind: str) -> None:
    rows = at_once(lambda _n: record("same"))

    assert len({row.pk for row in rows}) == 1
    assert queries.total(kind, "1/") == 1


def joins_and_folding_at_once_lose_nothing(kind: str) -> None:
    def work(number: int) -> None:
        for n in range(25):
            record(f"{number}:{n}")
            if number % 4 == 0:
                fold(40)

    at_once(work)

    assert queries.total(kind, "") == queries.total(kind, "1/2/") == HANDS * 25
    while fold():
        pass
    assert TallyDelta.objects.count() == 0
    assert DailyTally.objects.get(kind=kind, path="1/").quantity == HANDS * 25
    assert list(differences()) == []


def imports_of_the_same_rows_at_once_count_them_once(kind: str) -> None:
    rows = [ledger.NewFact(kind, f"k{n}", date(2026, 5, 3), "1/2/", "core.job", 1) for n in range(300)]

    counts = at_once(lambda _n: ledger.record_many(rows, actor=system(), at=AT), 3)

    assert sum(counts) == 300
    assert queries.total(kind, "1/") == 300


def somebody_is_told_once() -> None:
    def work(_n: int) -> Notice:
        context = {"role": "r", "where": "w", "day": "d"}
        return tell(
            template="accounts.role_granted", key="same", at=AT, user_id=1, context=context, channels=("sms",)
        )

    rows = at_once(work)

    assert len({row.pk for row in rows}) == 1
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def a_burst_of_tries_gets_no_more_than_the_limit() -> None:
    limit = Limit(3, timedelta(minutes=10), lock=timedelta(minutes=15))

    def work(_n: int) -> bool:
        limits.take("k", limit, at=AT)
        return limits.failed("k", limit, at=AT)

    results = at_once(work)

    assert sum(isinstance(result, DomainError) for result in results) == HANDS - 3
    row = Attempt.objects.get(key="k")
    assert (row.count, row.locks, row.window_ends_at) == (3, 1, AT + timedelta(minutes=15))


def a_code_sent_to_many_tabs_signs_in_once(settings: Any) -> None:
    settings.NOTICE_SENDERS = {"sms": "smartunion.ground.accounts.tests.factories.Sent"}
    Sent.messages, Sent.failure = [], None
    codes.send(mobile=MOBILE, purpose="signin", at=AT, origin=Origin("203.0.113.7"))
    code = Sent.messages[0].context["code"]

    results = at_once(
        lambda n: codes.check(
            mobile=MOBILE, purpose="signin", code=code, at=AT, origin=Origin(f"203.0.113.{n}")
        )
    )

    assert results.count(MOBILE) == 1
    assert PhoneCode.objects.get().used_at == AT


def one_code_of_the_app_opens_one_door() -> None:
    user = make_user("limin")
    user.totp_secret, user.totp_confirmed_at = totp.new_secret(), AT
    user.save()
    code = totp.code_at(user.totp_secret, int(AT.timestamp()) // 30)

    results = at_once(lambda _n: second_factor.use(user=user, code=code, at=AT))

    assert results.count("totp") == 1


def one_phone_in_many_tabs_makes_one_account() -> None:
    users = at_once(lambda _n: worker_for_phone(mobile=MOBILE, at=AT))

    assert len({user.pk for user in users}) == 1
    assert User.objects.filter(mobile_index__isnull=False).count() == 1


# Emptying every table after a test takes seconds, so the tests are few and each tries several things.
def test_the_ledger(kind: str) -> None:
    the_same_fact_counts_once(kind)
    Fact.objects.all().delete()
    TallyDelta.objects.all().delete()
    joins_and_folding_at_once_lose_nothing(kind)
    for model in (Fact, TallyDelta, DailyTally):
        model.objects.all().delete()
    imports_of_the_same_rows_at_once_count_them_once(kind)


def test_messages_and_signing_in(settings: Any) -> None:
    somebody_is_told_once()
    a_burst_of_tries_gets_no_more_than_the_limit()
    a_code_sent_to_many_tabs_signs_in_once(settings)
    one_code_of_the_app_opens_one_door()
    one_phone_in_many_tabs_makes_one_account()
