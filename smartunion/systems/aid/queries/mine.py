"""A worker's own page."""

from dataclasses import dataclass

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.engines.casework.service import definition_of
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.flows.archive import latest_year
from smartunion.systems.aid.models import AidGiven, FileLook, FileReview, HardshipFile
from smartunion.systems.aid.queries.years import Year


@dataclass(frozen=True)
class Mine:
    """My newest file: the year as assessed, the reviews, who decides now (step, union), who looked, what I received."""

    file: HardshipFile | None
    year: Year | None
    reviews: list[FileReview]
    step: str
    holder: str
    looks: list[FileLook]
    given: list[AidGiven]


def mine(actor: Actor) -> Mine:
    """What the actor's own page shows. Bounded: at most fifty looks and aids."""
    file = HardshipFile.objects.of(actor.person_id).select_related("union", "case__service_version").first()
    given = list(AidGiven.objects.of(actor.person_id)[:50])
    if file is None:
        return Mine(None, None, [], "", "", [], given)
    step, holder = _holder(file.case)
    return Mine(
        file, latest_year(file), list(file.reviews.order_by("pk")), step, holder,
        list(file.looks.order_by("-pk")[:50]), given,
    )  # fmt: skip


def _holder(case: CaseFile | None) -> tuple[str, str]:
    if case is None or case.state not in RUNNING:
        return "", ""
    union = TradeUnion.objects.filter(path=case.path).values_list("name", flat=True).first() or ""
    return str(definition_of(case.service_version).step(case.step).title), union
