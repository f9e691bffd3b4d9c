"""Which platform somebody works for, and since when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.ground.registry import queries
from smartunion.site.desk.fields import DayField


class PlatformForm(forms.Form):
    """A platform company of the list."""

    platform = forms.TypedChoiceField(label=_("Platform"), coerce=int)
    on = DayField(label=_("Works for it since"), initial=clock.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["platform"]
        assert isinstance(field, forms.TypedChoiceField)
        named = queries.platforms().values_list("pk", "name")
        field.choices = [("", _("Please choose")), *named]
