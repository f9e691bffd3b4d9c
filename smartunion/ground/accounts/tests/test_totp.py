"""Time-based codes: RFC 6238's own values, drift, and what they hold."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.ground.accounts import totp
from smartunion.ground.accounts.rules import (
    EVERYWHERE_ONLY,
    PERMISSIONS,
    Role,
    Step,
    lock_minutes,
    may_grant,
    next_step,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_values_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, seconds // 30) == code
    assert totp.matching_counter(RFC_SECRET, code, seconds) == seconds // 30


@given(st.integers(10**9, 2 * 10**9), st.integers(-90, 90))
def test_a_clock_may_be_one_step_off(now: int, off: int) -> None:
    counter = (now + off) // 30
    code = totp.code_at(RFC_SECRET, counter)

    found = totp.matching_counter(RFC_SECRET, code, now)

    if abs(counter - now // 30) <= 1:
        assert found == counter
    else:  # equal digits of a near step are one in a million
        assert found is None or totp.code_at(RFC_SECRET, found) == code


def test_secrets_are_fresh_and_long() -> None:
    secrets = {totp.new_secret() for _ in range(50)}

    assert len(secrets) == 50
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)


def test_the_qr_code_names_account_and_issuer() -> None:
    uri = totp.uri("ABC", "li min@x", "智慧工会")

    assert uri.startswith(
        "otpauth://totp/%E6%99%BA%E6%85%A7%E5%B7%A5%E4%BC%9A:li%20min%40x?secret=ABC&issuer=%E6%99%BA"
    )


class TestSteps:
    """What a sign-in still needs."""

    @given(st.booleans(), st.booleans(), st.booleans(), st.frozensets(st.sampled_from(Step)))
    def test_nobody_who_has_or_needs_a_second_factor_passes_without(
        self, has: bool, needs: bool, must: bool, proven: frozenset[Step]
    ) -> None:
        step = next_step(has_totp=has, needs_totp=needs, must_change_password=must, proven=proven)

        if step is Step.DONE:
            assert not has or proven & {Step.TOTP, Step.ENROL}
            assert has or not needs
            assert not must or Step.PASSWORD in proven

    def test_the_order(self) -> None:
        def ask(*proven: Step, has: bool) -> Step:
            return next_step(
                has_totp=has, needs_totp=True, must_change_password=True, proven=frozenset(proven)
            )

        assert [ask(has=False), ask(Step.ENROL, has=True), ask(Step.ENROL, Step.PASSWORD, has=True)] == [
            Step.ENROL, Step.PASSWORD, Step.DONE,
        ]  # fmt: skip
        assert [ask(has=True), ask(Step.TOTP, has=True)] == [Step.TOTP, Step.PASSWORD]


def test_locks_double_up_to_a_day() -> None:
    assert [lock_minutes(15, n) for n in (1, 2, 3, 7, 8, 100)] == [15, 30, 60, 960, 1440, 1440]


def test_only_somebody_responsible_for_everything_makes_operators() -> None:
    for role in Role:
        alone = role in EVERYWHERE_ONLY
        assert may_grant(everywhere=True, role=role, has_union=not alone)
        assert may_grant(everywhere=False, role=role, has_union=True) == (not alone)
        assert not may_grant(everywhere=False, role=role, has_union=False)


def test_every_role_has_permissions_and_enters_the_desk() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all("desk.enter" in held for held in PERMISSIONS.values())
