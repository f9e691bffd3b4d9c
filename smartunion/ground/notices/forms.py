"""What the inbox pages send."""

from django import forms

#: The largest key a database can hold.
_MOST = 2**63 - 1


class PageForm(forms.Form):
    """Which page of the inbox: notices older than this one."""

    before = forms.IntegerField(min_value=1, max_value=_MOST, required=False)


class ReadAllForm(forms.Form):
    """Up to which notice the reader has seen the list."""

    up_to = forms.IntegerField(min_value=1, max_value=_MOST)


class OpenForm(forms.Form):
    """From which shell a notice is opened; the answer leads back there."""

    shell = forms.ChoiceField(choices=[("portal", "portal"), ("desk", "desk")], required=False)
