"""Employers in reach, asked for in the way that suits the size of the reach."""

from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from smartunion.core.actor import Actor
from smartunion.core.reading import any_of
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, UnionTally

#: A reach with at most so many covered employers is small: its keys are collected faster than names are walked. Of a
#: million names in order one in three hundred is then hers: 50 are found before the keys of ten thousand are sorted.
_SMALL = 3_000


def employers_in_reach(actor: Actor) -> "QuerySet[Employer, Employer]":
    """The same rows as `Employer.objects.visible_to`; one more statement, which reads how much is in reach.

    Of a county's employers every tenth name in order is one, so the list is walked by name; of a union's few, one of a
    million names, so their keys come first, from the territory's index and from the links'.
    """
    visible = Employer.objects.visible_to(actor)
    if not _is_small(actor.paths("registry.view")):
        return visible
    links = EmployerLink.objects.filter(actor.within("registry.view", "union_path"), valid_to=None)
    parts = [
        Employer.objects.filter(actor.within("registry.view", "territory_path")),
        Employer.objects.filter(pk__in=links.values("employer_id")),
    ]
    if actor.person_id is not None:
        own = Membership.objects.filter(person_id=actor.person_id, ended_on=None)
        parts.append(Employer.objects.filter(pk__in=own.values("employer_id")))
    return any_of(Employer.objects.all(), *parts)


def _is_small(roots: Sequence[str]) -> bool:
    if "" in roots:
        return False
    held = UnionTally.objects.filter(union__path__in=roots).aggregate(n=Sum("all_employers"))
    return (held["n"] or 0) <= _SMALL
