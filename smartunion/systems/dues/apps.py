"""Dues: what employers contribute to unions and who is behind; what unions tell their members of their own funds."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DuesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.dues"
    label = "dues"

    def ready(self) -> None:
        """Services, parameters, jobs, notices, sections, what a merge does, the menu."""
        from smartunion.core import panels
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.core.menu import Entry, register
        from smartunion.engines.casework import definitions, handlers
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import known_of_employers
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.dues import jobs, queries, report_messages
        from smartunion.systems.dues.flows import payments
        from smartunion.systems.dues.listings import BULK
        from smartunion.systems.dues.panels import SECTIONS
        from smartunion.systems.dues.parameters import PARAMETERS
        from smartunion.systems.dues.services import DEFINITIONS, HANDLERS

        definitions.register(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        templates.register(*report_messages.TEMPLATES)
        parameters.register(*PARAMETERS)
        register_job(JobKind(payments.JOB, payments.job, every=timedelta(minutes=10)))
        register_job(JobKind(payments.COUNT_JOB, payments.count_job, every=timedelta(days=1)))
        register_job(JobKind(BULK, jobs.remind))
        register_job(JobKind(report_messages.TELL, jobs.tell_report))
        register_job(JobKind(jobs.REPORTS, jobs.remind_reports, every=timedelta(hours=12)))
        panels.register(*SECTIONS)
        known_of_employers.register(known_of_employers.PAYS_DUES, queries.pays)
        contributions = pgettext_lazy("dues", "contributions")
        merging.register(
            merging.Reference("dues.Payment", "employer", MergeKind.EMPLOYER, contributions),
            merging.Reference("dues.FirmStanding", "employer", MergeKind.EMPLOYER, is_derived=True),
            merging.Reference(
                "dues.Reminder", "employer", MergeKind.EMPLOYER, pgettext_lazy("dues", "reminders")
            ),
            merging.Reference(
                "dues.Reminder", "federation", MergeKind.UNION, pgettext_lazy("dues", "reminders")
            ),
            *(
                merging.History(model, "union", "what a union told its members of its own funds")
                for model in ("dues.FundsReport", "dues.FundsAnswer")
            ),
        )
        register(
            Entry("desk", "dues.firms", _("Union contributions"), "dues:firms", "cash-coin", group=_("Organising"), order=218,
                  permission="dues.view"),
            Entry("desk", "dues.reports", _("Reports of funds"), "dues:reports", "journal-text", group=_("Organising"), order=219,
                  permission="dues.report", also_for="dues.view"),
        )  # fmt: skip
