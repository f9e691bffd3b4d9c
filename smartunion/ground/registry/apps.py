"""Registry: regions, unions, employers, people, memberships, officers; the truth everything points at."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.registry"
    label = "registry"

    def ready(self) -> None:
        """Facts, parameters, notices, jobs, spreadsheet kinds, and where people are reached."""
        from smartunion.core.audit import events
        from smartunion.core.jobs import batches
        from smartunion.core.jobs import registry as jobs
        from smartunion.core.tables.vocabulary import vocabulary
        from smartunion.ground.facts import kinds as facts
        from smartunion.ground.notices import addresses
        from smartunion.ground.notices import templates as notices
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import kinds, messages, policies, taking_along, wording
        from smartunion.ground.registry.flows import imports, member_batches, merging
        from smartunion.ground.registry.flows.merging.declared import REFERENCES
        from smartunion.ground.registry.jobs import JOBS
        from smartunion.ground.registry.models import MembershipBatch
        from smartunion.ground.registry.own_data import CHAPTERS
        from smartunion.ground.registry.vocabulary import KINDS

        events.register(wording.EVENTS)
        merging.register(*REFERENCES)
        taking_along.register(*CHAPTERS)
        vocabulary.register(*KINDS)
        facts.register(*kinds.FACT_KINDS)
        parameters.register(*policies.PARAMETERS)
        notices.register(*messages.TEMPLATES)
        addresses.register(messages.address_of_member)
        for job in JOBS:
            jobs.register(job)
        for key, handler in ((imports.READ, imports.read_job), (imports.APPLY, imports.apply_job),
                             (imports.UNDO, imports.undo_job)):  # fmt: skip
            jobs.register(jobs.JobKind(key, handler, ended=imports.job_ended))
        batches.register(
            MembershipBatch, act=(member_batches.CHANGE, member_batches.change_job),
            undo=(member_batches.UNDO, member_batches.undo_job),
        )  # fmt: skip
