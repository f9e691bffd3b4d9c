"""Re-sealing and re-indexing what is stored under an older key, so that the older key can be taken away."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.crypto.ring import ring
from smartunion.core.crypto.suites import CannotOpen
from smartunion.core.files.intake import disk_path
from smartunion.core.files.models import StoredFile
from smartunion.core.files.sealed import MAGIC, SealedWriter, chunks

BATCH = 1000
_Fresh = tuple[
    bytes | None, Any, bytes
]  # new value, key (a number or UUID: Any), the sealed value it was made of


@dataclass
class Tally:
    """What one column, or the files, came to; every number counts values.

    twins: rows whose new index another row bears already, so that theirs stays under the older key.
    """

    name: str
    current: int = 0
    renewed: int = 0
    waiting: int = 0
    unreadable: int = 0
    twins: int = 0


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of every model, once; order of the apps."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def index_columns() -> Iterator[tuple[type[models.Model], BlindIndexField, EncryptedTextField]]:
    """Every blind index with the encrypted column it is made of; order of the apps."""
    for model, sealed in sealed_columns():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, BlindIndexField) and field.source == sealed.name:
                yield model, field, sealed


def rotate(*, write: bool = True) -> list[Tally]:
    """Seal every value and every stored file, and make every blind index, under the newest key; without `write`, only
    count what waits.

    One Tally per encrypted column, one per index, then one for the files. Safe to stop and to repeat, and while the
    program runs: a value that somebody changed meanwhile is left as it is, since it was sealed anew then. A value that
    does not open stays untouched, its index too, and is counted as unreadable. An index whose key is lost is made anew
    as well: the value beside it says what it is.
    """
    sealed = [_column(model, field, write) for model, field in sealed_columns()]
    indexes = [_index(model, field, source, write) for model, field, source in index_columns()]
    return [*sealed, *indexes, _files(write)]


def _column(model: type[models.Model], field: EncryptedTextField, write: bool) -> Tally:
    tally = Tally(f"{model._meta.label}.{field.attname}")
    aad = f"{model._meta.db_table}.{field.column}".encode()
    for batch in _batches(model, field):
        fresh = []
        for key, sealed in batch:
            if ring().is_current(sealed):
                tally.current += 1
                continue
            try:
                plain = ring().open(sealed, aad)
            except CannotOpen:
                tally.unreadable += 1
                continue
            if write:
                fresh.append((ring().seal(plain, aad), key, sealed))
            else:
                tally.waiting += 1
        tally.renewed += _store(model, field, field, fresh)
    return tally


def _index(
    model: type[models.Model], field: BlindIndexField, source: EncryptedTextField, write: bool
) -> Tally:
    tally = Tally(f"{model._meta.label}.{field.attname}")
    aad = f"{model._meta.db_table}.{source.column}".encode()
    for batch in _batches(model, source, field):
        fresh = []
        for key, sealed, stored in batch:
            try:
                index = field.index(ring().open(sealed, aad).decode())
            except CannotOpen:
                continue  # counted where the value itself is
            if index == (None if stored is None else bytes(stored)):
                tally.current += 1
            elif write:
                fresh.append((index, key, sealed))
            else:
                tally.waiting += 1
        done, twins = _store_indexes(model, field, source, fresh)
        tally.renewed += done
        tally.twins += twins
    return tally


def _store_indexes(
    model: type[models.Model], field: BlindIndexField, source: EncryptedTextField, fresh: Sequence[_Fresh]
) -> tuple[int, int]:
    """How many were written, and how many could not be since another row bears the same index."""
    try:
        return _store(model, field, source, fresh), 0
    except IntegrityError:
        done = twins = 0
        for row in fresh:
            try:
                done += _store(model, field, source, [row])
            except IntegrityError:
                twins += 1
        return done, twins


def _names(model: type[models.Model], *fields: "models.Field[Any, Any]") -> list[str]:
    """Table, key column and columns as SQL writes them."""
    return [
        connection.ops.quote_name(str(name))
        for name in (model._meta.db_table, model._meta.pk.column, *(field.column for field in fields))
    ]


def _batches(
    model: type[models.Model], sealed: EncryptedTextField, *more: "models.Field[Any, Any]"
) -> Iterator[list[tuple[Any, ...]]]:
    """Key (a number or UUID: Any), sealed value, raw values of more fields; SQL, because the fields would open them."""
    table, key, column, *others = _names(model, sealed, *more)
    wanted = ", ".join([key, column, *others])
    start = f"SELECT {wanted} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608  names of our own models
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            if last is None:
                cursor.execute(f"{start} ORDER BY {key} LIMIT {BATCH}")
            else:
                cursor.execute(f"{start} AND {key} > %s ORDER BY {key} LIMIT {BATCH}", [last])
            rows = [(row[0], bytes(row[1]), *row[2:]) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _store(
    model: type[models.Model],
    field: "models.Field[Any, Any]",
    source: EncryptedTextField,
    fresh: Sequence[_Fresh],
) -> int:
    """Write one batch in one transaction, each row only if its sealed value is still the one read; returns how many."""
    table, key, column, sealed = _names(model, field, source)
    statement = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {sealed} = %s"  # noqa: S608  as above
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for row in fresh:
            cursor.execute(statement, row)
            done += cursor.rowcount
    return done


def _files(write: bool) -> Tally:
    tally = Tally("files")
    newest = next(iter(ring().keys))
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=BATCH):
        path = disk_path(stored)
        try:
            with path.open("rb") as source:
                head = source.read(len(MAGIC) + 1)
        except FileNotFoundError:
            tally.unreadable += 1
            continue
        if head[len(MAGIC) :] == bytes([newest]):
            tally.current += 1
        elif not write:
            tally.waiting += 1
        elif _reseal_file(stored):
            tally.renewed += 1
        else:
            tally.unreadable += 1
    return tally


def _reseal_file(stored: StoredFile) -> bool:
    """Write the file anew beside the old one and put it in its place in one step; False when it does not open."""
    path = disk_path(stored)
    beside = path.with_name(f"{path.name}.resealing")
    writer = SealedWriter(beside.open("wb"), str(stored.pk))
    try:
        with path.open("rb") as source:
            for chunk in chunks(source, str(stored.pk)):
                writer.write(chunk)
        intact = writer.digest() == stored.sha256
    except CannotOpen:
        intact = False
    writer.close()
    if intact:
        os.replace(beside, path)
    else:
        beside.unlink()
    return intact
