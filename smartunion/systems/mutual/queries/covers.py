"""Reads about plans, periods and waiting."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import MembershipState
from smartunion.systems.mutual.models import Insured, Plan, PlanVersion
from smartunion.systems.mutual.rules.enrolling import Candidate, CannotEnrol, cannot, version_on
from smartunion.systems.mutual.rules.terms import Terms
from smartunion.systems.mutual.rules.waiting import Spell, Wait, share_starts, wait_of
from smartunion.systems.mutual.wording import CANNOT, WAITS


def versions_of(plan_id: int) -> list[tuple[date, date | None, PlanVersion]]:
    """Versions of a plan with their days, oldest first."""
    rows = PlanVersion.objects.filter(plan=plan_id).order_by("number")
    return [(one.valid_from, one.valid_to, one) for one in rows]


def version_for(plan_id: int, day: date) -> PlanVersion | None:
    """The version in force on a day."""
    return version_on(versions_of(plan_id), day)


def spells_of(plan_id: int, person_ids: Iterable[int]) -> dict[int, list[Spell]]:
    """Periods of people in a plan that stand, by person; one statement."""
    found: dict[int, list[Spell]] = defaultdict(list)
    rows = Insured.objects.standing().filter(plan=plan_id, person__in=list(person_ids))
    for one in rows.order_by("number"):
        found[one.person_id].append(one.spell)
    return found


@dataclass(frozen=True)
class Person:
    """Somebody of the unit and whether she can be enrolled; why_not: in words, empty when she can."""

    person_id: int
    name: str
    code: CannotEnrol | None
    number: int
    starts: tuple[date, ...] = ()

    @property
    def why_not(self) -> str:
        """The reason in words."""
        return str(CANNOT[self.code]) if self.code else ""


def people_for(
    union: TradeUnion, plan: Plan, terms: Terms, from_on: date, until_on: date, seniors: frozenset[int]
) -> list[Person]:
    """Active members of the unit by name, with the reason for each who cannot be enrolled. Three statements.

    seniors: people of a senior post; starts: from when the shares of whoever renews count.
    """
    members = Membership.objects.filter(union=union, ended_on=None, state=MembershipState.ACTIVE)
    rows = list(members.select_related("person").order_by("name_key", "id"))
    ids = [row.person_id for row in rows]
    spells = spells_of(plan.pk, ids)
    numbers: dict[int, int] = defaultdict(int)
    for person_id, number in Insured.objects.filter(plan=plan, person__in=ids).values_list(
        "person", "number"
    ):
        numbers[person_id] = max(numbers[person_id], number)
    found = []
    for row in rows:
        one = row.person
        who = Candidate(one.pk, True, one.sex, one.birth_date, one.pk in seniors)
        held = spells.get(one.pk, [])
        code = cannot(terms, who, held, from_on, until_on)
        starts = share_starts(
            [*held, Spell(from_on, until_on, terms.max_shares)], from_on, terms.renewal_days
        )
        found.append(Person(one.pk, str(one.name), code, numbers[one.pk], starts))
    return found


@dataclass(frozen=True)
class Share:
    """Where a share stands: the words, and from when the next stage begins ("" and None when in full)."""

    since: date
    wait: Wait
    until: date | None
    next: Wait | None

    @property
    def words(self) -> str:
        """The stage in words."""
        return str(WAITS[self.wait])

    @property
    def next_words(self) -> str:
        """The next stage in words."""
        return str(WAITS[self.next]) if self.next else ""


@dataclass(frozen=True)
class Cover:
    """What somebody is covered for in one plan on a day. shares: empty when the period has not begun."""

    insured: Insured
    terms: Terms
    shares: tuple[Share, ...]
    renew_by: date | None

    @property
    def is_running(self) -> bool:
        """Whether the period has begun."""
        return bool(self.shares)


def covers_of(person_id: int, on: date) -> list[Cover]:
    """Plans that cover somebody today or later, soonest first; two statements and one a plan."""
    rows = list(
        Insured.objects.standing().filter(person=person_id).select_related("plan", "enrolment__union")
        .order_by("from_on", "pk")
    )  # fmt: skip
    by_plan: dict[int, list[Insured]] = defaultdict(list)
    for row in rows:
        by_plan[row.plan_id].append(row)
    versions: dict[int, list[tuple[date, date | None, PlanVersion]]] = defaultdict(list)
    for one in PlanVersion.objects.filter(plan__in=by_plan).order_by("number"):
        versions[one.plan_id].append((one.valid_from, one.valid_to, one))
    found = []
    for plan_id, periods in by_plan.items():
        now = next((one for one in periods if on < one.until_on), None)
        version = version_on(versions[plan_id], on) or (
            versions[plan_id][-1][2] if versions[plan_id] else None
        )
        if now is None or version is None:
            continue
        terms = version.read()
        starts = share_starts([one.spell for one in periods], on, terms.renewal_days)
        later = any(one.from_on >= now.until_on for one in periods)
        by = None if later or not terms.renewal_days else now.until_on + timedelta(days=terms.renewal_days)
        found.append(Cover(now, terms, tuple(_share(start, on, terms) for start in starts), by))
    return sorted(found, key=lambda one: (one.insured.from_on, one.insured.pk))


def _share(start: date, on: date, terms: Terms) -> Share:
    wait = wait_of(start, on, terms)
    if wait is Wait.FULL:
        return Share(start, wait, None, None)
    days = terms.no_pay_days if wait is Wait.NO_PAY else terms.reduced_until_days
    until = start + timedelta(days=days)
    return Share(start, wait, until, wait_of(start, until, terms))


def own_unions(actor: Actor) -> Sequence[TradeUnion]:
    """Units the actor may enrol: those she holds the role at, by name."""
    paths = [grant.path for grant in actor.grants if "mutual.enrol" in grant.permissions and grant.path]
    return list(TradeUnion.objects.filter(path__in=paths).order_by("name", "pk"))
