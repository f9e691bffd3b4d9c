"""The ready programmes: read once from the files beside it in “presets”, each with its source and the day of it."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from smartunion.engines.offers.service import Preset

FOLDER = Path(__file__).resolve().parent / "presets"
_ROWS = ("occasions", "shares", "questions", "items", "costs")


def load() -> Iterator[Preset]:
    """Every ready programme, file by file in the order of their names."""
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["preset"]:
            yield read(row)


def read(row: Mapping[str, Any]) -> Preset:
    """A programme as its file writes it. Raises TypeError for a name that is none of a programme's."""
    rows = {name: tuple(row.get(name, ())) for name in _ROWS}
    lists = {name: tuple(row.get(name, ())) for name in ("to_set", "required")}
    rules = tuple((str(words), str(where)) for words, where in row.get("rules", ()))
    return Preset(**{**row, **rows, **lists, "rules": rules})
