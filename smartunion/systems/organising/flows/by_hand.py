"""Firms that people put on the list to do themselves: small ones, which no comparison proposes (S010, S013)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.facts.ledger import NewFact
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.organising.flows.areas import area_for
from smartunion.systems.organising.models import Finding, FindingEvent
from smartunion.systems.organising.queries.ledger import seen_by
from smartunion.systems.organising.rules import FindingKind, FindingState, WorkList, priority


@transaction.atomic
def put_on_list(*, actor: Actor, employer_id: int, at: datetime) -> Finding:
    """Put a firm without a union on the list to do, whatever its size; no comparison takes it off while it has none.

    One that was closed is opened again. Raises NotVisible, NotAllowed; InvalidInput when a union covers it, it is out of
    business, it is on a list already, or nobody looks after its place; StaleState.
    """
    firm = get_visible(Employer.objects.filter(seen_by(actor)), employer_id)
    path = firm.territory_path
    area_id = area_for(path=path, region_id=firm.region_id)
    if not actor.can("organising.take_up", path=path) and area_id not in actor.area_ids:
        raise NotAllowed
    _check(firm)
    found = Finding.objects.filter(kind=FindingKind.NO_UNION, subject_key=f"employer:{firm.pk}").first()
    if found is not None and found.state != FindingState.CLOSED:
        raise InvalidInput(_("%(name)s is on the lists already.") % {"name": firm.name})
    finding = _again(found, actor, at) if found is not None else _new(firm, area_id, actor, at)
    FindingEvent.objects.create(
        finding=finding, event="listed", from_state=found.state if found else "", to_state=FindingState.OPEN, at=at,
        user_id=actor.user_id, actor_name=actor.name,
    )  # fmt: skip
    audit.record(actor, "organising.finding_listed", finding, at=at, data={"employer": firm.pk})
    return finding


def _check(firm: Employer) -> None:
    union = firm.union_links.filter(valid_to=None).select_related("union").first()
    if union is not None:
        words = _("%(name)s is covered by %(union)s already: its people can join there at once.")
        raise InvalidInput(words % {"name": firm.name, "union": union.union.name})
    if firm.state == EmployerState.CLOSED:
        raise InvalidInput(_("%(name)s is registered as closed.") % {"name": firm.name})
    if not firm.territory_path:
        raise InvalidInput(
            _("No federation looks after the place of %(name)s.") % {"name": firm.name},
            remedy=_("Enter its village on its record first."),
        )


def _new(firm: Employer, area_id: int | None, actor: Actor, at: datetime) -> Finding:
    people = firm.insured_count if firm.insured_count is not None else firm.staff_count
    age = at.year - firm.founded_on.year if firm.founded_on else None
    reasons = [{"code": "founded_years", "years": age}] if age is not None else []
    reasons += [{"code": "people", "people": people}] if people is not None else []
    try:
        with transaction.atomic():
            finding = Finding.objects.create(
                kind=FindingKind.NO_UNION, subject_key=f"employer:{firm.pk}", employer=firm, path=firm.territory_path,
                area_id=area_id, work_list=WorkList.TASK, state=FindingState.OPEN, score=priority(people, age, 1.0),
                headcount=people, reasons=[*reasons, {"code": "listed", "who": actor.name}], by_hand=True, found_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise StaleState from None
    fact = NewFact(
        kind="organising.finding_found", key=f"found:{finding.pk}", happened_on=local_date(at), path=finding.path,
        subject_type="organising.finding", subject_id=finding.pk, attrs={"kind": finding.kind},
    )  # fmt: skip
    ledger.record_many([fact], actor=actor, at=at)
    return finding


def _again(finding: Finding, actor: Actor, at: datetime) -> Finding:
    same = Finding.objects.filter(pk=finding.pk, version=finding.version, state=FindingState.CLOSED)
    kept = [one for one in finding.reasons if one.get("code") != "listed"]
    moved = same.update(
        state=FindingState.OPEN, work_list=WorkList.TASK, by_hand=True, closed_at=None, closed_because="", due_on=None,
        case_id=None, reasons=[*kept, {"code": "listed", "who": actor.name}], version=F("version") + 1,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    return Finding.objects.get(pk=finding.pk)
