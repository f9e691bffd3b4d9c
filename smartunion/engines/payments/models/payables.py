"""What is owed to whom, the lists it is paid by, the files that went out and came in."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.payments.models.funds import Fund
from smartunion.engines.payments.rules.accounts import account_key
from smartunion.engines.payments.rules.states import TONES, ListState, PayableState, PayeeKind
from smartunion.ground.registry.models import Person, TradeUnion


class PaymentListQuerySet(models.QuerySet["PaymentList"]):
    """Reads of payment lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Lists of unions where the actor prepares or releases payments."""
        return self.filter(
            actor.within("payments.prepare", "path") | actor.within("payments.release", "path")
        )


class PaymentList(models.Model):
    """Payables that are paid together out of one fund.

    digest: of its content at release, signed into the audit trail; what is exported must still have it. made_by_id,
    released_by_id: two different accounts, neither of which decided about a payable on it.
    """

    number = models.CharField(max_length=24, unique=True)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="lists")
    state = models.CharField(max_length=12, choices=ListState, default=ListState.DRAFT)
    count = models.PositiveIntegerField(default=0)
    total_yuan = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    paid_count = models.PositiveIntegerField(default=0)
    paid_yuan = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    failed_count = models.PositiveIntegerField(default=0)
    note = models.CharField(pgettext_lazy("payments", "note"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    released_by_id = models.BigIntegerField(null=True)
    released_by_name = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = PaymentListQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "-id"], name="paylist_path"),
            models.Index(fields=["state", "path", "-id"], name="paylist_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by_id=None) | ~Q(released_by_id=models.F("made_by_id")),
                name="paylist_two",
            )
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]


class PayableQuerySet(models.QuerySet["Payable"]):
    """Reads of payables."""

    def visible_to(self, actor: Actor) -> Self:
        """Payables of unions where the actor prepares or releases payments."""
        return self.filter(
            actor.within("payments.prepare", "path") | actor.within("payments.release", "path")
        )

    def of_person(self, actor: Actor) -> Self:
        """What is owed and was paid to the actor herself."""
        return self.filter(person_id=actor.person_id) if actor.person_id is not None else self.none()


class Payable(models.Model):
    """An amount owed to a person because a programme decided so.

    programme, key: what decided it, once; record: "app.model:pk" of what was decided; decided_by_id: account that decided,
    handled_by: accounts that handled an earlier step; none of them prepares or releases its payment; title: what
    for, which may tell of illness or poverty. payee_*: sealed; shown masked on screen, whole in the file for the bank alone.
    """

    programme = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    path = PathField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = EncryptedTextField(pgettext_lazy("payments", "what for"))
    record = models.CharField(max_length=80)
    amount_yuan = models.DecimalField(pgettext_lazy("payments", "amount"), max_digits=12, decimal_places=2)
    payee_kind = models.CharField(max_length=8, choices=PayeeKind, default=PayeeKind.SELF)
    payee_relation = models.CharField(max_length=40, blank=True)
    payee_name = EncryptedTextField(pgettext_lazy("payments", "name of the account"))
    payee_account = EncryptedTextField(pgettext_lazy("payments", "account"))
    payee_account_index = BlindIndexField(
        source="payee_account", purpose="bank_account", normalise=account_key
    )
    payee_bank = EncryptedTextField(pgettext_lazy("payments", "bank"))
    state = models.CharField(max_length=12, choices=PayableState, default=PayableState.OWED)
    paylist = models.ForeignKey(
        PaymentList, null=True, on_delete=models.PROTECT, related_name="payables", db_index=False
    )
    fail_reason = models.CharField(max_length=200, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    decided_by_id = models.BigIntegerField(null=True)
    handled_by = models.JSONField(default=list)
    owed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects = PayableQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="payable_once"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="payable_positive"),
        ]
        indexes = [
            models.Index(fields=["path", "-id"], name="payable_path"),
            models.Index(fields=["state", "path", "id"], name="payable_state"),
            models.Index(fields=["person", "-id"], name="payable_person"),
            models.Index(fields=["paylist", "id"], name="payable_list"),
            models.Index(fields=["payee_account_index"], name="payable_account"),
            models.Index(fields=["record"], name="payable_record"),
        ]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]


class ListItem(models.Model):
    """A payable as it stood on a list: what was paid or failed stays there when the payable goes on another list.

    position: its number on the list from 1, by which the bank's answer finds it; seal: of payee and amount at release.
    """

    paylist = models.ForeignKey(PaymentList, on_delete=models.CASCADE, related_name="items", db_index=False)
    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    seal = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=PayableState, default=PayableState.LISTED)
    is_active = models.BooleanField(default=True, help_text="On its way; at most one a payable.")
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paylist", "position"], name="payitem_position"),
            models.UniqueConstraint(
                fields=["payable"], condition=Q(is_active=True), name="payitem_active_once"
            ),
            models.UniqueConstraint(fields=["payable"], condition=Q(state="paid"), name="payitem_paid_once"),
        ]
        indexes = [models.Index(fields=["payable", "id"], name="payitem_payable")]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES[self.state]


class FileOut(models.Model):
    """A bank file that was taken out: once, and again only with a reason. issue: 1, 2, … of its list."""

    paylist = models.ForeignKey(
        PaymentList, on_delete=models.CASCADE, related_name="files_out", db_index=False
    )
    issue = models.PositiveIntegerField()
    form = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paylist", "issue"], name="fileout_issue")]


class FileIn(models.Model):
    """A file of the bank's answers that was read. refused: rows not taken, each [row, field, reason, remedy]."""

    paylist = models.ForeignKey(
        PaymentList, on_delete=models.CASCADE, related_name="files_in", db_index=False
    )
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    paid_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0, help_text="Rows that were settled the same before.")
    refused = models.JSONField(default=list)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["paylist", "-id"], name="filein_list")]
