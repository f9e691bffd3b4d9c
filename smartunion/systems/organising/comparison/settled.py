"""Which rows of the market register need no look: the row and the employer it leads to are as a comparison left them.

What is kept from one month to the next are marks, a digest for each such pair: the row as the department wrote it, the people
insured there, and the employer as it stood afterwards. Rows of which people hold something against the register, or whose
code another employer has, get none and are looked at each month. A mark says of a pair that looking at it changes
nothing; that stays true whatever happens to either side, since another row or employer has another mark. So marks cannot
be stale: they may come from any earlier run, also from one that was stopped, or from before a backup was brought back.
"""

import hashlib
import importlib
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from smartunion import __version__
from smartunion.core import columns
from smartunion.core.actor import Actor
from smartunion.core.crypto.suites import CannotOpen
from smartunion.core.files.intake import drop, keeping, stream
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.comparison.workbench import workbench
from smartunion.systems.organising.matching.sqltext import literal
from smartunion.systems.organising.models import MatchRun

#: What the department says of an entity, as far as employers follow it.
COLUMNS = (
    "entity_id", "name", "uscc", "old_reg_no", "status", "district", "address", "founded", "legal_person", "former_name",
    "entity_type",
)  # fmt: skip
#: What follows it, of an employer.
UPDATED = (
    "name", "name_key", "brand_key", "pinyin", "former_name", "uscc", "old_reg_no", "org_code", "state", "region_id",
    "territory_path", "address", "founded_on", "legal_person", "insured_count", "unit_nature",
)  # fmt: skip
#: Change one of these and every row is looked at again.
_READERS = (
    "smartunion.systems.organising.comparison.employers", "smartunion.systems.organising.comparison.held",
    "smartunion.systems.organising.comparison.places", "smartunion.systems.organising.comparison.settled",
    "smartunion.ground.registry.naming", "smartunion.ground.registry.regions",
    "smartunion.ground.registry.rules.text", "smartunion.core.pinyin", "smartunion.core.codes.folding",
    "smartunion.core.codes.uscc",
)  # fmt: skip
_NUMBERS = {"region_id": pa.int64(), "insured_count": pa.int64(), "founded_on": pa.date32()}
_EMPLOYER = pa.schema(
    [("entity_id", pa.string()), *((name, _NUMBERS.get(name, pa.string())) for name in UPDATED)]
)
_MADE_BY = b"made_by"


