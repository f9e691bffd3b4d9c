"""Pages people look for that are no service with a form: events, counselling, their own card. Registered in apps.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import override

from smartunion.core.actor import Actor

Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Way:
    """One page, found by the hall's search and by the guide.

    key: unlike every service's; words: everyday words people look for it by, with spaces between; url_name: opened by
    everybody, who is asked to sign in where that is needed; needs_person: only about one's own record in the register.
    """

    key: str
    title: Label
    text: Label
    words: str
    url_name: str
    icon: str
    needs_person: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Whether the page opens for this actor, once signed in: a staff account may belong to nobody in the register."""
        return not self.needs_person or not actor.is_known or actor.person_id is not None

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.url_name)

    def in_chinese(self) -> tuple[str, str]:
        """Title and text as people look for them, whatever the language of the page."""
        with override("zh-hans"):
            return str(self.title), str(self.text)


WAYS: dict[str, Way] = {}


def register(*ways: Way) -> None:
    """Add ways; raises ValueError when a key is taken."""
    for way in ways:
        if way.key in WAYS:
            raise ValueError(f"way {way.key} is registered twice")
        WAYS[way.key] = way


def ways() -> Sequence[Way]:
    """All of them, in the order they were registered."""
    return tuple(WAYS.values())
