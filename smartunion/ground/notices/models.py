"""Inbox and outbox."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, by account or by person."""
        mine = Q(pk__in=[])
        if actor.user_id is not None:
            mine |= Q(user_id=actor.user_id)
        if actor.person_id is not None:
            mine |= Q(person_id=actor.person_id)
        return self.filter(mine)


class Notice(models.Model):
    """One message to one person: what happened, why, what next; stays in the inbox whatever the channels do.

    template: registered key; context: values of the template, no plain ID numbers or phones. title, body: the words
    that were sent, in the installation's language; the inbox shows them in the reader's.
    """

    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    title = models.CharField(max_length=120)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, unique=True, help_text="Makes a repeated notice harmless.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="notice_user"),
            models.Index(fields=["person_id", "-id"], name="notice_person"),
            models.Index(fields=["user_id", "-id"], name="notice_user_new", condition=Q(read_at=None)),
            models.Index(fields=["person_id", "-id"], name="notice_person_new", condition=Q(read_at=None)),
        ]


class DeliveryState(models.TextChoices):
    """Life of one sending."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent")


class Channel(models.TextChoices):
    """Ways out besides the inbox."""

    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")


class Delivery(models.Model):
    """One channel of one notice, sent from the outbox with retries and quiet hours."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_next")]
