"""What people say about links: kept as labels, respected by the next comparison."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.models import Finding, MatchLink
from smartunion.systems.organising.rules import FindingState, LinkVerdict

CLOSED_BY_VERDICT = "verdict"


@transaction.atomic
def judge_link(*, actor: Actor, link_id: int, is_right: bool, note: str = "", at: datetime) -> MatchLink:
    """Say whether a proposed link is right; closes the question it raised.

    A right link counts as coverage and a wrong one is never proposed again, from the next comparison on. Judging again
    replaces the verdict (that is the undo); each judgement stays in the audit. Raises NotVisible, NotAllowed.
    """
    visible = MatchLink.objects.filter(actor.within("organising.view"))
    link = get_visible(visible, link_id)
    actor.check_can("organising.take_up", path=link.path)
    kept = keep(union_id=link.union_id, employer_id=link.employer_id, is_right=is_right, actor=actor, at=at)
    audit.record(actor, "organising.link_judged", kept, at=at, data={"verdict": kept.verdict}, reason=note)
    for finding in Finding.objects.filter(link=kept).exclude(state=FindingState.CLOSED):
        closed = finding_flows.move(
            finding, to_state=FindingState.CLOSED, event="judged", actor=actor, at=at, note=note, closed_at=at,
            closed_because=CLOSED_BY_VERDICT,
        )  # fmt: skip
        finding_flows.record_closed(closed, actor=actor, at=at)
    return kept


@transaction.atomic
def withdraw_verdict(*, actor: Actor, link_id: int, at: datetime) -> MatchLink:
    """Take a verdict back: the matcher decides again. Raises NotVisible, NotAllowed."""
    link = get_visible(MatchLink.objects.filter(actor.within("organising.view")), link_id)
    actor.check_can("organising.take_up", path=link.path)
    MatchLink.objects.filter(pk=link.pk).update(verdict=LinkVerdict.NONE, verdict_by=None, verdict_at=None)
    audit.record(actor, "organising.verdict_withdrawn", link, at=at, data={"was": link.verdict})
    link.refresh_from_db()
    return link


def keep(
    *,
    union_id: int,
    employer_id: int,
    is_right: bool,
    actor: Actor,
    at: datetime,
    evidence: dict[str, Any] | None = None,
) -> MatchLink:
    """Store a verdict on a pair, proposed by the matcher or stated by a person; called inside a transaction."""
    verdict = LinkVerdict.YES if is_right else LinkVerdict.NO
    path = TradeUnion.objects.values_list("path", flat=True).get(pk=union_id)
    link, made = MatchLink.objects.get_or_create(
        union_id=union_id, employer_id=employer_id,
        defaults={
            "rule": "person", "evidence": evidence or {}, "confidence": Decimal(1), "is_auto": False,
            "is_live": True, "path": path, "verdict": verdict, "verdict_by": actor.user_id, "verdict_at": at,
        },
    )  # fmt: skip
    if not made:
        MatchLink.objects.filter(pk=link.pk).update(verdict=verdict, verdict_by=actor.user_id, verdict_at=at)
        link.refresh_from_db()
    return link
