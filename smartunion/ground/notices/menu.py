"""Where the room stands in the menus."""

from django.utils.translation import gettext_lazy as _

from smartunion.core.menu import Entry
from smartunion.ground.notices.queries import unread_count

ENTRIES = (
    Entry(
        "portal", "messages", _("Messages"), "notices:messages", "chat-dots", group="tabs", order=40, badge=unread_count
    ),
    Entry(
        "desk", "outbox", _("Undelivered messages"), "notices:outbox", "envelope-exclamation",
        group=_("Administration"), order=880, permission="settings.edit",
    ),
)  # fmt: skip
