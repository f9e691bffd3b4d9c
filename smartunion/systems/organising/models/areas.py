"""Service areas, the unions in them, who holds them, drafts of a new division, hand-overs."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import PathField
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import rules


class Area(models.Model):
    """A service area: some unions and the villages around them, one organiser at a time (S016)."""

    name = models.CharField(_("name"), max_length=60)
    union = models.ForeignKey(
        TradeUnion,
        on_delete=models.PROTECT,
        related_name="areas",
        help_text="Town federation.",
        db_index=False,
    )
    path = PathField(db_index=True)
    regions = models.ManyToManyField("registry.Region", related_name="+")
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "name"], name="area_name")]

    def __str__(self) -> str:
        return self.name


class AreaUnionQuerySet(models.QuerySet["AreaUnion"]):
    """Reads of memberships in areas."""

    def standing_on(self, day: date) -> Self:
        """Memberships that hold on the day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class AreaUnion(models.Model):
    """A grassroots union belongs to an area from a day until a day; to one area at a time."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="area_unions", db_index=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="area_spells")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = AreaUnionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union"], condition=Q(valid_to=None), name="area_union_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="area_union_period"
            ),
        ]
        indexes = [models.Index(fields=["area", "valid_to"], name="area_union_now")]


class AreaAssignmentQuerySet(models.QuerySet["AreaAssignment"]):
    """Reads of who holds areas."""

    def held_on(self, day: date) -> Self:
        """Those that hold on the day, of people who were organisers there then: whoever lost the role holds nothing."""
        roles = RoleGrant.objects.active_on(day).filter(role=Role.ORGANISER, user=OuterRef("user"))
        here = roles.annotate(at=ExpressionWrapper(OuterRef("area__path"), models.CharField())).filter(
            Q(union=None) | Q(at__startswith=F("union__path"))
        )
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), Exists(here), valid_from__lte=day)

    def looking_after(self, today: date) -> Self:
        """Those of today, by people who can sign in."""
        return self.held_on(today).filter(user__is_active=True)


class AreaAssignment(models.Model):
    """Who holds an area from a day until a day."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="area_assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = AreaAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area"], condition=Q(valid_to=None), name="area_one_organiser"),
        ]


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Reads of hand-overs."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own side, and of areas where one hands areas out."""
        mine = Q(from_user_id=actor.user_id or -1) | Q(to_user_id=actor.user_id or -1)
        return self.filter(actor.within("organising.assign", "path") | mine)


class HandOver(models.Model):
    """The work of an area passes from one organiser to another; both see the same page and say so.

    on: first day of the new organiser; note: what the old one leaves; answer: what the new one says to it;
    counts: open work on the day it was made, by name. from_user is None for an area nobody held.
    """

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="handovers")
    path = PathField(db_index=True)
    from_user = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+")
    to_user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    state = models.CharField(max_length=8, choices=rules.HandOverState, default=rules.HandOverState.PREPARED)
    note = models.CharField(max_length=2000, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    counts = models.JSONField(default=dict)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()


class AreaPlanQuerySet(models.QuerySet["AreaPlan"]):
    """Reads of drafts."""

    def visible_to(self, actor: Actor) -> Self:
        """Drafts for federations whose areas the actor hands out."""
        return self.filter(actor.within("organising.assign", "path"))


class AreaPlan(models.Model):
    """A proposed division of a federation's unions into areas: draft, published, perhaps undone.

    asked: number of areas (None: as few as the limits allow) and the limits; pins: union → number of the area it was
    put into by hand; parts: the areas, each {"name", "federation", "area", "unions", "regions"}; problems: what could not be
    kept and why, as codes with values; before: the division that publishing replaced, for the undo.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="area_plans")
    path = PathField(db_index=True)
    title = models.CharField(_("title"), max_length=80)
    state = models.CharField(max_length=10, choices=rules.PlanState, default=rules.PlanState.DRAFT)
    asked = models.JSONField(default=dict)
    pins = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    starts_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = AreaPlanQuerySet.as_manager()
