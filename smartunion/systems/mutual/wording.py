"""Words of the room's codes: lines of a calculation, reasons, terms."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.systems.mutual.rules.claims import No
from smartunion.systems.mutual.rules.enrolling import CannotEnrol
from smartunion.systems.mutual.rules.terms import Basis, What
from smartunion.systems.mutual.rules.waiting import Wait

LINES = {
    "own_cost": gettext_lazy("Own cost: all − medical scheme − others"),
    "fixed": gettext_lazy("Amount a share × weight of the shares"),
    "per_day": gettext_lazy("Amount a share and day × days × weight of the shares"),
    "ratio": gettext_lazy("Own cost × ratio"),
    "cap": gettext_lazy("Most for one claim"),
    "period_cap": gettext_lazy("Most for the period, less what was granted in it"),
    "within_cost": gettext_lazy("Not more than the own cost"),
}
REASONS = {
    No.NO_BENEFIT: gettext_lazy("The plan has no such benefit."),
    No.NO_DAY: gettext_lazy(
        "The day that counts is missing: of a cancer the pathology report, of others the admission, of an accident the day "
        "it happened."
    ),
    No.NOT_COVERED: gettext_lazy("Not covered on %(event)s."),
    No.WAITING: gettext_lazy(
        "%(event)s lies in the waiting days: cover counts from %(start)s, and the first %(days)s days are not paid. From "
        "%(from)s on it would be."
    ),
    No.NOT_LISTED: gettext_lazy("The illness is none of the %(count)s that the plan lists."),
    No.TOO_LATE: gettext_lazy("Claimed too late: within %(days)s days, the last was %(last)s."),
    No.BEFORE_EVENT: gettext_lazy("The day of the event, %(event)s, lies after the day of the claim."),
    No.SAME_EVENT: gettext_lazy("This event of %(event)s has been claimed already: one event, one claim."),
    No.ONCE: gettext_lazy("This benefit is paid once, and was for %(event)s."),
    No.CAP_SPENT: gettext_lazy("What the plan pays at most in the period has been paid: %(spent)s yuan."),
    No.NO_COST: gettext_lazy("The medical scheme and others have paid everything: no own cost is left."),
}
CANNOT = {
    CannotEnrol.NOT_MEMBER: gettext_lazy("is not an active member of the unit"),
    CannotEnrol.NO_BIRTH: gettext_lazy("birth date missing in the register"),
    CannotEnrol.NO_SEX: gettext_lazy("sex missing in the register"),
    CannotEnrol.TOO_OLD: gettext_lazy("has reached the plan’s age"),
    CannotEnrol.COVERED: gettext_lazy("is covered by this plan already"),
    CannotEnrol.NO_SCHEME: gettext_lazy("is not in the city medical scheme"),
    CannotEnrol.ONLY_WOMEN: gettext_lazy("the plan is for women"),
}
WAITS = {
    Wait.NO_PAY: gettext_lazy("waiting"),
    Wait.REDUCED: gettext_lazy("reduced"),
    Wait.FULL: gettext_lazy("in full"),
}
WHATS = {
    What.HOSPITAL: gettext_lazy("In hospital"),
    What.ILLNESS: gettext_lazy("A listed illness"),
    What.DISABILITY: gettext_lazy("Disabled by an accident"),
    What.DEATH: pgettext_lazy("mutual", "Death"),
}
BASES = {
    Basis.FIXED: gettext_lazy("fixed, a share"),
    Basis.PER_DAY: gettext_lazy("a share and hospital day"),
    Basis.RATIO: gettext_lazy("ratio of the own cost"),
}
TERMS = {
    "price_yuan": gettext_lazy("Price a share and year (yuan)"),
    "claim_days": gettext_lazy("Days from the event to the claim (0: no limit)"),
    "reduced_ratio": gettext_lazy("What is paid in the reduced days (0–1)"),
    "illnesses": gettext_lazy("List of illnesses"),
    "benefits": gettext_lazy("Benefits"),
    "max_shares": gettext_lazy("Most shares a person"),
    "no_pay_days": gettext_lazy("Days on which nothing is paid"),
    "reduced_until_days": gettext_lazy("Last reduced day"),
    "months_choices": gettext_lazy("Lengths in months"),
}


def term_words(key: str, benefits: Mapping[str, str]) -> str:
    """A term in words, "benefit:hospital:ratio" included."""
    if not key.startswith("benefit:"):
        return str(TERMS[key])
    _kind, benefit, field = key.split(":")
    name = _("ratio (0–1)") if field == "ratio" else _("yuan")
    return f"{benefits.get(benefit, benefit)} · {name}"


def reason_words(code: str, places: Mapping[str, Any]) -> str:
    """One reason in a sentence; days written as people write them."""
    shown = {name: _day(str(value)) for name, value in places.items()}
    return str(REASONS[No(code)]) % shown


def line_words(key: str) -> str:
    """What a line is."""
    return str(LINES[key])


def yuan(value: Decimal | str) -> str:
    """Money in words: 15,000.00."""
    return f"{Decimal(value):,.2f}"


def _day(value: str) -> str:
    try:
        day = parse_date(value)
    except ValueError:
        return value
    return date_format(day, "Y-m-d") if day else value
