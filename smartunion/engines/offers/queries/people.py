"""What conditions and quotas need to know of somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.engines.offers.models import Ban, Booking, LimitUse
from smartunion.engines.offers.rules.conditions import DUES_PAID, Facts
from smartunion.ground.registry.known_of_employers import PAYS_DUES, known
from smartunion.ground.registry.models import Membership, Person


@dataclass(frozen=True)
class Who:
    """Somebody who books: a person of the registry, an account, or both."""

    person_id: int | None
    user_id: int | None
    facts: Facts

    @property
    def rows(self) -> Q:
        """Her rows: those of the person, or of the account where there is no person."""
        if self.person_id is not None:
            return Q(person_id=self.person_id)
        return Q(user_id=self.user_id, person_id=None)


def who_is(actor: Actor) -> Who:
    """The actor as somebody who books."""
    return Who(actor.person_id, actor.user_id, facts_of(actor.person_id))


def person(person_id: int) -> Who:
    """A person of the registry somebody books for."""
    return Who(person_id, None, facts_of(person_id))


def holder(booking: Booking) -> Who:
    """Whose booking it is."""
    return Who(booking.person_id, booking.user_id, facts_of(booking.person_id))


def facts_of(person_id: int | None) -> Facts:
    """Facts of a person as the registry has them; of nobody: empty ones."""
    return facts_of_many([person_id]).get(person_id, Facts()) if person_id is not None else Facts()


_READ = ("sex", "birth_date", "is_new_form", "is_migrant", "skill_grade")


def facts_of_many(person_ids: Iterable[int]) -> dict[int, Facts]:
    """Facts of people by their key; whoever is erased is not among them. Three statements."""
    ids = sorted(set(person_ids))
    spells: dict[int, Membership] = {}
    for spell in Membership.objects.filter(person_id__in=ids, ended_on=None).order_by("pk"):
        spells.setdefault(spell.person_id, spell)
    people = Person.objects.filter(pk__in=ids, erased_at=None).only(*_READ)
    paying = known(PAYS_DUES, {one.employer_id for one in spells.values() if one.employer_id is not None})
    return {someone.pk: _facts(someone, spells.get(someone.pk), paying) for someone in people}


def _facts(someone: Person, spell: Membership | None, paying: Mapping[int, bool]) -> Facts:
    is_member = spell is not None and spell.state == "active"
    is_paid_for = is_member and spell is not None and bool(paying.get(spell.employer_id or 0))
    return Facts(
        is_member=is_member,
        member_since=spell.started_on if spell is not None and is_member else None,
        sex=someone.sex,
        birth_date=someone.birth_date,
        union_path=spell.union_path if spell is not None and is_member else "",
        groups=groups_of(someone) | (frozenset({DUES_PAID}) if is_paid_for else frozenset()),
    )


def groups_of(someone: Person) -> frozenset[str]:
    """Keys of rules.conditions.GROUPS the person belongs to."""
    flags = {
        "new_form": someone.is_new_form,
        "women": someone.sex == "f",
        "men": someone.sex == "m",
        "migrant": bool(someone.is_migrant),
        "skilled": someone.skill_grade not in ("", "none"),
    }
    return frozenset(key for key, holds in flags.items() if holds)


def uses_of(who: Who, names: Iterable[str]) -> dict[str, int]:
    """How often somebody has used these limits."""
    rows = LimitUse.objects.filter(who.rows, key__in=sorted(set(names)), taken__gt=0)
    return dict(rows.values_list("key", "taken"))


def uses_of_many(person_ids: Iterable[int], names: Iterable[str]) -> dict[int, dict[str, int]]:
    """`uses_of` for many people of the registry, by their key."""
    found: dict[int, dict[str, int]] = {}
    rows = LimitUse.objects.filter(
        person_id__in=sorted(set(person_ids)), key__in=sorted(set(names)), taken__gt=0
    )
    for person_id, key, taken in rows.values_list("person_id", "key", "taken"):
        if person_id is not None:
            found.setdefault(person_id, {})[key] = taken
    return found


@dataclass(frozen=True)
class Barred:
    """Somebody may not book until a day, included. course_kind: of a course she came to too seldom, "" a place she left empty.

    Whoever came too seldom to a course may not have the next of its kind; whoever left a place empty may have none.
    """

    until: date
    course_kind: str = ""

    def holds_for(self, kind: str) -> bool:
        """Whether it keeps her from offers of a kind."""
        return self.course_kind in ("", kind)


def bars_of(who: Who, *, on: date) -> tuple[Barred, ...]:
    """What keeps somebody from booking that day, the longest last."""
    return _bars(Ban.objects.filter(who.rows), on).get(
        (who.person_id, who.user_id if who.person_id is None else None), ()
    )


def bars_of_many(person_ids: Iterable[int], *, on: date) -> dict[int, tuple[Barred, ...]]:
    """`bars_of` of people of the registry, by their key."""
    rows = Ban.objects.filter(person_id__in=sorted(set(person_ids)))
    return {person_id: bars for (person_id, _user), bars in _bars(rows, on).items() if person_id is not None}


def _bars(rows: "QuerySet[Ban]", on: date) -> dict[tuple[int | None, int | None], tuple[Barred, ...]]:
    found: dict[tuple[int | None, int | None], tuple[Barred, ...]] = {}
    running = rows.filter(lifted_at=None, until_on__gte=on).order_by("until_on", "pk")
    names = ("person_id", "user_id", "until_on", "booking__offer__attendance_pct", "booking__offer__kind")
    for person_id, user_id, until, pct, kind in running.values_list(*names):
        hers = (person_id, None if person_id is not None else user_id)
        found[hers] = (*found.get(hers, ()), Barred(until, kind if pct else ""))
    return found
