"""The audit table."""

from django.db import models


class AuditEvent(models.Model):
    """Who did what to which record, when, from where; never changed, never deleted.

    `event` is a stable name such as "organising.visit_noted"; `subject_type` is an app label and model name;
    `data` holds ids, field names and masked values only; `digest` is a keyed digest of the content.
    """

    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    on_behalf_of = models.BigIntegerField(null=True, help_text="Person id the act was done for.")
    owner_person_id = models.BigIntegerField(null=True, help_text="Whose data was looked at or changed.")
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10)
    request_id = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["owner_person_id", "id"], name="audit_owner"),
            models.Index(fields=["user_id", "id"], name="audit_user"),
            models.Index(fields=["event", "id"], name="audit_event"),
        ]
