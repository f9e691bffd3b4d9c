"""Two-sided transfers."""

from datetime import date, datetime, timedelta

import pytest

from smartunion.core.clock import SHANGHAI
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import tallies, transfers
from smartunion.ground.registry.models import Membership, Officer, Term, Transfer
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def running(spell: Membership) -> tuple[int, str, date]:
    now = Membership.objects.get(person_id=spell.person_id, ended_on=None)
    return now.union_id, now.state, now.started_on


def seat(union: object, person: object) -> None:
    term = Term.objects.create(union=union, ordinal=1, starts_on=make.DAY, ends_on=date(2031, 3, 2))
    Officer.objects.create(term=term, person=person, name="主席", organ="committee", post="chair")


def test_asked_accepted_released_without_a_day_outside_a_union() -> None:
    who = make.cast()
    old_chair, new_chair = make.person("钱主席"), make.person("孙主席")
    seat(who.elsewhere, old_chair)
    seat(who.union, new_chair)
    employer = make.employer("得力集团")
    make.link(who.union, employer)

    asked = transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, to_employer_id=employer.pk,
        reason=" 换了工作 ", at=make.AT,
    )  # fmt: skip
    assert (asked.state, asked.reason, asked.from_path, asked.to_path) == (
        "asked", "换了工作", who.elsewhere.path, who.union.path
    )  # fmt: skip
    accepted = transfers.accept(actor=who.ali, transfer_id=asked.pk, at=make.AT)
    assert accepted.state == "accepted"
    # Saturday 21 November 2026: five working days later is Friday the 27th, until its end.
    assert accepted.silent_after == datetime(2026, 11, 28, tzinfo=SHANGHAI)
    assert running(who.laoqin) == (who.elsewhere.pk, "active", make.DAY)
    done = transfers.release(actor=make.chair(who.elsewhere), transfer_id=asked.pk, at=make.AT)

    assert done.state == "done"
    assert running(who.laoqin) == (who.union.pk, "active", make.TODAY)
    old = Membership.objects.get(pk=who.laoqin.pk)
    assert (old.ended_on, old.end_type, old.reason) == (make.TODAY, "transferred_out", "employment_changed")
    now = Membership.objects.get(person=who.laoqin.person, ended_on=None)
    assert (now.start_type, now.employer_id, now.employer_name) == ("transferred_in", employer.pk, "得力集团")
    assert [f.kind for f in Fact.objects.all()] == ["registry.member_transferred"]
    assert Fact.objects.get().path == who.union.path
    told = set(Notice.objects.values_list("template", "person_id"))
    member = who.laoqin.person_id
    assert told == {
        ("registry.transfer_asked", member), ("registry.member_coming", new_chair.pk),
        ("registry.transfer_accepted", member), ("registry.member_leaving", old_chair.pk),
        ("registry.transfer_done", member), ("registry.member_gone", old_chair.pk), ("registry.member_gone", new_chair.pk),
    }  # fmt: skip
    assert tallies.recount() == []


def test_a_silent_union_lets_go_after_its_term() -> None:
    who = make.cast()
    asked = transfers.ask(actor=who.ali, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT)
    assert asked.state == "accepted"  # asked by the new union itself
    end = asked.silent_after
    assert end is not None

    assert transfers.default_silent(at=end - timedelta(seconds=1)) == 0
    assert running(who.laoqin)[0] == who.elsewhere.pk
    assert transfers.default_silent(at=end) == 1
    assert transfers.default_silent(at=end) == 0

    asked.refresh_from_db()
    assert (asked.state, asked.decided_at) == ("done", end)
    assert asked.note
    assert running(who.laoqin) == (who.union.pk, "active", date(2026, 11, 28))