class Settled:
    """Knows which entities to look at, hears how they were left, and tells the marks to keep.

    left_alone: how many of them need no look.
    """

    def __init__(self, market: Path, folder: Path, *, known: Path | None, made_by: str) -> None:
        """known: file of marks that an earlier run kept; made_by: as `made_by` gives it. folder: private."""
        self._market, self._folder, self._made_by = market, folder, made_by
        self._known = known if known is not None and _was_made_by(known, made_by) else None
        self._headcounts: Mapping[str, int] = {}
        self.left_alone = 0
        self._after = folder / "after.parquet"
        self._writer = pq.ParquetWriter(self._after, _EMPLOYER, compression="lz4")

    def read_employers(self) -> None:
        """Read the registry's employers, if anything is known of them. One that changes afterwards is met the next time."""
        if self._known is not None:
            rows = Employer.objects.exclude(entity_id="").values_list(*_EMPLOYER.names)
            columns.write(rows, _EMPLOYER, self._folder / "ours.parquet")

    def to_look_at(self, headcounts: Mapping[str, int]) -> set[str] | None:
        """Entities that must be looked at; None for all, where nothing is known. headcounts: entity_id → people insured."""
        self._headcounts = headcounts
        if self._known is None:
            return None
        with self._workbench() as db:
            [[self.left_alone]] = db.execute(
                f"COPY (SELECT m.* FROM ({self._marks('ours.parquet')}) m SEMI JOIN {_file(self._known)} k USING (mark)) "  # noqa: S608
                f"TO {literal(str(self._folder / 'trusted.parquet'))} (FORMAT parquet)"
            ).fetchall()
            rows = db.execute(
                f"SELECT DISTINCT r.entity_id FROM register r ANTI JOIN {_file(self._folder / 'trusted.parquet')} t "  # noqa: S608
                "USING (entity_id)"
            ).fetchall()
        return {entity_id for (entity_id,) in rows}

    def note(self, left: Iterable[tuple[Any, ...]]) -> None:
        """Hear how employers were left that follow the register in everything: (entity id, *UPDATED) each."""
        if rows := list(left):
            self._writer.write_batch(
                pa.record_batch(
                    [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _EMPLOYER, strict=True)],
                    schema=_EMPLOYER,
                )
            )  # fmt: skip

    def marks(self) -> Path:
        """The file to keep for the next run; hear everything first."""
        self._writer.close()
        target, trusted = self._folder / "marks.parquet", self._folder / "trusted.parquet"
        still = f"SELECT mark FROM {_file(trusted)} UNION ALL " if trusted.exists() else ""  # noqa: S608
        with self._workbench() as db:
            select = f"{still}SELECT mark FROM ({self._marks('after.parquet')})"  # noqa: S608
            found = db.sql(select).to_arrow_table()
        pq.write_table(
            found.replace_schema_metadata({_MADE_BY: self._made_by.encode()}), target, use_dictionary=False
        )
        return target

    def _workbench(self) -> duckdb.DuckDBPyConnection:
        """A database with the register as the view `register` and the people insured as `insured`."""
        db = workbench(self._folder)
        have = set(pq.read_schema(self._market).names)
        given = ", ".join(
            f"coalesce(CAST({name} AS VARCHAR), '') AS {name}" if name in have else f"'' AS {name}"
            for name in COLUMNS
        )
        db.execute(f"CREATE VIEW register AS SELECT {given} FROM {_file(self._market)}")  # noqa: S608
        people = {"entity_id": list(self._headcounts), "people": list(self._headcounts.values())}
        db.register(
            "insured",
            pa.table(people, schema=pa.schema([("entity_id", pa.string()), ("people", pa.int64())])),
        )
        return db

    def _marks(self, employers: str) -> str:
        """SELECT of (entity_id, mark) of entities that the register names once and a file of employers knows."""
        said = [f"r.{name}" for name in COLUMNS] + ["i.people"] + [f"e.{name}" for name in UPDATED]
        parts = ", ".join(f"coalesce(CAST({name} AS VARCHAR), chr(30))" for name in said)
        return (
            f"SELECT r.entity_id, unhex(md5(concat_ws(chr(31), {parts}))) AS mark "  # noqa: S608
            f"FROM register r JOIN {_file(self._folder / employers)} e USING (entity_id) LEFT JOIN insured i USING (entity_id) "
            "WHERE r.entity_id NOT IN (SELECT entity_id FROM register GROUP BY entity_id HAVING count(*) > 1)"
        )


def made_by(finder: PlaceFinder, at: datetime) -> str:
    """What besides row and employer decides how an employer is left: the program, the places, the year."""
    told = hashlib.sha256(repr((__version__, duckdb.__version__, at.year, finder.digest())).encode())
    for name in _READERS:
        told.update(Path(str(importlib.import_module(name).__file__)).read_bytes())
    return told.hexdigest()


def known_before(run: MatchRun, folder: Path) -> Path | None:
    """The marks that the last comparison of the same federation kept, plain in a private folder; None without."""
    last = (
        MatchRun.objects.filter(path=run.path, settled__isnull=False)
        .select_related("settled")
        .order_by("-pk")
        .first()
    )
    if last is None or last.settled is None:
        return None
    target = folder / "known.parquet"
    try:
        with target.open("wb") as out:
            for piece in stream(last.settled):
                out.write(piece)
    except (OSError, CannotOpen):
        return None
    return target


def keep(run: MatchRun, marks: Path, *, actor: Actor, at: datetime) -> None:
    """Keep the marks of a comparison that came to its end, in place of earlier ones."""
    kind = "application/vnd.apache.parquet"
    with (
        keeping(actor=actor, name="settled.parquet", media_type=kind, purpose="comparison", at=at) as (
            stored,
            out,
        ),
        marks.open("rb") as plain,
    ):
        shutil.copyfileobj(plain, out, 1 << 20)
    with transaction.atomic():
        earlier = MatchRun.objects.filter(path=run.path, settled__isnull=False)
        files = [one.settled for one in earlier.select_related("settled") if one.settled]
        earlier.update(settled=None)
        MatchRun.objects.filter(pk=run.pk).update(settled=stored)
        drop(files)


def _was_made_by(known: Path, made_by: str) -> bool:
    try:
        said = pq.read_schema(known).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(said.get(_MADE_BY) == made_by.encode())


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"
