"""Policies: parameters that vary by place and date, each with its source."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.policies"
    label = "policies"

    def ready(self) -> None:
        """The parameters that ship with the program, and the desk's menu entry."""
        from smartunion.core import menu
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.policies.jobs import JOB
        from smartunion.ground.policies.menu import ENTRY
        from smartunion.ground.policies.parameters import register
        from smartunion.ground.policies.shipped import SHIPPED

        register(*SHIPPED)
        menu.register(ENTRY)
        jobs.register(JOB)
