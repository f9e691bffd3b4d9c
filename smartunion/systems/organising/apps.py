"""Organising: matching, findings and the three lists, areas, visits, founding, joining drives."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisingConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.organising"
    label = "organising"

    def ready(self) -> None:
        """Fact kinds, parameters, the comparison job, panels, the areas an organiser holds."""
        from smartunion.core import panels
        from smartunion.core.audit import events
        from smartunion.core.jobs.batches import register as register_batch
        from smartunion.core.jobs.registry import JobKind, register
        from smartunion.ground.accounts.actors import contribute
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters as policy_parameters
        from smartunion.ground.registry import consequences, forgetting
        from smartunion.ground.registry.service import merging
        from smartunion.systems.organising import jobs, joining_setup
        from smartunion.systems.organising.flows import (
            areas,
            batches,
            field_news,
            join_links,
            marks,
            partner_joiners,
            registered,
            runs,
            target_news,
            verifying,
        )
        from smartunion.systems.organising.kinds import KINDS
        from smartunion.systems.organising.merging import REFERENCES
        from smartunion.systems.organising.models import VerdictBatch
        from smartunion.systems.organising.panels import PANELS
        from smartunion.systems.organising.parameters import PARAMETERS
        from smartunion.systems.organising.succession import DRIVES, FINDINGS, OF_EMPLOYERS

        events.register({
            "organising.letter_issued_afterwards": _("A letter of approval was issued afterwards"),
            "organising.join_helped": pgettext_lazy("looks", "Somebody filled in your application to join for you"),
            "organising.card_verified": pgettext_lazy("looks", "Your member card was checked"),
            "organising.driver_phone_shown": pgettext_lazy("looks", "Your phone number was shown to call you as a driver"),
            "organising.gift_handed_out": pgettext_lazy("looks", "You were handed a gift at an event"),
            "organising.guest_removed": pgettext_lazy("looks", "You were taken off the list of an event"),
        })  # fmt: skip
        merging.register(*REFERENCES)
        forgetting.register(registered.forget)
        forgetting.register(join_links.forget)
        fact_kinds.register(*KINDS)
        policy_parameters.register(*PARAMETERS)
        consequences.register(DRIVES, FINDINGS)
        consequences.register_employer(*OF_EMPLOYERS)
        register(JobKind(runs.JOB, runs.run_job, retries=1, ended=runs.job_ended))
        register(JobKind(verifying.JOB, verifying.check_job, retries=1))
        register(JobKind(jobs.BULK, jobs.bulk))
        register(JobKind(join_links.TEXT, jobs.text_links))
        register(JobKind(jobs.VILLAGES, jobs.count_villages, every=timedelta(hours=1)))
        register(JobKind(jobs.PLANS, jobs.keep_plans, every=timedelta(hours=1)))
        register(JobKind(partner_joiners.JOB, jobs.follow_partners, every=timedelta(minutes=5)))
        register(JobKind(marks.JOB, marks.job, every=timedelta(minutes=10)))
        register(JobKind(jobs.DAILY, jobs.daily, every=timedelta(hours=12)))
        register_batch(
            VerdictBatch, act=(batches.JUDGE, batches.judge_job), undo=(batches.UNDO, batches.undo_job)
        )
        templates.register(*field_news.TEMPLATES, *target_news.TEMPLATES)
        contribute(areas.areas_of)
        joining_setup.register()
        panels.register(*PANELS)
        self._menu()

    def _menu(self) -> None:
        """Entries on the desk and for organisers."""
        from smartunion.core.menu import Entry, register

        group = _("Organising")
        register(
            Entry("desk", "organising.field", _("Today’s firms"), "field:day", "phone", group=group, order=200,
                  permission="organising.visit"),
            Entry("desk", "organising.lists", _("The three lists"), "coverage:lists", "list-check", group=group,
                  order=210, permission="organising.view"),
            Entry("desk", "organising.own_lists", _("My areas’ findings"), "coverage:lists", "list-check", group=group,
                  order=211, permission="organising.view_own"),
            Entry("desk", "organising.quarter", _("Visits of the quarter"), "coverage:quarter", "calendar-check",
                  group=group, order=205, permission="organising.visit"),
            Entry("desk", "organising.review", _("Work of the quarter"), "coverage:review_home", "clipboard-data", group=group,
                  order=213, permission="organising.view"),
            Entry("desk", "organising.indicators", _("Coverage by group"), "coverage:indicators", "bar-chart", group=group,
                  order=214, permission="organising.view"),
            Entry("desk", "organising.ledgers", _("Village ledgers"), "coverage:ledgers", "journal-text", group=group,
                  order=215, permission="organising.view"),
            Entry("desk", "organising.own_ledgers", _("My villages’ ledgers"), "coverage:ledgers", "journal-text",
                  group=group, order=216, permission="organising.view_own"),
            Entry("desk", "organising.runs", _("Comparisons"), "coverage:runs", "arrow-repeat", group=group, order=220,
                  permission="organising.view"),
            Entry("desk", "organising.areas", _("Service areas"), "coverage:areas", "map", group=group, order=230,
                  permission="organising.view"),
        )  # fmt: skip
