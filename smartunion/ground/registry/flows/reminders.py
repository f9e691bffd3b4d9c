"""Reminders: what ends (terms of office, legal-person certificates) and what is to be registered. Once each, whenever the
job runs; what holds in a place is read once for all of them.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from smartunion.core.clock import local_date
from smartunion.core.jobs.models import Job
from smartunion.core.paths import ancestors
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows.particulars import watch_all
from smartunion.ground.registry.flows.restructuring import resume
from smartunion.ground.registry.models import Certificate, Restructuring, Term, TradeUnion
from smartunion.ground.registry.policies import (
    CERTIFICATE_REMIND_DAYS,
    RESTRUCTURING_REMIND_DAYS,
    TERM_REMIND_DAYS,
)

#: The longest notice a policy may set; what ends later is not looked at.
LONGEST = timedelta(days=365)


def remind_of_endings(*, at: datetime) -> int:
    """Tell chairs whose term or legal-person certificate ends within the policy's days, has ended, or must be changed.

    Once ahead and once after the end. Safe to run twice. Returns how many were due for a message.
    """
    today = local_date(at)
    watch_all(at=at)
    return _terms(today, at) + _certificates(today, at) + _changes(today, at) + _stopped(today, at)


def _terms(today: date, at: datetime) -> int:
    later = Term.objects.filter(union=OuterRef("union"), ordinal__gt=OuterRef("ordinal"))
    last = Term.objects.filter(union__state=rules.UnionState.ACTIVE, ends_on__lte=today + LONGEST).exclude(
        Exists(later)
    )
    number, days = 0, policies.value_by_place(TERM_REMIND_DAYS, on=today)
    for term in last.select_related("union").order_by("pk").iterator(chunk_size=500):
        if _is_due(term.union.path, term.ends_on, today, days):
            messages.tell_term_ends(term, today, at)
            number += 1
    return number


def _certificates(today: date, at: datetime) -> int:
    ending = Certificate.objects.legal().filter(
        union__state=rules.UnionState.ACTIVE, valid_to__lte=today + LONGEST
    )
    number, days = 0, policies.value_by_place(CERTIFICATE_REMIND_DAYS, on=today)
    for one in ending.select_related("union").order_by("pk").iterator(chunk_size=500):
        assert one.valid_to is not None
        if _is_due(one.union.path, one.valid_to, today, days):
            messages.tell_certificate_ends(one, today, at)
            number += 1
    return number


def _changes(today: date, at: datetime) -> int:
    late = Certificate.objects.legal().filter(union__state=rules.UnionState.ACTIVE, change_due_on__lt=today)
    number = 0
    for one in late.select_related("union").order_by("pk").iterator(chunk_size=500):
        messages.tell_certificate_change(one, messages.CERTIFICATE_CHANGE_LATE, at)
        number += 1
    return number


def _is_due(path: str, ends_on: date, today: date, days: Callable[[str], Any]) -> bool:
    return ends_on <= today + timedelta(days=days(path))


def _stopped(today: date, at: datetime) -> int:
    """Mergers and splits that stopped and that nobody carries on or takes back: every so many days anew."""
    number, days = 0, policies.value_by_place(RESTRUCTURING_REMIND_DAYS, on=today)
    waiting = Restructuring.objects.filter(state__in=resume.WORK).select_related("source", "employer")
    for what in waiting.order_by("pk"):
        job = Job.objects.filter(pk=what.job_id or 0).first()
        if job is not None and job.finished_at is None:
            continue
        since = local_date(job.finished_at if job is not None and job.finished_at else what.decided_at)
        rounds = (today - since).days // days(what.path)
        if rounds < 1:
            continue
        above = TradeUnion.objects.filter(path__in=ancestors(what.path)).exclude(path=what.path)
        nearest = above.order_by("-depth").first() if rounds > 1 else None
        messages.tell_restructuring_waits(
            what, user_id=job.user_id if job is not None else None,
            chairs=messages.chairs_of(nearest) if nearest is not None else (), since=since, rounds=rounds, at=at,
        )  # fmt: skip
        number += 1
    return number
