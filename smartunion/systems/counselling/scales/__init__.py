"""Self-checks as data: one file a scale and number beside this one, with its source; worked out by `rules.score`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smartunion.systems.counselling.rules import Band, Choice, Level, Scale, Words

FOLDER = Path(__file__).resolve().parent


def read(row: Mapping[str, Any]) -> Scale:
    """A scale as its file writes it. Raises KeyError, ValueError for what is missing or does not fit together."""
    return Scale(
        key=row["key"], number=row["number"], icon=row["icon"], title=_words(row["title"]), about=_words(row["about"]),
        lead=_words(row["lead"]), source=_words(row["source"]), alarms=tuple(row["alarms"]),
        options=tuple(Choice(one["points"], _words(one)) for one in row["options"]),
        items=tuple(_words(one) for one in row["items"]),
        bands=tuple(Band(one["from"], Level(one["level"]), _words(one)) for one in row["bands"]),
    )  # fmt: skip


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["zh"], row["en"])


SCALES: dict[tuple[str, int], Scale] = {
    (one.key, one.number): one
    for one in (
        read(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))
    )
}
#: The newest number of each, in the order of their keys; older ones stay for the results worked out by them.
CURRENT: dict[str, Scale] = {key: SCALES[key, number] for key, number in sorted(SCALES)}
#: The order they are offered in.
OFFERED = ("phq9", "gad7")
