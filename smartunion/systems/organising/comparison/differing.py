"""Where insurance, tax and transport say something else of our people and employers than the registry."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction
from django.db.models import F

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.codes import resident_id as resident_ids
from smartunion.engines.feeds.service import differences
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows.people.checks import same_name
from smartunion.ground.registry.models import Employer, phone_key, resident_key
from smartunion.ground.registry.rules import fold_name
from smartunion.systems.organising.comparison.workbench import workbench
from smartunion.systems.organising.matching.sqltext import literal

BATCH = 2000
#: Of people, who come in the order of their keys: told together, they are found as a range.
MANY = 10_000
Difference = differences.Difference

#: Rows of one person → the person with, for each field, whether some row agrees, and the surest that does not. Nearly all agree
#: letter for letter: only people of whom some row does not are read closely.
_PEOPLE = """
WITH pairs AS MATERIALIZED ({pairs}),
odd AS (SELECT member_id FROM pairs WHERE ours_name <> their_name OR ours_id <> their_id OR ours_mobile <> their_mobile),
seen AS (
  SELECT *, regexp_replace(ours_name, '[\\s··•]', '', 'g') = regexp_replace(their_name, '[\\s··•]', '', 'g') AS same_name,
    upper(trim(ours_id)) = upper(trim(their_id)) AS same_id,
    right(regexp_replace(ours_mobile, '\\D', '', 'g'), 11) = right(regexp_replace(their_mobile, '\\D', '', 'g'), 11)
      AS same_mobile
  FROM pairs SEMI JOIN odd USING (member_id))
SELECT member_id,
  CASE WHEN bool_or(same_name) THEN NULL ELSE first({{'o': ours_name, 't': their_name, 'r': ref, 'w': rule,
    'c': confidence}} ORDER BY confidence DESC, ref, their_name) FILTER (their_name <> '') END AS name,
  CASE WHEN bool_or(same_id) THEN NULL ELSE first({{'o': ours_id, 't': their_id, 'r': ref, 'w': rule,
    'c': confidence}} ORDER BY confidence DESC, ref, their_id) FILTER (their_id <> '') END AS resident_id,
  CASE WHEN bool_or(same_mobile) THEN NULL ELSE first({{'o': ours_mobile, 't': their_mobile, 'r': ref, 'w': rule,
    'c': confidence}} ORDER BY confidence DESC, ref, their_mobile) FILTER (their_mobile <> '') END AS mobile
