"""What the tables are indexed by: every index is written with every row, so none may repeat another."""

import copy
import json

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, UniqueConstraint

from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.tests import factories as make

OURS = [model for model in apps.get_models() if model.__module__.startswith("smartunion.")]


def _leads(model: type[Model]) -> set[str]:
    """First columns of the whole-table indexes that hold more than one column."""
    lists = [tuple(index.fields) for index in model._meta.indexes if index.condition is None]
    lists += [
        tuple(one.fields)
        for one in model._meta.constraints
        if isinstance(one, UniqueConstraint) and one.condition is None
    ]
    return {columns[0].lstrip("-") for columns in lists if columns}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_column_has_an_index_that_another_begins_with(model: type[Model]) -> None:
    single = {
        field.name
        for field in model._meta.local_fields
        if getattr(field, "db_index", False) and not field.unique
    }
    assert single & _leads(model) == set()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_path_of_a_union_sorts_byte_by_byte(model: type[Model]) -> None:
    """Else a range of paths would hold other rows on PostgreSQL than on SQLite."""
    named = [
        field for field in model._meta.local_fields if field.name == "path" or field.name.endswith("_path")
    ]

    assert [field for field in named if not isinstance(field, PathField)] == (
        named if model._meta.label == "core.StoredFile" else []  # a place on the disk
    )


@pytest.mark.django_db
def test_columns_asked_for_whole_have_no_index_by_their_beginning() -> None:
    """Django makes one beside every index of a text column, even of one compared byte by byte, whose own index serves
    beginnings: `core.physical.no_index_by_beginning` takes it away again.
    """
    if connection.vendor != "postgresql":
        pytest.skip("SQLite searches by the beginning in the index itself")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%pattern_ops%'")
        kept = {name for (name,) in cursor.fetchall()}

    theirs = ("auth_", "django_")
    ours = {name for name in kept if not name.startswith(theirs)}
    asked = ("notices_notice_key_", "registry_region_code_")  # alone asked for by their beginning
    assert sorted(name.removesuffix("_like")[:-8] for name in ours) == sorted(asked)


@pytest.mark.django_db
def test_postgresql_knows_that_whoever_left_is_among_the_ended() -> None:
    """Else it takes the hundreds who left for one, and gathers and sorts all who ended to show the first fifty."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no such counts")
    runs = make.member(make.union())
    left = copy.copy(runs)
    left.state, left.ended_on, left.end_type, left.reason = "ended", make.TODAY, "left", "own_wish"
    people = [Person(name="某人", created_at=make.AT, updated_at=make.AT) for _n in range(1000)]
    spells = []
    for number, person in enumerate(Person.objects.bulk_create(people)):
        spell = copy.copy(left if number < 50 else runs)
        spell.pk, spell.person = None, person
        spells.append(spell)
    Membership.objects.bulk_create(spells)
    rows = Membership.objects.filter(
        state="ended", end_type__in=["left", "expelled"], end_type="left", reason="own_wish"
    )

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_membership")
    (plan,) = json.loads(rows.explain(format="json"))

    assert rows.count() == 50
    assert 40 <= plan["Plan"]["Plan Rows"] <= 60
