"""Posts within a term: they end by hand or with the membership, come back with it, and are filled by a by-election."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import DomainError, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import (
    employers,
    memberships,
    mending,
    officers,
    posts,
    restructuring,
    transfers,
    unions,
)
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.posts import ByElection
from smartunion.ground.registry.flows.restructuring import NewSplit, carry, undo
from smartunion.ground.registry.models import Membership, Officer, Person, Term, TradeUnion
from smartunion.ground.registry.queries.dated import officers_on
from smartunion.ground.registry.rules import (
    REASONS,
    ChangeReason,
    ChangeType,
    Elected,
    MembershipState,
    Organ,
    Post,
    PostEnd,
    RecallVote,
    UnionKind,
)
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.wording import head_in_words

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 1)


class Committee:
    """A union with a chair, a vice-chair, a member and an auditor, all of them its members; its term began on make.DAY."""

    def __init__(self) -> None:
        self.who = make.cast()
        self.union = self.who.union
        self.chair, self.vice, self.plain, self.auditor = (
            make.member(self.union, name, started_on=date(2024, 1, 1))
            for name in ("陈主席", "林副", "周委员", "钱会计")
        )
        self.term = officers.set_term(
            actor=self.who.cadre, union_id=self.union.pk, at=make.AT,
            data=NewTerm(make.DAY, 5, [
                Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席"), Elected(Organ.COMMITTEE, Post.VICE_CHAIR, "林副"),
                Elected(Organ.COMMITTEE, Post.MEMBER, "周委员"), Elected(Organ.AUDIT, Post.CHAIR, "钱会计"),
                Elected(Organ.WOMEN, Post.CHAIR, "陈主席"),
            ]),
        )  # fmt: skip
        Notice.objects.all().delete()

    def post(self, name: str, organ: Organ = Organ.COMMITTEE) -> Officer:
        return Officer.objects.filter(name=name, organ=organ).latest("pk")

    def end(self, name: str = "陈主席", organ: Organ = Organ.COMMITTEE, **given: object) -> Officer:
        values = {
            "on": ON,
            "reason": PostEnd.RESIGNED,
            "note": "个人申请",
            "at": make.AT,
            "actor": self.who.cadre,
        }
        return posts.end_post(officer_id=self.post(name, organ).pk, **values | given)  # type: ignore[arg-type]

    def elect(self, name: str = "林副", **given: object) -> Officer:
        values: dict[str, object] = {"organ": Organ.COMMITTEE, "post": Post.CHAIR, "on": date(2026, 10, 1)}
        data = ByElection(name=name, **values | given)  # type: ignore[arg-type]
        return posts.by_elect(actor=self.who.cadre, union_id=self.union.pk, data=data, at=make.AT)

    def leave(self, spell: Membership, reason: ChangeReason = ChangeReason.OWN_WISH) -> Membership:
        return memberships.end(
            actor=self.who.cadre, membership_id=spell.pk, end_type=ChangeType.LEFT, reason=reason, on=ON, at=make.AT
        )  # fmt: skip

    def serving(self, day: date = make.TODAY) -> set[tuple[str, str, str]]:
        return set(officers_on(self.who.cadre, day).values_list("organ", "post", "name"))


@pytest.fixture
def it() -> Committee:
    return Committee()


def told(template: str) -> set[int | None]:
    return set(Notice.objects.filter(template=template).values_list("person_id", flat=True))


ALL = {
    ("committee", "chair", "陈主席"), ("committee", "vice_chair", "林副"), ("committee", "member", "周委员"),
    ("audit", "chair", "钱会计"), ("women", "chair", "陈主席"),
}  # fmt: skip


def test_names_of_a_term_are_known_as_the_one_member_who_bears_them(it: Committee) -> None:
    held = dict(Officer.objects.filter(organ="committee").values_list("name", "person_id"))

    assert held == {"陈主席": it.chair.person_id, "林副": it.vice.person_id, "周委员": it.plain.person_id}


def test_a_post_ends_on_its_day_with_its_reason_and_the_committee_is_told(it: Committee) -> None:
    post = it.end()

    post.refresh_from_db()
    assert (post.left_on, post.end_reason, post.left_with) == (ON, "resigned", None)
    assert it.serving(ON - timedelta(days=1)) == ALL
    assert it.serving(ON) == ALL - {("committee", "chair", "陈主席")}
    assert told("registry.post_ended") == {it.chair.person_id}
    assert told("registry.no_chair") == {it.vice.person_id, it.plain.person_id}
    event = AuditEvent.objects.get(event="registry.post_ended")
    assert (event.subject_id, event.owner_person_id, event.reason) == (
        it.union.pk,
        it.chair.person_id,
        "个人申请",
    )
    assert event.data["why"] == "resigned"


def test_a_union_whose_chair_left_is_among_the_elections_to_prepare_until_somebody_follows(
    it: Committee,
) -> None:
    def due() -> list[tuple[int, bool, bool]]:
        rows = queries.ending_terms(it.who.cadre, make.TODAY)
        return [(row.pk, row.has_ended, row.has_no_chair) for row in rows]

    assert due() == []
    assert queries.head_gone(it.union, make.TODAY) is None
    it.end("周委员")
    assert due() == []

    gone = it.end()
    assert due() == [(it.term.pk, False, True)]
    assert queries.head_gone(it.union, make.TODAY) == gone
    it.elect()

    assert due() == []
    assert queries.head_gone(it.union, make.TODAY) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": make.DAY - timedelta(days=1)}, "on"),
        ({"on": make.TODAY + timedelta(days=1)}, "on"),
        ({"reason": PostEnd.REPLACED, "note": " "}, "note"),
        ({"reason": PostEnd.UNION_CLOSED}, "reason"),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_changes_nothing(
    it: Committee, given: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        it.end(**given)

    assert (refused.value.field, bool(refused.value.remedy)) == (field, True)
    assert it.serving() == ALL
    assert not Notice.objects.exists()


def test_a_second_click_and_strangers_change_nothing(it: Committee) -> None:
    it.end()
    before = list(Officer.objects.order_by("pk").values())
    notices = Notice.objects.count()

    with pytest.raises(StaleState):
        it.end(on=ON + timedelta(days=5))
    with pytest.raises(NotAllowed):
        it.end("林副", actor=it.who.ali)
    with pytest.raises(NotVisible):
        it.end("林副", actor=make.cadre(it.who.elsewhere))

    assert list(Officer.objects.order_by("pk").values()) == before
    assert Notice.objects.count() == notices


@pytest.mark.parametrize(
    ("change", "reason", "why"),
    [
        (ChangeType.LEFT, ChangeReason.OWN_WISH, "left"),
        (ChangeType.LEFT, ChangeReason.DECEASED, "deceased"),
        (ChangeType.EXPELLED, ChangeReason.CRIME, "left"),
    ],
)
def test_posts_end_with_the_membership_the_same_day(
    it: Committee, change: ChangeType, reason: ChangeReason, why: str
) -> None:
    memberships.end(
        actor=it.who.cadre, membership_id=it.chair.pk, end_type=change, reason=reason, on=ON, at=make.AT, note="决议1号"
    )  # fmt: skip

    ended = Officer.objects.filter(name="陈主席").values_list("organ", "left_on", "end_reason", "left_with")
    assert set(ended) == {("committee", ON, why, it.chair.pk), ("women", ON, why, it.chair.pk)}
    assert it.serving() == {row for row in ALL if row[2] != "陈主席"}
    assert told("registry.post_ended") == (set() if why == "deceased" else {it.chair.person_id})
    assert told("registry.no_chair") == {it.vice.person_id, it.plain.person_id}


def test_posts_end_when_the_membership_goes_to_another_union_or_is_retained(
    it: Committee,
) -> None:
    other = make.union("宁海别家工会", it.who.county)

    memberships.move(
        actor=it.who.cadre, membership_id=it.chair.pk, union_id=other.pk, on=ON, at=make.AT,
        reason=ChangeReason.EMPLOYMENT_CHANGED,
    )  # fmt: skip
    asked = transfers.ask(
        actor=make.chair(it.who.elsewhere),
        person_id=it.vice.person_id,
        to_union_id=it.who.elsewhere.pk,
        at=make.AT,
    )
    transfers.release(actor=it.who.cadre, transfer_id=asked.pk, at=make.AT)
    memberships.retain(
        actor=it.who.cadre, membership_id=it.plain.pk, reason=ChangeReason.RETIRED, on=ON, at=make.AT
    )  # fmt: skip

    assert (it.post("陈主席").left_on, it.post("陈主席").end_reason) == (ON, "moved")
    assert (it.post("林副").left_on, it.post("林副").end_reason) == (make.TODAY, "moved")
    assert (it.post("周委员").left_on, it.post("周委员").end_reason) == (ON, "retained")
    assert told("registry.post_ended") == {it.chair.person_id, it.vice.person_id, it.plain.person_id}
    assert it.serving() == {("audit", "chair", "钱会计")}


def test_a_post_entered_by_name_alone_ends_with_the_only_member_who_bears_it(it: Committee) -> None:
    Officer.objects.update(person=None)
    make.member(it.union, "林副")

    it.leave(it.chair)
    it.leave(it.vice)

    assert it.serving() == {row for row in ALL if row[2] != "陈主席"}
    assert it.post("陈主席").person_id == it.chair.person_id
    assert it.post("林副").person_id is None


def test_what_is_taken_back_brings_the_posts_back_and_a_corrected_day_moves_them(it: Committee) -> None:
    before = list(Officer.objects.order_by("pk").values())

    spell = it.leave(it.chair)
    mending.correct_day(
        actor=it.who.cadre,
        membership_id=spell.pk,
        field="ended_on",
        on=date(2026, 9, 8),
        reason="日期写错",
        at=make.AT,
    )
    assert it.post("陈主席").left_on == date(2026, 9, 8)
    mending.take_back_end(actor=it.who.cadre, membership_id=spell.pk, reason="同名弄错", at=make.AT)

    assert list(Officer.objects.order_by("pk").values()) == before
    assert it.serving() == ALL
    assert AuditEvent.objects.filter(event="registry.post_restored").count() == 2


def test_a_place_somebody_was_by_elected_into_stays_hers(it: Committee) -> None:
    spell = it.leave(it.chair)
    it.elect()

    mending.take_back_end(actor=it.who.cadre, membership_id=spell.pk, reason="同名弄错", at=make.AT)

    assert it.serving() == {
        ("committee", "chair", "林副"), ("committee", "member", "周委员"), ("audit", "chair", "钱会计"),
        ("women", "chair", "陈主席"),
    }  # fmt: skip


def test_a_by_election_holds_until_the_term_ends_and_names_the_head(it: Committee) -> None:
    gone = it.end()

    row = it.elect(due_count=30, present_count=20, votes=16, approval_number=" 宁总工〔2026〕9号 ")

    assert (row.term, row.person_id, row.began_on, row.left_on, row.replaces, row.approval_number) == (
        it.term, it.vice.person_id, date(2026, 10, 1), None, gone, "宁总工〔2026〕9号",
    )  # fmt: skip
    former = Officer.objects.get(post="vice_chair")
    assert (former.left_on, former.end_reason) == (date(2026, 10, 1), "replaced")
    it.union.refresh_from_db()
    assert it.union.contact_name == "林副"
    assert it.serving(date(2026, 9, 30)) == ALL - {("committee", "chair", "陈主席")}
    assert it.serving() == {
        ("committee", "chair", "林副"), ("committee", "member", "周委员"), ("audit", "chair", "钱会计"),
        ("women", "chair", "陈主席"),
    }  # fmt: skip
    assert told("registry.post_taken") == {it.vice.person_id}
    assert AuditEvent.objects.get(event="registry.by_elected").data["votes"] == 16
    following = NewTerm(date(2026, 11, 1), 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "周委员")])
    officers.set_term(actor=it.who.cadre, union_id=it.union.pk, data=following, at=make.AT)
    row.refresh_from_db()
    assert (row.left_on, row.end_reason) == (date(2026, 11, 1), "")


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("不是会员", {}, "name"),
        ("周委员", {"on": date(2026, 8, 1)}, "on"),
        ("周委员", {"on": make.DAY - timedelta(days=1)}, "on"),
        ("周委员", {"on": make.TODAY + timedelta(days=1)}, "on"),
        ("周委员", {"due_count": 30, "present_count": 19}, "present_count"),
        ("周委员", {"due_count": 30, "present_count": 20, "votes": 15}, "votes"),
        ("周委员", {"due_count": 30, "present_count": 20, "votes": 21}, "votes"),
        ("周委员", {"elected_on": make.TODAY + timedelta(days=1)}, "elected_on"),
        ("周委员", {"organ": Organ.AUDIT}, "post"),
        ("周委员", {"post": Post.MEMBER}, "name"),
        ("钱会计", {}, "officers"),
    ],
)
def test_by_elections_that_cannot_be_are_refused(
    it: Committee, name: str, given: dict[str, object], field: str
) -> None:
    it.end()
    before = list(Officer.objects.order_by("pk").values())

    with pytest.raises(InvalidInput) as refused:
        it.elect(name, **given)

    assert refused.value.field == field
    assert list(Officer.objects.order_by("pk").values()) == before


def test_one_chair_at_a_time_and_a_second_click_changes_nothing(it: Committee) -> None:
    with pytest.raises(InvalidInput) as held:
        it.elect()
    assert (held.value.field, "陈主席" in str(held.value)) == ("post", True)
    it.end()
    it.elect()
    before = list(Officer.objects.order_by("pk").values())

    with pytest.raises(InvalidInput) as again:
        it.elect()

    assert again.value.field == "name"
    assert list(Officer.objects.order_by("pk").values()) == before


def test_the_dead_are_not_elected_and_of_two_of_one_name_the_phone_says_who(it: Committee) -> None:
    it.end()
    twin = make.member(it.union, "周委员")
    with pytest.raises(InvalidInput) as several:
        it.elect("周委员")
    assert several.value.field == "phone_tail"
    it.leave(it.plain, ChangeReason.DECEASED)

    with pytest.raises(InvalidInput) as gone:
        it.elect("周委员", phone_tail=Person.objects.get(pk=it.plain.person_id).mobile_tail)
    row = it.elect("周委员", phone_tail=twin.person.mobile_tail)

    assert gone.value.field == "phone_tail"
    assert row.person_id == twin.person_id


def test_nobody_is_by_elected_without_a_running_term_or_into_a_closed_union(it: Committee) -> None:
    it.end()
    Term.objects.update(ends_on=make.TODAY)
    with pytest.raises(InvalidInput) as over:
        it.elect()
    Term.objects.update(ends_on=date(2031, 3, 2))
    union = TradeUnion.objects.get(pk=it.union.pk)
    unions.close_union(
        actor=it.who.cadre, union_id=union.pk, version=union.version, on=make.TODAY, reason="企业注销", at=make.AT
    )  # fmt: skip

    assert over.value.field == "on"
    with pytest.raises(StaleState):
        it.elect()
    with pytest.raises(StaleState):
        it.end("林副")
    assert (it.post("林副").left_on, it.post("林副").end_reason) == (make.TODAY, "union_closed")
    assert not Officer.objects.filter(left_on=None).exists()


@pytest.mark.parametrize("reason", sorted(REASONS[ChangeType.RETAINED]))
def test_whoever_is_retained_for_whatever_reason_holds_no_post(it: Committee, reason: ChangeReason) -> None:
    memberships.retain(actor=it.who.cadre, membership_id=it.vice.pk, reason=reason, on=ON, at=make.AT)

    assert (it.post("林副").left_on, it.post("林副").end_reason) == (ON, "retained")


def test_whoever_is_retained_with_a_closed_employer_of_a_joint_union_holds_no_post_there(
    it: Committee,
) -> None:
    TradeUnion.objects.filter(pk=it.union.pk).update(kind=UnionKind.JOINT)
    firm = make.employer(looked_after_by=it.who.county)
    Membership.objects.filter(pk=it.vice.pk).update(employer=firm)

    employers.close_employer(
        actor=it.who.cadre, employer_id=firm.pk, version=firm.version, on=ON, reason="注销", at=make.AT
    )

    assert (it.post("林副").left_on, it.post("林副").end_reason) == (ON, "retained")
    assert it.serving() == ALL - {("committee", "vice_chair", "林副")}


@pytest.mark.parametrize(
    ("goes", "left_on", "why"), [("whole", None, ""), ("other", ON, "moved"), ("out", ON, "left")]
)
def test_a_post_in_the_union_a_branch_is_part_of_rests_on_the_membership_in_the_branch(
    it: Committee, goes: str, left_on: date | None, why: str
) -> None:
    branch = make.union("一车间分会", it.union, kind=UnionKind.BRANCH)
    Membership.objects.filter(pk=it.vice.pk).update(union=branch, union_path=branch.path)
    other = make.union("宁海别家工会", it.who.county)

    if goes == "out":
        it.leave(it.vice)
    else:
        memberships.move(
            actor=it.who.cadre, membership_id=it.vice.pk, on=ON, at=make.AT, reason=ChangeReason.EMPLOYMENT_CHANGED,
            union_id=it.union.pk if goes == "whole" else other.pk,
        )  # fmt: skip

    assert (it.post("林副").left_on, it.post("林副").end_reason) == (left_on, why)


def take_back(it: Committee, name: str = "陈主席", **given: object) -> Officer:
    values = {"reason": "登记错了人", "at": make.AT, "actor": it.who.cadre}
    return posts.take_back_end(officer_id=it.post(name).pk, **values | given)  # type: ignore[arg-type]


def test_an_end_entered_by_mistake_is_taken_back_and_whoever_is_concerned_told(it: Committee) -> None:
    before = list(Officer.objects.order_by("pk").values())
    it.end()

    take_back(it)

    assert list(Officer.objects.order_by("pk").values()) == before
    assert told("registry.post_runs_on") == {it.chair.person_id}
    assert told("registry.chair_runs_on") == {it.vice.person_id, it.plain.person_id}
    event = AuditEvent.objects.get(event="registry.post_restored")
    assert (event.subject_id, event.owner_person_id, event.reason) == (
        it.union.pk,
        it.chair.person_id,
        "登记错了人",
    )
    assert queries.head_gone(it.union, make.TODAY) is None
    with pytest.raises(StaleState) as again:
        take_back(it)
    assert again.value.remedy
    assert Notice.objects.filter(template="registry.post_runs_on").count() == 1


def test_a_post_that_ended_before_the_next_term_runs_on_until_then(it: Committee) -> None:
    it.end("周委员")
    following = NewTerm(date(2026, 11, 1), 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席")])
    officers.set_term(actor=it.who.cadre, union_id=it.union.pk, data=following, at=make.AT)

    row = take_back(it, "周委员")

    row.refresh_from_db()
    assert (row.left_on, row.end_reason) == (date(2026, 11, 1), "")


def _by_elected(it: Committee) -> None:
    it.elect()


def _another_post(it: Committee) -> None:
    it.elect("陈主席", post=Post.VICE_CHAIR)


def _retained(it: Committee) -> None:
    memberships.retain(
        actor=it.who.cadre, membership_id=it.chair.pk, reason=ChangeReason.RETIRED, on=make.TODAY, at=make.AT
    )


def _gone(it: Committee) -> None:
    it.leave(it.chair)


@pytest.mark.parametrize("since", [_by_elected, _another_post, _retained, _gone])
def test_what_happened_since_stands_in_the_way_of_taking_an_end_back(
    it: Committee, since: Callable[[Committee], None]
) -> None:
    post = it.end()
    since(it)
    before = list(Officer.objects.order_by("pk").values())
    notices = Notice.objects.count()

    with pytest.raises(InvalidInput) as refused:
        posts.take_back_end(actor=it.who.cadre, officer_id=post.pk, reason="登记错了人", at=make.AT)

    assert (refused.value.field, bool(refused.value.remedy)) == ("name", True)
    assert list(Officer.objects.order_by("pk").values()) == before
    assert Notice.objects.count() == notices


def test_who_was_retained_by_mistake_is_made_active_and_then_holds_the_post_again(it: Committee) -> None:
    _retained(it)
    retained = Membership.objects.get(person=it.chair.person_id, ended_on=None)
    memberships.activate(actor=it.who.cadre, membership_id=retained.pk, on=make.TODAY, at=make.AT)

    take_back(it)

    assert it.serving() == ALL - {("women", "chair", "陈主席")}


def test_of_two_of_one_name_the_end_of_the_phone_says_who_was_elected(it: Committee) -> None:
    twin = make.member(it.union, "周委员")
    tail = twin.person.mobile_tail
    following = NewTerm(make.DAY + timedelta(days=30), 5, [
        Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席"), Elected(Organ.COMMITTEE, Post.MEMBER, "周委员", phone_tail=tail),
        Elected(Organ.WOMEN, Post.MEMBER, "周委员"),
    ])  # fmt: skip

    term = officers.set_term(actor=it.who.cadre, union_id=it.union.pk, data=following, at=make.AT)

    assert set(term.officers.values_list("organ", "name", "person_id")) == {
        ("committee", "陈主席", it.chair.person_id), ("committee", "周委员", twin.person_id), ("women", "周委员", None),
    }  # fmt: skip
    wrong = replace(following, starts_on=make.DAY + timedelta(days=60), officers=[
        Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席", phone_tail="0000"),
    ])  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        officers.set_term(actor=it.who.cadre, union_id=it.union.pk, data=wrong, at=make.AT)
    assert (refused.value.field, Term.objects.filter(union=it.union).count()) == ("officers", 2)


def test_who_holds_a_post_entered_by_name_alone_is_said_later(it: Committee) -> None:
    twin = make.member(it.union, "周委员")
    post = it.post("周委员")
    Officer.objects.filter(pk=post.pk).update(person=None)

    def say(tail: str, **given: object) -> Officer:
        values = {"actor": it.who.cadre, "officer_id": post.pk, "phone_tail": tail, "at": make.AT}
        return posts.identify(**values | given)  # type: ignore[arg-type]

    for tail, field in (("", "phone_tail"), ("0000", "phone_tail")):
        with pytest.raises(InvalidInput) as refused:
            say(tail)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        say(twin.person.mobile_tail, actor=it.who.ali)
    with pytest.raises(NotVisible):
        say(twin.person.mobile_tail, actor=make.cadre(it.who.elsewhere))
    assert Officer.objects.get(pk=post.pk).person_id is None
    say(twin.person.mobile_tail)
    with pytest.raises(StaleState):
        say(twin.person.mobile_tail)

    assert told("registry.post_taken") == {twin.person_id}
    it.leave(twin)
    assert it.post("周委员").left_on == ON


def test_nobody_is_said_to_hold_two_posts_of_one_organ(it: Committee) -> None:
    post = it.post("周委员")
    Officer.objects.filter(pk=post.pk).update(person=None, name="林副")

    with pytest.raises(InvalidInput) as refused:
        posts.identify(actor=it.who.cadre, officer_id=post.pk, phone_tail="", at=make.AT)

    assert refused.value.field == "name"
    assert Officer.objects.get(pk=post.pk).person_id is None


def test_an_officer_of_a_federation_is_no_member_below_of_the_same_name(it: Committee) -> None:
    term = officers.set_term(
        actor=it.who.cadre, union_id=it.who.county.pk, at=make.AT,
        data=NewTerm(make.DAY, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "陈主席")]),
    )  # fmt: skip

    assert term.officers.get().person_id is None


def test_strangers_take_no_end_back_nor_anybody_that_of_a_post_that_runs(it: Committee) -> None:
    it.end()
    before = list(Officer.objects.order_by("pk").values())

    with pytest.raises(NotAllowed):
        take_back(it, actor=it.who.ali)
    with pytest.raises(NotVisible):
        take_back(it, actor=make.cadre(it.who.elsewhere))
    with pytest.raises(InvalidInput):
        take_back(it, reason=" ")
    with pytest.raises(StaleState):
        take_back(it, "林副")

    assert list(Officer.objects.order_by("pk").values()) == before


def test_a_split_ends_the_posts_of_who_goes_and_its_undo_brings_them_back(it: Committee) -> None:
    TradeUnion.objects.filter(pk=it.union.pk).update(kind=UnionKind.JOINT)
    firms = [make.employer(looked_after_by=it.who.county) for _n in range(2)]
    for firm in firms:
        make.link(it.union, firm, kind="joint")
    Membership.objects.filter(pk=it.vice.pk).update(employer=firms[0])
    Membership.objects.exclude(pk=it.vice.pk).update(employer=firms[1])
    before = list(Officer.objects.order_by("pk").values())
    union = TradeUnion.objects.get(pk=it.union.pk)
    what = restructuring.decide_split(
        actor=it.who.cadre, union_id=union.pk, version=union.version, on=make.TODAY, reason="单独建会", at=make.AT,
        data=NewSplit("自立工会", UnionKind.INDEPENDENT, [firms[0].pk]),
    )  # fmt: skip

    carry.carry_out(restructuring_id=what.pk, at=make.AT, progress=lambda _done, _total: None)
    assert it.serving() == ALL - {("committee", "vice_chair", "林副")}
    assert it.post("林副").end_reason == "moved"
    restructuring.ask_undo(actor=it.who.cadre, restructuring_id=what.pk, reason="弄错", at=make.AT)
    undo.take_back(restructuring_id=what.pk, at=make.AT, progress=lambda _done, _total: None)

    assert list(Officer.objects.order_by("pk").values()) == before
    told = (
        Notice.objects.filter(person_id=it.vice.person_id).order_by("pk").values_list("template", flat=True)
    )
    assert [one for one in told if "post" in one] == ["registry.post_ended", "registry.post_runs_on"]
    assert AuditEvent.objects.filter(event="registry.post_restored", subject_id=it.union.pk).count() == 1


def test_who_waits_in_a_holding_pool_keeps_a_post_that_does_not_rest_on_it(it: Committee) -> None:
    waiting = make.member(it.who.county, "吴部长", state=MembershipState.PREPARATORY)
    officers.set_term(
        actor=it.who.cadre, union_id=it.who.county.pk, at=make.AT,
        data=NewTerm(make.DAY, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "吴部长", waiting.person_id)]),
    )  # fmt: skip

    it.leave(waiting)

    assert it.post("吴部长").left_on is None


def test_a_refused_ending_leaves_the_posts(it: Committee) -> None:
    with pytest.raises(DomainError):
        memberships.end(
            actor=it.who.cadre, membership_id=it.chair.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
            on=date(2023, 1, 1), at=make.AT,
        )  # fmt: skip

    assert it.serving() == ALL


def test_the_head_is_said_as_vacant_until_somebody_follows(it: Committee) -> None:
    day = date(2026, 11, 20)

    assert head_in_words("陈主席", None, None) == "陈主席"
    assert head_in_words("陈主席", "陈主席", day) == "空缺（自2026-11-20起）"
    assert head_in_words("", "陈主席", day) == "空缺（自2026-11-20起）"
    assert head_in_words("林委员", "陈主席", day) == "林委员（主席自2026-11-20起空缺）"

    def said() -> tuple[str, date | None, str | None]:
        row = queries.with_vacancies(TradeUnion.objects.filter(pk=it.union.pk), make.TODAY).get()
        return row.contact_name, row.head_gone_on, row.head_gone_name

    assert said()[1:] == (None, None)
    gone = it.end("陈主席")
    assert said()[1:] == (gone.left_on, "陈主席")


@pytest.mark.parametrize(
    ("vote", "field"),
    [
        (None, "entitled"), (RecallVote(0, 0), "entitled"), (RecallVote(20, None), "in_favour"),
        (RecallVote(20, 21), "in_favour"), (RecallVote(20, -1), "in_favour"), (RecallVote(20, 10), "in_favour"),
        (RecallVote(21, 10), "in_favour"),
    ],
)  # fmt: skip
def test_nobody_is_recalled_without_more_than_half_of_all(
    it: Committee, vote: RecallVote | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        it.end(reason=PostEnd.RECALLED, note="会员大会决议〔2026〕3号", vote=vote)

    assert refusal.value.field == field
    assert it.serving() == ALL
    assert not AuditEvent.objects.filter(event="registry.post_ended").exists()


@pytest.mark.parametrize(("entitled", "in_favour"), [(20, 11), (21, 11), (1, 1)])
def test_more_than_half_of_all_recall_and_the_votes_are_kept(
    it: Committee, entitled: int, in_favour: int
) -> None:
    post = it.end(
        reason=PostEnd.RECALLED, note="会员大会决议〔2026〕3号", vote=RecallVote(entitled, in_favour)
    )

    post.refresh_from_db()
    assert (post.left_on, post.end_reason) == (ON, "recalled")
    event = AuditEvent.objects.get(event="registry.post_ended")
    assert event.reason == f"会员大会决议〔2026〕3号（全体 {entitled} 人中 {in_favour} 人赞成）"
