"""A handful of rows for hand-made cases: every argument that is not given is the clean, usual thing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from smartunion.systems.organising.matching import MatchReport, Options, run
from smartunion.systems.organising.matching.tests.noisy_world import id_check, uscc

COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "market": dict.fromkeys(("entity_id", "name", "uscc", "old_reg_no", "status", "entity_type", "district", "address"), pa.string())
    | {"founded": pa.int64(), "legal_person": pa.string(), "former_name": pa.string()},
    "unions": dict.fromkeys(("union_id", "union_name", "union_type", "unit_name", "unit_code", "district"), pa.string()),
    "union_units": dict.fromkeys(("union_id", "unit_name", "unit_code"), pa.string()),
    "members": {"member_id": pa.int64()} | dict.fromkeys(("union_id", "name", "sex", "id_no", "mobile", "employer_name"), pa.string())
    | {"joined": pa.int64()},
    "social": {"sid": pa.int64()} | dict.fromkeys(("name", "id_no", "mobile", "unit_no", "unit_name", "unit_code"), pa.string())
    | {"start_month": pa.int64(), "end_month": pa.int64()},
    "tax": {"tax_code": pa.string(), "taxpayer_name": pa.string(), "employees": pa.int64(), "year": pa.int64()},
}  # fmt: skip


def code(number: int) -> str:
    """A right USCC, the same for the same number."""
    return uscc(random.Random(number), "320902")


def resident_id(number: int, *, male: bool = True, born: str = "19850312") -> str:
    """A right ID number, the same for the same number."""
    first = f"320902{born}{number % 100:02d}{1 if male else 2}"
    return first + id_check(first)


@dataclass
class Outcome:
    """The lists as sets of keys, the report, and where they are."""

    report: MatchReport
    out: Path

    def keys(self, name: str) -> set[tuple[Any, ...]]:
        table = pq.read_table(self.report.lists[name].path)
        names = [column for column in table.column_names if column not in ("rule", "evidence", "confidence")]
        return set(zip(*(table.column(column).to_pylist() for column in names), strict=True))

    def rules(self, name: str) -> dict[tuple[Any, ...], str]:
        table = pq.read_table(self.report.lists[name].path)
        names = [column for column in table.column_names if column not in ("rule", "evidence", "confidence")]
        keys = zip(*(table.column(column).to_pylist() for column in names), strict=True)
        return dict(zip(keys, table.column("rule").to_pylist(), strict=True))


@dataclass
class Small:
    """Tables under construction."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def firm(self, entity_id: str, name: str, uscc: str | None = None, **more: Any) -> None:
        usual = {"status": "存续", "district": "亭湖区", "old_reg_no": None, "former_name": None}
        self.rows["market"].append({"entity_id": entity_id, "name": name, "uscc": uscc} | usual | more)

    def union(self, union_id: str, unit_name: str | None, unit_code: str | None = None, **more: Any) -> None:
        usual = {
            "union_name": f"{unit_name or '某'}工会委员会",
            "union_type": "独立基层工会",
            "district": "亭湖区",
        }
        row = {"union_id": union_id, "unit_name": unit_name, "unit_code": unit_code} | usual | more
        self.rows["unions"].append(row)

    def unit(self, union_id: str, unit_name: str | None, unit_code: str | None = None) -> None:
        self.rows["union_units"].append(
            {"union_id": union_id, "unit_name": unit_name, "unit_code": unit_code}
        )

    def member(self, member_id: int, union_id: str, name: str, id_no: str | None = None, **more: Any) -> None:
        row = {
            "member_id": member_id,
            "union_id": union_id,
            "name": name,
            "id_no": id_no,
            "mobile": None,
            "sex": None,
        }
        self.rows["members"].append(row | {"employer_name": None, "joined": 2019} | more)

    def spell(
        self, sid: int, name: str, id_no: str | None, unit_no: str | None, unit_name: str | None, **more: Any
    ) -> None:
        row = {
            "sid": sid,
            "name": name,
            "id_no": id_no,
            "mobile": None,
            "unit_no": unit_no,
            "unit_name": unit_name,
        }
        self.rows["social"].append(row | {"unit_code": None, "start_month": 201901, "end_month": None} | more)

    def tax(
        self, tax_code: str | None, taxpayer_name: str | None, employees: int | None, year: int = 2024
    ) -> None:
        row = {"tax_code": tax_code, "taxpayer_name": taxpayer_name, "employees": employees, "year": year}
        self.rows["tax"].append(row)

    def write(self, folder: Path, *, shuffle: int | None = None) -> Path:
        """Parquet files; shuffle: a seed for another order of rows and columns."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, types in COLUMNS.items():
            rows, columns = list(self.rows[name]), list(types)
            if shuffle is not None:
                random.Random(shuffle).shuffle(rows)
                random.Random(shuffle + 1).shuffle(columns)
            arrays = {
                column: pa.array([row.get(column) for row in rows], types[column]) for column in columns
            }
            pq.write_table(pa.table(arrays), folder / f"{name}.parquet")
        return folder

    def match(self, folder: Path, *, shuffle: int | None = None, options: Options | None = None) -> Outcome:
        """Write the tables and match them."""
        out = folder / "out"
        report = run(
            self.write(folder / "data", shuffle=shuffle),
            out,
            options=options or Options(memory="1GB", threads=2),
        )
        return Outcome(report, out)
