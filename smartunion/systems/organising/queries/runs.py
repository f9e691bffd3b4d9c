"""What a comparison's page shows: where it came from, what it changed, and the comparison before it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, within
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import Snapshot
from smartunion.systems.organising.models import Finding, FindingEvent, MatchRun
from smartunion.systems.organising.queries.rules_in_words import rule_in_words
from smartunion.systems.organising.rules import FindingKind, RunState, WorkList
from smartunion.systems.organising.verdict_rules import Because

#: List of the matcher → the list on the desk that shows it, with a filter.
_SHOWN = {
    "links_to_verify": (WorkList.VERIFY, FindingKind.UNCERTAIN_LINK),
    "no_union_25": (WorkList.TASK, FindingKind.NO_UNION), "no_union_100": (WorkList.TASK, FindingKind.NO_UNION),
    "moved_members": (WorkList.WORK, FindingKind.MOVED_MEMBERS), "not_members": (WorkList.WORK, FindingKind.NOT_MEMBERS),
    "closed_unions": (WorkList.VERIFY, FindingKind.CLOSED_UNION), "disagreements": (WorkList.VERIFY, FindingKind.DISAGREEMENT),
}  # fmt: skip

#: Events of findings that a comparison writes.
FOUND, REOPENED, CLOSED = "found", "found_again", "matched"


@dataclass(frozen=True)
class ListLine:
    """One list: rows now and in the run before, and where it is shown."""

    name: str
    rows: int
    before: int | None
    more: int | None
    url: str


@dataclass(frozen=True)
class WriteLine:
    """What was written of one kind of record."""

    words: str
    created: int
    changed: int
    kept: int
    gone: int


@dataclass(frozen=True)
class RunPage:
    """Everything beside the run's own columns. closed: (kind, in words, number) of findings it closed by itself."""

    before: MatchRun | None
    lists: list[ListLine]
    writes: list[WriteLine]
    inputs: list[Snapshot]
    registry: list[tuple[str, int]]
    standings: list[dict[str, Any]]
    closed: list[tuple[str, str, int]]


def run_page(run: MatchRun) -> RunPage:
    """The page of one run; a fixed number of queries."""
    before = None
    if run.started_at is not None:
        earlier = MatchRun.objects.filter(
            union_id=run.union_id, state=RunState.DONE, started_at__lt=run.started_at
        )
        before = earlier.order_by("-started_at").first()
    tables = {table: key for table, key in run.inputs.items() if table in {"market", "social", "tax"}}
    lineage = feeds.lineage_of(tables.values())
    words = {"unions": _("Unions"), "union_units": _("Employers of joint unions"), "members": _("Member records"),
             "verdicts": _("Verdicts of people")}  # fmt: skip
    return RunPage(
        before=before, lists=_lists(run, before), writes=_writes(run),
        inputs=[lineage[key] for key in tables.values() if key in lineage],
        registry=[(words[table], run.inputs[table]) for table in words if table in run.inputs],
        standings=[_standing(one) for one in run.standings], closed=_closed(run),
    )  # fmt: skip


def _lists(run: MatchRun, before: MatchRun | None) -> list[ListLine]:
    lines = []
    for name, rows in run.counts.items():
        if not isinstance(rows, int):
            continue
        then = before.counts.get(name) if before else None
        url = ""
        if name in _SHOWN:
            work_list, kind = _SHOWN[name]
            url = f"{reverse('coverage:list', args=[work_list.value])}?kind={kind.value}"
        lines.append(ListLine(name, rows, then, None if then is None else rows - then, url))
    return lines


def _writes(run: MatchRun) -> list[WriteLine]:
    if not run.counts:
        return []
    register, links = run.counts.get("register", {}), run.counts.get("stored_links", {})
    change = run.change
    kept = change.get("kept", 0) + change.get("standing", 0) - change.get("changed", 0)
    return [
        WriteLine(_("Employers"), register.get("created", 0), register.get("changed", 0), register.get("same", 0), 0),
        WriteLine(_("Links"), links.get("new", 0), links.get("changed", 0), links.get("kept", 0), links.get("withdrawn", 0)),
        WriteLine(_("Findings"), change.get("new", 0), change.get("changed", 0), max(kept, 0), change.get("closed", 0)),
    ]  # fmt: skip


def _standing(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"words": rule_in_words(one["rule"]), "why": str(Because(one["because"]).label)}


def events_of(run: MatchRun, event: str) -> QuerySet[FindingEvent]:
    """What a finished run did to findings: the events of one kind in its place while it ran."""
    if run.started_at is None or run.finished_at is None:
        return FindingEvent.objects.none()
    inside = within([run.path], "finding__path")
    return FindingEvent.objects.filter(inside, event=event, at__gte=run.started_at, at__lte=run.finished_at)


def findings_of(actor: Actor, run: MatchRun, event: str) -> QuerySet[Finding]:
    """The findings behind one of a run's numbers, as they are now, with everything a list of them shows."""
    rows = Finding.objects.visible_to(actor).filter(pk__in=events_of(run, event).values("finding"))
    return rows.select_related("employer", "union", "area")


def _closed(run: MatchRun) -> list[tuple[str, str, int]]:
    """Findings this run closed, by kind: (kind, in words, number)."""
    rows = events_of(run, CLOSED).order_by().values_list("finding__kind").annotate(n=Count("pk"))
    return [(kind, str(FindingKind(kind).label), number) for kind, number in rows]
