"""Counting tries."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartunion.core.errors import TooMany
from smartunion.core.tests.lives import examples
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.models import Attempt
from smartunion.ground.accounts.tests.factories import AT

THREE = Limit(3, timedelta(minutes=10), lock=timedelta(minutes=15))

pytestmark = pytest.mark.django_db


def test_the_fourth_try_is_refused_with_the_time_to_come_back() -> None:
    for _ in range(3):
        limits.take("k", THREE, at=AT)

    with pytest.raises(TooMany) as refused:
        limits.take("k", THREE, at=AT + timedelta(minutes=4))

    assert refused.value.details["retry_after_s"] == 361
    assert "7 分钟后" in refused.value.remedy
    assert Attempt.objects.get().count == 3


def test_a_new_window_starts_afresh() -> None:
    for _ in range(3):
        limits.take("k", THREE, at=AT)

    limits.take("k", THREE, at=AT + timedelta(minutes=10))

    assert limits.tries_left("k", THREE, at=AT + timedelta(minutes=10)) == 2


def test_success_gives_the_tries_back() -> None:
    limits.take("k", THREE, at=AT)
    limits.take("k", THREE, at=AT)

    limits.give_one_back("k")
    assert limits.tries_left("k", THREE, at=AT) == 2
    limits.give_back("k")
    assert limits.tries_left("k", THREE, at=AT) == 3


def test_tries_that_come_together_have_room_in_their_order() -> None:
    limits.take("k", THREE, at=AT)

    answers = limits.take_many(["k", "other", "k", "k", "other"], THREE, at=AT)

    assert [answer is None for answer in answers] == [True, True, True, False, True]
    assert answers[3] is not None
    assert answers[3].details["retry_after_s"] == 601
    assert dict(Attempt.objects.values_list("key", "count")) == {"k": 3, "other": 2}
    assert limits.take_many([], THREE, at=AT) == []
    limits.give_each_back(["k", "k", "other"])
    assert dict(Attempt.objects.values_list("key", "count")) == {"k": 1, "other": 1}


def test_a_lock_lasts_twice_as_long_each_time_within_a_day() -> None:
    at = AT
    lasted = []
    for _ in range(3):
        for _try in range(3):
            limits.take("k", THREE, at=at)
        assert limits.failed("k", THREE, at=at)
        assert not limits.failed("k", THREE, at=at)
        end = Attempt.objects.get().window_ends_at
        lasted.append(end - at)
        at = end

    assert lasted == [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    at += timedelta(days=2)
    for _try in range(3):
        limits.take("k", THREE, at=at)
    limits.failed("k", THREE, at=at)
    assert Attempt.objects.get().window_ends_at - at == timedelta(minutes=15)


def test_a_failure_before_the_last_try_does_not_lock() -> None:
    limits.take("k", THREE, at=AT)

    assert not limits.failed("k", THREE, at=AT)
    assert not limits.failed("none", THREE, at=AT)
    assert not limits.failed("k", Limit(1, timedelta(minutes=1)), at=AT)


def test_keys_do_not_tell_whom_they_count() -> None:
    key = limits.key_of("code-day", "13800138000")

    assert "138" not in key.partition(":")[2][:3] or "13800138000" not in key
    assert key != limits.key_of("code-wait", "13800138000")
    assert len(key) <= 100


STEPS = st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["take", "fail", "clear"])), max_size=40)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_no_window_ever_lets_more_than_its_number_through(steps: list[tuple[int, str]]) -> None:
    with transaction.atomic():
        at = closed_until = AT
        for seconds, what in steps:
            at += timedelta(seconds=seconds)
            if what == "take":
                try:
                    limits.take("k", THREE, at=at)
                except TooMany:
                    continue
                assert at >= closed_until
            elif what == "fail":
                if limits.failed("k", THREE, at=at):
                    closed_until = Attempt.objects.get(key="k").window_ends_at
                    assert closed_until >= at + timedelta(minutes=15)
            elif at >= closed_until:
                limits.give_back("k")
        row = Attempt.objects.filter(key="k").first()
        assert row is None or row.count <= 3
        transaction.set_rollback(True)
