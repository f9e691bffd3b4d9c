"""What the desk's pages on findings, links, areas and comparisons read."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    AreaUnion,
    Finding,
    FindingEvent,
    MatchLink,
    Visit,
)
from smartunion.systems.organising.queries.quarter import Duty, owed
from smartunion.systems.organising.queries.rules_in_words import rule_in_words, said_in_words
from smartunion.systems.organising.rules import DutyState, FindingState, WorkList


def open_findings(actor: Actor, work_list: WorkList) -> QuerySet[Finding]:
    """The findings of one list the actor sees, with everything its columns show; one query."""
    rows = Finding.objects.visible_to(actor).filter(work_list=work_list).exclude(state=FindingState.CLOSED)
    return rows.select_related("employer", "union", "area")


def list_counts(actor: Actor) -> dict[WorkList, int]:
    """Open findings of each list; one query."""
    rows = Finding.objects.visible_to(actor).exclude(state=FindingState.CLOSED).order_by()
    counts = dict(rows.values_list("work_list").annotate(n=Count("pk")))
    return {work_list: counts.get(work_list.value, 0) for work_list in WorkList}


def areas(actor: Actor, duty: Duty) -> QuerySet[Area]:
    """Areas the actor sees, each with organiser, unions, open findings (of each list too), unions visited this quarter."""

    def counted(rows: QuerySet[Any]) -> Coalesce:
        number = (
            rows.filter(area=OuterRef("pk")).order_by().values("area").annotate(n=Count("pk")).values("n")
        )
        return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))

    today = clock.today()
    now = AreaAssignment.objects.looking_after(today).filter(area=OuterRef("pk"))
    own = Q(pk__in=actor.area_ids)
    return (
        Area.objects.filter(actor.within("organising.view") | own, closed_on=None)
        .select_related("union")
        .annotate(
            organiser_name=Subquery(now.values("user__name")[:1]),
            union_count=counted(AreaUnion.objects.filter(valid_to=None, union__state=UnionState.ACTIVE)),
            open_count=counted(Finding.objects.exclude(state=FindingState.CLOSED)),
            **{
                f"{one.value}_count": counted(
                    Finding.objects.filter(work_list=one).exclude(state=FindingState.CLOSED)
                )
                for one in WorkList
            },
            visited_count=counted(owed(actor, duty).filter(state=DutyState.DONE)),
        )
    )


def history(finding: Finding) -> list[FindingEvent]:
    """What happened to a finding, newest first."""
    return list(finding.events.order_by("-at", "-pk")[:200])


def visits_of(finding: Finding) -> list[Visit]:
    """Visits noted on a finding, newest first."""
    return list(
        finding.visits.select_related("related_union", "related_employer")
        .prefetch_related("answers__question")
        .order_by("-noted_at", "-pk")[:100]
    )


@dataclass(frozen=True)
class Compared:
    """One line of a link's explanation: what was compared and what it said."""

    what: Promise | str
    given: str
    registered: str
    said: str
    tone: str = ""

    @property
    def given_parts(self) -> list[tuple[str, bool]]:
        """The value in pieces, each with whether it differs from the other side."""
        return parts(self.given, self.registered)

    @property
    def registered_parts(self) -> list[tuple[str, bool]]:
        """The register's value in pieces, each with whether it differs."""
        return parts(self.registered, self.given)


def parts(text: str, other: str) -> list[tuple[str, bool]]:
    """text cut into pieces that other has too and pieces it has not; nothing differs where other is empty."""
    if not text or not other or text == other:
        return [(text, False)] if text else []
    blocks = SequenceMatcher(None, text, other, autojunk=False).get_matching_blocks()
    found, end = [], 0
    for block in blocks:
        if block.a > end:
            found.append((text[end : block.a], True))
        if block.size:
            found.append((text[block.a : block.a + block.size], False))
        end = block.a + block.size
    return found


@dataclass(frozen=True)
class Explanation:
    """Why a union and an employer belong together, or may: the rule, what was compared, how sure, what people said."""

    link: MatchLink
    rule: str
    compared: list[Compared]
    pct: int


def explain(link: MatchLink) -> Explanation:
    """The page that explains one link. link: with union and employer loaded."""
    said = link.evidence
    lines = []
    if "name_given" in said:
        lines.append(
            Compared(
                _("Employer's name"),
                said["name_given"],
                said.get("name_registered", ""),
                said_in_words(said.get("name", "")),
                tone_of(said.get("name", "")),
            )
        )
    if said.get("code_given") or said.get("code_registered"):
        lines.append(
            Compared(
                _("Code"),
                said.get("code_given", ""),
                said.get("code_registered", ""),
                said_in_words(said.get("code", "")),
                tone_of(said.get("code", "")),
            )
        )
    if "district" in said:
        lines.append(
            Compared(_("District"), "", "", said_in_words(said["district"]), tone_of(said["district"]))
        )
    if said.get("people"):
        lines.append(Compared(_("Members found insured there"), str(said["people"]), "", ""))
    return Explanation(link, rule_in_words(link.rule), lines, round(float(link.confidence) * 100))


def tone_of(word: str) -> str:
    """Tone of a comparison's result: agrees, agrees after mending, speaks against, or says nothing."""
    if word in {"same", "exact", "normal", "organisation", "old_number"}:
        return "done"
    if word in {"other", "differs"}:
        return "bad"
    return "off" if word in {"absent", "unknown", "unlisted", ""} else "waiting"


def links_to_judge(actor: Actor) -> QuerySet[MatchLink]:
    """Links the actor may look at."""
    return MatchLink.objects.filter(actor.within("organising.view")).select_related("union", "employer")
