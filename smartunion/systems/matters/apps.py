"""Matters: requests, wishes, ideas, voices from chat groups; similar ones gathered into demands."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MattersConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.matters"
    label = "matters"

    def ready(self) -> None:
        """Services, fact kinds, parameters, notices, the nightly job, the menu."""
        from smartunion.core.audit import events
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.engines.casework import definitions, handlers
        from smartunion.engines.casework.service import SECOND_LOOK_SHARES
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.matters import jobs
        from smartunion.systems.matters.flows import demands, hazards, risks, wishes
        from smartunion.systems.matters.kinds import KINDS
        from smartunion.systems.matters.parameters import PARAMETERS
        from smartunion.systems.matters.queries.orders import share_of
        from smartunion.systems.matters.services import DEFINITIONS, HANDLERS

        events.register({
            "matters.officer_appointed": pgettext_lazy("looks", "You were made safety officer"),
            "matters.wish_shown": pgettext_lazy("looks", "Your wish was shown on the wish board, without your name"),
        })  # fmt: skip
        definitions.register(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        fact_kinds.register(*KINDS)
        parameters.register(*PARAMETERS)
        templates.register(*demands.TEMPLATES, *wishes.TEMPLATES, *hazards.TEMPLATES, *risks.TEMPLATES)
        register_job(JobKind(jobs.FREE_WISHES, jobs.free_wishes, every=timedelta(hours=12)))
        register_job(JobKind(jobs.WATCH_HAZARDS, jobs.watch_hazards, every=timedelta(hours=12)))
        merging.register(merging.Reference("matters.Demand", "union", MergeKind.UNION, _("demands")))
        merging.register(merging.Reference("matters.Hazard", "union", MergeKind.UNION, _("hazards")))
        register_job(JobKind(risks.PUSH, jobs.push_risk))
        register_job(JobKind(jobs.SIGN, jobs.sign_matters, every=timedelta(hours=6)))
        merging.register(merging.Reference("matters.RiskNotice", "union", MergeKind.UNION, _("risk notices")))
        merging.register(
            merging.Reference("matters.RiskNotice", "employer", MergeKind.EMPLOYER, _("risk notices"))
        )
        for model in ("matters.RiskRecipient", "matters.RiskOptOut"):
            merging.register(
                merging.Reference(model, "person_id", MergeKind.PERSON, on_clash=merging.Clash.DROP)
            )
        merging.register(merging.Reference("matters.WorkOrder", "union", MergeKind.UNION, _("work orders")))
        merging.register(merging.Reference("matters.SafetyOfficer", "union", MergeKind.UNION))
        SECOND_LOOK_SHARES.append(share_of)
        self._menu()

    def _menu(self) -> None:
        from smartunion.core.menu import Entry, register

        register(
            Entry("desk", "matters.demands", _("Demands"), "matters:demands", "collection", group=_("What workers say"),
                  order=32, permission="cases.view"),
            Entry("desk", "matters.wishes", _("Wishes"), "matters:wishes", "stars", group=_("What workers say"), order=33,
                  permission="cases.view"),
            Entry("desk", "matters.hazards", _("Hazards"), "matters:hazards", "exclamation-triangle",
                  group=_("What workers say"), order=34, permission="cases.view"),
            Entry("desk", "matters.risks", _("Labour-risk notices"), "matters:risks", "megaphone", group=_("What workers say"),
                  order=36, permission="cases.view"),
            Entry("desk", "matters.orders", _("Work orders"), "matters:orders", "telephone", group=_("What workers say"),
                  order=31, permission="cases.view"),
            Entry("desk", "matters.order_figures", _("Figures of work orders"), "matters:order_figures", "bar-chart-line",
                  group=_("What workers say"), order=35, permission="boards.view"),
        )  # fmt: skip
