"""A claim worked out line by line: terms, cover and what happened in; lines, a total and reasons out. Yuan, two decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from smartunion.systems.mutual.rules.terms import Basis, Benefit, DateRule, Terms
from smartunion.systems.mutual.rules.waiting import FULL, Spell, Wait, factor_of, share_starts, wait_of

CENT, ZERO = Decimal("0.01"), Decimal("0.00")


class No(StrEnum):
    """Why nothing is paid."""

    NO_BENEFIT = "no_benefit"
    NO_DAY = "no_day"
    NOT_COVERED = "not_covered"
    WAITING = "waiting"
    NOT_LISTED = "not_listed"
    TOO_LATE = "too_late"
    BEFORE_EVENT = "before_event"
    SAME_EVENT = "same_event"
    ONCE = "once"
    CAP_SPENT = "cap_spent"
    NO_COST = "no_cost"


@dataclass(frozen=True)
class Paid:
    """An earlier claim that stands: the day of its event, its benefit and what it brought."""

    event_on: date
    benefit: str
    yuan: Decimal


@dataclass(frozen=True)
class Event:
    """What is claimed for. Costs: of the whole treatment, what the medical scheme and what others paid of it."""

    benefit: str
    filed_on: date
    illness: str = ""
    pathology_on: date | None = None
    admitted_on: date | None = None
    happened_on: date | None = None
    treated_until: date | None = None
    hospital_days: int = 0
    cost_yuan: Decimal = ZERO
    scheme_yuan: Decimal = ZERO
    other_yuan: Decimal = ZERO


@dataclass(frozen=True)
class Line:
    """One line of a calculation: what (wording.LINES), how it was worked out, yuan, where the rule stands."""

    key: str
    formula: str
    yuan: Decimal
    source: str


@dataclass(frozen=True)
class Refusal:
    """One reason why nothing is paid: its code, the figures of its sentence, where the rule stands."""

    code: No
    places: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Calculation:
    """The result: lines in the order they were worked out; total_yuan 0 whenever there is a refusal."""

    event_on: date | None
    shares: int
    lines: tuple[Line, ...]
    total_yuan: Decimal
    refusals: tuple[Refusal, ...] = ()


def event_day(terms: Terms, event: Event) -> date | None:
    """The day of the event: pathology report, admission or accident, by the illness and then the benefit."""
    illness = terms.illness(event.illness) if event.illness else None
    benefit = terms.benefit(event.benefit)
    rule = illness.date_rule if illness else benefit.date_rule if benefit else DateRule.ADMISSION
    if rule is DateRule.PATHOLOGY:
        return event.pathology_on
    return event.happened_on if rule is DateRule.ACCIDENT else event.admitted_on


def assessed_by(terms: Terms, event: Event) -> date | None:
    """The day a disability is assessed: end of treatment, or the last day the terms allow; None when that does not apply."""
    if terms.disability_days is None or event.happened_on is None:
        return None
    last = event.happened_on + timedelta(days=terms.disability_days)
    return min(event.treated_until or last, last)


def calculate(
    terms: Terms,
    cover: Sequence[Spell],
    event: Event,
    earlier: Sequence[Paid] = (),
    *,
    is_explained: bool = True,
) -> Calculation:
    """What a claim brings, with every step (is_explained; without them when only sums are counted).

    cover: the person's periods in this plan; earlier: her claims in it that stand. Every reason against is given, not the
    first only. The total is never negative, never above the caps, and for benefits bounded by the own cost never above it.
    Source: docs/rules/mutual_aid.md, where a table is worked.
    """
    benefit, on = terms.benefit(event.benefit), event_day(terms, event)
    if benefit is None:
        return _refused(on, Refusal(No.NO_BENEFIT))
    if on is None:
        return _refused(None, Refusal(No.NO_DAY))
    starts = share_starts(cover, on, terms.renewal_days)
    refusals = _refusals(terms, benefit, event, on, starts, earlier)
    if refusals:
        return Calculation(on, len(starts), (), ZERO, tuple(refusals))
    return _worked(terms, benefit, event, on, starts, _spent(terms, cover, on, earlier), is_explained)


def _refused(on: date | None, refusal: Refusal) -> Calculation:
    return Calculation(on, 0, (), ZERO, (refusal,))


def _refusals(
    terms: Terms, benefit: Benefit, event: Event, on: date, starts: tuple[date, ...], earlier: Sequence[Paid]
) -> list[Refusal]:
    found: list[Refusal] = []
    if event.filed_on < on:
        found.append(Refusal(No.BEFORE_EVENT, (("event", on.isoformat()),)))
    if not starts:
        found.append(Refusal(No.NOT_COVERED, (("event", on.isoformat()),)))
    elif benefit.waits and all(wait_of(start, on, terms) is Wait.NO_PAY for start in starts):
        first_paid = starts[0] + timedelta(days=terms.no_pay_days)
        found.append(Refusal(No.WAITING, (
            ("event", on.isoformat()), ("start", starts[0].isoformat()), ("days", str(terms.no_pay_days)),
            ("from", first_paid.isoformat()),
        ), terms.clause("no_pay_days")))  # fmt: skip
    if benefit.needs_illness and terms.illness(event.illness) is None:
        found.append(
            Refusal(No.NOT_LISTED, (("count", str(len(terms.illnesses))),), terms.clause("illnesses"))
        )
    counted_from = assessed_by(terms, event) or on
    if terms.claim_days and (event.filed_on - counted_from).days > terms.claim_days:
        last = counted_from + timedelta(days=terms.claim_days)
        found.append(
            Refusal(
                No.TOO_LATE,
                (("days", str(terms.claim_days)), ("last", last.isoformat())),
                terms.clause("claim_days"),
            )
        )
    same = [one for one in earlier if one.benefit == benefit.key]
    if any(one.event_on == on for one in same):
        found.append(Refusal(No.SAME_EVENT, (("event", on.isoformat()),)))
    elif benefit.once and same:
        found.append(
            Refusal(
                No.ONCE, (("event", same[0].event_on.isoformat()),), terms.clause(f"benefit:{benefit.key}")
            )
        )
    return found


def _spent(terms: Terms, cover: Sequence[Spell], on: date, earlier: Sequence[Paid]) -> Decimal:
    """What earlier claims brought in the same period of cover."""
    if terms.period_cap_yuan is None or not earlier:
        return ZERO
    spell = next(one for one in cover if one.from_on <= on < one.until_on)
    return sum((one.yuan for one in earlier if spell.from_on <= one.event_on < spell.until_on), ZERO)


def _worked(
    terms: Terms,
    benefit: Benefit,
    event: Event,
    on: date,
    starts: tuple[date, ...],
    spent: Decimal,
    is_explained: bool,
) -> Calculation:
    lines: list[Line] = []
    own = max(ZERO, event.cost_yuan - event.scheme_yuan - event.other_yuan)
    clause = terms.clause(f"benefit:{benefit.key}") if is_explained else ""
    if is_explained and (benefit.is_bounded or event.cost_yuan):
        formula = f"{event.cost_yuan} − {event.scheme_yuan} − {event.other_yuan}"
        lines.append(Line("own_cost", formula, own, terms.clause("own_cost")))
    if benefit.is_bounded and own == 0:
        return Calculation(on, len(starts), tuple(lines), ZERO, (Refusal(No.NO_COST),))
    factors = [factor_of(start, on, terms) if benefit.waits else FULL for start in starts]
    weight = sum(factors, Decimal(0))
    amount = _amount(benefit, event, own, weight, len(factors)).quantize(CENT, ROUND_HALF_UP)
    if is_explained:
        lines.append(Line(benefit.basis, _formula(benefit, event, own, weight, factors), amount, clause))
    limits = [("cap", benefit.cap_yuan, ZERO), ("period_cap", terms.period_cap_yuan, spent)]
    for key, cap, used in limits:
        if cap is None:
            continue
        most = max(ZERO, (cap * weight).quantize(CENT, ROUND_DOWN) - used)
        if amount > most:
            if most == 0 and used:
                spent_up = Refusal(No.CAP_SPENT, (("spent", str(used)),), terms.clause("period_cap_yuan"))
                return Calculation(on, len(starts), tuple(lines), ZERO, (spent_up,))
            amount = most
            if is_explained:
                formula = f"{cap} × {_short(weight)}" + (f" − {used}" if used else "")
                lines.append(Line(key, formula, amount, terms.clause("period_cap_yuan") if used else clause))
    if benefit.is_bounded and amount > own:
        amount = own
        lines.append(Line("within_cost", f"≤ {own}", amount, clause))
    return Calculation(on, len(starts), tuple(lines), amount)


def _amount(benefit: Benefit, event: Event, own: Decimal, weight: Decimal, shares: int) -> Decimal:
    """Before any cap. weight: sum of what is paid of each share."""
    if benefit.basis is Basis.RATIO:
        return max(ZERO, own - benefit.free_yuan) * (benefit.ratio or Decimal(0)) * weight / shares
    each = benefit.amount_yuan or Decimal(0)
    return each * _days(benefit, event) * weight if benefit.basis is Basis.PER_DAY else each * weight


def _days(benefit: Benefit, event: Event) -> int:
    days = max(0, event.hospital_days)
    return min(days, benefit.most_days) if benefit.most_days is not None else days


def _formula(
    benefit: Benefit, event: Event, own: Decimal, weight: Decimal, factors: Sequence[Decimal]
) -> str:
    """What `_amount` did, as it is printed."""
    shares = " + ".join(_short(factor) for factor in factors)
    shares = f"({shares})" if len(factors) > 1 and set(factors) != {FULL} else _short(weight)
    if benefit.basis is Basis.RATIO:
        base = f"({own} − {benefit.free_yuan})" if benefit.free_yuan else f"{own}"
        waiting = "" if weight == len(factors) else f" × {shares} ÷ {len(factors)}"
        return f"{base} × {_percent(benefit.ratio or Decimal(0))}{waiting}"
    each = benefit.amount_yuan or Decimal(0)
    if benefit.basis is Basis.PER_DAY:
        return f"{each} × {_days(benefit, event)} × {shares}"
    return f"{each} × {shares}"


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _percent(ratio: Decimal) -> str:
    return f"{_short(ratio * 100)}%"
