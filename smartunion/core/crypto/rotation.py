"""Re-sealing what is stored under an older key, so that the older key can be taken away."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.crypto.ring import ring
from smartunion.core.crypto.suites import CannotOpen
from smartunion.core.files.intake import disk_path
from smartunion.core.files.models import StoredFile
from smartunion.core.files.sealed import MAGIC, SealedWriter, chunks

BATCH = 1000


@dataclass
class Tally:
    """What one column, or the files, came to; every number counts values."""

    name: str
    current: int = 0
    resealed: int = 0
    waiting: int = 0
    unreadable: int = 0


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of every model, once; order of the apps."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def rotate(*, write: bool = True) -> list[Tally]:
    """Seal every value and every stored file under the newest key; without `write`, only count what waits.

    One Tally per column, then one for the files. Safe to stop and to repeat, and while the program runs: a value that
    somebody changed meanwhile is left as it is, since it was sealed anew then. A value that does not open stays
    untouched and is counted as unreadable.
    """
    return [_column(model, field, write) for model, field in sealed_columns()] + [_files(write)]


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
        tally.resealed += _store(model, field, fresh)
    return tally


def _names(model: type[models.Model], field: EncryptedTextField) -> tuple[str, str, str]:
    """Table, column and key column as SQL writes them."""
    quote, key = connection.ops.quote_name, model._meta.pk.column
    assert field.column is not None
    assert key is not None
    return quote(model._meta.db_table), quote(field.column), quote(key)


def _batches(model: type[models.Model], field: EncryptedTextField) -> Iterator[list[tuple[Any, bytes]]]:
    """Raw values by primary key (a number or UUID: Any), in batches; SQL, because the field would open them."""
    table, column, key = _names(model, field)
    start = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608  names of our own models
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            if last is None:
                cursor.execute(f"{start} ORDER BY {key} LIMIT {BATCH}")
            else:
                cursor.execute(f"{start} AND {key} > %s ORDER BY {key} LIMIT {BATCH}", [last])
            rows = [(row[0], bytes(row[1])) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _store(
    model: type[models.Model], field: EncryptedTextField, fresh: list[tuple[bytes, Any, bytes]]
) -> int:
    """Write one batch in one transaction, each row only if it still holds what was read; returns how many did."""
    table, column, key = _names(model, field)
    statement = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608  as above
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
            tally.resealed += 1
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
