"""What people say about links: kept as labels, respected by the next comparison."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.models import Finding, LinkLabel, MatchLink
from smartunion.systems.organising.rules import CLOSED_BY_VERDICT, FindingKind, FindingState, LinkVerdict
from smartunion.systems.organising.verdict_rules import LabelOrigin, LabelVerdict


@transaction.atomic
def judge_link(
    *, actor: Actor, link_id: int, is_right: bool, note: str = "", seen: str | None = None, at: datetime
) -> MatchLink:
    """Say whether a proposed link is right; closes the question it raised.

    A right link counts as coverage and a wrong one is never proposed again, from the next comparison on. Judging again
    replaces the verdict (that is the undo); every judgement stays as a label and in the audit. Saying the same again
    changes nothing. seen: the verdict that stood on the page she judged from, None where she saw none; somebody else's
    verdict given meanwhile is not replaced unseen. Raises NotVisible, NotAllowed, StaleState.
    """
    visible = MatchLink.objects.filter(actor.within("organising.view"))
    link = get_visible(visible, link_id)
    actor.check_can("organising.take_up", path=link.path)
    if link.verdict == (LinkVerdict.YES if is_right else LinkVerdict.NO):
        return link
    _check_seen(link, seen)
    origin = LabelOrigin.SPOT_CHECK if link.sampled_in_id else LabelOrigin.LINK
    kept = keep(
        union_id=link.union_id, employer_id=link.employer_id, is_right=is_right, actor=actor, at=at, origin=origin,
        reason=note,
    )  # fmt: skip
    audit.record(actor, "organising.link_judged", kept, at=at, data={"verdict": kept.verdict}, reason=note)
    asked = Finding.objects.filter(link=kept).exclude(
        kind=FindingKind.TWO_COVERS
    )  # both may be right: asks more
    for finding in asked.exclude(state=FindingState.CLOSED):
        closed = finding_flows.move(
            finding, to_state=FindingState.CLOSED, event="judged", actor=actor, at=at, note=note, closed_at=at,
            closed_because=CLOSED_BY_VERDICT,
        )  # fmt: skip
        finding_flows.record_closed(closed, actor=actor, at=at)
    return kept


@transaction.atomic
def withdraw_verdict(*, actor: Actor, link_id: int, seen: str | None = None, at: datetime) -> MatchLink:
    """Take a verdict back: the matcher decides again. seen: as for `judge_link`. Raises NotVisible, NotAllowed, StaleState."""
    link = get_visible(MatchLink.objects.filter(actor.within("organising.view")), link_id)
    actor.check_can("organising.take_up", path=link.path)
    if not link.verdict:
        return link
    _check_seen(link, seen)
    MatchLink.objects.filter(pk=link.pk).update(verdict=LinkVerdict.NONE, verdict_by=None, verdict_at=None)
    _label(link, LabelVerdict.WITHDRAWN, LabelOrigin.LINK, "", actor, at)
    audit.record(actor, "organising.verdict_withdrawn", link, at=at, data={"was": link.verdict})
    link.refresh_from_db()
    return link


def _check_seen(link: MatchLink, seen: str | None) -> None:
    """Raise StaleState with who judged, when and how, where the verdict is not the one that was seen; take the link."""
    same = MatchLink.objects.filter(pk=link.pk, verdict=link.verdict)
    if (seen is None or seen == link.verdict) and same.update(verdict=link.verdict) == 1:
        return
    link.refresh_from_db()
    last = link.labels.order_by("-pk").first()
    words = _(
        "%(who)s said about this link on %(day)s: “%(verdict)s”. You had not seen that yet, so it stays."
    )
    values = {
        "who": last.actor_name if last else _("Somebody"), "verdict": last.get_verdict_display() if last else "",
        "day": localtime(last.at).strftime("%Y-%m-%d %H:%M") if last else "",
    }  # fmt: skip
    raise StaleState(
        words % values, remedy=_("Look at the link again; if you still see it otherwise, judge it anew.")
    )


def give_back(
    *,
    link_id: int,
    given: LinkVerdict,
    was: str | None,
    actor: Actor,
    at: datetime,
    origin: LabelOrigin = LabelOrigin.LINK,
) -> None:
    """A verdict given on the way of another decision is taken back: the link's verdict is as it was, and a label says so.

    given: that verdict; one that somebody replaced since stays. was: the verdict before, None for a link that was made
    by that verdict and is no longer live. Inside a transaction.
    """
    link = MatchLink.objects.filter(pk=link_id, verdict=given).first()
    if link is None or was == given:
        return
    said = _LABELS.get(LinkVerdict(was or ""), LabelVerdict.WITHDRAWN)
    before = link.labels.filter(verdict=said).order_by("-pk").first() if was else None
    MatchLink.objects.filter(pk=link.pk).update(
        is_live=link.is_live and was is not None, verdict=was or LinkVerdict.NONE,
        verdict_by=before.user_id if before else None, verdict_at=before.at if before else None,
    )  # fmt: skip
    _label(link, said, origin, "", actor, at)


_LABELS = {LinkVerdict.YES: LabelVerdict.RIGHT, LinkVerdict.NO: LabelVerdict.WRONG}


def keep(
    *,
    union_id: int,
    employer_id: int,
    is_right: bool,
    actor: Actor,
    at: datetime,
    evidence: dict[str, Any] | None = None,
    origin: LabelOrigin = LabelOrigin.LINK,
    reason: str = "",
) -> MatchLink:
    """Store a verdict on a pair, proposed by the matcher or stated by a person, and the label that teaches the matcher.

    Called inside a transaction.
    """
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
    said = LabelVerdict.RIGHT if is_right else LabelVerdict.WRONG
    _label(link, said, origin, reason, actor, at)
    return link


def keep_duplicate(
    *, finding: Finding, other_employer_id: int, reason: str, actor: Actor, at: datetime
) -> LinkLabel:
    """A visitor saw that an employer is another one of the register; kept as a label on the two."""
    return LinkLabel.objects.create(
        employer_id=finding.employer_id or 0, other_employer_id=other_employer_id, verdict=LabelVerdict.RIGHT,
        origin=LabelOrigin.VISIT, rule="duplicate", evidence={"finding": finding.pk}, confidence=Decimal(1),
        was_auto=False, passed=False, reason=reason[:500], user_id=actor.user_id, actor_name=actor.name[:80], at=at,
        path=finding.path,
    )  # fmt: skip


@transaction.atomic
def settle_disagreement(
    *, actor: Actor, finding_id: int, table: str, note: str = "", at: datetime
) -> Finding:
    """Say which department's value is right where two disagree; kept as a label, and the finding is closed.

    table: key of the department's table as the finding names it, or "none" when neither is right. Raises NotVisible,
    NotAllowed, InvalidInput (no disagreement, no such department in it, somebody settled it), StaleState.
    """
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    if finding.state == FindingState.CLOSED:
        raise finding_flows.moved_on(finding)
    said = next((one for one in finding.reasons if one.get("code") == "disagreement"), None)
    known = {value["table"] for value in said["values"]} if said else set()
    if said is None or finding.kind != FindingKind.DISAGREEMENT or table not in known | {"none"}:
        raise InvalidInput(
            _("This finding asks nothing that this answer fits."),
            remedy=_("Reload the page and choose again."),
        )
    LinkLabel.objects.create(
        employer_id=finding.employer_id or 0, verdict=LabelVerdict.WRONG if table == "none" else LabelVerdict.RIGHT,
        origin=LabelOrigin.DISAGREEMENT, rule=f"disagreement:{said['rule']}"[:40],
        evidence={"values": said["values"], "right": table}, confidence=Decimal(1), was_auto=False, passed=False,
        reason=note[:500], user_id=actor.user_id, actor_name=actor.name[:80], at=at, path=finding.path,
    )  # fmt: skip
    closed = finding_flows.move(
        finding, to_state=FindingState.CLOSED, event="settled", actor=actor, at=at, note=note, closed_at=at,
        closed_because=CLOSED_BY_VERDICT,
    )  # fmt: skip
    finding_flows.record_closed(closed, actor=actor, at=at)
    return closed


def _label(
    link: MatchLink, verdict: LabelVerdict, origin: LabelOrigin, reason: str, actor: Actor, at: datetime
) -> None:
    LinkLabel.objects.create(
        link=link, union_id=link.union_id, employer_id=link.employer_id, verdict=verdict, origin=origin, rule=link.rule,
        evidence=link.evidence, confidence=link.confidence, was_auto=link.is_auto, passed=link.passed,
        sampled=link.sampled_in_id is not None, reason=reason[:500], user_id=actor.user_id,
        actor_name=actor.name[:80], at=at, path=link.path,
    )  # fmt: skip
