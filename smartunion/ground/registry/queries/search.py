"""One search for unions, employers and people, cut to what the actor sees. See docs/decisions for its cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from smartunion.core.actor import Actor
from smartunion.core.keys import prefixed
from smartunion.core.pinyin import key_prefixes
from smartunion.core.spellings import in_any_spelling, spellings
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import (
    Employer,
    Membership,
    Person,
    TradeUnion,
    UnionFormerName,
    UnionTally,
)
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.queries.lookup import (
    employer_by_uscc,
    people_by_mobile,
    person_by_resident_id,
)
from smartunion.ground.registry.rules.reading import Search, Wanted, read_search

LIMIT = 20
#: Up to so many memberships in reach are looked through; beyond, the people's own indexes are walked.
_SMALL_REACH = 20_000


@dataclass(frozen=True)
class Results:
    """What was found, best first, at most `limit` of each; people carry their running membership as `running`."""

    search: Search
    unions: Sequence[TradeUnion] = field(default_factory=list)
    employers: Sequence[Employer] = field(default_factory=list)
    people: Sequence[Person] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing was found."""
        return not (self.unions or self.employers or self.people)


def search(actor: Actor, text: str, *, today: date, limit: int = LIMIT) -> Results:
    """Look for a name, pinyin, initials, phone tail, whole ID number or mobile, code of a unit, or union number."""
    wanted = read_search(text, today=today)
    if wanted.wanted == Wanted.NOTHING:
        return Results(wanted)
    return Results(
        wanted,
        unions=list(find_unions(actor, wanted)[:limit]),
        employers=list(find_employers(actor, wanted, limit)),
        people=find_people(actor, wanted, limit),
    )


def find_unions(actor: Actor, wanted: Search) -> "QuerySet[Any, Any]":
    """Unions whose name holds the text (or held it), or whose number, code or initials are it."""
    visible = TradeUnion.objects.visible_to(actor).select_related("parent")
    match wanted.wanted:
        case Wanted.UNION_NUMBER:
            return visible.filter(number=wanted.value)
        case Wanted.CODE:
            return visible.filter(uscc=wanted.value).order_by("pk")
        case Wanted.PINYIN:
            return visible.filter(prefixed("pinyin", wanted.value)).order_by("pinyin", "pk")
        case Wanted.NAME:
            begins = in_any_spelling(wanted.value, lambda text: prefixed("name_key", rules.fold_name(text)))
            found = visible.filter(in_any_spelling(wanted.value, _holds)).annotate(
                rank=Case(When(begins, then=Value(0)), default=Value(1))
            )
            return found.order_by("rank", "name_key", "pk")
        case _:
            return visible.none()


def find_employers(actor: Actor, wanted: Search, limit: int = LIMIT) -> Sequence[Employer]:
    """Employers by code, by the beginning of the name or of its own part, or by initials."""
    visible = Employer.objects.visible_to(actor)
    match wanted.wanted:
        case Wanted.CODE | Wanted.RESIDENT_ID:  # an old 15-digit registration number looks like an ID number
            employer = employer_by_uscc(wanted.value)
            return list(visible.filter(pk=employer.pk)) if employer else []
        case Wanted.PINYIN:
            return list(visible.filter(prefixed("pinyin", wanted.value)).order_by("pinyin", "pk")[:limit])
        case Wanted.NAME:
            rows = [
                row for text in spellings(wanted.value) for row in _employers_beginning(visible, text, limit)
            ]
            return list(dict.fromkeys(rows))[:limit]
        case _:
            return []


def _employers_beginning(visible: "QuerySet[Employer]", text: str, limit: int) -> list[Employer]:
    whole, brand = rules.fold_name(text), brand_key(text)
    found = visible.filter(prefixed("brand_key", brand)).order_by("brand_key", "pk")[:limit]
    rows = list(found) or list(visible.filter(prefixed("name_key", whole)).order_by("name_key", "pk")[:limit])
    return [row for row in rows if brand == whole or row.name_key.startswith(whole)] or rows


def _holds(text: str) -> Q:
    key = rules.fold_name(text)
    # Gathered apart: joined, all columns of the thousands that hold a common word are compared to part them.
    former = UnionFormerName.objects.filter(name_key__contains=key).values("union_id")
    return Q(name_key__contains=key) | Q(pk__in=former)


