"""Offers: anything with places and limits: events, check-ups, classes, trips, gifts, seats, appointments."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OffersConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.offers"
    label = "offers"

    def ready(self) -> None:
        """Fact kinds, parameters, notices, jobs, the words of the trail, what merging and erasure must know."""
        from smartunion.core import benefits
        from smartunion.core.audit import events
        from smartunion.core.jobs.registry import JobKind
        from smartunion.core.jobs.registry import register as register_job
        from smartunion.engines.offers import jobs
        from smartunion.engines.offers.benefits import SOURCE
        from smartunion.engines.offers.flows import offers, telling
        from smartunion.engines.offers.flows.forgetting import forget
        from smartunion.engines.offers.kinds import KINDS
        from smartunion.engines.offers.own_data import CHAPTER
        from smartunion.engines.offers.parameters import PARAMETERS
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting, taking_along

        events.register({
            "offers.entered": pgettext_lazy("looks", "You entered a draw"),
            "offers.held": pgettext_lazy("looks", "A place was held for you"),
            "offers.confirmed": pgettext_lazy("looks", "Your place was confirmed"),
            "offers.waiting": pgettext_lazy("looks", "You were put on a waiting list"),
            "offers.offered": pgettext_lazy("looks", "A free place was offered to you"),
            "offers.invited": pgettext_lazy("looks", "You were invited"),
            "offers.cancelled": pgettext_lazy("looks", "Your booking was cancelled"),
            "offers.declined": pgettext_lazy("looks", "You declined a place"),
            "offers.lapsed": pgettext_lazy("looks", "Your time to confirm a place passed"),
            "offers.transferred": pgettext_lazy("looks", "Your place was passed on"),
            "offers.no_show": pgettext_lazy("looks", "It was noted that you did not come"),
            "offers.banned": pgettext_lazy("looks", "You were kept from booking for some days"),
            "offers.ban_lifted": pgettext_lazy("looks", "You may book again"),
            "offers.not_counted": pgettext_lazy("looks", "A place does not count against you any more"),
        }, is_private=True)  # fmt: skip
        fact_kinds.register(*KINDS)
        parameters.register(*PARAMETERS)
        templates.register(*telling.TEMPLATES)
        register_job(JobKind(jobs.MINUTE, jobs.every_minute, every=timedelta(minutes=1)))
        register_job(JobKind(offers.CALL_OFF, jobs.call_off, may_stop=False))
        register_job(JobKind(offers.TELL_ALL, jobs.tell_all, may_stop=False))
        benefits.register(SOURCE)
        forgetting.register(forget)
        taking_along.register(CHAPTER)
        self._references()
        self._surface()

    def _references(self) -> None:
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging

        reference, drop = merging.Reference, merging.Clash.DROP
        merging.register(
            reference("offers.Offer", "union", MergeKind.UNION, _("offers")),
            reference("offers.Booking", "person", MergeKind.PERSON, _("bookings")),
            reference("offers.Ban", "person", MergeKind.PERSON),
            reference("offers.LimitUse", "person", MergeKind.PERSON, on_clash=drop),
        )

    def _surface(self) -> None:
        from smartunion.core.audit import events
        from smartunion.core.menu import Entry, register
        from smartunion.engines.offers.checkin_parameters import PARAMETERS
        from smartunion.ground.policies import parameters

        parameters.register(*PARAMETERS)
        events.register({
            "offers.feedback": pgettext_lazy("looks", "You said what you thought of an event"),
            "offers.fulfilled": pgettext_lazy("looks", "What you had a place for was made out to you"),
            "offers.excused": pgettext_lazy("looks", "You said that you do not come on a day"),
            "offers.marked": pgettext_lazy("looks", "It was noted that you were there"),
            "offers.door_answered": pgettext_lazy("looks", "Your answers at the door were kept"),
            "offers.looked": pgettext_lazy("looks", "The organisers looked at your answers and guests"),
            "offers.calendar_made": pgettext_lazy("looks", "You made an address for your calendar"),
            "offers.calendar_revoked": pgettext_lazy("looks", "You withdrew the address of your calendar"),
            "offers.entry_settled": pgettext_lazy("looks", "What was read with your code at several doors was put in order"),
        }, is_private=True)  # fmt: skip
        register(
            Entry("desk", "offers.offers", _("Offers"), "offers:desk", "ticket-perforated",
                  group=pgettext_lazy("menu", "Benefits"), order=40, permission="offers.check_in"),
        )  # fmt: skip
