"""Writing many sums in one statement: a tenth of the time of model rows, which an import of 100,000 members feels."""

from collections.abc import Mapping

from django.db import connection

from smartunion.ground.facts.rules import TallyKey

_ADD = "INSERT INTO facts_tallydelta (kind, path, day, quantity) {source}"
_FOLD = (
    "INSERT INTO facts_dailytally AS kept (kind, path, day, quantity) {source} "
    "ON CONFLICT (kind, path, day) DO UPDATE SET quantity = kept.quantity + excluded.quantity"
)


def add_deltas(sums: Mapping[TallyKey, int]) -> None:
    """Insert the sums as deltas."""
    _write(_ADD, sums)


def add_to_tallies(sums: Mapping[TallyKey, int]) -> None:
    """Add the sums to their tallies, in one order in every process, so that two writers cannot deadlock."""
    _write(_FOLD, sums)


def _write(statement: str, sums: Mapping[TallyKey, int]) -> None:
    if not sums:
        return
    as_date = connection.ops.adapt_datefield_value
    rows = [(kind, path, as_date(day), quantity) for (kind, path, day), quantity in sorted(sums.items())]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source = "SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::bigint[])"
            cursor.execute(
                statement.format(source=source), [list(column) for column in zip(*rows, strict=True)]
            )
        else:
            cursor.executemany(statement.format(source="VALUES (%s, %s, %s, %s)"), rows)
