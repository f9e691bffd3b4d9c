"""Codes of people, organisations and telephones: checked with reasons, compared folded, stored as given."""

from smartunion.core.codes.checks import CodeCheck, CodeKind, Reason

__all__ = ["CodeCheck", "CodeKind", "Reason"]
