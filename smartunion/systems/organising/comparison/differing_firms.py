"""Where tax, industry, development and the tax office's contributions say something else of employers than the registry.

One way for all of them: what an extract says of each firm is gathered, employers are met by code, else by a name only one
of ours has, and what differs is told. What an extract of some months alone does not name, stands as it stood.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
from django.db.models import QuerySet

from smartunion.core.actor import within
from smartunion.core.codes import uscc
from smartunion.core.codes.folding import fold_code
from smartunion.engines.feeds.service import differences
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.queries.lookup import bearing_code
from smartunion.ground.registry.rules import EmployerState, fold_name
from smartunion.systems.organising.comparison.workbench import workbench
from smartunion.systems.organising.matching.sqltext import literal

BATCH = 10_000
Difference = differences.Difference


@dataclass(frozen=True)
class Speaks:
    """Which columns of a table name a firm. people: its head count; of rows with another `order` the greatest holds;
    partial: an extract names only whom it concerns, so silence says nothing.
    """

    code: str
    name: str
    people: str = ""
    order: str = ""
    partial: bool = False


#: The people on the site of a project are not the firm's, nor is its site the firm's address.
TABLES = {
    "tax": Speaks("tax_code", "taxpayer_name", "employees", "year"),
    "industry": Speaks("uscc", "name", "employees"),
    "projects": Speaks("uscc", "unit_name"),
    "dues": Speaks("tax_code", "taxpayer_name", order="period_from", partial=True),
}

_SAID = """CREATE TABLE said AS SELECT code, name, last(people ORDER BY ord, people) FILTER (people IS NOT NULL) AS people,
  max(ord) FILTER (people IS NOT NULL) AS counted, max(ord) AS ord
FROM (SELECT upper(regexp_replace(coalesce(CAST({code} AS VARCHAR), ''), '\\s', '', 'g')) AS code,
    trim(coalesce(CAST({name} AS VARCHAR), '')) AS name, TRY_CAST({people} AS BIGINT) AS people,
    coalesce(TRY_CAST({order} AS BIGINT), 0) AS ord FROM read_parquet({file}))
GROUP BY code, name"""
_OF = """SELECT a.asked, list(DISTINCT s.code ORDER BY s.code), list(DISTINCT s.name ORDER BY s.name) FILTER (s.ord = s.newest),
  last(s.people ORDER BY s.counted, s.people) FILTER (s.people IS NOT NULL)
