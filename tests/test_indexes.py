"""What the tables are indexed by: every index is written with every row, so none may repeat another."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, UniqueConstraint

from smartunion.core.paths import PathField

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
