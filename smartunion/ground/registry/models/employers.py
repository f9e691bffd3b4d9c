"""Employers, and which union covers them when."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.keys import DerivedKeyField, KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.memberships import Membership
from smartunion.ground.registry.models.regions import Region
from smartunion.ground.registry.models.unions import TradeUnion
from smartunion.ground.registry.naming import brand_key


class EmployerQuerySet(models.QuerySet["Employer"]):
    """Reads of employers."""

    def visible_to(self, actor: Actor) -> Self:
        """Employers in the territory of the actor's unions, or covered by a union in reach."""
        covered = EmployerLink.objects.filter(actor.within("registry.view", "union_path"), valid_to=None)
        reach = actor.within("registry.view", "territory_path")
        if actor.person_id is not None:
            own = Membership.objects.filter(person_id=actor.person_id, ended_on=None).values("employer_id")
            return self.filter(reach | Q(pk__in=covered.values("employer_id")) | Q(pk__in=own))
        return self.filter(reach | Q(pk__in=covered.values("employer_id")))


class Employer(models.Model):
    """A unit that employs people; its own code is not its union's code.

    territory_path: path of the union that looks after the place (town federation where there is one).
    insured_count: people now insured, from the last social-insurance snapshot; None when never seen.
    """

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(max_length=120, help_text="Folded name (rules.fold_name), for search.")
    brand_key = DerivedKeyField(
        max_length=120,
        db_index=True,
        source="name",
        derive=brand_key,
        help_text="naming.brand_key, for search.",
    )
    former_name = models.CharField(_("former name"), max_length=240, blank=True)
    pinyin = KeyField(max_length=60, blank=True, help_text="Initials, lower case.")
    uscc = models.CharField(_("USCC"), max_length=18, blank=True)
    old_reg_no = models.CharField(_("15-digit registration number"), max_length=15, blank=True, db_index=True)
    org_code = models.CharField(_("organisation code"), max_length=9, blank=True, db_index=True)
    entity_id = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="Id in the market register."
    )
    state = models.CharField(
        _("state"), max_length=8, choices=rules.EmployerState, default=rules.EmployerState.ACTIVE
    )
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    territory_path = PathField(blank=True, db_index=True)
    is_platform = models.BooleanField(
        _("platform company"),
        default=False,
        db_default=False,
        help_text="Gives orders to drivers, couriers … who work for several such companies at a time.",
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    unit_nature = models.CharField(_("nature of unit"), max_length=20, choices=rules.UnitNature, blank=True)
    economic_type = models.CharField(
        _("economic type"), max_length=20, choices=rules.EconomicType, blank=True
    )
    industry = models.CharField(
        _("industry section"), max_length=1, choices=rules.Industry, blank=True, help_text="GB/T 4754 A–T."
    )
    staff_count = models.PositiveIntegerField(_("staff"), null=True)
    insured_count = models.PositiveIntegerField(_("insured people"), null=True)
    founded_on = models.DateField(_("founded on"), null=True)
    register_snapshot = models.BigIntegerField(
        null=True, help_text="Extract of the market register that last changed it."
    )
    legal_person = models.CharField(_("legal representative"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="employer_uscc"),
            models.UniqueConstraint(fields=["entity_id"], condition=~Q(entity_id=""), name="employer_entity"),
        ]
        indexes = [
            models.Index(fields=["pinyin"], name="employer_pinyin"),
            # The path at the end lets a territory be walked by name inside the index.
            models.Index(fields=["name_key", "id", "territory_path"], name="employer_name_path"),
            models.Index(fields=["address", "legal_person", "id"], name="employer_address_head"),
            models.Index(fields=["insured_count", "territory_path"], name="employer_insured"),
            models.Index(fields=["name_key", "id"], condition=Q(is_platform=True), name="employer_platform"),
            # SQLite compares values handed over beside a statement one by one, and not those of a list.
            models.Index(
                fields=["territory_path", "state"],
                condition=Q(unit_nature="foreign") | Q(unit_nature="hmt"),
                name="employer_from_abroad",
            ),
            # The few that lack something, for the lists of what is to be mended; address and place have an index anyway.
            models.Index(fields=["id"], condition=Q(uscc=""), name="employer_lacks_code"),
            models.Index(fields=["id"], condition=Q(unit_nature=""), name="employer_lacks_nature"),
            models.Index(fields=["id"], condition=Q(industry=""), name="employer_lacks_industry"),
            models.Index(fields=["id"], condition=Q(state="closed"), name="employer_closed"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployerLinkQuerySet(models.QuerySet["EmployerLink"]):
    """Reads of coverage links."""

    def visible_to(self, actor: Actor) -> Self:
        """Links of unions in the actor's reach."""
        return self.filter(actor.within("registry.view", "union_path"))

    def under(self, path: str) -> Self:
        """Links of a union and everything below it."""
        return self.filter(union_path__gte=path, union_path__lt=path[:-1] + "0")

    def covering_on(self, day: object) -> Self:
        """Links that held on the day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class EmployerLink(models.Model):
    """A union covers an employer from a day until a day (open while valid_to is None).

    union_path: the union's path, repeated here so that a subtree's links are one index range.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="employer_links")
    union_path = PathField()
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="union_links")
    kind = models.CharField(max_length=6, choices=rules.LinkKind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True, help_text='"import:12", "match:7", "case:…".')

    objects = EmployerLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer"], condition=Q(valid_to=None), name="link_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="link_period"
            ),
        ]
        indexes = [
            models.Index(fields=["union_path", "employer"], name="link_path"),
            models.Index(fields=["employer", "union_path"], condition=Q(valid_to=None), name="link_running"),
        ]
