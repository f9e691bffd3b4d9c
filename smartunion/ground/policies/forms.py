"""What the pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.places import Place
from smartunion.ground.policies.rules import DECIMAL, WHOLE, Kind

_UNITS = {
    Kind.DAYS: _("days"), Kind.WORKING_DAYS: _("working days"), Kind.MINUTES: _("minutes"), Kind.YUAN: _("yuan"),
    Kind.RATIO: _("a share such as 80%"), Kind.CLOCK: _("a time of day such as 21:30"),
}  # fmt: skip


def choices_of(places: list[Place]) -> list[tuple[str, str]]:
    """Places as options, indented as they stand in the tree. A path is never empty in an address: "*" is everywhere."""
    return [(place.path or "*", f"{'　' * place.depth}{place.name}") for place in places]


def _date_input() -> forms.DateInput:
    """A browser's date field wants ISO dates, whatever the language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AskedForm(forms.Form):
    """What held where and when."""

    place = forms.ChoiceField(label=_("Which union"), choices=[], required=False)
    on = forms.DateField(label=_("Day"), required=False, widget=_date_input())

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices_of(places)  # type: ignore[attr-defined]  # a ChoiceField, see above


class ValueForm(forms.Form):
    """A new value with its source."""

    place = forms.ChoiceField(label=_("Holds for"), choices=[], help_text=_("And for everything below it."))
    value = forms.CharField(label=_("Value"), max_length=1000)
    valid_from = forms.DateField(label=_("In force from"), widget=_date_input())
    valid_to = forms.DateField(
        label=_("In force until"), required=False, widget=_date_input(),
        help_text=_("The first day it no longer holds; empty when the end is not known."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Document and number, or meeting and date: everybody can read it."),
    )

    def __init__(self, *args: Any, parameter: Parameter, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = choices_of(places)  # type: ignore[attr-defined]  # a ChoiceField, see above
        self.fields["value"] = _value_field(parameter)
        self.order_fields(["place", "value", "valid_from", "valid_to", "source"])


def _value_field(parameter: Parameter) -> forms.Field:
    label = _("Value")
    if parameter.type is Kind.FLAG:
        return forms.ChoiceField(label=label, choices=[("1", _("Yes")), ("0", _("No"))])
    if parameter.type is Kind.CHOICE:
        return forms.ChoiceField(label=label, choices=list(parameter.choices.items()))
    widget = forms.TextInput(attrs={"inputmode": "decimal"} if parameter.type in WHOLE | DECIMAL else {})
    return forms.CharField(
        label=label, max_length=1000, widget=widget, help_text=_UNITS.get(parameter.type, "")
    )
