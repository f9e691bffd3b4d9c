"""Enrolments of units and the people insured by them."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.mutual.models.plans import VIEW, Plan, PlanVersion
from smartunion.systems.mutual.rules.waiting import Spell


class EnrolmentState(models.TextChoices):
    """Whether an enrolment stands."""

    STANDS = "stands", pgettext_lazy("enrolment", "Enrolled")
    CANCELLED = "cancelled", pgettext_lazy("enrolment", "Cancelled")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of enrolments."""

    def visible_to(self, actor: Actor) -> Self:
        """Enrolments of unions in whose mutual aid the actor has a part."""
        return self.filter(actor.within(VIEW))


class Enrolment(models.Model):
    """A unit's people enrolled in one plan for [from_on, until_on), all with as many shares.

    version: terms under which it was entered; claims are worked out by the version of their day. card_holders: how many pay
    the lower price; price_yuan: what the unit pays in all; renews: the enrolment before.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="enrolments", db_index=False)
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    shares = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    card_holders = models.PositiveIntegerField(default=0)
    price_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField(max_length=10, choices=EnrolmentState, default=EnrolmentState.STANDS)
    reason = models.CharField(max_length=200, blank=True)
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    client_id = models.UUIDField(unique=True)
    enrolled_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=80, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="mutual_enrolment_period")
        ]
        indexes = [
            models.Index(fields=["path", "until_on", "id"], name="mutual_enrolment_path"),
            models.Index(fields=["plan", "from_on"], name="mutual_enrolment_plan"),
            models.Index(fields=["until_on", "id"], name="mutual_enrolment_until"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return "done" if self.state == EnrolmentState.STANDS else "off"


class InsuredQuerySet(models.QuerySet["Insured"]):
    """Reads of insured people."""

    def visible_to(self, actor: Actor) -> Self:
        """People insured through unions in whose mutual aid the actor has a part, and the actor herself."""
        return self.filter(actor.within(VIEW) | Q(person_id=actor.person_id or -1))

    def standing(self) -> Self:
        """Periods that were not cancelled."""
        return self.filter(until_on__gt=F("from_on"))


class Insured(models.Model):
    """One person's period in one plan. number: 1, 2, … of her periods in it: of two enrolments at once one wins.

    since_on: the day from which her oldest share counts (kept by a renewal); until_on = from_on: cancelled before it began.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="insured")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covers")
    number = models.PositiveIntegerField()
    path = PathField()
    shares = models.PositiveSmallIntegerField()
    since_on = models.DateField(_("counts from"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))

    objects = InsuredQuerySet.as_manager()

    class Meta:
        verbose_name = _("insured person")
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "number"], name="mutual_insured_number"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="mutual_insured_period"),
        ]
        indexes = [
            models.Index(fields=["path", "until_on", "id"], name="mutual_insured_path"),
            models.Index(fields=["until_on", "id"], name="mutual_insured_until"),
        ]

    @property
    def spell(self) -> Spell:
        """As the rules take it."""
        return Spell(self.from_on, self.until_on, self.shares)
