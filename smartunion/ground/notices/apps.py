"""Notices: one inbox per person, SMS, WeChat and e-mail as pluggable senders."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.notices"
    label = "notices"

    def ready(self) -> None:
        """The outbox job and the menu entries."""
        from smartunion.core import menu
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.notices.jobs import DELIVER
        from smartunion.ground.notices.menu import ENTRIES

        jobs.register(DELIVER)
        menu.register(*ENTRIES)
