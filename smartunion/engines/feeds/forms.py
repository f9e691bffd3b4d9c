"""Shapes of what the pages on departments' files send."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.engines.feeds.flows.sources import MOST_DAYS
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.registry.models import TradeUnion


class SourceForm(forms.Form):
    """A department and what it sends."""

    union = forms.TypedChoiceField(label=_("Federation"), coerce=int)
    name = forms.CharField(
        label=pgettext_lazy("organisation", "Name"),
        max_length=60,
        help_text=_("For example: social insurance, monthly."),
    )
    department = forms.CharField(label=_("Department"), max_length=80)
    table = forms.ChoiceField(label=_("What the files hold"), choices=TableKind.choices)
    purpose = forms.CharField(
        label=_("Purpose and legal basis"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("People may ask why their data is used; the agreement's number belongs here."),
    )  # fmt: skip
    every_days = forms.IntegerField(
        label=_("A new extract every … days"), required=False, min_value=1, max_value=MOST_DAYS,
        help_text=_("As agreed with the department, 31 for monthly. When it does not come, you are told. Empty: no rhythm."),
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed through
        rows = TradeUnion.objects.filter(
            actor.within("feeds.import"), territory__isnull=False, state="active"
        )
        rows = rows.exclude(level="town").order_by("depth", "path")
        self.fields["union"].choices = list(rows.values_list("pk", "name")[:100])  # type: ignore[attr-defined]


class ChangeForm(SourceForm):
    """What may be put right about a source; federation and kind of its files stay."""

    union = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    table = None  # type: ignore[assignment]  # the same

    def __init__(self, *args: object, **kwargs: object) -> None:
        forms.Form.__init__(self, *args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed through


class FileForm(forms.Form):
    """A file and the day it was drawn."""

    file = forms.FileField(
        label=_("File"), help_text=_("XLSX, XLS, CSV, TSV or Parquet, in any usual encoding.")
    )
    as_of = forms.DateField(
        label=_("Drawn on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day the department took this extract."),
    )  # fmt: skip
