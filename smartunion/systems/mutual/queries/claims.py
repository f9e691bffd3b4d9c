"""Reads about claims: facts, what was paid before, the calculation and its words."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from smartunion.systems.mutual.models import Claim, PlanVersion
from smartunion.systems.mutual.models.claims import STANDING
from smartunion.systems.mutual.queries.covers import spells_of, versions_of
from smartunion.systems.mutual.rules.claims import Calculation, Event, Paid, calculate, event_day
from smartunion.systems.mutual.wording import line_words, reason_words

_DATES = ("filed_on", "pathology_on", "admitted_on", "happened_on", "treated_until")
_MONEY = ("cost_yuan", "scheme_yuan", "other_yuan")


def dump_event(event: Event) -> str:
    """As stored under seal."""
    return json.dumps(
        {name: _plain(getattr(event, name)) for name in Event.__dataclass_fields__}, ensure_ascii=False
    )


def load_event(stored: str) -> Event:
    """From what `dump_event` wrote."""
    held: dict[str, Any] = json.loads(stored)
    for name in _DATES:
        held[name] = date.fromisoformat(held[name]) if held[name] else None
    for name in _MONEY:
        held[name] = Decimal(held[name])
    return Event(**held)


def _plain(value: Any) -> Any:  # Any: JSON
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def dump_result(found: Calculation) -> str:
    """A calculation as stored under seal."""
    return json.dumps(
        {
            "event_on": found.event_on.isoformat() if found.event_on else "", "shares": found.shares,
            "total": str(found.total_yuan),
            "lines": [[one.key, one.formula, str(one.yuan), one.source] for one in found.lines],
            "refusals": [[str(one.code), dict(one.places), one.source] for one in found.refusals],
        },
        ensure_ascii=False,
    )  # fmt: skip


@dataclass(frozen=True)
class ShownLine:
    """A line as printed."""

    label: str
    formula: str
    yuan: Decimal
    source: str


def shown_lines(result: dict[str, Any]) -> list[ShownLine]:
    """Lines of a stored calculation in words."""
    return [
        ShownLine(line_words(key), formula, Decimal(yuan), source)
        for key, formula, yuan, source in result.get("lines", ())
    ]


def shown_reasons(result: dict[str, Any]) -> list[str]:
    """Reasons of a stored calculation in sentences, with where the rule stands."""
    return [
        reason_words(code, places) + (f"（{source}）" if source else "")
        for code, places, source in result.get("refusals", ())
    ]


def version_of(plan_id: int, event: Event) -> PlanVersion | None:
    """The version in force on the day of the event, as that version itself reads the day; the newest when two claim it."""
    for valid_from, valid_to, version in reversed(versions_of(plan_id)):
        on = event_day(version.read(), event)
        if on is not None and valid_from <= on and (valid_to is None or on < valid_to):
            return version
    return None


def paid_before(plan_id: int, person_id: int, *, except_claim: int | None = None) -> list[Paid]:
    """A person's claims in a plan that stand, each with its day and what it brought; two statements at most."""
    rows = Claim.objects.filter(plan=plan_id, person=person_id, state__in=STANDING).exclude(
        pk=except_claim or -1
    )
    return as_paid(rows.order_by("pk"))


def as_paid(rows: Iterable[Claim]) -> list[Paid]:
    """Claims as the rules take earlier ones; those without a day yet are left out."""
    found = []
    for row in rows:
        day = row.shown.get("event_on")
        if day:
            total = row.total_yuan if row.total_yuan is not None else Decimal(0)
            found.append(Paid(date.fromisoformat(day), load_event(row.facts).benefit, total))
    return found


def worked(
    plan_id: int, person_id: int, event: Event, *, except_claim: int | None = None
) -> tuple[PlanVersion, Calculation]:
    """The calculation of an event by the version of its day (the newest when none fits), with the person's periods."""
    version = version_of(plan_id, event) or versions_of(plan_id)[-1][2]
    cover = spells_of(plan_id, [person_id]).get(person_id, [])
    earlier: Sequence[Paid] = paid_before(plan_id, person_id, except_claim=except_claim)
    return version, calculate(version.read(), cover, event, earlier)
