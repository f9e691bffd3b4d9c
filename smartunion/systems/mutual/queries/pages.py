"""What pages of plans show: terms in words with their clauses."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.systems.mutual.models import Plan, PlanVersion
from smartunion.systems.mutual.rules.enrolling import version_on
from smartunion.systems.mutual.rules.terms import Basis, Benefit, DateRule, PayTo, Period, Terms, missing
from smartunion.systems.mutual.wording import BASES, WHATS, term_words, yuan


@dataclass(frozen=True)
class TermLine:
    """One term in words: what, value, where it stands ("" for the document as a whole)."""

    label: str
    value: str
    clause: str = ""


@dataclass(frozen=True)
class PlanLine:
    """A plan and the version in force; None when the first one has not begun."""

    plan: Plan
    version: PlanVersion | None
    price: str


def plan_lines(actor: Actor, on: date) -> list[PlanLine]:
    """Plans in reach by name, two statements."""
    rows = (
        Plan.objects.visible_to(actor)
        .select_related("union")
        .prefetch_related("versions")
        .order_by("-is_open", "title", "pk")
    )
    found = []
    for plan in rows[:200]:
        version = version_on([(one.valid_from, one.valid_to, one) for one in plan.versions.all()], on)
        price = version.terms.get("price_yuan") if version else None
        found.append(PlanLine(plan, version, yuan(price) if price is not None else ""))
    return found


def plan_page(plan: Plan, on: date) -> dict[str, object]:
    """Values of a plan's page."""
    versions = list(plan.versions.order_by("-number"))
    version = version_on([(one.valid_from, one.valid_to, one) for one in versions], on) or versions[-1]
    terms = version.read()
    return {
        "plan": plan, "version": version, "versions": versions, "lines": term_lines(terms),
        "benefits": [(one, benefit_lines(one)) for one in terms.benefits],
        "illnesses": [(one, one.date_rule is DateRule.PATHOLOGY) for one in terms.illnesses],
    }  # fmt: skip


def terms_to_set(terms: Terms) -> list[str]:
    """Terms the source does not give, in words."""
    names = {one.key: one.title for one in terms.benefits}
    return [term_words(key, names) for key in missing(terms)]


def term_lines(terms: Terms) -> list[TermLine]:
    """The terms that apply, in words, with their clauses."""
    ages = dict(terms.under_ages)
    held: list[tuple[str, str, str]] = [
        ("price_yuan", _("Price a share and year (yuan)"), _price(terms)),
        ("max_shares", _("Most shares a person"), _("%(most)s, the same for everybody in the unit") % {"most": terms.max_shares}),
        ("months_choices", _("Runs"), _runs(terms)),
        ("enrol_from", _("Units enrol"), _window(terms)),
        ("under_ages", _("Younger than"), _ages(ages)),
        ("only_sex", _("For women only"), _("yes") if terms.only_sex else ""),
        ("needs_scheme", _("In the city medical scheme"), _("needed") if terms.needs_scheme else ""),
        ("no_pay_days", _("Nothing is paid on days"), f"1–{terms.no_pay_days}" if terms.no_pay_days else ""),
        ("reduced_until_days", _("Reduced on days"), _reduced(terms)),
        ("renewal_days", _("Renewal keeps the start within (days)"), str(terms.renewal_days) if terms.renewal_days else ""),
        ("claim_days", _("Claim within (days)"), str(terms.claim_days) if terms.claim_days else _("no limit")),
        ("period_cap_yuan", _("Most a share and period, all claims together (yuan)"), _money(terms.period_cap_yuan)),
        ("disability_days", _("A disability is assessed by day"), str(terms.disability_days or "")),
    ]  # fmt: skip
    clauses = dict(terms.sources)
    return [TermLine(label, value, clauses.get(key, "")) for key, label, value in held if value]


def benefit_lines(one: Benefit) -> list[TermLine]:
    """A benefit in words."""
    amount = (
        f"{(one.ratio or Decimal(0)) * 100:.2f}".rstrip("0").rstrip(".") + "%"
        if one.basis is Basis.RATIO
        else _money(one.amount_yuan)
    )
    held = [
        (_("Answers"), str(WHATS[one.what])),
        (str(BASES[one.basis]), amount),
        (_("Own cost left out (yuan)"), _money(one.free_yuan) if one.free_yuan else ""),
        (_("Most a share and claim (yuan)"), _money(one.cap_yuan)),
        (_("Most days"), str(one.most_days or "")),
        (_("Waiting days"), _("apply") if one.waits else _("do not apply")),
        (_("Paid once a person"), _("yes") if one.once else ""),
        (_("Never more than the own cost"), _("yes") if one.is_bounded else ""),
        (_("Paid to"), _("the union’s account") if one.pay_to is PayTo.UNION else ""),
    ]
    return [TermLine(label, value) for label, value in held if value]


def _money(value: Decimal | None) -> str:
    return yuan(value) if value is not None else ""


def _price(terms: Terms) -> str:
    price = _money(terms.price_yuan)
    if terms.card_price_yuan is not None:
        return _("%(price)s; %(card)s for holders of the member card") % {
            "price": price,
            "card": _money(terms.card_price_yuan),
        }
    return price


def _runs(terms: Terms) -> str:
    if terms.period is Period.CALENDAR_YEAR:
        return _("for the next calendar year")
    return _("%(months)s months") % {"months": "、".join(map(str, terms.months_choices))}


def _window(terms: Terms) -> str:
    if terms.enrol_from is None or terms.enrol_until is None:
        return _("all year")
    return f"{terms.enrol_from[0]:02d}-{terms.enrol_from[1]:02d} – {terms.enrol_until[0]:02d}-{terms.enrol_until[1]:02d}"


def _ages(ages: dict[str, int]) -> str:
    names = {"m": _("men %(age)s"), "f": _("women %(age)s"), "f_senior": _("women of senior posts %(age)s")}
    return "，".join(names[key] % {"age": age} for key, age in ages.items())


def _reduced(terms: Terms) -> str:
    if terms.reduced_until_days <= terms.no_pay_days:
        return ""
    share = f"{(terms.reduced_ratio or Decimal(0)) * 100:.1f}".rstrip("0").rstrip(".")
    return f"{terms.no_pay_days + 1}–{terms.reduced_until_days}（{share}%）"
