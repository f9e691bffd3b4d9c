"""Bookings with their history, what a person has used of limits across offers, and bans."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.engines.offers.models.offers import Occasion, Offer
from smartunion.engines.offers.rules.checkin import seconds_within
from smartunion.engines.offers.rules.roll import Mark
from smartunion.engines.offers.rules.words import ATTENDED_AS, LIVE, TIMED, TONES, BookingState, OfferKind
from smartunion.ground.registry.models import Person


class BookingQuerySet(models.QuerySet["Booking"]):
    """Reads of bookings."""

    def visible_to(self, actor: Actor) -> Self:
        """Bookings of offers the actor manages or checks in, and her own."""
        return self.filter(
            actor.within("offers.manage", "path") | actor.within("offers.check_in", "path") | self._own(actor)
        )

    def of(self, actor: Actor) -> Self:
        """The actor's own bookings."""
        return self.filter(self._own(actor))

    def live(self) -> Self:
        """Those that stand."""
        return self.filter(state__in=sorted(LIVE))

    @staticmethod
    def _own(actor: Actor) -> Q:
        if actor.user_id is None:
            return Q(pk__in=[])
        own = Q(user_id=actor.user_id)
        return own | Q(person_id=actor.person_id) if actor.person_id is not None else own


class Booking(models.Model):
    """Somebody's place, entry or turn in line. Its number in a draw is its primary key.

    path: the offer's; union_path: of the union the person was in ("" none); occasion: the one given or wished first;
    also: keys of all occasions she would take, best first,
    where she named several; slot: 1 … per_person, unique while it stands; party:
    people with her; guests, answers: JSON, sealed; item: key of the kind of thing she chose; agreed_at: to the offer's
    consent; issued: number of what was made out to her (a policy), sealed; group_code: shared by people who go together or
    not at all; groups:
    keys of groups whose quotas it counts against; quota_ids: quotas it has taken, given back in one go; limit_key: the
    limit it has used; rank: turn in the waiting list (lower first); score, reasons: of a ranking or a refusal, in words.
    """

    client_id = models.UUIDField(unique=True, default=uuid7)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    path = PathField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    user_id = models.BigIntegerField(null=True)
    union_path = PathField(blank=True)
    state = models.CharField(max_length=12, choices=BookingState)
    slot = models.PositiveSmallIntegerField(default=1)
    party = models.PositiveSmallIntegerField(default=1)
    also = models.JSONField(default=list, blank=True)
    groups = models.JSONField(default=list, blank=True)
    group_code = models.CharField(max_length=12, blank=True)
    guests = EncryptedTextField(help_text="Names of family and guests, for the door.")
    answers = EncryptedTextField(help_text="Answers to the offer's questions, for its organisers.")
    item = models.CharField(max_length=20, blank=True)
    agreed_at = models.DateTimeField(null=True)
    issued = EncryptedTextField(help_text="Number of what was made out to her, for herself.", blank=True)
    code = models.CharField(_("code"), max_length=12, unique=True)
    is_entry = models.BooleanField(default=False, help_text="Counted in the draw.")
    rank = models.BigIntegerField(null=True)
    score = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    reasons = models.JSONField(default=list, blank=True)
    quota_ids = models.JSONField(default=list, blank=True)
    limit_key = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True)
    made_by = models.BigIntegerField(
        null=True, help_text="Account that booked for somebody else or let her in."
    )
    transferred_to = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="transferred_from"
    )
    device_key = models.CharField(max_length=40, blank=True, help_text="Device that let her in.")
    door_answers = EncryptedTextField(help_text="Answers given at the door, for the organisers.")
    door_answered_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField()
    attended_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True, help_text="When she came in again after leaving.")
    left_at = models.DateTimeField(null=True, help_text="When she left; null while she is inside.")
    present_s = models.PositiveIntegerField(default=0, help_text="Seconds of the stays that have ended.")
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = BookingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["offer", "state", "rank", "id"], name="booking_line"),
            models.Index(fields=["occasion", "state", "id"], name="booking_occasion"),
            models.Index(fields=["offer", "group_code"], condition=~Q(group_code=""), name="booking_group"),
            models.Index(fields=["user_id", "-id"], name="booking_user"),
            models.Index(fields=["person", "-id"], name="booking_person"),
            models.Index(
                fields=["expires_at", "id"], condition=Q(state__in=sorted(TIMED)), name="booking_due"
            ),
            models.Index(fields=["path", "-id"], name="booking_path"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(party__gte=1), name="booking_party"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(user_id__isnull=False), name="booking_somebody"
            ),
            models.UniqueConstraint(
                fields=["offer", "person", "slot"],
                condition=Q(state__in=sorted(LIVE), person__isnull=False),
                name="booking_person_slot",
            ),
            models.UniqueConstraint(
                fields=["offer", "user_id", "slot"],
                condition=Q(state__in=sorted(LIVE), person__isnull=True),
                name="booking_user_slot",
            ),
        ]

    @property
    def state_label(self) -> str | Promise:
        """Its state in a word; a thing is collected, not attended."""
        if self.state == BookingState.ATTENDED and self.offer.kind in ATTENDED_AS:
            return ATTENDED_AS[OfferKind(self.offer.kind)]
        return BookingState(self.state).label

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]

    def present_until(self, at: datetime) -> int:
        """Seconds within the occasion she has been there by `at`; the occasion must be at hand."""
        if self.state != BookingState.ATTENDED or self.attended_at is None:
            return 0
        if self.left_at is not None:
            return self.present_s
        times = {"starts_at": self.occasion.starts_at, "ends_at": self.occasion.ends_at}
        return self.present_s + seconds_within(self.back_at or self.attended_at, at, **times)

    def present_pct(self, at: datetime) -> int:
        """Whole percent of the occasion she has been there by `at`, 0 to 100."""
        whole = (self.occasion.ends_at - self.occasion.starts_at).total_seconds()
        return min(100, int(self.present_until(at) * 100 // whole))

    def is_certified(self, at: datetime) -> bool:
        """Whether she was there as long as the offer asks for a certificate."""
        return self.state == BookingState.ATTENDED and self.present_pct(at) >= self.offer.certificate_pct


class BookingEvent(models.Model):
    """What happened to a booking; append-only."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=12, choices=BookingState, blank=True)
    to_state = models.CharField(max_length=12, choices=BookingState)
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)


class RollMark(models.Model):
    """What became of one day of a course of several days. on: the day; by_her: she said so herself, before it began."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="roll", db_index=False)
    on = models.DateField()
    mark = models.CharField(max_length=8, choices=Mark)
    by_her = models.BooleanField(default=False)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "on"], name="roll_day_once")]


