"""The shapes of Open311 GeoReport v2, as JSON and XML; pure. Source: wiki.open311.org/GeoReport_v2."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

Record = Mapping[str, str | float | bool | None]
FORMATS: Final = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
#: Names of the outer and the inner element of each answer in XML.
ELEMENTS: Final = {
    "services": "service", "service_requests": "request", "errors": "error",
}  # fmt: skip


@dataclass(frozen=True)
class Wrong(Exception):
    """What is wrong with a call, in the words of the specification. status: also the code of the error."""

    status: int
    description: str


def body(kind: str, rows: Sequence[Record], form: str) -> str:
    """The answer. kind: one of ELEMENTS; form: json or xml."""
    if form == "json":
        return json.dumps([dict(row) for row in rows], ensure_ascii=False)
    outer = Element(kind)
    for row in rows:
        inner = SubElement(outer, ELEMENTS[kind])
        for name, value in row.items():
            SubElement(inner, name).text = _text(value)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(outer, encoding="unicode")


def instant(at: datetime | None) -> str | None:
    """An instant as W3C date and time."""
    return at.isoformat(timespec="seconds") if at is not None else None


def _text(value: str | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = str(value)
    # XML 1.0 knows no control characters; one in a description must not break the whole answer
    return "".join(char for char in plain if char in "\t\n" or char >= " ")


def number(text: str, name: str, most: float) -> float | None:
    """A coordinate; None when it is not given. Raises Wrong 400."""
    if not text.strip():
        return None
    try:
        found = float(text)
    except ValueError:
        raise Wrong(400, f"{name} is not a number.") from None
    if not -most <= found <= most:
        raise Wrong(400, f"{name} lies outside of the earth.")
    return found


def moment(text: str, name: str) -> datetime | None:
    """An instant of the query with its zone; None when it is not given. Raises Wrong 400."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        raise Wrong(400, f"{name} is no date and time like 2026-03-02T08:00:00+08:00.") from None
    if found.tzinfo is None:
        raise Wrong(400, f"{name} needs a time zone, like 2026-03-02T08:00:00+08:00.")
    return found
