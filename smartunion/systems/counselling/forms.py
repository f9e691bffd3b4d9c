"""What the pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.systems.counselling.models import Counsellor
from smartunion.systems.counselling.rules import Rank, Topic, Way


class AskForm(forms.Form):
    """What somebody asks."""

    topic = forms.ChoiceField(label=_("What is it about"), choices=Topic.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only the counsellor reads this. Nobody in your union or firm, no officer, no leader."),
    )  # fmt: skip
    alias = forms.CharField(
        label=_("How we may call you"),
        max_length=20,
        required=False,
        help_text=_("Any name; leave it empty to be nobody."),
    )
    contact = forms.CharField(
        label=_("How to reach you"), max_length=80, required=False,
        help_text=_("Only if you want to be called. You can read every answer here without it."),
    )  # fmt: skip
    slot = forms.IntegerField(widget=forms.HiddenInput, required=False)
    counsellor = forms.IntegerField(widget=forms.HiddenInput, required=False)
    urgent = forms.BooleanField(widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput)


class ProfileForm(forms.Form):
    """How a counsellor introduces herself."""

    name = forms.CharField(label=_("name shown"), max_length=40)
    rank = forms.ChoiceField(label=_("serves at"), choices=Rank.choices)
    qualification = forms.CharField(
        label=_("qualification"),
        max_length=120,
        help_text=_("With its number: people may see whom they trust."),
    )
    about = forms.CharField(
        label=pgettext_lazy("counselling", "about me"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("What you know best, and how you work."),
    )  # fmt: skip
    is_taking = forms.BooleanField(label=_("takes people now"), required=False, initial=True)


class HoursForm(forms.Form):
    """Hours to be offered."""

    on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), required=True
    )
    first = forms.TimeField(label=_("From what time"), widget=forms.TimeInput(attrs={"type": "time"}))
    last = forms.TimeField(label=_("Until what time"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=20, max_value=120, initial=50)
    way = forms.ChoiceField(label=_("How"), choices=[(w.value, w.label) for w in Way if w is not Way.TEXT])
    place = forms.CharField(label=_("Where, or which number"), max_length=120, required=False)
    weeks = forms.IntegerField(label=_("Weeks in a row"), min_value=1, max_value=16, initial=1)


class HandOverForm(forms.Form):
    """Handing a consultation on."""

    to = forms.ChoiceField(label=pgettext_lazy("counselling", "To whom"), choices=[])
    summary = forms.CharField(
        label=_("What whoever takes over has to know"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your own notes are not handed over."),
    )  # fmt: skip
    was_agreed = forms.BooleanField(label=_("The person agrees"), required=False)

    def __init__(self, *args: Any, others: list[Counsellor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one.name} · {Rank(one.rank).label}") for one in others]
        self.fields["to"].choices = [*named, ("outside", _("A hospital"))]  # type: ignore[attr-defined]  # a ChoiceField
