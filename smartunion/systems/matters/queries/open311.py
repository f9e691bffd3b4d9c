"""What Open311 tells: hazards, and one's own requests by their reference. Nobody's name, nobody's words."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import FINAL, CaseState
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.models import Hazard
from smartunion.systems.matters.open311 import Record, instant
from smartunion.systems.matters.rules.hazards import WAITING, HazardKind, HazardState
from smartunion.systems.matters.services.common import CATEGORIES

#: Requests of one answer, and the longest period of one question: as the specification asks.
MOST, DAYS = 1000, 90
HAZARD, MATTER = "hazard", "matter"


class Asked(NamedTuple):
    """What requests are asked for."""

    ids: tuple[str, ...]
    codes: tuple[str, ...]
    states: tuple[str, ...]
    since: datetime
    until: datetime


def services() -> list[Record]:
    """Kinds of hazards and subjects of matters."""
    rows: list[Record] = [
        _service(f"{HAZARD}.{kind}", str(HazardKind(kind).label), "安全隐患") for kind in HazardKind.values
    ]
    rows += [_service(f"{MATTER}.{option.value}", str(option.label), "工情") for option in CATEGORIES]
    return rows


def _service(code: str, name: str, group: str) -> Record:
    return {
        "service_code": code, "service_name": name, "description": "", "metadata": False, "type": "realtime",
        "keywords": "", "group": group,
    }  # fmt: skip


def requests(asked: Asked) -> list[Record]:
    """Hazards of a period, newest first; of matters only those asked for by reference: a list would betray who asked."""
    rows = Hazard.objects.select_related("union", "region")
    if asked.ids:
        found = [_hazard(row) for row in rows.filter(reference__in=asked.ids)]
        cases = CaseFile.objects.filter(reference__in=asked.ids, service_key=MATTER).exclude(
            state=CaseState.DRAFT
        )
        names = dict(
            TradeUnion.objects.filter(path__in={case.path for case in cases}).values_list("path", "name")
        )
        return [*found, *(_case(case, names.get(case.path, "")) for case in cases)]
    wanted = rows.filter(reported_at__gte=asked.since, reported_at__lte=asked.until)
    kinds = [code.partition(".")[2] for code in asked.codes if code.startswith(f"{HAZARD}.")]
    if asked.codes:
        wanted = wanted.filter(kind__in=kinds)
    if asked.states:
        by_state = Q(pk__in=[])
        by_state |= Q(state__in=WAITING) if "open" in asked.states else Q(pk__in=[])
        by_state |= ~Q(state__in=WAITING) if "closed" in asked.states else Q(pk__in=[])
        wanted = wanted.filter(by_state)
    return [_hazard(row) for row in wanted.order_by("-reported_at", "-pk")[:MOST]]


def _hazard(row: Hazard) -> Record:
    is_open = row.state in WAITING
    # words of whoever told of it are passed on only once the intake has looked at them
    looked = row.state not in (HazardState.REPORTED, HazardState.REFUSED)
    return {
        "service_request_id": row.reference, "status": "open" if is_open else "closed",
        "status_notes": str(HazardState(row.state).label), "service_name": str(row.get_kind_display()),
        "service_code": f"{HAZARD}.{row.kind}", "description": row.about if looked else "",
        "agency_responsible": row.union.name, "service_notice": "", "requested_datetime": instant(row.reported_at),
        "updated_datetime": instant(row.updated_at), "expected_datetime": instant(row.due_at),
        "address": row.region.full_name if row.region else "", "address_id": row.region.code if row.region else "",
        "zipcode": "", "lat": row.lat, "long": row.lon, "media_url": "",
    }  # fmt: skip


def _case(case: CaseFile, union: str) -> Record:
    category = str(case.digest.get("category", ""))
    code = next((option.value for option in CATEGORIES if str(option.label) == category), "other")
    return {
        "service_request_id": case.reference, "status": "closed" if case.state in FINAL else "open",
        "status_notes": str(CaseState(case.state).label), "service_name": category, "service_code": f"{MATTER}.{code}",
        "description": "", "agency_responsible": union, "service_notice": "",
        "requested_datetime": instant(case.submitted_at), "updated_datetime": instant(case.updated_at),
        "expected_datetime": instant(case.due_at), "address": "", "address_id": "", "zipcode": "", "lat": None,
        "long": None, "media_url": "",
    }  # fmt: skip


def period(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The period asked about: at most ninety days, the last ones when nothing is said."""
    end = until or (since + timedelta(days=DAYS) if since else now)
    begin = since or end - timedelta(days=DAYS)
    return max(begin, end - timedelta(days=DAYS)), end
