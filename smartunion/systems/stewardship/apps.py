"""Stewardship: the registry's quality as work. Duplicates made one, what is missing or wrong, scores."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StewardshipConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Jobs, the menu, and what a merge does with this room's rows."""
        from smartunion.core import menu
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.stewardship.jobs import JOBS

        for job in JOBS:
            jobs.register(job)
        merging.register(
            merging.Reference(
                "stewardship.UnionQuality", "union", MergeKind.UNION, on_clash=merging.Clash.DROP
            ),
            merging.Reference(
                "stewardship.FaultCount", "union", MergeKind.UNION, on_clash=merging.Clash.DROP
            ),
        )
        group = _("Data quality")
        menu.register(
            menu.Entry("desk", "stewardship.duplicates", _("Duplicates"), "stewardship:home", "intersect", group=group,
                       order=310, permission="members.edit"),
            menu.Entry("desk", "stewardship.quality", _("Completeness and validity"), "stewardship:quality", "clipboard2-check",
                       group=group, order=300, permission="registry.view"),
        )  # fmt: skip
