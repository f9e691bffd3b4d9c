"""The life of unions and their certificates against a model: what ended is never rewritten, and undo leaves no trace."""

from datetime import date, datetime, timedelta
from typing import Any

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
from smartunion.core.errors import DomainError
from smartunion.core.tests.lives import live_through
from smartunion.ground.registry.flows import certificates, officers, restructuring, tallies, unions
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.particulars import watch_all
from smartunion.ground.registry.flows.postponing import latest_day, postpone_term
from smartunion.ground.registry.flows.restructuring import carry, undo
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Restructuring,
    TradeUnion,
)
from smartunion.ground.registry.rules import (
    CertificateKind,
    CertificateState,
    Elected,
    Organ,
    Post,
    UnionKind,
)
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_restructuring import dump, quiet

WHICH = st.integers(0, 2)
WORDS = st.sampled_from(["东", "西"])


class Unions(RuleBasedStateMachine):
    """Three unions with an employer and two people each, one step a day.

    printed: union → what its certificate says (name, address, head); now: what the record says; issued: union → the day
    of its last certificate, and what that says.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.actor, self.day = system(), make.DAY
        self.county = make.federation()
        self.unions, self.employers = [], []
        self.printed: dict[int, tuple[str, str, str]] = {}
        self.issued: dict[int, tuple[date, tuple[str, str, str]]] = {}
        self.now: dict[int, tuple[str, str, str]] = {}
        self.closed: set[int] = set()
        self.past: dict[tuple[str, int], dict[str, Any]] = {}
        for number in range(3):
            union = make.union(f"第{number}工会", self.county, address="东", contact_name="东")
            employer = make.employer(looked_after_by=self.county, insured_count=number)
            make.link(union, employer)
            for _one in range(2):
                make.member(union, employer=employer)
            self.unions.append(union)
            self.employers.append(employer)
            self.now[number] = (union.name, "东", "东")
        while tallies.fold():
            pass

    def teardown(self) -> None:
        try:
            assert tallies.recount() == []
        finally:
            transaction.set_rollback(True)
            self.sandbox.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        return make.AT + (self.day - make.TODAY)

    def fresh(self, which: int) -> TradeUnion:
        return TradeUnion.objects.get(pk=self.unions[which].pk)

    def refused(self, which: int, act: Any) -> bool:
        """Try it; a closed union refuses and keeps everything as it is."""
        if which not in self.closed:
            act()
            return False
        before = dump()
        with pytest.raises(DomainError):
            act()
        assert dump() == before
        return True

    @rule()
    def tomorrow(self) -> None:
        self.day += timedelta(days=1)

    @rule(which=WHICH, name=WORDS)
    def rename(self, which: int, name: str) -> None:
        union, fresh = self.fresh(which), f"{name}{which}工会"
        if fresh == union.name:
            return
        given = {
            "union_id": union.pk,
            "version": union.version,
            "name": fresh,
            "on": self.day,
            "reason": "更名",
        }
        if not self.refused(which, lambda: unions.rename(actor=self.actor, at=self.at, **given)):
            self.now[which] = (fresh, *self.now[which][1:])

    @rule(which=WHICH, address=WORDS)
    def move_house(self, which: int, address: str) -> None:
        union = self.fresh(which)
        given = {"union_id": union.pk, "version": union.version, "changes": {"address": address}}
        if not self.refused(which, lambda: unions.update_union(actor=self.actor, at=self.at, **given)):
            name, _address, head = self.now[which]
            self.now[which] = (name, address, head)

    @rule(which=WHICH, head=WORDS)
    def elect(self, which: int, head: str) -> None:
        last = self.unions[which].terms.order_by("-ordinal").first()
        if last is not None and last.starts_on >= self.day:
            return
        data = NewTerm(self.day, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, head * 2)])
        union_id = self.unions[which].pk
        if not self.refused(
            which, lambda: officers.set_term(actor=self.actor, union_id=union_id, data=data, at=self.at)
        ):
            self.now[which] = (*self.now[which][:2], head * 2)

    @rule(which=WHICH)
    def certify(self, which: int) -> None:
        data = NewCertificate(
            self.day, CertificateKind.LEGAL_PERSON, uscc=make.uscc(which + 1, "81330226"),
            valid_to=self.day + timedelta(days=1000),
        )  # fmt: skip
        given = {"actor": self.actor, "union_id": self.unions[which].pk, "data": data, "at": self.at}
        said = (self.day, self.now[which])
        if which in self.printed and self.issued[which] == said:
            before = dump()
            with pytest.raises(certificates.CertificateKnown):
                certificates.issue(**given)
            assert dump() == before
        elif not self.refused(which, lambda: certificates.issue(**given)):
            self.printed[which], self.issued[which] = self.now[which], said

    @precondition(lambda self: self.printed)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        which = data.draw(st.sampled_from(sorted(self.printed)))
        row = Certificate.objects.legal().get(union=self.unions[which])
        certificates.cancel(actor=self.actor, certificate_id=row.pk, on=self.day, reason="注销", at=self.at)
        self.printed.pop(which)

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        union = self.fresh(which)
        given = {"union_id": union.pk, "version": union.version, "on": self.day, "reason": "撤销"}
        if not self.refused(
            which,
            lambda: unions.close_union(actor=self.actor, at=self.at, **given),
        ):
            self.closed.add(which)
            self.printed.pop(which, None)

    @rule(which=WHICH, days=st.integers(1, 60))
    def close_late(self, which: int, days: int) -> None:
        """Entered late it closes as well, unless something is on record after that day: then nothing changes."""
        union, before = self.fresh(which), dump()
        try:
            unions.close_union(
                actor=self.actor, union_id=union.pk, version=union.version, on=self.day - timedelta(days=days),
                reason="撤销", at=self.at,
            )  # fmt: skip
        except DomainError:
            assert dump() == before
            return
        assert which not in self.closed
        self.closed.add(which)
        self.printed.pop(which, None)

    @precondition(lambda self: len(self.closed) < 2)
    @rule(data=st.data(), keep=st.booleans())
    def merge(self, data: st.DataObject, keep: bool) -> None:
        standing = [n for n in range(3) if n not in self.closed]
        source, target = data.draw(st.permutations(standing))[:2]
        before, old = dump(), self.fresh(source)
        made = restructuring.decide_merge(
            actor=self.actor, union_id=old.pk, target_id=self.unions[target].pk, version=old.version, on=self.day,
            reason="合并", at=self.at,
        )  # fmt: skip
        self.carried(made)
        assert TradeUnion.objects.get(pk=old.pk).state == "closed"
        if keep:
            self.closed.add(source)
            self.printed.pop(source, None)
        else:
            self.taken_back(made, before)

    @rule(data=st.data(), keep=st.booleans())
    def absorb(self, data: st.DataObject, keep: bool) -> None:
        gone, stays = data.draw(st.permutations(self.employers))[:2]
        gone, stays = Employer.objects.get(pk=gone.pk), Employer.objects.get(pk=stays.pk)
        if "closed" in {gone.state, stays.state}:
            return
        before = dump()
        made = restructuring.decide_absorption(
            actor=self.actor, employer_id=gone.pk, into_id=stays.pk, union_id=None, version=gone.version, on=self.day,
            reason="吸收", at=self.at,
        )  # fmt: skip
        self.carried(made)
        if not keep:
            self.taken_back(made, before)
            return
        for which in range(3):
            if self.unions[which].pk in made.plan["unions"]:
                self.closed.add(which)
                self.printed.pop(which, None)

    @rule(which=WHICH, number=st.integers(0, 99))
    def split_and_back(self, which: int, number: int) -> None:
        """An employer and its people become a union, and the union they came from is as before when it is taken back."""
        union, links = self.fresh(which), EmployerLink.objects.filter(union=self.unions[which], valid_to=None)
        firms = list(links.values_list("employer_id", flat=True))
        data = restructuring.NewSplit(f"分立{which}-{number}工会", UnionKind.JOINT, firms[:1])
        if which in self.closed or len(firms) < 2:
            before = dump()
            with pytest.raises(DomainError):
                self.split(union, data)
            assert dump() == before
            return
        before = dump()
        made = self.split(union, data)
        self.carried(made)
        self.taken_back(made, before)

    def split(self, union: TradeUnion, data: restructuring.NewSplit) -> Restructuring:
        return restructuring.decide_split(
            actor=self.actor, union_id=union.pk, data=data, version=union.version, on=self.day, reason="分立", at=self.at
        )  # fmt: skip

    @rule(data=st.data())
    def hive_off_and_back(self, data: st.DataObject) -> None:
        """Part of an employer goes to another one, and comes back to the letter."""
        one, other = data.draw(st.permutations(self.employers))[:2]
        one, other = Employer.objects.get(pk=one.pk), Employer.objects.get(pk=other.pk)
        spells = Membership.objects.filter(employer=one, ended_on=None).order_by("pk")
        people = list(spells.values_list("person_id", flat=True))
        if "closed" in {one.state, other.state} or not people:
            return
        before = dump()
        try:
            made = restructuring.decide_hive_off(
                actor=self.actor, employer_id=one.pk, into_id=other.pk, union_id=None, people=people[:1],
                version=one.version, on=self.day, reason="分立", at=self.at,
            )  # fmt: skip
        except DomainError:  # no union covers either any more
            assert dump() == before
            return
        self.carried(made)
        self.taken_back(made, before)

    @rule(which=WHICH, days=st.integers(-1, 400))
    def postpone(self, which: int, days: int) -> None:
        """A term is put off within the policy; what the certificate says stays."""
        last = self.unions[which].terms.order_by("-ordinal").first()
        if last is None:
            return
        given = {
            "union_id": self.unions[which].pk,
            "until": last.ends_on + timedelta(days=days),
            "approval_number": "",
        }
        before = dump()
        try:
            row = postpone_term(actor=self.actor, reason="人事调整", at=self.at, **given)
        except DomainError:
            assert dump() == before
            return
        assert which not in self.closed
        assert (row.was_until, row.until) == (last.ends_on, given["until"])
        assert last.ends_on < row.until <= latest_day(last, self.at)

    def carried(self, made: Restructuring) -> None:
        carry.carry_out(restructuring_id=made.pk, at=self.at, progress=quiet)

    def taken_back(self, made: Restructuring, before: dict[str, Any]) -> None:
        restructuring.ask_undo(actor=self.actor, restructuring_id=made.pk, reason="撤回", at=self.at)
        back = undo.take_back(restructuring_id=made.pk, at=self.at, progress=quiet)
        assert back.kept == 0
        assert dump() == before

    @invariant()
    def nobody_is_a_member_twice(self) -> None:
        running = Membership.objects.filter(ended_on=None).values_list("person_id", flat=True)
        assert sorted(running) == sorted(set(running))
        assert len(running) == 6
        assert not EmployerLink.objects.filter(union__state="closed", valid_to=None).exists()

    @invariant()
    def nobody_was_a_member_of_a_union_after_it_closed(self) -> None:
        late = Membership.objects.filter(union__state="closed", ended_on__gt=F("union__closed_on"))
        assert not late.exclude(started_on=F("ended_on")).exists()

    @invariant()
    def a_union_has_one_certificate_that_says_what_was_registered(self) -> None:
        held = {row.union_id: row for row in Certificate.objects.legal()}
        assert held.keys() == {self.unions[which].pk for which in self.printed}
        for which, said in self.printed.items():
            row = held[self.unions[which].pk]
            names = ("name", "address", "head")
            differ = [name for name, old, new in zip(names, said, self.now[which], strict=True) if old != new]
            assert (row.name, row.address, row.head) == said
            assert sorted(row.changes) == sorted(differ)
            assert (row.change_due_on is None) == (not differ)
        assert watch_all(at=self.at) == 0

    @invariant()
    def what_has_ended_is_never_rewritten(self) -> None:
        ended = {
            **{("spell", row["id"]): row for row in Membership.objects.exclude(ended_on=None).values()},
            **{
                ("certificate", row["id"]): row
                for row in Certificate.objects.exclude(state=CertificateState.VALID).values()
            },
        }
        for key, row in self.past.items():
            assert ended[key] == row
        self.past = ended

    @invariant()
    def coverage_stands_where_its_union_does(self) -> None:
        assert not EmployerLink.objects.exclude(union_path=F("union__path")).exists()
        assert EmployerLink.objects.exists()

    @invariant()
    def counts_are_those_of_the_rows(self) -> None:
        assert tallies.recount() == []


@pytest.mark.django_db
def test_unions_and_certificates_live_by_their_rules() -> None:
    live_through(Unions, lives=10, steps=30)
