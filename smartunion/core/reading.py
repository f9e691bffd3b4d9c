"""The reading door: one record or NotVisible."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from smartunion.core.errors import NotVisible

M = TypeVar("M", bound=Model)


def get_visible(visible: "QuerySet[M, M]", pk: Any) -> M:
    """The record with this key from a queryset already cut by `visible_to`. Raises NotVisible."""
    try:
        return visible.get(pk=pk)
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError):
        raise NotVisible from None
