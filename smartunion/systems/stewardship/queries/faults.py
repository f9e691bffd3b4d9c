"""Which records break a rule, as one condition for counting them and for listing them: the two cannot disagree."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from smartunion.core.actor import Actor, within
from smartunion.ground.registry.models import EmployerLink, ImportBatch, Membership, Term, TradeUnion
from smartunion.ground.registry.rules import GRASSROOTS, EmployerState, MembershipState, UnionState
from smartunion.systems.stewardship.rules.quality import BY_KEY, Subject

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
    return _CONDITIONS[key](on)


def broken(key: str, *, actor: Actor, path: str, on: date) -> "QuerySet[Any, Any]":
    """The repair list: records at a union or below it that break a rule and that the actor may see."""
    subject = BY_KEY[key].subject
    rows = rows_of(subject).filter(
        actor.within(_SEEN_BY[subject], _PATH[subject]), within([path], _PATH[subject])
    )
    return rows.filter(condition(key, on))


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


def _last_term_over(on: date) -> Q:
    return Q(_has(Term)) & ~Q(_has(Term, ends_on__gte=on))


_Condition = Callable[[date], Q]
_CONDITIONS: dict[str, _Condition] = {
    "member_no_number": lambda on: Q(person__resident_id_index=None),
    "member_no_mobile": lambda on: Q(person__mobile_index=None),
    "member_no_employer": lambda on: Q(employer=None, employer_name=""),
    "member_too_young": lambda on: Q(person__birth_date__gt=_youngest(on)),
    "member_firm_closed": lambda on: Q(state=MembershipState.ACTIVE, employer__state=EmployerState.CLOSED),
    "member_no_birth": lambda on: Q(person__birth_date=None),
    "member_no_sex": lambda on: Q(person__sex=""),
    "member_no_status": lambda on: Q(person__employment_status=""),
    "union_no_employer": lambda on: ~Q(_has(EmployerLink, valid_to=None)),
    "union_no_head": lambda on: Q(contact_name=""),
    "union_no_phone": lambda on: Q(contact_phone=None),
    "union_no_members": lambda on: ~Q(_has(Membership, ended_on=None)),
    "union_no_term": lambda on: ~Q(_has(Term)),
    "union_term_over": _last_term_over,
    "union_code_wrong": lambda on: ~Q(uscc="") & ~Q(uscc__startswith="8"),
    "union_no_founding": lambda on: Q(founded_on=None),
    "union_no_place": lambda on: Q(region=None),
    "employer_no_code": lambda on: Q(employer__uscc=""),
    "employer_no_place": lambda on: Q(employer__region=None),
    "employer_closed": lambda on: Q(employer__state=EmployerState.CLOSED),
    "employer_no_address": lambda on: Q(employer__address=""),
    "employer_no_nature": lambda on: Q(employer__unit_nature=""),
    "employer_no_industry": lambda on: Q(employer__industry=""),
}
