"""Forms about employers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, Membership
from smartunion.ground.registry.queries.pasted import people_named
from smartunion.site.desk.fields import DayField, EmployerPick, RegionPick, UnionPick, choices
from smartunion.site.desk.forms.unions import Closing, Versioned


class EmployerForm(forms.Form):
    """What is known of an employer."""

    name = forms.CharField(
        label=pgettext_lazy("organisation", "Name"), max_length=120, help_text=_("As on the licence.")
    )
    uscc = forms.CharField(label=_("Social credit code"), max_length=24, required=False)
    region = RegionPick(label=_("Place"), help_text=_("Decides which federation looks after it."))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    industry = forms.ChoiceField(label=_("Industry"), required=False)
    unit_nature = forms.ChoiceField(label=_("Nature of unit"), required=False)
    economic_type = forms.ChoiceField(label=_("Economic type"), required=False)
    is_platform = forms.BooleanField(
        label=_("Platform company"), required=False,
        help_text=_("Drivers, couriers and others take orders from it and often from several such companies."),
    )  # fmt: skip
    staff_count = forms.IntegerField(label=_("Staff"), min_value=0, max_value=10_000_000, required=False)
    founded_on = DayField(label=_("Founded on"), required=False)
    legal_person = forms.CharField(label=_("Legal representative"), max_length=60, required=False)

    def __init__(self, actor: Actor, employer: Employer | None, *args: Any, **kwargs: Any) -> None:
        if employer is not None:
            names = ("name", "uscc", "address", "industry", "unit_nature", "economic_type", "is_platform", "staff_count",
                     "founded_on", "legal_person")  # fmt: skip
            kwargs["initial"] = {name: getattr(employer, name) for name in names} | {
                "region": employer.region_id, "version": employer.version,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        lists = {
            "industry": rules.Industry,
            "unit_nature": rules.UnitNature,
            "economic_type": rules.EconomicType,
        }
        for name, kind in lists.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices(kind)
        place = self.fields["region"]
        assert isinstance(place, RegionPick)
        place.offer(actor, "registry.edit", keep=employer.region_id if employer else None)

    def values(self) -> dict[str, Any]:
        """As the flows take them."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        given["region_id"] = given.pop("region")
        return given


class EmployerEditForm(EmployerForm, Versioned):
    """The same, of a known version."""


class CloseEmployerForm(Closing):
    """The end of an employer."""

    on = DayField(label=_("Out of business since"), initial=clock.today)


class AbsorbForm(Versioned):
    """The employer that takes over, and the union its people belong to then. confirm: set once the preview was seen."""

    into = EmployerPick(label=_("Employer that takes over"), help_text=_("Social credit code or full name."))
    union = UnionPick(
        label=_("Union that takes the people"), required=False,
        help_text=_("Covers one of the two. Empty takes the other employer's own union, else this one's."),
    )  # fmt: skip
    on = DayField(label=_("Takes effect on"), initial=clock.today)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The decision it rests on, with its number.")
    )
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, employer: Employer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": employer.version}})
        self.actor, self.employer = actor, employer
        into, union = self.fields["into"], self.fields["union"]
        assert isinstance(into, EmployerPick)
        assert isinstance(union, UnionPick)
        into.offer(actor)
        union.offer(actor, "registry.edit", kinds=rules.ADMITTING)

    @property
    def told(self) -> list[tuple[Any, str]]:
        """What the preview says of the entries besides the common ones: label and value."""
        given = self.cleaned_data
        chosen = [(_("Union that takes the people"), given["union"].name)] if given["union"] else []
        return [(_("Employer that takes over"), given["into"].name), *chosen]

    def decision(self) -> dict[str, Any]:
        """As the flows take it."""
        given = self.cleaned_data
        return {**self.asked(), "version": given["version"], "reason": given["reason"]}

    def asked(self) -> dict[str, Any]:
        """As the preview takes it."""
        given, union = self.cleaned_data, self.cleaned_data["union"]
        return {
            "into_id": given["into"].pk,
            "union_id": union.pk if union else None,
            "on": given["on"],
        }


class HiveOffForm(AbsorbForm):
    """The employer that takes a part, and who goes."""

    people = forms.CharField(
        label=_("People who go"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: name, ID number or mobile number."),
    )  # fmt: skip
    field_order = ("version", "into", "people", "union", "on", "reason", "confirm")

    def clean_people(self) -> list[int]:
        """Persons (ids) of this employer; every wrong line is named."""
        here = Membership.objects.filter(
            self.actor.within("members.edit", "union_path"), employer=self.employer, ended_on=None
        )
        named = people_named(self.cleaned_data["people"], here)
        for line, wrong in named.wrong[:20]:
            self.add_error("people", _("Line %(line)s: %(wrong)s") % {"line": line, "wrong": wrong})
        return named.people
