"""Guide: asked in one's own words, it answers with a service, a rule, a place or a person, and says what it does not know."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuideConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.guide"
    label = "guide"

    def ready(self) -> None:
        """The menu, the parameters, and the job that lets old questions go."""
        from smartunion.core import menu
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.policies import parameters
        from smartunion.systems.guide.jobs import FORGET
        from smartunion.systems.guide.parameters import PARAMETERS

        parameters.register(*PARAMETERS)
        jobs.register(FORGET)
        menu.register(
            menu.Entry(
                "desk", "guide.asked", _("What people asked"), "guide:asked", "chat-square-text", group=_("What workers say"),
                order=36,
                permission="guide.teach",
            ),
        )  # fmt: skip
