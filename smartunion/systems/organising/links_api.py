"""Comparisons and the links they found, over the API: started, looked at, judged, taken back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.systems.organising.api_common import Page, acting, page_of
from smartunion.systems.organising.flows import runs, verdicts
from smartunion.systems.organising.models import MatchLink, MatchRun
from smartunion.systems.organising.queries import pages
from smartunion.systems.organising.queries.rules_in_words import rule_in_words
from smartunion.systems.organising.rules import LinkVerdict, RunState

router = Router(tags=["organising"])
VIEW = "organising.view"


class MatchLinkOut(Schema):
    """A union covers an employer, says the matcher or a person; confidence 0 to 1; verdict: "" while nobody judged."""

    id: int
    union_id: int
    union: str
    employer_id: int
    employer: str
    rule: str
    confidence: float
    is_live: bool
    verdict: LinkVerdict
    verdict_at: datetime | None


class MatchLinkJudgeIn(Schema):
    """Whether a link is right. seen: the verdict that stood when it was looked at; another one since is not replaced unseen."""

    is_right: bool
    note: str = Field("", max_length=500)
    seen: LinkVerdict | None = None


class MatchLinkWithdrawIn(Schema):
    """seen: as in judging."""

    seen: LinkVerdict | None = None


class ComparisonOut(Schema):
    """A comparison; counts: rows of each list; change: findings new, kept, closed and opened again."""

    id: int
    union_id: int
    union: str
    state: RunState
    started_at: datetime | None
    finished_at: datetime | None
    counts: dict[str, int]
    change: dict[str, int]
    job_id: int | None


class ComparisonsOut(Page):
    """A page of comparisons."""

    items: list[ComparisonOut]


class ComparisonIn(Schema):
    """Whose registry is compared; afresh: look at everything, not at what changed alone."""

    union_id: RowId
    afresh: bool = False


def _link(row: MatchLink) -> dict[str, Any]:
    return {
        "id": row.pk, "union_id": row.union_id, "union": row.union.name, "employer_id": row.employer_id,
        "employer": row.employer.name, "rule": rule_in_words(row.rule), "confidence": float(row.confidence),
        "is_live": row.is_live, "verdict": row.verdict, "verdict_at": row.verdict_at,
    }  # fmt: skip


def _stands(request: HttpRequest, link_id: int) -> dict[str, Any]:
    return _link(get_visible(pages.links_to_judge(acting(request, VIEW)), link_id))


@router.get("/links/{int:link_id}", response=MatchLinkOut, summary="One link")
def link(request: HttpRequest, link_id: int) -> dict[str, Any]:
    """Why a union and an employer belong together, and what people said."""
    return _stands(request, link_id)


@router.post("/links/{int:link_id}/judge", response=MatchLinkOut, summary="Say whether a link is right")
def judge(request: HttpRequest, link_id: int, body: MatchLinkJudgeIn) -> dict[str, Any]:
    """Closes the question it raised; the next comparison keeps to it. The same again changes nothing; 409 when somebody
    judged it meanwhile.
    """
    verdicts.judge_link(
        actor=acting(request, VIEW), link_id=link_id, is_right=body.is_right, note=body.note, seen=body.seen,
        at=clock.now(),
    )  # fmt: skip
    return _stands(request, link_id)


@router.post(
    "/links/{int:link_id}/withdraw", response=MatchLinkOut, summary="Take the verdict on a link back"
)
def withdraw(request: HttpRequest, link_id: int, body: MatchLinkWithdrawIn) -> dict[str, Any]:
    """The matcher decides again; 409 when somebody judged it meanwhile."""
    verdicts.withdraw_verdict(actor=acting(request, VIEW), link_id=link_id, seen=body.seen, at=clock.now())
    return _stands(request, link_id)


def _run(row: MatchRun) -> dict[str, Any]:
    return {
        "id": row.pk, "union_id": row.union_id, "union": row.union.name, "state": row.state, "job_id": row.job_id,
        "started_at": row.started_at, "finished_at": row.finished_at, "counts": row.counts, "change": row.change,
    }  # fmt: skip


@router.get("/comparisons", response=ComparisonsOut, summary="Comparisons")
def comparisons(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """Of the federations in reach, oldest first."""
    rows = (
        MatchRun.objects.visible_to(acting(request, VIEW)).select_related("union").defer("steps", "standings")
    )
    found, more = page_of(rows, cursor, limit)
    return {"items": [_run(row) for row in found], "next": more}


@router.get("/comparisons/{int:run_id}", response=ComparisonOut, summary="One comparison")
def comparison(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """How far it is, and what it found."""
    return _run(
        get_visible(MatchRun.objects.visible_to(acting(request, VIEW)).select_related("union"), run_id)
    )


@router.post("/comparisons", response=ComparisonOut, summary="Start a comparison")
def start(request: HttpRequest, body: ComparisonIn) -> dict[str, Any]:
    """In the background, with the latest extracts; one at a time for a federation."""
    actor = acting(request, "organising.match")
    return _run(runs.start_run(actor=actor, union_id=body.union_id, at=clock.now(), afresh=body.afresh))
