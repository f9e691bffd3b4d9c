"""Stewardship: the registry's quality as work. Duplicates made one, what is missing or wrong, scores."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StewardshipConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Jobs, the menu, and what a merge does with this room's rows."""
        from smartunion.core import menu, panels
        from smartunion.core.audit import events
        from smartunion.core.jobs import batches
        from smartunion.core.jobs import registry as jobs
        from smartunion.engines.feeds.service import differences
        from smartunion.ground.notices import service as notices
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting, taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.stewardship import correction_jobs
        from smartunion.systems.stewardship.flows import (
            asking,
            correction_batches,
            identity,
            receiving,
            unasked,
        )
        from smartunion.systems.stewardship.identity_section import CHAPTER
        from smartunion.systems.stewardship.identity_section import SECTIONS as IDENTITY
        from smartunion.systems.stewardship.jobs import JOBS
        from smartunion.systems.stewardship.lineage import SECTIONS
        from smartunion.systems.stewardship.models import CorrectionBatch

        differences.register(receiving.Corrections())
        forgetting.register(receiving.forget, identity.forget)
        taking_along.register(CHAPTER)
        notices.register(*asking.TEMPLATES)
        parameters.register(*unasked.PARAMETERS)
        panels.register(*SECTIONS, *IDENTITY)
        events.register({
            "stewardship.correction_asked": pgettext_lazy("looks", "You were asked which value is right"),
            "stewardship.correction_answered": pgettext_lazy("looks", "You said which value is right"),
            "stewardship.correction_decided": pgettext_lazy("looks", "Of a department’s value and ours one was chosen"),
            "stewardship.correction_undone": pgettext_lazy("looks", "The choice between a department’s value and ours was undone"),
        })  # fmt: skip
        for job in JOBS:
            jobs.register(job)
        batches.register(
            CorrectionBatch, act=(correction_batches.DECIDE, correction_jobs.decide),
            undo=(correction_batches.UNDO, correction_jobs.undo), retries=1,
        )  # fmt: skip
        merging.register(
            merging.Reference("stewardship.UnionQuality", "union", MergeKind.UNION, is_derived=True),
            merging.Reference("stewardship.FaultCount", "union", MergeKind.UNION, is_derived=True),
            merging.Reference(
                "stewardship.IdentityCheck",
                "person",
                MergeKind.PERSON,
                _("answers about identity"),
                merging.Clash.DROP,
            ),
            merging.Reference(
                "stewardship.IdentityList", "union", MergeKind.UNION, _("lists to be compared")
            ),
        )
        merging.register(
            merging.Reference(
                "stewardship.Discrepancy",
                "employer",
                MergeKind.EMPLOYER,
                pgettext_lazy("record", "corrections"),
                merging.Clash.DROP,
            ),
            merging.Reference(
                "stewardship.Discrepancy",
                "person",
                MergeKind.PERSON,
                pgettext_lazy("record", "corrections"),
                merging.Clash.DROP,
            ),
        )
        group = _("Data quality")
        menu.register(
            menu.Entry("desk", "stewardship.corrections", pgettext_lazy("record", "Corrections"),
                "stewardship:corrections_home", "arrow-left-right",
                       group=group, order=305, permission="members.edit"),
            menu.Entry("desk", "stewardship.duplicates", _("Duplicates"), "stewardship:home", "intersect", group=group,
                       order=310, permission="members.edit"),
            menu.Entry("desk", "stewardship.identity", _("Real-name comparison"), "stewardship:identity_home", "person-check",
                       group=group, order=303, permission="members.view"),
            menu.Entry("desk", "stewardship.quality", _("Completeness and validity"), "stewardship:quality", "clipboard2-check",
                       group=group, order=300, permission="registry.view"),
        )  # fmt: skip
