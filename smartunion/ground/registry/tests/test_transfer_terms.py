"""A new union that does not answer: reminded, then its request goes to the union above, never by itself to its end."""

from datetime import datetime, timedelta

import pytest

from smartunion.core.clock import SHANGHAI
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import transfer_terms, transfers
from smartunion.ground.registry.models import Membership, TradeUnion, Transfer
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_transfers import seat

pytestmark = pytest.mark.django_db
#: Asked on Saturday 21 November 2026: five working days are over with Friday the 27th, five more with 4 December.
DUE, NEXT = datetime(2026, 11, 28, tzinfo=SHANGHAI), datetime(2026, 12, 5, tzinfo=SHANGHAI)
NOTHING = {"begun": 0, "passed_on": 0, "reminded": 0}


def asked(who: make.Cast) -> Transfer:
    return transfers.ask(
        actor=who.laoqin_actor, person_id=who.laoqin.person_id, to_union_id=who.union.pk, at=make.AT
    )


def told(template: str) -> list[int | None]:
    return list(Notice.objects.filter(template=template).order_by("pk").values_list("person_id", flat=True))


def test_the_chair_is_reminded_once_before_the_term_ends() -> None:
    who = make.cast()
    chair = make.person("孙主席")
    seat(who.union, chair)
    transfer = asked(who)

    assert (transfer.answer_by, transfer.remind_at) == (DUE, DUE - timedelta(days=2))
    assert transfer_terms.look_after(at=DUE - timedelta(days=2, seconds=1)) == NOTHING
    assert transfer_terms.look_after(at=DUE - timedelta(days=2)) == NOTHING | {"reminded": 1}
    assert transfer_terms.look_after(at=DUE - timedelta(days=1)) == NOTHING

    assert told("registry.member_waits") == [chair.pk]
    assert "请在2026-11-27前同意或不同意" in Notice.objects.get(template="registry.member_waits").body


def test_an_unanswered_request_goes_to_the_union_above_and_nobody_is_taken_in() -> None:
    who = make.cast()
    above_chair = make.person("周主席")
    above = TradeUnion.objects.get(pk=who.union.parent_id)
    seat(above, above_chair)
    transfer = asked(who)

    assert transfer_terms.look_after(at=DUE - timedelta(seconds=1))["passed_on"] == 0
    assert transfer_terms.look_after(at=DUE)["passed_on"] == 1
    assert transfer_terms.look_after(at=DUE)["passed_on"] == 0

    transfer.refresh_from_db()
    assert (transfer.state, transfer.held_by_id, transfer.answer_by) == ("asked", above.pk, NEXT)
    assert Membership.objects.get(person=who.laoqin.person, ended_on=None).union_id == who.elsewhere.pk
    assert told("registry.transfer_late") == [who.laoqin.person_id]
    body = Notice.objects.get(template="registry.transfer_late").body
    assert f"到2026-11-27仍未答复，已转{above.name}督办，最迟2026-12-04答复" in body
    assert told("registry.transfer_late_below") == [above_chair.pk]


def test_it_goes_on_upwards_and_stays_with_the_topmost() -> None:
    who = make.cast()
    transfer, at, holders = asked(who), DUE, []
    for _term in range(6):
        transfer_terms.look_after(at=at)
        transfer.refresh_from_db()
        assert transfer.answer_by is not None
        holders.append(transfer.held_by_id)
        at = transfer.answer_by

    chain = []
    union = TradeUnion.objects.get(pk=who.union.pk)
    while union.parent is not None:
        union = union.parent
        chain.append(union.pk)
    assert holders == (chain + [chain[-1]] * 6)[:6]
    assert transfer.state == "asked"


def test_the_union_above_decides_in_its_place() -> None:
    who = make.cast()
    transfer = asked(who)
    transfer_terms.look_after(at=DUE)
    cadre = make.cadre(TradeUnion.objects.get(pk=who.union.parent_id))

    accepted = transfers.accept(actor=cadre, transfer_id=transfer.pk, at=DUE)

    assert accepted.state == "accepted"
    assert accepted.answer_until is None
    assert transfer_terms.look_after(at=NEXT) == NOTHING


def test_the_days_stand_still_while_the_member_is_asked() -> None:
    who = make.cast()
    transfer = asked(who)
    transfers.ask_member(actor=who.ali, transfer_id=transfer.pk, question="请补劳动合同照片", at=make.AT)

    assert transfer_terms.look_after(at=NEXT) == NOTHING
    transfers.answer(actor=who.laoqin_actor, transfer_id=transfer.pk, words="已补", at=DUE)

    transfer.refresh_from_db()
    assert (transfer.answer_by, transfer.held_by_id) == (NEXT, None)
    assert transfer_terms.look_after(at=NEXT)["passed_on"] == 1


def test_requests_of_before_begin_their_term_when_they_are_first_looked_at() -> None:
    who = make.cast()
    transfer = asked(who)
    Transfer.objects.update(answer_by=None, remind_at=None)

    assert transfer_terms.look_after(at=make.AT) == NOTHING | {"begun": 1}

    transfer.refresh_from_db()
    assert transfer.answer_by == DUE
