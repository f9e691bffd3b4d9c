"""Site: the shells and what assembles the rooms."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from smartunion.core import menu


class SiteConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.site"
    label = "smartunion_site"

    def ready(self) -> None:
        """The tabs of the portal, the desk entries that belong to no room, what can be watched live."""
        from smartunion.core import panels, ways
        from smartunion.site.boards.live import TOPIC
        from smartunion.site.desk.panels import ENTRIES, PANELS
        from smartunion.site.live import topics
        from smartunion.site.portal.ways import WAYS

        topics.register(TOPIC)
        panels.register(*PANELS)
        ways.register(*WAYS)
        menu.register(*ENTRIES)
        menu.register(
            menu.Entry("portal", "tab.home", _("Front page"), "portal:home", "house-door", group="tabs", order=10),
            menu.Entry("portal", "tab.me", _("Me"), "portal:me", "person", group="tabs", order=50),
            menu.Entry("desk", "desk.imports", _("Imports"), "imports:home", "file-earmark-arrow-up", group=_("Tools"),
                       order=880, permission="registry.import"),
            menu.Entry("desk", "desk.boards", _("Board"), "boards:home", "display", group=_("Tools"), order=890,
                       permission="boards.view"),
            menu.Entry("desk", "desk.jobs", _("Background work"), "jobs:list", "hourglass-split", group=_("Tools"),
                       order=900, permission="desk.enter"),
            menu.Entry("desk", "desk.design", _("Design guide"), "design:guide", "palette", group=_("Tools"),
                       order=990, permission="settings.edit"),
        )  # fmt: skip
