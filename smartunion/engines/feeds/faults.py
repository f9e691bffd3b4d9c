"""The values of one column of a department's file that are not valid, looked up in the table the file became."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import polars as pl
from django.conf import settings
from django.utils import translation

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.files.intake import open_file, private_folder
from smartunion.engines.feeds.models import Snapshot
from smartunion.engines.feeds.quality import invalid
from smartunion.engines.feeds.service import write_snapshot
from smartunion.engines.feeds.standard import Column

#: As many are shown; the count of all stands in the report.
SHOWN = 200
_MASKS = {"resident_id": mask_resident_id, "mobile": mask_phone}


@dataclass(frozen=True)
class Fault:
    """record: which record of the table, from 1; row: of the file, where it is known; value: hidden where it is personal."""

    value: str
    record: int | None = None
    row: int | None = None


def faults_of(snapshot: Snapshot, column: Column) -> list[Fault]:
    """The first of them: those that could not be read with their row, then those that fail the check of their kind."""
    unread = list(islice(_unread(snapshot, column), SHOWN))
    return [*unread, *islice(_failing(snapshot, column), SHOWN - len(unread))]


def _unread(snapshot: Snapshot, column: Column) -> Iterator[Fault]:
    """Lines of the list of what was not taken; it names columns in the language it was written in."""
    if snapshot.rejects is None:
        return
    called = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            called.add(str(column.label))
    with open_file(snapshot.rejects) as stream:
        for line in csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline="")):
            if line[1] in called and line[0].isdigit():
                yield Fault(line[2], row=int(line[0]))


def _failing(snapshot: Snapshot, column: Column) -> Iterator[Fault]:
    if snapshot.parquet is None:
        return
    hide = _MASKS.get(column.kind, str)
    with private_folder() as folder:
        target = folder / "table.parquet"
        write_snapshot(snapshot, target)
        rows = pl.scan_parquet(target).select(column.key).with_row_index("record", offset=1).collect()
    filled = rows.filter(pl.col(column.key).is_not_null() & (pl.col(column.key).cast(pl.String) != ""))
    wrong = filled.filter(invalid(filled[column.key], column.kind)).head(SHOWN)
    for record, value in wrong.iter_rows():
        yield Fault(hide(str(value)), record=record)
