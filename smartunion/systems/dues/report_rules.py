"""What a union's report of its funds says and when it adds up; pure.

Source: Trade Union Law (2021) art. 43 (where funds come from) and art. 45: budgets, accounts and review by a funds-review
committee, reported to the members' meeting or congress. The kinds are policies: `dues.income_kinds`,
`dues.spending_kinds`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

NOTHING = Decimal(0)
CENT = Decimal("0.01")
#: The most one amount may be: what a column of fourteen digits holds.
MOST = Decimal("999999999999.99")
#: First year a report can be about.
FIRST_YEAR = 1950


class FundsReportState(TextChoices):
    """Where a report stands."""

    DRAFT = "draft", pgettext_lazy("funds report", "Draft")
    REVIEW = "review", pgettext_lazy("funds report", "With the funds review")
    PUBLISHED = "published", pgettext_lazy("funds report", "Published")
    REPLACED = "replaced", pgettext_lazy("funds report", "Replaced by a correction")

    @property
    def tone(self) -> str:
        """How it looks."""
        return {"draft": "waiting", "review": "open", "published": "done", "replaced": "off"}[self.value]


#: Not yet told to anybody; what members read.
OPEN = frozenset({FundsReportState.DRAFT, FundsReportState.REVIEW})
TOLD = frozenset({FundsReportState.PUBLISHED, FundsReportState.REPLACED})


class FundsHalf(IntegerChoices):
    """The part of the year a report is about."""

    YEAR = 0, pgettext_lazy("funds report", "Whole year")
    FIRST = 1, pgettext_lazy("funds report", "First half")
    SECOND = 2, pgettext_lazy("funds report", "Second half")


class FundsSide(TextChoices):
    """In or out."""

    INCOME = "income", pgettext_lazy("funds report", "Income")
    SPENDING = "spending", pgettext_lazy("funds report", "Spending")


class FundsReview(TextChoices):
    """How a report was passed."""

    ONLINE = "online", pgettext_lazy("funds report", "Passed by the funds-review committee")
    PAPER = "paper", pgettext_lazy("funds report", "Passed by the funds-review committee on paper")
    NONE = "none", pgettext_lazy("funds report", "No funds-review committee to pass it")


#: Words of the shipped vocabularies in the reader's language; a federation's own kinds are shown as they were written.
KNOWN = {
    "会费收入": gettext_lazy("Members’ dues"),
    "拨缴经费收入": gettext_lazy("Employers’ contributions (two per cent)"),
    "上级补助收入": gettext_lazy("Subsidy from unions above"),
    "政府补助收入": gettext_lazy("Government subsidy"),
    "行政补助收入": gettext_lazy("Support by the employer"),
    "投资收益": gettext_lazy("Returns on investment"),
    "其他收入": gettext_lazy("Other income"),
    "职工活动支出": gettext_lazy("Activities for members"),
    "职工服务支出": gettext_lazy("Services for members"),
    "维权支出": gettext_lazy("Protection of rights and help"),
    "业务支出": gettext_lazy("Union work and training"),
    "资本性支出": gettext_lazy("Buildings and equipment"),
    "补助下级支出": gettext_lazy("Subsidies to unions below"),
    "其他支出": gettext_lazy("Other spending"),
}


def kind_words(kind: str) -> str:
    """A kind as pages show it."""
    return str(KNOWN.get(kind, kind))


def kinds_in(text: str) -> list[str]:
    """The kinds a policy names, in its order: words with 、 between them, each once."""
    words = (word.strip()[:40] for word in text.replace(",", "、").replace("，", "、").split("、"))
    return list(dict.fromkeys(word for word in words if word))


@dataclass(frozen=True, order=True)
class Span:
    """A year, or half of one."""

    year: int
    half: FundsHalf = FundsHalf.YEAR

    @property
    def begins(self) -> date:
        """Its first day."""
        return date(self.year, 7 if self.half == FundsHalf.SECOND else 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == FundsHalf.FIRST else date(self.year, 12, 31)

    @property
    def words(self) -> str:
        """For headings: 2025, or the first half of it."""
        if self.half == FundsHalf.YEAR:
            return _("Year %(year)s") % {"year": self.year}
        if self.half == FundsHalf.FIRST:
            return _("First half of %(year)s") % {"year": self.year}
        return _("Second half of %(year)s") % {"year": self.year}

    @property
    def before(self) -> "tuple[Span, ...]":
        """The spans that end on the day before it begins."""
        if self.half == FundsHalf.SECOND:
            return (Span(self.year, FundsHalf.FIRST),)
        return (Span(self.year - 1), Span(self.year - 1, FundsHalf.SECOND))

    def due_on(self, days: int) -> date:
        """The last day to publish it in."""
        return self.last + timedelta(days=days)


@dataclass(frozen=True)
class Entry:
    """One kind with its amounts in yuan. budget: None where none was set."""

    side: FundsSide
    kind: str
    budget: Decimal | None
    actual: Decimal

    @property
    def over(self) -> Decimal | None:
        """Actual less budget; None without a budget."""
        return None if self.budget is None else self.actual - self.budget

    @property
    def words(self) -> str:
        """Its kind as pages show it."""
        return kind_words(self.kind)


@dataclass(frozen=True)
class Money:
    """The figures of a report. opening, closing: balances as they were counted."""

    opening: Decimal
    closing: Decimal
    entries: tuple[Entry, ...]

    def of(self, side: FundsSide) -> list[Entry]:
        """The kinds of one side, in order."""
        return [one for one in self.entries if one.side == side]

    def total(self, side: FundsSide) -> Decimal:
        """What came in, or went out."""
        return sum((one.actual for one in self.of(side)), NOTHING)

    def budget(self, side: FundsSide) -> Decimal | None:
        """What was planned; None where no kind of that side had a budget."""
        planned = [one.budget for one in self.of(side) if one.budget is not None]
        return sum(planned, NOTHING) if planned else None

    @property
    def income(self) -> Decimal:
        """What came in."""
        return self.total(FundsSide.INCOME)

    @property
    def spending(self) -> Decimal:
        """What went out."""
        return self.total(FundsSide.SPENDING)

    @property
    def expected(self) -> Decimal:
        """The balance there must be at the end."""
        return self.opening + self.income - self.spending

    @property
    def difference(self) -> Decimal:
        """Closing balance less what it must be; nought when everything adds up."""
        return self.closing - self.expected


@dataclass(frozen=True)
class Change:
    """What a correction changed. key: "opening", "closing", or side and kind; None: there was none."""

    words: str
    before: Decimal | None
    after: Decimal | None


def changes(before: Money, after: Money) -> list[Change]:
    """Every figure that differs, balances first, then kind by kind in the order of the newer one; budgets apart."""
    found = [
        Change(_("Opening balance"), before.opening, after.opening),
        Change(_("Closing balance"), before.closing, after.closing),
    ]
    for side in FundsSide:
        found += _changed_kinds(before.of(side), after.of(side))
    return [one for one in found if one.before != one.after]


def _changed_kinds(before: Sequence[Entry], after: Sequence[Entry]) -> Iterable[Change]:
    old, new = {one.kind: one for one in before}, {one.kind: one for one in after}
    for kind in dict.fromkeys([*new, *old]):
        was, now = old.get(kind), new.get(kind)
        words = kind_words(kind)
        yield Change(words, was.actual if was else None, now.actual if now else None)
        yield Change(
            _("%(kind)s (budget)") % {"kind": words}, was.budget if was else None, now.budget if now else None
        )


def entries_of(
    side: FundsSide,
    kinds: Sequence[str],
    budgets: Sequence[Decimal | None],
    actuals: Sequence[Decimal | None],
) -> list[Entry]:
    """Kinds with their amounts; those with neither are left out."""
    rows = zip_longest(kinds, budgets, actuals)
    return [
        Entry(side, kind, budget, actual or NOTHING)
        for kind, budget, actual in rows
        if budget is not None or actual is not None
    ]
