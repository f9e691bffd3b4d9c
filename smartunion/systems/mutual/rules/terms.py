"""The terms of a plan's version: frozen shapes, what is still to be set, and their JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Basis(StrEnum):
    """How a benefit is measured."""

    FIXED = "fixed"
    PER_DAY = "per_day"
    RATIO = "ratio"


class DateRule(StrEnum):
    """Which day counts as the day of the event."""

    PATHOLOGY = "pathology"
    ADMISSION = "admission"
    ACCIDENT = "accident"


class What(StrEnum):
    """What happened, as a member says it."""

    HOSPITAL = "hospital"
    ILLNESS = "illness"
    DISABILITY = "disability"
    DEATH = "death"


class PayTo(StrEnum):
    """Who is paid."""

    MEMBER = "member"
    UNION = "union"


class Period(StrEnum):
    """How long an enrolment runs."""

    MONTHS = "months"
    CALENDAR_YEAR = "calendar_year"


@dataclass(frozen=True)
class Illness:
    """A listed illness; date_rule: which day counts for it."""

    key: str
    title: str
    date_rule: DateRule = DateRule.ADMISSION


@dataclass(frozen=True)
class Benefit:
    """What a share brings.

    what: the event it answers; amount_yuan: per share (FIXED) or per share and hospital day (PER_DAY), None: to be set; ratio:
    of the own cost, 0–1, None: to be set; free_yuan: own cost left out before the ratio; cap_yuan: most for a share in one
    claim, None: none; illnesses: keys it is limited to, empty: any; needs_illness: one of the plan's listed illnesses; waits:
    whether the waiting days apply; within_cost: never more than the own cost (always so for RATIO); once: one payment a person
    and period.
    """

    key: str
    title: str
    basis: Basis
    what: What = What.HOSPITAL
    amount_yuan: Decimal | None = None
    ratio: Decimal | None = None
    free_yuan: Decimal = Decimal(0)
    cap_yuan: Decimal | None = None
    needs_illness: bool = False
    date_rule: DateRule = DateRule.ADMISSION
    waits: bool = True
    within_cost: bool = False
    once: bool = False
    pay_to: PayTo = PayTo.MEMBER
    most_days: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether the own cost is its limit."""
        return self.basis is Basis.RATIO or self.within_cost


