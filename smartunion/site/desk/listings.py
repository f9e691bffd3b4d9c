"""The desk's lists of the registry."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, BulkAction, Listing
from smartunion.core.reading import any_of
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.flows import member_batches
from smartunion.ground.registry.models import (
    ENDED,
    EmployerLink,
    Membership,
    PlatformWork,
    TradeUnion,
)
from smartunion.ground.registry.queries.members import find_members, of_grades
from smartunion.ground.registry.rules.counts import Counts
from smartunion.ground.registry.wording import head_in_words
from smartunion.site.desk.dated import AS_OF, standing_tone
from smartunion.site.desk.reading import Wanted, read

Rows = QuerySet[Any]


def find_unions(rows: Rows, text: str) -> Rows:
    """Unions by a part of the name, by number, own code or initials."""
    wanted = read(text)
    found = _holds(text) | Q(number=wanted.value) | Q(uscc=wanted.value)
    return rows.filter(found | prefixed("pinyin", wanted.value) if wanted.wanted == Wanted.PINYIN else found)


def find_employers(rows: Rows, text: str) -> Rows:
    """Employers by a part of the name, by code or initials."""
    wanted = read(text)
    if wanted.wanted == Wanted.CODE:
        employer = queries.employer_by_uscc(wanted.value)
        return rows.filter(pk=employer.pk if employer else 0)
    if wanted.wanted == Wanted.PINYIN:
        return rows.filter(prefixed("pinyin", wanted.value))
    beginning = rows.filter(queries.employer_begins(text, at=""))
    # The beginning is one index range; looking inside a million names is left for texts no name begins with.
    return beginning if beginning.exists() else rows.filter(_holds(text))


def find_links(rows: Rows, text: str) -> Rows:
    """Coverage of employers by code, by the beginning of the name, or else by a part of it."""
    beginning = any_of(rows, EmployerLink.objects.filter(queries.employer_begins(text.strip())))
    if beginning.exists():
        return beginning
    # Found apart from the list's order: walked by name, a million employers would be joined to find none.
    return any_of(rows, EmployerLink.objects.filter(_holds(text, at="employer__")))


def _holds(text: str, at: str = "") -> Q:
    return in_any_spelling(text, lambda spelt: Q(**{f"{at}name_key__contains": rules.fold_name(spelt)}))


def _counts_in_reach(actor: Actor) -> list[Counts]:
    roots = actor.paths("members.view")
    nodes = (
        TradeUnion.objects.filter(path__in=roots)
        if "" not in roots
        else TradeUnion.objects.filter(parent=None)
    )
    return list(queries.counts(nodes).values())


def _people(counted: Iterable[Counts], given: Mapping[str, Any]) -> int | None:
    """How many members in the states given, in every running one without: tallies know no other filter."""
    if set(given) - {"state"}:
        return None
    sums = Counter[str]()
    for one in counted:
        sums.update(active=one.active, preparatory=one.preparatory, retained=one.retained)
    return sum(sums[state] for state in given.get("state", sums))


def _members_known(actor: Actor, given: Mapping[str, Any]) -> int | None:
    return _people(_counts_in_reach(actor), given)


def _covering(employer: Any) -> str:
    return "、".join(link.union.name for link in employer.open_links)


def _platforms(_actor: Actor) -> Sequence[tuple[str, str]]:
    return [(str(pk), name) for pk, name in queries.platforms().values_list("pk", "name")]


def _works_for(chosen: list[str]) -> Q:
    """Everybody who works for the platform now, one row a member however many platforms she has."""
    works = PlatformWork.objects.running().filter(platform_id__in=map(int, chosen))
    return Q(person__in=works.values("person_id"))


def _has_platforms(chosen: list[str]) -> Q:
    """Everybody who works for platforms now, or for several at once."""
    if chosen[0] == "any":
        # From the works to their people: SQLite would ask it of every member of a city instead.
        return Q(person__in=PlatformWork.objects.running().values("person_id"))
    return Q(person__in=queries.with_several_platforms())


def _head(union: Any) -> str:
    """A past day's rows carry no vacancy: their details are those of today."""
    return head_in_words(
        union.contact_name, getattr(union, "head_gone_name", None), getattr(union, "head_gone_on", None)
    )


