"""The corrections of one decision on many, with what came of each."""

from django.db.models import Exists, OuterRef, QuerySet

from smartunion.core.actor import Actor
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy


def items_of(batch: CorrectionBatch, actor: Actor) -> "QuerySet[Discrepancy]":
    """The corrections picked, each with is_done (by this decision, whatever happened since) and is_undone."""
    decisions = Decision.objects.filter(batch=batch, item=OuterRef("pk"))
    rows = Discrepancy.objects.visible_to(actor).filter(pk__in=batch.ids)
    return rows.select_related("employer", "person").annotate(
        is_done=Exists(decisions), is_undone=Exists(decisions.filter(undone_at__isnull=False))
    )
