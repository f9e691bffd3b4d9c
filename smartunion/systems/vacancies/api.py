"""Open vacancies over the API: what everybody may read, without whom to call."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, Query, Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry.models import Region
from smartunion.systems.vacancies import queries
from smartunion.systems.vacancies.models import Vacancy
from smartunion.systems.vacancies.queries import Sought

router = Router(tags=["jobs"])
PAGE = 50


class JobOut(Schema):
    """An open vacancy. pay in yuan per pay_unit (month, day, hour, piece); issue: its number, union: who published it."""

    id: int
    title: str
    trade: str
    employer: str
    employer_uscc: str
    text: str
    requirements: str
    headcount: int
    pay_from_yuan: Decimal
    pay_to_yuan: Decimal
    pay_unit: str
    region: str
    region_name: str
    place: str
    valid_until: date
    issue: int
    union: str


class JobsOut(Schema):
    """Newest first. next: give it back as `before` for older ones; null at the end."""

    jobs: list[JobOut]
    next: int | None


class JobsIn(Schema):
    """What is sought. region: division code, everything in it; pay_yuan: a month, at least; before: as answered."""

    words: str = Field("", max_length=60)
    trade: str = Field("", max_length=10)
    region: str = Field("", max_length=12)
    pay_yuan: Decimal | None = Field(None, gt=0, le=1_000_000)
    before: RowId | None = None


@router.get("/", response=JobsOut, summary="Open vacancies")
def jobs(request: ActorRequest, asked: Query[JobsIn]) -> dict[str, Any]:
    """Posted vacancies that are still open, at most 50 a call. An unknown region code finds nothing."""
    region = Region.objects.filter(code=asked.region).first() if asked.region else None
    if asked.region and region is None:
        return {"jobs": [], "next": None}
    sought = Sought(asked.words, asked.trade, region, asked.pay_yuan)
    rows = queries.open_vacancies(sought, clock.today()).select_related("employer", "region", "issue__union")
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return {
        "jobs": [_out(row) for row in found[:PAGE]],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
    }


def _out(row: Vacancy) -> dict[str, Any]:
    same = (
        "title", "trade", "text", "requirements", "headcount", "pay_from_yuan", "pay_to_yuan", "pay_unit", "place",
        "valid_until",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "id": row.pk, "employer": row.employer.name, "employer_uscc": row.employer.uscc, "region": row.region.code,
        "region_name": row.region.full_name, "issue": row.issue.number if row.issue else 0,
        "union": row.issue.union.name if row.issue else "",
    }  # fmt: skip
