"""What the pages send."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from smartunion.core.errors import DomainError
from smartunion.ground.policies import service
from smartunion.ground.policies.flows.whatifs import settable
from smartunion.ground.policies.parameters import PARAMETERS, Parameter, shown
from smartunion.ground.policies.places import Place
from smartunion.ground.policies.rules import DECIMAL, WHOLE, Kind
from smartunion.ground.policies.whatif import WhatIf

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


class CompareForm(forms.Form):
    """Two places and days."""

    left = forms.ChoiceField(label=_("Which union"), choices=[])
    left_on = forms.DateField(label=_("Day"), widget=_date_input())
    right = forms.ChoiceField(label=_("Beside it"), choices=[])
    right_on = forms.DateField(label=_("Day"), widget=_date_input())
    whole = forms.BooleanField(label=_("Show also what is the same"), required=False)

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in ("left", "right"):
            self.fields[side].choices = choices_of(places)  # type: ignore[attr-defined]  # a ChoiceField, see above


class WhatIfForm(forms.Form):
    """Period, place and what is set otherwise. Names of values carry dots, so fields are numbered: value_0, value_1 …"""

    where = forms.ChoiceField(label=_("Which union"), choices=[], help_text=_("And everything below it."))
    since = forms.DateField(label=_("First day"), widget=_date_input())
    last = forms.DateField(label=_("Last day"), widget=_date_input())

    def __init__(self, *args: Any, question: WhatIf, places: list[Place], today: date, **kwargs: Any) -> None:
        start = {"since": date(today.year - 1, 1, 1), "last": date(today.year - 1, 12, 31)}
        super().__init__(*args, **kwargs)
        self.initial = start
        self.fields["where"].choices = choices_of(places)  # type: ignore[attr-defined]  # a ChoiceField, see above
        self.names: dict[str, str] = {}
        own = places[0].path if places else ""
        for number, (key, parameter) in enumerate(settable(question).items()):
            self.names[f"value_{number}"] = key
            self.fields[f"value_{number}"] = _other_value(parameter, key, own, today)

    @property
    def place(self) -> str:
        """Path of the subtree."""
        return str(self.cleaned_data["where"]).replace("*", "")

    @property
    def until(self) -> date:
        """The first day that is not looked at any more."""
        return date.fromordinal(self.cleaned_data["last"].toordinal() + 1)

    @property
    def given(self) -> dict[str, str]:
        """Key → text as typed; empty: unchanged."""
        return {key: str(self.cleaned_data.get(name) or "") for name, key in self.names.items()}

    def refuse(self, error: DomainError) -> None:
        """Show a refusal of the flow beside its field."""
        fields = {key: name for name, key in self.names.items()} | {"since": "since", "until": "last"}
        self.add_error(fields.get(str(error.field)), str(error))

    def clean_last(self) -> date:
        """A last day of the calendar's last year has no day after it."""
        last: date = self.cleaned_data["last"]
        if last.year > 2100:
            raise forms.ValidationError(
                _("The last day lies outside the years 1990 to 2100. Check the year.")
            )
        return last


def _other_value(parameter: Parameter, key: str, path: str, today: date) -> forms.Field:
    field = _value_field(parameter)
    field.label, field.required = str(parameter.label), False
    if isinstance(field, forms.ChoiceField):
        kept = [("1", _("Yes")), ("0", _("No"))] if parameter.type is Kind.FLAG else parameter.choices.items()
        field.choices = [("", _("As it holds")), *kept]
    now = service.value(key, path=path, on=today) if key in PARAMETERS else parameter.default
    words = _("Now: %(value)s. Leave it empty to keep what held.") % {"value": shown(parameter, now)}
    field.help_text = f"{words} {_UNITS.get(parameter.type, '')}".strip()
    return field