def test_an_objection_needs_a_reason_and_keeps_the_member_where_she_is() -> None:
    who = make.cast()
    asked = transfers.ask(actor=who.ali, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT)
    old_chair = make.chair(who.elsewhere)

    with pytest.raises(InvalidInput) as refused:
        transfers.refuse(actor=old_chair, transfer_id=asked.pk, reason="不", at=make.AT)
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowed):
        transfers.refuse(actor=who.ali, transfer_id=asked.pk, reason="我方改变主意", at=make.AT)
    objected = transfers.refuse(actor=old_chair, transfer_id=asked.pk, reason="劳动合同尚未解除", at=make.AT)

    assert (objected.state, objected.note) == ("refused", "劳动合同尚未解除")
    assert running(who.laoqin) == (who.elsewhere.pk, "active", make.DAY)
    assert "劳动合同尚未解除" in Notice.objects.get(template="registry.transfer_objected").body
    for flow in (transfers.accept, transfers.release, transfers.withdraw):
        with pytest.raises((StaleState, NotAllowed)):
            flow(actor=old_chair, transfer_id=asked.pk, at=make.AT)
    assert transfers.ask(
        actor=who.ali, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    ).pk


def test_the_new_union_may_refuse_what_was_asked() -> None:
    who = make.cast()
    asked = transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    )

    with pytest.raises(NotAllowed):
        transfers.refuse(
            actor=make.chair(who.elsewhere), transfer_id=asked.pk, reason="不同意转出", at=make.AT
        )
    refused = transfers.refuse(actor=who.ali, transfer_id=asked.pk, reason="不是本单位职工", at=make.AT)

    assert refused.state == "refused"
    assert Notice.objects.filter(
        template="registry.transfer_refused", person_id=who.laoqin.person_id
    ).exists()
    assert running(who.laoqin)[0] == who.elsewhere.pk


def test_one_open_transfer_at_a_time_and_only_for_members() -> None:
    who = make.cast()
    third = make.union("三厂工会", who.county)
    waiting = make.member(who.county, state=MembershipState.PREPARATORY)
    transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    )

    with pytest.raises(transfers.TransferOpen):
        transfers.ask(
            actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=third.pk, at=make.AT
        )
    for person_id in (waiting.person_id, make.person().pk):
        with pytest.raises(transfers.NothingToTransfer):
            transfers.ask(actor=who.ali, person_id=person_id, to_union_id=who.union.pk, at=make.AT)
    for union in (who.union, who.county, make.union("筹备组", who.county, state="preparatory")):
        with pytest.raises(InvalidInput):
            transfers.ask(
                actor=who.xiaobo_actor, person_id=who.xiaobo.person_id, to_union_id=union.pk, at=make.AT
            )
    with pytest.raises(NotAllowed):
        transfers.ask(
            actor=who.laoqin_actor, person_id=who.xiaobo.person_id, to_union_id=third.pk, at=make.AT
        )
    assert Transfer.objects.count() == 1


def test_strangers_do_not_see_a_transfer() -> None:
    who = make.cast()
    asked = transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    )
    stranger = make.chair(make.union("海曙工会", make.federation("海曙区总工会")))

    for flow in (transfers.accept, transfers.release, transfers.withdraw):
        with pytest.raises(NotVisible):
            flow(actor=stranger, transfer_id=asked.pk, at=make.AT)
    with pytest.raises(NotAllowed):
        transfers.accept(actor=who.laoqin_actor, transfer_id=asked.pk, at=make.AT)
    assert list(Transfer.objects.visible_to(stranger)) == []
    for actor in (who.ali, who.laoqin_actor, make.chair(who.elsewhere), who.cadre):
        assert list(Transfer.objects.visible_to(actor)) == [asked]
    assert list(Transfer.objects.waiting_for(who.ali)) == [asked]
    assert list(Transfer.objects.waiting_for(make.chair(who.elsewhere))) == []


def test_the_member_may_withdraw_and_a_retained_one_becomes_active_by_moving() -> None:
    who = make.cast()
    kept = make.member(who.elsewhere, state=MembershipState.RETAINED)
    actor = make.worker(kept.person)
    first = transfers.ask(actor=actor, person_id=kept.person_id, to_union_id=who.union.pk, at=make.AT)
    assert transfers.withdraw(actor=actor, transfer_id=first.pk, at=make.AT).state == "withdrawn"

    second = transfers.ask(actor=who.ali, person_id=kept.person_id, to_union_id=who.union.pk, at=make.AT)
    transfers.release(actor=make.chair(who.elsewhere), transfer_id=second.pk, at=make.AT)

    assert running(kept) == (who.union.pk, "active", make.TODAY)
    assert tallies.recount() == []


