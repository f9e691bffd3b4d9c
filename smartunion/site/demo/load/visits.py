"""Visits: to firms through the ordinary flows, to unions in bulk, and the way each founding came about."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from smartunion.core import bulk
from smartunion.core.actor import Actor, system
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.facts.ledger import NewFact
from smartunion.ground.registry.models import Employer
from smartunion.site.demo.history import FirmVisit, Founding, History
from smartunion.site.demo.load.ledger import put_facts
from smartunion.site.demo.load.past import morning
from smartunion.site.demo.load.registry import Registry
from smartunion.site.demo.world import World
from smartunion.systems.organising.comparison import proposals
from smartunion.systems.organising.flows.findings import take_up
from smartunion.systems.organising.flows.visits import VisitNote, note_visit
from smartunion.systems.organising.models import AreaAssignment, AreaUnion, Finding, FindingEvent, Visit
from smartunion.systems.organising.rules import FindingKind, FindingState, VisitResult, WorkList

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("8a1d5c1e-6d0b-4d53-9d0f-1f6f0c1d7a11")
_VISIT = (
    "client_id", "union_id", "area_id", "path", "user_id", "result", "note", "noted_at", "received_at", "was_offline",
)  # fmt: skip


class Field:
    """Who holds which area, and which finding each of the world's employers has."""

    def __init__(self, world: World, *, on: date) -> None:
        holders = AreaAssignment.objects.filter(valid_to=None).select_related("user")
        self.holder: dict[int, User] = {row.area_id: row.user for row in holders}
        self.area_of_union: dict[int, int] = dict(
            AreaUnion.objects.filter(valid_to=None).values_list("union_id", "area_id")
        )
        entities = dict(Employer.objects.exclude(entity_id="").values_list("entity_id", "pk"))
        ids = world.employers["entity_id"].to_list()
        self.employer_pk = {
            number: entities[entity] for number, entity in enumerate(ids) if entity in entities
        }
        self._actors: dict[int, Actor] = {}
        self._on = on

    def actor(self, user: User) -> Actor:
        """The organiser as the actor of her visits."""
        if user.pk not in self._actors:
            self._actors[user.pk] = actor_of(user, on=self._on, source="job")
        return self._actors[user.pk]


def first_visits(history: History, field: Field) -> dict[int, date]:
    """Finding → day of the first visit the history will note."""
    days: dict[int, date] = {}
    findings = _open_findings(field, (visit.employer for visit in history.firm_visits))
    for visit in history.firm_visits:
        finding = findings.get(visit.employer)
        if finding is not None:
            days.setdefault(finding.pk, visit.noted_at.date())
    return days


def _open_findings(field: Field, employers: Iterable[int]) -> dict[int, Finding]:
    pks = {field.employer_pk[number]: number for number in employers if number in field.employer_pk}
    found: dict[int, Finding] = {}
    keys = list(pks)
    for start in range(0, len(keys), 500):
        rows = Finding.objects.filter(
            kind=FindingKind.NO_UNION, employer_id__in=keys[start : start + 500], area__isnull=False
        )
        found |= {pks[row.employer_id]: row for row in rows if row.employer_id is not None}
    return found


def note_firm_visits(history: History, field: Field, *, at: datetime) -> int:
    """Note every firm visit before `at` through the flow, as the organiser of the finding's area. Returns how many."""
    findings = _open_findings(field, (visit.employer for visit in history.firm_visits))
    noted = 0
    for number, visit in enumerate(history.firm_visits):
        finding = findings.get(visit.employer)
        user = field.holder.get(finding.area_id or 0) if finding else None
        if finding is None or user is None or visit.noted_at + timedelta(hours=3) > at:
            continue
        _note(visit, finding, field.actor(user), number)
        noted += 1
    return noted


def _note(visit: FirmVisit, finding: Finding, organiser: Actor, number: int) -> None:
    sent = visit.noted_at + (timedelta(hours=3) if visit.was_offline else timedelta())
    note = VisitNote(
        client_id=uuid.uuid5(_SPACE, f"firm:{finding.pk}:{number}"), result=VisitResult(visit.result),
        noted_at=visit.noted_at, finding_id=finding.pk, note=visit.note, contact_name=visit.contact,
        staff_seen=visit.staff_seen or None, was_offline=visit.was_offline,
    )  # fmt: skip
    note_visit(actor=organiser, visit=note, at=sent)
    if visit.follow_up == "taken_up" and visit.follow_up_on is not None:
        decided = datetime.combine(visit.follow_up_on, time(10), _SHANGHAI)
        take_up(actor=system(), finding_id=finding.pk, note="", at=max(decided, sent))


