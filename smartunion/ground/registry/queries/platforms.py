"""Platforms: hers, and how many people each has; people are counted, not their rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import Employer, Membership, Person, PlatformWork
from smartunion.ground.registry.rules import EmployerState, MembershipState


@dataclass(frozen=True)
class PlatformPeople:
    """platforms: (company, people) for each with somebody or known as one, the largest first; people: everybody once;
    several: those with more than one platform."""

    platforms: Sequence[tuple[Employer, int]]
    people: int
    several: int


def platforms() -> "QuerySet[Employer]":
    """The platform companies that stand, by name."""
    return Employer.objects.filter(is_platform=True, state=EmployerState.ACTIVE).order_by("name_key", "pk")


def platform_work_of(person: Person) -> list[PlatformWork]:
    """A person's work for platforms, what runs first, then the latest."""
    rows = PlatformWork.objects.filter(person=person).select_related("platform")
    return list(rows.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "pk"))


def with_several_platforms() -> "QuerySet[PlatformWork, int]":
    """Keys of the people who work for more than one platform now."""
    running = PlatformWork.objects.running().order_by().values("person_id")
    return (
        running.annotate(n=Count("platform_id", distinct=True))
        .filter(n__gt=1)
        .values_list("person_id", flat=True)
    )


def platform_people(actor: Actor) -> PlatformPeople:
    """Active members in reach who work for platforms now; three statements whatever their number."""
    inside = Membership.objects.filter(
        actor.within("members.view", "union_path"), state=MembershipState.ACTIVE
    )
    rows = PlatformWork.objects.running().filter(Exists(inside.filter(person=OuterRef("person")))).order_by()
    by_platform = dict(rows.values_list("platform_id").annotate(n=Count("person_id", distinct=True)))
    people = rows.values("person_id").annotate(n=Count("platform_id", distinct=True))
    found = people.aggregate(people=Count("person_id"))["people"]
    several = people.filter(n__gt=1).count()
    companies = sorted(platforms(), key=lambda one: (-by_platform.get(one.pk, 0), one.name_key))
    return PlatformPeople([(one, by_platform.get(one.pk, 0)) for one in companies], found, several)
