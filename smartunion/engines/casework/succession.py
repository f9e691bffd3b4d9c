"""Open cases of a union that ends: its successor goes on with them, and their history says so."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.rules import RUNNING, Act, CaseState
from smartunion.ground.registry.consequences import (
    SHOWN,
    Consequence,
    EmployerConsequence,
    Record,
    Succession,
)
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Employer, TradeUnion


def _open(union: TradeUnion) -> "QuerySet[CaseFile, CaseFile]":
    waiting = [CaseState.DRAFT, *RUNNING]
    return CaseFile.objects.filter(Q(union=union) | Q(path=union.path), state__in=waiting)


def _open_to(actor: Actor, cases: "QuerySet[CaseFile, CaseFile]") -> "QuerySet[CaseFile, CaseFile]":
    """Those she may open at her desk; of drafts not even their number is told, though they follow too."""
    return CaseFile.objects.at_desk(actor).filter(pk__in=cases.values("pk")).order_by("pk")


def _closed_to(actor: Actor, cases: "QuerySet[CaseFile, CaseFile]") -> int:
    """How many she may not open, of whatever kind: what they are about is not told."""
    sent = cases.exclude(state=CaseState.DRAFT)
    return sent.exclude(pk__in=CaseFile.objects.at_desk(actor).values("pk")).count()


def _records(actor: Actor, cases: "QuerySet[CaseFile, CaseFile]") -> list[Record]:
    return [
        Record(f"{case.title} · {case.reference}", reverse("casework:desk_case", args=[case.pk]))
        for case in _open_to(actor, cases)[:SHOWN]
    ]


def _carry(journal: Journal, succession: Succession) -> int:
    heir, old = succession.successor, succession.union
    cases = list(_open(old).order_by("pk"))
    for case in cases:
        values = {
            "path": heir.path if case.path == old.path else case.path,
            "union": heir if case.union_id == old.pk else case.union,
            "version": case.version + 1,
        }
        journal.update(CaseFile.objects.filter(pk=case.pk), **values)
    note = _("%(old)s ended on %(day)s; %(heir)s goes on with this matter.") % {
        "old": old.name, "day": succession.on.isoformat(), "heir": heir.name,
    }  # fmt: skip
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case, act=Act.FORWARD, step=case.step, to_step=case.step, from_state=case.state, to_state=case.state,
            at=succession.at, note=note[:1000],
        )
        for case in cases if case.state != CaseState.DRAFT
    )  # fmt: skip
    return len(cases)


def returned(case: CaseFile, what: str, at: datetime) -> None:
    """A merger or split was taken back: whoever had the matter before goes on with it, and its history says so."""
    holder = TradeUnion.objects.filter(path=case.path).first()
    if case.state == CaseState.DRAFT or holder is None:
        return
    note = _("%(what)s was taken back; %(union)s goes on with this matter.") % {
        "what": what,
        "union": holder.name,
    }
    CaseEvent.objects.create(
        case=case,
        act=Act.FORWARD,
        step=case.step,
        to_step=case.step,
        from_state=case.state,
        to_state=case.state,
        at=at,
        note=note[:1000],
    )


CASES = Consequence(
    key="cases",
    label=gettext_lazy("Open cases"),
    effect=gettext_lazy("Its successor goes on with them; their history says so"),
    count=lambda actor, union: _open_to(actor, _open(union)).count(),
    records=lambda actor, union: _records(actor, _open(union)),
    carry=_carry,
)


SEALED = Consequence(
    key="cases_sealed",
    label=gettext_lazy("Open cases for other eyes"),
    effect=gettext_lazy("Follow as the others do; opened by nobody but those who handle them"),
    count=lambda actor, union: _closed_to(actor, _open(union)),
    records=lambda actor, union: [],
    carry=None,
)


def _about(employer: Employer) -> "QuerySet[CaseFile, CaseFile]":
    return CaseFile.objects.filter(employer=employer, state__in=[CaseState.DRAFT, *RUNNING])


CASES_OF_EMPLOYER = EmployerConsequence(
    key="cases",
    label=gettext_lazy("Open cases"),
    effect=gettext_lazy("Are about the other employer from that day"),
    count=lambda actor, employer: _open_to(actor, _about(employer)).count(),
    records=lambda actor, employer: _records(actor, _about(employer)),
    when_closing=gettext_lazy("Go on as they are"),
    carry=lambda journal, employer, successor: journal.update(_about(employer), employer=successor),
)