UNIONS = Listing(
    key="desk.unions",
    title=_("Unions"),
    unit=_("unions"),
    count_limit=CHEAP_COUNT_LIMIT,
    columns=(
        Column(
            key="name", label=pgettext_lazy("organisation", "Name"), sort="name_key", priority=1, width=36
        ),
        Column(key="state", label=_("State"), kind="state", priority="side", tone_of=standing_tone),
        Column(key="number", label=_("Number"), kind="code", sort="number", priority=3),
        Column(key="kind", label=_("Kind"), kind="words"),
        Column(key="parent", label=_("Union above"), value="parent.name", width=30),
        Column(key="members", label=_("Members"), value="n_active", kind="number"),
        Column(key="retained", label=_("Retained"), value="n_retained", kind="number", shown=False),
        Column(key="employers", label=_("Employers"), value="n_employers", kind="number", priority=3),
        Column(key="founded_on", label=_("Founded on"), kind="date", sort="founded_on", priority=3),
        Column(key="contact_name", label=_("Head"), value=_head, priority=3),
        Column(key="uscc", label=_("Union's own credit code"), kind="code", shown=False, width=22),
        Column(key="level", label=_("Level"), kind="words", shown=False),
        Column(key="founding_mode", label=_("Way of founding"), kind="words", shown=False),
        Column(key="region", label=_("Place"), value="region.full_name", shown=False, width=30),
    ),
    order=("name_key",),
    search=Text(
        key="q", label=_("Search"), find=find_unions, placeholder=_("Name, number, code or initials")
    ),
    filters=(
        AS_OF,
        Choice(key="kind", label=_("Kind"), options=rules.UnionKind.choices, multiple=True),
        Choice(key="state", label=_("State"), options=rules.UnionState.choices, multiple=True),
        Choice(
            key="level", label=_("Level"), options=rules.UnionLevel.choices, multiple=True, secondary=True
        ),
        DateRange(key="founded_on", label=_("Founded on"), secondary=True),
        Choice(
            key="founding_mode",
            label=_("Way of founding"),
            options=rules.FoundingMode.choices,
            multiple=True,
            secondary=True,
        ),
        Choice(
            key="legal",
            label=_("Legal person"),
            multiple=True,
            secondary=True,
            where=queries.legal_person_is,
            options=(
                ("yes", _("has a certificate")),
                ("no", _("could have one")),
                ("code_only", _("has a code only")),
                ("part", _("part of its union")),
            ),
        ),
    ),
    row_url=lambda union: reverse("desk:union", args=[union.pk]),
    empty_title=_("No union in your reach"),
    empty_text=_("Set one up below yours, or bring in the list of unions."),
)

EMPLOYERS = Listing(
    key="desk.employers",
    title=_("Employers"),
    unit=_("employers"),
    columns=(
        Column(key="name", label=pgettext_lazy("organisation", "Name"), sort="name_key", priority=1, width=36),
        Column(key="state", label=_("State"), kind="state", priority="side", tone_of=standing_tone),
        Column(key="uscc", label=_("Social credit code"), kind="code", width=22),
        Column(key="covered", label=_("Covered by"), value=_covering, width=30),
        Column(key="staff_count", label=_("Staff"), kind="number", sort="staff_count"),
        Column(key="insured_count", label=_("Insured people"), kind="number", sort="insured_count", priority=3),
        Column(key="industry", label=_("Industry"), kind="words", priority=3),
        Column(key="address", label=_("Address"), width=36),
        Column(key="founded_on", label=_("Founded on"), kind="date", sort="founded_on", shown=False),
        Column(key="region", label=_("Place"), value="region.full_name", shown=False, width=30),
        Column(key="unit_nature", label=_("Nature of unit"), kind="words", shown=False),
    ),
    order=("name_key",),
    search=Text(key="q", label=_("Search"), find=find_employers, placeholder=_("Name, code or initials")),
    filters=(
        AS_OF,
        Choice(
            key="covered", label=_("Covered"),
            options=(("yes", _("has a union")), ("no", _("has no union"))),
            where=lambda chosen: Q(has_union=chosen[0] == "yes"),
        ),
        Choice(key="state", label=_("State"), options=rules.EmployerState.choices, multiple=True),
        Choice(key="industry", label=_("Industry"), options=rules.Industry.choices, multiple=True),
        NumberRange(key="staff_count", label=_("Staff"), unit=_("people")),
        NumberRange(key="insured_count", label=_("Insured people"), unit=_("people"), secondary=True),
        DateRange(key="founded_on", label=_("Founded on"), secondary=True),
    ),
    row_url=lambda employer: reverse("desk:employer", args=[employer.pk]),
    empty_title=_("No employer in your territory"),
    empty_text=_("Enter one, or bring in the extract of the market register."),
)  # fmt: skip


