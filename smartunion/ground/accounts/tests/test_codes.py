"""Codes by text message: life, limits, and that they tell nobody who is known."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartunion.core.errors import InvalidInput, TooMany
from smartunion.core.tests.lives import examples
from smartunion.ground.accounts.flows import codes
from smartunion.ground.accounts.flows.codes import NotSent, WrongCode
from smartunion.ground.accounts.models import PhoneCode
from smartunion.ground.accounts.tests.factories import AT, MOBILE, ORIGIN, Sent, make_user

pytestmark = pytest.mark.django_db


def send(at: Any = AT, mobile: str = MOBILE, purpose: str = "signin", origin: Any = ORIGIN) -> str:
    codes.send(mobile=mobile, purpose=purpose, at=at, origin=origin)
    return str(Sent.messages[-1].context["code"])


def check(code: str, at: Any = AT, mobile: str = MOBILE, purpose: str = "signin") -> str:
    return codes.check(mobile=mobile, purpose=purpose, code=code, at=at, origin=ORIGIN)


def test_the_code_that_was_sent_works_once() -> None:
    code = send()

    assert check(code) == MOBILE
    with pytest.raises(WrongCode):
        check(code)


def test_codes_that_come_together_are_each_judged_as_if_alone() -> None:
    others = [f"1390013800{number}" for number in range(3)]
    right, second, never = MOBILE, others[0], others[1]
    sent, sent_second = send(), send(mobile=second)
    wrong = "000000" if sent_second != "000000" else "111111"
    tries = [
        codes.Try(mobile, code, ORIGIN)
        for mobile, code in [
            (right, sent),
            (second, wrong),
            (never, "123456"),
            (right, sent),
            (second, sent_second),
        ]
    ]

    answers = codes.check_many(tries=tries, purpose="signin", at=AT)

    assert [type(answer) for answer in answers] == [type(None), WrongCode, WrongCode, WrongCode, type(None)]
    assert [no.details["tries_left"] for no in answers if no is not None] == [4, 0, 0]
    assert set(PhoneCode.objects.values_list("attempts", "used_at")) == {(1, AT), (2, AT)}


def test_a_batch_of_codes_takes_as_many_statements_as_two() -> None:
    counts = []
    for start, number in ((0, 2), (10, 6)):
        phones = [f"137001380{start + at:02d}" for at in range(number)]
        tries = [codes.Try(phone, send(mobile=phone), ORIGIN) for phone in phones]
        with CaptureQueriesContext(connection) as made:
            assert codes.check_many(tries=tries, purpose="signin", at=AT) == [None] * number
        counts.append(len(made))

    assert counts[0] == counts[1] <= 8


def test_the_message_names_code_and_validity_and_goes_to_the_number() -> None:
    code = send(mobile="138 0013 8000")

    message = Sent.messages[-1]
    assert (message.to, message.channel, len(code)) == (MOBILE, "sms", 6)
    assert f"验证码 {code}，5 分钟内有效" in message.text


def test_what_people_type_is_read() -> None:
    code = send()
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert check(f" {full_width[:3]} {full_width[3:]} ") == MOBILE


def test_neither_code_nor_number_is_stored_readably() -> None:
    code = send()

    row = PhoneCode.objects.get()
    assert code not in row.code_hash
    assert len(row.code_hash) == 64
    assert bytes(row.mobile_index) != MOBILE.encode()


def test_a_code_expires() -> None:
    code = send()

    with pytest.raises(WrongCode):
        check(code, at=AT + timedelta(minutes=5))


def test_five_wrong_tries_use_a_code_up() -> None:
    code = send()
    wrong = "000000" if code != "000000" else "111111"
    left = []

    for _ in range(5):
        with pytest.raises(WrongCode) as refused:
            check(wrong)
        left.append(refused.value.details["tries_left"])

    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(WrongCode):
        check(code)


def test_a_code_serves_its_own_purpose_and_number() -> None:
    code = send()

    with pytest.raises(WrongCode):
        check(code, purpose="join")
    with pytest.raises(WrongCode):
        check(code, mobile="13900139000")
    assert check(code) == MOBILE


def test_a_new_code_replaces_the_old_one_and_has_to_wait() -> None:
    old = send()
    with pytest.raises(TooMany) as refused:
        send(AT + timedelta(seconds=20))
    assert refused.value.details["retry_after_s"] == 41
    new = send(AT + timedelta(seconds=61))

    if old != new:
        with pytest.raises(WrongCode):
            check(old, at=AT + timedelta(seconds=62))
    assert check(new, at=AT + timedelta(seconds=62)) == MOBILE


def test_one_phone_gets_ten_codes_a_day_whatever_the_purpose() -> None:
    for n in range(10):
        send(AT + timedelta(minutes=2 * n), purpose=f"p{n % 2}")

    with pytest.raises(TooMany):
        send(AT + timedelta(minutes=30))
    assert len(Sent.messages) == 10
    send(AT + timedelta(hours=25))


def test_one_network_cannot_flood_many_phones() -> None:
    for n in range(600):
        send(mobile=f"139{n:08d}")

    with pytest.raises(TooMany):
        send(mobile="13700000001")
    send(mobile="13700000001", origin=replace(ORIGIN, address="198.51.100.9"))


def test_guessing_at_one_phone_ends_after_twenty_tries_a_day() -> None:
    tries = 0
    at = AT
    with pytest.raises(TooMany):  # noqa: PT012  the loop is the point
        while True:
            code = send(at)
            for _ in range(5):
                try:
                    check("000000" if code != "000000" else "111111", at=at)
                except WrongCode:
                    tries += 1
            at += timedelta(minutes=2)

    assert tries == 20


def test_a_failed_sending_is_said_and_does_not_cost_the_waiting_time() -> None:
    Sent.failure = RuntimeError("13800138000")
    with pytest.raises(NotSent) as refused:
        send()
    assert refused.value.status == 503
    assert "138" not in str(refused.value)
    Sent.failure = None

    assert check(send(AT + timedelta(seconds=2)), at=AT + timedelta(seconds=3)) == MOBILE


def test_known_and_unknown_phones_are_answered_alike() -> None:
    make_user("limin", "cadre", mobile=MOBILE)

    known = codes.send(mobile=MOBILE, purpose="signin", at=AT, origin=ORIGIN)
    unknown = codes.send(mobile="13900139000", purpose="signin", at=AT, origin=ORIGIN)

    assert known == unknown
    for mobile in (MOBILE, "13900139000", "13700137000"):
        with pytest.raises(WrongCode) as refused:
            check("12345", mobile=mobile)
        assert refused.value.message == "验证码不正确，或已失效。"


@pytest.mark.parametrize(
    "number", ["", "123", "02583661234", "+85291234567", "13800138000;13900139000", "' OR 1=1", "１" * 400]
)
def test_what_is_no_mobile_is_refused_and_nothing_is_sent(number: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(mobile=number)

    assert refused.value.field == "mobile"
    assert (Sent.messages, PhoneCode.objects.count()) == ([], 0)


@pytest.mark.parametrize("code", ["", "abcdef", "12345", "1234567", "²³⁴⁵⁶⁷", "٠١٢٣٤٥", "\x00" * 6])
def test_hostile_codes_are_wrong_codes(code: str) -> None:
    sent = send()

    with pytest.raises(WrongCode):
        check(code)
    assert check(sent) == MOBILE


def test_the_code_is_shown_in_demo_mode_only(settings: Any) -> None:
    assert codes.send(mobile=MOBILE, purpose="signin", at=AT, origin=ORIGIN).shown == ""
    settings.DEMO = True

    shown = codes.send(mobile="13900139000", purpose="signin", at=AT, origin=ORIGIN).shown

    assert shown == Sent.messages[-1].context["code"]


LIFE = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 120)),
        st.tuples(st.just("right"), st.integers(0, 120)),
        st.tuples(st.just("wrong"), st.integers(0, 120)),
    ),
    max_size=25,
)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LIFE)
def test_a_code_is_accepted_at_most_once_in_time_and_within_its_tries(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        at, code, sent_at, tries, used = AT, "", AT, 0, True
        for what, seconds in steps:
            at += timedelta(seconds=seconds)
            try:
                if what == "send":
                    code, sent_at, tries, used = send(at), at, 0, False
                    continue
                check(code if what == "right" and code else "x", at=at)
            except TooMany:
                continue
            except WrongCode:
                alive = not used and at < sent_at + timedelta(minutes=5) and tries < 5
                assert not (alive and what == "right")
                tries += 1
            else:
                assert what == "right"
                assert not used
                assert at < sent_at + timedelta(minutes=5)
                assert tries < 5
                used = True
        transaction.set_rollback(True)
