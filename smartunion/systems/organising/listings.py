"""The lists of organising: findings of the three lists, comparisons, areas."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import joined_sentences
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import AsOf, Choice, DateRange, Flag, NumberRange, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, BulkAction, Listing
from smartunion.core.reading import any_of
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.queries.lookup import employer_begins
from smartunion.ground.registry.rules import FoundingMode, fold_name
from smartunion.systems.organising.flows import batches
from smartunion.systems.organising.models import (
    AreaAssignment,
    AreaUnion,
    EmployerMark,
    Finding,
    LinkLabel,
    MarkKind,
)
from smartunion.systems.organising.queries.quarter import Load, counted
from smartunion.systems.organising.queries.reasons import sentences
from smartunion.systems.organising.queries.rules_in_words import label_rule_in_words
from smartunion.systems.organising.rules import (
    DutyState,
    FindingKind,
    FindingState,
    RunState,
    WorkList,
)
from smartunion.systems.organising.unit_filter import InArea, Unit
from smartunion.systems.organising.verdict_rules import LabelOrigin, LabelVerdict


def _pick(actor: Actor, ids: list[int | str], at: datetime) -> str:
    """Keep the picked findings and go to the page that asks for the verdict."""
    batch = batches.pick(actor=actor, finding_ids=[int(pk) for pk in ids], at=at)
    return reverse("coverage:batch", args=[batch.pk])


def _address(finding: Finding) -> str:
    return finding.employer.address if finding.employer else ""


def _found_on(finding: Finding) -> date:
    return local_date(finding.found_at)


def _why(finding: Finding) -> str:
    return joined_sentences(*sentences(finding.reasons))


def in_town(paths: list[str]) -> Q:
    """Findings and visits below the first of the paths."""
    return Q(path__gte=paths[0], path__lt=paths[0][:-1] + "0")


def _in_town_of_area(paths: list[str]) -> Q:
    return within(paths[:1], "area__path")


def _find(rows: Any, text: str) -> Any:
    """Findings about employers and unions by code, initials, the beginning of the name, or else a part of it."""
    unions = Finding.objects.filter(in_any_spelling(text, union_begins))
    found = any_of(rows, Finding.objects.filter(employer_begins(text)), unions)
    # Beginnings are index ranges; looking inside every name is left for texts no name begins with.
    if found.exists():
        return found
    return rows.filter(in_any_spelling(text, _holds))


def union_begins(text: str) -> Q:
    """Whether code, name or initials of a union begin so."""
    found = prefixed("union__name_key", fold_name(text))
    if text.isascii():
        found |= Q(union__uscc=text.upper()) | prefixed("union__pinyin", text.lower())
    return found


def _holds(text: str) -> Q:
    key = fold_name(text)
    return Q(employer__name_key__contains=key) | Q(union__name_key__contains=key)


def _marked(values: list[str]) -> Q:
    return Q(
        employer__in=EmployerMark.objects.filter(kind=values[0], employer__isnull=False).values("employer")
    )


def findings_listing(work_list: WorkList) -> Listing:
    """One of the three lists, most promising first."""
    return Listing(
        key=f"organising.{work_list.value}",
        count_limit=CHEAP_COUNT_LIMIT,
        title=work_list.label,
        unit=_("findings"),
        columns=(
            Column(key="subject", label=_("Employer or union"), value="subject_name", priority=1, width=36),
            Column(key="kind", label=_("What"), kind="words", priority=2),
            Column(key="state", label=_("State"), kind="state", priority="side"),
            Column(key="headcount", label=_("People"), kind="number", sort="headcount"),
            Column(key="why", label=_("Why"), value=_why, priority=2, width=60),
            Column(
                key="mode", label=_("How to found"), kind="words", priority=3,
                shown=work_list != WorkList.VERIFY,
            ),
            Column(
                key="address", label=_("Address"), value=_address, priority=3, width=20, shown=work_list == WorkList.VERIFY
            ),
            Column(key="area", label=_("Area"), value="area.name", priority=3),
            Column(key="found_at", label=pgettext_lazy("organising", "Found"), kind="date", value=_found_on,
                sort="found_at", priority=3),
            Column(key="due_on", label=_("Comes back"), kind="date", sort="due_on", priority=3, shown=False),
        ),
        order=("-score",),
        search=Text(key="q", label=_("Name, initials or code"), find=_find),
        filters=(
            Choice(key="state", label=_("State"), options=_open_states(), multiple=True),
            Choice(key="kind", label=_("What"), options=FindingKind.choices, multiple=True),
            Unit(key="town", label=_("Town"), permission="organising.view", where=in_town),
            InArea(key="area", label=_("Area"), field="area_id"),
            NumberRange(key="people", label=_("People"), field="headcount"),
            Choice(key="mode", label=_("How to found"), options=FoundingMode.choices, multiple=True),
            Choice(key="marked", label=_("Named by a department"), options=MarkKind.choices, where=_marked, secondary=True),
            DateRange(key="found", label=pgettext_lazy("organising", "Found"), field="found_at", instant=True, secondary=True),
            DateRange(key="due", label=_("Comes back"), field="due_on", secondary=True),
            Flag(key="no_area", label=_("In no area yet"), where=Q(area=None), secondary=True),
        ),
        row_url=lambda finding: reverse("coverage:finding", args=[finding.pk]),
        bulk=(
            BulkAction(
                key="take_up", label=_("Take up"), kind="organising.bulk", permission="organising.take_up",
                ask=_("The picked findings go to the list to work on."), icon="hand-index",
            ),
            BulkAction(
                key="judge", label=_("One verdict for all"), permission="organising.visit", icon="check2-all",
                go=_pick,
            ),
        ),
        empty_title=_("Nothing on this list"),
        empty_text=_("The next comparison fills it; until then everything here is done."),
        empty_icon="check2-circle",
    )  # fmt: skip


def _duty(row: AreaUnion) -> Any:
    return DutyState(row.state).label  # type: ignore[attr-defined]  # annotated by queries.quarter


def _find_union(rows: Any, text: str) -> Any:
    return rows.filter(
        in_any_spelling(
            text, lambda spelt: Q(union__name__icontains=spelt) | Q(union__pinyin__startswith=spelt.lower())
        )
    )


def organiser_options(actor: Actor) -> list[tuple[str, str]]:
    """Organisers who hold an area in reach, or oneself."""
    held = AreaAssignment.objects.filter(
        actor.within("organising.view", "area__path") | Q(user_id=actor.user_id or -1), valid_to=None
    )
    names = held.order_by("user__name", "user_id").values_list("user_id", "user__name").distinct()
    return [(str(pk), name) for pk, name in names[:500]]


def _open_states() -> list[tuple[str, Any]]:
    return [(state.value, state.label) for state in FindingState]


LISTS = {work_list: findings_listing(work_list) for work_list in WorkList}

RUN_FINDINGS = replace(
    LISTS[WorkList.TASK], key="organising.run_findings", title=_("Findings of a comparison"), bulk=(),
    empty_title=_("No finding of this comparison is open to you"), empty_text="",
)  # fmt: skip


def quarter_listing(loads: list[Load]) -> Listing:
    """Unions owed a visit. loads: the counts of the areas, which know whose each is on the day that is asked about, and how many
    rows most of the filters leave.
    """

    def areas_of(chosen: list[str]) -> Q:
        return Q(area_id__in=[load.area_id for load in loads if str(load.organiser_id) == chosen[0]])

    return Listing(
        key="organising.quarter",
        title=_("Visits of the quarter"),
        unit=_("unions"),
        columns=(
            Column(key="union", label=_("Union"), value="union.name", sort="union__name", priority=1, width=36),
            Column(key="state", label=_("Duty"), kind="state", value="state", label_of=_duty, priority="side"),
            Column(key="area", label=_("Area"), value="area.name", sort="area__name", priority=2),
            Column(key="organiser", label=_("Organiser"), priority=2),
            Column(key="visits", label=_("Visits this quarter"), kind="number", priority=2),
            Column(key="last_on", label=_("Last visit"), kind="date", priority=2),
            Column(key="address", label=_("Address"), value="union.address", priority=3, width=40),
        ),
        order=("area__path", "area__name", "union__name"),
        known=lambda _actor, given: counted(loads, given),
        search=Text(key="q", label=_("Name or initials"), find=_find_union),
        filters=(
            Choice(key="state", label=_("Duty"), options=DutyState.choices, field="standing", multiple=True),
            InArea(key="area", label=_("Area"), field="area_id"),
            Choice(key="organiser", label=_("Organiser"), options=organiser_options, where=areas_of),
            Unit(permission="organising.view", key="town", label=_("Town"), where=_in_town_of_area, secondary=True),
        ),
        row_url=lambda row: reverse("desk:union", args=[row.union_id]),
        empty_title=_("No union is owed a visit"),
        empty_text=_("Unions stand here as soon as they belong to a service area."),
        empty_icon="check2-circle",
    )  # fmt: skip


RUNS = Listing(
    key="organising.runs",
    title=_("Comparisons"),
    unit=_("comparisons"),
    columns=(
        Column(key="finished_at", label=pgettext_lazy("organising", "Finished"),
            value=lambda run: run.finished_at or run.started_at, kind="date",
               priority=1, sort="moment"),
        Column(key="union", label=_("Federation"), value="union.name"),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="new", label=_("New findings"), value=lambda run: run.change.get("new"), kind="number"),
        Column(key="closed", label=_("Closed by themselves"), value=lambda run: run.change.get("closed"), kind="number"),
        Column(key="links", label=_("Links"), value=lambda run: run.counts.get("links"), kind="number"),
    ),
    order=("-moment",),
    filters=(Choice(key="state", label=_("State"), options=RunState.choices),),
    row_url=lambda run: reverse("coverage:run", args=[run.pk]),
    empty_title=_("No comparison yet"),
    empty_text=_("Bring in the departments' extracts first, then compare."),
)  # fmt: skip


def _visited(area: Any) -> str:
    return f"{reverse('coverage:quarter')}?{urlencode({'area': area.pk, 'state': DutyState.DONE.value})}"


def _unions(area: Any) -> str:
    return f"{reverse('coverage:area', args=[area.pk])}#unions"


def _open(work_list: WorkList, area: Any) -> str:
    return f"{reverse('coverage:list', args=[work_list.value])}?area={area.pk}"


AREAS = Listing(
    key="organising.areas",
    title=_("Service areas"),
    unit=_("areas"),
    columns=(
        Column(key="name", label=_("Area"), sort="name", priority=1),
        Column(key="union", label=_("Federation"), value="union.name"),
        Column(key="organiser", label=_("Organiser"), value="organiser_name"),
        Column(
            key="unions",
            label=_("Unions"),
            value="union_count",
            kind="number",
            href=_unions,
            sort="union_count",
        ),
        *(
            Column(
                key=one.value,
                label=one.label,
                value=f"{one.value}_count",
                kind="number",
                href=partial(_open, one),
                sort=f"{one.value}_count",
            )
            for one in WorkList
        ),
        Column(
            key="visited",
            label=_("Visited this quarter"),
            value="visited_count",
            kind="number",
            href=_visited,
        ),
    ),
    order=("path", "name"),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)),
    filters=(Flag(key="nobody", label=_("Nobody looks after it"), where=Q(organiser_name=None)),),
    row_url=lambda area: reverse("coverage:area", args=[area.pk]),
    empty_title=_("No service areas yet"),
    empty_text=_("An area is some villages with their unions and one organiser."),
    empty_href="/desk/coverage/areas/new/",
    empty_action=_("Make the first area"),
)


def _label_rules(actor: Actor) -> list[tuple[str, str]]:
    rules = LinkLabel.objects.visible_to(actor).order_by().values_list("rule", flat=True).distinct()
    return sorted((rule, label_rule_in_words(rule)) for rule in rules)


LABELS = Listing(
    key="organising.labels",
    title=_("Verdicts on links"),
    unit=_("verdicts"),
    columns=(
        Column(key="employer", label=_("Employer"), value="employer.name", priority=1, width=30),
        Column(key="union", label=_("Union"), value=lambda label: label.union.name if label.union else "", priority=2, width=30),
        Column(key="verdict", label=_("Verdict"), kind="state", priority="side"),
        Column(key="at", label=_("When"), kind="date", sort="at", priority=2),
        Column(key="rule", label=_("Rule"), value=lambda label: label_rule_in_words(label.rule), priority=2, width=24),
        Column(key="confidence", label=_("How sure the matcher was"), kind="number",
               value=lambda label: round(100 * float(label.confidence)), priority=3),
        Column(key="origin", label=_("Where"), kind="words", priority=3),
        Column(key="who", label=_("Who"), value="actor_name", priority=3),
        Column(key="reason", label=_("Reason"), value="reason", priority=3, width=24),
    ),
    order=("-at",),
    search=Text(key="q", label=_("Employer or union"), fields=("employer__name", "union__name")),
    filters=(
        Choice(key="rule", label=_("Rule"), options=_label_rules),
        Choice(key="verdict", label=_("Verdict"), options=LabelVerdict.choices),
        Choice(key="origin", label=_("Where"), options=LabelOrigin.choices),
        Choice(key="points", label=_("Points"), options=[
            ("enough", _("Enough points to link unasked")), ("fewer", _("Fewer points, asked first")),
        ], where=lambda chosen: Q(passed=chosen == ["enough"])),
        Flag(key="counts", label=_("Only the last word on each pair"), where=Q(pk__in=LinkLabel.objects.last_words().values("pk"))),
        Flag(key="sampled", label=_("Drawn at random"), where=Q(sampled=True), secondary=True),
        DateRange(key="at", label=_("When"), field="at", instant=True, secondary=True),
        AsOf(key="on", label=_("What counted on")),
    ),
    row_url=lambda label: reverse("coverage:link", args=[label.link_id]) if label.link_id else "",
    empty_title=_("No verdicts yet"),
    empty_text=_("They appear when somebody says on a link's page, or on a visit, whether it is right."),
)  # fmt: skip


def labels_listing(day: date | None) -> Listing:
    """The list of verdicts, of a past day where one is asked for."""
    if day is None:
        return LABELS
    return replace(
        LABELS, stand=gettext("as of %(day)s") % {"day": date_format(day, "DATE_FORMAT")},
        note=gettext("Shown is the last word on each pair at the end of that day: what the precision of the rules counted."),
    )  # fmt: skip
