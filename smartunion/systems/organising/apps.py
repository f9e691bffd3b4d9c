"""Organising: matching, findings and the three lists, areas, visits, founding, joining drives."""

from django.apps import AppConfig


class OrganisingConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.organising"
    label = "organising"

    def ready(self) -> None:
        """Fact kinds, parameters, the comparison job, the areas an organiser holds."""
        from smartunion.core.jobs.registry import JobKind, register
        from smartunion.ground.accounts.actors import contribute
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.policies import parameters as policy_parameters
        from smartunion.systems.organising import jobs
        from smartunion.systems.organising.flows import areas, runs
        from smartunion.systems.organising.kinds import KINDS
        from smartunion.systems.organising.parameters import PARAMETERS

        fact_kinds.register(*KINDS)
        policy_parameters.register(*PARAMETERS)
        register(JobKind(runs.JOB, runs.run_job, retries=1))
        register(JobKind(jobs.BULK, jobs.bulk))
        contribute(areas.areas_of)