def _together(actor: Actor, ids: list[int | str], at: datetime) -> str:
    batch = member_batches.pick(actor=actor, membership_ids=[int(pk) for pk in ids], at=at)
    return reverse("desk:together", args=[batch.pk])


MEMBERS = Listing(
    key="desk.members",
    title=pgettext_lazy("people", "Members"),
    unit=_("people"),
    columns=(
        Column(key="name", label=_("Name"), value="person.name", sort="name_key", priority=1),
        Column(key="state", label=_("State"), kind="state", priority="side", tone_of=standing_tone),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(
            key="employer", label=_("Employer"), width=30,
            value=lambda row: row.employer.name if row.employer else row.employer_name,
        ),
        Column(key="mobile", label=_("Mobile number"), value="person.mobile", mask=mask_phone),
        Column(key="since", label=_("Starting on"), value="started_on", kind="date", sort="started_on", priority=3),
        Column(key="reason", label=_("Why retained"), kind="words", shown=False),
        Column(key="resident_id", label=_("ID number"), value="person.resident_id", mask=mask_resident_id, shown=False,
               width=22),
        Column(key="sex", label=_("Sex"), value="person.sex", kind="words", shown=False),
        Column(key="trade", label=_("Trade"), value="person.trade", shown=False),
        Column(
            key="skill", label=_("Skill grade"), value="person.skill_grade", kind="words", shown=False
        ),
        Column(key="start_type", label=_("Began as"), kind="words", shown=False),
    ),
    order=("name_key",),
    search=Text(
        key="q", label=_("Search"), find=find_members,
        placeholder=_("Name, pinyin, initials or last digits of the phone"),
    ),
    filters=(
        AS_OF,
        Choice(
            key="state", label=_("State"), multiple=True,
            options=[(one.value, one.label) for one in rules.MembershipState if one != rules.MembershipState.ENDED],
        ),
        DateRange(key="since", label=_("Starting on"), field="started_on"),
        Choice(
            key="new_form", label=_("New-form worker"), field="person__is_new_form", secondary=True,
            options=(("True", _("Yes")), ("False", _("No"))),
        ),
        Choice(key="platform", label=_("Works for"), options=_platforms, where=_works_for, secondary=True),
        Choice(
            key="platforms", label=_("Platforms"), where=_has_platforms, secondary=True,
            options=(("any", _("works for a platform")), ("several", _("works for several"))),
        ),
        Choice(key="skill", label=_("Skill grade"), where=of_grades, multiple=True, secondary=True,
               options=rules.SkillGrade.choices),
        Choice(key="sex", label=_("Sex"), field="person__sex", secondary=True, options=rules.Sex.choices),
    ),
    row_url=lambda row: reverse("desk:person", args=[row.person_id]),
    bulk=(BulkAction(key="together", label=_("Change together"), permission="members.edit", icon="check2-all", go=_together),),
    known=_members_known,
    empty_title=_("No members yet"),
    empty_text=_("Hang up the joining code, enter members by hand, or bring in the roster."),
)  # fmt: skip


#: Columns of a union's roster on paper.
ROSTER = (
    Column(key="name", label=_("Name"), value=lambda row: row.person.name or "–"),
    Column(key="sex", label=_("Sex"), value="person.sex", kind="words"),
    Column(key="resident_id", label=_("ID number"), value="person.resident_id", mask=mask_resident_id),
    Column(key="mobile", label=_("Mobile number"), value="person.mobile", mask=mask_phone),
    Column(key="employer", label=_("Employer"), value=lambda row: row.employer.name if row.employer else row.employer_name),
    Column(key="since", label=_("Starting on"), value="started_on", kind="date"),
    Column(key="state", label=_("State"), value="held_as", kind="words"),
)  # fmt: skip


