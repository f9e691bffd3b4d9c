"""What organising keeps about a union or employer that ends: printed codes go on working, findings and matches follow."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.ground.registry.consequences import (
    SHOWN,
    Consequence,
    EmployerConsequence,
    Record,
    Succession,
)
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising.models import (
    Finding,
    FoundingInvitation,
    JoiningDrive,
    MatchLink,
    VisitQuestion,
)
from smartunion.systems.organising.rules import FindingState


def _drives(union: TradeUnion) -> "QuerySet[JoiningDrive]":
    return JoiningDrive.objects.filter(union=union, closed_at=None)


def _drive_records(actor: Actor, drives: "QuerySet[JoiningDrive]") -> list[Record]:
    seen = JoiningDrive.objects.visible_to(actor).filter(pk__in=drives.values("pk")).order_by("pk")[:SHOWN]
    return [
        Record(f"{drive.title} · {drive.code}", reverse("joining:drive", args=[drive.pk])) for drive in seen
    ]


def _about(union: TradeUnion) -> "QuerySet[Finding]":
    return Finding.objects.filter(union=union).exclude(state=FindingState.CLOSED)


def _finding_records(actor: Actor, findings: "QuerySet[Finding]") -> list[Record]:
    seen = Finding.objects.visible_to(actor).filter(pk__in=findings.values("pk"))
    return [
        Record(
            f"{finding.subject_name} · {finding.get_kind_display()}",
            reverse("coverage:finding", args=[finding.pk]),
        )
        for finding in seen.select_related("employer", "union").order_by("pk")[:SHOWN]
    ]


def _carry(journal: Journal, succession: Succession) -> int:
    heir, drives = succession.successor, _drives(succession.union)
    journal.update(VisitQuestion.objects.filter(drive__in=drives), union=heir, path=heir.path)
    return journal.update(drives, union=heir, path=heir.path)


DRIVES = Consequence(
    key="drives",
    label=_("Joining codes"),
    effect=_("Printed codes go on working and lead to the successor"),
    count=lambda _actor, union: _drives(union).count(),
    records=lambda actor, union: _drive_records(actor, _drives(union)),
    carry=_carry,
)

FINDINGS = Consequence(
    key="findings",
    label=_("Open findings"),
    effect=_("Stay; the next comparison closes those that no longer hold"),
    count=lambda _actor, union: _about(union).count(),
    records=lambda actor, union: _finding_records(actor, _about(union)),
    carry=None,
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


def _match_records(actor: Actor, employer: Employer) -> list[Record]:
    reach = actor.within("organising.view", "union__path")
    links = MatchLink.objects.filter(reach, employer=employer).select_related("union").order_by("pk")
    return [Record(link.union.name, reverse("coverage:link", args=[link.pk])) for link in links[:SHOWN]]


OF_EMPLOYERS = (
    EmployerConsequence(
        key="drives", label=_("Joining codes"), effect=_("Printed codes go on working and lead to the other employer"),
        count=lambda _actor, employer: _codes(employer).count(),
        records=lambda actor, employer: _drive_records(actor, _codes(employer)),
        when_closing=_("Go on as they are, until somebody closes them"),
        carry=lambda journal, employer, successor: journal.update(_codes(employer), employer=successor),
    ),
    EmployerConsequence(
        key="findings", label=_("Open findings"), effect=_("Are about the other employer from that day"),
        count=lambda _actor, employer: _findings(employer).count(), carry=_carry_findings,
        records=lambda actor, employer: _finding_records(actor, _findings(employer)),
        when_closing=_("Stay; the next comparison closes those that no longer hold"),
    ),
    EmployerConsequence(
        key="matches", label=_("Links of comparisons"), effect=_("Name the other employer, where it has none of its own"),
        count=lambda _actor, employer: MatchLink.objects.filter(employer=employer).count(), carry=_carry_matches,
        records=_match_records,
    ),
)  # fmt: skip