def find_people(actor: Actor, wanted: Search, limit: int = LIMIT) -> list[Person]:
    """People in reach by whole ID number or mobile, phone tail, name or its beginning, pinyin or initials."""
    if wanted.wanted == Wanted.RESIDENT_ID:
        person = person_by_resident_id(wanted.value)
        return _fetched(Person.objects.visible_to(actor), [person.pk] if person else [])
    if wanted.wanted == Wanted.MOBILE:
        return _fetched(
            Person.objects.visible_to(actor), [person.pk for person in people_by_mobile(wanted.value)]
        )
    fields = _SEARCHED.get(wanted.wanted, ())
    find = _among_few if _is_small(actor) else _among_many
    keys: list[int] = []
    for column, text in product(fields, spellings(wanted.value)):
        if len(keys) < limit:  # one after another: each walks its own index and stops at the limit
            keys += [pk for pk in find(actor, column, text, limit) if pk not in keys]
    return _fetched(Person.objects.all(), keys[:limit])


_SEARCHED: dict[Wanted, tuple[str, ...]] = {
    Wanted.PHONE_TAIL: ("mobile_tail",),
    Wanted.NAME: ("name",),
    Wanted.PINYIN: ("pinyin", "initials"),
}


def _matching(field: str, value: str) -> Q:
    last = field.rpartition("__")[2]
    return Q(**{field: value}) if last == "mobile_tail" else prefixed(field, value)


def _among_many(actor: Actor, field: str, value: str, limit: int) -> list[int]:
    """Walk the index of the field and keep whom the actor may see."""
    inside = Membership.objects.filter(actor.within("members.view", "union_path"), person_id=OuterRef("pk"))
    found = Person.objects.filter(_matching(field, value)).filter(Exists(inside))
    return list(found.order_by(field, "pk").values_list("pk", flat=True)[:limit])


def _among_few(actor: Actor, field: str, value: str, limit: int) -> list[int]:
    """Look through the memberships in reach."""
    inside = Membership.objects.filter(actor.within("members.view", "union_path"))
    column = "name_key" if field == "pinyin" else f"person__{field}"
    order = column
    if (
        field == "name"
    ):  # by their keys, so that a frequent surname is walked in the index with the path at its end …
        spelt = Q(pk__in=[])
        for prefix in key_prefixes(value):
            spelt |= prefixed("name_key", prefix)
        inside, order = inside.filter(spelt), "name_key"
    found = inside.filter(_matching(column, value)).order_by(order, "pk").values_list("person_id", flat=True)
    return _first_different(found, limit)


def _first_different(rows: "QuerySet[Any, Any]", limit: int) -> list[int]:
    """The first so many that differ; … and left as soon as there are enough: somebody has a row for each spell."""
    keys: dict[int, None] = {}
    start, size = 0, 2 * limit
    while len(keys) < limit:
        part = list(rows[start : start + size])
        keys |= dict.fromkeys(part)
        if len(part) < size:
            break
        start += size
    return list(keys)[:limit]


def _is_small(actor: Actor) -> bool:
    """Whether the actor's reach holds few memberships, so that looking through them beats walking an index."""
    roots = actor.paths("members.view")
    if "" in roots:
        return False
    rows = UnionTally.objects.filter(union__path__in=roots).values_list("all_active", "all_retained")
    return sum(active + retained for active, retained in rows) <= _SMALL_REACH


def _fetched(people: "QuerySet[Person, Person]", keys: list[int]) -> list[Person]:
    """The people in the order of the keys, with their running membership and its union as `running`."""
    if not keys:
        return []
    running = Membership.objects.filter(ended_on=None).select_related("union")
    rows: list[Person] = list(
        people.filter(pk__in=keys).prefetch_related(
            Prefetch("memberships", queryset=running, to_attr="current")
        )
    )
    for person in rows:
        current: list[Membership] = getattr(person, "current", [])
        person.running = current[0] if current else None  # type: ignore[attr-defined]  # for the page
    return sorted(rows, key=lambda person: keys.index(person.pk))
