"""Employers of one name: told apart where one is chosen, and found by what was chosen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from smartunion.core.codes.folding import fold_width, without_blanks
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, Region
from smartunion.ground.registry.queries.lookup import employers_by_codes

#: A name that several bear, followed by the number of one of them.
_NUMBERED = re.compile(r"(?P<name>.*)#(?P<number>\d{1,18})$")


@dataclass(frozen=True)
class Choice:
    """text: what is written to mean the employer; note: what tells it apart, "" when nothing more is known."""

    text: str
    note: str

    def __str__(self) -> str:
        return f"{self.text}（{self.note}）" if self.note else self.text


def told_apart(
    rows: Sequence[Employer], among: "QuerySet[Employer]", *, is_public: bool = False
) -> list[Choice]:
    """A choice for each row: its name; if one of `among` bears the same name, its code, else its name and number.

    is_public: the note names no person.
    """
    keys = {row.name_key for row in rows}
    alike = among.filter(name_key__in=keys).values("name_key").annotate(bearers=Count("pk")).order_by()
    shared = set(alike.filter(bearers__gt=1).values_list("name_key", flat=True)) if keys else set()
    # Asked whether or not names are shared, so that a page costs the same queries with namesakes as without.
    places = Region.objects.in_bulk({row.region_id for row in rows if row.region_id})
    return [
        _choice(row, places.get(row.region_id or 0), is_public=is_public) if row.name_key in shared
        else Choice(row.name, row.uscc)
        for row in rows
    ]  # fmt: skip


def _choice(row: Employer, place: Region | None, *, is_public: bool) -> Choice:
    told = [row.name] if row.uscc else []
    told += [place.full_name or place.name] if place else []
    told += [row.address] if row.address else []
    if row.legal_person and not is_public:
        told.append(_("Legal representative: %(name)s") % {"name": row.legal_person})
    told += [str(row.get_state_display())] if row.state == rules.EmployerState.CLOSED else []
    return Choice(row.uscc or f"{row.name}#{row.pk}", "，".join(told))


def employers_meant(among: "QuerySet[Employer]", text: str, *, limit: int = 2) -> list[Employer]:
    """Those of `among` that a text means: by code, by exact name, or by name and number as `told_apart` gives them."""
    return employers_meant_by(among, [text], limit=limit)[text]


def employers_meant_by(
    among: "QuerySet[Employer]", texts: Sequence[str], *, limit: int = 2
) -> dict[str, list[Employer]]:
    """For each text those it means, as `employers_meant`, at most `limit` by name; three queries for all of them."""
    by_code = _by_code(among, texts)
    keys = {text: rules.fold_name(text) for text in texts if text not in by_code}
    by_name = _by_name(among, set(filter(None, keys.values())), limit)
    left = {text: key for text, key in keys.items() if key not in by_name}
    by_number = _by_number(among, left)
    return {
        text: by_code.get(text) or by_name.get(keys.get(text, "")) or by_number.get(text, [])
        for text in texts
    }


def _by_code(among: "QuerySet[Employer]", texts: Sequence[str]) -> dict[str, list[Employer]]:
    coded = employers_by_codes([text for text in texts if fold_width(text).isascii()])
    open_ones = among.in_bulk({one.pk for one in coded.values()}) if coded else {}
    return {text: [open_ones[one.pk]] for text, one in coded.items() if one.pk in open_ones}


def _by_name(among: "QuerySet[Employer]", keys: set[str], limit: int) -> dict[str, list[Employer]]:
    if not keys:
        return {}
    place = Window(RowNumber(), partition_by="name_key", order_by="pk")
    found: dict[str, list[Employer]] = {}
    for one in among.filter(name_key__in=keys).annotate(place=place).filter(place__lte=limit).order_by("pk"):
        found.setdefault(one.name_key, []).append(one)
    return found


def _by_number(among: "QuerySet[Employer]", texts: Iterable[str]) -> dict[str, list[Employer]]:
    matched = ((text, _NUMBERED.match(fold_width(without_blanks(text)))) for text in texts)
    asked = {text: (int(one["number"]), rules.fold_name(one["name"])) for text, one in matched if one}
    there = among.in_bulk({number for number, _key in asked.values()}) if asked else {}
    return {
        text: [there[number]] for text, (number, key) in asked.items()
        if number in there and there[number].name_key == key
    }  # fmt: skip
