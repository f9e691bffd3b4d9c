"""Membership spells, and transfers between unions.

Foreign keys are named by string: people, unions and employers ask memberships who may see them.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry import rules

#: Spells that ended somehow, said so that the index of those serves.
ENDED = ~Q(end_type="")
#: What lists show of whom and what a spell belongs to.
SHOWN = {
    "person": {"name", "sex", "resident_id", "mobile", "trade", "skill_grade"},
    "union": {"name"},
    "employer": {"name"},
}


@cache
def _unseen() -> tuple[str, ...]:
    joined: dict[str, Any] = {way: Membership._meta.get_field(way).related_model for way in SHOWN}
    return tuple(
        f"{way}__{field.name}"
        for way, model in joined.items()
        for field in model._meta.concrete_fields
        if field.name not in SHOWN[way] and not field.primary_key
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def visible_to(self, actor: Actor) -> Self:
        """Memberships in the actor's reach, and the actor's own."""
        return self.filter(actor.within("members.view", "union_path") | Q(person_id=actor.person_id or -1))

    def under(self, path: str) -> Self:
        """Memberships of a union and everything below it."""
        return self.filter(union_path__gte=path, union_path__lt=path[:-1] + "0")

    def active_on(self, day: object) -> Self:
        """Spells that covered the day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)

    def for_lists(self) -> Self:
        """Each with person, union and employer; of these only what is SHOWN, since all their columns together take longer to
        make into Python than the rest of a row. Whatever else is asked of them costs a statement each.
        """
        return self.select_related(*SHOWN).defer(*_unseen())


class Membership(models.Model):
    """One spell of one person in one union, [started_on, ended_on). History is other rows, never overwritten
    but for a day that was entered wrongly (flows/mending.py).

    Every change of state or union is a new row, so that any list can be had as of any day. held_as: the state the
    spell has or had while it ran; state: the same while it runs, "ended" afterwards.
    reason: of an ended spell why it ended, of a retained one that runs why it is retained.
    name_key: the person's pinyin key, repeated here so that a union's list sorts and pages on one index.
    """

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="memberships")
    union = models.ForeignKey(
        "registry.TradeUnion", on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    union_path = PathField()
    employer = models.ForeignKey(
        "registry.Employer", null=True, on_delete=models.PROTECT, related_name="memberships", db_index=False
    )
    employer_name = models.CharField(
        max_length=120, blank=True, help_text="As given, when no employer is linked."
    )
    name_key = KeyField(max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=rules.MembershipState)
    held_as = models.CharField(
        max_length=12, choices=rules.MembershipState, default=rules.MembershipState.ACTIVE
    )
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True)
    start_type = models.CharField(max_length=16, choices=rules.ChangeType, default=rules.ChangeType.JOINED)
    end_type = models.CharField(max_length=16, choices=rules.ChangeType, blank=True)
    reason = models.CharField(max_length=20, choices=rules.ChangeReason, blank=True)
    confirmed_by = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on=None), name="one_current_membership"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")), name="membership_period"
            ),
            models.CheckConstraint(
                condition=(Q(state="ended") & Q(ended_on__isnull=False))
                | (~Q(state="ended") & Q(ended_on=None)),
                name="membership_ended_dated",
            ),
            models.CheckConstraint(
                condition=~Q(held_as="ended") & (Q(state="ended") | Q(state=models.F("held_as"))),
                name="membership_held_as",
            ),
        ]
        indexes = [
            models.Index(fields=["union_path", "state"], name="membership_path_state"),
            # Few of a city's members are in most of the states.
            models.Index(fields=["state", "union_path"], name="membership_state_path"),
            models.Index(fields=["union", "name_key", "id"], name="membership_union_name"),
            models.Index(fields=["employer", "state"], name="membership_employer"),
            # Path and state at the end let those of a state in a subtree be walked by name inside the index, whatever their
            # share of the city; ended spells are in it, so that a past day's list is walked the same way.
            models.Index(fields=["name_key", "id", "union_path", "state"], name="membership_by_name"),
            models.Index(fields=["started_on", "id", "union_path"], name="membership_since_walk"),
            # Whoever waits for a union is one of hundreds: walked by day among all, she is found late.
            models.Index(
                fields=["started_on", "id", "union_path"],
                condition=Q(state="preparatory"),
                name="membership_pool",
            ),
            # Few spells have ended: their list is walked and counted inside this index, however it is narrowed.
            models.Index(
                fields=["name_key", "id", "union_path", "end_type", "reason", "ended_on"],
                condition=ENDED,
                name="membership_former",
            ),
            # Few have no employer, for the list of what is to be mended.
            models.Index(
                fields=["employer", "id"],
                condition=Q(employer=None, employer_name="", ended_on=None),
                name="membership_no_firm",
            ),
        ]


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Reads of transfers."""

    def visible_to(self, actor: Actor) -> Self:
        """Transfers out of or into the actor's reach, and the actor's own."""
        reach = actor.within("members.view", "from_path") | actor.within("members.view", "to_path")
        return self.filter(reach | Q(person_id=actor.person_id or -1))

    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state__in=[rules.TransferState.ASKED, rules.TransferState.ACCEPTED])

    def waiting_for(self, actor: Actor) -> Self:
        """What this actor's unions have to answer: asked for at theirs, or accepted elsewhere and leaving theirs."""
        incoming = actor.within("members.edit", "to_path") & Q(state=rules.TransferState.ASKED)
        outgoing = actor.within("members.edit", "from_path") & Q(state=rules.TransferState.ACCEPTED)
        return self.filter(incoming | outgoing)


class Transfer(models.Model):
    """A member moves: asked for at the new union, told to the old one, done when both have acted or the old is silent.

    answer_by: when the new union's term to answer ends, and the request goes to the union above; held_by: the union above
    that has it now, None for the new union itself; remind_at: when whoever has it is reminded, None when that was done.
    silent_after: when the old union's silence counts as consent. reason: why the member moves; note: why it was
    refused or objected to; question: what the new union asked her for, once; answer: what she said to it.
    """

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="transfers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="transfers")
    from_path = PathField(db_index=True)
    to_union = models.ForeignKey("registry.TradeUnion", on_delete=models.PROTECT, related_name="transfers_in")
    to_path = PathField(db_index=True)
    to_employer = models.ForeignKey(
        "registry.Employer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=rules.TransferState, default=rules.TransferState.ASKED)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        "registry.TradeUnion", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    silent_after = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    question = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = TransferQuerySet.as_manager()

    @property
    def last_day(self) -> date | None:
        """The last day on which the old union may answer; None before the new one has."""
        return local_date(self.silent_after - timedelta(seconds=1)) if self.silent_after else None

    @property
    def answer_until(self) -> date | None:
        """The last day on which whoever has the request is to answer it; None when nobody counts the days."""
        counts = self.state == rules.TransferState.ASKED and self.answer_by is not None
        return local_date(self.answer_by - timedelta(seconds=1)) if counts and self.answer_by else None

    @property
    def waits_for_member(self) -> bool:
        """Whether the new union waits for what it asked her."""
        return self.state == rules.TransferState.ASKED and bool(self.question) and not self.answer

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["asked", "accepted"]), name="one_open_transfer"
            ),
        ]
        indexes = [models.Index(fields=["state", "silent_after"], name="transfer_silent")]
