"""Which union covers an employer that people entered under a joint one and that has one of its own: decided, taken back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.flows import employers
from smartunion.ground.registry.models import EmployerLink
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows import verdicts
from smartunion.systems.organising.models import Finding, FindingEvent, MatchLink
from smartunion.systems.organising.rules import (
    CLOSED_BY_VERDICT,
    CoverSide,
    FindingKind,
    FindingState,
    LinkVerdict,
)
from smartunion.systems.organising.verdict_rules import LabelOrigin


@transaction.atomic
def settle_covers(*, actor: Actor, finding_id: int, holds: str, note: str = "", at: datetime) -> Finding:
    """Say which of the two unions covers the employer: the other coverage ends today, and the finding is closed.

    holds: a CoverSide. The answer is a label on the employer and its own union, so that later comparisons keep to it.
    Memberships stay; the next comparison lists who is a member of a union that does not cover her employer.
    Raises NotVisible, NotAllowed, InvalidInput (not such a finding, no such answer, closed), StaleState (one has ended).
    """
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    if finding.state == FindingState.CLOSED:
        raise finding_flows.moved_on(finding)
    sides = {one["code"]: one for one in finding.reasons if one["code"].startswith("cover_")}
    if finding.kind != FindingKind.TWO_COVERS or holds not in CoverSide.values:
        raise InvalidInput(
            _("This finding asks nothing that this answer fits."),
            remedy=_("Reload the page and choose again."),
        )
    running = EmployerLink.objects.filter(pk__in=[one["coverage"] for one in sides.values()], valid_to=None)
    if running.count() != len(sides):
        raise StaleState(
            _("One of the two coverages has ended meanwhile, so there is nothing to decide any more."),
            remedy=_("Close this finding, or leave it: the next comparison closes it by itself."),
        )
    own, other = sides["cover_own"], sides["cover_joint" if holds == CoverSide.OWN else "cover_own"]
    day = local_date(at)
    employers.unlink(actor=actor, link_id=other["coverage"], on=day, reason=note, at=at)
    judged = _judge(own["union_id"], finding, holds == CoverSide.OWN, note, actor, at)
    closed = finding_flows.move(
        finding, to_state=FindingState.CLOSED, event=f"covers_{holds}", actor=actor, at=at, note=note, closed_at=at,
        closed_because=CLOSED_BY_VERDICT,
        data=judged | {"coverage": other["coverage"], "ended_on": day.isoformat(), "state": finding.state,
                       "version": finding.version + 1},
    )  # fmt: skip
    finding_flows.record_closed(closed, actor=actor, at=at)
    return closed


def _judge(
    union_id: int, finding: Finding, is_right: bool, note: str, actor: Actor, at: datetime
) -> dict[str, Any]:
    """Keep the label on the employer and its own union; what is needed to take it back. The same again adds none."""
    employer_id = finding.employer_id or 0
    before = MatchLink.objects.filter(union_id=union_id, employer_id=employer_id).first()
    given = LinkVerdict.YES if is_right else LinkVerdict.NO
    if before is not None and before.verdict == given:
        return {"link": None}
    kept = verdicts.keep(
        union_id=union_id, employer_id=employer_id, is_right=is_right, actor=actor, at=at,
        origin=LabelOrigin.TWO_COVERS, reason=note,
    )  # fmt: skip
    audit.record(actor, "organising.link_judged", kept, at=at, data={"verdict": kept.verdict}, reason=note)
    return {"link": kept.pk, "given": given.value, "link_was": before.verdict if before else None}


def decision_on(finding: Finding) -> FindingEvent | None:
    """The decision between the two coverages that still stands, to be taken back; None without one."""
    if finding.kind != FindingKind.TWO_COVERS or finding.state != FindingState.CLOSED:
        return None
    last = (
        finding.events.filter(event__in=[f"covers_{side}" for side in CoverSide.values])
        .order_by("-pk")
        .first()
    )
    return last if last is not None and last.data["version"] == finding.version else None


@transaction.atomic
def unsettle_covers(*, actor: Actor, finding_id: int, note: str = "", at: datetime) -> Finding:
    """Take the decision back: coverage, verdict and finding are as they were before it.

    Raises NotVisible, NotAllowed; InvalidInput without such a decision; StaleState when the coverage was changed since.
    """
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    decided = decision_on(finding)
    if decided is None:
        raise InvalidInput(
            _("No decision between two unions stands here that could be taken back."),
            remedy=_("Reload the page to see what is possible now."),
        )
    was: dict[str, Any] = decided.data
    ended_on = date.fromisoformat(was["ended_on"])
    employers.resume(actor=actor, link_id=was["coverage"], ended_on=ended_on, at=at)
    if was["link"]:
        verdicts.give_back(
            link_id=was["link"], given=LinkVerdict(was["given"]), was=was["link_was"], actor=actor, at=at,
            origin=LabelOrigin.TWO_COVERS,
        )  # fmt: skip
    opened = finding_flows.move(
        finding, to_state=FindingState(was["state"]), event="covers_undone", actor=actor, at=at, note=note,
        closed_at=None, closed_because="",
    )  # fmt: skip
    fact = Fact.objects.filter(key=f"closed:{finding.pk}:{was['version']}").first()
    if fact is not None:
        ledger.reverse(fact, actor=actor, at=at, reason="decision undone")
    return opened
