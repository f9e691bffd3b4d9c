"""Who is in difficulty: the three categories, computed line by line; pure.

Source: categories of workers in difficulty of the union's archive (困难职工认定), domain rules 5.8; worked table in
docs/rules/hardship.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

CENT = Decimal("0.01")
MOST_PEOPLE = 20


class Category(TextChoices):
    """What a household is found to be."""

    DEEP = "deep", gettext_lazy("Deep difficulty")
    RELATIVE = "relative", gettext_lazy("Relative difficulty")
    ACCIDENT = "accident", gettext_lazy("Difficulty after an accident")
    NONE = "none", gettext_lazy("Not in difficulty by these rules")


class Exclusion(TextChoices):
    """Circumstances a federation may name that keep a household off the archive."""

    PRIVATE_SCHOOL = (
        "private_school",
        gettext_lazy("A child at a private school that costs over twice the public fee"),
    )
    STUDY_ABROAD = "study_abroad", gettext_lazy("A child studying abroad at one’s own cost")
    SECOND_HOME = "second_home", gettext_lazy("A second home")
    COSTLY_CAR = "costly_car", gettext_lazy("A costly car that is not needed for work")
    OWN_COMPANY = "own_company", gettext_lazy("Owner of a company that earns")


class Needed(TextChoices):
    """What a household lacks for the formula to apply."""

    LABOUR_YEAR = "labour_year", pgettext_lazy("aid", "A year of work")
    CITY = "city", pgettext_lazy("aid", "Living in the city")


@dataclass(frozen=True)
class Standards:
    """What holds in a place on a day.

    minimum_yuan: minimum living standard, a month and head; relative_factor: how many times it relative difficulty
    goes to; accident_ratio: share of the year's income a loss must exceed; labour_months: of migrant workers;
    exclusions: those that count here; source: who set the minimum.
    """

    minimum_yuan: Decimal
    relative_factor: Decimal = Decimal(2)
    accident_ratio: Decimal = Decimal("0.80")
    labour_months: int = 12
    exclusions: frozenset[str] = frozenset({Exclusion.PRIVATE_SCHOOL, Exclusion.STUDY_ABROAD})
    source: str = ""


@dataclass(frozen=True)
class Household:
    """One year of a household.

    people: living together; income_yuan: disposable income of all in the year; rigid_yuan: expenses of the year that
    could not be avoided (illness, schooling, rent); loss_yuan: loss or expense of the year by an accident; is_struck:
    somebody was disabled or died in a disaster or major event; labour_months, lives_in_city: asked of migrant workers;
    exclusions: circumstances that apply.
    """

    people: int
    income_yuan: Decimal
    rigid_yuan: Decimal = Decimal(0)
    loss_yuan: Decimal = Decimal(0)
    is_struck: bool = False
    is_migrant: bool = False
    labour_months: int = 0
    lives_in_city: bool = True
    exclusions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line of the calculation: what is computed, with which numbers, and whether the condition holds (None: no condition)."""

    label: str
    formula: str
    holds: bool | None = None


@dataclass(frozen=True)
class Assessment:
    """What was found, with every line that led to it. per_head_yuan: a month and head, two decimals, may be negative."""

    category: Category
    per_head_yuan: Decimal
    lines: tuple[Line, ...]
    exclusions: tuple[str, ...] = ()

    @property
    def is_in_difficulty(self) -> bool:
        """Whether the household belongs into the archive."""
        return self.category is not Category.NONE


def assess(household: Household, standards: Standards) -> Assessment:
    """The category of a household: the first of deep, relative, accident whose condition holds; none when excluded.

    Rigid expenses are subtracted before dividing. Comparisons are exact and strict (below, above); only what is shown
    is rounded, half up to the cent. Raises ValueError for a household of nobody or a standard that is not positive.
    Source: domain rules 5.8; docs/rules/hardship.md.
    """
    if not 1 <= household.people <= MOST_PEOPLE:
        raise ValueError(f"a household has 1 to {MOST_PEOPLE} people, not {household.people}")
    if standards.minimum_yuan <= 0:
        raise ValueError("the minimum living standard is not set")
    left = household.income_yuan - household.rigid_yuan
    share = 12 * household.people
    is_deep = left < standards.minimum_yuan * share
    is_relative = left < standards.minimum_yuan * standards.relative_factor * share
    is_heavy = household.loss_yuan > household.income_yuan * standards.accident_ratio
    barred = tuple(sorted(household.exclusions & standards.exclusions))
    lines = [
        _income_line(household, left / share),
        Line(str(Category.DEEP.label), _below(left / share, standards.minimum_yuan), is_deep),
        Line(
            str(Category.RELATIVE.label),
            _below(left / share, standards.minimum_yuan * standards.relative_factor, standards), is_relative,
        ),
        *_accident_lines(household, standards, is_heavy),
        *_migrant_lines(household, standards),
        *(Line(_("Excluded here"), str(Exclusion(key).label), False) for key in barred),
    ]  # fmt: skip
    category = _category(is_deep, is_relative, household.is_struck or is_heavy)
    if barred or lacking(household, standards):
        category = Category.NONE
    return Assessment(category, cents(left / share), tuple(lines), barred)


def lacking(household: Household, standards: Standards) -> tuple[Needed, ...]:
    """What a migrant worker's household lacks; nothing for others."""
    if not household.is_migrant:
        return ()
    wanted = (
        (Needed.LABOUR_YEAR, household.labour_months >= standards.labour_months),
        (Needed.CITY, household.lives_in_city),
    )
    return tuple(need for need, is_met in wanted if not is_met)


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to two decimals."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """An amount as it is printed in a formula: 1,234.50."""
    return f"{cents(amount):,.2f}"


def _category(is_deep: bool, is_relative: bool, is_accident: bool) -> Category:
    if is_deep:
        return Category.DEEP
    if is_relative:
        return Category.RELATIVE
    return Category.ACCIDENT if is_accident else Category.NONE


def _income_line(household: Household, per_head: Decimal) -> Line:
    formula = (
        f"({money(household.income_yuan)} − {money(household.rigid_yuan)}) ÷ 12 ÷ {household.people}"
        f" = {money(per_head)}"
    )
    return Line(_("Income left, a month and head (yuan)"), formula)


def _below(per_head: Decimal, limit: Decimal, times: Standards | None = None) -> str:
    shown = f"{money(per_head)} < {money(limit)}"
    if times is None:
        return shown
    return f"{shown} ({times.relative_factor.normalize():f} × {money(times.minimum_yuan)})"


def _accident_lines(household: Household, standards: Standards, is_heavy: bool) -> Iterator[Line]:
    if household.is_struck:
        yield Line(_("Disabled or died in a disaster or major event"), _("yes"), True)
    limit = household.income_yuan * standards.accident_ratio
    formula = (
        f"{money(household.loss_yuan)} > {money(household.income_yuan)} × {standards.accident_ratio * 100:.0f}%"
        f" = {money(limit)}"
    )
    yield Line(_("Loss or expense of the year against the year’s income"), formula, is_heavy)


def _migrant_lines(household: Household, standards: Standards) -> Iterator[Line]:
    if not household.is_migrant:
        return
    lacks = lacking(household, standards)
    formula = f"{household.labour_months} ≥ {standards.labour_months}"
    yield Line(_("Months of work here, of a migrant worker"), formula, Needed.LABOUR_YEAR not in lacks)
    words = _("yes") if household.lives_in_city else _("no")
    yield Line(_("Living in the city, of a migrant worker"), words, Needed.CITY not in lacks)
