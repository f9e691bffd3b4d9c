"""Form fields that know unions, employers and regions: typed or chosen, cut to what the actor sees."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import Actor
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.site.desk.reading import read

#: As many suggestions as a list under an input bears.
_SUGGESTED = 200
#: As many places as a drop-down bears; a wider territory stops at the level above.
_PLACES = 600
#: As many employers of one name as a refusal names.
_ALIKE = 8
#: As many names come near, at most.
_NEAR = 3
_UNKNOWN_UNION = gettext_lazy(
    "No union of this number or name is open to you. Choose one from the suggestions."
)
_UNKNOWN_EMPLOYER = gettext_lazy(
    "No employer of this code or name is open to you. Enter it first under “Employers”."
)
_UNKNOWN_OR_WRITTEN = gettext_lazy(
    "No employer of this code or name is open to you. Enter it first, or write its name below."
)


class SuggestInput(forms.TextInput):
    """A text input with suggestions of the browser's own kind; works without JavaScript."""

    suggestions: Iterable[tuple[str, str]] = ()
    #: Address that suggests more while one types.
    lookup: str = ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The input and its list."""
        rows = list(self.suggestions)
        key = f"{(attrs or {}).get('id', name)}-list"
        given = {**(attrs or {}), "autocomplete": "off"} | ({"list": key} if rows or self.lookup else {})
        if self.lookup:
            given["data-lookup"] = self.lookup
        options = format_html_join("", '<option value="{}">{}</option>', rows)
        listed = format_html('<datalist id="{}">{}</datalist>', key, options) if "list" in given else ""
        return format_html("{}{}", super().render(name, value, given, renderer), listed)


class UnionPick(forms.CharField):
    """A union by its number or its exact name; cleans to a TradeUnion the actor sees."""

    widget = SuggestInput

    def offer(self, actor: Actor, permission: str, *, kinds: Iterable[str] = (), but: int = 0) -> None:
        """Suggest unions in which the actor holds a permission."""
        self.actor = actor
        rows = (
            TradeUnion.objects.filter(actor.within(permission))
            .exclude(state=rules.UnionState.CLOSED)
            .exclude(pk=but)
        )
        if kinds:
            rows = rows.filter(kind__in=list(kinds))
        shown = rows.order_by("depth", "name").values_list("number", "name")[:_SUGGESTED]
        assert isinstance(self.widget, SuggestInput)
        self.widget.suggestions = [(number, name) for number, name in shown]
        asked = urlencode({"may": permission, "kind": sorted(str(kind) for kind in kinds)}, doseq=True)
        self.widget.lookup = f"{reverse('desk:pick_union')}?{asked}"

    def clean(self, value: Any) -> Any:
        """The union; None for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        visible = TradeUnion.objects.visible_to(self.actor).exclude(state=rules.UnionState.CLOSED)
        found = list(
            visible.filter(number=text.upper())[:1] or visible.filter(name_key=rules.fold_name(text))[:2]
        )
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            _("Several unions bear this name. Enter the union's number instead.") if found
            else near(_UNKNOWN_UNION, queries.find_unions(self.actor, read(text))[:_NEAR])
        )  # fmt: skip


class EmployerPick(forms.CharField):
    """An employer by its code or its exact name; cleans to an Employer the actor sees.

    may_be_written: the form has a field for the name of one nobody has entered.
    """

    widget = SuggestInput

    def __init__(self, *, may_be_written: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unknown = _UNKNOWN_OR_WRITTEN if may_be_written else _UNKNOWN_EMPLOYER

    def offer(self, actor: Actor, rows: Iterable[Employer] = ()) -> None:
        """Suggest some employers."""
        self.actor = actor
        assert isinstance(self.widget, SuggestInput)
        shown = list(rows)
        named = queries.told_apart(shown, Employer.objects.visible_to(actor))
        self.widget.suggestions = [
            (row.uscc or one.text, row.name if row.uscc else one.note or row.name)
            for row, one in zip(shown, named, strict=True)
        ]
        self.widget.lookup = reverse("desk:pick_employer")

    def choose(self, row: Employer) -> str:
        """What is written to mean this employer."""
        visible = Employer.objects.visible_to(self.actor)
        return row.uscc or queries.told_apart([row], visible)[0].text

    def clean(self, value: Any) -> Any:
        """The employer; None for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        visible = Employer.objects.visible_to(self.actor)
        found = queries.employers_meant(visible, text, limit=_ALIKE)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(near(self.unknown, queries.find_employers(self.actor, read(text), _NEAR)))
        alike = queries.told_apart(found, visible)
        assert isinstance(self.widget, SuggestInput)
        self.widget.suggestions = [(one.text, one.note or one.text) for one in alike]
        raise ValidationError(
            _("Several employers bear this name. Enter one of these instead: %(choices)s")
            % {"choices": "；".join(map(str, alike))}
        )


def near(refusal: Any, rows: Iterable[Any]) -> str:
    """A refusal, with the names that come near to what was written."""
    names = "、".join(str(row.name) for row in rows)
    return f"{refusal} {_('Do you mean: %(names)s?') % {'names': names}}" if names else str(refusal)


class RegionPick(forms.TypedChoiceField):
    """A place in the territories of the actor's unions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def offer(self, actor: Actor, permission: str, *, keep: int | None = None) -> None:
        """Offer the places of the actor's territories, as deep as the drop-down bears; `keep` is offered anyway."""
        rows = list(places_of(actor, permission))
        if keep is not None and all(row.pk != keep for row in rows):
            rows += list(Region.objects.filter(pk=keep))
        self.choices = [
            ("", _("Please choose")),
            *((row.pk, f"{'　' * _indent(row, rows)}{row.name}") for row in rows),
        ]


def places_of(actor: Actor, permission: str) -> list[Region]:
    """Regions of the territories in which the permission holds, parents first."""
    reach = (
        TradeUnion.objects.filter(actor.within(permission)).exclude(territory=None).order_by("depth", "pk")
    )
    tops = list(reach.values_list("territory__path", flat=True)[:_PLACES])
    widest = [path for path in tops if not any(path != other and path.startswith(other) for other in tops)]
    found: list[Region] = []
    for path in sorted(set(widest)):
        inside = Region.objects.filter(path__gte=path, path__lt=path[:-1] + "0", valid_to=None)
        top = path.count("/") - 1
        for depth in (top + 3, top + 2, top + 1, top):
            if inside.filter(depth__lte=depth).count() <= _PLACES:
                found += list(inside.filter(depth__lte=depth).order_by("path"))
                break
    return found


def _indent(row: Region, rows: list[Region]) -> int:
    return row.depth - min(other.depth for other in rows)


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, *, latest: date | None = None, **kwargs: Any) -> None:
        attrs = {"type": "date"} | ({"max": latest.isoformat()} if latest else {})
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs), **kwargs)


def choices(
    kind: type[Any], *, empty: bool = True, only: Iterable[Any] | None = None
) -> list[tuple[str, Any]]:
    """Choices of a value list for a form; in the order of the list. kind: a TextChoices class."""
    rows = [(key, label) for key, label in kind.choices if key and (only is None or key in set(only))]
    return [("", _("Please choose")), *rows] if empty else rows
