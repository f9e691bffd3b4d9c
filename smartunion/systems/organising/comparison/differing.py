"""Where departments say something else of our people, and insurance of head counts, than the registry."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import F, QuerySet

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.codes import resident_id as resident_ids
from smartunion.engines.feeds.service import differences
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows.people.checks import same_name
from smartunion.ground.registry.models import Employer, phone_key, resident_key
from smartunion.systems.organising.comparison.differing_firms import TABLES, differing_firms, is_far
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
    """Tell every difference of people and of employers, and that all has been told.

    data: folder of the tables compared; out: folder of the lists. Flat in memory: DuckDB groups and spills.
    """
    for table in ("social", "drivers"):
        if table in comparison.snapshots:
            _tell(comparison, _people(data, out, table, local_date(comparison.at)), MANY)
    _tell(comparison, _insured(path, comparison), BATCH)
    for table in [table for table in TABLES if table in comparison.snapshots]:
        found = differing_firms(path, data, table, comparison, _tolerance(path, comparison))
        _tell(comparison, found, BATCH)
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
        if is_far(ours, theirs, share):
            yield Difference("employer", employer.pk, "staff_count", str(ours), str(theirs), "social", employer.entity_id,
                             "register_id", 0.99)  # fmt: skip


def _counted(path: str) -> QuerySet[Employer]:
    """Employers of ours in the subtree of which people told how many work there."""
    told = Employer.objects.filter(within([path], "territory_path"), staff_count__isnull=False)
    return told.order_by("pk")


def _tolerance(path: str, comparison: differences.Comparison) -> float:
    return float(policies.value("organising.headcount_tolerance", path=path, on=local_date(comparison.at)))