@dataclass(frozen=True)
class Terms:
    """One version of a plan.

    price_yuan: a share, a year (or period, as period_months says); card_price_yuan: for holders of the member card;
    max_shares: most a person; same_shares: everybody in the unit holds as many; under_ages: "m", "f",
        "f_senior" → must be younger; no_pay_days: days
    from the start on which nothing is paid; reduced_until_days: last reduced day; reduced_ratio: what is paid of a share then,
    None: to be set; renewal_days: renewing within keeps the start day; period: how long; months_choices: lengths a unit may choose;
    enrol_from, enrol_until: (month, day) of the window, None: all year; claim_days: from the event to the claim, None: to be
    set, 0: no limit; period_cap_yuan: most a share and period, all claims together; needs_scheme: must be in the city medical "
    "scheme; only_sex: "f" for
    plans for women;
    disability_days: assessed at the end of treatment, on this day at the latest; source: document; sources: term → clause.
    """

    key: str
    title: str
    price_yuan: Decimal | None = None
    card_price_yuan: Decimal | None = None
    max_shares: int = 1
    same_shares: bool = True
    under_ages: tuple[tuple[str, int], ...] = ()
    no_pay_days: int = 0
    reduced_until_days: int = 0
    reduced_ratio: Decimal | None = None
    renewal_days: int = 0
    period: Period = Period.MONTHS
    months_choices: tuple[int, ...] = (12,)
    enrol_from: tuple[int, int] | None = None
    enrol_until: tuple[int, int] | None = None
    claim_days: int | None = None
    period_cap_yuan: Decimal | None = None
    needs_scheme: bool = False
    only_sex: str = ""
    disability_days: int | None = None
    illnesses: tuple[Illness, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    source: str = ""
    sources: tuple[tuple[str, str], ...] = ()

    def clause(self, term: str) -> str:
        """Where a term stands: its clause, or the document."""
        return dict(self.sources).get(term, self.source)

    def benefit(self, key: str) -> Benefit | None:
        """The benefit of this key."""
        return next((one for one in self.benefits if one.key == key), None)

    def illness(self, key: str) -> Illness | None:
        """The listed illness of this key."""
        return next((one for one in self.illnesses if one.key == key), None)


def missing(terms: Terms) -> list[str]:
    """Terms that must be set before the version can be published, by key ("price_yuan", "benefit:hospital:amount_yuan"); pure."""
    gaps = [name for name in ("price_yuan", "claim_days") if getattr(terms, name) is None]
    if terms.reduced_until_days > terms.no_pay_days and terms.reduced_ratio is None:
        gaps.append("reduced_ratio")
    if not terms.benefits:
        gaps.append("benefits")
    for one in terms.benefits:
        name = "ratio" if one.basis is Basis.RATIO else "amount_yuan"
        if getattr(one, name) is None:
            gaps.append(f"benefit:{one.key}:{name}")
        if one.needs_illness and not terms.illnesses and "illnesses" not in gaps:
            gaps.append("illnesses")
    return gaps


def wrong(terms: Terms) -> list[str]:
    """Terms that contradict themselves, by key; pure."""
    checks = {
        "price_yuan": terms.price_yuan is not None and terms.price_yuan < 0,
        "max_shares": not 1 <= terms.max_shares <= 100,
        "reduced_until_days": 0 < terms.reduced_until_days <= terms.no_pay_days
        or terms.reduced_until_days < 0,
        "no_pay_days": terms.no_pay_days < 0,
        "reduced_ratio": terms.reduced_ratio is not None and not 0 <= terms.reduced_ratio <= 1,
        "months_choices": terms.period is Period.MONTHS
        and not (terms.months_choices and all(1 <= months <= 60 for months in terms.months_choices)),
        "claim_days": terms.claim_days is not None and terms.claim_days < 0,
        "benefits": len({one.key for one in terms.benefits}) != len(terms.benefits),
    }
    found = [name for name, is_wrong in checks.items() if is_wrong]
    for one in terms.benefits:
        if one.ratio is not None and not 0 <= one.ratio <= 1:
            found.append(f"benefit:{one.key}:ratio")
        if any(value is not None and value < 0 for value in (one.amount_yuan, one.cap_yuan, one.free_yuan)):
            found.append(f"benefit:{one.key}:amount_yuan")
    return found


def dump(terms: Terms) -> dict[str, Any]:
    """As stored: JSON values, money as text."""
    return {name: _plain(value) for name, value in asdict(terms).items()}


def _plain(value: Any) -> Any:  # Any: JSON
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


_MONEY = frozenset(
    {"price_yuan", "card_price_yuan", "reduced_ratio", "period_cap_yuan", "amount_yuan", "ratio", "free_yuan", "cap_yuan"}
)  # fmt: skip


def load(stored: Mapping[str, Any]) -> Terms:
    """From what `dump` wrote; a term of a later program is left out."""
    held = _read(stored, Terms)
    for name in ("under_ages", "sources"):
        held[name] = tuple((str(key), value) for key, value in held.get(name, ()))
    for name in ("enrol_from", "enrol_until"):
        held[name] = tuple(held[name]) if held.get(name) else None
    held["months_choices"] = tuple(held.get("months_choices", (12,)))
    held["period"] = Period(held.get("period", Period.MONTHS))
    held["illnesses"] = tuple(
        Illness(one["key"], one["title"], DateRule(one["date_rule"])) for one in held.get("illnesses", ())
    )
    held["benefits"] = tuple(_benefit(one) for one in held.get("benefits", ()))
    return Terms(**held)


def _benefit(stored: Mapping[str, Any]) -> Benefit:
    held = _read(stored, Benefit)
    held["basis"], held["date_rule"] = Basis(held["basis"]), DateRule(held["date_rule"])
    held["pay_to"], held["what"] = PayTo(held["pay_to"]), What(held["what"])
    return Benefit(**held)


def _read(stored: Mapping[str, Any], shape: type) -> dict[str, Any]:
    names = {one.name for one in fields(shape)}
    return {
        name: Decimal(value) if name in _MONEY and value is not None else value
        for name, value in stored.items()
        if name in names
    }


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month; pure."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def is_open_on(terms: Terms, day: date) -> bool:
    """Whether units may enrol on this day, its window included; a window may pass the turn of the year."""
    if terms.enrol_from is None or terms.enrol_until is None:
        return True
    here, first, last = (day.month, day.day), terms.enrol_from, terms.enrol_until
    return first <= here <= last if first <= last else here >= first or here <= last


def period_for(terms: Terms, start: date, months: int) -> tuple[date, date]:
    """[from, until) of an enrolment asked for to begin on `start`: the next calendar year, or so many months."""
    if terms.period is Period.CALENDAR_YEAR:
        year = start.year + 1 if (start.month, start.day) != (1, 1) else start.year
        return date(year, 1, 1), date(year + 1, 1, 1)
    return start, months_later(start, months)
