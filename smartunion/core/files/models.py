"""Files on disk, never served by URL."""

from django.db import models

from smartunion.core.ids import uuid7


class StoredFile(models.Model):
    """One stored file: content lives at `path` under MEDIA_ROOT; a view that checks the actor hands it out.

    `media_type` comes from the content, not the name; `sha256` finds the same picture again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=40, help_text="What it was given for; decides how long it is kept.")