FROM asked a JOIN (SELECT *, max(ord) OVER (PARTITION BY {key}) AS newest FROM {table}) s ON s.{key} = a.asked
GROUP BY a.asked"""


@dataclass(frozen=True)
class _Told:
    """What an extract says of one firm: every code, the names of its newest rows, people."""

    codes: list[str]
    names: list[str]
    people: int | None


def differing_firms(
    path: str, data: Path, table: str, comparison: differences.Comparison, share: float
) -> Iterator[Difference]:
    """Head counts; and names and codes, where the market register does not know the employer.

    share: how far head counts may drift. Employers that a partial extract does not name are passed over.
    """
    speaks = TABLES[table]
    rows = _ours(path).iterator(chunk_size=2000)
    with workbench(data) as db:
        _gather(db, data / f"{table}.parquet", speaks)
        while batch := list(islice(rows, BATCH)):
            met = _met(db, path, batch)
            if speaks.partial:
                unnamed = [one.pk for one in batch if one.pk not in met]
                differences.pass_over(comparison, "employer", table, unnamed)
            for employer in batch:
                if employer.pk in met:
                    yield from _of_firm(employer, table, *met[employer.pk], share)


def is_far(ours: int, theirs: int, share: float) -> bool:
    """Counts drift from day to day: only what is far apart, and by five people or more, is asked about."""
    return abs(ours - theirs) >= max(5, share * max(ours, theirs))


def _ours(path: str) -> QuerySet[Employer]:
    """Employers of which people told something."""
    here = Employer.objects.filter(within([path], "territory_path"))
    return (here.filter(staff_count__isnull=False) | here.filter(entity_id="")).order_by("pk")


def _gather(db: duckdb.DuckDBPyConnection, file: Path, speaks: Speaks) -> None:
    db.execute(
        _SAID.format(
            code=speaks.code, name=speaks.name, people=speaks.people or "NULL", order=speaks.order or "NULL",
            file=literal(str(file)),
        )
    )  # fmt: skip
    # Names are folded by the registry's own rule, once each.
    db.execute("CREATE TABLE named (name VARCHAR, key VARCHAR)")
    names = db.cursor().execute("SELECT DISTINCT name FROM said WHERE name <> ''")
    while rows := names.fetchmany(BATCH):
        given = pa.table(
            {"name": [name for (name,) in rows], "key": [fold_name(name) for (name,) in rows]},
            pa.schema([("name", pa.string()), ("key", pa.string())]),
        )
        db.register("given", given)
        db.execute("INSERT INTO named SELECT * FROM given")
        db.unregister("given")
    db.execute("CREATE TABLE keyed AS SELECT said.*, key FROM said JOIN named USING (name)")


def _met(
    db: duckdb.DuckDBPyConnection, path: str, batch: Sequence[Employer]
) -> dict[int, tuple[_Told, bool]]:
    """Employer → what is said of it, and whether it was met by its code."""
    by_code = _said_of(db, "said", "code", [one.uscc for one in batch if one.uscc])
    met = {one.pk: (by_code[one.uscc], True) for one in batch if one.uscc in by_code}
    rest = [one for one in batch if one.pk not in met and one.state == EmployerState.ACTIVE]
    by_name = _said_of(db, "keyed", "key", [one.name_key for one in rest])
    here = Employer.objects.filter(within([path], "territory_path"), state=EmployerState.ACTIVE)
    bearers = Counter(here.filter(name_key__in=list(by_name)).values_list("name_key", flat=True))
    codes = {code for told in by_name.values() for code in told.codes if code}
    taken = set(Employer.objects.filter(bearing_code(codes)).values_list("uscc", flat=True))
    for one in rest:
        told = by_name.get(one.name_key)
        # A row whose code another employer bears means that one, whatever it is called there.
        if told is not None and bearers[one.name_key] == 1 and not taken.intersection(told.codes):
            met[one.pk] = told, False
    return met


def _said_of(db: duckdb.DuckDBPyConnection, table: str, key: str, asked: Sequence[str]) -> dict[str, _Told]:
    db.register("asked", pa.table({"asked": pa.array(asked, pa.string())}))
    rows = db.execute(_OF.format(table=table, key=key)).fetchall()
    db.unregister("asked")
    return {found: _Told(codes, names or [], people) for found, codes, names, people in rows}


def _of_firm(
    employer: Employer, table: str, told: _Told, by_code: bool, share: float
) -> Iterator[Difference]:
    same = employer.name in told.names
    rule, sure = ("code", 0.999) if by_code else ("name", 0.97) if same else ("name_normalised", 0.96)
    codes = [code for code in map(fold_code, told.codes) if len(code) == 18 and uscc.check(code).ok]
    row = employer.uscc if by_code else codes[0] if len(codes) == 1 else employer.name
    is_known = bool(employer.entity_id)

    def differs(field: str, ours: str, theirs: str) -> Difference:
        return Difference("employer", employer.pk, field, ours, theirs, table, row[:60], rule, sure)

    another = not by_code and codes and employer.uscc
    ours = employer.staff_count
    if ours is not None and told.people is not None and not another and is_far(ours, told.people, share):
        yield differs("staff_count", str(ours), str(told.people))
    if is_known:
        return
    if by_code:
        names = [name for name in told.names if len(name) >= 2 and "*" not in name]
        if names and employer.name_key not in map(fold_name, names):
            yield differs("name", employer.name, names[0][:120])
    elif len(codes) == 1 and codes[0] != employer.uscc:
        yield differs("uscc", employer.uscc, codes[0])
