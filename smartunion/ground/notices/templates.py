"""The wordings of notices, registered by the rooms that send them (in apps.py)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

Label = str | Promise
CHANNELS = ("sms", "wechat", "email")
_PLACE = re.compile(r"%%|%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Template:
    """One kind of notice. title, body: lazy texts with %(name)s places: what happened, why, what next.

    channels: where it goes besides the inbox. urgent: not held back in quiet hours.
    """

    key: str
    title: Label
    body: Label
    channels: tuple[str, ...] = ("sms",)
    urgent: bool = False


TEMPLATES: dict[str, Template] = {}


def register(*templates: Template) -> None:
    """Add templates; raises ValueError when a key is taken or a channel does not exist."""
    for template in templates:
        if template.key in TEMPLATES:
            raise ValueError(f"notice template {template.key} is registered twice")
        if not set(template.channels) <= set(CHANNELS):
            raise ValueError(f"notice template {template.key}: channels are {', '.join(CHANNELS)}")
        TEMPLATES[template.key] = template


def filled(text: Label, context: Mapping[str, object]) -> str:
    """A text with its places filled in, in the language now active. Raises KeyError naming a missing place.

    Values are never read as patterns: a percent sign in somebody's words stays one.
    """
    return _PLACE.sub(lambda found: str(context[found[1]]) if found[1] else "%", str(text))
