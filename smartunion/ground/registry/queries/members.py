"""Members looked for in a list by what somebody typed."""

from functools import partial
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from smartunion.core import clock
from smartunion.core.keys import prefixed
from smartunion.core.listing.walking import MANY, is_short, newest_key, sought
from smartunion.core.pinyin import key_prefixes
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.models.people import SKILLED, Person
from smartunion.ground.registry.rules import SkillGrade
from smartunion.ground.registry.rules.reading import Wanted, read_search

Rows = QuerySet[Any]
#: Of how many one must have something for asking each to find enough of them sooner than putting all of them together.
COMMON = 25


def find_members(rows: Rows, text: str) -> Rows:
    """Members by name, pinyin, initials or the last four digits of the phone; whole numbers belong into the search box
    above, which does not put them into an address.
    """
    wanted = read_search(text, today=clock.today())
    match wanted.wanted:
        case Wanted.PHONE_TAIL:
            return sought(rows.filter(person__mobile_tail=wanted.value), "mobile_tail")
        case Wanted.PINYIN:
            spelt = rows.filter(prefixed("name_key", wanted.value))
            if is_short(spelt, "name_key"):  # of a letter or two, other conditions may leave fewer
                spelt = sought(spelt, "name_key")
            if spelt.exists():
                return spelt
            return sought(rows.filter(prefixed("person__initials", wanted.value)), "initials")
        case Wanted.NAME:
            keys = Q(pk__in=[])  # the key's range lets the list be walked in its own order
            for prefix in key_prefixes(wanted.value):
                keys |= prefixed("name_key", prefix)
            named = in_any_spelling(wanted.value, partial(prefixed, "person__name"))
            return sought(rows.filter(keys, named), "name_key")
        case _:
            return rows.none()


def of_grades(chosen: list[str]) -> Q:
    """Members whose skill grade is one of these; found from the people who have it, not asked of every member of a city.

    SQLite, which would put all those people together first, asks each member where one in COMMON is such a one.
    """
    if {"", SkillGrade.NONE} & set(chosen):
        return Q(person__skill_grade__in=chosen)
    skilled = Person.objects.filter(SKILLED, skill_grade__in=chosen).order_by().values("pk")
    many = max(MANY, newest_key(skilled) // COMMON)
    if connections[skilled.db].vendor == "sqlite" and skilled[many:][:1]:
        return Q(Exists(skilled.filter(pk=OuterRef("person_id"))))
    return Q(person__in=skilled)
