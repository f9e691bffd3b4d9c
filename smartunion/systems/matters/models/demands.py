"""Demands gathered from similar matters, and wishes that wait for helpers."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.rules.demands import TONES, DemandState, WishState


class DemandQuerySet(models.QuerySet["Demand"]):
    """Reads of demands."""

    def visible_to(self, actor: Actor) -> Self:
        """Demands of unions in whose cases the actor may look."""
        return self.filter(actor.within("cases.view", "path"))


class Demand(models.Model):
    """What several people ask for in their own words, said once and without their names.

    union: who meets it; path: its path; matters, people: cases gathered and people they speak for, kept with every
    change; answer: what everybody who asked is told.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    title = models.CharField(_("title"), max_length=80)
    text = models.CharField(_("what is asked for"), max_length=1000)
    service_key = models.CharField(max_length=60)
    category = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=DemandState, default=DemandState.OPEN)
    plan = models.CharField(_("what is being done"), max_length=1000, blank=True)
    due_on = models.DateField(null=True)
    answer = models.CharField(pgettext_lazy("matter", "answer"), max_length=1000, blank=True)
    matters = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = DemandQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "-id"], name="demand_path"),
            models.Index(fields=["path", "state", "-people", "id"], name="demand_weight"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]


class DemandCase(models.Model):
    """A matter that belongs to a demand; one demand for each matter."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="links", db_index=False)
    case = models.OneToOneField(CaseFile, on_delete=models.CASCADE, related_name="demand_link")
    people = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["demand", "id"], name="demand_case")]


class CaseTerms(models.Model):
    """What is kept of a matter's words to find similar ones without opening the cases. terms: likeness.signature_of, sealed."""

    case = models.OneToOneField(CaseFile, on_delete=models.CASCADE, related_name="terms")
    service_key = models.CharField(max_length=60)
    category = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField()
    terms = EncryptedTextField()

    class Meta:
        indexes = [models.Index(fields=["service_key", "category", "-submitted_at"], name="terms_newest")]


class WishQuerySet(models.QuerySet["Wish"]):
    """Reads of wishes."""

    def visible_to(self, actor: Actor) -> Self:
        """Wishes in whose cases the actor may look, and those she helps with herself."""
        own = Q(helper_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        return self.filter(actor.within("cases.view", "path") | own)

    def shown(self) -> Self:
        """What anybody may read: wishes that wait for a helper. They name nobody."""
        return self.filter(state=WishState.OPEN)


class Wish(models.Model):
    """A small wish as the union lets it be seen: no name, no address, nothing of the person.

    case: whose wish it is (sealed there); value_yuan: about how much it costs; helper_id: account that took it up, until
    give_back_on; proof: what the helper says of it.
    """

    case = models.OneToOneField(CaseFile, on_delete=models.PROTECT, related_name="wish")
    path = PathField()
    title = models.CharField(_("title"), max_length=60)
    text = models.CharField(_("wish"), max_length=300)
    kind = models.CharField(max_length=20)
    group = models.CharField(_("from"), max_length=20, blank=True)
    value_yuan = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    state = models.CharField(max_length=12, choices=WishState, default=WishState.OPEN)
    helper_id = models.BigIntegerField(null=True)
    helper_name = models.CharField(max_length=80, blank=True)
    client_id = models.UUIDField(null=True, unique=True)
    claimed_at = models.DateTimeField(null=True)
    give_back_on = models.DateField(null=True)
    told = models.CharField(_("how it was fulfilled"), max_length=500, blank=True)
    thanks = models.CharField(_("thanks"), max_length=300, blank=True)
    shown_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "path", "-id"], name="wish_board"),
            models.Index(fields=["helper_id", "-id"], name="wish_helper"),
            models.Index(fields=["state", "give_back_on"], name="wish_give_back"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]
