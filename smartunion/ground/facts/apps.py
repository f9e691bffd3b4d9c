"""Facts: the append-only ledger of what happened; every number is a sum over it."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.facts"
    label = "facts"

    def ready(self) -> None:
        """The job that folds deltas into tallies."""
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.facts.jobs import FOLD

        jobs.register(FOLD)
