"""Which matters are alike, and what a demand is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.likeness import nearest, shared_runs, signature_of
from smartunion.systems.matters.models import CaseTerms, Demand, DemandCase

#: Services whose cases are gathered into demands: the question that holds the words.
WORDS: Mapping[str, str] = {
    "matter": "about",
    "request": "about",
    "group_note": "about",
    "safety_idea": "idea",
}
#: Matters looked at, the newest first.
LOOKED_AT = 1000


@dataclass(frozen=True)
class Similar:
    """A matter like the asked one. score: 0–1; shared: words in both; demand: the one it belongs to already."""

    case: CaseFile
    text: str
    score: float
    shared: tuple[str, ...]
    demand: Demand | None = None


def words_of(case: CaseFile) -> str:
    """What the reporter wrote."""
    return str(CaseData.load(case.data).form.get(WORDS.get(case.service_key, ""), "") or "")


def people_of(case: CaseFile) -> int:
    """How many people the reporter speaks for, at least one."""
    given = CaseData.load(case.data).form.get("people")
    return given if isinstance(given, int) and given > 0 else 1


def neighbours(actor: Actor, case: CaseFile, at: datetime) -> "QuerySet[CaseTerms]":
    """What is kept of matters of the same service and kind that the actor sees, of the policy's last months, newest first."""
    days = int(policies.value("matters.alike_days", path=case.path, on=local_date(at)))
    rows = CaseTerms.objects.filter(
        within([_area(actor, case.path)], "case__path"), service_key=case.service_key,
        submitted_at__gte=at - timedelta(days=days),
    )  # fmt: skip
    category = case.digest.get("category")
    if category:
        rows = rows.filter(category=category[:80])
    kept = rows.exclude(case=case.pk).exclude(case__state__in=[CaseState.DRAFT, CaseState.WITHDRAWN])
    return kept.order_by("-submitted_at", "-pk")


def similar_to(actor: Actor, case: CaseFile, at: datetime, *, most: int = 50) -> list[Similar]:
    """The matters most like this one that the actor sees, most alike first; at most `most`.

    Only those shown are opened: the others are compared by what is kept of their words.
    """
    text = words_of(case)
    if not text:
        return []
    kept = neighbours(actor, case, at).only("case_id", "terms")[:LOOKED_AT]
    signed = {row.case_id: row.terms for row in kept}
    scores = dict(nearest(signature_of(text), signed)[:most])
    rows = CaseFile.objects.filter(pk__in=scores).select_related("demand_link__demand")
    found = [_similar(row, text, scores[row.pk]) for row in rows]
    return sorted(found, key=lambda one: (-one.score, one.case.pk))


def _similar(case: CaseFile, asked: str, score: float) -> Similar:
    link, text = getattr(case, "demand_link", None), words_of(case)
    return Similar(case, text, score, shared_runs(asked, text), link.demand if link else None)


def _area(actor: Actor, path: str) -> str:
    """The widest union above the case in which the actor may look at cases."""
    reach = [root for root in actor.paths("cases.view") if path.startswith(root)]
    return min(reach, key=len) if reach else path


def common_union(paths: Iterable[str]) -> TradeUnion | None:
    """The nearest union that stands above all of these, itself among them when there is one alone."""
    lines = [ancestors(path) for path in paths]
    if not lines:
        return None
    shared = [step for step in lines[-1] if all(step in line for line in lines)]
    return TradeUnion.objects.filter(path=shared[-1]).first() if shared else None


def demand_of(case_id: int) -> Demand | None:
    """The demand a matter belongs to."""
    return Demand.objects.filter(links__case_id=case_id).first()


def demand_rows(actor: Actor) -> "QuerySet[Demand]":
    """Demands in reach with the union that meets them."""
    return Demand.objects.visible_to(actor).select_related("union")


def links_of(actor: Actor, demand: Demand) -> "QuerySet[DemandCase]":
    """A demand's matters which the actor sees, newest first."""
    rows = DemandCase.objects.filter(demand=demand, case__in=CaseFile.objects.at_desk(actor).values("pk"))
    return rows.select_related("case").order_by("-case__submitted_at", "-pk")


def more_like(actor: Actor, demand: Demand, at: datetime) -> list[Similar]:
    """Matters like those of a demand that belong to none yet; the newest of its matters is asked about."""
    newest = links_of(actor, demand).first()
    if newest is None:
        return []
    return [one for one in similar_to(actor, newest.case, at) if one.demand is None]


def spread(links: Sequence[DemandCase]) -> list[tuple[str, int]]:
    """Where the matters come from: name of the union that had them first, how many; most first."""
    counted: dict[str, int] = {}
    for link in links:
        counted[link.case.origin_path] = counted.get(link.case.origin_path, 0) + 1
    names: dict[str, str] = dict(TradeUnion.objects.filter(path__in=counted).values_list("path", "name"))
    rows: list[tuple[str, int]] = [(names.get(path, ""), count) for path, count in counted.items()]
    return sorted((row for row in rows if row[0]), key=lambda row: (-row[1], row[0]))


def digest(demand: Demand, fewest: int) -> dict[str, Any]:
    """A demand as it may be handed on: no person, no firm; small numbers as "fewer than". fewest: least shown."""
    told = demand.people if demand.people >= fewest else None
    return {
        "title": demand.title, "text": demand.text, "category": demand.category, "union": demand.union.name,
        "state": demand.state, "matters": demand.matters if demand.matters >= fewest else None, "people": told,
        "fewest": fewest, "plan": demand.plan, "answer": demand.answer, "created_at": demand.created_at,
        "closed_at": demand.closed_at,
    }  # fmt: skip
