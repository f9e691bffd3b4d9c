"""Vacancies: job notices issue by issue, from employers that were checked, until the day they end."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy, pgettext_lazy


class VacanciesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.vacancies"
    label = "vacancies"

    def ready(self) -> None:
        """Facts, parameters, notices, jobs, what a merge and an erasure do, the menu."""
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.core.menu import Entry, register
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting, taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.vacancies.flows.issues import TEMPLATES
        from smartunion.systems.vacancies.flows.wishes import forget
        from smartunion.systems.vacancies.jobs import KINDS as JOBS
        from smartunion.systems.vacancies.own_data import CHAPTERS
        from smartunion.systems.vacancies.parameters import KINDS, PARAMETERS

        fact_kinds.register(*KINDS)
        parameters.register(*PARAMETERS)
        templates.register(*TEMPLATES)
        for kind in JOBS:
            register_job(kind)
        forgetting.register(forget)
        taking_along.register(*CHAPTERS)
        merging.register(
            merging.Reference(
                "vacancies.Vacancy", "union", MergeKind.UNION, pgettext_lazy("vacancies", "vacancies")
            ),
            merging.Reference(
                "vacancies.Vacancy", "employer", MergeKind.EMPLOYER, pgettext_lazy("vacancies", "vacancies")
            ),
            merging.Reference("vacancies.Issue", "union", MergeKind.UNION),
        )
        register(
            Entry("desk", "vacancies.desk", pgettext_lazy("vacancies", "Vacancies"), "vacancies:desk", "briefcase",
                  group=gettext_lazy("What workers say"), order=38, permission="offers.manage"),
        )  # fmt: skip
