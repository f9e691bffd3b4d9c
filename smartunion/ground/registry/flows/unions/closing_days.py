"""A closing is often entered late: nothing may be on record after the day it is given. For flows and previews; no writes."""

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Officer,
    Term,
    TradeUnion,
)

T = TypeVar("T", bound=Model)
#: So many of the records that stand in the way are named.
_NAMED = 3


def check_nothing_later(actor: Actor, union: TradeUnion, on: date, *, today: date) -> None:
    """No membership, coverage, term, post or certificate of the union began or ended after the day it is to close.

    Terms and posts entered ahead of time do not count. Raises InvalidInput naming on, with the records.
    """
    members = Membership.objects.filter(union=union)
    links = EmployerLink.objects.filter(union=union).select_related("employer")
    terms = Term.objects.filter(union=union, starts_on__gt=on, starts_on__lte=today)
    certificates = Certificate.objects.filter(union=union, issued_on__gt=on).order_by("-issued_on", "-pk")
    _refuse(union.name, on, [
        *_memberships(actor, members, on),
        *((day, _("coverage of %(name)s (%(day)s)") % {"name": row.employer.name, "day": day.isoformat()})
          for day, row in _later(links, "valid_from", "valid_to", on)),
        *((row.starts_on, _("term %(ordinal)s (%(day)s)") % {"ordinal": row.ordinal, "day": row.starts_on.isoformat()})
          for row in terms),
        *_posts(union, on, today),
        *((row.issued_on, _("certificate %(number)s (%(day)s)") % {"number": row.number, "day": row.issued_on.isoformat()})
          for row in certificates),
    ])  # fmt: skip


def check_nobody_later(actor: Actor, employer: Employer, closing: list[TradeUnion], on: date) -> None:
    """Nobody's membership from this employer began, and no coverage of it, after the day it goes out of business, in unions
    that do not close with it. Raises InvalidInput naming on, with the records.
    """
    people = Membership.objects.filter(employer=employer, ended_on=None, started_on__gt=on).exclude(
        union__in=closing
    )
    links = EmployerLink.objects.filter(employer=employer).exclude(union__in=closing).select_related("union")
    _refuse(employer.name, on, [
        *_memberships(actor, people, on),
        *((day, _("coverage by %(name)s (%(day)s)") % {"name": row.union.name, "day": day.isoformat()})
          for day, row in _later(links, "valid_from", "valid_to", on)),
    ])  # fmt: skip


def _refuse(name: str, on: date, later: list[tuple[date, str]]) -> None:
    if not later:
        return
    later.sort(key=lambda one: one[0], reverse=True)
    said = "、".join(words for _day, words in later[:_NAMED])
    if len(later) > _NAMED:
        said = _("%(names)s and %(number)s more") % {"names": said, "number": len(later) - _NAMED}
    last, _words = later[0]
    raise InvalidInput(
        _("The record of %(name)s goes on after %(day)s: %(what)s.")
        % {"name": name, "day": on.isoformat(), "what": said},
        remedy=_("Enter %(last)s or a later day. Where one of these entries is wrong, put that right first.")
        % {"last": last.isoformat()},
        field="on",
    )


def _memberships(
    actor: Actor, rows: "QuerySet[Membership]", on: date
) -> Iterator[tuple[date, str]]:  # fmt: skip
    for day, row in _later(rows.select_related("person"), "started_on", "ended_on", on):
        is_open = actor.can("members.view", path=row.union_path)
        if is_open:
            yield (
                day,
                _("membership of %(name)s (%(day)s)") % {"name": row.person.name, "day": day.isoformat()},
            )
        else:
            yield day, _("a membership (%(day)s)") % {"day": day.isoformat()}


def _posts(union: TradeUnion, on: date, today: date) -> Iterator[tuple[date, str]]:
    rows = Officer.objects.filter(term__union=union).exclude(began_on=None, end_reason="")
    for day, row in _later(rows, "began_on", "left_on", on):
        if day <= today:
            yield day, _("post of %(name)s (%(day)s)") % {"name": row.name, "day": day.isoformat()}


def _later(rows: "QuerySet[T]", begins: str, ends: str, on: date) -> Iterator[tuple[date, T]]:
    """Rows that began or ended after a day, each with the last such day; what never lasted a day is left out."""
    late = Q(**{f"{begins}__gt": on}) | Q(**{f"{ends}__gt": on})
    lasting = Q(**{ends: None}) | Q(**{begins: None}) | ~Q(**{ends: F(begins)})
    for row in rows.filter(late & lasting).order_by(begins, "pk"):
        days = [getattr(row, begins), getattr(row, ends)]
        yield max(day for day in days if day is not None and day > on), row
