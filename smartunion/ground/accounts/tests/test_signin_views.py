"""Signing in through the pages, as people and as attackers do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core import clock
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.accounts import totp
from smartunion.ground.accounts.models import PhoneCode, RoleGrant, SignIn, User
from smartunion.ground.accounts.queries import demo_accounts
from smartunion.ground.accounts.tests.factories import (
    MOBILE,
    PASSWORD,
    Sent,
    make_person,
    make_union,
    make_user,
)

pytestmark = pytest.mark.django_db


def by_phone(client: Client, mobile: str = MOBILE, next_: str = "", code: str = "") -> Any:
    client.post("/signin/", {"mobile": mobile, "next": next_})
    return client.post("/signin/code/", {"code": code or Sent.messages[-1].context["code"]})


def who(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def by_password(client: Client, username: str = "limin", password: str = PASSWORD, next_: str = "") -> Any:
    return client.post("/signin/staff/", {"username": username, "password": password, "next": next_})


def code_for(user: User, steps: int = 0) -> str:
    user.refresh_from_db()
    return totp.code_at(user.totp_secret, int(clock.now().timestamp()) // 30 + steps)


class TestWorker:
    """By phone code."""

    def test_a_phone_and_its_code_open_the_portal(self) -> None:
        person = make_person()
        client = Client()

        answer = by_phone(client, next_="/cases/7/")

        assert (answer.status_code, answer["Location"]) == (302, "/cases/7/")
        user = User.objects.get()
        assert (who(client), user.person) == (user.pk, person)
        assert SignIn.objects.get().method == "code"
        assert AuditEvent.objects.get(event="accounts.signed_in").owner_person_id == person.pk

    def test_signing_in_writes_the_new_session_once(self) -> None:
        client = Client()
        client.post("/signin/", {"mobile": MOBILE})

        with CaptureQueriesContext(connection) as made:
            client.post("/signin/code/", {"code": Sent.messages[-1].context["code"]})

        sessions = [one["sql"].split()[0] for one in made if "django_session" in one["sql"]]
        assert sessions.count("INSERT") == 1
        assert "UPDATE" not in sessions
        assert Session.objects.filter(pk=client.cookies["su_session"].value).exists()

    def test_known_and_unknown_phones_see_the_same_pages(self) -> None:
        make_person()
        make_user("limin", "cadre", mobile="13900139000")
        pages = []
        for mobile in (MOBILE, "13900139000", "13700137000"):
            client = Client()
            first = client.post("/signin/", {"mobile": mobile})
            page = client.get("/signin/code/").content.decode()
            masked = f"{mobile[:3]}****{mobile[-4:]}"
            token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
            pages.append(
                (
                    first.status_code,
                    first["Location"],
                    [
                        part
                        for part in page.replace(masked, "M").replace(token, "T").split()
                        if "nonce" not in part and "CSRF" not in part and "value=" not in part
                    ],
                )
            )

        assert pages[0] == pages[1] == pages[2]

    def test_a_wrong_code_stays_on_the_page_and_signs_nobody_in(self) -> None:
        client = Client()

        answer = by_phone(client, code="x12345")

        assert answer.status_code == 422
        assert "验证码不正确" in answer.content.decode()
        assert (who(client), User.objects.count()) == (None, 0)

    def test_the_next_address_stays_ours(self) -> None:
        for n, bad in enumerate(
            (
                "https://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "javascript:alert(1)",
                "\t//evil.example",
                "/signin/?x",
                "http:evil.example",
                "///evil.example",
            )
        ):
            answer = by_phone(Client(), f"1380013{n:04d}", next_=bad)
            assert answer["Location"] == "/", bad

    def test_the_session_key_changes_and_a_planted_session_brings_nothing(self) -> None:
        client = Client()
        session = client.session
        session["planted"] = "x"
        session.save()
        planted = session.session_key
        client.cookies["su_session"] = planted

        by_phone(client)

        assert client.session.session_key != planted
        assert "planted" not in client.session
        assert not Session.objects.filter(session_key=planted).exists()

    def test_the_phone_is_not_readable_in_the_stored_session(self) -> None:
        client = Client()
        client.post("/signin/", {"mobile": MOBILE})

        kept = Session.objects.get().get_decoded()

        assert set(kept) == {"pending"}
        assert MOBILE not in str(kept)
        Session.objects.all().delete()
        assert client.post("/signin/code/", {"code": "123456"})["Location"] == "/signin/"

    def test_a_tampered_or_old_state_begins_again(self) -> None:
        client = Client()
        client.post("/signin/", {"mobile": MOBILE})
        later = clock.now() + timedelta(minutes=16)
        with mock.patch("smartunion.core.clock.now", return_value=later):
            assert client.get("/signin/code/")["Location"] == "/signin/"
        session = client.session
        session["pending"] = "AAAA"
        session.save()

        assert client.get("/signin/code/")["Location"] == "/signin/"
        assert Client().get("/signin/code/")["Location"] == "/signin/"
        assert Client().post("/signin/resend/")["Location"] == "/signin/"

    def test_asking_again_too_soon_says_when(self) -> None:
        client = Client()
        client.post("/signin/", {"mobile": MOBILE})

        answer = client.post("/signin/", {"mobile": MOBILE})
        again = client.post("/signin/resend/")

        assert answer.status_code == 429
        assert "秒后再试" in answer.content.decode()
        assert (again.status_code, int(again["Retry-After"]) <= 61) == (429, True)
        assert len(Sent.messages) == 1

    @pytest.mark.parametrize("number", ["", "abc", "123", "1" * 500, "<script>"])
    def test_wrong_numbers_are_said_beside_the_field(self, number: str) -> None:
        answer = Client().post("/signin/", {"mobile": number})

        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
        assert "<script>" not in answer.content.decode().replace("<script type", "").replace(
            "<script defer", ""
        )
        assert not PhoneCode.objects.exists()

    def test_forms_from_elsewhere_are_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)

        for path in ("/signin/", "/signin/code/", "/signin/staff/", "/signin/demo/", "/signout/"):
            assert client.post(path, {"mobile": MOBILE}).status_code == 403

        assert not PhoneCode.objects.exists()


class TestStaff:
    """By password and second factor."""

    def test_a_role_without_need_of_a_factor_is_in_at_once(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        client = Client()

        answer = by_password(client)

        assert (answer["Location"], who(client)) == ("/desk/", user.pk)

    def test_the_first_sign_in_sets_the_factor_up(self) -> None:
        user = make_user("limin", "cadre", union=make_union())
        client = Client()

        assert by_password(client, next_="/desk/feeds/")["Location"] == "/signin/enrol/"
        assert who(client) is None
        page = client.get("/signin/enrol/").content.decode()
        user.refresh_from_db()
        assert user.totp_secret in page
        assert client.post("/signin/enrol/", {"code": "000000"}).status_code == 422
        done = client.post("/signin/enrol/", {"code": code_for(user)})

        text = done.content.decode()
        assert done.status_code == 200
        assert text.count('<li class="mono">') == 10
        assert 'href="/desk/feeds/"' in text
        assert who(client) == user.pk
        assert client.get("/signin/enrol/")["Location"] == "/signin/"

    def test_looking_at_the_enrolment_page_changes_nothing(self) -> None:
        user = make_user("limin", "cadre", union=make_union())
        client = Client()
        by_password(client)
        user.refresh_from_db()
        before = user.totp_secret

        client.get("/signin/enrol/")

        user.refresh_from_db()
        assert (user.totp_secret, user.has_totp) == (before, False)

    def test_afterwards_the_code_is_asked_and_works_once(self) -> None:
        user = self._enrolled()
        client, thief = Client(), Client()

        assert by_password(client)["Location"] == "/signin/totp/"
        assert by_password(thief)["Location"] == "/signin/totp/"
        assert who(client) is None
        code = code_for(user, 1)
        assert client.post("/signin/totp/", {"code": code})["Location"] == "/desk/"
        replay = thief.post("/signin/totp/", {"code": code})

        assert (replay.status_code, who(thief)) == (422, None)
        assert who(client) == user.pk

    def test_no_page_opens_half_way(self) -> None:
        self._enrolled()
        client = Client()
        by_password(client)

        assert client.get("/me/security/")["Location"].startswith("/signin/?next=")
        assert client.get("/desk/messages/")["Location"].startswith("/signin/?next=")
        assert client.get("/signin/password/")["Location"] == "/signin/"
        assert client.post("/signin/enrol/", {"code": "1"})["Location"] == "/signin/"

    def test_a_phone_code_does_not_get_around_the_factor(self) -> None:
        user = self._enrolled()
        User.objects.filter(pk=user.pk).update()
        user.mobile = MOBILE
        user.save(update_fields=["mobile", "mobile_index"])
        client = Client()

        assert by_phone(client)["Location"] == "/signin/totp/"

        assert who(client) is None

    def test_a_one_time_password_is_replaced_first(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        User.objects.update(must_change_password=True)
        client = Client()
        assert by_password(client)["Location"] == "/signin/password/"

        for given in (("short", "short"), ("12345678901", "12345678901"), ("liminlimin1", "other-words-1")):
            assert (
                client.post("/signin/password/", {"password": given[0], "again": given[1]}).status_code == 422
            )
        assert who(client) is None
        answer = client.post(
            "/signin/password/", {"password": "gongren-2026-xin", "again": "gongren-2026-xin"}
        )

        user.refresh_from_db()
        assert (answer["Location"], who(client)) == ("/desk/", user.pk)
        assert user.check_password("gongren-2026-xin")
        assert not user.must_change_password

    def test_after_five_wrong_passwords_the_page_says_when_to_come_back(self) -> None:
        make_user("limin", "chair", union=make_union())
        client = Client()
        for _ in range(5):
            assert by_password(client, password="wrong").status_code == 422

        answer = by_password(client)

        assert answer.status_code == 429
        assert "分钟后再试" in answer.content.decode()
        assert who(client) is None

    def test_the_password_is_never_shown_again(self) -> None:
        answer = by_password(Client(), password="geheim-geheim")

        assert "geheim-geheim" not in answer.content.decode()

    def test_an_ended_role_is_over_for_an_open_session_too(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        client = Client()
        by_password(client)
        assert client.get("/desk/messages/").status_code == 200

        RoleGrant.objects.update(valid_to=datetime(2020, 2, 1, tzinfo=UTC).date())

        ended = client.get("/desk/messages/")
        assert (ended.status_code, "2020-02-01" in ended.content.decode()) == (403, True)
        User.objects.update(is_active=False)
        assert client.get("/messages/")["Location"].startswith("/signin/")
        assert user.pk

    def test_staff_stay_signed_in_for_a_working_day(self) -> None:
        user = self._enrolled()
        client = Client()
        by_password(client)
        client.post("/signin/totp/", {"code": code_for(user, 1)})

        assert client.session.get_expiry_age() <= 12 * 3600

    def _enrolled(self) -> User:
        user = make_user("limin", "cadre", union=make_union())
        User.objects.update(totp_confirmed_at=clock.now())
        user.refresh_from_db()
        user.totp_secret = totp.new_secret()
        user.save(update_fields=["totp_secret"])
        return user


class TestDemo:
    """Demo installations list their accounts; real ones have no such door."""

    def test_one_click_signs_in_without_factor(self, settings: Any) -> None:
        settings.DEMO = True
        user = make_user("limin", "cadre", union=make_union())
        User.objects.update(is_demo=True)
        client = Client()

        assert "演示账号" in client.get("/signin/").content.decode()
        assert client.post("/signin/demo/", {"user": user.pk})["Location"] == "/desk/"
        assert who(client) == user.pk

    def test_they_stand_in_the_order_of_a_newcomer_and_many_of_a_role_are_folded(self, settings: Any) -> None:
        settings.DEMO = True
        town = make_union()
        for number in range(4):
            make_user(f"organiser{number}", "organiser", union=town)
        for name, role in (("cadre", "cadre"), ("chair", "chair"), ("worker", "")):
            make_user(name, role, union=town)
        User.objects.update(is_demo=True)

        found = [(one.username, one.is_more) for one in demo_accounts(clock.today())]

        assert found == [
            ("worker", False), ("chair", False), ("organiser0", False), ("organiser1", False), ("organiser2", False),
            ("organiser3", True), ("cadre", False),
        ]  # fmt: skip

    def test_only_demo_accounts(self, settings: Any) -> None:
        settings.DEMO = True
        user = make_user("limin", "cadre", union=make_union())

        for wanted in (str(user.pk), "", "x", "-1", "9" * 30):
            assert Client().post("/signin/demo/", {"user": wanted}).status_code == 404

    def test_elsewhere_there_is_no_such_door(self) -> None:
        user = make_user("limin")
        User.objects.update(is_demo=True)
        client = Client()

        assert client.post("/signin/demo/", {"user": user.pk}).status_code == 404
        assert "演示账号" not in client.get("/signin/").content.decode()
        assert who(client) is None

    def test_the_code_is_on_the_screen(self, settings: Any) -> None:
        settings.DEMO = True
        client = Client()
        client.post("/signin/", {"mobile": MOBILE})

        assert Sent.messages[-1].context["code"] in client.get("/signin/code/").content.decode()

    def test_a_real_account_of_a_demo_installation_needs_its_factor(self, settings: Any) -> None:
        settings.DEMO = True
        make_user("limin", "cadre", union=make_union())

        assert by_password(Client())["Location"] == "/signin/enrol/"


def test_signing_out_ends_the_session() -> None:
    client = Client()
    by_phone(client)
    key = client.session.session_key

    assert client.get("/signout/").status_code == 405
    answer = client.post("/signout/")

    assert answer["Location"] == "/"
    assert not Session.objects.filter(session_key=key).exists()
    assert not SignIn.objects.exists()
    assert AuditEvent.objects.filter(event="accounts.signed_out").count() == 1


def test_language_and_text_size_come_along() -> None:
    user = make_user("w-x", mobile=MOBILE)
    User.objects.filter(pk=user.pk).update(language="en", elder_mode=True)

    answer = by_phone(Client())

    assert (answer.cookies["su_language"].value, answer.cookies["su_elder"].value) == ("en", "1")


def test_sign_in_pages_are_not_kept_by_browsers() -> None:
    for path in ("/signin/", "/signin/staff/"):
        assert "no-store" in Client().get(path)["Cache-Control"]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("abc", "密码太短"), ("1234567890123", "不能全是数字"), ("password123", "太常见"), ("limin-limin", "太接近"),
    ],
)  # fmt: skip
def test_weak_passwords_are_refused_in_plain_words(password: str, said: str) -> None:
    make_user("limin-limin", "chair", union=make_union())
    User.objects.update(must_change_password=True)
    client = Client()
    by_password(client, "limin-limin")

    page = client.post("/signin/password/", {"password": password, "again": password}).content.decode()

    assert said in page
    assert "This password" not in page
    assert User.objects.get().must_change_password
