"""The audit trail: one append-only, signed row for each business act and each look at sensitive data."""

from smartunion.core.audit.record import record

__all__ = ["record"]
