"""Unions, members, officers, certificates and coverage as of a past day, in today's tree.

The tree of that day is not kept: a union that was moved since stands where it stands today, with its people of that day.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateField, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import (
    Certificate,
    EmployerLink,
    Membership,
    Officer,
    TermPostponement,
    TradeUnion,
    UnionFormerName,
)
from smartunion.ground.registry.queries.reach import employers_in_reach
from smartunion.ground.registry.queries.trees import CountedUnions

Rows = QuerySet[Any, Any]  # the stubs lose annotations and selected relations

#: Spells of both states are counted in one look at a subtree; LEFT JOIN, so that SQLite begins with the unions asked for.
_COUNTED = (
    "SELECT c.id, c.active, c.retained, (SELECT COUNT(*) FROM registry_employerlink l WHERE l.union_path >= c.path "
    "AND l.union_path < substr(c.path, 1, length(c.path) - 1) || '0' AND l.valid_from <= %s "
    "AND (l.valid_to IS NULL OR l.valid_to > %s)) FROM ("
    "SELECT u.id, u.path, COUNT(CASE WHEN m.held_as = %s THEN 1 END) AS active, "
    "COUNT(CASE WHEN m.held_as = %s THEN 1 END) AS retained FROM registry_tradeunion u "
    "LEFT JOIN registry_membership m ON m.union_path >= u.path "
    "AND m.union_path < substr(u.path, 1, length(u.path) - 1) || '0' AND m.started_on <= %s "
    "AND (m.ended_on IS NULL OR m.ended_on > %s) WHERE u.id IN ({places}) GROUP BY u.id, u.path) c"
)


#: The newest night's count up to the day; "0001-01-01" is the row every counted union has.
_KEPT = (
    "SELECT d.union_id, d.active, d.retained, d.employers FROM registry_unionday d WHERE d.id IN (SELECT (SELECT x.id "
    "FROM registry_unionday x WHERE x.union_id = u.id AND x.from_on <= %s ORDER BY x.from_on DESC LIMIT 1) "
    "FROM registry_tradeunion u WHERE u.id IN ({places}))"
)
_NAMES = ("n_active", "n_retained", "n_employers")


class UnionsOnDay(CountedUnions):
    """Unions that carry n_active, n_retained, n_employers of their subtrees as of `day` once fetched.

    Wide ones as counted last night, the others from the rows of that day: two statements.
    """

    day: date

    def _clone(self) -> "UnionsOnDay":
        clone: UnionsOnDay = super()._clone()  # type: ignore[misc]  # Django's own hook, not in the stubs
        clone.day = self.day
        return clone

    def count_rows(self, rows: Sequence[TradeUnion]) -> None:
        """Give some fetched rows their counts of that day."""
        by_key = {row.pk: row for row in rows}
        asked: list[Any] = [self.day, *by_key]
        with connection.cursor() as cursor:
            cursor.execute(_KEPT.format(places=_places(by_key)), asked)
            kept = cursor.fetchall()
            rest = by_key.keys() - {row[0] for row in kept}
            on = [self.day, self.day]
            states = [rules.MembershipState.ACTIVE.value, rules.MembershipState.RETAINED.value]
            cursor.execute(_COUNTED.format(places=_places(rest)), [*on, *states, *on, *rest])
            for pk, *numbers in (*kept, *cursor.fetchall()):
                vars(by_key[pk]).update(zip(_NAMES, numbers, strict=True))


def _places(keys: Collection[int]) -> str:
    return ", ".join(["%s"] * len(keys)) or "NULL"


def unions_standing(actor: Actor, day: date) -> Rows:
    """Unions in reach that stood on a day, with counts and former names of that day once fetched."""
    stood = Q(founded_on=None) | Q(founded_on__lte=day)
    rows = (
        TradeUnion.objects.visible_to(actor)
        .filter(stood, Q(closed_on=None) | Q(closed_on__gt=day))
        .exclude(state=rules.UnionState.PREPARATORY)
        .select_related("parent", "region")
    )
    later = UnionFormerName.objects.filter(until__gt=day).order_by("until", "pk")
    dated = UnionsOnDay(model=TradeUnion, query=rows.query.chain(), using=rows.db)
    dated.day = day
    return dated.prefetch_related(Prefetch("former_names", queryset=later, to_attr="later_names"))


def name_on(union: Any) -> str:
    """The name a union of `unions_standing` bore that day."""
    return str(union.later_names[0].name if union.later_names else union.name)


def members_held(actor: Actor, day: date, *, path: str = "") -> Rows:
    """Spells in reach (and below a union) that held on a day; held_as is the state each had."""
    held = Membership.objects.filter(actor.within("members.view", "union_path")).active_on(day)
    if path:
        held = held.under(path)
    return held.for_lists()


def employers_covered(actor: Actor, day: date) -> Rows:
    """Employers in reach that existed on a day, with the coverage that held then (open_links, has_union)."""
    held = EmployerLink.objects.all().covering_on(day)
    there = employers_in_reach(actor).filter(Q(founded_on=None) | Q(founded_on__lte=day))
    rows = there.select_related("region").annotate(has_union=Exists(held.filter(employer=OuterRef("pk"))))
    return rows.prefetch_related(
        Prefetch("union_links", queryset=held.select_related("union"), to_attr="open_links")
    )


def officers_on(actor: Actor, day: date) -> Rows:
    """Officers of unions in reach who held their post on a day; `term_ended_on`: the end their term was to have then."""
    held = (
        Officer.objects.visible_to(actor)
        .serving_on(day)
        .filter(term__ends_on__gt=day)
        .exclude(term__union__closed_on__lte=day)
    )
    return with_term_end(held, day).select_related("term__union", "person")


def with_term_end(posts: Rows, day: date) -> Rows:
    """Posts with the end their term was to have that day, before it was put off or cut short since, as `term_ended_on`."""
    later = TermPostponement.objects.filter(
        term=OuterRef("term"), approved_at__gte=clock.midnight(day + timedelta(days=1))
    )
    was = Subquery(later.order_by("approved_at", "pk").values("was_until")[:1])
    dated: Rows = posts.annotate(term_ended_on=Coalesce(was, "term__meant_until", "term__ends_on"))
    return dated


def certificates_held(actor: Actor, day: date) -> Rows:
    """Certificates of unions in reach that had been issued on a day and were neither followed by another nor cancelled.

    Rows carry the day as seen_on: their standing is the one of that day.
    """
    held = Certificate.objects.visible_to(actor).filter(
        Q(ended_on=None) | Q(ended_on__gt=day), issued_on__lte=day
    )
    return held.select_related("union").annotate(seen_on=Value(day, output_field=DateField()))
