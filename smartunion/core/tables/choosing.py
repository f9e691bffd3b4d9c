"""Which column of a file is what, said by a person: the choice checked, and shown on a page (core/_which_column.html)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.core.tables.vocabulary import Kind

Label = str | Promise


@dataclass(frozen=True)
class ChoosableField:
    """What a column may be. is_needed: every row needs it, so that some column has to be it."""

    key: str
    label: Label
    is_needed: bool = False


@dataclass(frozen=True)
class ColumnChoice:
    """A column of the file on the page. field: key chosen for it, "" for none; pct: how sure that is, 0–100."""

    label: str
    field: str
    pct: int


@dataclass(frozen=True)
class Choosing:
    """The columns of a file with what they may be."""

    columns: list[ColumnChoice]
    fields: list[ChoosableField]


def fields_of(kind: Kind) -> list[ChoosableField]:
    """What a column of a list of this kind may be; none is needed, rows that lack something are refused one by one."""
    return [ChoosableField(key, spec.label) for key, spec in kind.by_key.items()]


def choosing(
    labels: Iterable[str], mapping: Mapping[str, str | None], sure: Mapping[str, float],
    fields: Iterable[ChoosableField], *, unknown: float = 0,
) -> Choosing:  # fmt: skip
    """For the page. sure: 0–1 by label; unknown: how sure a choice is that is not in it."""
    columns = [
        ColumnChoice(label, mapping.get(label) or "", round(100 * sure.get(label, unknown)))
        for label in labels
    ]
    return Choosing(columns, list(fields))


def posted(given: QueryDict) -> dict[str, str]:
    """What the page sent: label → key of a field, "" for a column that is left out."""
    return dict(zip(given.getlist("label"), given.getlist("field"), strict=False))


def chosen(mapping: Mapping[str, str], fields: Iterable[ChoosableField]) -> dict[str, str | None]:
    """The choice as it is kept: label → key, None for a column that is left out.

    Raises InvalidInput naming mapping, details["key"] the field: one that does not exist, is given twice, or is needed and not
    given.
    """
    known = {one.key: one for one in fields}
    used = [key for key in mapping.values() if key]
    for key in used:
        if key not in known:
            raise InvalidInput(_("A column was given a field that does not exist."), field="mapping", key=key)
        if used.count(key) > 1:
            words = _("Two columns were both given “%(field)s”.") % {"field": known[key].label}
            raise InvalidInput(words, field="mapping", key=key)
    missing = next((one for one in known.values() if one.is_needed and one.key not in used), None)
    if missing is not None:
        words = _("No column was chosen for “%(field)s”, which every row needs.") % {"field": missing.label}
        raise InvalidInput(words, field="mapping", key=missing.key)
    return {label: key or None for label, key in mapping.items()}
