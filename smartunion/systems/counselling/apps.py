"""Counselling: hours of counsellors, consultations nobody reads but the two who hold them, the way up in danger (S103)."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounsellingConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.counselling"
    label = "counselling"

    def ready(self) -> None:
        """Notices, facts, parameters, the job, what is forgotten, the menus."""
        from smartunion.core import benefits, menu
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting as erasure
        from smartunion.ground.registry import taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.counselling import forgetting, jobs, kinds
        from smartunion.systems.counselling.flows.consulting import TEMPLATES
        from smartunion.systems.counselling.parameters import PARAMETERS
        from smartunion.systems.counselling.queries import SOURCE, badge

        templates.register(*TEMPLATES)
        fact_kinds.register(*kinds.KINDS)
        parameters.register(*PARAMETERS)
        register_job(JobKind(jobs.ESCALATE, jobs.escalate_urgent, every=timedelta(minutes=5)))
        erasure.register(forgetting.forget)
        taking_along.register(forgetting.PART)
        merging.register(
            merging.Reference("counselling.Counsellor", "union", MergeKind.UNION, _("counsellors"))
        )
        benefits.register(SOURCE)
        menu.register(
            menu.Entry(
                "desk", "counselling.queue", _("Counselling"), "counselling:queue", "chat-heart", group=_("Work"), order=22,
                permission="counselling.handle", badge=badge,
            )
        )  # fmt: skip
