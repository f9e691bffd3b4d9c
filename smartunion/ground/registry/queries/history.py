"""Members and history: lists as of any day, one person's spells, who looked at her data."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)

from smartunion.core.actor import Actor
from smartunion.core.audit.events import PRIVATE
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.registry.models import (
    EmployerLink,
    Membership,
    MergeKind,
    Officer,
    Person,
    Term,
    TradeUnion,
)
from smartunion.ground.registry.queries.merged import old_numbers
from smartunion.ground.registry.rules import MembershipState, UnionState


def members_on(
    actor: Actor, union: TradeUnion, day: date, *, with_subtree: bool = True
) -> "QuerySet[Any, Any]":
    """Spells of a union (and below) that covered a day, by name; held_as is the state each had that day."""
    visible = Membership.objects.visible_to(actor).active_on(day)
    spells = visible.under(union.path) if with_subtree else visible.filter(union=union)
    return spells.for_lists().order_by("name_key", "pk")


def unions_on(actor: Actor, path: str, day: date) -> "QuerySet[Any, Any]":
    """Unions of a subtree that stood on a day."""
    stood = TradeUnion.objects.visible_to(actor).under(path).exclude(closed_on__lte=day)
    return stood.exclude(state="preparatory").exclude(founded_on__gt=day)


def links_on(actor: Actor, path: str, day: date) -> "QuerySet[Any, Any]":
    """Coverages of a subtree that held on a day."""
    held = EmployerLink.objects.visible_to(actor).covering_on(day)
    return held.filter(union__path__gte=path, union__path__lt=path[:-1] + "0").select_related(
        "union", "employer"
    )


def spells_of(person: Person) -> list[Membership]:
    """Every spell of a person, latest first. For people the actor sees."""
    spells = Membership.objects.filter(person=person).select_related("union", "employer")
    return list(spells.order_by("-started_on", "-pk"))


def member_since(person: Person) -> date | None:
    """The day she first became a member: membership is joined once and then only moves; None when she never was."""
    held = Membership.objects.filter(person=person, held_as=MembershipState.ACTIVE)
    first: date | None = held.aggregate(first=Min("started_on"))["first"]
    return first


def looks_at(person: Person, limit: int = 100, *, for_herself: bool = False) -> list[AuditEvent]:
    """Who looked at or changed this person's data, latest first; what is private only for herself."""
    ids = [person.pk, *old_numbers(MergeKind.PERSON, person.pk)]
    rows = AuditEvent.objects.filter(owner_person_id__in=ids)
    if not for_herself:
        rows = rows.exclude(event__in=sorted(PRIVATE))
    return list(rows.order_by("-pk")[:limit])


def terms_of(union: TradeUnion) -> list[Term]:
    """Terms with their officers (is_followed: somebody was by-elected into the place) and postponements, latest first;
    three statements.
    """
    following = Officer.objects.filter(replaces=OuterRef("pk"))
    officers = Prefetch("officers", Officer.objects.annotate(is_followed=Exists(following)))
    terms = Term.objects.filter(union=union).prefetch_related(officers, "postponements")
    return list(terms.order_by("-ordinal"))


def ending_terms(actor: Actor, today: date, *, days: int = 90) -> "QuerySet[Any, Any]":
    """Last terms of standing unions that have ended (has_ended), end within so many days, or whose head left before the end
    and has no successor yet (has_no_chair); the elections to prepare.
    """
    later = Term.objects.filter(union=OuterRef("union"), ordinal__gt=OuterRef("ordinal"))
    standing = Term.objects.filter(actor.within("registry.view", "union__path"), union__state="active")
    gone = Officer.objects.heads().filter(left_on__lte=today).exclude(end_reason="")
    serving = Officer.objects.heads().serving_on(today)
    has_ended = ExpressionWrapper(Q(ends_on__lte=today), output_field=BooleanField())
    has_no_chair = ExpressionWrapper(
        Q(pk__in=gone.values("term_id")) & ~Exists(serving.filter(term=OuterRef("pk"))), output_field=BooleanField()
    )  # fmt: skip
    with_chairs = standing.annotate(has_ended=has_ended, has_no_chair=has_no_chair)
    due = with_chairs.filter(Q(ends_on__lte=today + timedelta(days=days)) | Q(has_no_chair=True))
    return due.exclude(Exists(later)).select_related("union").order_by("ends_on", "pk")


def serving_in(term: Term, today: date) -> list[Officer]:
    """Who holds a post of a term today, as entered."""
    return list(Officer.objects.filter(term=term).serving_on(today).order_by("pk"))


def head_gone(union: TradeUnion, today: date) -> Officer | None:
    """The head whose post ended within the last term and whom nobody follows yet; None where somebody heads the union."""
    return vacancies(today).filter(term__union=union).select_related("term").first()


def vacancies(today: date) -> "QuerySet[Officer]":
    """Heads of standing unions whose post ended within the last term and whom nobody follows yet, latest first."""
    later = Term.objects.filter(union=OuterRef("term__union"), ordinal__gt=OuterRef("term__ordinal"))
    serving = Officer.objects.heads().serving_on(today).filter(term=OuterRef("term"))
    gone = Officer.objects.heads().filter(left_on__lte=today, term__union__state=UnionState.ACTIVE)
    return gone.exclude(end_reason="").filter(~Exists(serving), ~Exists(later)).order_by("-left_on", "-pk")


def with_vacancies(rows: "QuerySet[Any, Any]", today: date, *, union: str = "pk") -> "QuerySet[Any, Any]":
    """Rows with who headed the union last (head_gone_name) and until when (head_gone_on), where nobody does now.

    union: path from a row to the union's key.
    """
    gone = vacancies(today).filter(term__union=OuterRef(union))
    known: QuerySet[Any, Any] = rows.annotate(
        head_gone_on=Subquery(gone.values("left_on")[:1]), head_gone_name=Subquery(gone.values("name")[:1])
    )
    return known
