"""From a posted form or a JSON body to raw answers: known keys only, bounded sizes, nothing judged yet."""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from smartunion.core.codes.folding import tidy
from smartunion.engines.casework.definition import Field, FieldKind

MAX_ROWS: Final = 100
MAX_TEXT: Final = 4000
#: Parts of the kinds that are more than one input; the input's name is <key>.<part>.
PARTS: Final[dict[FieldKind, tuple[str, ...]]] = {
    FieldKind.PERSON: ("name", "mobile"),
    FieldKind.EMPLOYER: ("name", "id"),
    FieldKind.UNION: ("name", "id"),
    FieldKind.PLACE: ("region", "detail", "lon", "lat"),
    FieldKind.PERIOD: ("from", "to"),
}

#: Kinds nobody types: files come on their own way, calculated answers from the others.
_NOT_TYPED: Final = frozenset({FieldKind.PHOTO, FieldKind.CALC})

Raw = dict[str, object]


class Posted(Protocol):
    """What a posted form offers (django's QueryDict)."""

    def get(self, key: str, /) -> object:
        """The last value of a name."""

    def getlist(self, key: str, /) -> list[str]:
        """All values of a name."""

    def __contains__(self, key: object, /) -> bool: ...


def raw_from_post(fields: Iterable[Field], posted: Posted) -> Raw:
    """Raw answers from a posted page. Names: key, key.part for people and places, key.<row>.<column> for rows."""
    raw: Raw = {}
    for field in fields:
        if field.kind in PARTS:
            raw[field.key] = {part: _text(posted.get(f"{field.key}.{part}")) for part in PARTS[field.kind]}
        elif field.kind is FieldKind.MULTI:
            raw[field.key] = [_text(item) for item in posted.getlist(field.key)[:MAX_ROWS]]
        elif field.kind is FieldKind.ROWS:
            raw[field.key] = _rows(field, posted)
        elif field.kind not in _NOT_TYPED:
            raw[field.key] = _text(posted.get(field.key))
    return raw


def raw_from_json(fields: Iterable[Field], body: Mapping[str, object]) -> Raw:
    """Raw answers from a JSON object: values as they are stored; unknown names and wrong shapes are left out."""
    raw: Raw = {}
    for field in fields:
        given = body.get(field.key)
        if field.kind in PARTS:
            parts = given if isinstance(given, dict) else {"name": given}
            raw[field.key] = {part: _text(parts.get(part)) for part in PARTS[field.kind]}
        elif field.kind is FieldKind.MULTI:
            raw[field.key] = [_text(item) for item in given[:MAX_ROWS]] if isinstance(given, list) else []
        elif field.kind is FieldKind.ROWS:
            rows = given[:MAX_ROWS] if isinstance(given, list) else []
            keys = [column.key for column in field.columns]
            raw[field.key] = [
                {key: _text(row.get(key)) for key in keys} for row in rows if isinstance(row, dict)
            ]
        elif field.kind not in _NOT_TYPED:
            raw[field.key] = _text(given)
    return raw


def _rows(field: Field, posted: Posted) -> list[dict[str, str]]:
    """Rows with at least one filled column; the page may skip numbers."""
    rows = []
    for number in range(MAX_ROWS):
        names = {column.key: f"{field.key}.{number}.{column.key}" for column in field.columns}
        row = {key: _text(posted.get(name)) for key, name in names.items()}
        if any(row.values()):
            rows.append(row)
    return rows


def _text(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if not isinstance(given, str | int | float):
        return ""
    # One character more than allowed survives, so that the check can say that it is too long.
    return tidy(str(given)).replace("\r\n", "\n")[: MAX_TEXT + 1]
