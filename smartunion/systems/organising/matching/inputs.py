"""Opens the six input tables: finds the files, checks the columns, makes every value text or a whole number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from smartunion.systems.organising.matching.contract import TABLES, MatchInputError, TableSpec
from smartunion.systems.organising.matching.encodings import as_utf8, separator_of
from smartunion.systems.organising.matching.engines import Engine


@dataclass(frozen=True, slots=True)
class InputTable:
    """One opened table. rows: usable rows. lost: rows without key. repeated: rows left out, their key came before."""

    name: str
    path: Path
    rows: int
    lost: int
    repeated: int

    @property
    def warnings(self) -> list[str]:
        """Whole sentences about rows that were left out."""
        key = TABLES[self.name].key
        said = []
        if self.lost:
            said.append(
                f"{self.path.name}: {self.lost} rows have no usable {key} and were left out. Fill in {key} and run again."
            )
        if self.repeated:
            said.append(
                f"{self.path.name}: {self.repeated} rows repeat an earlier {key} and were left out. Keep one row for each {key}."
            )
        return said


def open_tables(engine: Engine, data_dir: Path, scratch: Path) -> dict[str, InputTable]:
    """Open all tables as relations `<table>_in`. Raises MatchInputError for the first thing that is wrong."""
    paths = {name: _find(data_dir, spec) for name, spec in TABLES.items()}

    def open_one(name: str) -> InputTable:
        spec, path = TABLES[name], paths[name]
        return _open_table(engine, spec, path, scratch) if path else _open_nothing(engine, spec, data_dir)

    with ThreadPoolExecutor(engine.at_once) as hands:
        return dict(zip(TABLES, hands.map(open_one, TABLES), strict=True))


def _find(data_dir: Path, spec: TableSpec) -> Path | None:
    found = [path for path in sorted(data_dir.iterdir()) if path.name.lower() in _file_names(spec)]
    if not found and spec.optional:
        return None
    if not found:
        raise MatchInputError(
            f"The table {spec.name} ({spec.zh}) is missing in {data_dir}. "
            f"Put a file {spec.name}.parquet or {spec.name}.csv there; a table with a header and no rows will do."
        )
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise MatchInputError(
            f"The table {spec.name} is there twice, as {names}. Keep only the one that counts."
        )
    return found[0]


def _file_names(spec: TableSpec) -> tuple[str, str]:
    return f"{spec.name}.parquet", f"{spec.name}.csv"


def _open_nothing(engine: Engine, spec: TableSpec, data_dir: Path) -> InputTable:
    engine.put(f"{spec.name}_in", dict.fromkeys(spec.needed, "VARCHAR"), [])
    return InputTable(spec.name, data_dir / f"{spec.name}.parquet", 0, 0, 0)


def _open_table(engine: Engine, spec: TableSpec, path: Path, scratch: Path) -> InputTable:
    raw = f"{spec.name}_file"
    if path.suffix.lower() == ".parquet":
        columns = engine.open_parquet(raw, path)
    elif path.stat().st_size == 0:
        raise MatchInputError(f"{path.name} is empty. It needs at least a header: {', '.join(spec.needed)}.")
    else:
        text = as_utf8(path, scratch)
        columns = engine.open_csv(raw, text, separator_of(text))
    _check_columns(spec, path, columns)
    return _define(engine, spec, path, raw)


def _check_columns(spec: TableSpec, path: Path, columns: tuple[str, ...]) -> None:
    known = {column.lower() for column in columns}
    missing = [column for column in spec.needed if column not in known]
    if missing:
        raise MatchInputError(
            f"{path.name} has no column {', '.join(missing)}. The table {spec.name} ({spec.zh}) needs: "
            f"{', '.join(spec.needed)}. Add the column; its cells may be empty. Found: {', '.join(columns)}."
        )


def _define(engine: Engine, spec: TableSpec, path: Path, raw: str) -> InputTable:
    typed = f"SELECT {', '.join(_typed(spec, column) for column in spec.needed)} FROM {raw}"
    if not spec.key:
        engine.view(f"{spec.name}_in", typed)
        return InputTable(spec.name, path, _number(engine, f"SELECT COUNT(*) FROM {raw}"), 0, 0)
    everything, keyed, different = engine.count_keys(typed, spec.key)
    if everything == different:
        engine.view(f"{spec.name}_in", typed)
    else:
        order = ", ".join(column for column in spec.needed if column != spec.key)
        engine.view(
            f"{spec.name}_in",
            f"SELECT {', '.join(spec.needed)} FROM (SELECT {', '.join(spec.needed)}, ROW_NUMBER() OVER "
            f"(PARTITION BY {spec.key} ORDER BY {order}) AS place FROM ({typed}) AS rows_in "
            f"WHERE {spec.key} IS NOT NULL) AS ranked WHERE place = 1",
        )
    return InputTable(spec.name, path, different, everything - keyed, keyed - different)


def _typed(spec: TableSpec, column: str) -> str:
    if column in spec.numbers:
        # 2019, "2019" and "2019.0" are the same year; anything else is unknown.
        return f"COALESCE(TRY_CAST({column} AS BIGINT), TRY_CAST(TRY_CAST({column} AS DOUBLE) AS BIGINT)) AS {column}"
    if column == spec.key or column == "union_id":
        text = f"CAST({column} AS VARCHAR)"
        # Cutting blanks off millions of texts costs more than seeing that there are none.
        return (
            f"CASE WHEN {text} <> '' AND {text} NOT LIKE ' %' AND {text} NOT LIKE '% ' THEN {text} "
            f"ELSE NULLIF(TRIM({text}), '') END AS {column}"
        )
    return f"CAST({column} AS VARCHAR) AS {column}"


def _number(engine: Engine, sql: str) -> int:
    return int(engine.rows(sql)[0][0] or 0)
