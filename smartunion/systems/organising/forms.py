"""Shapes of what the desk sends."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is decided."""

    reason = forms.CharField(label=_("Reason"), max_length=400, required=False)


class PostponeForm(forms.Form):
    """Until when a finding rests."""

    until = forms.DateField(label=_("Comes back on"), widget=forms.DateInput(attrs={"type": "date"}))
