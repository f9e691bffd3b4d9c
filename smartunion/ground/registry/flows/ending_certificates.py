"""Certificates end with their union. For flows only; no permissions here."""

from datetime import date, datetime

from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Certificate, TradeUnion


def end_with_union(union: TradeUnion, *, on: date, reason: str, at: datetime, journal: Journal) -> int:
    """Cancel every certificate of a union that ends; its chair is told of the legal person's. Returns how many.

    Before its officers leave office, or nobody is left to be told. Until when it was to hold stays as it was printed.
    """
    holding = Certificate.objects.filter(union=union, state=rules.CertificateState.VALID)
    for row in holding.legal().select_related("union"):
        row.ended_on, row.end_reason = on, reason
        messages.tell_certificate_cancelled(row, at)
    return journal.update(holding, **ended(on, reason))


def ended(on: date, reason: str) -> dict[str, object]:
    """Values of a certificate that is cancelled: nothing is left to be registered."""
    return {
        "state": rules.CertificateState.CANCELLED,
        "ended_on": on,
        "end_reason": reason[:200],
        "changes": [],
        "change_since": None,
        "change_due_on": None,
    }
