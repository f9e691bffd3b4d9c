"""Congresses of representatives: who is due, who is there, what is voted on, the papers counted (S011, S012)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.ids import uuid7
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import Organ, Post
from smartunion.systems.organising.counting import Round


class CongressState(models.TextChoices):
    """Life of a congress."""

    PLANNED = "planned", _("Being prepared")
    OPEN = "open", _("In session")
    CLOSED = "closed", pgettext_lazy("congress", "Ended")


class CongressQuerySet(models.QuerySet["Congress"]):
    """Reads of congresses."""

    def visible_to(self, actor: Actor) -> Self:
        """Congresses of federations in reach, and those one helps to prepare."""
        mine = Preparer.objects.filter(user_id=actor.user_id or -1).values("congress_id")
        return self.filter(actor.within("cases.view", "path") | Q(pk__in=mine))


class Congress(models.Model):
    """The founding congress of an association of unions, prepared by the approval of its group.

    federation: the higher union that approves; union: the association once it stands; path: the federation's.
    association, cluster: trade association it leans on, industry cluster it stands for (S012); ceremony: oath,
    plaque and what else the minutes should name; letter_number: of the approval.
    """

    case = models.OneToOneField(CaseFile, on_delete=models.PROTECT, related_name="congress")
    federation = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    union = models.OneToOneField(TradeUnion, null=True, on_delete=models.PROTECT, related_name="congress")
    path = PathField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    association = models.CharField(max_length=120, blank=True)
    cluster = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=CongressState, default=CongressState.PLANNED)
    held_on = models.DateField(null=True)
    place = models.CharField(max_length=120, blank=True)
    ceremony = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    letter_number = models.CharField(max_length=40, blank=True)
    letter_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    objects = CongressQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="congress_path")]


class Preparer(models.Model):
    """An account of the preparatory group: it runs the congress, the federation approves before and after (S011)."""

    congress = models.ForeignKey(Congress, on_delete=models.CASCADE, related_name="preparers", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["congress", "user"], name="congress_preparer_once")]


class CongressUnion(models.Model):
    """A union that forms the association."""

    congress = models.ForeignKey(Congress, on_delete=models.CASCADE, related_name="unions", db_index=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["congress", "union"], name="congress_union_once")]


class Representative(models.Model):
    """Somebody due to attend; is_here changes as people come and go, so that each vote counts who is there then."""

    congress = models.ForeignKey(
        Congress, on_delete=models.CASCADE, related_name="representatives", db_index=False
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    from_union = models.CharField(max_length=120, blank=True)
    is_woman = models.BooleanField(default=False)
    is_here = models.BooleanField(default=False)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["congress", "number"], name="representative_number")]


class ContestState(models.TextChoices):
    """Life of one vote."""

    DRAFT = "draft", _("Candidates proposed")
    COUNTING = "counting", _("Papers out, being counted")
    DONE = "done", _("Announced")
    VOID = "void", _("Void")


class Contest(models.Model):
    """One vote: organ, post, seats; electors due and present are frozen when the papers are handed out.

    post "member" is voted on by the congress, chairs and vice-chairs by the organ just elected; count_number: rises
    with every recount; result: as announced, never typed in.
    """

    congress = models.ForeignKey(Congress, on_delete=models.CASCADE, related_name="contests")
    organ = models.CharField(max_length=10, choices=Organ)
    post = models.CharField(max_length=10, choices=Post, default=Post.MEMBER)
    round = models.CharField(max_length=10, choices=Round, default=Round.FIRST)
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next_rounds")
    seats = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ContestState, default=ContestState.DRAFT)
    due = models.PositiveIntegerField(null=True)
    present = models.PositiveIntegerField(null=True)
    handed_out = models.PositiveIntegerField(null=True)
    count_number = models.PositiveIntegerField(default=1)
    result = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)


class Candidate(models.Model):
    """Somebody on the paper, in the order of the paper."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="candidate_number"),
            models.UniqueConstraint(fields=["contest", "name"], name="candidate_name"),
        ]


class BallotPaper(models.Model):
    """One paper as read aloud: numbers of the candidates approved; nothing about who cast it.

    client_id: made by the counting phone, sending it twice counts once.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="papers", db_index=False)
    count_number = models.PositiveIntegerField()
    client_id = models.UUIDField(unique=True, default=uuid7)
    marks = models.JSONField(default=list)
    is_spoiled = models.BooleanField(default=False)
    counted_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["contest", "count_number", "id"], name="ballot_paper_count")]
