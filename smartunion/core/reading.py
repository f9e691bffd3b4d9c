"""The reading door: one record or NotVisible; and rows that fit one of several conditions."""

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


def any_of(rows: "QuerySet[M, M]", *parts: "QuerySet[M, M]") -> "QuerySet[M, M]":
    """The rows that are in one of the parts, each of which walks its own index.

    Joined by OR, conditions on different tables leave the database no index at all: it looks at every row. Worth it where
    the parts are short; of long ones every key is collected before the first row is shown.
    """
    first, *others = (part.order_by().values("pk") for part in parts)
    return rows.filter(pk__in=first.union(*others) if others else first)
