"""Moving an installation from SQLite to PostgreSQL: everything in one transaction, or nothing."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction

from smartunion.core import statistics

TARGET = "move_target"
BATCH = 5000
Read = Callable[[Any], object]


class CannotMove(Exception):
    """The two databases are not what they must be, or what arrived differs from what left."""


@dataclass(frozen=True)
class Moved:
    """One table: rows, and a digest of their values that does not depend on their order."""

    table: str
    rows: int
    digest: str


def move(target: dict[str, Any]) -> Iterator[Moved]:
    """Copy every table of the SQLite database to an empty PostgreSQL one, and compare both row by row.

    target: a database as in settings. Yields each table when it is compared. All tables, their rows and the sequences
    arrive in one transaction: whatever goes wrong leaves the target as empty as it was. The source is read in one
    transaction that keeps writers out. Raises CannotMove.
    """
    if connection.vendor != "sqlite" or "postgresql" not in str(target.get("ENGINE", "")):
        raise CannotMove(
            "Only an installation on SQLite can be moved, and only to PostgreSQL. Take DATABASE_URL away, so that the "
            "SQLite database is in use, and name a postgresql:// address."
        )
    connections.settings[TARGET] = {**connections.settings["default"], "OPTIONS": {}, **target}
    try:
        connections[TARGET].ensure_connection()
    except DatabaseError as error:
        raise CannotMove(
            f"The PostgreSQL database cannot be reached: {str(error).strip()} Create it with createdb, and check name, "
            "user and password in the address."
        ) from error
    try:
        with transaction.atomic(), transaction.atomic(using=TARGET):
            yield from _move_all()
        statistics.refresh(TARGET)
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.settings[TARGET]


def _move_all() -> Iterator[Moved]:
    into = connections[TARGET]
    if into.introspection.table_names():
        raise CannotMove(
            "The PostgreSQL database is not empty. Name an empty one: nothing that is there is ever overwritten."
        )
    call_command("migrate", database=TARGET, verbosity=0, interactive=False)
    wanted = tables()
    names = ", ".join(into.ops.quote_name(model._meta.db_table) for model in wanted)
    with into.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
        )  # no checks may be pending
        cursor.execute(f"TRUNCATE {names}")  # what migrating has put there comes with the rows
    for model in wanted:
        left, arrived = _copy(model), _arrived(model)
        if left != arrived:
            raise CannotMove(
                f"{left.table} did not arrive as it left: {left.rows} rows left, {arrived.rows} arrived, or values "
                "differ. Nothing was kept in PostgreSQL. Please report this with the version of the program."
            )
        yield arrived
    with into.cursor() as cursor:
        for statement in into.ops.sequence_reset_sql(no_style(), wanted):
            cursor.execute(statement)


def tables() -> list[type[models.Model]]:
    """One model for every table, those that others point to first where no circle prevents it."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    order: dict[str, type[models.Model]] = {}

    def put(model: type[models.Model], above: frozenset[str]) -> None:
        table = model._meta.db_table
        if table in order or table in above:
            return
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey):
                put(found[field.related_model._meta.db_table], above | {table})
        order[table] = found[table]

    for model in found.values():
        put(model, frozenset())
    return list(order.values())


def _copy(model: type[models.Model]) -> Moved:
    """Stream one table over; what left."""
    columns, reads = _columns(model)
    table = model._meta.db_table
    listed = ", ".join(f'"{column}"' for column in columns)
    tally = _Tally(table, reads)
    with connection.cursor() as source, connections[TARGET].cursor() as cursor:
        source.execute(f'SELECT {listed} FROM "{table}"')  # noqa: S608  our own names
        with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
            while rows := source.fetchmany(BATCH):
                for row in rows:
                    copy.write_row(row)
                tally.add(rows)
    return tally.moved()


def _arrived(model: type[models.Model]) -> Moved:
    columns, reads = _columns(model)
    table = model._meta.db_table
    listed = ", ".join(f'"{column}"' for column in columns)
    tally = _Tally(table, reads)
    with connections[TARGET].chunked_cursor() as cursor:
        cursor.execute(f'SELECT {listed} FROM "{table}"')  # noqa: S608  our own names
        while rows := cursor.fetchmany(BATCH):
            tally.add(rows)
    return tally.moved()


class _Tally:
    """Counts rows and sums up the hashes of their values, so that the order in which a database gives them is no matter."""

    def __init__(self, table: str, reads: Sequence[Read]) -> None:
        self._table, self._reads, self._rows, self._sum = table, reads, 0, 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            plain = [
                None if value is None else read(value) for read, value in zip(self._reads, row, strict=True)
            ]
            self._sum += int.from_bytes(blake2b(repr(plain).encode(), digest_size=16).digest())
        self._rows += len(rows)

    def moved(self) -> Moved:
        return Moved(self._table, self._rows, f"{self._sum % 2**128:032x}")


def _columns(model: type[models.Model]) -> tuple[list[str], list[Read]]:
    fields = model._meta.local_concrete_fields
    return [str(field.column) for field in fields], [_reader(field) for field in fields]


def _reader(field: "models.Field[Any, Any]") -> Read:
    """How a value of either database is read for comparison."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, models.BinaryField):
        return bytes
    if isinstance(target, models.DateTimeField):
        return _instant
    if isinstance(target, (models.DateField, models.TimeField, models.DurationField)):
        return str
    if isinstance(target, models.BooleanField):
        return bool
    if isinstance(target, models.JSONField):
        return lambda value: json.dumps(
            json.loads(value) if isinstance(value, str) else value, sort_keys=True
        )
    if isinstance(target, models.DecimalField):
        step = Decimal(1).scaleb(-target.decimal_places)
        return lambda value: str(Decimal(str(value)).quantize(step))
    if isinstance(target, models.UUIDField):
        return lambda value: UUID(str(value)).hex
    return _same


def _instant(value: Any) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return str(moment.isoformat())


def _same(value: object) -> object:
    return value
