"""What organising keeps about a union or employer that ends: printed codes go on working, findings and matches follow."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartunion.ground.registry.consequences import Consequence, EmployerConsequence, Succession
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising.models import Finding, FoundingInvitation, JoiningDrive, MatchLink
from smartunion.systems.organising.rules import FindingState


def _count(union: TradeUnion) -> int:
    return JoiningDrive.objects.filter(union=union, closed_at=None).count()


def _carry(journal: Journal, succession: Succession) -> int:
    heir = succession.successor
    codes = JoiningDrive.objects.filter(union=succession.union, closed_at=None)
    return journal.update(codes, union=heir, path=heir.path)


DRIVES = Consequence(
    key="drives",
    label=_("Joining codes"),
    effect=_("Printed codes go on working and lead to the successor"),
    count=_count,
    carry=_carry,
)


def _codes(employer: Employer) -> "QuerySet[JoiningDrive]":
    return JoiningDrive.objects.filter(employer=employer, closed_at=None)


def _findings(employer: Employer) -> "QuerySet[Finding]":
    return Finding.objects.filter(employer=employer).exclude(state=FindingState.CLOSED)


def _carry_findings(journal: Journal, employer: Employer, successor: Employer) -> int:
    invited = FoundingInvitation.objects.filter(employer=employer)
    return journal.update(_findings(employer), employer=successor) + journal.update(
        invited, employer=successor
    )


def _carry_matches(journal: Journal, employer: Employer, successor: Employer) -> int:
    """Links of comparisons to unions that the successor is not linked with itself."""
    there = MatchLink.objects.filter(employer=successor).values("union_id")
    return journal.update(
        MatchLink.objects.filter(employer=employer).exclude(union_id__in=there), employer=successor
    )


OF_EMPLOYERS = (
    EmployerConsequence(
        key="drives", label=_("Joining codes"), effect=_("Printed codes go on working and lead to the other employer"),
        count=lambda employer: _codes(employer).count(),
        carry=lambda journal, employer, successor: journal.update(_codes(employer), employer=successor),
    ),
    EmployerConsequence(
        key="findings", label=_("Open findings"), effect=_("Are about the other employer from that day"),
        count=lambda employer: _findings(employer).count(), carry=_carry_findings,
    ),
    EmployerConsequence(
        key="matches", label=_("Links of comparisons"), effect=_("Name the other employer, where it has none of its own"),
        count=lambda employer: MatchLink.objects.filter(employer=employer).count(), carry=_carry_matches,
    ),
)  # fmt: skip
