"""Rows prepared in another process arrive as they were given, whatever their texts hold."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from smartunion.core import bulk
from smartunion.core.tests.lives import examples
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NAMES = (
    "name",
    "hukou_place",
    "resident_id",
    "mobile",
    "birth_date",
    "is_migrant",
    "created_at",
    "updated_at",
)


class TestAnyRow(TestCase):
    @settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
    @given(
        rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.dates(date(1900, 1, 1)) | st.none(), st.none() | st.booleans()),
                      min_size=1, max_size=4)
    )  # fmt: skip
    def test_arrives_as_it_was_given(
        self, rows: list[tuple[str, str, str, date | None, bool | None]]
    ) -> None:
        at = make.AT + timedelta(microseconds=7)
        given = [(name, place, None, phone, born, flag, at, at) for name, place, phone, born, flag in rows]
        keys = bulk.reserved_keys(Person, len(rows))

        written = bulk.insert_prepared(
            Person, "id", NAMES, zip(keys, bulk.prepared(Person, "id", NAMES, given), strict=True)
        )

        stored = Person.objects.filter(pk__in=keys).order_by("pk")
        assert written == len(rows)
        expected = [(n, p, "", phone, b, f, c, u) for n, p, _id, phone, b, f, c, u in given]
        assert list(stored.values_list(*NAMES)) == expected
        assert [bytes(person.mobile_index or b"") for person in stored] == [
            Person._meta.get_field("mobile_index").index(row[3]) or b"" for row in given
        ]
        assert set(stored.values_list("version", "is_new_form", "row_digest")) == {(1, False, None)}


def test_columns_that_are_not_named_get_their_defaults() -> None:
    names = ("kind", "key", "happened_on", "recorded_at", "path", "subject_type", "subject_id", "user_id")
    rows = [
        (
            "registry.member_joined",
            "k\\N\t1",
            date(2026, 1, 2),
            make.AT,
            "aa/",
            "registry.membership",
            4,
            None,
        )
    ]

    bulk.insert_prepared(
        Fact, "person_id", names, zip([9], bulk.prepared(Fact, "person_id", names, rows), strict=True)
    )

    fact = Fact.objects.get()
    assert (fact.key, fact.person_id, fact.quantity, fact.attrs, fact.user_id) == ("k\\N\t1", 9, 1, {}, None)
    assert bulk.prepared(Fact, "person_id", names, []) == []
