"""Programmes: ready offers with their sources, the fund they are paid from, who comes first, and what follows."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.programmes"
    label = "programmes"

    def ready(self) -> None:
        """Presets, ways to rank, followers of offers, parameters, the programme that pays, the menu."""
        from smartunion.core.menu import Entry, register
        from smartunion.engines.offers import service as offers
        from smartunion.engines.payments import service as payments
        from smartunion.ground.policies import parameters
        from smartunion.systems.programmes import followers, preset_files, ranking
        from smartunion.systems.programmes.flows.budgets import ENTRY
        from smartunion.systems.programmes.parameters import PARAMETERS

        offers.register_presets(*preset_files.load())
        offers.register(*ranking.HANDLERS)
        offers.follow(*followers.FOLLOWERS)
        payments.register_programme(ENTRY)
        parameters.register(*PARAMETERS)
        register(
            Entry("desk", "programmes.budgets", _("Money for offers"), "programmes:budgets", "piggy-bank",
                  group=_("Money"), order=64, permission="funds.manage"),
        )  # fmt: skip
