"""Which records break a rule, as one condition for counting them and for listing them: the two cannot disagree."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from smartunion.core.actor import Actor, within
from smartunion.core.listing.walking import aside, by_alone, is_wide
from smartunion.ground.registry.models import (
    BORN_LATE,
    EmployerLink,
    ImportBatch,
    Membership,
    Term,
    TradeUnion,
    UnionTallyDelta,
)
from smartunion.ground.registry.rules import GRASSROOTS, EmployerState, IdType, MembershipState, UnionState
from smartunion.systems.stewardship.models import IdentityCheck
from smartunion.systems.stewardship.rules.identity import Outcome
from smartunion.systems.stewardship.rules.quality import BY_KEY, Subject

#: Of whom an authority can be asked: a name and a resident's number.
IDENTIFIABLE = Q(person__id_type=IdType.RESIDENT, person__resident_id_index__isnull=False)
#: Rule → the answer it lists; and of whom there is none that confirms them.
_ANSWERS = {f"member_identity_{one.value}": one for one in Outcome}
OPEN = "member_identity_open"
#: Path from a row to the union that owns it.
OWNER = {Subject.MEMBER: "union_id", Subject.UNION: "pk", Subject.EMPLOYER: "union_id"}
_PATH = {Subject.MEMBER: "union_path", Subject.UNION: "path", Subject.EMPLOYER: "union_path"}
_SEEN_BY = {Subject.MEMBER: "members.view", Subject.UNION: "registry.view", Subject.EMPLOYER: "registry.view"}


def rows_of(subject: Subject) -> "QuerySet[Any, Any]":
    """The records a subject's rules look at: members who count, grassroots unions that stand, coverages that hold."""
    if subject is Subject.MEMBER:
        return Membership.objects.filter(
            ended_on=None, state__in=[MembershipState.ACTIVE, MembershipState.RETAINED]
        )
    if subject is Subject.UNION:
        return TradeUnion.objects.filter(kind__in=GRASSROOTS, state=UnionState.ACTIVE)
    return EmployerLink.objects.filter(valid_to=None)


def condition(key: str, on: date) -> Q:
    """Rows of the rule's subject that break it on a day."""
    if key in _OF_UNIONS:
        return _OF_UNIONS[key](on)
    if key in _ANSWERS:
        return Q(answered(_ANSWERS[key]))
    if key == OPEN:
        return IDENTIFIABLE & ~Q(answered(Outcome.SAME))
    name, lacks = _LACKING[key]
    return Q(**{f"{name}__{lookup}".lstrip("_"): value for lookup, value in lacks(on).items()}) & _OWN.get(
        key, Q()
    )


def broken(key: str, *, actor: Actor, path: str, on: date) -> "QuerySet[Any, Any]":
    """The repair list: records at a union or below it that break a rule and that the actor may see."""
    subject = BY_KEY[key].subject
    rows = rows_of(subject).filter(
        actor.within(_SEEN_BY[subject], _PATH[subject]), within([path], _PATH[subject])
    )
    if key in _ANSWERS and _ANSWERS[key] != Outcome.SAME:
        return _found_by_answer(_ANSWERS[key], rows, path)
    if key == OPEN:
        return aside(rows.filter(condition(key, on)), "resident_id_index")  # nearly everybody has a number
    if connections[rows.db].vendor != "sqlite" or key not in _LACKING:
        return rows.filter(condition(key, on))
    return _found_by_sqlite(key, on, rows, path)


#: Up to so many records that lack something are gathered by the index of the few; of more, any page is full soon.
_GATHERED = 20_000
#: The same of wrong answers, which are the few of a city.
_ANSWERED = 100_000


def _found_by_sqlite(key: str, on: date, rows: "QuerySet[Any, Any]", path: str) -> "QuerySet[Any, Any]":
    """Those who break the rule, looked for where fewest are: in the subtree, or among all who lack the same.

    SQLite does not count what an index of few rows holds and asks every row of a city instead; or it takes all without an
    employer for as few as those of one employer, and looks through them for the members of one small union.
    """
    name, lacks = _LACKING[key]
    model = rows.model._meta.get_field(name).related_model if name else rows.model
    few = model.objects.using(rows.db).filter(**lacks(on)).order_by().values("pk")
    number = few[: _GATHERED + 1].count()
    column, lacking = _PATH[BY_KEY[key].subject], rows.filter(condition(key, on))
    if number > _GATHERED:
        return lacking if is_wide(rows) else by_alone(lacking, column)
    held = rows.model._base_manager.using(rows.db).filter(within([path], column))
    if not held.values("pk")[number : number + 1]:
        return by_alone(lacking, column)
    return rows.filter(Q(**{f"{name or 'pk'}__in": few}), _OWN.get(key, Q()))


