"""Passwords and second factors, without pages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import NotAllowed, StaleState, TooMany
from smartunion.ground.accounts import totp
from smartunion.ground.accounts.flows import second_factor, signin
from smartunion.ground.accounts.flows.second_factor import WrongFactor
from smartunion.ground.accounts.flows.signin import WrongPassword
from smartunion.ground.accounts.models import RecoveryCode, User
from smartunion.ground.accounts.tests.factories import AT, ORIGIN, PASSWORD, actor, make_user

pytestmark = pytest.mark.django_db
ELSEWHERE = replace(ORIGIN, address="198.51.100.9")


def enter(
    password: str = PASSWORD, username: str = "limin", at: object = AT, origin: object = ORIGIN
) -> User:
    return signin.check_password(username=username, password=password, at=at, origin=origin)  # type: ignore[arg-type]


def enrolled(user: User) -> list[str]:
    secret = second_factor.begin(user=user)
    code = totp.code_at(secret, int(AT.timestamp()) // 30 - 10)
    earlier = AT - timedelta(seconds=300)
    return second_factor.confirm(actor=actor(user), user=user, code=code, at=earlier)


def code_of(user: User, at: object = AT) -> str:
    return totp.code_at(user.totp_secret, int(at.timestamp()) // 30)  # type: ignore[attr-defined]


class TestPassword:
    """Name and password."""

    def test_the_right_password_opens(self) -> None:
        user = make_user("limin")

        assert enter() == user
        assert enter(username=" LiMin ") == user

    def test_wrong_and_unknown_are_answered_alike(self) -> None:
        make_user("limin")
        make_user("closed")
        User.objects.filter(username="closed").update(is_active=False)
        User.objects.create_user("w-1", None, name="阿丽", created_at=AT)

        said = set()
        for username, password in (
            ("limin", "wrong"),
            ("nobody", "wrong"),
            ("closed", PASSWORD),
            ("w-1", ""),
            ("", ""),
        ):
            with pytest.raises(WrongPassword) as refused:
                enter(password, username)
            said.add((refused.value.message, refused.value.remedy, refused.value.status, refused.value.field))

        assert len(said) == 1

    def test_five_wrong_passwords_lock_out_even_the_right_one(self) -> None:
        make_user("limin")
        for _ in range(5):
            with pytest.raises(WrongPassword):
                enter("wrong")

        with pytest.raises(TooMany) as refused:
            enter(at=AT + timedelta(minutes=14))
        assert refused.value.details["retry_after_s"] == 61
        assert enter(at=AT + timedelta(minutes=15)).username == "limin"
        assert [e.event for e in AuditEvent.objects.order_by("id")][-2:] == [
            "accounts.signin_locked_now", "accounts.signin_locked",
        ]  # fmt: skip

    def test_unknown_names_lock_too(self) -> None:
        for _ in range(5):
            with pytest.raises(WrongPassword):
                enter("wrong", "nobody")

        with pytest.raises(TooMany):
            enter("wrong", "nobody")

    def test_a_stranger_elsewhere_does_not_lock_her_out_of_her_own_office(self) -> None:
        make_user("limin")
        for _ in range(7):
            with pytest.raises((WrongPassword, TooMany)):
                enter("wrong", origin=ELSEWHERE)

        assert enter().username == "limin"

    def test_guesses_from_many_networks_at_one_account_end(self) -> None:
        make_user("limin")
        with pytest.raises(TooMany):  # noqa: PT012  the loop is the point
            for n in range(60):
                with pytest.raises(WrongPassword):
                    enter("wrong", origin=replace(ORIGIN, address=f"198.51.{n}.1"))

        with pytest.raises(TooMany):
            enter()

    def test_one_network_cannot_try_all_accounts(self) -> None:
        with pytest.raises(TooMany):  # noqa: PT012  the loop is the point
            for n in range(101):
                with pytest.raises(WrongPassword):
                    enter("wrong", f"user{n}")

        assert n == 100

    def test_success_forgets_the_wrong_tries(self) -> None:
        make_user("limin")
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(WrongPassword):
                    enter("wrong")
            enter()

    def test_the_audit_names_no_password_and_no_full_address(self) -> None:
        make_user("limin")
        with pytest.raises(WrongPassword):
            enter("geheim")

        event = AuditEvent.objects.get(event="accounts.signin_failed")
        assert event.data == {"agent": "Chrome · Windows", "network": "203.0.*.*"}

    def test_very_long_input_is_only_wrong(self) -> None:
        with pytest.raises(WrongPassword):
            enter("x" * 100_000, "y" * 100_000)


class TestSecondFactor:
    """Codes of the app and recovery codes."""

    def test_enrolling_gives_ten_codes_that_are_not_stored(self) -> None:
        user = make_user("limin")

        codes = enrolled(user)

        assert (len(set(codes)), user.has_totp) == (10, True)
        stored = set(RecoveryCode.objects.values_list("code_hash", flat=True))
        assert not stored & {code.replace("-", "") for code in codes}

    def test_a_secret_is_kept_until_it_is_proven(self) -> None:
        user = make_user("limin")

        first = second_factor.begin(user=user)

        assert second_factor.begin(user=user) == first
        with pytest.raises(WrongFactor):
            second_factor.confirm(actor=actor(user), user=user, code="000000", at=AT)
        user.refresh_from_db()
        assert not user.has_totp
        enrolled(user)
        with pytest.raises(StaleState):
            second_factor.begin(user=user)

    def test_a_code_works_once(self) -> None:
        user = make_user("limin")
        enrolled(user)
        code = code_of(user)

        assert signin.check_second_factor(user=user, code=code, at=AT, origin=ORIGIN) == "totp"
        for at in (AT, AT + timedelta(seconds=20)):
            with pytest.raises(WrongFactor):
                signin.check_second_factor(user=user, code=code, at=at, origin=ORIGIN)

    def test_an_older_code_is_refused_after_a_newer_one(self) -> None:
        user = make_user("limin")
        enrolled(user)
        older = code_of(user, AT - timedelta(seconds=30))
        second_factor.use(user=user, code=code_of(user), at=AT)

        with pytest.raises(WrongFactor):
            second_factor.use(user=user, code=older, at=AT)

    def test_the_code_of_enrolling_cannot_be_used_to_sign_in(self) -> None:
        user = make_user("limin")
        secret = second_factor.begin(user=user)
        code = totp.code_at(secret, int(AT.timestamp()) // 30)
        second_factor.confirm(actor=actor(user), user=user, code=code, at=AT)

        with pytest.raises(WrongFactor):
            second_factor.use(user=user, code=code, at=AT)

    def test_a_recovery_code_works_once_however_it_is_typed(self) -> None:
        user = make_user("limin")
        code = enrolled(user)[3]

        assert (
            signin.check_second_factor(user=user, code=f" {code.lower()} ", at=AT, origin=ORIGIN)
            == "recovery"
        )
        with pytest.raises(WrongFactor):
            signin.check_second_factor(user=user, code=code, at=AT, origin=ORIGIN)
        assert user.recovery_codes.filter(used_at=None).count() == 9

    def test_somebody_elses_recovery_code_is_wrong(self) -> None:
        code = enrolled(make_user("limin"))[0]
        other = make_user("zhangli")
        enrolled(other)

        with pytest.raises(WrongFactor):
            second_factor.use(user=other, code=code, at=AT)

    def test_five_wrong_codes_close_the_door_for_a_while(self) -> None:
        user = make_user("limin")
        enrolled(user)
        for _ in range(5):
            with pytest.raises(WrongFactor):
                signin.check_second_factor(user=user, code="999999x", at=AT, origin=ORIGIN)

        with pytest.raises(TooMany):
            signin.check_second_factor(user=user, code=code_of(user), at=AT, origin=ORIGIN)
        later = AT + timedelta(minutes=16)
        assert (
            signin.check_second_factor(user=user, code=code_of(user, later), at=later, origin=ORIGIN)
            == "totp"
        )

    @pytest.mark.parametrize("code", ["", "12345", "ABCD-EFGH", "-", "二三四五六七", "0" * 500])
    def test_hostile_codes_are_wrong_codes(self, code: str) -> None:
        user = make_user("limin")
        enrolled(user)

        with pytest.raises(WrongFactor):
            second_factor.use(user=user, code=code, at=AT)

    def test_new_recovery_codes_replace_the_old_ones(self) -> None:
        user = make_user("limin")
        with pytest.raises(NotAllowed):
            second_factor.renew_codes(actor=actor(user), user=user, at=AT)
        old = enrolled(user)

        new = second_factor.renew_codes(actor=actor(user), user=user, at=AT)

        assert not set(old) & set(new)
        with pytest.raises(WrongFactor):
            second_factor.use(user=user, code=old[0], at=AT)
        assert second_factor.use(user=user, code=new[0], at=AT) == "recovery"

    def test_taking_it_away_takes_everything(self) -> None:
        user = make_user("limin")
        enrolled(user)

        second_factor.remove(actor=actor(user), user=user, at=AT)

        user.refresh_from_db()
        assert (user.totp_secret, user.has_totp, user.recovery_codes.count()) == ("", False, 0)
        with pytest.raises(StaleState):
            second_factor.remove(actor=actor(user), user=user, at=AT)

    @pytest.mark.parametrize(
        ("role", "needed"),
        [("cadre", True), ("operator", True), ("organiser", False), ("chair", False), ("", False)],
    )
    def test_who_needs_one(self, role: str, needed: bool) -> None:
        assert signin.needs_second_factor(make_user("limin", role), AT) is needed
