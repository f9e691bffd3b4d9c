"""What people's verdicts say about the matcher's rules; pure. Worked table: docs/rules/matching_verdicts.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LabelVerdict(TextChoices):
    """What somebody said about a pair; the last word on a pair counts."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", pgettext_lazy("organising", "Wrong")
    WITHDRAWN = "withdrawn", pgettext_lazy("organising", "Taken back")


class LabelOrigin(TextChoices):
    """Where a verdict was given."""

    LINK = "link", _("Link page")
    SPOT_CHECK = "spot_check", _("Spot check")
    VISIT = "visit", _("Visit")
    DISAGREEMENT = "disagreement", _("Departments that disagree")
    TWO_COVERS = "two_covers", _("Joint union beside a union of its own")


#: What a label's rule says where it judges no rule of the matcher: a person made the pair, or two firms are one.
NOT_A_RULE = ("person", "duplicate")


class Because(TextChoices):
    """Why a rule may link unasked or must ask."""

    FEW = "few", _("Too few verdicts to decide; stays as it was made.")
    PROVEN = "proven", _("Proven right often enough.")
    DOUBTED = "doubted", _("Wrong too often, or not proven right often enough.")
    UNPROVEN = "unproven", _("Not proven right often enough to link unasked.")


@dataclass(frozen=True)
class Tally:
    """Verdicts on links of one rule. passed: links whose points suffice to link unasked; others must prove more."""

    rule: str
    passed: bool
    right: int
    wrong: int


@dataclass(frozen=True)
class Bar:
    """What is asked of a rule. required, certainty: 0–1; least: verdicts below which nothing is decided."""

    required: float
    certainty: float
    least: int

    @property
    def needed(self) -> int:
        """Verdicts with which a rule that was never wrong proves itself: on fewer, no rule could."""
        z = NormalDist().inv_cdf(self.certainty)
        return (
            max(self.least, ceil(z * z * self.required / (1 - self.required)))
            if self.required < 1
            else self.least
        )


@dataclass(frozen=True)
class Standing:
    """Whether a rule's links of one kind link unasked in the next comparison. low, high: bounds of its precision."""

    rule: str
    passed: bool
    right: int
    wrong: int
    precision: float | None
    low: float
    high: float
    is_auto: bool
    because: Because


def bounds(right: int, total: int, certainty: float) -> tuple[float, float]:
    """Wilson's lower and upper bound of a share, 0–1, each holding with the given certainty; (0, 1) for no verdicts.

    Source: Wilson 1927, one-sided.
    """
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(certainty)
    share, square = right / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    spread = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def standings(tallies: Iterable[Tally], bar: Bar) -> list[Standing]:
    """Where every rule stands, most verdicts first.

    Links whose points suffice go on linking unasked until verdicts speak against the rule: with `least` verdicts and
    an upper bound below what is required, or with `needed` verdicts and a lower bound below it. Links whose points do
    not suffice are asked about until the lower bound, on `needed` verdicts, reaches what is required.
    """
    ranked = sorted(tallies, key=lambda one: (-(one.right + one.wrong), one.rule, not one.passed))
    return [_standing(one, bar) for one in ranked]


def _standing(one: Tally, bar: Bar) -> Standing:
    total = one.right + one.wrong
    low, high = bounds(one.right, total, bar.certainty)
    if total >= bar.needed:
        proven = low >= bar.required
        is_auto, because = (
            proven,
            Because.PROVEN if proven else Because.DOUBTED if one.passed else Because.UNPROVEN,
        )
    elif one.passed and total >= bar.least and high < bar.required:
        is_auto, because = False, Because.DOUBTED
    else:
        is_auto, because = one.passed, Because.FEW
    precision = one.right / total if total else None
    return Standing(one.rule, one.passed, one.right, one.wrong, precision, low, high, is_auto, because)


def rules_that_ask(found: Iterable[Standing]) -> tuple[str, ...]:
    """Rules whose links a person confirms although their points suffice."""
    return tuple(sorted(one.rule for one in found if one.passed and not one.is_auto))


def rules_trusted(found: Iterable[Standing]) -> tuple[str, ...]:
    """Rules that link unasked with fewer points; one that must ask is never among them."""
    known = list(found)
    asking = set(rules_that_ask(known))
    return tuple(
        sorted(one.rule for one in known if not one.passed and one.is_auto and one.rule not in asking)
    )
