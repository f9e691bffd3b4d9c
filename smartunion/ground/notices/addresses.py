"""How somebody is reached. Rooms that know phones and WeChat ids register a resolver in apps.py."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date

from smartunion.ground.notices.rules import Quiet


@dataclass(frozen=True)
class Address:
    """What is known of one recipient; empty where nothing is.

    wechat: (app id, open id); quiet: no messages from–until.
    """

    mobile: str = ""
    email: str = ""
    wechat: tuple[str, str] | None = None
    language: str = ""
    quiet: Quiet | None = None

    def on(self, channel: str) -> str:
        """Where a channel delivers to: number, address or open id; "" when it cannot."""
        if channel == "wechat":
            return self.wechat[1] if self.wechat else ""
        return {"sms": self.mobile, "email": self.email}.get(channel, "")


#: person id, user id, day → what the room knows, or None
Resolver = Callable[[int | None, int | None, date], Address | None]
_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Add a resolver; of two that know the same thing the first registered is believed."""
    _resolvers.append(resolver)


def address_of(person_id: int | None, user_id: int | None, on: date) -> Address:
    """Everything the resolvers know about a recipient."""
    known = Address()
    for resolver in _resolvers:
        more = resolver(person_id, user_id, on)
        if more is not None:
            gaps = {f.name: getattr(more, f.name) for f in fields(known) if not getattr(known, f.name)}
            known = replace(known, **gaps)
    return known
