"""What time does to hazards: the union above is told of late ones, who told of settled ones is forgotten."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.ground.accounts.queries import holders
from smartunion.ground.policies import service as policies
from smartunion.systems.matters.flows.hazards.base import tell_account
from smartunion.systems.matters.models import Hazard, HazardReporter
from smartunion.systems.matters.rules.hazards import WAITING


def escalate_overdue(*, at: datetime) -> int:
    """Tell the union above, once, of every hazard whose day has passed. Returns how many."""
    late = Hazard.objects.filter(due_at__lt=at, escalated_at=None, state__in=WAITING).order_by("pk")
    told = 0
    for hazard in late.select_related("union__parent"):
        with transaction.atomic():
            rows = Hazard.objects.filter(pk=hazard.pk, escalated_at=None, due_at=hazard.due_at)
            if not rows.update(escalated_at=at):
                continue
            told += 1
            audit.record(system(), "matters.hazard_overdue", hazard, at=at)
            _tell_above(hazard, at)
    return told


def forget_reporters(*, at: datetime) -> int:
    """Delete who told of a hazard once it has been settled for the policy's days. Returns how many rows."""
    days = int(policies.value("matters.hazard_keep_days", path="", on=local_date(at)))
    settled = Hazard.objects.filter(closed_at__lt=at - timedelta(days=days))
    gone, _rows = HazardReporter.objects.filter(hazard__in=settled.values("pk")).delete()
    return gone


def _tell_above(hazard: Hazard, at: datetime) -> None:
    above = hazard.union.parent or hazard.union
    text = _("Its day has passed at %(union)s. Please see what holds it up.") % {"union": hazard.union.name}
    people = set(holders("cases.handle", above.path, on=local_date(at)))
    if hazard.officer_id is not None:
        people.add(hazard.officer_id)
    for user_id in sorted(people):
        tell_account(hazard, user_id, text, f"late:{hazard.version}:{user_id}", at)
