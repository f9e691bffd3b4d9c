"""What every page of a shell knows: the actor, the menu, the address."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

from smartunion import __version__
from smartunion.core.actor import STRANGER, Actor
from smartunion.core.menu import Entry, entries_for
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice

Item = dict[str, Any]
#: More do not fit beside one another on a narrow phone.
MOST_TABS = 5
#: A desk menu of so many entries is seen at a glance; a longer one shows its first group open.
MOST_OPEN = 14
#: Icons of tabs that have a filled twin for the present place.
FILLED = frozenset(
    {"house-door", "grid", "chat-dots", "person", "bell", "envelope", "folder", "calendar-event"}
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values for base templates; what costs a query is a function that runs once, when the page uses it."""
    actor: Actor = getattr(request, "actor", STRANGER)
    unread = cache(lambda: unread_count(actor))
    return {
        "actor": actor,
        "is_demo": settings.DEMO,
        "public_url": settings.PUBLIC_URL,
        "version": __version__,
        "elder": elder_mode(request),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "desk_menu": cache(lambda: desk_menu(actor, request.path, request.COOKIES.get("su_menu", ""))),
        "portal_tabs": cache(lambda: portal_tabs(actor, request.path)),
        "unread_notices": unread,
        "role_text": cache(lambda: role_text(actor)),
        "desk_home": _address("desk:home") or "/desk/",
        "search_url": _address("desk:search"),
        "notices_url": _address("notices:inbox") or _address("portal:messages"),
        "account_url": _address("accounts:account"),
        "me_url": _address("portal:me"),
        "record_url": _address("portal:record"),
        "signin_url": _address("accounts:signin"),
        "signout_url": _address("accounts:signout"),
    }


def elder_mode(request: HttpRequest) -> bool:
    """Large text: the cookie decides; without one, what the account says."""
    cookie = request.COOKIES.get("su_elder")
    if cookie is not None:
        return cookie == "1"
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return False
    try:
        return bool(getattr(request.user, "elder_mode", False))
    except DatabaseError:  # the error page must still come when the database is away
        return False


def unread_count(actor: Actor) -> int:
    """Unread notices, counted no further than the badge can show."""
    if not actor.is_known:
        return 0
    return Notice.objects.visible_to(actor).filter(read_at=None)[:100].count()


def role_text(actor: Actor) -> str:
    """The roles held today, in words."""
    return "、".join(str(Role(role).label) for role in sorted(actor.roles) if role in Role.values)


def desk_menu(actor: Actor, path: str, kept: str = "") -> list[dict[str, Any]]:
    """Desk entries grouped under their headings, groups in order of their first entry.

    A group is open where one left it (kept: keys of groups, those folded with a minus before them); otherwise when
    the whole menu is short, when it is the first, and always when the present page is in it.
    """
    groups: dict[str, list[Item]] = {}
    items = _items(actor, "desk", path)
    for item in items:
        groups.setdefault(str(item["group"]), []).append(item)
    left = {word.lstrip("-"): not word.startswith("-") for word in kept.split(",") if word}
    at_first = list(groups) if len(items) <= MOST_OPEN else [label for label in groups if label][:1]
    return [
        {
            "label": label, "key": inside[0]["key"], "items": inside,
            "is_open": any(item["is_current"] for item in inside)
            or left.get(inside[0]["key"], label in at_first),
            "badge": sum(item["badge"] for item in inside),
        }
        for label, inside in groups.items()
    ]  # fmt: skip


def portal_tabs(actor: Actor, path: str) -> list[Item]:
    """The bottom tabs of the portal: entries of the group "tabs", at most five; those that yield go first."""
    tabs = [item for item in _items(actor, "portal", path) if item["group"] == "tabs"]
    kept = [item for item in tabs if len(tabs) <= MOST_TABS or not item["yields"]]
    return kept[:MOST_TABS]


def _items(actor: Actor, shell_name: str, path: str) -> list[Item]:
    """Menu entries with addresses; the current one is that with the longest address the path begins with."""
    shown = [(entry, url) for entry in entries_for(actor, shell_name) if (url := _address(entry.url_name))]
    homes = {"/", "/desk/", "/board/"}
    fitting = [url for _, url in shown if path == url or (url not in homes and path.startswith(url))]
    current = max(fitting, key=len, default="")
    return [_item(entry, url, actor, url == current) for entry, url in shown]


def _item(entry: Entry, url: str, actor: Actor, is_current: bool) -> Item:
    badge: Callable[[Actor], int] | None = entry.badge
    return {
        "key": entry.key, "label": entry.label, "url": url, "icon": entry.icon, "group": entry.group,
        "badge": badge(actor) if badge else 0, "is_current": is_current,
        "has_fill": entry.icon in FILLED, "yields": entry.yields,
    }  # fmt: skip


def _address(url_name: str) -> str:
    """The address of a named page, "" when this installation does not have it."""
    return _worked_out(get_resolver(get_urlconf()), get_script_prefix(), get_language(), url_name)


@lru_cache(maxsize=2048)
def _worked_out(_resolver: URLResolver, _prefix: str, _language: str | None, url_name: str) -> str:
    """The same, worked out once for all that an address may depend on: other addresses mean another resolver."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