def test_silence_does_not_carry_into_a_union_that_closed_and_holds_up_no_other() -> None:
    who = make.cast()
    second = make.member(who.elsewhere)
    third = make.union("三厂工会", who.county)
    doomed = transfers.ask(actor=who.cadre, person_id=who.laoqin.person_id, to_union_id=third.pk, at=make.AT)
    fine = transfers.ask(actor=who.ali, person_id=second.person_id, to_union_id=who.union.pk, at=make.AT)
    type(third).objects.filter(pk=third.pk).update(state="closed", closed_on=make.TODAY)
    end = fine.silent_after
    assert end is not None

    assert transfers.default_silent(at=end) == 1

    assert Transfer.objects.get(pk=doomed.pk).state == "refused"
    assert running(who.laoqin)[0] == who.elsewhere.pk
    assert running(second)[0] == who.union.pk


def test_the_new_union_asks_for_somebody_who_shows_her_card() -> None:
    who = make.cast()
    person = who.laoqin.person
    card = person.resident_id

    for name, number in [("老钱", card), ("老秦", make.resident_id(999)), ("老秦", "")]:
        with pytest.raises(transfers.NothingToTransfer):
            transfers.ask_for(
                actor=who.ali, name=name, resident_id=number, to_union_id=who.union.pk, at=make.AT
            )
    with pytest.raises(NotAllowed):
        transfers.ask_for(
            actor=make.chair(who.elsewhere),
            name="老秦",
            resident_id=card,
            to_union_id=who.union.pk,
            at=make.AT,
        )
    asked = transfers.ask_for(
        actor=who.ali, name=" 老秦", resident_id=card, to_union_id=who.union.pk, at=make.AT
    )

    assert (asked.person, asked.state) == (person, "accepted")
    assert Transfer.objects.count() == 1


def test_what_is_missing_is_asked_once_and_answered_by_the_member_alone() -> None:
    who = make.cast()
    new_chair = make.person("孙主席")
    seat(who.union, new_chair)
    asked = transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    )
    with pytest.raises(NotAllowed):
        transfers.ask_member(
            actor=make.chair(who.elsewhere), transfer_id=asked.pk, question="入职日期？", at=make.AT
        )
    with pytest.raises(InvalidInput):
        transfers.ask_member(actor=who.ali, transfer_id=asked.pk, question=" ", at=make.AT)
    with pytest.raises(StaleState):
        transfers.answer(actor=who.laoqin_actor, transfer_id=asked.pk, words="十月", at=make.AT)

    transfers.ask_member(actor=who.ali, transfer_id=asked.pk, question=" 入职日期和工种 ", at=make.AT)

    with pytest.raises(transfers.AskedAlready):
        transfers.ask_member(actor=who.ali, transfer_id=asked.pk, question="还有照片", at=make.AT)
    with pytest.raises(NotAllowed):
        transfers.answer(actor=who.ali, transfer_id=asked.pk, words="替她答", at=make.AT)
    with pytest.raises(InvalidInput):
        transfers.answer(actor=who.laoqin_actor, transfer_id=asked.pk, words="", at=make.AT)
    row = transfers.answer(actor=who.laoqin_actor, transfer_id=asked.pk, words="十月八日，注塑工", at=make.AT)
    assert (row.state, row.question, row.answer) == ("asked", "入职日期和工种", "十月八日，注塑工")
    with pytest.raises(StaleState):
        transfers.answer(actor=who.laoqin_actor, transfer_id=asked.pk, words="再答一次", at=make.AT)
    told = list(Notice.objects.order_by("pk").values_list("template", "person_id"))[-3:]
    assert told == [
        ("registry.transfer_missing", who.laoqin.person_id),
        ("registry.transfer_answered", who.laoqin.person_id),
        ("registry.member_answered", new_chair.pk),
    ]
    assert transfers.accept(actor=who.ali, transfer_id=asked.pk, at=make.AT).state == "accepted"
