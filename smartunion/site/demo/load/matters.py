"""Matters from the field, filed and handled through the casework flows as their people would."""

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.engines.casework import definitions
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import Contact
from smartunion.ground.registry.models import EmployerLink
from smartunion.site.demo.history import History, Matter
from smartunion.site.demo.load.registry import Registry
from smartunion.site.demo.load.visits import Field

SERVICE = "matter"
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("5b1f8a52-0c1d-4c7e-9f0b-2f3d6a4e9c21")


def file_matters(history: History, registry: Registry, field: Field, office: Actor) -> int:
    """File every matter as its organiser and let the office handle it as far as it got. Returns matters filed.

    office: somebody who may dispatch and handle in every town. Nothing is filed while the service is not shipped.
    """
    if SERVICE not in definitions.SHIPPED:
        return 0
    casework.ship(actor=system("demo", source="cli"), at=datetime.combine(history.since, time(8), _SHANGHAI))
    filed = 0
    for matter in history.matters:
        union = registry.tree.unions[matter.union]
        user = field.holder.get(field.area_of_union.get(union.pk, 0))
        if user is not None:
            _file(matter, registry, field.actor(user), office)
            filed += 1
    return filed


def _file(matter: Matter, registry: Registry, reporter: Actor, office: Actor) -> None:
    union = registry.tree.unions[matter.union]
    link = EmployerLink.objects.filter(union=union, valid_to=None).select_related("employer").first()
    employer = link.employer if link else None
    region = registry.regions[matter.town]
    answers: dict[str, object] = {
        "category": matter.category, "about": matter.text, "people": matter.people, "urgent": matter.is_urgent,
        "place": {"region": region.code, "name": region.full_name, "detail": union.address},
        "contact": {"name": reporter.name, "mobile": ""},
    }  # fmt: skip
    if employer is not None:
        answers["employer"] = {"id": employer.pk, "name": employer.name}
    filing = casework.Filing(
        service_key=SERVICE, answers=answers, client_id=uuid.uuid5(_SPACE, str(matter.number)), employer=employer,
        union=union, contact=Contact(reporter.name), subject=f"工情：{matter.text[:24]}",
    )  # fmt: skip
    case, _ = casework.file_case(filing=filing, actor=reporter, at=matter.reported_at)
    level = "easy" if matter.people < 10 else "middle"
    values: list[tuple[date | None, dict[str, object]]] = [
        (matter.taken_on, {"level": level, "order": "请三日内到现场了解情况，按规定办理。"}),
        (matter.handled_on, {"result": matter.answer}),
        (matter.handled_on, {"reached": "content", "said": ""}),
    ]
    at = matter.reported_at
    for day, given in values:
        if day is None:
            return
        at = max(at + timedelta(hours=1), datetime.combine(day, time(15), _SHANGHAI))
        case.refresh_from_db()
        on = casework.ActOn(case_id=case.pk, version=case.version, actor=office, at=at)
        casework.approve(on=on, values=given)
