"""Small helps of casework's pages."""

from collections.abc import Mapping

from django import template

from smartunion.core import clock
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState

register = template.Library()


@register.filter
def at(mapping: Mapping[str, object], key: str) -> object:
    """The entry under a key, or nothing."""
    return mapping.get(key)


@register.filter
def is_late(case: CaseFile) -> bool:
    """Whether whoever holds the case is past the last day."""
    running = case.state in {CaseState.OPEN, CaseState.SUPPLEMENT}
    return running and case.due_at is not None and case.due_at <= clock.now()
