"""The life of memberships against a model: any sequence of steps leaves one current membership and exact counts."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from smartunion.core.actor import system
from smartunion.core.errors import DomainError, InvalidInput, StaleState
from smartunion.core.tests.lives import live_through
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import (
    memberships,
    mending,
    posts,
    tallies,
    transfers,
    unions,
    workplace,
)
from smartunion.ground.registry.flows.memberships import AlreadyMember, NewMembership
from smartunion.ground.registry.flows.mending import Day
from smartunion.ground.registry.flows.posts import ByElection
from smartunion.ground.registry.flows.spells import RecordedDeceased
from smartunion.ground.registry.models import Membership, Officer, Term, TradeUnion, Transfer
from smartunion.ground.registry.rules import (
    ENDINGS,
    REASONS,
    ChangeReason,
    ChangeType,
    MembershipState,
    Organ,
    Post,
    PostEnd,
)
from smartunion.ground.registry.tests import factories as make

PEOPLE = st.integers(0, 3)
UNIONS = st.integers(0, 2)
ACTIVE, WAITING, RETAINED = MembershipState.ACTIVE, MembershipState.PREPARATORY, MembershipState.RETAINED


class Memberships(RuleBasedStateMachine):
    """Four people, a county with three unions, one step a day.

    place: person → (union, state) while she has a membership; pending: person → (transfer, target).
    """

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.actor = system()
        self.county = make.federation()
        self.unions = [make.union(f"第{n}工会", self.county) for n in range(3)]
        self.people = [make.person() for _n in range(4)]
        self.place: dict[int, tuple[TradeUnion, MembershipState]] = {}
        self.pending: dict[int, tuple[int, TradeUnion]] = {}
        self.ended: dict[int, tuple[int, TradeUnion, MembershipState]] = {}
        self.closed: set[int] = set()
        self.dead: dict[int, TradeUnion] = {}
        self.day = make.DAY
        self.employers = [make.employer(looked_after_by=self.county) for _n in range(2)]
        for union in self.unions:
            for employer in self.employers:
                make.link(union, employer)
        self.terms = [
            Term.objects.create(union=union, ordinal=1, starts_on=make.DAY, ends_on=date(2031, 3, 2))
            for union in self.unions
        ]
        self.posts: set[tuple[int, int]] = set()
        for who in range(3):
            self.join(who, who % 2)
        self.day += timedelta(days=30)  # room for days to be put right

    def teardown(self) -> None:
        try:
            assert tallies.recount() == []
        finally:
            transaction.set_rollback(True)
            self.sandbox.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        return make.AT + (self.day - make.TODAY)

    def spell(self, who: int) -> Membership:
        return Membership.objects.get(person=self.people[who], ended_on=None)

    def leave(self, who: int) -> None:
        union, state = self.place.pop(who)
        self.ended[who] = (Membership.objects.filter(person=self.people[who]).latest("pk").pk, union, state)
        self.pending.pop(who, None)

    @rule(who=PEOPLE, where=UNIONS)
    def join(self, who: int, where: int) -> None:
        union = self.unions[where]
        data = NewMembership(self.people[who].pk, union.pk, self.day)
        held = self.place.get(who)
        if who in self.dead:
            with pytest.raises(RecordedDeceased):
                memberships.start(actor=self.actor, data=data, at=self.at)
        elif where in self.closed:
            with pytest.raises(InvalidInput):
                memberships.start(actor=self.actor, data=data, at=self.at)
        elif held is not None and held[1] != WAITING:
            with pytest.raises(AlreadyMember):
                memberships.start(actor=self.actor, data=data, at=self.at)
        else:
            memberships.start(actor=self.actor, data=data, at=self.at)
            self.place[who] = (union, ACTIVE)
            self.ended.pop(who, None)

    @rule(who=PEOPLE)
    def wait(self, who: int) -> None:
        data = NewMembership(self.people[who].pk, self.county.pk, self.day, state=WAITING)
        if who in self.place or who in self.dead:
            with pytest.raises((AlreadyMember, RecordedDeceased)):
                memberships.start(actor=self.actor, data=data, at=self.at)
        else:
            memberships.start(actor=self.actor, data=data, at=self.at)
            self.place[who] = (self.county, WAITING)
            self.ended.pop(who, None)

    @precondition(lambda self: self.place)
    @rule(data=st.data())
    def retain(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.place)))
        union, state = self.place[who]
        reason = data.draw(st.sampled_from(sorted(REASONS[ChangeType.RETAINED])))
        spell = self.spell(who)
        if state == ACTIVE:
            memberships.retain(
                actor=self.actor, membership_id=spell.pk, reason=reason, on=self.day, at=self.at
            )
            self.place[who] = (union, RETAINED)
        else:
            with pytest.raises(InvalidInput):
                memberships.retain(
                    actor=self.actor, membership_id=spell.pk, reason=reason, on=self.day, at=self.at
                )

    @rule(who=PEOPLE)
    def take_a_post(self, who: int) -> None:
        """Any member of a union of the three may be by-elected into its committee, once."""
        union, state = self.place.get(who, (self.county, WAITING))
        if union == self.county or state != ACTIVE:
            return
        where = self.unions.index(union)
        data = ByElection(
            organ=Organ.COMMITTEE, post=Post.MEMBER, name=self.people[who].name, on=self.day,
            phone_tail=self.people[who].mobile_tail,
        )  # fmt: skip
        taking = {"actor": self.actor, "union_id": union.pk, "data": data, "at": self.at}
        if (who, where) in self.posts:
            with pytest.raises(InvalidInput):
                posts.by_elect(**taking)
        else:
            posts.by_elect(**taking)
            self.posts.add((who, where))

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def give_a_post_up(self, data: st.DataObject) -> None:
        who, where = data.draw(st.sampled_from(sorted(self.posts)))
        row = Officer.objects.get(person=self.people[who], term=self.terms[where], left_on=None)
        given = {"actor": self.actor, "officer_id": row.pk, "on": self.day, "reason": PostEnd.RESIGNED}
        posts.end_post(**given, at=self.at)
        with pytest.raises(StaleState):
            posts.end_post(**given, at=self.at)
        if data.draw(st.booleans()):  # by mistake
            taking_back = {"actor": self.actor, "officer_id": row.pk, "reason": "登记错了人"}
            posts.take_back_end(**taking_back, at=self.at)
            with pytest.raises(StaleState):
                posts.take_back_end(**taking_back, at=self.at)
        else:
            self.posts.remove((who, where))

    @rule(who=PEOPLE)
    def restore(self, who: int) -> None:
        if who not in self.place:
            return
        union, state = self.place[who]
        spell = self.spell(who)
        if state == RETAINED and union != self.county:
            memberships.activate(actor=self.actor, membership_id=spell.pk, on=self.day, at=self.at)
            self.place[who] = (union, ACTIVE)
        else:
            with pytest.raises(InvalidInput):
                memberships.activate(actor=self.actor, membership_id=spell.pk, on=self.day, at=self.at)

    @precondition(lambda self: self.place)
    @rule(data=st.data(), where=UNIONS, restored=st.booleans())
    def go_to(self, data: st.DataObject, where: int, restored: bool) -> None:
        """Taken to another union of the same hands: as she is, or made active there."""
        who = data.draw(st.sampled_from(sorted(self.place)))
        (union, state), target, spell = self.place[who], self.unions[where], self.spell(who)
        given = {
            "actor": self.actor,
            "membership_id": spell.pk,
            "union_id": target.pk,
            "on": self.day,
            "at": self.at,
        }
        act = memberships.activate if restored else memberships.move
        reason = {} if restored else {"reason": ChangeReason.EMPLOYMENT_CHANGED}
        possible = where not in self.closed and (
            state != ACTIVE if restored else state != WAITING and union != target
        )
        if possible:
            act(**given, **reason)
            self.place[who] = (target, ACTIVE if restored else state)
        else:
            with pytest.raises(InvalidInput):
                act(**given, **reason)

    @precondition(lambda self: self.place)
    @rule(data=st.data(), which=st.integers(0, 1))
    def work_elsewhere(self, data: st.DataObject, which: int) -> None:
        who = data.draw(st.sampled_from(sorted(self.place)))
        spell, employer = self.spell(who), self.employers[which]
        given = {"actor": self.actor, "membership_id": spell.pk, "employer_id": employer.pk, "on": self.day}
        if self.place[who][1] == RETAINED or spell.employer_id == employer.pk:
            with pytest.raises(InvalidInput):
                workplace.change_employer(**given, at=self.at)
        else:
            row = workplace.change_employer(**given, at=self.at)
            assert (row.employer_id, row.union_id) == (employer.pk, spell.union_id)

    @rule(who=PEOPLE)
    def take_back(self, who: int) -> None:
        """An ending that was a mistake; never once she has joined anew. In a union that has closed only a death
        is, and she is kept above.
        """
        if who not in self.ended:
            return
        spell_id, union, state = self.ended[who]
        given = {"actor": self.actor, "membership_id": spell_id, "reason": "同名同姓弄错了"}
        if union in [self.unions[n] for n in self.closed]:
            if self.dead.get(who) != union:
                with pytest.raises(InvalidInput):
                    mending.take_back_end(**given, at=self.at)
                return
            union, state = self.county, RETAINED
        resting = Officer.objects.filter(left_with_id=spell_id)
        back = union != self.county and resting.filter(replaced_by=None).exists()
        taken = set(resting.exclude(replaced_by=None).values_list("pk", flat=True))
        mending.take_back_end(**given, at=self.at)
        running = Officer.objects.filter(person=self.people[who], left_on=None).exists()
        assert running or not back
        if running:
            self.posts.add((who, self.unions.index(union)))
        for row in Officer.objects.filter(pk__in=taken, left_on=None):
            assert not Officer.objects.filter(replaces=row, left_on=None).exists()
        self.dead.pop(who, None)
        self.place[who] = (union, state)
        self.ended.pop(who)

    @rule(who=PEOPLE, days=st.integers(-12, 2), field=st.sampled_from(["started_on", "ended_on"]))
    def put_right(self, who: int, days: int, field: Day) -> None:
        """A day moved or refused; what may not be is what the invariants say."""
        spell = Membership.objects.filter(person=self.people[who]).order_by("pk").last()
        if spell is None:
            return
        on = (getattr(spell, field) or self.day) + timedelta(days=days)
        given = {
            "actor": self.actor,
            "membership_id": spell.pk,
            "field": field,
            "on": on,
            "reason": "登记有误",
        }
        try:
            row = mending.correct_day(**given, at=self.at)
        except InvalidInput:
            spell.refresh_from_db()
            return
        assert getattr(row, field) == on

    @precondition(lambda self: self.place)
    @rule(data=st.data(), change=st.sampled_from([ChangeType.LEFT, ChangeType.EXPELLED]))
    def end_for_no_reason(self, data: st.DataObject, change: ChangeType) -> None:
        """Any reason with any change: only the pairs of the table end a membership."""
        who = data.draw(st.sampled_from(sorted(self.place)))
        reason = data.draw(st.sampled_from(sorted(set(ChangeReason) - REASONS[change])))
        with pytest.raises(InvalidInput):
            memberships.end(
                actor=self.actor, membership_id=self.spell(who).pk, end_type=change, reason=reason, on=self.day, at=self.at
            )  # fmt: skip

    @precondition(lambda self: self.place)
    @rule(data=st.data(), change=st.sampled_from([ChangeType.LEFT, ChangeType.EXPELLED]))
    def end(self, data: st.DataObject, change: ChangeType) -> None:
        who = data.draw(st.sampled_from(sorted(self.place)))
        # Of dues not paid, which takes time: test_memberships.py.
        reason = data.draw(st.sampled_from(sorted(REASONS[change] - {ChangeReason.DUES_UNPAID})))
        spell = self.spell(who)
        if change in ENDINGS[self.place[who][1]]:
            memberships.end(
                actor=self.actor,
                membership_id=spell.pk,
                end_type=change,
                reason=reason,
                on=self.day,
                at=self.at,
                note="决议1号",
            )
            if reason == ChangeReason.DECEASED:
                self.dead[who] = self.place[who][0]
            self.leave(who)
        else:
            with pytest.raises(InvalidInput):
                memberships.end(
                    actor=self.actor,
                    membership_id=spell.pk,
                    end_type=change,
                    reason=reason,
                    on=self.day,
                    at=self.at,
                    note="决议1号",
                )

    @rule(who=PEOPLE, where=UNIONS, by_union=st.booleans())
    def ask(self, who: int, where: int, by_union: bool) -> None:
        target = self.unions[where]
        possible = (
            who in self.place and self.place[who][1] != WAITING and self.place[who][0] != target
            and where not in self.closed and who not in self.pending
        )  # fmt: skip
        person = self.people[who]
        asking = {
            "actor": self.actor if by_union else make.worker(person), "person_id": person.pk,
            "to_union_id": target.pk, "at": self.at,
        }  # fmt: skip
        if possible:
            asked = transfers.ask(**asking)
            assert asked.state == ("accepted" if by_union else "asked")
            self.pending[who] = (asked.pk, target)
        else:
            with pytest.raises(DomainError):
                transfers.ask(**asking)

    @precondition(lambda self: self.pending)
    @rule(
        data=st.data(),
        answer=st.sampled_from(["accept", "release", "accept", "release", "refuse", "withdraw"]),
    )
    def answer(self, data: st.DataObject, answer: str) -> None:
        who = data.draw(st.sampled_from(sorted(self.pending)))
        transfer_id, target = self.pending[who]
        extra = {"reason": "手续不全"} if answer == "refuse" else {}
        try:
            moved = getattr(transfers, answer)(actor=self.actor, transfer_id=transfer_id, at=self.at, **extra)
        except StaleState:
            assert answer in {"accept", "release"}
            return
        if moved.state == "done":
            self.place[who] = (target, ACTIVE)
        if moved.state in {"done", "refused", "withdrawn"}:
            self.pending.pop(who)

    @rule()
    def silence(self) -> None:
        due = set(
            Transfer.objects.filter(state="accepted", silent_after__lte=self.at).values_list("pk", flat=True)
        )
        assert transfers.default_silent(at=self.at) == len(due)
        for who, (transfer_id, target) in list(self.pending.items()):
            if transfer_id in due:
                self.place[who] = (target, ACTIVE)
                self.pending.pop(who)

    @precondition(lambda self: len(self.closed) < 2)
    @rule(where=UNIONS)
    def close(self, where: int) -> None:
        if where in self.closed:
            return
        union = TradeUnion.objects.get(pk=self.unions[where].pk)
        unions.close_union(
            actor=self.actor, union_id=union.pk, version=union.version, on=self.day, reason="企业注销",
            at=self.at,
        )  # fmt: skip
        self.closed.add(where)
        for who, (place, _state) in self.place.items():
            if place == union:
                self.place[who] = (self.county, RETAINED)
        self.pending = {who: (pk, target) for who, (pk, target) in self.pending.items() if target != union}

    @rule()
    def fold(self) -> None:
        tallies.fold()

    @rule(days=st.integers(0, 9))
    def pass_time(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def records_and_counts_agree_with_the_model(self) -> None:
        rows = Membership.objects.filter(ended_on=None).values_list("person_id", "union_id", "state")
        index = {person.pk: number for number, person in enumerate(self.people)}
        assert {index[person]: (union, state) for person, union, state in rows} == {
            who: (union.pk, state) for who, (union, state) in self.place.items()
        }
        states = Counter(state for _union, state in self.place.values())
        county = queries.counts_of(self.county)
        assert (county.active, county.preparatory, county.retained, county.unions) == (
            states[ACTIVE], states[WAITING], states[RETAINED], 3 - len(self.closed)
        )  # fmt: skip

    @invariant()
    def posts_run_where_the_membership_does(self) -> None:
        """Who goes elsewhere, leaves, dies, is retained or loses her union holds no post there; an ending taken back gives
        it back.
        """
        self.posts = {
            (who, where) for who, where in self.posts if self.place.get(who) == (self.unions[where], ACTIVE)
        }
        index = {person.pk: number for number, person in enumerate(self.people)}
        terms = {term.pk: number for number, term in enumerate(self.terms)}
        held = Officer.objects.filter(left_on=None).values_list("person_id", "term_id")
        now = {(index[person], terms[term]) for person, term in held}
        assert len(now) == len(held)
        assert now == self.posts
        assert not Officer.objects.filter(left_on__lt=F("began_on")).exists()

    @invariant()
    def spells_of_one_person_never_overlap(self) -> None:
        spells = Membership.objects.order_by("person_id", "started_on", "pk")
        for earlier, later in pairwise(spells):
            if earlier.person_id == later.person_id:
                assert earlier.ended_on is not None
                assert earlier.ended_on <= later.started_on

    @invariant()
    def nobody_was_a_member_of_a_union_after_it_closed(self) -> None:
        late = Membership.objects.filter(union__state="closed", ended_on__gt=F("union__closed_on"))
        assert not late.exclude(started_on=F("ended_on")).exists()

    @invariant()
    def facts_explain_the_number_of_members(self) -> None:
        kinds: Counter[str] = Counter()
        for kind, quantity in Fact.objects.values_list("kind", "quantity"):
            kinds[kind] += quantity
        left_active = Membership.objects.filter(held_as="active", end_type__in=["left", "expelled"]).count()
        retained = Membership.objects.filter(held_as="active", end_type="retained").count()
        back = (
            Membership.objects.filter(held_as="active", start_type__in=["restored", "transferred_in"]).count()
            - Membership.objects.filter(held_as="active", end_type="transferred_out").count()
        )
        active = sum(state == ACTIVE for _union, state in self.place.values())
        assert kinds["registry.member_joined"] - left_active - retained + back == active

    @invariant()
    def facts_stand_on_the_days_of_their_spells(self) -> None:
        spells = Membership.objects.in_bulk()
        told = Fact.objects.filter(subject_type="registry.membership", reverses=None, reversed_by=None)
        for fact in told:
            spell = spells[fact.subject_id]
            is_end = fact.kind == "registry.member_left"
            assert fact.happened_on == (spell.ended_on if is_end else spell.started_on)


@pytest.mark.django_db
def test_any_sequence_of_steps_keeps_one_membership_and_exact_counts() -> None:
    live_through(Memberships, lives=12, steps=50)
