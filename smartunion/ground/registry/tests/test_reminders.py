"""Reminders: ahead and after the end, once each, to the chair; not for terms that were followed by another."""

from datetime import date, timedelta

import pytest

from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows.reminders import remind_of_endings
from smartunion.ground.registry.models import Certificate, Officer, Term, TradeUnion
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def chaired(ends_on: date, ordinal: int = 1, union: TradeUnion | None = None) -> Term:
    union = union or make.union()
    term = Term.objects.create(
        union=union, ordinal=ordinal, starts_on=ends_on - timedelta(days=1000), ends_on=ends_on
    )
    head = make.person()
    Officer.objects.create(term=term, person=head, name=head.name, organ="committee", post="chair")
    return term


def told() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("template", flat=True))


def test_a_chair_is_told_ninety_days_ahead_and_again_when_the_term_is_over() -> None:
    term = chaired(make.TODAY + timedelta(days=90))

    assert remind_of_endings(at=make.AT - timedelta(days=1)) == 0
    assert told() == []
    remind_of_endings(at=make.AT)
    remind_of_endings(at=make.AT + timedelta(days=30))
    assert told() == ["registry.term_ends"]
    remind_of_endings(at=make.AT + timedelta(days=90))

    assert told() == ["registry.term_ends", "registry.term_ended"]
    body = Notice.objects.earliest("pk").body
    assert term.union.name in body


def test_an_elected_successor_and_a_closed_union_need_no_reminder() -> None:
    over = chaired(make.TODAY - timedelta(days=1))
    chaired(make.TODAY + timedelta(days=900), 2, over.union)
    chaired(make.TODAY, union=make.union(state="closed", closed_on=make.TODAY))

    assert remind_of_endings(at=make.AT) == 0
    assert told() == []


def test_a_legal_person_certificate_is_announced_a_founding_one_is_not() -> None:
    union = chaired(make.TODAY + timedelta(days=2000)).union
    ends = make.TODAY + timedelta(days=60)
    for kind in ("legal_person", "founding"):
        Certificate.objects.create(
            union=union, number=kind, kind=kind, issued_on=make.DAY, valid_to=ends, issued_by="县总工会"
        )

    assert remind_of_endings(at=make.AT) == 1
    assert told() == ["registry.certificate_ends"]
    Certificate.objects.update(state="replaced", ended_on=make.TODAY)
    Certificate.objects.create(
        union=union, number="新证", kind="legal_person", issued_on=make.TODAY, issued_by="县总工会",
        valid_to=ends + timedelta(days=1000),
    )  # fmt: skip
    assert remind_of_endings(at=make.AT) == 0
