"""Aid: the sealed archive of workers in difficulty, its formulas and reviews, grants and subsidies."""

from datetime import timedelta

from django.apps import AppConfig
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class AidConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.aid"
    label = "aid"

    def ready(self) -> None:
        """Services, parameters, notices, the daily job, what is forgotten and merged, the menu."""
        from smartunion.core import benefits
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.engines.casework import definitions, handlers
        from smartunion.engines.payments import service as payments
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters, whatif
        from smartunion.ground.registry import forgetting, taking_along
        from smartunion.systems.aid import jobs, own_data
        from smartunion.systems.aid.benefits import SOURCE
        from smartunion.systems.aid.flows import archive, paying
        from smartunion.systems.aid.parameters import PARAMETERS
        from smartunion.systems.aid.services import DEFINITIONS, HANDLERS
        from smartunion.systems.aid.whatif import HOUSEHOLDS

        definitions.register_sealed(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        parameters.register(*PARAMETERS)
        whatif.register(HOUSEHOLDS)
        templates.register(*archive.TEMPLATES, *paying.TEMPLATES)
        payments.register_programme(paying.ENTRY)
        benefits.register(SOURCE)
        taking_along.register(own_data.CHAPTER)
        forgetting.register(own_data.forget)
        register_job(JobKind(jobs.REVIEW, jobs.review_files, every=timedelta(hours=12)))
        self._merging()
        self._menu()

    def _merging(self) -> None:
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.aid.rules.reviews import FileState

        for model, label in (
            ("aid.HardshipFile", _("hardship files")), ("aid.AidGiven", _("aid given")),
            ("aid.ModelWorker", _("model workers")),
        ):  # fmt: skip
            merging.register(merging.Reference(model, "union", MergeKind.UNION, label))
        # What is sealed refuses no merging, which would tell that it is there: the file of the record that stays goes on.
        end, drop, person = merging.Clash.END, merging.Clash.DROP, MergeKind.PERSON
        merged = _("Two records of one person were made one; the other file goes on.")
        merging.register(
            merging.Reference("aid.HardshipFile", "person", person, on_clash=end,
                              ended={"state": FileState.REMOVED, "reason": merged, "version": F("version") + 1}),
            merging.Reference("aid.AidGiven", "person", person),
            merging.Reference("aid.ModelWorker", "person", person, on_clash=drop),
        )  # fmt: skip

    def _menu(self) -> None:
        from smartunion.core.menu import Entry, register

        register(
            Entry("desk", "aid.files", _("Hardship archive"), "aid:files", "heart", group=_("Help and care"), order=50,
                  permission="aid.view"),
            Entry("desk", "aid.model_workers", _("Model workers"), "aid:model_workers", "award", group=_("Help and care"),
                  order=51, permission="aid.view"),
        )  # fmt: skip
