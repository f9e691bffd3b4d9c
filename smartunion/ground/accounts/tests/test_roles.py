"""Giving and taking roles, making and helping staff: never beyond one's own reach."""

from datetime import date, timedelta
from typing import Any

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows import sessions
from smartunion.ground.accounts.flows.users import (
    create_staff,
    grant_role,
    reset_password,
    reset_totp,
    revoke_role,
    set_active,
)
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.queries import holders
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.tests.factories import AT, MOBILE, actor, make_union, make_user
from smartunion.ground.notices.models import Notice

pytestmark = pytest.mark.django_db


class Tree:
    """City over two counties over one town, with an administrator at the first county."""

    def __init__(self) -> None:
        self.city = make_union("市总工会")
        self.east = make_union("东县总工会", self.city)
        self.west = make_union("西县总工会", self.city)
        self.town = make_union("东镇总工会", self.east)
        self.admin = make_user("dongadmin", "admin", union=self.east)

    def create(self, who: Actor | None = None, **changes: Any) -> tuple[User, str]:
        given = {
            "username": "xiaobo",
            "name": "小波",
            "role": Role.CADRE,
            "union_id": self.town.pk,
            "at": AT,
        } | changes
        return create_staff(actor=who or actor(self.admin), **given)


@pytest.fixture
def tree() -> Tree:
    return Tree()


def test_an_administrator_makes_staff_in_her_subtree(tree: Tree) -> None:
    user, first = tree.create(mobile=MOBILE, valid_to=date(2027, 1, 1))

    assert user.check_password(first)
    assert (user.must_change_password, user.mobile) == (True, MOBILE)
    grant = user.role_grants.get()
    assert (grant.role, grant.union, grant.valid_from, grant.valid_to) == (
        "cadre",
        tree.town,
        AT.date(),
        date(2027, 1, 1),
    )
    assert actor(user).can("desk.enter", path=tree.town.path)
    assert not actor(user).can("desk.enter", path=tree.east.path)
    assert Notice.objects.get(user_id=user.pk).title == "您有了新角色：工会干部"


@pytest.mark.parametrize("where", ["city", "west"])
def test_not_above_and_not_beside(tree: Tree, where: str) -> None:
    with pytest.raises(NotVisible):
        tree.create(union_id=getattr(tree, where).pk)

    assert not User.objects.filter(username="xiaobo").exists()


@pytest.mark.parametrize(
    ("role", "union"), [(Role.OPERATOR, None), (Role.ADMIN, None), (Role.OPERATOR, "town")]
)
def test_no_role_over_everything(tree: Tree, role: Role, union: str | None) -> None:
    with pytest.raises(NotAllowed):
        tree.create(role=role, union_id=getattr(tree, union).pk if union else None)

    assert not User.objects.filter(username="xiaobo").exists()


def test_staff_without_the_permission_make_nobody(tree: Tree) -> None:
    cadre = make_user("ganbu", "cadre", union=tree.east)

    with pytest.raises((NotAllowed, NotVisible)):
        tree.create(actor(cadre))


def test_an_operator_makes_operators_and_everybody(tree: Tree) -> None:
    operator = actor(make_user("chen", "operator"))

    tree.create(operator, username="second", role=Role.OPERATOR, union_id=None)
    tree.create(operator, username="third", role=Role.ADMIN, union_id=tree.city.pk)

    assert RoleGrant.objects.filter(role="operator", union=None).count() == 2


@pytest.mark.parametrize(
    "name", ["", "ab", "with blank x", "w-abc", "13800138000", "x" * 41, "a/b/c", "<b>bold</b>"]
)
def test_impossible_names_are_refused(tree: Tree, name: str) -> None:
    if name == "with blank x":
        user, _first = tree.create(username=name)  # blanks are folded away
        assert user.username == "withblankx"
        return
    with pytest.raises(InvalidInput) as refused:
        tree.create(username=name)

    assert refused.value.field == "username"


def test_taken_names_and_phones_are_named(tree: Tree) -> None:
    tree.create(mobile=MOBILE)

    for changes, field in (({}, "username"), ({"username": "other", "mobile": MOBILE}, "mobile")):
        with pytest.raises(InvalidInput) as refused:
            tree.create(**changes)
        assert refused.value.field == field
    with pytest.raises(InvalidInput):
        tree.create(username="other", name=" ")
    assert User.objects.filter(username__in=["xiaobo", "other"]).count() == 1


