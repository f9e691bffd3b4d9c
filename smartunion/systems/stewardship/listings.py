"""The lists of stewardship: likely duplicates, what was made one, what was said to be apart."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.clock import local_date
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, NumberRange, Text
from smartunion.core.listing.listing import BulkAction, Listing
from smartunion.ground.registry.models import Employer, Merge, MergeKind, Person, TradeUnion
from smartunion.systems.stewardship.models import Cluster, Pair
from smartunion.systems.stewardship.rules.alike import LEVELS, POINTS, WORDS
from smartunion.systems.stewardship.rules.words import Level, PairState

BULK = "stewardship.bulk"
_RECORDS = {MergeKind.PERSON: Person, MergeKind.EMPLOYER: Employer, MergeKind.UNION: TradeUnion}


#: What may stand in the registry twice, as readers call it.
KINDS = {MergeKind.PERSON: _("Persons"), MergeKind.EMPLOYER: _("Employers"), MergeKind.UNION: _("Unions")}


def _kind(row: Any) -> object:
    return KINDS[MergeKind(row.kind)]


def in_words(reasons: list[str], sign: int = 0) -> str:
    """Reasons as a reader's words; sign: 1 only what speaks for one thing, -1 only what speaks against it."""
    told = [str(WORDS[key]) for key in reasons if key in WORDS and (not sign or POINTS[key] * sign > 0)]
    return ("、" if get_language() == "zh-hans" else ", ").join(told)


def _level(row: Cluster) -> object:
    return row.level.label if row.level else ""


def cluster_rows(actor: Actor, kind: MergeKind) -> "QuerySet[Any, Any]":
    """Open clusters of a kind in reach, with the name that stands for each."""
    model: Any = _RECORDS[kind]
    names = model._default_manager.filter(pk=OuterRef("first_id")).values("name")
    where = TradeUnion.objects.filter(path=OuterRef("path")).values("name")
    open_ones = Cluster.objects.visible_to(actor).filter(kind=kind, state=PairState.OPEN)
    return open_ones.annotate(name=Subquery(names[:1]), where=Subquery(where[:1]))


def _levels(chosen: list[str]) -> Q:
    found, below = Q(pk__in=[]), 1000
    for least, level in LEVELS:
        if level.value in chosen:
            found |= Q(points__gte=least, points__lt=below)
        below = least
    return found


def clusters_listing(kind: MergeKind) -> Listing:
    """Likely duplicates of a kind, the surest first."""
    return Listing(
        key=f"stewardship.{kind.value}",
        title=_("Likely duplicates"),
        unit=_("groups"),
        columns=(
            Column(key="name", label=_("Name"), priority=1, width=28),
            Column(key="level", label=_("How sure"), kind="state",  value="tone", label_of=_level, priority="side", sort="points"),
            Column(key="size", label=_("Records"), kind="number", sort="size"),
            Column(key="why", label=_("What speaks for it"), value=lambda row: in_words(row.reasons, 1), width=44),
            Column(key="against", label=_("What speaks against it"), value=lambda row: in_words(row.reasons, -1), width=30),
            Column(key="where", label=_("Union above them"), width=24, priority=3),
            Column(key="found_at", label=pgettext_lazy("duplicates", "Found"), kind="date", sort="pk",
                   value=lambda row: local_date(row.found_at),
                   priority=3),
        ),
        order=("-points",),
        search=Text(key="q", label=_("Name"), find=lambda rows, text: rows.filter(name__icontains=text)),
        filters=(
            Choice(key="level", label=_("How sure"), options=Level.choices, where=_levels, multiple=True),
            NumberRange(key="records", label=_("Records"), field="size", secondary=True),
            DateRange(key="found", label=pgettext_lazy("duplicates", "Found"), field="found_at", instant=True, secondary=True),
        ),
        row_url=lambda row: reverse("stewardship:cluster", args=[row.pk]),
        bulk=(
            BulkAction(
                key="merge", label=_("Make one as proposed"), kind=BULK, permission=kind.permission, icon="intersect",
                ask=_("Each picked group is made one with the proposed values; groups with reasons against it are left out. "
                      "Everything can be undone."), limit=500,
            ),
        ),
        empty_title=_("No likely duplicates"),
        empty_text=_("Every night the whole registry is looked through; what looks alike is shown here."),
        empty_icon="check2-circle",
    )  # fmt: skip