def put_service_visits(history: History, registry: Registry, field: Field, *, at: datetime) -> int:
    """Insert the quarterly visits to unions before `at` with their facts. Returns visits made."""
    rows = [row for row in _service_rows(history, registry, field) if row[7] <= at]
    before = Visit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    bulk.insert(Visit, ("id", *_VISIT), bulk.numbered(rows, before + 1))
    put_facts(
        NewFact("organising.visit", f"visit:{row[0]}", row[7].date(), row[3], "organising.visit", before + 1 + at,
                attrs={"result": VisitResult.SERVICE.value})
        for at, row in enumerate(rows)
    )  # fmt: skip
    put_facts(
        NewFact("organising.union_visited", f"union_visited:{row[0]}", row[7].date(), row[3], "registry.tradeunion",
                row[1])
        for row in rows
    )  # fmt: skip
    return len(rows)


def _service_rows(history: History, registry: Registry, field: Field) -> Iterator[tuple[Any, ...]]:
    for number, visit in enumerate(history.service_visits):
        union = registry.tree.unions[visit.union]
        area = field.area_of_union.get(union.pk)
        user = field.holder.get(area or 0)
        if user is not None:
            key = uuid.uuid5(_SPACE, f"service:{number}")
            yield (key, union.pk, area, union.path, user.pk, VisitResult.SERVICE.value, visit.note, visit.noted_at,
                   visit.noted_at, False)  # fmt: skip


def put_foundings(history: History, registry: Registry, field: Field, month: str) -> int:
    """The findings behind the unions founded in the period, closed by their founding. Returns how many."""
    made = 0
    for founding in history.foundings:
        employer_pk = field.employer_pk.get(founding.employer)
        union = registry.tree.unions.get(founding.union)
        area = field.area_of_union.get(union.pk) if union else None
        user = field.holder.get(area or 0)
        if union is None or employer_pk is None or user is None:
            continue
        employer = Employer.objects.get(pk=employer_pk)
        age = founding.found_on.year - employer.founded_on.year if employer.founded_on else None
        facts = proposals.EmployerFacts(
            pk=employer.pk, path=employer.territory_path or union.path, age_years=age, insured=employer.insured_count,
            declared=None, month=month,
        )  # fmt: skip
        proposal = proposals.no_union(facts, None, large=(employer.insured_count or 0) >= 100, score=0)
        finding, is_new = Finding.objects.get_or_create(
            kind=proposal.kind, subject_key=proposal.subject_key,
            defaults={
                "employer": employer, "union": union, "path": proposal.path, "area_id": area,
                "headcount": proposal.headcount,
                "work_list": WorkList.WORK, "state": FindingState.CLOSED, "reasons": proposal.reasons, "version": 5,
                "found_at": morning(founding.found_on), "closed_at": morning(founding.founded_on),
                "closed_because": "founded",
            },
        )  # fmt: skip
        if is_new:
            _tell_founding(founding, finding, user)
            made += 1
    return made


def _tell_founding(founding: Founding, finding: Finding, user: User) -> None:
    """Events, the visit and the facts of one founding."""
    opened, closed = FindingState.OPEN, FindingState.CLOSED
    steps = [
        ("found", "", opened, founding.found_on), ("visit_real", opened, FindingState.VISITED, founding.visited_on),
        ("taken_up", FindingState.VISITED, FindingState.TAKEN_UP, founding.taken_up_on),
        ("founding", FindingState.TAKEN_UP, FindingState.FOUNDING, founding.applied_on),
        ("founded", FindingState.FOUNDING, closed, founding.founded_on),
    ]  # fmt: skip
    FindingEvent.objects.bulk_create(
        FindingEvent(finding=finding, event=event, from_state=old, to_state=new, at=morning(day) + timedelta(hours=4),
                     actor_name=user.name if event == "visit_real" else "")
        for event, old, new, day in steps
    )  # fmt: skip
    noted = morning(founding.visited_on) + timedelta(hours=4)
    visit = Visit.objects.create(
        client_id=uuid.uuid5(_SPACE, f"founding:{finding.pk}"), finding=finding, employer_id=finding.employer_id,
        area_id=finding.area_id, path=finding.path, user_id=user.pk, result=VisitResult.REAL, noted_at=noted,
        received_at=noted, note="企业经营正常，负责人同意建会，已说明流程。", staff_seen=finding.headcount,
    )  # fmt: skip
    about = ("organising.finding", finding.pk)
    put_facts([
        NewFact("organising.finding_found", f"found:{finding.pk}", founding.found_on, finding.path, *about),
        NewFact("organising.finding_verified", f"verified:{finding.pk}", founding.visited_on, finding.path, *about),
        NewFact("organising.finding_visited", f"visited:{finding.pk}", founding.visited_on, finding.path, *about),
        NewFact("organising.visit", f"visit:{visit.client_id}", founding.visited_on, finding.path, "organising.visit",
                visit.pk, attrs={"result": "real"}),
        NewFact("organising.finding_closed", f"closed:{finding.pk}:5", founding.founded_on, finding.path, *about,
                attrs={"because": "founded"}),
    ], user_id=user.pk)  # fmt: skip
