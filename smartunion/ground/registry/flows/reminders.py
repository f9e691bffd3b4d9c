"""Reminders of what ends: terms of office and legal-person certificates. One message each, whenever the job runs."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from smartunion.core.clock import local_date
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.models import Certificate, Term, TradeUnion
from smartunion.ground.registry.policies import CERTIFICATE_REMIND_DAYS, TERM_REMIND_DAYS

#: The longest notice a policy may set; what ends later is not looked at.
LONGEST = timedelta(days=365)


def remind_of_endings(*, at: datetime) -> int:
    """Tell chairs whose term or legal-person certificate ends within the policy's days, or has ended.

    Once ahead and once after the end. Safe to run twice. Returns how many endings were due for a message.
    """
    today = local_date(at)
    return _terms(today, at) + _certificates(today, at)


def _terms(today: date, at: datetime) -> int:
    later = Term.objects.filter(union=OuterRef("union"), ordinal__gt=OuterRef("ordinal"))
    last = Term.objects.filter(union__state=rules.UnionState.ACTIVE, ends_on__lte=today + LONGEST).exclude(
        Exists(later)
    )
    number = 0
    for term in last.select_related("union").order_by("pk").iterator(chunk_size=500):
        if _is_due(term.union, term.ends_on, today, TERM_REMIND_DAYS):
            messages.tell_term_ends(term, today, at)
            number += 1
    return number


def _certificates(today: date, at: datetime) -> int:
    newer = Certificate.objects.filter(union=OuterRef("union"), kind=OuterRef("kind")).filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to"))
    )
    last = Certificate.objects.filter(
        kind=rules.CertificateKind.LEGAL_PERSON, union__state=rules.UnionState.ACTIVE, valid_to__lte=today + LONGEST
    ).exclude(Exists(newer))  # fmt: skip
    number = 0
    for one in last.select_related("union").order_by("pk").iterator(chunk_size=500):
        assert one.valid_to is not None
        if _is_due(one.union, one.valid_to, today, CERTIFICATE_REMIND_DAYS):
            messages.tell_certificate_ends(one, today, at)
            number += 1
    return number


def _is_due(union: TradeUnion, ends_on: date, today: date, parameter: str) -> bool:
    days = policies.value(parameter, path=union.path, on=today)
    return ends_on <= today + timedelta(days=days)
