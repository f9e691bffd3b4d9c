"""Programmes: ready offers with their sources, the fund they are paid from, who comes first, and what follows."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProgrammesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.programmes"
    label = "programmes"

    def ready(self) -> None:
        """Presets, ways to rank, followers of offers, parameters, the programme that pays, the menu."""
        from datetime import timedelta

        from smartunion.core.audit import events
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.core.menu import Entry, register
        from smartunion.engines.casework import definitions, handlers
        from smartunion.engines.offers import service as offers
        from smartunion.engines.payments import service as payments
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.programmes import followers, jobs, preset_files, ranking
        from smartunion.systems.programmes.flows import meeting
        from smartunion.systems.programmes.flows.budgets import ENTRY
        from smartunion.systems.programmes.parameters import PARAMETERS
        from smartunion.systems.programmes.services import DEFINITIONS, HANDLERS
        from smartunion.systems.programmes.services.degree_subsidy import PROGRAMME

        events.register({
            "programmes.handed_on": pgettext_lazy("looks", "Your data were handed on with your consent"),
            "programmes.front_line_confirmed": pgettext_lazy("looks", "Your union said whether you work in the front line"),
        }, is_private=True)  # fmt: skip
        register_job(JobKind(jobs.FORGET, jobs.forget_meetings, every=timedelta(hours=12)))
        register_job(JobKind(jobs.COMPARE, jobs.compare_places, every=timedelta(minutes=30)))
        offers.register_presets(*preset_files.load())
        offers.register(*ranking.HANDLERS)
        offers.follow(*followers.FOLLOWERS)
        payments.register_programme(
            ENTRY, payments.Programme(PROGRAMME, _("Degree subsidies"), is_sealed=False)
        )
        definitions.register_money(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        parameters.register(*PARAMETERS)
        forgetting.register(meeting.forget)
        merging.register(
            merging.Reference("programmes.FrontLine", "person", MergeKind.PERSON, on_clash=merging.Clash.DROP)
        )
        register(
            Entry("desk", "programmes.budgets", _("Money for offers"), "programmes:budgets", "piggy-bank",
                  group=pgettext_lazy("payments", "Money"), order=64, permission="funds.manage"),
            Entry("desk", "programmes.front_line", _("Front-line posts"), "programmes:front_line", "person-badge",
                  group=pgettext_lazy("menu", "Benefits"), order=45, permission="members.edit"),
        )  # fmt: skip
