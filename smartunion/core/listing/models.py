"""Filters people keep."""

from django.db import models


class SavedFilter(models.Model):
    """A named query string of one list, kept by one person."""

    user_id = models.BigIntegerField()
    list_key = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "list_key", "name"], name="saved_filter_name")
        ]
