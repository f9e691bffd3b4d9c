"""The findings of one verdict on many, with what came of each."""

from django.db.models import Exists, OuterRef, QuerySet

from smartunion.core.actor import Actor
from smartunion.systems.organising.models import Finding, FindingEvent, VerdictBatch

UNDONE = "batch_undone"


def findings_of(batch: VerdictBatch, actor: Actor) -> QuerySet[Finding]:
    """The findings picked, each with is_closed (by this verdict, whatever happened since) and is_undone."""
    events = FindingEvent.objects.filter(batch=batch, finding=OuterRef("pk"))
    rows = Finding.objects.visible_to(actor).filter(pk__in=batch.finding_ids)
    return rows.select_related("employer", "union", "area").annotate(
        is_closed=Exists(events.exclude(event=UNDONE)), is_undone=Exists(events.filter(event=UNDONE))
    )
