"""Feeds: other departments' data in, with quality report and lineage."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.feeds"
    label = "feeds"

    def ready(self) -> None:
        """The kinds of tables, the jobs, what partners may send."""
        from smartunion.core import menu
        from smartunion.core.jobs.registry import JobKind, register
        from smartunion.core.tables.vocabulary import vocabulary
        from smartunion.engines.feeds.flows import late, snapshots
        from smartunion.engines.feeds.vocabulary import KINDS
        from smartunion.ground.accounts import scopes
        from smartunion.ground.notices import templates
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging

        merging.register(merging.Reference("feeds.Source", "union", MergeKind.UNION, _("sources")))
        vocabulary.register(*KINDS)
        scopes.register({"feeds.send": _("send in a department’s extracts")})
        templates.register(*late.TEMPLATES)
        register(JobKind(late.JOB, late.late_job, every=timedelta(hours=12)))
        register(JobKind(snapshots.JOB, snapshots.read_job, ended=snapshots.job_ended))
        menu.register(
            menu.Entry(
                "desk",
                "feeds.home",
                _("Departments’ files"),
                "feeds:home",
                "database",
                group=_("Organising"),
                order=260,
                permission="feeds.import",
            )
        )
