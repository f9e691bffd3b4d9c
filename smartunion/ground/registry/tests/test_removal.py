"""Rows deleted many at once, as Django would have deleted them one by one."""

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from smartunion.core import removal
from smartunion.ground.registry.models import Consent, Membership, Person, TradeUnion
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> TradeUnion:
    return make.union("宁海模具工会", make.federation())


def test_rows_nobody_refers_to_go_in_one_statement_and_others_stay() -> None:
    first, second, third = (make.person().pk for _ in range(3))

    with CaptureQueriesContext(connection) as spent:
        removal.delete(Person, [first, third])

    assert list(Person.objects.values_list("pk", flat=True)) == [second]
    assert [q["sql"].split()[0] for q in spent.captured_queries].count("DELETE") == 1


def test_a_row_between_them_that_is_referred_to_holds_nothing_up(union: TradeUnion) -> None:
    first, member, last = (make.person() for _ in range(3))
    spell = make.membership(member, union)

    removal.delete(Person, [first.pk, last.pk])

    assert list(Person.objects.values_list("pk", flat=True)) == [member.pk]
    assert list(Membership.objects.values_list("pk", flat=True)) == [spell.pk]


def test_what_is_protected_keeps_all(union: TradeUnion) -> None:
    free, member = make.person(), make.person()
    make.membership(member, union)

    with pytest.raises(ProtectedError):
        removal.delete(Person, [free.pk, member.pk])

    assert set(Person.objects.values_list("pk", flat=True)) == {free.pk, member.pk}


def test_what_belongs_to_a_row_goes_with_it() -> None:
    agreed, other = make.person(), make.person()
    for person in (agreed, other):
        Consent.objects.create(person=person, purpose="news", text_version="1", given_at=person.created_at)

    removal.delete(Person, [agreed.pk])

    assert list(Person.objects.values_list("pk", flat=True)) == [other.pk]
    assert list(Consent.objects.values_list("person_id", flat=True)) == [other.pk]


def test_no_keys_ask_nothing() -> None:
    with CaptureQueriesContext(connection) as spent:
        removal.delete(Person, [])

    assert len(spent) == 0
