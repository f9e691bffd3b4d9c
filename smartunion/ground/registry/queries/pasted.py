"""A pasted list of people, found among those one may name; every line that names nobody or several is said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core.codes.folding import squeeze
from smartunion.ground.registry.models import Membership

#: As many lines as one page bears.
MOST = 1_000
_MOBILE = re.compile(r"1\d{10}")
_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")


@dataclass
class Named:
    """Who was named, in the order of the lines, and what is wrong with which line (from 1)."""

    people: list[int] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def people_named(text: str, among: "QuerySet[Membership]") -> Named:
    """Persons of running memberships named one a line, by name, ID number or mobile number.

    Empty lines are passed over; somebody named twice counts once.
    """
    lines = [(number, squeeze(line)) for number, line in enumerate(text.splitlines(), 1) if squeeze(line)]
    named = Named()
    if len(lines) > MOST:
        named.wrong.append((MOST + 1, _("At most %(most)s people at once.") % {"most": MOST}))
        return named
    by_name = _by_name({line for _number, line in lines}, among)
    for number, line in lines:
        found = (
            _by_code(line, among)
            if _MOBILE.fullmatch(line) or _NUMBER.fullmatch(line)
            else by_name.get(line, set())
        )
        if len(found) == 1:
            named.people += [one for one in found if one not in named.people]
        elif found:
            words = _("%(count)s people are called this: give the ID or mobile number.")
            named.wrong.append((number, words % {"count": len(found)}))
        else:
            named.wrong.append((number, _("Nobody here is called so or bears this number.")))
    return named


def _by_name(names: Iterable[str], among: "QuerySet[Membership]") -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for name, person_id in among.filter(person__name__in=list(names)).values_list(
        "person__name", "person_id"
    ):
        found.setdefault(str(name), set()).add(person_id)
    return found


def _by_code(code: str, among: "QuerySet[Membership]") -> set[int]:
    key = "person__mobile_index__of" if _MOBILE.fullmatch(code) else "person__resident_id_index__of"
    return set(among.filter(**{key: code}).values_list("person_id", flat=True))