CLUSTERS = {kind: clusters_listing(kind) for kind in MergeKind}

MERGES = Listing(
    key="stewardship.merges",
    title=_("Made one"),
    unit=_("merges"),
    columns=(
        Column(key="name", label=_("Name"), priority=1, width=28),
        Column(key="kind", label=_("What"), value=_kind),
        Column(key="state", label=_("State"), kind="state", value=lambda row: "undone" if row.undone_at else "done",
               label_of=lambda row: _("Undone") if row.undone_at else _("Stands"), priority="side"),
        Column(key="merged_at", label=_("When"), kind="date", sort="pk"),
        Column(key="actor_name", label=pgettext_lazy("record", "By")),
        Column(key="reason", label=_("Why"), width=40, priority=3),
        Column(key="undo_until", label=_("Can be undone until"), kind="date", priority=3),
    ),
    order=("-pk",),
    filters=(Choice(key="kind", label=_("What"), options=[(kind.value, label) for kind, label in KINDS.items()]),
             DateRange(key="when", label=_("When"), field="merged_at", instant=True)),
    row_url=lambda row: reverse("stewardship:merge", args=[row.pk]),
    empty_title=_("Nothing was made one yet"),
)  # fmt: skip


def merge_rows(actor: Actor) -> "QuerySet[Any, Any]":
    """Merges in reach, with the name of the record that stayed."""
    names = [
        When(
            kind=kind,
            then=Subquery(model._default_manager.filter(pk=OuterRef("survivor_id")).values("name")[:1]),
        )
        for kind, model in _RECORDS.items()
    ]
    return Merge.objects.visible_to(actor).defer("record").annotate(name=Case(*names))


def why_undone(merge: Merge) -> str:
    """What whoever undid a merge said; "" while it stands."""
    told = AuditEvent.objects.filter(
        event="registry.merge_undone", subject_id=merge.survivor_id, data__merge=merge.pk
    )
    return told.values_list("reason", flat=True).first() or "" if merge.undone_at else ""


APART = Listing(
    key="stewardship.apart",
    title=_("Said not to be the same"),
    unit=_("pairs"),
    columns=(
        Column(key="names", label=_("Records"), value=lambda row: f"{row.left_name or '–'} / {row.right_name or '–'}",
               priority=1, width=36),
        Column(key="kind", label=_("What"), value=_kind, priority="side"),
        Column(key="reason", label=_("Why"), width=40),
        Column(key="decided_by", label=pgettext_lazy("record", "By")),
        Column(key="decided_at", label=_("When"), kind="date", sort="decided_at"),
    ),
    order=("-decided_at",),
    filters=(Choice(key="kind", label=_("What"), options=[(kind.value, label) for kind, label in KINDS.items()]),),
    bulk=(BulkAction(key="again", label=_("Ask again"), kind=BULK, permission="members.edit", icon="arrow-counterclockwise",
                     ask=_("The picked pairs are shown among the likely duplicates again.")),),
    empty_title=_("Nobody has told records apart yet"),
    empty_text=_("What is said not to be the same is remembered here and not proposed again."),
)  # fmt: skip


def apart_rows(actor: Actor) -> "QuerySet[Any, Any]":
    """Pairs told apart both of whose records the actor sees, with their names."""

    def names(column: str) -> Any:
        return Case(*[
            When(kind=kind, then=Subquery(model._default_manager.filter(pk=OuterRef(column)).values("name")[:1]))
            for kind, model in _RECORDS.items()
        ])  # fmt: skip

    rows = Pair.objects.filter(state=PairState.APART)
    seen = Q(pk__in=[])
    for kind, model in _RECORDS.items():
        if actor.can(kind.permission):
            visible = model.objects.visible_to(actor)  # type: ignore[attr-defined]  # each has it
            both = [Exists(visible.filter(pk=OuterRef(column))) for column in ("left_id", "right_id")]
            seen |= Q(
                *both, kind=kind
            )  # pair by pair: few were told apart, and a city of people may be in reach
    return rows.filter(seen).annotate(left_name=names("left_id"), right_name=names("right_id"))