class LimitUse(models.Model):
    """How often a person has used a limit across offers. key: the limit with its period ("trip:2026")."""

    key = models.CharField(max_length=60)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    user_id = models.BigIntegerField(null=True)
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "person"], condition=Q(person__isnull=False), name="limit_person_once"
            ),
            models.UniqueConstraint(
                fields=["key", "user_id"], condition=Q(person__isnull=True), name="limit_user_once"
            ),
            models.CheckConstraint(condition=Q(taken__gte=0), name="limit_taken"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(user_id__isnull=False), name="limit_somebody"
            ),
        ]


class BanQuerySet(models.QuerySet["Ban"]):
    """Reads of bans."""

    def visible_to(self, actor: Actor) -> Self:
        """Bans from offers the actor manages, and her own."""
        own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        own |= Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        return self.filter(actor.within("offers.manage", "path") | own)


class Ban(models.Model):
    """Somebody did not come and books nothing scarce until the day after until_on. Lifted by whoever manages the offer."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="ban")
    path = PathField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    user_id = models.BigIntegerField(null=True)
    since_at = models.DateTimeField()
    until_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "until_on"], name="ban_person"),
            models.Index(fields=["user_id", "until_on"], name="ban_user"),
            models.Index(fields=["path", "-id"], name="ban_path"),
        ]
