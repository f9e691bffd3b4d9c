"""Filters people keep: save under a name, remove."""

from datetime import datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.listing.models import SavedFilter

MOST_KEPT = 50


def save_filter(*, actor: Actor, list_key: str, name: str, query: str, at: datetime) -> SavedFilter:
    """Keep a query string under a name; the same name again is overwritten. Raises NotVisible, InvalidInput."""
    if actor.user_id is None:
        raise NotVisible
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    if not name or len(name) > 60:
        raise InvalidInput(
            _("A saved filter needs a name of at most 60 characters."),
            remedy=_("Write a short name, such as “not visited this month”."), field="name",
        )  # fmt: skip
    if len(query) > 2000:
        raise InvalidInput(
            _("This filter is too long to be kept."),
            remedy=_("Remove some of the chosen values."),
            field="query",
        )
    mine = SavedFilter.objects.filter(user_id=actor.user_id, list_key=list_key)
    if not mine.filter(name=name).exists() and mine.count() >= MOST_KEPT:
        raise InvalidInput(
            _("You have kept 50 filters for this list already."), remedy=_("Remove one first."), field="name"
        )
    saved, _made = SavedFilter.objects.update_or_create(
        user_id=actor.user_id, list_key=list_key, name=name,
        defaults={"query": query}, create_defaults={"query": query, "created_at": at},
    )  # fmt: skip
    return saved


def remove_filter(*, actor: Actor, filter_id: int) -> None:
    """Forget one of one's own filters. Raises NotVisible."""
    if actor.user_id is None:
        raise NotVisible
    if SavedFilter.objects.filter(pk=filter_id, user_id=actor.user_id).delete()[0] != 1:
        raise NotVisible
