"""Where values come from: what is held against the register, and how records were first entered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from smartunion.core.audit.models import AuditEvent
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Person,
    ValueOrigin,
)


@dataclass(frozen=True)
class Entered:
    """How a record first came in: "import:7", "user:3", "entered" or what the flow that made it said; and when."""

    source: str
    at: datetime


def held_fields(employer_ids: Iterable[int]) -> dict[int, set[str]]:
    """Employer → fields that people said, which a comparison leaves alone. For jobs."""
    rows = ValueOrigin.objects.filter(employer_id__in=list(employer_ids), is_ours=True)
    held: dict[int, set[str]] = {}
    for employer_id, field in rows.values_list("employer_id", "field"):
        held.setdefault(employer_id or 0, set()).add(field)
    return held


def origins_of(record: Employer | Person) -> dict[str, ValueOrigin]:
    """Field → its origin, for a record the actor sees."""
    return {row.field: row for row in record.origins.order_by("field")}


def employers_entered(employer_ids: Iterable[int]) -> dict[int, Entered]:
    """How employers came in, before any register knew them. Three statements. For jobs."""
    ids = list(employer_ids)
    found = {
        pk: Entered("entered", at)
        for pk, at in Employer.objects.filter(pk__in=ids).values_list("pk", "created_at")
    }
    links = EmployerLink.objects.filter(employer_id__in=ids).exclude(source="").order_by("-pk")
    for employer_id, source in links.exclude(source__startswith="match:").values_list(
        "employer_id", "source"
    ):
        found[employer_id] = Entered(source, found[employer_id].at)
    created = AuditEvent.objects.filter(
        subject_type="registry.employer", subject_id__in=ids, event="registry.employer_created"
    )
    for subject_id, user_id, at, data in created.values_list("subject_id", "user_id", "at", "data"):
        source = data.get("source") or (f"user:{user_id}" if user_id else "entered")
        found[subject_id or 0] = Entered(source, at)
    return found


def people_entered(person_ids: Iterable[int]) -> dict[int, Entered]:
    """How people came in: with their first membership, as a rule. Two statements. For jobs."""
    ids = list(person_ids)
    found = {
        pk: Entered("entered", at)
        for pk, at in Person.objects.filter(pk__in=ids).values_list("pk", "created_at")
    }
    spells = Membership.objects.filter(person_id__in=ids).exclude(source="").order_by("-started_on", "-pk")
    for person_id, source in spells.values_list("person_id", "source"):
        found[person_id] = Entered(source, found[person_id].at)
    return found
