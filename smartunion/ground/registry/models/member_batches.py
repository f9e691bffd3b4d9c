"""One change for many members: what was said, how far it is, and what became of each."""

from typing import Self

from django.db import models

from smartunion.core.actor import Actor
from smartunion.core.jobs.batches import Batch
from smartunion.core.paths import PathField
from smartunion.ground.registry.models.memberships import Membership
from smartunion.ground.registry.models.unions import TradeUnion
from smartunion.ground.registry.rules import ChangeReason, MemberChange


class MembershipBatchQuerySet(models.QuerySet["MembershipBatch"]):
    """Reads of changes for many members."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those whose members all were where one may change members."""
        return self.filter(actor.within("members.edit") | models.Q(user_id=actor.user_id or -1))


class MembershipBatch(Batch):
    """One change for many members.

    path: the deepest subtree that holds the unions of all of them; union: where they move to; picked: the spells, in order.
    """

    path = PathField(db_index=True)
    change = models.CharField(max_length=8, choices=MemberChange, blank=True)
    reason = models.CharField(max_length=20, choices=ChangeReason, blank=True)
    on = models.DateField(null=True)
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MembershipBatchQuerySet.as_manager()

    def tally(self) -> tuple[int, int]:
        """Members changed, and of those taken back."""
        return self.lines.count(), self.lines.filter(is_undone=True).count()

    def spells(self, actor: Actor) -> "models.QuerySet[Membership]":
        """The spells picked that the actor sees, each with is_done and is_undone by this change."""
        lines = self.lines.filter(membership=models.OuterRef("pk"))
        return Membership.objects.visible_to(actor).filter(pk__in=self.picked).annotate(
            is_done=models.Exists(lines), is_undone=models.Exists(lines.filter(is_undone=True))
        )  # fmt: skip


class MembershipBatchLine(models.Model):
    """One member of a batch whose membership was changed. membership: the spell before; after: that which goes on, NULL where
    none does; is_undone: taken back since."""

    batch = models.ForeignKey(MembershipBatch, on_delete=models.CASCADE, related_name="lines", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "membership"], name="membershipbatchline_once")
        ]
