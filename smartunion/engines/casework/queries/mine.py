"""One's own cases for lists: where each is, who holds it, since when, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.queries.versions import definitions_of
from smartunion.engines.casework.rules import FINAL, STILL, CaseState
from smartunion.engines.casework.telling import last_day
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion


@dataclass(frozen=True)
class Standing:
    """One case in a list. holder: whoever has it, empty when it is the applicant or nobody; since: the day it came there."""

    case: CaseFile
    definition: Definition
    step: str
    holder: str
    since: date
    due_on: date | None
    is_late: bool

    @property
    def waits_for_me(self) -> bool:
        """Whether the applicant has to do something."""
        return self.case.state == CaseState.SUPPLEMENT


def standings(cases: Sequence[CaseFile], at: datetime) -> list[Standing]:
    """These cases in their order; four queries however many there are."""
    definitions = definitions_of(cases)
    names = dict(
        TradeUnion.objects.filter(path__in={case.path for case in cases} - {""}).values_list("path", "name")
    )
    officers = dict(
        User.objects.filter(pk__in={case.assignee_id for case in cases}).values_list("pk", "name")
    )
    moved = CaseEvent.objects.filter(case__in=[case.pk for case in cases]).exclude(act__in=STILL)
    since = dict(moved.values_list("case").annotate(at=Max("at")).order_by())
    return [
        Standing(
            case, definitions[case.service_version_id],
            _step_title(definitions[case.service_version_id], case.step),
            _holder(case, names, officers), local_date(since.get(case.pk, case.updated_at)),
            last_day(case.due_at) if case.due_at else None, case.due_at is not None and case.due_at <= at,
        )
        for case in cases
    ]  # fmt: skip


def _step_title(definition: Definition, step: str) -> str:
    """What the step is called; empty without one, or where the definition cannot be read any more."""
    return str(definition.step(step).title) if definition.step_number(step) else ""


def my_standings(actor: Actor, at: datetime, *, most: int = 200) -> list[Standing]:
    """The actor's own cases, newest first; parts of a "one thing" case stand with their whole."""
    rows = _of(actor).filter(whole=None).defer("data").order_by("-id")
    return standings(list(rows[:most]), at)


def my_open(actor: Actor, at: datetime, *, most: int = 4) -> tuple[list[Standing], int]:
    """Cases that are not over: those that wait for the actor first, then those with an office; and how many there are."""
    rows = _of(actor).filter(whole=None).exclude(state__in=FINAL).defer("data").order_by("-id")
    waiting = _of(actor).filter(state=CaseState.SUPPLEMENT).defer("data").order_by("due_at", "id")
    first = list(waiting[:most])
    rest = list(rows.exclude(state=CaseState.SUPPLEMENT)[:most])
    return standings([*first, *rest][:most], at), rows.count()


def _of(actor: Actor) -> "QuerySet[CaseFile]":
    """Her cases, without drafts an officer has begun for her and not sent: those are the officer's until she confirms."""
    return CaseFile.objects.of_applicant(actor).exclude(
        ~Q(user_id=actor.user_id or -1), state=CaseState.DRAFT
    )


def _holder(case: CaseFile, names: dict[str, str], officers: dict[int, str]) -> str:
    if case.state not in {CaseState.OPEN, CaseState.HELD}:
        return ""
    union, officer = names.get(case.path, ""), officers.get(case.assignee_id or 0, "")
    return f"{union} · {officer}" if officer else union