def _found_by_answer(outcome: Outcome, rows: "QuerySet[Any, Any]", path: str) -> "QuerySet[Any, Any]":
    """Those an authority said so of: the few it said so of are looked up, or each of a subtree that holds fewer is asked."""
    said = IdentityCheck.objects.filter(outcome=outcome).order_by()
    number = said[:_ANSWERED].count()
    held = rows.model._base_manager.using(rows.db).filter(within([path], "union_path"))
    if number == _ANSWERED or not held.values("pk")[number:][:1]:
        return rows.filter(answered(outcome))
    return by_alone(rows.filter(person__in=IdentityCheck.objects.standing(outcome).values("pk")), "person")


def unions_of_imports(batch_ids: Iterable[int]) -> "QuerySet[Any, Any]":
    """Unions under which files were imported."""
    return ImportBatch.objects.filter(pk__in=list(batch_ids)).values_list("union_id", flat=True)


def _youngest(on: date) -> date:
    """Who was born later has not had the sixteenth birthday on that day."""
    try:
        return on.replace(year=on.year - 16)
    except ValueError:  # 29 February of a year whose sixteenth before had none
        return on.replace(year=on.year - 16, day=28)


def _has(model: Any, **values: Any) -> Exists:
    return Exists(model.objects.filter(union=OuterRef("pk"), **values))


def _counts_none(*counts: str) -> Q:
    """Unions whose maintained counts are nought, or have changes that are not folded in yet: the few of a city in which it is
    worth looking whether there is really nothing."""
    folded = Q(tally=None) | Q(**{f"tally__{name}": 0 for name in counts})
    # Gathered first: SQLite would look for the members of every union before it asks for the count of any.
    return Q(pk__in=TradeUnion.objects.filter(folded | Q(_has(UnionTallyDelta))).values("pk"))


def _last_term_over(on: date) -> Q:
    return Q(_has(Term)) & ~Q(_has(Term, ends_on__gte=on))


def answered(outcome: Outcome) -> Exists:
    """Members of whose name and number, as they stand today, an authority has said so; asked of each, so that lists of a city are
    walked in their order.

    Not more and not less is equal: of two values said to be equal PostgreSQL expects that they hardly ever are, gathers the
    handful it expects and finds a city.
    """
    name, index = OuterRef("person__name"), OuterRef("person__resident_id_index")
    return Exists(
        IdentityCheck.objects.filter(
            pk=OuterRef("person_id"), outcome=outcome, name__gte=name, name__lte=name, number_index__gte=index,
            number_index__lte=index,
        )
    )  # fmt: skip


_Condition = Callable[[date], Q]


def _too_young(on: date) -> dict[str, Any]:
    youngest = _youngest(on)
    # The second says nothing new, but lets the index of those born late serve.
    late = {"birth_date__gte": BORN_LATE} if youngest >= BORN_LATE else {}
    return {"birth_date__gt": youngest, **late}


#: Rule → the record that lacks what is asked ("" is the row itself, else its field), and what it lacks.
_LACKING: dict[str, tuple[str, Callable[[date], dict[str, Any]]]] = {
    "member_no_number": ("person", lambda on: {"resident_id_index": None}),
    "member_no_mobile": ("person", lambda on: {"mobile_index": None}),
    "member_no_employer": ("", lambda on: {"employer": None, "employer_name": "", "ended_on": None}),
    "member_too_young": ("person", _too_young),
    "member_firm_closed": ("employer", lambda on: {"state": EmployerState.CLOSED}),
    "member_no_birth": ("person", lambda on: {"birth_date": None}),
    "member_no_sex": ("person", lambda on: {"sex": ""}),
    "member_no_status": ("person", lambda on: {"employment_status": ""}),
    "employer_no_code": ("employer", lambda on: {"uscc": ""}),
    "employer_no_place": ("employer", lambda on: {"region": None}),
    "employer_closed": ("employer", lambda on: {"state": EmployerState.CLOSED}),
    "employer_no_address": ("employer", lambda on: {"address": ""}),
    "employer_no_nature": ("employer", lambda on: {"unit_nature": ""}),
    "employer_no_industry": ("employer", lambda on: {"industry": ""}),
}
#: What a rule asks of the row itself besides.
_OWN: dict[str, Q] = {"member_firm_closed": Q(state=MembershipState.ACTIVE)}
_OF_UNIONS: dict[str, _Condition] = {
    "union_no_employer": lambda on: _counts_none("own_employers") & ~Q(_has(EmployerLink, valid_to=None)),
    "union_no_head": lambda on: Q(contact_name=""),
    "union_no_phone": lambda on: Q(contact_phone=None),
    "union_no_members": lambda on: (
        _counts_none("own_active", "own_preparatory", "own_retained") & ~Q(_has(Membership, ended_on=None))
    ),
    "union_no_term": lambda on: ~Q(_has(Term)),
    "union_term_over": _last_term_over,
    "union_code_wrong": lambda on: ~Q(uscc="") & ~Q(uscc__startswith="8"),
    "union_no_founding": lambda on: Q(founded_on=None),
    "union_no_place": lambda on: Q(region=None),
}
