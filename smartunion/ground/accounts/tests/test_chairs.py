"""The chair's role at a union ends with the last post held there, and comes back with it."""

from datetime import date

import pytest

from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.tests.factories import make_user
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import memberships, mending, officers, posts
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.posts import ByElection
from smartunion.ground.registry.models import Membership, Officer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, Elected, Organ, Post, PostEnd
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 1)


class Chair:
    """A chair who also heads the women's committee, with her role at the union, one elsewhere and one of another kind."""

    def __init__(self, until: date | None = None) -> None:
        self.who = make.cast()
        self.spell = make.member(self.who.union, "陈主席")
        person = self.spell.person
        self.user = make_user("chen", "chair", union=self.who.union, person=person)
        RoleGrant.objects.update(valid_to=until)
        for role, union in (("chair", self.who.elsewhere), ("station", self.who.union)):
            RoleGrant.objects.create(user=self.user, role=role, union=union, valid_from=date(2020, 1, 1))
        officers.set_term(
            actor=self.who.cadre, union_id=self.who.union.pk, at=make.AT,
            data=NewTerm(make.DAY, 5, [
                Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席", person.pk), Elected(Organ.WOMEN, Post.CHAIR, "陈主席", person.pk),
            ]),
        )  # fmt: skip

    def end(self, organ: Organ) -> None:
        post = Officer.objects.get(organ=organ, name="陈主席", left_on=None)
        posts.end_post(
            actor=self.who.cadre, officer_id=post.pk, on=ON, reason=PostEnd.RESIGNED, note="辞职", at=make.AT
        )  # fmt: skip

    def leave(self) -> Membership:
        return memberships.end(
            actor=self.who.cadre, membership_id=self.spell.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=ON,
            at=make.AT,
        )  # fmt: skip

    def roles(self) -> set[tuple[str, int | None, date | None]]:
        return set(RoleGrant.objects.filter(user=self.user).values_list("role", "union_id", "valid_to"))

    def others(self) -> set[tuple[str, int | None, date | None]]:
        return {("chair", self.who.elsewhere.pk, None), ("station", self.who.union.pk, None)}


def test_the_role_ends_with_the_last_post_and_no_other_role_does() -> None:
    it = Chair()
    union = it.who.union.pk

    it.end(Organ.COMMITTEE)
    assert it.roles() == {("chair", union, None)} | it.others()
    it.end(Organ.WOMEN)

    assert it.roles() == {("chair", union, ON)} | it.others()
    assert set(
        Notice.objects.filter(user_id=it.user.pk, template="accounts.role_revoked").values_list("user_id")
    ) == {(it.user.pk,)}


@pytest.mark.parametrize("until", [None, date(2027, 5, 1)])
def test_the_role_comes_back_as_it_was_with_a_membership_that_never_ended(until: date | None) -> None:
    it = Chair(until)
    union = it.who.union.pk
    before = list(RoleGrant.objects.order_by("pk").values())

    spell = it.leave()
    assert it.roles() == {("chair", union, ON)} | it.others()
    mending.take_back_end(actor=it.who.cadre, membership_id=spell.pk, reason="同名弄错", at=make.AT)

    assert list(RoleGrant.objects.order_by("pk").values()) == before


def test_a_role_given_anew_meanwhile_is_not_doubled() -> None:
    it = Chair()
    spell = it.leave()
    anew = RoleGrant.objects.create(user=it.user, role="chair", union=it.who.union, valid_from=make.TODAY)

    mending.take_back_end(actor=it.who.cadre, membership_id=spell.pk, reason="同名弄错", at=make.AT)

    running = RoleGrant.objects.filter(user=it.user, role="chair", union=it.who.union, valid_to=None)
    assert list(running) == [anew]


def test_the_role_of_a_chair_whose_post_is_not_known_ends_and_comes_back_with_the_membership() -> None:
    it = Chair()
    union = it.who.union.pk
    Officer.objects.all().delete()
    before = list(RoleGrant.objects.order_by("pk").values())

    spell = it.leave()
    assert it.roles() == {("chair", union, ON)} | it.others()
    mending.take_back_end(actor=it.who.cadre, membership_id=spell.pk, reason="同名弄错", at=make.AT)

    assert list(RoleGrant.objects.order_by("pk").values()) == before


def test_the_role_ends_when_the_membership_is_retained() -> None:
    it = Chair()
    Officer.objects.filter(organ=Organ.WOMEN).delete()

    memberships.retain(
        actor=it.who.cadre, membership_id=it.spell.pk, reason=ChangeReason.RETIRED, on=ON, at=make.AT
    )

    assert it.roles() == {("chair", it.who.union.pk, ON)} | it.others()


def test_whose_membership_ends_elsewhere_keeps_the_role() -> None:
    it = Chair()
    Officer.objects.all().delete()
    other = make.union("宁海别家工会", it.who.county)
    Membership.objects.filter(pk=it.spell.pk).update(union=other, union_path=other.path)

    it.leave()

    assert it.roles() == {("chair", it.who.union.pk, None)} | it.others()


def test_the_role_comes_back_with_a_post_whose_end_is_taken_back() -> None:
    it = Chair()
    Officer.objects.filter(organ=Organ.WOMEN).delete()
    before = list(RoleGrant.objects.order_by("pk").values())
    it.end(Organ.COMMITTEE)
    assert it.roles() == {("chair", it.who.union.pk, ON)} | it.others()

    posts.take_back_end(
        actor=it.who.cadre, officer_id=Officer.objects.get().pk, reason="登记错了人", at=make.AT
    )

    assert list(RoleGrant.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("begins", [ON, date(2027, 1, 1)])
def test_the_role_of_who_is_not_elected_again_ends_where_the_next_term_begins(begins: date) -> None:
    it = Chair()
    make.member(it.who.union, "林主席")

    officers.set_term(
        actor=it.who.cadre, union_id=it.who.union.pk, at=make.AT,
        data=NewTerm(begins, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "林主席")]),
    )  # fmt: skip

    assert it.roles() == {("chair", it.who.union.pk, begins)} | it.others()
    assert Notice.objects.filter(user_id=it.user.pk, template="accounts.role_revoked").count() == 1


@pytest.mark.parametrize("namesakes", [0, 1])
def test_whoever_is_elected_again_or_may_be_keeps_the_role(namesakes: int) -> None:
    it = Chair()
    for _number in range(namesakes):
        make.member(it.who.union, "陈主席")

    officers.set_term(
        actor=it.who.cadre, union_id=it.who.union.pk, at=make.AT,
        data=NewTerm(ON, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席")]),
    )  # fmt: skip

    assert it.roles() == {("chair", it.who.union.pk, None)} | it.others()


def test_who_takes_another_post_of_the_committee_keeps_the_role() -> None:
    it = Chair()
    it.end(Organ.COMMITTEE)
    data = ByElection(organ=Organ.COMMITTEE, post=Post.MEMBER, name="陈主席", on=ON)
    posts.by_elect(actor=it.who.cadre, union_id=it.who.union.pk, data=data, at=make.AT)

    it.end(Organ.WOMEN)

    assert it.roles() == {("chair", it.who.union.pk, None)} | it.others()
