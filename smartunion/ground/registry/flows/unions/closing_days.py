"""A closing is often entered late: nothing may be on record after the day it is given. For flows and previews; no writes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Coalesce
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
    terms = Term.objects.filter(union=union, starts_on__lte=today)
    certificates = Certificate.objects.filter(union=union)
    _refuse(union.name, on, [
        _memberships(actor, members, on),
        _later(links, "valid_from", "valid_to", on,
               lambda row, day: _("coverage of %(name)s (%(day)s)") % {"name": row.employer.name, "day": day}),
        _later(terms, "starts_on", None, on,
               lambda row, day: _("term %(ordinal)s (%(day)s)") % {"ordinal": row.ordinal, "day": day}),
        _posts(union, on, today),
        _later(certificates, "issued_on", None, on,
               lambda row, day: _("certificate %(number)s (%(day)s)") % {"number": row.number, "day": day}),
    ])  # fmt: skip


def check_nobody_later(actor: Actor, employer: Employer, closing: list[TradeUnion], on: date) -> None:
    """Nobody's membership from this employer began, and no coverage of it, after the day it goes out of business, in unions
    that do not close with it. Raises InvalidInput naming on, with the records.
    """
    people = Membership.objects.filter(employer=employer, ended_on=None).exclude(union__in=closing)
    links = EmployerLink.objects.filter(employer=employer).exclude(union__in=closing).select_related("union")
    _refuse(employer.name, on, [
        _memberships(actor, people, on),
        _later(links, "valid_from", "valid_to", on,
               lambda row, day: _("coverage by %(name)s (%(day)s)") % {"name": row.union.name, "day": day}),
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Later:
    """How many records of one kind go on after a day, and the last few of them in words, each with its last day."""

    number: int
    last: list[tuple[date, str]]


def _refuse(name: str, on: date, kinds: list[_Later]) -> None:
    number = sum(kind.number for kind in kinds)
    if not number:
        return
    last = sorted((one for kind in kinds for one in kind.last), key=lambda one: one[0], reverse=True)
    said = "、".join(words for _day, words in last[:_NAMED])
    if number > _NAMED:
        said = _("%(names)s and %(number)s more") % {"names": said, "number": number - _NAMED}
    raise InvalidInput(
        _("The record of %(name)s goes on after %(day)s: %(what)s.")
        % {"name": name, "day": on.isoformat(), "what": said},
        remedy=_("Enter %(last)s or a later day. Where one of these entries is wrong, put that right first.")
        % {"last": last[0][0].isoformat()},
        field="on",
    )


def _memberships(actor: Actor, rows: "QuerySet[Membership]", on: date) -> _Later:
    def words(row: Membership, day: str) -> str:
        if actor.can("members.view", path=row.union_path):
            return _("membership of %(name)s (%(day)s)") % {"name": row.person.name, "day": day}
        return _("a membership (%(day)s)") % {"day": day}

    return _later(rows.select_related("person"), "started_on", "ended_on", on, words)


def _posts(union: TradeUnion, on: date, today: date) -> _Later:
    rows = Officer.objects.filter(term__union=union).exclude(began_on=None, end_reason="")
    rows = rows.alias(until=Coalesce("left_on", "began_on")).filter(until__lte=today)
    return _later(rows, "began_on", "left_on", on,
                  lambda row, day: _("post of %(name)s (%(day)s)") % {"name": row.name, "day": day})  # fmt: skip


def _later(
    rows: "QuerySet[T]", begins: str, ends: str | None, on: date, words: Callable[[T, str], str]
) -> _Later:
    """Rows that began or ended after a day; what never lasted a day is left out. Counted, and only the last few read."""
    last_day = Coalesce(ends, begins) if ends else F(begins)
    late = rows.annotate(last_day=last_day).filter(last_day__gt=on)
    if ends:
        late = late.filter(Q(**{ends: None}) | Q(**{begins: None}) | ~Q(**{ends: F(begins)}))
    few = [
        (day, words(row, day.isoformat()))
        for row in late.order_by("-last_day", begins, "pk")[:_NAMED]
        if (day := vars(row)["last_day"])
    ]
    return _Later(late.count() if len(few) == _NAMED else len(few), few)
