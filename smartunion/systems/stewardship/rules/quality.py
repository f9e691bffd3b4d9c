"""What a complete and valid record is, and the score that follows; pure. Formula and table: docs/rules/data_quality.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Goes up with every change of the rules or weights; a score says by which it was counted.
VERSION: Final = 2
#: What the work cannot do without weighs most; other items of the official form less; what is asked of nobody nothing at all:
#: it is counted and listed, and stands on a page of its own.
NEEDED, VALID, FORM, COUNTED = 3, 2, 1, 0


class Subject(StrEnum):
    """What a rule looks at."""

    MEMBER = "member"
    UNION = "union"
    EMPLOYER = "employer"


@dataclass(frozen=True)
class Rule:
    """One thing that must be so. key: stable; field: what is to be mended; source: why it is asked."""

    key: str
    subject: Subject
    weight: int
    field: str | Promise
    label: str | Promise
    source: str


_FORM_51 = "工会会员信息采集表（总工办发〔2017〕14号）"
_FORM_52 = "工会组织信息采集表（总工办发〔2017〕14号）"
_LAW = "《工会法》"
_M, _U, _E = Subject.MEMBER, Subject.UNION, Subject.EMPLOYER

RULES: Final[tuple[Rule, ...]] = (
    Rule("member_no_number", _M, NEEDED, _("ID number"), _("Members without an ID number"), _FORM_51),
    Rule("member_no_mobile", _M, NEEDED, _("Mobile"), _("Members without a mobile number"), _FORM_51),
    Rule("member_no_employer", _M, NEEDED, _("Employer"), _("Members without an employer"), _FORM_51),
    Rule(
        "member_too_young",
        _M,
        VALID,
        _("Birth date"),
        _("Members younger than 16, or born in the future"),
        "《劳动法》第十五条",
    ),
    Rule(
        "member_firm_closed",
        _M,
        VALID,
        _("Employer"),
        _("Active members of an employer that is closed"),
        "《工会会员会籍管理办法》",
    ),
    Rule(
        "member_identity_differs",
        _M,
        VALID,
        _("Name and ID number"),
        _("Members whose name and ID number do not belong together"),
        _FORM_51,
    ),
    Rule(
        "member_identity_unknown",
        _M,
        VALID,
        _("ID number"),
        _("Members whose ID number the authority does not know"),
        _FORM_51,
    ),
    Rule(
        "member_identity_ended",
        _M,
        VALID,
        _("Membership"),
        _("Members registered as dead or struck off"),
        "《工会会员会籍管理办法》",
    ),
    Rule(
        "member_identity_same",
        _M,
        COUNTED,
        _("Name and ID number"),
        _("Members whose name and ID number are confirmed"),
        _FORM_51,
    ),
    Rule(
        "member_identity_open",
        _M,
        COUNTED,
        _("Name and ID number"),
        _("Members whose name and ID number no authority has confirmed"),
        _FORM_51,
    ),
    Rule("member_no_birth", _M, FORM, _("Birth date"), _("Members without a birth date"), _FORM_51),
    Rule("member_no_sex", _M, FORM, _("Sex"), _("Members without sex"), _FORM_51),
    Rule("member_no_status", _M, FORM, _("Employment"), _("Members without employment status"), _FORM_51),
    Rule("union_no_employer", _U, NEEDED, _("Employer"), _("Unions that cover no employer"), _FORM_52),
    Rule("union_no_head", _U, NEEDED, _("Head"), _("Unions without a head"), _FORM_52),
    Rule("union_no_phone", _U, NEEDED, _("Telephone"), _("Unions without a telephone number"), _FORM_52),
    Rule("union_no_members", _U, VALID, _("Members"), _("Unions without members"), _LAW),
    Rule(
        "union_no_term",
        _U,
        VALID,
        _("Term of office"),
        _("Unions without a term of office"),
        _LAW + "第十六条",
    ),
    Rule(
        "union_term_over",
        _U,
        VALID,
        _("Term of office"),
        _("Unions whose term of office is over"),
        _LAW + "第十六条",
    ),
    Rule(
        "union_code_wrong", _U, VALID, _("Credit code"), _("Union codes that do not begin with 8"), "GB 32100"
    ),
    Rule("union_no_founding", _U, FORM, _("Founded on"), _("Unions without a founding date"), _FORM_52),
    Rule("union_no_place", _U, FORM, _("Place"), _("Unions without a place"), _FORM_52),
    Rule("employer_no_code", _E, NEEDED, _("Credit code"), _("Employers without a credit code"), _FORM_52),
    Rule("employer_no_place", _E, NEEDED, _("Place"), _("Employers without a place"), _FORM_52),
    Rule(
        "employer_closed",
        _E,
        VALID,
        _("State"),
        _("Closed employers that are still covered"),
        _LAW + "第十三条",
    ),
    Rule("employer_no_address", _E, FORM, _("Address"), _("Employers without an address"), _FORM_52),
    Rule(
        "employer_no_nature", _E, FORM, _("Nature of unit"), _("Employers without nature of unit"), _FORM_52
    ),
    Rule("employer_no_industry", _E, FORM, _("Industry"), _("Employers without an industry"), _FORM_52),
)
BY_KEY: Final[Mapping[str, Rule]] = {rule.key: rule for rule in RULES}


def of_subject(subject: Subject) -> list[Rule]:
    """Rules that look at one kind of record."""
    return [rule for rule in RULES if rule.subject is subject]


@dataclass(frozen=True)
class Points:
    """Points due and kept of some records; sums add up over a subtree."""

    due: int
    kept: int

    @property
    def score(self) -> Decimal | None:
        """0–100 with one decimal, rounded down so that 100 means nothing is missing; None without records."""
        if not self.due:
            return None
        return (Decimal(100 * self.kept) / self.due).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def points(records: Mapping[Subject, int], faults: Mapping[str, int]) -> Points:
    """Points of a union: every record owes the weight of each of its rules, and a broken rule costs its weight.

    records: how many of each kind; faults: rule → how many records break it.
    """
    due = sum(records.get(rule.subject, 0) * rule.weight for rule in RULES)
    lost = sum(faults.get(rule.key, 0) * rule.weight for rule in RULES)
    return Points(due, due - lost)


@dataclass(frozen=True)
class Gain:
    """What mending every fault of one rule would add to the score."""

    rule: Rule
    number: int
    gain: Decimal


def gains(total: Points, faults: Mapping[str, int]) -> list[Gain]:
    """What would change the score most, the largest gain first; faults of rules the definition no longer has are left out."""
    found = [
        Gain(BY_KEY[key], number, _share(number * BY_KEY[key].weight, total.due))
        for key, number in faults.items() if number and key in BY_KEY and BY_KEY[key].weight
    ]  # fmt: skip
    order: Sequence[str] = [rule.key for rule in RULES]
    return sorted(found, key=lambda one: (-one.number * one.rule.weight, order.index(one.rule.key)))


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else Decimal(0)