LINKS = Listing(
    key="desk.links",
    title=_("Employers covered"),
    unit=_("employers"),
    columns=(
        Column(key="name", label=_("Employer"), value="employer.name", sort="employer__name_key", priority=1, width=36),
        Column(key="kind", label=_("How"), kind="words", priority="side"),
        Column(key="uscc", label=_("Social credit code"), value="employer.uscc", kind="code", width=22),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(
            key="staff", label=_("Staff"), value="employer.staff_count", kind="number", sort="employer__staff_count"
        ),
        Column(key="valid_from", label=_("Covered from"), kind="date", sort="valid_from"),
        Column(key="valid_to", label=pgettext_lazy("period", "Until"), kind="date", sort="valid_to", priority=3),
    ),
    order=("employer__name_key",),
    search=Text(key="q", label=_("Search"), find=find_links, placeholder=_("Name or code")),
    filters=(
        AS_OF,
        Choice(
            key="running", label=_("Period"), options=(("yes", _("running")), ("no", _("ended"))),
            where=lambda chosen: Q(valid_to__isnull=chosen[0] == "yes"),
        ),
        Choice(key="kind", label=_("How"), options=rules.LinkKind.choices),
    ),
    row_url=lambda link: reverse("desk:employer", args=[link.employer_id]),
    empty_title=_("No employer is covered yet"),
    empty_text=_("Say which employers this union covers; members are then counted to them."),
)  # fmt: skip

FORMER_MEMBERS = Listing(
    key="desk.former_members",
    title=_("Former members"),
    unit=_("people"),
    columns=(
        Column(key="name", label=_("Name"), value="person.name", sort="name_key", priority=1),
        Column(key="end_type", label=_("How it ended"), kind="state", priority="side",
               tone_of=lambda value: "bad" if value == rules.ChangeType.EXPELLED else "off"),
        Column(key="reason", label=_("Reason"), kind="words", width=24),
        Column(key="ended_on", label=_("Ended on"), kind="date"),
        Column(key="union", label=_("Union"), value="union.name", width=30),
        Column(
            key="employer", label=_("Employer"), width=30, priority=3,
            value=lambda row: row.employer.name if row.employer else row.employer_name,
        ),
        Column(key="mobile", label=_("Mobile number"), value="person.mobile", mask=mask_phone, priority=3),
    ),
    order=("name_key",),
    search=Text(
        key="q", label=_("Search"), find=find_members,
        placeholder=_("Name, pinyin, initials or last digits of the phone"),
    ),
    filters=(
        Choice(key="end_type", label=_("How it ended"), options=[(one.value, one.label) for one in rules.GONE]),
        Choice(key="reason", label=_("Reason"), options=rules.ChangeReason.choices, multiple=True),
        DateRange(key="ended_on", label=_("Ended on")),
    ),
    row_url=lambda membership: reverse("desk:person", args=[membership.person_id]),
    empty_title=_("Nobody has left here"),
    empty_text=_("Whoever left or was expelled stands here with the reason, and can be opened to put a mistake right."),
)  # fmt: skip


def former_rows(actor: Actor) -> "QuerySet[Membership, Membership]":
    """Memberships in reach that ended for good, each with its person; one a person and ending."""
    gone = Membership.objects.filter(
        actor.within("members.view", "union_path"), ENDED, end_type__in=rules.GONE
    )
    return gone.filter(name_key__gt="").for_lists()  # the key of whoever was erased is empty


