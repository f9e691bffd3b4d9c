"""Vacancies, the issues they are posted with, complaints about them, and what people look for."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.ids import uuid7
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.systems.vacancies.rules import TONES, ComplaintState, Fault, PayUnit, Trade, VacancyState

MANAGE = "offers.manage"


class IssueQuerySet(models.QuerySet["Issue"]):
    """Reads of issues: they are published, so everybody may."""

    def visible_to(self, actor: Actor) -> Self:
        """All: an issue is public."""
        return self


class Issue(models.Model):
    """Number so-and-so of a union's bulletin of vacancies; published when it is made. posted: vacancies in it then."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField()
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=60)
    foreword = models.CharField(pgettext_lazy("issue", "Foreword"), max_length=300, blank=True)
    posted = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(
        default=0, help_text="Subscribers who were told; counted, never by name."
    )
    published_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    publisher_name = models.CharField(max_length=80, blank=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "number"], name="issue_number")]
        indexes = [models.Index(fields=["path", "-id"], name="issue_path")]


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    """Reads of vacancies."""

    def visible_to(self, actor: Actor) -> Self:
        """Those the actor's unions publish, and those they proposed."""
        return self.filter(actor.within(MANAGE, "path") | actor.within(MANAGE, "origin_path"))

    def open_on(self, day: date) -> Self:
        """What everybody may read: posted, and not past its day."""
        return self.filter(state=VacancyState.POSTED, valid_until__gte=day)


class Vacancy(models.Model):
    """A place of work an employer offers.

    path: the federation that publishes it (that looks after the employer); origin_path: the union that proposed it.
    pay_from, pay_to: yuan per pay_unit. region_path: of the place of work. contact: whom to call, sealed: shown to
    whoever is signed in. title_key: folded, to find the same again. exception: why words that were warned of may stand.
    """

    client_id = models.UUIDField(unique=True, default=uuid7)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    origin_path = PathField()
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(_("title"), max_length=40)
    title_key = KeyField(max_length=40)
    trade = models.CharField(pgettext_lazy("vacancy", "Trade"), max_length=10, choices=Trade)
    text = models.CharField(pgettext_lazy("vacancy", "The work"), max_length=600)
    requirements = models.CharField(pgettext_lazy("vacancy", "What is needed"), max_length=300, blank=True)
    headcount = models.PositiveSmallIntegerField(pgettext_lazy("vacancy", "Places"))
    pay_from_yuan = models.DecimalField(max_digits=9, decimal_places=2)
    pay_to_yuan = models.DecimalField(max_digits=9, decimal_places=2)
    pay_unit = models.CharField(max_length=6, choices=PayUnit, default=PayUnit.MONTH)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = PathField()
    place = models.CharField(pgettext_lazy("vacancy", "Address of the work"), max_length=120, blank=True)
    contact_name = EncryptedTextField(help_text="Whom to ask for; shown to people who are signed in.")
    contact_phone = EncryptedTextField(help_text="Where to call; shown to people who are signed in.")
    valid_until = models.DateField(pgettext_lazy("vacancy", "Open until"))
    state = models.CharField(max_length=10, choices=VacancyState, default=VacancyState.PROPOSED)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was refused or is over.")
    exception = models.CharField(max_length=300, blank=True)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="vacancies")
    proposer_id = models.BigIntegerField(null=True)
    proposer_name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "state", "id"], name="vacancy_path"),
            models.Index(fields=["origin_path", "id"], name="vacancy_origin"),
            models.Index(fields=["employer", "title_key"], name="vacancy_same"),
            models.Index(fields=["state", "valid_until"], name="vacancy_due"),
            models.Index(fields=["region_path", "id"], name="vacancy_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_to_yuan__gte=models.F("pay_from_yuan"), pay_from_yuan__gt=0),
                name="vacancy_pay",
            ),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="vacancy_places"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Reads of complaints."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about vacancies the actor's unions publish; the employer's own union does not see who or what."""
        return self.filter(actor.within(MANAGE, "vacancy__path"))


class Complaint(models.Model):
    """Somebody says that a vacancy is wrong; it is taken off at once. text: sealed; who complained is told to nobody."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="complaints", db_index=False)
    user_id = models.BigIntegerField(db_index=True)
    fault = models.CharField(max_length=8, choices=Fault)
    text = EncryptedTextField(help_text="What happened, in her words.")
    state = models.CharField(max_length=6, choices=ComplaintState, default=ComplaintState.OPEN)
    answer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vacancy", "user_id"], name="complaint_once")]


class JobWishQuerySet(models.QuerySet["JobWish"]):
    """Reads of wishes: one's own alone."""

    def visible_to(self, actor: Actor) -> Self:
        """The actor's own."""
        return self.filter(user_id=actor.user_id or -1)


class JobWish(models.Model):
    """What somebody looks for: she is told when an issue has it. region None: wherever her union's federation publishes.

    path: her union when she saved it; "" when she had none, then a region is needed.
    """

    user_id = models.BigIntegerField()
    words = models.CharField(pgettext_lazy("vacancies", "words"), max_length=60, blank=True)
    trade = models.CharField(max_length=10, choices=Trade, blank=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    pay_yuan = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    path = PathField(blank=True)
    created_at = models.DateTimeField()

    objects = JobWishQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user_id", "-id"], name="job_wish_user")]
