"""What the page of a driver sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from smartunion.core.ids import uuid7
from smartunion.systems.organising.driver_rules import Channel, TalkOutcome
from smartunion.systems.organising.flows.driver_ledger import Contact, NewDriver
from smartunion.systems.organising.visit_form import InstantField


class ContactForm(forms.Form):
    """What came of a talk."""

    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=TalkOutcome.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices)
    due_on = forms.DateField(
        label=_("Talk again on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    noted_at = InstantField(required=False, widget=forms.HiddenInput)
    sent_at = InstantField(required=False, widget=forms.HiddenInput)

    def contact(self) -> Contact:
        """As the flow wants it; call after is_valid()."""
        given = self.cleaned_data
        return Contact(
            client_id=given["client_id"] or uuid7(), channel=Channel(given["channel"]), outcome=TalkOutcome(given["outcome"]),
            note=given["note"], due_on=given["due_on"], noted_at=given["noted_at"], sent_at=given["sent_at"],
        )  # fmt: skip


class DriverForm(forms.Form):
    """A driver found by walking."""

    name = forms.CharField(label=_("Name"), max_length=60)
    mobile = forms.CharField(
        label=_("Mobile"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    platform = forms.CharField(label=_("Platform or trade"), required=False, max_length=60)

    def driver(self, region_id: int) -> NewDriver:
        """As the flow wants it; call after is_valid()."""
        given = self.cleaned_data
        return NewDriver(region_id, given["name"], given["mobile"], given["platform"])
