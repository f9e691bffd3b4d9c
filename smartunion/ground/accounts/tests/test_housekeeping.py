"""Commands, tidying, addresses for messages, names of places."""

from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.audit import events
from smartunion.ground.accounts import purposes
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows.tidy import tidy
from smartunion.ground.accounts.models import Attempt, PhoneCode, RoleGrant, SignIn, User
from smartunion.ground.accounts.reach import address_of, names_of, places_for
from smartunion.ground.accounts.tests.factories import AT, MOBILE, actor, make_person, make_union, make_user
from smartunion.ground.policies.flows.values import enter_value

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("createstaff", *args, stdout=out)
    return out.getvalue()


class TestCreateStaff:
    """The command that makes the first operator."""

    def test_the_first_operator(self) -> None:
        said = run("chen", "--name", "小陈")

        user = User.objects.get()
        first = said.split("(shown only now): ")[1].splitlines()[0]
        assert (user.name, user.check_password(first), user.must_change_password) == ("小陈", True, True)
        assert actor_of(user, on=clock.today()).can("accounts.manage", path="1/2/")

    def test_a_cadre_at_a_union(self) -> None:
        union = make_union("市总工会")

        run("limin", "--role", "cadre", "--union", union.number)

        assert RoleGrant.objects.get().union == union

    @pytest.mark.parametrize(
        "args",
        [
            ("limin", "--role", "cadre"),
            ("limin", "--role", "cadre", "--union", "none"),
            ("a b/c",),
            ("limin", "--mobile", "12"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_made(self, args: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            run(*args)

        assert not User.objects.exists()


def test_what_has_served_is_let_go() -> None:
    make_user("limin").sign_ins.create(session_key="dead", method="code", started_at=AT - timedelta(days=9))
    PhoneCode.objects.create(mobile_index=b"x", purpose="p", sent_at=AT, expires_at=AT - timedelta(days=2))
    kept = PhoneCode.objects.create(mobile_index=b"x", purpose="p", sent_at=AT, expires_at=AT)
    Attempt.objects.create(key="old", window_ends_at=AT - timedelta(days=2))
    Attempt.objects.create(key="new", window_ends_at=AT)
    Session.objects.create(session_key="old", session_data="", expire_date=AT - timedelta(seconds=1))

    assert tidy(at=AT) == {"codes": 1, "counts": 1, "sessions": 1, "sign_ins": 1}
    assert tidy(at=AT) == {"codes": 0, "counts": 0, "sessions": 0, "sign_ins": 0}
    assert (PhoneCode.objects.get(), Attempt.objects.get().key, SignIn.objects.count()) == (kept, "new", 0)


class TestAddresses:
    """How messages reach somebody."""

    def test_phone_mail_wechat_and_quiet_hours(self) -> None:
        person = make_person()
        user = make_user("w-1", person=person, mobile=MOBILE)
        user.email = "ali@example.org"
        user.save()
        user.wechat.create(app_id="wx", open_id="o", created_at=AT)

        for found in (address_of(person.pk, None, AT.date()), address_of(None, user.pk, AT.date())):
            assert found is not None
            assert (found.mobile, found.email, found.wechat) == (MOBILE, "ali@example.org", ("wx", "o"))
            assert found.quiet == (time(21, 30), time(7, 30))

    def test_a_person_without_account_and_nobody_at_all(self) -> None:
        person = make_person()

        found = address_of(person.pk, None, AT.date())

        assert found is not None
        assert found.mobile == MOBILE
        assert address_of(None, 999, AT.date()) is None
        assert address_of(999, None, AT.date()) is None

    def test_the_quiet_hours_are_those_of_her_own_union(self) -> None:
        union = make_union()
        user = make_user("limin", "chair", union=union)
        enter_value(
            actor=system(), key="notices.quiet_from", path=union.path, text="20:00", valid_from=date(2026, 1, 1),
            valid_to=None, source="市总办〔2026〕4号", at=AT,
        )  # fmt: skip

        found = address_of(None, user.pk, AT.date())

        assert found is not None
        assert found.quiet == (time(20, 0), time(7, 30))


def test_places_are_the_leading_unions_in_reach() -> None:
    city = make_union("市总工会")
    east, west = make_union("东县总工会", city), make_union("西县总工会", city)
    make_union("工厂工会", east, kind="grassroots")
    cadre = actor(make_user("ganbu", "cadre", union=east))
    operator = actor(make_user("chen", "operator"))

    assert [place.name for place in places_for(cadre)] == ["东县总工会"]
    assert {(place.name, place.depth) for place in places_for(operator)} == {
        ("市总工会", 0),
        ("东县总工会", 1),
        ("西县总工会", 1),
    }
    assert names_of([west.path, "x/"]) == {west.path: "西县总工会"}


def test_events_and_purposes_have_words() -> None:
    assert events.label_of("accounts.signed_in") == "登录"
    assert "no.such" in events.label_of("no.such")
    assert "no-such" in purposes.label_of("no-such")
    with pytest.raises(ValueError, match="twice"):
        events.register({"accounts.signed_in": "x"})
    purposes.register({"test-purpose": "试"})
    with pytest.raises(ValueError, match="twice"):
        purposes.register({"test-purpose": "试"})
    purposes.PURPOSES.pop("test-purpose")
