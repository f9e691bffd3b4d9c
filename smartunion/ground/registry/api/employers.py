"""Employers over the API."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from ninja import Field, Query, Router

from smartunion.core.actor import Actor
from smartunion.core.keys import prefixed
from smartunion.core.reading import get_visible
from smartunion.core.spellings import in_any_spelling
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import EmployerOut, EmployerPage
from smartunion.ground.registry.models import Employer, EmployerLink
from smartunion.ground.registry.naming import brand_key

router = Router(tags=["registry"])


class EmployerFilter(Paging):
    """Which employers. uscc: one code; q: the beginning of the name behind its place; covered: has a union or not."""

    uscc: str = Field("", max_length=24)
    q: str = Field("", max_length=60)
    state: rules.EmployerState | None = None
    covered: bool | None = None


def _rows(actor: Actor) -> "QuerySet[Any, Any]":
    running = EmployerLink.objects.filter(valid_to=None).select_related("union")
    return Employer.objects.visible_to(actor).prefetch_related(
        Prefetch("union_links", queryset=running, to_attr="open_links")
    )


@router.get("/", response=EmployerPage, summary="Employers")
def employers(request: ActorRequest, given: Query[EmployerFilter]) -> dict[str, Any]:
    """Employers in your territory or covered by unions in your reach, by name."""
    rows = _rows(request.actor)
    if given.uscc:
        found = queries.employer_by_uscc(given.uscc)
        rows = rows.filter(pk=found.pk if found else 0)
    if given.q:
        rows = rows.filter(in_any_spelling(given.q, lambda text: prefixed("brand_key", brand_key(text))))
    if given.state is not None:
        rows = rows.filter(state=given.state)
    if given.covered is not None:
        covering = Exists(EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None))
        rows = rows.filter(covering if given.covered else ~covering)
    return page(rows, ("name_key",), given, "api.employers")


@router.get("/{int:employer_id}", response=EmployerOut, summary="One employer")
def employer(request: ActorRequest, employer_id: int) -> Any:
    """An employer with the unions that cover it now."""
    return get_visible(_rows(request.actor), employer_id)
