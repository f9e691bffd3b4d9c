"""My account: what I see of myself, and nobody else."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.ground.accounts import totp
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.tests.factories import (
    AT,
    MOBILE,
    PASSWORD,
    make_person,
    make_union,
    make_user,
    signed_in,
)
from smartunion.ground.registry.flows.consents import Gift, give
from smartunion.ground.registry.models import Consent, Membership, Person

pytestmark = pytest.mark.django_db
PAGES = [
    "/me/account/",
    "/me/security/",
    "/me/access-log/",
    "/me/consents/",
    "/me/contact/",
    "/me/tokens/new/",
]


def worker(name: str = "阿丽", mobile: str = MOBILE) -> tuple[Client, User, Person]:
    person = make_person(name, mobile)
    user = make_user(f"w-{name}", person=person, mobile=mobile)
    return signed_in(user), user, person


def looked(person: Person, reason: str = "核对转会材料") -> None:
    actor = Actor(user_id=99, name="李敏")
    audit.record(actor, "registry.person_revealed", person, at=AT, owner_person_id=person.pk, reason=reason)


@pytest.mark.parametrize("path", PAGES)
def test_my_pages_need_somebody_signed_in(path: str) -> None:
    client, _user, _person = worker()

    assert client.get(path).status_code == 200
    assert Client().get(path)["Location"].startswith("/signin/?next=")


def test_a_page_about_a_person_needs_one() -> None:
    client = signed_in(make_user("limin", "cadre", union=make_union()))

    answer = client.get("/me/access-log/")

    assert answer.status_code == 403
    assert "还没有关联会员档案" in answer.content.decode()


def test_i_see_who_looked_at_my_data_and_not_who_looked_at_others() -> None:
    client, _user, person = worker()
    _other, _user2, stranger = worker("老秦", "13900139000")
    looked(person)
    looked(stranger, "另有原因")

    page = client.get("/me/access-log/").content.decode()

    assert "李敏" in page
    assert "核对转会材料" in page
    assert "另有原因" not in page


def test_i_see_who_may_open_my_record_by_role_and_union_and_never_by_name() -> None:
    client, _user, person = worker()
    city = make_union()
    county, elsewhere = (make_union(name, city, "independent") for name in ("甲厂工会", "乙厂工会"))
    assert "现在谁能查看我的档案" not in client.get("/me/access-log/").content.decode()
    Membership.objects.create(
        person=person, union=county, union_path=county.path, started_on=date(2024, 1, 1), ended_on=date(2025, 1, 1),
        held_as="active", state="ended", name_key="a li", created_at=AT, updated_at=AT,
    )  # fmt: skip
    for name, role, union in (
        ("陈主席", "chair", county), ("李敏", "cadre", city), ("周宁", "cadre", city), ("吴督查", "inspector", city),
        ("王领导", "leader", city), ("乙主席", "chair", elsewhere), ("停用", "chair", county),
    ):  # fmt: skip
        make_user(name, role, union=union)
    User.objects.filter(username="停用").update(is_active=False)

    told = client.get("/api/v1/me/seers").json()
    page = client.get("/me/access-log/").content.decode()

    assert [(one["where"], one["role"], one["people"], one["may_reveal"]) for one in told] == [
        ("甲厂工会", "工会主席", 1, True), ("市总工会", "工会干部", 2, True), ("市总工会", "督查员（只读）", 1, False),
    ]  # fmt: skip
    assert "市总工会 · 工会干部" in page
    assert "李敏" not in page
    assert "乙厂工会" not in page


def test_the_log_pages_on() -> None:
    client, _user, person = worker()
    for n in range(65):
        looked(person, f"第{n}次")

    first = client.get("/me/access-log/").content.decode()
    last = client.get(
        "/me/access-log/", {"before": first.split("?before=")[1].split('"')[0]}
    ).content.decode()

    assert "第64次" in first
    assert "第34次" not in first
    assert "第34次" in last
    assert client.get("/me/access-log/", {"before": "x"}).status_code == 200
    assert client.get("/me/access-log/", {"before": "9" * 40}).status_code == 200


def test_a_consent_is_withdrawn_by_its_giver_alone() -> None:
    client, user, person = worker()
    stranger, _user2, _person2 = worker("老秦", "13900139000")
    gift = Gift(Actor(user_id=user.pk, person_id=person.pk), person, "test")
    (consent,) = give(gifts=[gift], text_version="1", at=AT)

    assert stranger.post(f"/me/consents/{consent.pk}/withdraw/").status_code == 404
    assert Consent.objects.get().withdrawn_at is None
    assert client.post(f"/me/consents/{consent.pk}/withdraw/").status_code == 302
    assert Consent.objects.get().withdrawn_at is not None
    assert "已撤回" in client.get("/me/consents/").content.decode()


def test_this_is_not_me() -> None:
    client, user, _person = worker()

    client.post("/me/not-me/")

    user.refresh_from_db()
    assert user.person is None
    assert client.get("/me/access-log/").status_code == 403
    assert client.post("/me/not-me/").status_code == 409


class TestRoleSwitch:
    """Acting in one of several roles."""

    def test_one_role_at_a_time(self) -> None:
        city = make_union()
        user = make_user("limin", "admin", union=city)
        station = RoleGrant.objects.create(user=user, role="station", union=city, valid_from=AT.date())
        client = signed_in(user)
        assert client.get("/desk/accounts/").status_code == 200

        client.post("/me/role/", {"grant": station.pk})
        assert client.get("/desk/accounts/").status_code == 404
        client.post("/me/role/", {"grant": ""})

        assert client.get("/desk/accounts/").status_code == 200

    def test_only_my_own_present_roles(self) -> None:
        mine = make_user("limin", "chair", union=make_union())
        other = make_user("chen", "operator").role_grants.get()
        client = signed_in(mine)

        for grant in (str(other.pk), "x", "0", "9" * 30):
            assert client.post("/me/role/", {"grant": grant}).status_code == 404
        session = client.session
        session["acting_as"] = other.pk
        session.save()

        assert client.get("/desk/messages/outbox/").status_code == 404
        assert client.get("/desk/messages/").status_code == 200


class TestSecurity:
    """Password, factor, browsers, tokens."""

    def test_changing_the_password_keeps_me_and_signs_others_out(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        here, there = Client(), Client()
        for client in (here, there):
            client.post("/signin/staff/", {"username": "limin", "password": PASSWORD})
        new = "gongren-2026-xin"

        wrong = here.post("/me/password/", {"present": "x", "password": new, "again": new})
        assert (wrong.status_code, "当前密码不正确" in wrong.content.decode()) == (422, True)
        assert (
            here.post("/me/password/", {"present": PASSWORD, "password": new, "again": "y"}).status_code
            == 422
        )
        answer = here.post("/me/password/", {"present": PASSWORD, "password": new, "again": new})

        assert answer["Location"] == "/me/security/"
        user.refresh_from_db()
        assert user.check_password(new)
        assert here.get("/me/security/").status_code == 200
        assert there.get("/me/security/").status_code == 302
        assert "本机" in here.get("/me/security/").content.decode()

    def test_a_worker_has_no_password_to_change(self) -> None:
        client, user, _person = worker()
        user.set_unusable_password()
        user.save()
        client.force_login(user)

        assert client.get("/me/password/").status_code == 403

    def test_another_browser_is_signed_out_from_afar(self) -> None:
        make_user("limin", "chair", union=make_union())
        here, there = Client(), Client()
        for client in (here, there):
            client.post("/signin/staff/", {"username": "limin", "password": PASSWORD})
        user = User.objects.get()
        row = user.sign_ins.get(session_key=there.session.session_key)

        assert signed_in(make_user("老秦")).post(f"/me/browsers/{row.pk}/end/").status_code == 404
        assert there.get("/me/security/").status_code == 200
        here.post(f"/me/browsers/{row.pk}/end/")

        assert there.get("/me/security/").status_code == 302
        assert here.get("/me/security/").status_code == 200

    def test_a_factor_of_ones_own_accord(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        client = signed_in(user)
        assert client.get("/me/totp/")["Location"] == "/me/security/"

        client.post("/me/totp/")
        user.refresh_from_db()
        assert user.totp_secret in client.get("/me/totp/").content.decode()
        assert client.post("/me/totp/", {"code": "000000"}).status_code == 422
        step = int(clock.now().timestamp()) // 30
        done = client.post("/me/totp/", {"code": totp.code_at(user.totp_secret, step)})
        assert done.content.decode().count('<li class="mono">') == 10

        assert client.post("/me/totp/remove/", {"code": "000000"}).status_code == 422
        codes = client.post("/me/totp/codes/", {"code": totp.code_at(user.totp_secret, step + 1)})
        recovery = codes.content.decode().split('<li class="mono">')[1].split("<")[0]
        assert client.post("/me/totp/remove/", {"code": recovery}).status_code == 302
        user.refresh_from_db()
        assert not user.has_totp

    def test_where_a_role_demands_it_it_stays(self) -> None:
        user = make_user("limin", "cadre", union=make_union())
        User.objects.update(totp_confirmed_at=AT)

        assert signed_in(user).post("/me/totp/remove/", {"code": "000000"}).status_code == 403

    def test_a_token_is_shown_once_and_works_until_withdrawn(self) -> None:
        user = make_user("limin", "chair", union=make_union())
        client = signed_in(user)

        page = client.post("/me/tokens/new/", {"name": "县数据中心", "days": "30"}).content.decode()
        plain = page.split("data-copy-text>")[1].split("<")[0]
        token = user.tokens.get()

        assert plain.startswith("su_")
        assert plain not in client.get("/me/security/").content.decode()
        assert plain not in token.token_hash
        assert signed_in(make_user("老秦")).post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
        client.post(f"/me/tokens/{token.pk}/revoke/")
        assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 409

    @pytest.mark.parametrize(
        "given", [{"name": "", "days": "30"}, {"name": "x", "days": "9999"}, {"name": "x", "days": "x"}]
    )
    def test_a_token_needs_a_name_and_a_term(self, given: dict[str, str]) -> None:
        user = make_user("limin", "chair", union=make_union())

        assert signed_in(user).post("/me/tokens/new/", given).status_code == 422
        assert not user.tokens.exists()

    def test_e_mail_is_kept_sealed(self) -> None:
        client, user, _person = worker()

        assert client.post("/me/contact/", {"email": "kein"}).status_code == 422
        client.post("/me/contact/", {"email": "ali@example.org"})

        user.refresh_from_db()
        assert user.email == "ali@example.org"
        assert "ali@example.org" in client.get("/me/account/").content.decode()


class TestDesk:
    """Accounts on the desk."""

    @pytest.fixture
    def city(self) -> Any:
        return make_union("市总工会")

    def test_an_administrator_makes_finds_and_helps_staff(self, city: Any) -> None:
        county = make_union("县总工会", city)
        client = signed_in(make_user("admin", "admin", union=city))
        given = {
            "name": "小波",
            "username": "xiaobo",
            "mobile": "",
            "role": "cadre",
            "union": "县总工会",
            "valid_to": "",
        }

        wrong = client.post("/desk/accounts/new/", given | {"union": "不存在的工会"})
        assert (wrong.status_code, "没有这个编号或名称" in wrong.content.decode()) == (422, True)
        page = client.post("/desk/accounts/new/", given).content.decode()

        user = User.objects.get(username="xiaobo")
        first = page.split("data-copy-text>")[1].split("<")[0]
        assert user.check_password(first)
        assert user.role_grants.get().union == county
        assert "小波" in client.get("/desk/accounts/", {"q": "xiaob"}).content.decode()
        assert "小波" not in client.get("/desk/accounts/", {"role": "admin"}).content.decode()
        assert first not in client.get(f"/desk/accounts/{user.pk}/").content.decode()
        again = client.post(f"/desk/accounts/{user.pk}/password/").content.decode()
        user.refresh_from_db()
        assert user.check_password(again.split("data-copy-text>")[1].split("<")[0])
        client.post(
            f"/desk/accounts/{user.pk}/grant/",
            {"role": "chair", "union": "县总工会", "valid_to": "2030-01-01"},
        )
        assert user.role_grants.count() == 2
        client.post(f"/desk/accounts/roles/{user.role_grants.get(role='cadre').pk}/revoke/")
        client.post(f"/desk/accounts/{user.pk}/active/", {"active": "0"})
        user.refresh_from_db()
        assert not user.is_active
        assert client.post(f"/desk/accounts/{user.pk}/totp/").status_code == 302

    def test_the_list_shows_ones_own_subtree(self, city: Any) -> None:
        east, west = make_union("东县总工会", city), make_union("西县总工会", city)
        make_user("dong", "cadre", union=east)
        make_user("xi", "cadre", union=west)
        make_user("gonger")
        client = signed_in(make_user("dongadmin", "admin", union=east))

        page = client.get("/desk/accounts/").content.decode()

        assert "dongadmin" in page
        assert ">xi<" not in page
        assert "gonger" not in page

    @pytest.mark.parametrize("role", ["", "cadre", "organiser", "chair", "leader", "inspector", "station"])
    def test_nobody_else_enters(self, city: Any, role: str) -> None:
        client = signed_in(make_user("somebody", role, union=city if role else None))
        target = make_user("target", "cadre", union=city)

        assert client.get("/desk/accounts/").status_code == 404
        for path in ("new/", f"{target.pk}/"):
            assert client.get(f"/desk/accounts/{path}").status_code == 404
        for path in (
            f"{target.pk}/password/",
            f"{target.pk}/totp/",
            f"{target.pk}/active/",
            f"{target.pk}/grant/",
        ):
            assert (
                client.post(f"/desk/accounts/{path}", {"role": "admin", "union": "市总工会"}).status_code
                == 404
            )
        target.refresh_from_db()
        assert (target.is_active, target.role_grants.count()) == (True, 1)

    def test_a_strangers_account_is_not_there(self, city: Any) -> None:
        east, west = make_union("东县总工会", city), make_union("西县总工会", city)
        target = make_user("xi", "cadre", union=west)
        client = signed_in(make_user("dongadmin", "admin", union=east))

        assert client.get(f"/desk/accounts/{target.pk}/").status_code == 404
        assert client.post(f"/desk/accounts/{target.pk}/password/").status_code == 404
        assert client.post(f"/desk/accounts/roles/{target.role_grants.get().pk}/revoke/").status_code == 404

    def test_one_and_many_rows_cost_the_same(self, city: Any, django_assert_max_num_queries: Any) -> None:
        client = signed_in(make_user("admin", "admin", union=city))
        for n in range(12):
            make_user(f"staff{n}", "cadre", union=city)

        with django_assert_max_num_queries(14):
            client.get("/desk/accounts/")
