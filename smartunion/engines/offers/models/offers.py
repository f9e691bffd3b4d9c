"""Offers, their occasions (场次) and quotas."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.engines.offers.rules.words import (
    TONES,
    Allocation,
    ChangeKind,
    LimitPeriod,
    OfferKind,
    OfferState,
    QuotaScope,
)
from smartunion.ground.registry.models import TradeUnion


class OfferQuerySet(models.QuerySet["Offer"]):
    """Reads of offers."""

    def visible_to(self, actor: Actor) -> Self:
        """Offers of unions in which the actor manages or checks in."""
        return self.filter(
            actor.within("offers.manage", "path") | actor.within("offers.check_in", "path"),
        )

    def shown(self) -> Self:
        """What everybody may read: everything that was published."""
        return self.exclude(state=OfferState.DRAFT).exclude(published_at=None)

    def with_taken(self) -> Self:
        """Annotate taken: places people have, of all occasions together."""
        quotas = Quota.objects.filter(offer=OuterRef("pk"), scope=QuotaScope.ALL).exclude(occasion=None)
        total = quotas.order_by().values("offer").annotate(n=Sum("taken")).values("n")
        return self.annotate(taken=Coalesce(Subquery(total), 0))


class Offer(models.Model):
    """Anything with places and limits.

    union, path: who offers it; audience_path: whose members it is for ("" everybody); conditions: simple data read by
    rules.conditions; per_person: live bookings a person may have here; limit_key, limit_per, limit_period: a limit
    across offers (one recuperation a year), limit_years: of a period of years, how many; party_max: people in a booking,
    guests included; questions: rules.questions; items: kinds of a thing with their stock, costs: who pays what of a
    place (rules.terms); fewest: people without whom an occasion is called off; keep_key, keep_most: of those who give the
    same answer to this question at most so many go to one occasion; absences_most, attendance_pct: of a course of several
    days (rules.roll), 0 none; is_private: desks see numbers, no names; consent: what is agreed to at sign-up, for data that
    go to somebody else; preset, basis: the ready programme it came from and the rule it follows; secret, commitment, seed,
    digest: rules.draw; entries: entries that stand, kept with every change.
    """

    client_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    audience_path = PathField(blank=True, default="")
    kind = models.CharField(_("kind of offer"), max_length=12, choices=OfferKind)
    title = models.CharField(_("title of the offer"), max_length=60)
    summary = models.CharField(_("in a sentence"), max_length=200, blank=True)
    details = models.TextField(_("all about it"), max_length=5000, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.DRAFT)
    allocation = models.CharField(max_length=12, choices=Allocation, default=Allocation.DRAW)
    opens_at = models.DateTimeField(_("sign-up opens"))
    closes_at = models.DateTimeField(_("sign-up closes"))
    ends_at = models.DateTimeField(help_text="End of the last occasion.", null=True)
    conditions = models.JSONField(default=dict, blank=True)
    questions = models.JSONField(default=list, blank=True)
    party_max = models.PositiveSmallIntegerField(default=1)
    per_person = models.PositiveSmallIntegerField(default=1)
    limit_key = models.CharField(max_length=40, blank=True)
    limit_per = models.PositiveSmallIntegerField(default=1)
    limit_period = models.CharField(max_length=8, choices=LimitPeriod, default=LimitPeriod.YEAR)
    limit_years = models.PositiveSmallIntegerField(default=1)
    items = models.JSONField(default=list, blank=True)
    costs = models.JSONField(default=list, blank=True)
    fewest = models.PositiveSmallIntegerField(default=0)
    keep_key = models.CharField(max_length=20, blank=True)
    keep_most = models.PositiveSmallIntegerField(default=0)
    absences_most = models.PositiveSmallIntegerField(default=0)
    attendance_pct = models.PositiveSmallIntegerField(default=0)
    is_private = models.BooleanField(default=False)
    consent = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    needs_confirming = models.BooleanField(
        default=False, help_text="First come: the place is held a while and then confirmed."
    )
    is_transferable = models.BooleanField(default=False)
    cancel_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Free cancelling until so many hours before."
    )
    ban_days = models.PositiveSmallIntegerField(
        null=True, help_text="After not coming; null: as the policy says, 0: none."
    )
    certificate_pct = models.PositiveSmallIntegerField(
        default=0,
        help_text="Percent of the occasion one must have been there for the certificate; 0: come at all.",
    )
    ranking = models.CharField(max_length=40, blank=True, help_text="Key of the registered OfferHandler.")
    fund = models.CharField(max_length=60, blank=True)
    preset = models.CharField(max_length=40, blank=True)
    secret = EncryptedTextField(help_text="What the seed is made with; opened at the draw.")
    commitment = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    opened_secret = models.CharField(max_length=64, blank=True)
    entries = models.PositiveIntegerField(default=0)
    drawn_entries = models.PositiveIntegerField(default=0)
    winners = models.PositiveIntegerField(default=0)
    drawn_sizes = models.JSONField(
        default=dict, blank=True, help_text="Places of each quota when it was drawn."
    )
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    allotted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was called off.")
    version = models.PositiveIntegerField(default=1)

    objects = OfferQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "-id"], name="offer_path"),
            models.Index(fields=["state", "closes_at", "id"], name="offer_due"),
            models.Index(fields=["audience_path", "state", "closes_at"], name="offer_audience"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="offer_period"),
            models.CheckConstraint(condition=Q(party_max__gte=1, per_person__gte=1), name="offer_one"),
            models.CheckConstraint(condition=Q(certificate_pct__lte=100), name="offer_certificate_pct"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """How its state looks."""
        return "bad" if self.state == OfferState.CANCELLED else TONES[self.state]


class OccasionQuerySet(models.QuerySet["Occasion"]):
    """Reads of occasions."""

    def visible_to(self, actor: Actor) -> Self:
        """Occasions of offers the actor sees."""
        return self.filter(
            actor.within("offers.manage", "offer__path") | actor.within("offers.check_in", "offer__path")
        )


class Occasion(models.Model):
    """One time and place of an offer (一个场次). capacity: size of its quota for everybody, repeated for reading."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="occasions", db_index=False)
    label = models.CharField(_("occasion"), max_length=60, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    cancelled_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True, help_text="When it was seen whether enough people come.")
    reminded_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True, help_text="When those who did not come were noted.")

    objects = OccasionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["offer", "starts_at", "id"], name="occasion_offer"),
            models.Index(fields=["starts_at", "id"], name="occasion_starts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="occasion_period")
        ]

    @property
    def is_one_day(self) -> bool:
        """Whether it ends on the day on which it begins."""
        return local_date(self.starts_at) == local_date(self.ends_at)

    @property
    def open_until(self) -> datetime:
        """Until when it is booked and given up: its beginning, or its end where things are handed out all the while."""
        return self.ends_at if self.offer.items else self.starts_at


