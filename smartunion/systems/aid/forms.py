"""Shape of what the pages send; meaning is checked in rules and flows."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.systems.aid.rules.hardship import MOST_PEOPLE, Exclusion, Household
from smartunion.systems.aid.rules.support import AidKind

_MOST = Decimal(100_000_000)


def _yuan(label: Any, **more: Any) -> forms.DecimalField:
    # Any: lazy texts and the field's own options
    return forms.DecimalField(label=label, min_value=Decimal(0), max_value=_MOST, decimal_places=2, **more)


class HouseholdForm(forms.Form):
    """One year of a household in sums."""

    people = forms.IntegerField(label=_("People living together"), min_value=1, max_value=MOST_PEOPLE)
    income = _yuan(_("Disposable income of all in the year (yuan)"))
    rigid = _yuan(
        _("Expenses of the year that could not be avoided (yuan)"), required=False,
        help_text=_("Own cost of illness, school fees, rent: after what insurance and others have paid."),
    )  # fmt: skip
    loss = _yuan(_("Loss or expense by an accident in the year (yuan)"), required=False)
    struck = forms.BooleanField(
        label=_("Somebody was disabled or died in a disaster or major event"), required=False
    )
    migrant = forms.BooleanField(label=_("A migrant worker"), required=False)
    labour_months = forms.IntegerField(
        label=_("Months of work here (migrant workers)"), min_value=0, max_value=600, required=False
    )
    lives_in_city = forms.BooleanField(label=_("Lives in the city (migrant workers)"), required=False)
    exclusions = forms.MultipleChoiceField(
        label=_("Does any of this apply?"), choices=Exclusion.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def household(self) -> Household:
        """The household as entered; call after is_valid."""
        given = self.cleaned_data
        return Household(
            people=given["people"], income_yuan=given["income"], rigid_yuan=given["rigid"] or Decimal(0),
            loss_yuan=given["loss"] or Decimal(0), is_struck=given["struck"], is_migrant=given["migrant"],
            labour_months=given["labour_months"] or 0, lives_in_city=given["lives_in_city"],
            exclusions=frozenset(given["exclusions"]),
        )  # fmt: skip

    @staticmethod
    def initial_of(household: Household) -> dict[str, Any]:
        """What the form shows of a household already assessed."""
        return {
            "people": household.people, "income": household.income_yuan, "rigid": household.rigid_yuan,
            "loss": household.loss_yuan, "struck": household.is_struck, "migrant": household.is_migrant,
            "labour_months": household.labour_months, "lives_in_city": household.lives_in_city,
            "exclusions": sorted(household.exclusions),
        }  # fmt: skip


class SelfTestForm(HouseholdForm):
    """The worker's self-test; nothing of it is kept."""

    place = forms.ChoiceField(label=_("Where you work"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places
        self.order_fields(["place", *HouseholdForm.base_fields])


class GiveForm(forms.Form):
    """Goods, or money for living, handed over."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("aid", "What is given"),
        choices=[(one.value, one.label) for one in (AidKind.GOODS, AidKind.LIVING)],
    )
    what = forms.CharField(label=pgettext_lazy("aid", "What, and why"), max_length=200)
    amount = _yuan(_("Worth (yuan)"))
    fund = forms.CharField(label=_("From which money"), max_length=60)


class ChildForm(forms.Form):
    """Goods for a child; the name is sealed."""

    child = forms.CharField(label=_("The child: name and school"), max_length=80)
    item = forms.CharField(label=_("What was handed over"), max_length=60)
    quantity = forms.IntegerField(
        label=pgettext_lazy("aid", "How many"), min_value=1, max_value=1000, initial=1
    )
