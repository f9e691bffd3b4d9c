"""Template filters and tags used everywhere; nothing here computes business values."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Select, SelectMultiple
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.masking import mask_name, mask_phone, mask_resident_id

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)
register.filter("mask_resident_id", mask_resident_id)

_ICONS = {
    "success": "bi-check-circle", "warning": "bi-exclamation-triangle", "error": "bi-exclamation-circle",
    "danger": "bi-exclamation-circle",
}  # fmt: skip
#: Colour and icon of the five kinds of state; a state always shows its word too.
STATE_TONES = {
    "waiting": ("amber", "hourglass-split"),
    "active": ("blue", "arrow-repeat"),
    "done": ("green", "check-circle"),
    "bad": ("red", "x-circle"),
    "off": ("grey", "dash-circle"),
}
#: Keys many rooms share; a room with other keys passes the tone itself.
STATE_KEYS: Mapping[str, str] = {
    key: tone
    for tone, keys in {
        "waiting": "waiting due draft submitted new to_verify open asked preparatory planned uploaded check preview change",
        "active": "running active assigned in_progress taken_up accepted supplement reading applying undoing create",
        "done": "done applied approved verified sent succeeded founded joined ready right",
        "bad": "failed refuse refused rejected expelled overdue error wrong",
    }.items()
    for key in keys.split()
}


@register.filter
def tone_icon(tone: str) -> str:
    """Icon class of a message tone."""
    return _ICONS.get(tone, "bi-info-circle")


@register.filter
def can(actor: Actor, permission: str) -> bool:
    """Whether somebody holds a permission anywhere: a button to a page she may not open is not drawn."""
    return actor.can(permission)


@register.filter
def strip(text: object) -> str:
    """Text without surrounding blanks, to ask whether a slot was filled."""
    return str(text).strip()


@register.filter(name="int")
def to_int(value: object) -> int:
    """A whole number from a component input."""
    return int(str(value))


@register.filter
def number(value: object) -> str:
    """Whole numbers and decimals (money) in groups of three, everything else as it is; Django's Chinese has no separator."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return str(value)
    return f"{value:,}"


@register.filter
def unlocalised(value: object) -> str:
    """A number as HTML attributes want it."""
    return str(value)


@register.filter
def when(value: object) -> str:
    """A date or an instant the way people write it: 2026-11-21 or 2026-11-21 09:30; text stays."""
    if isinstance(value, datetime):
        return localtime(value).isoformat(" ", "minutes")[:16]
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """A single tick box: its label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def styled(field: BoundField, **attributes: Any) -> SafeString:
    """The input of a bound field in our looks; empty attributes are left out."""
    widget = field.field.widget
    attrs = {name: value for name, value in attributes.items() if value}
    if isinstance(widget, CheckboxInput):
        attrs["class"] = "form-check-input"
    elif field.use_fieldset:
        attrs["class"] = "choices"
    elif isinstance(widget, Select | SelectMultiple):
        attrs["class"] = "form-select"
    else:
        attrs["class"] = "form-control"
    attrs["class"] = f"{attrs['class']} {widget.attrs.get('class', '')}".strip()
    return field.as_widget(attrs=attrs)


@register.simple_tag
def state_mark(label: object, value: object = "", tone: str = "") -> SafeString:
    """A state as icon, word and colour."""
    tint, icon = STATE_TONES[tone or STATE_KEYS.get(str(value), "off")]
    return format_html(
        '<span class="tag" data-tint="{}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
        tint,
        icon,
        label,
    )


@register.simple_tag
def qr_svg(text: str, label: str = "") -> SafeString:
    """A QR code as inline SVG with a name for screen readers."""
    import segno  # late: only pages with codes pay for it

    code = segno.make(str(text), error="m", micro=False)
    drawing = code.svg_inline(border=3, dark="#000", light="#fff", omitsize=True, title=label or _("QR code"))
    return mark_safe(drawing)  # noqa: S308  segno escapes the title and draws the rest


@register.simple_tag(takes_context=True)
def with_query(context: template.RequestContext, **changes: Any) -> str:
    """The present query string with some keys replaced; an empty value drops the key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in ("", None):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def state_url(state: Any, what: str, given: Any = None) -> str:
    """Addresses of a list: without one filter, cleared of all, whole (first page), or the bare query string."""
    if what == "without":
        return str(state.url_without(given))
    if what == "cleared":
        return str(state.url_cleared())
    return str(state.url()[1:] if what == "query" else state.url())


@register.simple_tag
def state_inputs(state: Any) -> SafeString:
    """The present filters and order as hidden inputs, for a form that changes only the columns."""
    left_out = {"cols", "after", "before", "export", "print"}
    pairs = [
        (name, value) for name, values in state.query.lists() if name not in left_out for value in values
    ]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)
