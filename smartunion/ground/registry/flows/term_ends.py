"""Terms of office that end before their time: when the next one begins, or with their union."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Term


def cut_short(terms: "QuerySet[Term, Any]", on: date, journal: Journal) -> None:
    """Terms that run beyond a day end on it; the end each was meant to have is kept for lists of earlier days."""
    for term in terms.filter(starts_on__lt=on, ends_on__gt=on).order_by("pk"):
        journal.update(
            Term.objects.filter(pk=term.pk), ends_on=on, meant_until=term.meant_until or term.ends_on
        )
