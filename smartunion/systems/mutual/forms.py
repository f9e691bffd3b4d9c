"""Forms: the terms of a version, enrolling, the facts of a claim."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.systems.mutual.rules.terms import (
    Basis,
    Benefit,
    DateRule,
    Illness,
    PayTo,
    Period,
    Terms,
    What,
)
from smartunion.systems.mutual.wording import BASES, WHATS

#: Rows offered for benefits; as many as any plan found has, and room.
ROWS = 6
_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
_DATE = {"type": "date"}


def _yuan(label: Any, *, needed: bool = False, help_text: Any = "") -> forms.DecimalField:  # Any: lazy text
    return forms.DecimalField(
        label=label, required=needed, min_value=0, max_digits=12, decimal_places=2, help_text=help_text
    )


class TermsForm(forms.Form):
    """Terms of a version but for its benefits. Empty: the source does not say, or the term does not apply."""

    title = forms.CharField(label=pgettext_lazy("mutual", "Name of the plan"), max_length=80)
    valid_from = forms.DateField(
        label=_("In force from"),
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        help_text=_("For events on this day and later."),
    )
    source = forms.CharField(label=_("Document the terms come from"), max_length=300)
    price_yuan = _yuan(_("Price a share and year (yuan)"))
    card_price_yuan = _yuan(_("Price for holders of the member card (yuan)"))
    max_shares = forms.IntegerField(label=_("Most shares a person"), min_value=1, max_value=100)
    period = forms.ChoiceField(label=_("Runs"), choices=[
        (Period.MONTHS, _("from its first day, so many months")), (Period.CALENDAR_YEAR, _("for the next calendar year")),
    ])  # fmt: skip
    months = forms.CharField(
        label=_("Lengths in months"), max_length=40, required=False, help_text=_("Such as 12, 24, 36.")
    )
    enrol_from = forms.CharField(
        label=_("Units enrol from (month-day)"),
        max_length=5,
        required=False,
        help_text=_("Such as 10-20; empty: all year."),
    )
    enrol_until = forms.CharField(label=_("Units enrol until (month-day)"), max_length=5, required=False)
    age_m = forms.IntegerField(label=_("Men younger than"), required=False, min_value=16, max_value=120)
    age_f = forms.IntegerField(label=_("Women younger than"), required=False, min_value=16, max_value=120)
    age_f_senior = forms.IntegerField(
        label=_("Women of senior posts younger than"), required=False, min_value=16, max_value=120
    )
    only_women = forms.BooleanField(label=_("For women only"), required=False)
    needs_scheme = forms.BooleanField(label=_("Only for people in the city medical scheme"), required=False)
    no_pay_days = forms.IntegerField(
        label=_("Days on which nothing is paid"),
        min_value=0,
        max_value=730,
        help_text=_("From the first day of cover, that day included."),
    )
    reduced_until_days = forms.IntegerField(
        label=_("Last reduced day"), min_value=0, max_value=730, help_text=_("0: none.")
    )
    reduced_ratio = forms.DecimalField(
        label=_("What is paid in the reduced days (0–1)"),
        required=False,
        min_value=0,
        max_value=1,
        max_digits=5,
        decimal_places=4,
    )
    renewal_days = forms.IntegerField(
        label=_("Renewal keeps the start within (days)"), min_value=0, max_value=366
    )
    claim_days = forms.IntegerField(
        label=_("Days from the event to the claim (0: no limit)"), required=False, min_value=0, max_value=3650
    )
    period_cap_yuan = _yuan(_("Most a share and period, all claims together (yuan)"))
    disability_days = forms.IntegerField(
        label=_("A disability is assessed by day"), required=False, min_value=1, max_value=730
    )
    illnesses = forms.CharField(
        label=_("List of illnesses"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line. A star in front: the day of the pathology report counts, else that of admission."
        ),
    )

    def clean_enrol_from(self) -> tuple[int, int] | None:
        """Month and day."""
        return _month_day(self.cleaned_data["enrol_from"])

    def clean_enrol_until(self) -> tuple[int, int] | None:
        """Month and day."""
        return _month_day(self.cleaned_data["enrol_until"])

    def clean_months(self) -> tuple[int, ...]:
        """Lengths, each once."""
        given = re.findall(r"\d+", self.cleaned_data["months"])
        months = tuple(sorted({int(one) for one in given if len(one) < 3}))
        if any(not 1 <= one <= 60 for one in months) or len(months) > 10:
            raise forms.ValidationError(gettext("Between 1 and 60 months."))
        return months or (12,)


class BenefitForm(forms.Form):
    """One benefit; a row without a name is no benefit."""

    title = forms.CharField(label=_("Benefit"), max_length=60, required=False)
    what = forms.ChoiceField(label=_("Answers"), choices=list(WHATS.items()))
    basis = forms.ChoiceField(label=_("Measured"), choices=list(BASES.items()))
    amount_yuan = _yuan(_("Amount (yuan)"))
    ratio = forms.DecimalField(
        label=_("Ratio (0–1)"), required=False, min_value=0, max_value=1, max_digits=5, decimal_places=4
    )
    free_yuan = _yuan(_("Own cost left out (yuan)"))
    cap_yuan = _yuan(_("Most a share and claim (yuan)"))
    most_days = forms.IntegerField(label=_("Most days"), required=False, min_value=1, max_value=3660)
    date_rule = forms.ChoiceField(label=_("The day that counts"), choices=[
        (DateRule.ADMISSION, _("admission")), (DateRule.PATHOLOGY, _("pathology report")), (DateRule.ACCIDENT, _("accident")),
    ])  # fmt: skip
    pay_to = forms.ChoiceField(label=_("Paid to"), choices=[
        (PayTo.MEMBER, _("the member or her family")), (PayTo.UNION, _("the union’s account")),
    ])  # fmt: skip
    needs_illness = forms.BooleanField(label=_("Only for listed illnesses"), required=False)
    waits = forms.BooleanField(label=_("Waiting days apply"), required=False)
    within_cost = forms.BooleanField(label=_("Never more than the own cost"), required=False)
    once = forms.BooleanField(label=_("Paid once a person"), required=False)


def initial_of(terms: Terms) -> dict[str, Any]:
    """Values of TermsForm for terms."""
    ages = dict(terms.under_ages)
    same = ("title", "source", "price_yuan", "card_price_yuan", "max_shares", "period", "needs_scheme", "no_pay_days",
            "reduced_until_days", "reduced_ratio", "renewal_days", "claim_days", "period_cap_yuan", "disability_days")  # fmt: skip
    values = {name: getattr(terms, name) for name in same}
    stars = [("*" if one.date_rule is DateRule.PATHOLOGY else "") + one.title for one in terms.illnesses]
    values |= {
        "months": ", ".join(map(str, terms.months_choices)), "enrol_from": _written(terms.enrol_from),
        "enrol_until": _written(terms.enrol_until), "age_m": ages.get("m"), "age_f": ages.get("f"),
        "age_f_senior": ages.get("f_senior"), "only_women": terms.only_sex == "f", "illnesses": "\n".join(stars),
    }  # fmt: skip
    return values


def benefit_forms(terms: Terms, data: Any = None) -> list[BenefitForm]:  # Any: QueryDict
    """Rows for the benefits of terms and some empty ones."""
    forms_ = []
    for number in range(ROWS):
        held = terms.benefits[number] if number < len(terms.benefits) else None
        names = BenefitForm.base_fields
        initial = {name: getattr(held, name) for name in names} if held else {"waits": True}
        forms_.append(BenefitForm(data, prefix=f"b{number}", initial=initial))
    return forms_


def terms_from(base: Terms, form: TermsForm, rows: list[BenefitForm]) -> Terms:
    """Terms as filled in; keys of known illnesses and benefits stay, so that earlier claims are read the same way."""
    given = form.cleaned_data
    ages = [("m", given["age_m"]), ("f", given["age_f"]), ("f_senior", given["age_f_senior"])]
    same = ("title", "price_yuan", "card_price_yuan", "max_shares", "needs_scheme", "no_pay_days", "reduced_until_days",
            "reduced_ratio", "renewal_days", "claim_days", "period_cap_yuan", "disability_days", "enrol_from",
                "enrol_until")  # fmt: skip
    return replace(
        base, **{name: given[name] for name in same}, period=Period(given["period"]), months_choices=given["months"],
        under_ages=tuple((key, age) for key, age in ages if age), only_sex="f" if given["only_women"] else "",
        illnesses=_illnesses(base, given["illnesses"]), benefits=_benefits(base, rows),
    )  # fmt: skip


def _illnesses(base: Terms, text: str) -> tuple[Illness, ...]:
    known = {one.title: one.key for one in base.illnesses}
    found: dict[str, Illness] = {}
    for line in text.splitlines():
        title = line.strip().lstrip("*＊").strip()[:60]
        if title and title not in found:
            rule = DateRule.PATHOLOGY if line.strip()[:1] in "*＊" else DateRule.ADMISSION
            found[title] = Illness(known.get(title, title), title, rule)
    return tuple(found.values())


def _benefits(base: Terms, rows: list[BenefitForm]) -> tuple[Benefit, ...]:
    found = []
    for number, row in enumerate(rows):
        given = row.cleaned_data
        if not given.get("title"):
            continue
        key = base.benefits[number].key if number < len(base.benefits) else f"benefit{number + 1}"
        found.append(Benefit(
            key=key, title=given["title"], basis=Basis(given["basis"]), what=What(given["what"]),
            amount_yuan=given["amount_yuan"], ratio=given["ratio"], free_yuan=given["free_yuan"] or Decimal(0),
            cap_yuan=given["cap_yuan"], needs_illness=given["needs_illness"], date_rule=DateRule(given["date_rule"]),
            waits=given["waits"], within_cost=given["within_cost"], once=given["once"], pay_to=PayTo(given["pay_to"]),
            most_days=given["most_days"],
        ))  # fmt: skip
    return tuple(found)


def _month_day(text: str) -> tuple[int, int] | None:
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= 12 or not 1 <= int(found[2]) <= 31:
        raise forms.ValidationError(gettext("A month and a day, such as 10-20."))
    return int(found[1]), int(found[2])


def _written(day: tuple[int, int] | None) -> str:
    return f"{day[0]:02d}-{day[1]:02d}" if day else ""


class EnrolForm(forms.Form):
    """What a unit enrols, but for the people."""

    from_on = forms.DateField(
        label=_("Cover begins on"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    months = forms.TypedChoiceField(label=_("Length"), coerce=int)
    shares = forms.TypedChoiceField(
        label=_("Shares a person"), coerce=int, help_text=_("The same for everybody in the unit.")
    )
    card_holders = forms.IntegerField(
        label=_("Of these, holders of the member card"), min_value=0, required=False
    )
    in_scheme = forms.BooleanField(
        label=_("Everybody enrolled is in the city medical scheme"), required=False
    )

    def __init__(self, terms: Terms, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months: Any = self.fields["months"]
        shares: Any = self.fields["shares"]
        months.choices = [
            (one, gettext("%(months)s months") % {"months": one}) for one in terms.months_choices
        ]
        shares.choices = [(one, str(one)) for one in range(1, terms.max_shares + 1)]
        if terms.period is Period.CALENDAR_YEAR:
            del self.fields["months"]
            self.fields["from_on"].label = gettext("In the calendar year after")
        if terms.card_price_yuan is None:
            del self.fields["card_holders"]
        if not terms.needs_scheme:
            del self.fields["in_scheme"]


class FactsForm(forms.Form):
    """The facts of a claim, as the papers say."""

    illness = forms.ChoiceField(label=_("Illness of the plan’s list"), required=False)
    admitted_on = forms.DateField(
        label=_("Admitted on"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    pathology_on = forms.DateField(
        label=_("Day of the pathology report"),
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )
    happened_on = forms.DateField(
        label=_("Day of the accident"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    treated_until = forms.DateField(
        label=_("End of treatment"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    hospital_days = forms.IntegerField(label=_("Days in hospital"), min_value=0, max_value=3660)
    cost_yuan = _yuan(_("Whole cost (yuan)"), needed=True)
    scheme_yuan = _yuan(_("Paid by the medical scheme (yuan)"), needed=True)
    other_yuan = _yuan(_("Paid by others (yuan)"), needed=True)

    def __init__(self, terms: Terms, benefit: Benefit | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        illness: Any = self.fields["illness"]
        illness.choices = [
            ("", gettext("none of the list")),
            *((one.key, one.title) for one in terms.illnesses),
        ]
        if benefit is not None and not benefit.needs_illness:
            del self.fields["illness"]
        is_injury = benefit is not None and benefit.date_rule is DateRule.ACCIDENT
        drop = (
            ("admitted_on", "pathology_on", "hospital_days")
            if is_injury
            else ("happened_on", "treated_until")
        )
        for name in drop:
            del self.fields[name]