def test_the_same_role_is_not_given_twice(tree: Tree) -> None:
    user, _first = tree.create()

    with pytest.raises(InvalidInput):
        grant_role(actor=actor(tree.admin), user_id=user.pk, role=Role.CADRE, union_id=tree.town.pk, at=AT)

    assert user.role_grants.count() == 1


def test_roles_begin_and_end_on_their_days(tree: Tree) -> None:
    user, _first = tree.create()
    grant_role(
        actor=actor(tree.admin), user_id=user.pk, role=Role.ORGANISER, union_id=tree.east.pk, at=AT,
        valid_from=date(2026, 6, 1), valid_to=date(2026, 7, 1),
    )  # fmt: skip

    def held(day: date) -> set[str]:
        return set(actor_of(user, on=day).roles)

    assert [held(date(2026, 5, 31)), held(date(2026, 6, 1)), held(date(2026, 6, 30)), held(date(2026, 7, 1))] == [
        {"cadre"}, {"cadre", "organiser"}, {"cadre", "organiser"}, {"cadre"},
    ]  # fmt: skip
    with pytest.raises(InvalidInput):
        grant_role(
            actor=actor(tree.admin), user_id=user.pk, role=Role.CHAIR, union_id=tree.town.pk, at=AT,
            valid_from=date(2026, 6, 1), valid_to=date(2026, 6, 1),
        )  # fmt: skip


def test_a_revoked_role_ends_today_and_stays_in_the_history(tree: Tree) -> None:
    user, _first = tree.create()
    grant = user.role_grants.get()

    revoke_role(actor=actor(tree.admin), grant_id=grant.pk, at=AT)

    grant.refresh_from_db()
    assert grant.valid_to == AT.date()
    assert not actor(user).roles
    with pytest.raises(StaleState):
        revoke_role(actor=actor(tree.admin), grant_id=grant.pk, at=AT)
    assert Notice.objects.filter(user_id=user.pk).count() == 2
    assert AuditEvent.objects.filter(event="accounts.role_revoked").count() == 1
    grant_role(actor=actor(tree.admin), user_id=user.pk, role=Role.CADRE, union_id=tree.town.pk, at=AT)
    assert actor(user).roles == {"cadre"}


def test_roles_out_of_reach_and_ones_own_stay(tree: Tree) -> None:
    above = make_user("shiadmin", "admin", union=tree.city).role_grants.get()
    own = tree.admin.role_grants.get()

    with pytest.raises(NotVisible):
        revoke_role(actor=actor(tree.admin), grant_id=above.pk, at=AT)
    with pytest.raises(DutiesApart):
        revoke_role(actor=actor(tree.admin), grant_id=own.pk, at=AT)
    assert RoleGrant.objects.filter(valid_to=None).count() == 2


