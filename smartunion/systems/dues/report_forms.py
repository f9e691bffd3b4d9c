"""The form of a report of funds: one line for each kind of its year."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_rules import (
    MOST,
    FundsHalf,
    FundsSide,
    Money,
    Span,
    entries_of,
    kind_words,
)

Kinds = dict[FundsSide, list[str]]


class SpanForm(forms.Form):
    """Which union and which time a new report is about."""

    union = forms.TypedChoiceField(label=_("Union"), coerce=int)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    half = forms.ChoiceField(
        label=pgettext_lazy("funds report", "Part of the year"), choices=FundsHalf.choices, required=False
    )

    def __init__(
        self, *args: Any, unions: Sequence[tuple[int, str]], years: Sequence[int], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name, choices in (("union", list(unions)), ("year", [(year, str(year)) for year in years])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def span(self) -> Span:
        """The time chosen, of a form that is valid."""
        return Span(self.cleaned_data["year"], FundsHalf(int(self.cleaned_data["half"] or FundsHalf.YEAR)))


def _yuan(
    label: Any, *, lowest: Decimal | None = Decimal(0), needed: bool = False
) -> forms.DecimalField:  # Any: lazy text
    return forms.DecimalField(
        label=label, required=needed, min_value=lowest, max_value=MOST, max_digits=14, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )  # fmt: skip


class ReportForm(forms.Form):
    """Balances, kinds and a note. kinds: what each side offers; one line is two fields."""

    opening_yuan = _yuan(_("Opening balance, yuan"), lowest=None, needed=True)
    closing_yuan = _yuan(_("Closing balance, yuan"), lowest=None, needed=True)
    note = forms.CharField(
        label=_("To the members"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What stands out this year and why, in plain words."),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Kinds, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kinds = kinds
        for side, names in kinds.items():
            for number, kind in enumerate(names):
                self.fields[f"{side}_{number}_budget"] = _yuan(
                    _("%(kind)s: budget, yuan") % {"kind": kind_words(kind)}
                )
                self.fields[f"{side}_{number}_actual"] = _yuan(
                    _("%(kind)s: actual, yuan") % {"kind": kind_words(kind)}
                )

    @property
    def sides(self) -> list[tuple[str, list[tuple[str, list[Any]]]]]:
        """For the page: words of a side, and (kind, its fields for budget and actual) of each line."""
        return [
            (
                str(side.label),
                [
                    (kind_words(kind), [self[f"{side}_{number}_{what}"] for what in ("budget", "actual")])
                    for number, kind in enumerate(names)
                ],
            )
            for side, names in self.kinds.items()
        ]

    @property
    def money(self) -> Money:
        """The figures of a form that is valid."""
        given = self.cleaned_data
        entries = []
        for side, names in self.kinds.items():
            amounts = [
                [given.get(f"{side}_{number}_{what}") for number in range(len(names))]
                for what in ("budget", "actual")
            ]
            entries += entries_of(side, names, *amounts)
        return Money(given["opening_yuan"], given["closing_yuan"], tuple(entries))


def kinds_with(kinds: Kinds, row: FundsReport) -> Kinds:
    """The kinds of its place, and those the report names besides."""
    money = row.money
    return {
        side: list(dict.fromkeys([*names, *(one.kind for one in money.of(side))]))
        for side, names in kinds.items()
    }


def values_of(row: FundsReport, kinds: Kinds) -> dict[str, Any]:
    """What the form of a draft begins with."""
    values: dict[str, Any] = {
        "opening_yuan": row.opening_yuan, "closing_yuan": row.closing_yuan, "note": row.note,
    }  # fmt: skip
    money = row.money
    for side, names in kinds.items():
        for one in money.of(side):
            number = names.index(one.kind)
            values[f"{side}_{number}_budget"] = one.budget
            values[f"{side}_{number}_actual"] = one.actual
    return values
