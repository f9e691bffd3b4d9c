"""A paper of blocks: letters, reports, ledgers. One look for every room's official papers."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from smartunion.core import pdf

PAPER = Path(__file__).resolve().parent / "paper.typ"
Block = dict[str, Any]


def render(
    *,
    title: str,
    blocks: Sequence[Block],
    at: datetime,
    number: str = "",
    to: str = "",
    foot: str = "",
    wide: bool = False,
    dense: bool = False,
) -> bytes:
    """A paper of blocks: {"kind": "text" | "head", "text"}, {"kind": "table", "head", "rows"}, {"kind": "sign", …}.

    wide: on its side; dense: for tables of hundreds of rows.
    """
    values = {
        "title": title, "number": number, "to": to, "foot": foot, "wide": "1" if wide else "",
        "dense": "1" if dense else "",
        "blocks": json.dumps(list(blocks), ensure_ascii=False),
    }  # fmt: skip
    return pdf.render(PAPER, values, at=at)


def day_words(day: date | None) -> str:
    """A day as official papers write it; a dash where there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "–"