class Change(models.Model):
    """A change everybody concerned is told of. what: code in rules.words.ChangeKind; told: people told by told_at."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="changes")
    occasion = models.ForeignKey(
        Occasion, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    what = models.CharField(max_length=12, choices=ChangeKind)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=80, blank=True)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, help_text="When the last one was told; null: it is under way.")


class Quota(models.Model):
    """How many places some bookings may have together; a booking counts against every quota that applies to it.

    occasion: None counts all occasions; scope: whose bookings: path of a union, key of a group or a device;
    is_open: places are given at all.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="quotas")
    occasion = models.ForeignKey(
        Occasion, null=True, on_delete=models.CASCADE, related_name="quotas", db_index=False
    )
    scope = models.CharField(max_length=8, choices=QuotaScope, default=QuotaScope.ALL)
    path = PathField(blank=True, default="")
    key = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("size")), name="quota_never_over"),
            models.UniqueConstraint(
                fields=["occasion", "scope", "path", "key"],
                condition=Q(occasion__isnull=False),
                name="quota_occasion_once",
            ),
            models.UniqueConstraint(
                fields=["offer", "scope", "path", "key"],
                condition=Q(occasion=None),
                name="quota_offer_once",
            ),
        ]

    @property
    def free(self) -> int:
        """Places left."""
        return self.size - self.taken