TRANSFERS = Listing(
    key="desk.transfers",
    title=_("Transfers"),
    unit=_("transfers"),
    columns=(
        Column(key="name", label=_("Member"), value="person.name", priority=1),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="from", label=_("Old union"), value="membership.union.name", width=30),
        Column(key="to", label=_("New union"), value="to_union.name", width=30),
        Column(key="asked_at", label=_("Asked on"), kind="date", sort="asked_at"),
        Column(
            key="answer_by", label=_("To be answered by"), kind="date", value="answer_until", sort="answer_by"
        ),
        Column(
            key="silent_after",
            label=_("Done by silence after"),
            kind="date",
            value="last_day",
            sort="silent_after",
        ),
        Column(key="decided_at", label=_("Decided on"), kind="date", sort="decided_at", priority=3),
        Column(key="note", label=_("Note"), priority=3, width=30),
    ),
    order=("-asked_at",),
    search=Text(key="q", label=_("Search"), fields=("person__name",), placeholder=_("Name")),
    filters=(
        Choice(key="state", label=_("State"), options=rules.TransferState.choices, multiple=True),
        DateRange(key="asked_at", label=_("Asked on"), instant=True),
    ),
    row_url=lambda transfer: reverse("desk:transfer", args=[transfer.pk]),
    empty_title=_("No transfers"),
    empty_text=_("Members who move to another union, or come from one, appear here."),
)

RESTRUCTURINGS = Listing(
    key="desk.restructurings",
    title=_("Mergers and splits"),
    unit=pgettext_lazy("counted", "decisions"),
    columns=(
        Column(key="source", label=_("Union or employer"), value="name", priority=1, width=30),
        Column(key="kind", label=_("Kind"), kind="words"),
        Column(key="target", label=_("Taken over by"), value="target_name"),
        Column(key="on", label=_("Takes effect on"), kind="date", sort="on"),
        Column(key="people", label=_("Memberships carried over"), kind="number"),
        Column(key="decided_by", label=_("Decided by")),
        Column(
            key="state",
            label=_("State"),
            kind="state",
            priority="side",
            value=lambda row: "failed" if row.is_given_up else row.state,
            label_of=lambda row: _("Stopped") if row.is_given_up else row.get_state_display(),
        ),
    ),
    order=("-decided_at",),
    search=Text(
        key="q",
        label=_("Search"),
        fields=("source__name", "employer__name", "target_name"),
        placeholder=_("Name of the union or employer"),
    ),
    filters=(
        Choice(key="kind", label=_("Kind"), options=rules.RestructuringKind.choices),
        Choice(key="state", label=_("State"), options=rules.RestructuringState.choices, multiple=True),
        DateRange(key="on", label=_("Takes effect on")),
    ),
    row_url=lambda row: reverse("desk:restructuring", args=[row.pk]),
    empty_title=_("No mergers or splits"),
    empty_text=_("They are decided on the page of the union that is merged or split, under “Change”."),
)


def union_rows(actor: Actor) -> Rows:
    """Unions an actor sees, with counts."""
    rows = queries.with_counts(TradeUnion.objects.visible_to(actor).select_related("parent", "region"))
    return queries.with_vacancies(rows, clock.today())


def employer_rows(actor: Actor) -> Rows:
    """Employers an actor sees, with the unions that cover them; one more statement for any number of rows."""
    running = EmployerLink.objects.filter(valid_to=None).select_related("union")
    covered = Exists(EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None))
    rows: Rows = queries.employers_in_reach(actor).select_related("region").annotate(has_union=covered)
    return rows.prefetch_related(Prefetch("union_links", queryset=running, to_attr="open_links"))


def member_rows(actor: Actor) -> Rows:
    """Running memberships in the actor's reach."""
    inside = Membership.objects.filter(actor.within("members.view", "union_path"), ended_on=None)
    return inside.for_lists()


def members_of(union: TradeUnion) -> Listing:
    """The list of one union's members, counted by its tally."""

    def known(actor: Actor, given: Mapping[str, Any]) -> int | None:
        return _people([queries.counts_of(union)], given)

    has_below = union.kind in rules.LEADING or union.children.exists()
    columns = tuple(
        replace(one, shown=one.shown and (has_below or one.key != "union")) for one in MEMBERS.columns
    )
    return replace(
        MEMBERS,
        key="desk.union_members",
        known=known,
        columns=columns,
    )


def links_of(union: TradeUnion) -> Listing:
    """The list of employers a union and those below cover, the running ones counted by its tally."""

    def known(actor: Actor, given: Mapping[str, Any]) -> int | None:
        return queries.counts_of(union).employers if given == {"running": ["yes"]} else None

    return replace(LINKS, known=known)