FROM seen GROUP BY member_id
HAVING name IS NOT NULL OR resident_id IS NOT NULL OR mobile IS NOT NULL
ORDER BY member_id
"""
_COLUMNS = """m.member_id, coalesce(m.name, '') AS ours_name, coalesce(m.id_no, '') AS ours_id,
  coalesce(m.mobile, '') AS ours_mobile, coalesce(CAST(d.name AS VARCHAR), '') AS their_name,
  coalesce(CAST(d.id_no AS VARCHAR), '') AS their_id, coalesce(CAST(d.mobile AS VARCHAR), '') AS their_mobile"""
_INSURED = """SELECT {columns}, CAST(p.sid AS VARCHAR) AS ref, p.rule, p.confidence
  FROM read_parquet({persons}) p JOIN read_parquet({members}) m ON m.member_id = p.member_id
  JOIN read_parquet({social}) d ON TRY_CAST(d.sid AS BIGINT) = p.sid"""
_DRIVERS = """SELECT {columns}, CAST(d.licence_no AS VARCHAR) AS ref,
  CASE WHEN m.id_no <> '' AND upper(trim(m.id_no)) = upper(trim(d.id_no)) THEN 'same_id' ELSE 'name_phone' END AS rule,
  CASE WHEN m.id_no <> '' AND upper(trim(m.id_no)) = upper(trim(d.id_no)) THEN 0.999 ELSE 0.97 END AS confidence
  FROM read_parquet({members}) m JOIN read_parquet({drivers}) d ON trim(m.name) = trim(d.name)
  WHERE (m.id_no <> '' AND upper(trim(m.id_no)) = upper(trim(d.id_no)))
    OR (coalesce(m.id_no, '') = '' AND m.mobile <> '' AND trim(m.mobile) = trim(d.mobile))"""


def tell_differences(path: str, data: Path, out: Path, comparison: differences.Comparison) -> None:
    """Tell every difference of people and head counts, and that all has been told.

    data: folder of the tables compared; out: folder of the lists. Flat in memory: DuckDB groups and spills.
    """
    for table in ("social", "drivers"):
        if table in comparison.snapshots:
            _tell(comparison, _people(data, out, table, local_date(comparison.at)), MANY)
    _tell(comparison, _insured(path, comparison), BATCH)
    _tell(comparison, _taxpayers(path, data, comparison), BATCH)
    differences.end(comparison)


def _tell(comparison: differences.Comparison, found: Iterator[Difference], at_once: int) -> None:
    while batch := list(islice(found, at_once)):
        with transaction.atomic():
            differences.tell(comparison, batch)


def _people(data: Path, out: Path, table: str, on: date) -> Iterator[Difference]:
    files = {
        "persons": out / "persons.parquet", "members": data / "members.parquet", "social": data / "social.parquet",
        "drivers": data / "drivers.parquet",
    }  # fmt: skip
    if table == "social" and not files["persons"].exists():
        return
    pairs = (_INSURED if table == "social" else _DRIVERS).format(
        columns=_COLUMNS, **{name: literal(str(file)) for name, file in files.items()}
    )
    with workbench(data) as db:
        rows = db.execute(_PEOPLE.format(pairs=pairs))
        while batch := rows.fetchmany(BATCH):
            for member_id, *found in batch:
                for field, one in zip(("name", "resident_id", "mobile"), found, strict=True):
                    if one is not None and _is_worth_asking(field, one["o"], one["t"], on):
                        yield Difference("person", member_id, field, one["o"], one["t"].strip(), table,
                                         str(one["r"] or ""), one["w"], float(one["c"]))  # fmt: skip


def _is_worth_asking(field: str, ours: str, theirs: str, on: date) -> bool:
    """Whether the other value could be stored, and says something else to a reader."""
    if field == "name":
        return len(theirs.strip()) >= 2 and "*" not in theirs and not same_name(ours, theirs)
    if field == "resident_id":
        return resident_ids.check(theirs, today=on).ok and resident_key(ours) != resident_key(theirs)
    return phone.check_mobile(theirs).ok and phone_key(ours) != phone_key(theirs)


def _insured(path: str, comparison: differences.Comparison) -> Iterator[Difference]:
    if "social" not in comparison.snapshots:
        return
    share = _tolerance(path, comparison)
    for employer in (
        _counted(path).filter(insured_count__isnull=False).exclude(insured_count=F("staff_count")).iterator()
    ):
        ours, theirs = employer.staff_count or 0, employer.insured_count or 0
        if _is_far(ours, theirs, share):
            yield Difference("employer", employer.pk, "staff_count", str(ours), str(theirs), "social", employer.entity_id,
                             "register_id", 0.99)  # fmt: skip


def _taxpayers(path: str, data: Path, comparison: differences.Comparison) -> Iterator[Difference]:
    """Head counts; and names, where the market register does not know the employer."""
    if "tax" not in comparison.snapshots:
        return
    share = _tolerance(path, comparison)
    rows = _counted(path, needs_count=False).exclude(uscc="").iterator(chunk_size=BATCH)
    with workbench(data) as db:
        while batch := list(islice(rows, 5 * BATCH)):
            by_code = {employer.uscc: employer for employer in batch}
            for code, name, employees in _said_of(db, data / "tax.parquet", list(by_code)):
                employer = by_code[code]
                ours = employer.staff_count
                if ours is not None and employees is not None and _is_far(ours, employees, share):
                    yield Difference("employer", employer.pk, "staff_count", str(ours), str(employees), "tax", code,
                                     "code", 0.999)  # fmt: skip
                if not employer.entity_id and name and fold_name(name) != employer.name_key:
                    yield Difference("employer", employer.pk, "name", employer.name, name.strip(), "tax", code, "code",
                                     0.999)  # fmt: skip


def _said_of(
    db: duckdb.DuckDBPyConnection, tax: Path, codes: Sequence[str]
) -> list[tuple[str, str, int | None]]:
    """(code, name, employees) of the latest year of each taxpayer."""
    db.register("asked", pa.table({"code": pa.array(codes, pa.string())}))
    rows = db.execute(
        "SELECT a.code, arg_max(t.taxpayer_name, coalesce(TRY_CAST(t.year AS BIGINT), 0)), "  # noqa: S608  our own file
        "arg_max(TRY_CAST(t.employees AS BIGINT), coalesce(TRY_CAST(t.year AS BIGINT), 0)) "
        f"FROM asked a JOIN read_parquet({literal(str(tax))}) t ON upper(trim(t.tax_code)) = a.code GROUP BY a.code"
    ).fetchall()
    db.unregister("asked")
    return rows


def _counted(path: str, *, needs_count: bool = True) -> Any:
    """Employers of ours in the subtree: those of which people told something."""
    told = Employer.objects.filter(within([path], "territory_path")).filter(staff_count__isnull=False)
    if needs_count:
        return told.order_by("pk")
    return (told | Employer.objects.filter(within([path], "territory_path"), entity_id="")).order_by("pk")


def _is_far(ours: int, theirs: int, share: float) -> bool:
    """Counts drift from day to day: only what is far apart, and by five people or more, is asked about."""
    return abs(ours - theirs) >= max(5, share * max(ours, theirs))


def _tolerance(path: str, comparison: differences.Comparison) -> float:
    return float(policies.value("organising.headcount_tolerance", path=path, on=local_date(comparison.at)))
