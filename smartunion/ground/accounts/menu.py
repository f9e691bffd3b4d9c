"""Where the room stands in the menus."""

from django.utils.translation import gettext_lazy as _

from smartunion.core.menu import Entry

ENTRIES = (
    Entry(
        "desk", "accounts", _("Accounts and roles"), "accounts:staff", "person-gear", group=_("Administration"),
        order=800, permission="accounts.manage",
    ),
)  # fmt: skip
