"""Employers of one name: told apart where one is chosen, and found by what was chosen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from smartunion.core.codes.folding import fold_width, without_blanks
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, Region
from smartunion.ground.registry.queries.lookup import employer_by_uscc

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
    by_code = employer_by_uscc(text) if fold_width(text).isascii() else None
    found = list(among.filter(pk=by_code.pk)) if by_code else []
    key = rules.fold_name(text)
    found = found or (list(among.filter(name_key=key).order_by("pk")[:limit]) if key else [])
    numbered = _NUMBERED.match(fold_width(without_blanks(text)))
    if not found and numbered:
        named = among.filter(pk=numbered["number"], name_key=rules.fold_name(numbered["name"]))
        found = list(named)
    return found
