"""Mutual: mutual-aid plans by version and event date, enrolment through the unit, claims worked out line by line."""

from django.apps import AppConfig
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MutualConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.mutual"
    label = "mutual"

    def ready(self) -> None:
        """Services, payments, parameters, notices, jobs, the menu, what merges and what a person takes along."""
        from smartunion.core import benefits
        from smartunion.core.audit import events
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.core.menu import Entry
        from smartunion.core.menu import register as register_menu
        from smartunion.engines.casework import definitions, handlers
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters, whatif
        from smartunion.ground.registry import forgetting, taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.mutual import jobs, own_data
        from smartunion.systems.mutual.benefits import SOURCE
        from smartunion.systems.mutual.flows import paying, settlements
        from smartunion.systems.mutual.parameters import PARAMETERS
        from smartunion.systems.mutual.services import DEFINITIONS, HANDLERS
        from smartunion.systems.mutual.whatif import CLAIMS

        events.register({
            "mutual.claim_assessed": pgettext_lazy("looks", "An officer checked your mutual aid claim"),
        }, is_private=True)  # fmt: skip
        definitions.register_sealed(*DEFINITIONS)
        for handler in HANDLERS:
            handlers.register(handler)
        paying.register()
        parameters.register(*PARAMETERS)
        whatif.register(CLAIMS)
        templates.register(
            templates.Template(
                "mutual.enrolled", _("You are covered: %(plan)s"),
                _("Your union enrolled you with %(shares)s shares from %(from)s until %(until)s. “My cover” shows what it "
                "pays for."),
                channels=(),
            )
        )  # fmt: skip
        register_job(JobKind(jobs.TELL, jobs.tell_enrolled, may_stop=False))
        register_job(JobKind(settlements.JOB, jobs.take_in, ended=jobs.job_ended))
        register_job(JobKind(settlements.CHECK_JOB, jobs.check_settlement, ended=jobs.job_ended))
        benefits.register(SOURCE)
        taking_along.register(own_data.CHAPTER)
        forgetting.register(own_data.forget)
        for model, field in (("Plan", "union"), ("Enrolment", "union"), ("Settlement", "union")):
            merging.register(merging.Reference(f"mutual.{model}", field, MergeKind.UNION, _("mutual aid")))
        # Numbered anew, and one event claimed on two records stays two claims: a refusal to merge would tell of an illness.
        for model, ended in (("Insured", {"number": F("pk") + 1_000_000}), ("Claim", {"event_index": None})):
            merging.register(
                merging.Reference(
                    f"mutual.{model}", "person", MergeKind.PERSON, _("mutual aid") if model == "Insured" else "",
                    merging.Clash.END, ended=ended,
                )
            )  # fmt: skip
        register_menu(
            Entry("desk", "mutual.plans", _("Mutual aid"), "mutual:home", "heart-pulse", group=_("Help and care"), order=61,
                  permission="mutual.view"),
        )  # fmt: skip