class TestHelp:
    """Resetting what is lost must not be a way up."""

    def test_a_new_password_signs_every_browser_out(self, tree: Tree) -> None:
        user, first = tree.create()
        user.sign_ins.create(session_key="abc", method="password", started_at=AT)

        second = reset_password(actor=actor(tree.admin), user_id=user.pk, at=AT)

        user.refresh_from_db()
        assert first != second
        assert user.check_password(second)
        assert (user.must_change_password, user.sign_ins.count()) == (True, 0)

    def test_somebody_with_a_wider_role_elsewhere_is_not_helped_here(self, tree: Tree) -> None:
        user, first = tree.create()
        RoleGrant.objects.create(user=user, role="leader", union=tree.city, valid_from=date(2020, 1, 1))
        who = actor(tree.admin)

        for flow in (
            lambda: reset_password(actor=who, user_id=user.pk, at=AT),
            lambda: reset_totp(actor=who, user_id=user.pk, at=AT),
            lambda: set_active(actor=who, user_id=user.pk, is_active=False, at=AT),
        ):
            with pytest.raises(NotAllowed):
                flow()

        user.refresh_from_db()
        assert (user.check_password(first), user.is_active) == (True, True)

    def test_strangers_are_not_visible(self, tree: Tree) -> None:
        foreign = make_user("xiadmin", "admin", union=tree.west)
        worker = make_user("w-1")

        for user in (foreign, worker):
            with pytest.raises(NotVisible):
                reset_password(actor=actor(tree.admin), user_id=user.pk, at=AT)
        with pytest.raises(NotAllowed):
            reset_password(actor=actor(worker), user_id=worker.pk, at=AT)

    def test_a_lost_factor_is_reset(self, tree: Tree) -> None:
        user, _first = tree.create()
        User.objects.filter(pk=user.pk).update(totp_confirmed_at=AT)

        reset_totp(actor=actor(tree.admin), user_id=user.pk, at=AT)

        user.refresh_from_db()
        assert (user.has_totp, user.totp_secret) == (False, "")

    def test_accounts_are_closed_and_reopened_but_not_ones_own(self, tree: Tree) -> None:
        user, _first = tree.create()
        who = actor(tree.admin)

        set_active(actor=who, user_id=user.pk, is_active=False, at=AT)
        with pytest.raises(StaleState):
            set_active(actor=who, user_id=user.pk, is_active=False, at=AT)
        set_active(actor=who, user_id=user.pk, is_active=True, at=AT)
        with pytest.raises(DutiesApart):
            set_active(actor=who, user_id=tree.admin.pk, is_active=False, at=AT)

        assert [e.event for e in AuditEvent.objects.filter(subject_id=user.pk, event__in=["accounts.closed", "accounts.reopened"]).order_by("id")] == [
            "accounts.closed", "accounts.reopened",
        ]  # fmt: skip


def test_who_is_told_about_something_at_a_union(tree: Tree) -> None:
    town, _first = tree.create()
    operator = make_user("chen", "operator")
    on = AT.date()

    assert holders("cases.handle", tree.town.path, on=on) == [town.pk]
    assert holders("cases.handle", tree.east.path, on=on) == [tree.admin.pk]
    assert holders("cases.handle", tree.west.path, on=on) == []
    assert holders("settings.edit", tree.west.path, on=on) == [operator.pk]
    User.objects.filter(pk=town.pk).update(is_active=False)
    assert holders("cases.handle", tree.town.path, on=on) == [tree.admin.pk]


def test_the_system_may_do_everything(tree: Tree) -> None:
    tree.create(system(), username="first", role=Role.OPERATOR, union_id=None)

    assert actor(User.objects.get(username="first")).can("accounts.manage", path=tree.west.path)


def test_remote_sign_out_reaches_ones_own_browsers_only() -> None:
    ali, qin = make_user("阿丽"), make_user("老秦")
    mine = ali.sign_ins.create(session_key="a", method="code", started_at=AT)
    ali.sign_ins.create(session_key="b", method="code", started_at=AT + timedelta(hours=1))
    foreign = qin.sign_ins.create(session_key="c", method="code", started_at=AT)

    with pytest.raises(NotVisible):
        sessions.end_sign_in(actor=actor(ali), sign_in_id=foreign.pk, at=AT)
    sessions.end_sign_in(actor=actor(ali), sign_in_id=mine.pk, at=AT)
    assert sessions.end_others(actor=actor(qin), session_key="c", at=AT) == 0

    assert set(ali.sign_ins.values_list("session_key", flat=True)) == {"b"}
    assert qin.sign_ins.count() == 1


def test_work_done_for_somebody_has_the_rights_she_holds_today_and_none_once_her_account_is_closed() -> None:
    union = make_union()
    cadre = make_user("陈雪", "cadre", union=union)
    job = JobContext(Job(user_id=cadre.pk))

    held = job.owner()
    RoleGrant.objects.filter(user=cadre).update(valid_to=clock.today())
    kept, lost = job.owner(), JobContext(Job(user_id=cadre.pk)).owner()
    RoleGrant.objects.filter(user=cadre).update(valid_to=None)
    User.objects.filter(pk=cadre.pk).update(is_active=False)
    closed = JobContext(Job(user_id=cadre.pk)).owner()

    assert (held.can("members.edit", path=union.path), held.source, kept) == (True, "job", held)
    assert (lost.grants, closed.grants, closed.user_id) == ((), (), cadre.pk)
