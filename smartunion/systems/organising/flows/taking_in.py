"""The local federation's safety net: a firm too small and too lonely to found is taken in by a union of its place."""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import ADMITTING, JOINT_KINDS, LinkKind, MembershipState, UnionState
from smartunion.systems.organising.flows import findings
from smartunion.systems.organising.flows.founding import with_all_rights
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.rules import CLOSED_BY_FOUNDING, FindingKind, FindingState

#: As many unions as a page offers.
_OFFERED = 30


def unions_for(finding: Finding) -> QuerySet[TradeUnion]:
    """Standing joint unions under the finding's federation, those of the firm's own village or town first."""
    if finding.employer is None or finding.kind != FindingKind.NO_UNION:
        return TradeUnion.objects.none()
    region = finding.employer.region
    near = Q(region__path__in=ancestors(region.path)) if region is not None else Q(pk__in=[])
    joint = TradeUnion.objects.filter(
        path__startswith=finding.path, kind__in=JOINT_KINDS & ADMITTING, state=UnionState.ACTIVE
    )
    return joint.annotate(
        far=Case(When(near, then=Value(0)), default=Value(1), output_field=IntegerField())
    ).order_by("far", "name_key", "pk")[:_OFFERED]


@transaction.atomic
def take_in(*, actor: Actor, finding_id: int, union_id: int, note: str = "", at: datetime) -> Finding:
    """Let a joint union of the place cover the firm from today; people of it who wait become its members, and the finding is
    closed.

    Raises NotVisible, NotAllowed; InvalidInput naming union, or when the finding has moved on; what `employers.link` raises.
    Source: S010, the local federation for the rest; domain rules 5.4, 5.5.
    """
    finding = get_visible(Finding.objects.visible_to(actor).select_related("employer__region"), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    employer = finding.employer
    if employer is None or finding.state in {FindingState.CLOSED, FindingState.FOUNDING}:
        raise findings.moved_on(finding)
    union = next((one for one in unions_for(finding) if one.pk == union_id), None)
    if union is None:
        raise InvalidInput(
            _("Please choose one of the joint unions of this place."), field="union",
            remedy=_("Where there is none, found one jointly; it can take in others afterwards."),
        )  # fmt: skip
    on, rights = local_date(at), with_all_rights(actor)
    registry.employers.link(
        actor=rights, union_id=union.pk, employer_id=employer.pk, kind=LinkKind.JOINT, on=on, at=at,
        source=f"finding:{finding.pk}",
    )  # fmt: skip
    waiting = Membership.objects.filter(employer=employer, state=MembershipState.PREPARATORY, ended_on=None)
    for spell in waiting.order_by("pk"):
        registry.memberships.activate(
            actor=rights, membership_id=spell.pk, on=max(on, spell.started_on), at=at, union_id=union.pk
        )
    closed = findings.move(
        finding, to_state=FindingState.CLOSED, event="taken_in", actor=actor, at=at,
        note="；".join(part for part in (union.name, note) if part), closed_because=CLOSED_BY_FOUNDING, closed_at=at,
    )  # fmt: skip
    findings.record_closed(closed, actor=actor, at=at)
    return closed
