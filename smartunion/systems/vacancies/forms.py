"""What the pages send."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.ids import uuid7
from smartunion.ground.registry.models import Region
from smartunion.systems.vacancies.flows.proposing import Written
from smartunion.systems.vacancies.models import Vacancy
from smartunion.systems.vacancies.rules import Fault, PayUnit, Trade


def _places(regions: list[Region]) -> list[tuple[str, str]]:
    if not regions:
        return []
    top = min(region.depth for region in regions)
    return [(str(region.pk), f"{'　' * (region.depth - top)}{region.name}") for region in regions]


class VacancyForm(forms.Form):
    """A vacancy as somebody writes it."""

    client_id = forms.UUIDField(widget=forms.HiddenInput())
    code = forms.CharField(
        label=_("Employer's social credit code"), max_length=30,
        help_text=_("18 characters. The employer must be registered, in business, and in your area."),
    )  # fmt: skip
    title = forms.CharField(label=pgettext_lazy("vacancy", "Job"), max_length=40)
    trade = forms.ChoiceField(label=pgettext_lazy("vacancy", "Trade"), choices=[("", "–"), *Trade.choices])
    text = forms.CharField(
        label=pgettext_lazy("vacancy", "The work"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is done, hours, shifts, board and lodging, insurance."),
    )  # fmt: skip
    requirements = forms.CharField(
        label=pgettext_lazy("vacancy", "What is needed"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Skills and certificates. Sex, age, marriage, origin may not be asked for (Employment Promotion Law art. 26 to 31)."
        ),
    )  # fmt: skip
    headcount = forms.IntegerField(label=pgettext_lazy("vacancy", "Places"), min_value=1, max_value=9999)
    pay_from_yuan = forms.DecimalField(label=_("Pay from, yuan"), max_digits=9, decimal_places=2)
    pay_to_yuan = forms.DecimalField(label=_("Pay to, yuan"), max_digits=9, decimal_places=2)
    pay_unit = forms.ChoiceField(label=_("Paid by"), choices=PayUnit.choices)
    region = forms.ChoiceField(label=pgettext_lazy("vacancy", "Place of work"), choices=[])
    place = forms.CharField(
        label=pgettext_lazy("vacancy", "Address of the work"), max_length=120, required=False
    )
    contact_name = forms.CharField(label=pgettext_lazy("vacancy", "Whom to ask for"), max_length=40)
    contact_phone = forms.CharField(
        label=pgettext_lazy("vacancy", "Telephone"), max_length=30,
        help_text=_("Shown to people who are signed in, kept sealed."),
    )  # fmt: skip
    valid_until = forms.DateField(
        label=pgettext_lazy("vacancy", "Open until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = _places(regions)  # type: ignore[attr-defined]  # a ChoiceField, see above
        if not self.is_bound:
            self.initial.setdefault("client_id", uuid7())

    def written(self) -> Written:
        """What the flow takes; only after is_valid()."""
        given = self.cleaned_data
        client_id: UUID = given["client_id"]
        names = (
            "code", "title", "trade", "text", "requirements", "headcount", "pay_from_yuan", "pay_to_yuan", "pay_unit",
            "place", "contact_name", "contact_phone", "valid_until",
        )  # fmt: skip
        return Written(
            client_id=client_id, region_id=int(given["region"]), **{name: given[name] for name in names}
        )


def copied(vacancy: Vacancy) -> dict[str, Any]:
    """Values of an older vacancy for a new one."""
    return {
        "code": vacancy.employer.uscc, "title": vacancy.title, "trade": vacancy.trade, "text": vacancy.text,
        "requirements": vacancy.requirements, "headcount": vacancy.headcount, "pay_from_yuan": vacancy.pay_from_yuan,
        "pay_to_yuan": vacancy.pay_to_yuan, "pay_unit": vacancy.pay_unit, "region": vacancy.region_id,
        "place": vacancy.place, "contact_name": vacancy.contact_name, "contact_phone": vacancy.contact_phone,
    }  # fmt: skip


class SearchForm(forms.Form):
    """What somebody looks for; also what she keeps as a wish."""

    q = forms.CharField(label=pgettext_lazy("vacancies", "Words"), max_length=60, required=False)
    trade = forms.ChoiceField(label=pgettext_lazy("vacancy", "Trade"), choices=[], required=False)
    region = forms.ChoiceField(label=pgettext_lazy("vacancies", "Place"), choices=[], required=False)
    pay = forms.DecimalField(
        label=_("Pay a month, at least"), required=False, min_value=Decimal(1), max_value=Decimal(1_000_000), max_digits=9,
        decimal_places=2,
    )  # fmt: skip

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trade"].choices = [("", _("Any")), *Trade.choices]  # type: ignore[attr-defined]  # a ChoiceField
        names = [(str(one.pk), one.full_name or one.name) for one in regions]
        self.fields["region"].choices = [("", _("Anywhere")), *names]  # type: ignore[attr-defined]  # as above


class ComplaintForm(forms.Form):
    """What is wrong with a vacancy."""

    fault = forms.ChoiceField(label=_("What is wrong"), choices=Fault.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The employer does not learn who told of it."),
    )  # fmt: skip
