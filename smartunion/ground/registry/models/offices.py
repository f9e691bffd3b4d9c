"""Terms of office, officers, certificates."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.memberships import Membership
from smartunion.ground.registry.models.people import Person
from smartunion.ground.registry.models.unions import TradeUnion


class Term(models.Model):
    """One term of office of a union's organs.

    meant_until: its end before the next term or the end of its union cut it short; None while it runs its time.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="terms", db_index=False)
    ordinal = models.PositiveSmallIntegerField(help_text="第几届.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    meant_until = models.DateField(null=True)
    elected_on = models.DateField(null=True)
    due_count = models.PositiveIntegerField(null=True, help_text="Representatives due to attend.")
    present_count = models.PositiveIntegerField(null=True)
    approval_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "ordinal"], name="term_ordinal"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_period"),
        ]


class TermPostponement(models.Model):
    """A re-election put off with the approval of the union above; the term then ends later. Never edited.

    was_until: the end of the term before; until: its end since.
    """

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="postponements")
    was_until = models.DateField()
    until = models.DateField()
    approval_number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200)
    approved_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("was_until")), name="postponed_to_later"),
        ]


class OfficerQuerySet(models.QuerySet["Officer"]):
    """Reads of posts."""

    def visible_to(self, actor: Actor) -> Self:
        """Posts of unions in the actor's reach."""
        return self.filter(actor.within("registry.view", "term__union__path"))

    def serving_on(self, day: date) -> Self:
        """Posts held on a day; after its term, until others are elected."""
        begun = Q(began_on=None) | Q(began_on__lte=day)
        return self.filter(begun, Q(left_on=None) | Q(left_on__gt=day), term__starts_on__lte=day)

    def heads(self) -> Self:
        """Chairs of committees, and organising officers of small units."""
        return self.filter(organ=rules.Organ.COMMITTEE, post__in=[rules.Post.CHAIR, rules.Post.ORGANISER])


class Officer(models.Model):
    """Somebody elected into an organ for a term, or by-elected for the rest of it.

    began_on: of a by-election, else None (with the term); replaces: whose place it took. end_reason: why the post ended
    within the term, "" with it. left_with: the membership it ended with. full_time_since: of a chair who does nothing else.
    """

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="officers")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    organ = models.CharField(max_length=10, choices=rules.Organ)
    post = models.CharField(max_length=10, choices=rules.Post)
    began_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=12, choices=rules.PostEnd, blank=True)
    left_with = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaced_by")
    approval_number = models.CharField(max_length=40, blank=True, help_text="Of the by-election.")
    full_time_since = models.DateField(null=True)

    objects = OfficerQuerySet.as_manager()

    @property
    def begins(self) -> date:
        """The first day of the post."""
        return self.began_on or self.term.starts_on

    @property
    def elected(self) -> rules.Elected:
        """As the rules take it."""
        return rules.Elected(rules.Organ(self.organ), rules.Post(self.post), self.name, self.person_id)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of certificates."""

    def visible_to(self, actor: Actor) -> Self:
        """Certificates of unions in the actor's reach."""
        return self.filter(actor.within("registry.view", "union__path"))

    def legal(self) -> Self:
        """Legal-person certificates that hold; one for each union at most."""
        return self.filter(kind=rules.CertificateKind.LEGAL_PERSON, state=rules.CertificateState.VALID)


class Certificate(models.Model):
    """A certificate of a union. A change or renewal is another row that replaces it; what it says never changes.

    name, uscc, head, address, registrar: as printed, "" and None where unknown (rows older than these columns).
    changes: particulars (rules.Particulars) the registry has changed since, to be registered until change_due_on.
    """

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=12, choices=rules.CertificateKind, default=rules.CertificateKind.FOUNDING
    )
    state = models.CharField(
        max_length=9, choices=rules.CertificateState, default=rules.CertificateState.VALID
    )
    issued_for = models.CharField(max_length=11, choices=rules.IssuedFor, default=rules.IssuedFor.FIRST)
    issued_on = models.DateField()
    valid_to = models.DateField(null=True)
    issued_by = models.CharField(max_length=120)
    registrar = models.ForeignKey(TradeUnion, null=True, on_delete=models.SET_NULL, related_name="+")
    approval_number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    head = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    changes = models.JSONField(default=list)
    change_since = models.DateField(null=True)
    change_due_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union"],
                condition=Q(kind="legal_person", state="valid"),
                name="one_legal_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(ended_on__isnull=False), name="certificate_end_dated"
            ),
        ]
        indexes = [models.Index(fields=["kind", "state", "valid_to"], name="certificate_standing")]

    @property
    def printed(self) -> rules.Particulars:
        """What it says."""
        return rules.Particulars(self.name, self.uscc, self.head, self.address, self.registrar_id)

    @property
    def is_legal_person(self) -> bool:
        """A legal-person certificate."""
        return self.kind == rules.CertificateKind.LEGAL_PERSON

    @property
    def is_end_lost(self) -> bool:
        """Whether until when it was to hold is not known: closings once wrote their own day over it."""
        cancelled = self.state == rules.CertificateState.CANCELLED
        return cancelled and self.valid_to is not None and self.valid_to == self.ended_on

    @property
    def printed_to(self) -> date | None:
        """Until when it was to hold, as printed; None without end, or when that is not known."""
        return None if self.is_end_lost else self.valid_to

    @property
    def standing(self) -> rules.Standing:
        """How it stands today; read by queries.dated, how it stood that day."""
        day: date | None = vars(self).get("seen_on")
        if day is None:
            return rules.standing(self.state, self.valid_to, self.change_due_on, clock.today())
        known = self.change_since is not None and self.change_since <= day
        due = self.change_due_on if known else None
        return rules.standing(rules.CertificateState.VALID, self.printed_to, due, day)

    @property
    def changed_words(self) -> str:
        """What has changed since, in words."""
        return "、".join(str(rules.PARTICULARS[name]) for name in self.changes if name in rules.PARTICULARS)
