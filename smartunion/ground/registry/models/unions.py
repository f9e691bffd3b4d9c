"""Unions: the tree, its counts, its running numbers. `path` of a node starts with its parent's path."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.memberships import Membership
from smartunion.ground.registry.models.regions import Region


class UnionQuerySet(models.QuerySet["TradeUnion"]):
    """Reads of unions."""

    def visible_to(self, actor: Actor) -> Self:
        """Unions in the actor's reach, and the union the actor belongs to."""
        mine = Q(pk__in=[])
        if actor.person_id is not None:
            mine = Q(
                pk__in=Membership.objects.filter(person_id=actor.person_id, ended_on=None).values("union_id")
            )
        return self.filter(actor.within("registry.view") | mine)

    def under(self, path: str) -> Self:
        """The node with this path and everything below it."""
        return self.filter(path__gte=path, path__lt=path[:-1] + "0")

    def leading(self) -> Self:
        """Federations and other unions that lead unions."""
        return self.filter(kind__in=rules.LEADING)


class TradeUnion(models.Model):
    """A union organisation at any level.

    number: our own running number, printed on certificates; uscc: of the union legal person (begins 81), not the
    employer's; territory: for leading unions the region whose employers they look after.
    """

    number = models.CharField(_("union number"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(max_length=120, db_index=True, help_text="Folded name (rules.fold_name), for search.")
    pinyin = KeyField(max_length=60, blank=True, help_text="Initials, lower case.")
    kind = models.CharField(_("kind"), max_length=24, choices=rules.UnionKind)
    level = models.CharField(_("level"), max_length=12, choices=rules.UnionLevel)
    state = models.CharField(
        _("state"), max_length=12, choices=rules.UnionState, default=rules.UnionState.ACTIVE
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    path = PathField(unique=True)
    depth = models.PositiveSmallIntegerField()
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="federations")
    uscc = models.CharField(_("union USCC"), max_length=18, blank=True, db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("head"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("phone"))
    founded_on = models.DateField(_("founded on"), null=True)
    founding_mode = models.CharField(
        _("way of founding"), max_length=11, blank=True, choices=rules.FoundingMode,
        help_text="Empty where nobody wrote it down.",
    )  # fmt: skip
    closed_on = models.DateField(_("closed on"), null=True)
    external_id = models.CharField(
        max_length=60, blank=True, db_index=True, help_text="Id in the file it came from."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = UnionQuerySet.as_manager()

    class Meta:
        verbose_name = _("union")
        indexes = [
            models.Index(fields=["parent", "name"], name="union_children"),
            models.Index(fields=["pinyin"], name="union_pinyin"),
            models.Index(fields=["state", "path"], name="union_state_path"),
            models.Index(fields=["kind", "path"], name="union_kind_path"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="union_closed_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_leading(self) -> bool:
        """Whether it leads other unions."""
        return self.kind in rules.LEADING


class UnionFormerName(models.Model):
    """A name a union bore until a day."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=120)
    name_key = KeyField(max_length=120, db_index=True)
    until = models.DateField()
    reason = models.CharField(max_length=200, blank=True)


class UnionTally(models.Model):
    """Maintained roll-up: exact counts of each union itself (own_*) and with its subtree (all_*).

    Complete only together with UnionTallyDelta: read both through queries.counts. own_unions is 1 for an active
    grassroots union; *_employers counts open coverage links, the rows the number opens. `recount` proves it.
    """

    union = models.OneToOneField(TradeUnion, primary_key=True, on_delete=models.CASCADE, related_name="tally")
    own_active = models.IntegerField(default=0)
    own_preparatory = models.IntegerField(default=0)
    own_retained = models.IntegerField(default=0)
    own_unions = models.IntegerField(default=0)
    own_employers = models.IntegerField(default=0)
    all_active = models.IntegerField(default=0)
    all_preparatory = models.IntegerField(default=0)
    all_retained = models.IntegerField(default=0)
    all_unions = models.IntegerField(default=0)
    all_employers = models.IntegerField(default=0)


class UnionTallyDelta(models.Model):
    """A change to a union's counts, inserted with the change itself and folded into UnionTally by a job.

    Inserting locks nothing: two hundred people join one union at once without waiting for one another
    (docs/decisions, registry tallies). path: the union's, so that a subtree's open deltas are one index range.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+")
    path = PathField(db_index=True)
    active = models.IntegerField(default=0)
    preparatory = models.IntegerField(default=0)
    retained = models.IntegerField(default=0)
    unions = models.IntegerField(default=0)
    employers = models.IntegerField(default=0)


class UnionDay(models.Model):
    """What a wide union's subtree held from a day on, counted every night; a row for each day that changed something.

    Only unions with so many members that counting them while somebody waits takes too long; from_on 0001-01-01 says that
    a union is among them. As of a past day the newest row up to that day holds.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="+", db_index=False)
    from_on = models.DateField()
    active = models.IntegerField(default=0)
    retained = models.IntegerField(default=0)
    employers = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "from_on"], name="union_day_once")]


class NumberSeries(models.Model):
    """A running number: union numbers by place and year, certificate numbers by issuer and year."""

    key = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)
