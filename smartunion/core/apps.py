"""Core: codes, encryption, actors, audit, jobs, files, tables and UI pieces; knows no union."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The floor everything else stands on."""

    name = "smartunion.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Register the room's background jobs."""
        from smartunion.core import statistics
        from smartunion.core.jobs import batches
        from smartunion.core.jobs import registry as jobs

        jobs.register(statistics.REFRESH)
        jobs.register(batches.FORGET_DRAFTS)
