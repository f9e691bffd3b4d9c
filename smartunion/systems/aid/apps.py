"""Aid: the sealed archive of workers in difficulty, its formulas and reviews, grants and subsidies."""

from datetime import timedelta

from django.apps import AppConfig


class AidConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.aid"
    label = "aid"

    def ready(self) -> None:
        """Services, parameters, notices, the daily job, what is forgotten and merged, the menu."""
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.engines.casework import definitions, handlers
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.systems.aid import jobs
        from smartunion.systems.aid.flows import archive
        from smartunion.systems.aid.parameters import PARAMETERS
        from smartunion.systems.aid.services import DEFINITIONS, HANDLERS

        definitions.register_sealed(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        parameters.register(*PARAMETERS)
        templates.register(*archive.TEMPLATES)
        register_job(JobKind(jobs.REVIEW, jobs.review_files, every=timedelta(hours=12)))
