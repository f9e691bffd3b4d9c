"""Reads the gallery, the queries and the labels of `smartunion names`, whatever encoding they are in."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.encodings import encoding_of
from smartunion.systems.organising.matching.gallery import Entry

_LONGEST_CELL = 1 << 20
_JOINTS = re.compile(r"[|;；]")  # | by contract; the others are what registers print


@dataclass
class ReadFile:
    """What one file held. warnings: whole sentences about rows that were left out."""

    path: Path
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def warnings(self) -> list[str]:
        """What was left out, and what to do."""
        return [
            f"{self.path.name}: {count} {'row' if count == 1 else 'rows'} without {column} left out. "
            "Fill it in and run again."
            for column, count in sorted(self.lost.items())
        ]


def read_gallery(path: Path) -> tuple[list[Entry], ReadFile]:
    """The organisations; several rows with one entity_id are one organisation with several names.

    Raises MatchInputError when the file cannot be read or lacks a column.
    """
    seen: dict[str, Entry] = {}
    report = ReadFile(path)
    for row in _rows(path, ("entity_id", "name"), report):
        former = tuple(name for name in map(str.strip, _JOINTS.split(row.get("former", ""))) if name)
        key = row["entity_id"]
        known = seen.get(key)
        if known is None:
            seen[key] = Entry(key, row["name"], former, row.get("uscc", ""), row.get("address", ""))
        else:
            more = tuple(dict.fromkeys((*known.former, row["name"], *former)))
            seen[key] = Entry(key, known.name, more, known.uscc or row.get("uscc", ""), known.address)
    return list(seen.values()), report


def read_queries(path: Path) -> tuple[list[tuple[str, str]], ReadFile]:
    """(qid, query) in the order of the file; an empty query stays, its answer is none. Raises MatchInputError."""
    report = ReadFile(path)
    queries: dict[str, str] = {}
    for row in _rows(path, ("qid", "query"), report, may_be_empty="query"):
        if queries.get(row["qid"], row["query"]) != row["query"]:
            raise MatchInputError(
                f"{path.name} uses qid {row['qid']} for two names. Give every query its own qid and run again."
            )
        queries[row["qid"]] = row["query"]
    return list(queries.items()), report


def read_labels(path: Path) -> tuple[dict[str, str], ReadFile]:
    """The entity_id meant by each qid, empty when the gallery lacks it. Raises MatchInputError."""
    report = ReadFile(path)
    rows = _rows(path, ("qid", "entity_id"), report, may_be_empty="entity_id")
    return {row["qid"]: row["entity_id"] for row in rows}, report


def _rows(
    path: Path, needed: tuple[str, ...], report: ReadFile, may_be_empty: str = ""
) -> Iterator[Mapping[str, str]]:
    if not path.is_file():
        raise MatchInputError(f"There is no file {path}. Check the path and run again.")
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding_of(path), newline="", errors="replace") as stream:
        reader = csv.reader(stream)
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in needed if column not in header]
        if missing:
            raise MatchInputError(
                f"{path.name} lacks the column {', '.join(missing)}. It needs {', '.join(needed)}; "
                f"found: {', '.join(header) or 'nothing'}."
            )
        try:
            for cells in reader:
                row = dict(zip(header, map(str.strip, cells), strict=False))
                empty = [
                    column for column in needed if not row.setdefault(column, "") and column != may_be_empty
                ]
                if any(row.values()) and not empty:
                    yield row
                elif any(row.values()):
                    report.lost[empty[0]] += 1
        except csv.Error as error:
            raise MatchInputError(
                f"{path.name} cannot be read as CSV near line {reader.line_num} ({error}). Save it again in UTF-8."
            ) from error
