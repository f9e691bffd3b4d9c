"""Where the room stands in the menus."""

from django.utils.translation import gettext_lazy as _

from smartunion.core.menu import Entry

ENTRY = Entry(
    "desk", "policies", _("Rules and deadlines"), "policies:list", "sliders", group=_("Administration"), order=810,
    permission="desk.enter",
)  # fmt: skip
