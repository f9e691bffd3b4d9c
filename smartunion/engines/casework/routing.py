"""Which union holds a case when a step begins. Never a dead end: what cannot be resolved goes up the tree."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import ancestors
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import FieldKind, Route, Step
from smartunion.engines.casework.handlers import CaseRun, handler_of
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.registry.models import Employer, Membership, TradeUnion
from smartunion.ground.registry.queries import federation_for, region_by_code, union_for_employer
from smartunion.ground.registry.rules import LEADING, UnionState


class NobodyToAct(InvalidInput):
    """There is no union at all that could take the case."""

    code = "nobody_to_act"


def union_for(run: CaseRun, step: Step) -> TradeUnion:
    """The union that holds the case in this step.

    When the named way leads nowhere (an employer without a union, a place without a federation) the case goes to
    the federation of the employer's or applicant's place, and at last to the top of the tree. Raises NobodyToAct.
    """
    found = _by_route(run, step) or _fallback(run)
    if found is not None and run.definition.is_narrow:
        found = _staffed(found, step, run)
    if found is None:
        raise NobodyToAct(
            _("No union is set up here yet that could handle this."),
            remedy=_("Please tell the federation; nothing was stored."),
        )
    return found


def _by_route(run: CaseRun, step: Step) -> TradeUnion | None:
    match step.route:
        case Route.STAY:
            return _at(run.case.path)
        case Route.GIVEN_UNION:
            return run.case.union if _is_open(run.case.union) else None
        case Route.NAMED_UNION:
            return _open().filter(number=step.named_union).first()
        case Route.EMPLOYER_UNION:
            return union_for_employer(run.case.employer, local_date(run.at)) if run.case.employer else None
        case Route.EMPLOYER_FEDERATION:
            return federation_of_employer(run.case.employer)
        case Route.PLACE_FEDERATION:
            return federation_of_place(_place(run))
        case Route.OWN_UNION:
            return own_union(run.case.person_id)
        case Route.PARENT:
            here = _at(run.case.path)
            return here.parent if here is not None and here.parent is not None else here
        case Route.HANDLER:
            return handler_of(run.definition).route(run, step)


def _staffed(union: TradeUnion, step: Step, run: CaseRun) -> TradeUnion:
    """The union itself or the nearest above where somebody holds a role of the step: nobody else can see a narrow case."""
    on = local_date(run.at)
    held = RoleGrant.objects.active_on(on).filter(
        union__path__in=ancestors(union.path), role__in=step.roles, user__is_active=True
    )
    nearest = (
        held.exclude(user_id=run.case.user_id or -1).order_by("-union__depth").select_related("union").first()
    )
    return nearest.union if nearest is not None and nearest.union is not None else union


def federation_of_employer(employer: Employer | None) -> TradeUnion | None:
    """The federation that looks after the employer's place."""
    if employer is None:
        return None
    return _nearest_leading(employer.territory_path) or federation_for(employer.region)


def federation_of_place(place: Values) -> TradeUnion | None:
    """The federation of a place answer: of its region or the nearest region above that has one."""
    code = str(place.get("region", ""))
    return federation_for(region_by_code(code)) if code else None


def own_union(person_id: int | None) -> TradeUnion | None:
    """The union the applicant belongs to today."""
    if person_id is None:
        return None
    spell = Membership.objects.filter(person_id=person_id, ended_on=None).select_related("union").first()
    return spell.union if spell is not None and _is_open(spell.union) else None


def last_union(person_id: int | None) -> TradeUnion | None:
    """The union whoever is no member was in last, or the nearest above it that stands: it knows what the record says."""
    if person_id is None:
        return None
    last = Membership.objects.filter(person_id=person_id).order_by("-started_on", "-pk")
    path = last.values_list("union_path", flat=True).first()
    return _open().filter(path__in=ancestors(path)).order_by("-depth").first() if path else None


def _fallback(run: CaseRun) -> TradeUnion | None:
    return (
        (_at(run.case.path) if run.case.path else None)
        or federation_of_employer(run.case.employer)
        or federation_of_place(_place(run))
        or own_union(run.case.person_id)
        or last_union(run.case.person_id)
        or _open().filter(kind__in=LEADING).order_by("depth", "id").first()
    )


def _nearest_leading(path: str) -> TradeUnion | None:
    if not path:
        return None
    return _open().filter(kind__in=LEADING, path__in=ancestors(path)).order_by("-depth").first()


def _place(run: CaseRun) -> Values:
    field = run.definition.first_field(FieldKind.PLACE)
    value = run.form.get(field.key) if field else None
    return value if isinstance(value, dict) else {}


def _at(path: str) -> TradeUnion | None:
    return TradeUnion.objects.filter(path=path).first() if path else None


def _open() -> "QuerySet[TradeUnion]":
    return TradeUnion.objects.exclude(state=UnionState.CLOSED)


def _is_open(union: TradeUnion | None) -> bool:
    return union is not None and union.state != UnionState.CLOSED
