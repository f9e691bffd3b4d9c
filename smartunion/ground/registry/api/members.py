"""Members over the API: lists as of any day, joining, retaining, ending, looks."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import (
    DayIn,
    EndIn,
    HistoryOut,
    JoinIn,
    MembershipOut,
    MembershipPage,
    RestoreIn,
    RetainIn,
    RevealIn,
    RevealOut,
    TakeBackIn,
    WorkplaceIn,
)
from smartunion.ground.registry.flows import memberships, mending, people, workplace
from smartunion.ground.registry.flows.joining import add_member
from smartunion.ground.registry.flows.memberships import AlreadyMember, NewMembership
from smartunion.ground.registry.flows.people import PersonData
from smartunion.ground.registry.flows.people.looks import REVEALABLE
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, ChangeType, ConfirmedBy, IdType, MembershipState

router = Router(tags=["registry"])


class MemberFilter(Paging):
    """Which memberships. union: with everything below; as_of: the list of that day (default: running ones)."""

    union: RowId | None = None
    state: MembershipState | None = None
    as_of: date | None = None
    employer: RowId | None = None


def _rows(request: ActorRequest) -> Any:
    return Membership.objects.visible_to(request.actor).select_related("person", "union", "employer")


@router.get("/", response=MembershipPage, summary="Memberships")
def members(request: ActorRequest, given: Query[MemberFilter]) -> dict[str, Any]:
    """Memberships in your reach by name; the state of a past day is held_as."""
    rows = _rows(request)
    rows = rows.filter(ended_on=None) if given.as_of is None else rows.active_on(given.as_of)
    if given.union is not None:
        rows = rows.under(get_visible(TradeUnion.objects.visible_to(request.actor), given.union).path)
    if given.state is not None:
        rows = rows.filter(held_as=given.state)
    if given.employer is not None:
        rows = rows.filter(employer_id=given.employer)
    return page(rows, ("name_key",), given, "api.members")


@router.post("/", response={200: MembershipOut, 201: MembershipOut}, summary="Make somebody a member")
def join(request: ActorRequest, body: JoinIn) -> Any:
    """Find the person or enter her, then make her a member of a grassroots union, or let her wait in a leading union's
    pool. The same call again answers 200 with the membership there is; a member of another union is refused with
    `already_member`: ask for a transfer.
    """
    union = get_visible(TradeUnion.objects.visible_to(request.actor), body.union_id)
    is_member = union.kind in rules.ADMITTING
    person = PersonData(
        body.name, body.resident_id, _key(IdType, body.id_type, "id_type"), body.mobile,
        details={"is_new_form": True} if body.is_new_form else {},
    )  # fmt: skip
    data = NewMembership(
        0, union.pk, body.approved_on, state=MembershipState.ACTIVE if is_member else MembershipState.PREPARATORY,
        employer_id=body.employer_id, employer_name=body.employer_name,
        confirmed_by=_key(ConfirmedBy, body.confirmed_by, "confirmed_by"), source="api",
    )  # fmt: skip
    try:
        return Status(201, add_member(actor=request.actor, person=person, data=data, at=clock.now()))
    except AlreadyMember as refusal:
        if refusal.details.get("union_id") != union.pk:
            raise
        return Status(200, get_visible(_rows(request), refusal.details["membership_id"]))


@router.get("/{int:membership_id}", response=MembershipOut, summary="One membership")
def member(request: ActorRequest, membership_id: int) -> Any:
    """One spell."""
    return get_visible(_rows(request), membership_id)


@router.get("/{int:membership_id}/history", response=HistoryOut, summary="A member's history")
def history(request: ActorRequest, membership_id: int) -> dict[str, Any]:
    """The person and all her spells."""
    person = get_visible(_rows(request), membership_id).person
    return {
        "person": person,
        "member_since": queries.member_since(person),
        "spells": queries.spells_of(person),
        "platforms": queries.platform_work_of(person),
    }


@router.post("/{int:membership_id}/retain", response={200: MembershipOut}, summary="Retain a membership")
def retain(request: ActorRequest, membership_id: int, body: RetainIn) -> Any:
    """The running spell ends and a retained one begins."""
    reason = ChangeReason(_key(ChangeReason, body.reason, "reason"))
    return memberships.retain(
        actor=request.actor, membership_id=membership_id, reason=reason, on=body.on, at=clock.now()
    )


@router.post(
    "/{int:membership_id}/restore",
    response={200: MembershipOut},
    summary="Make a membership active",
)
def restore(request: ActorRequest, membership_id: int, body: RestoreIn) -> Any:
    """A retained membership is restored, or a waiting person taken in."""
    return memberships.activate(
        actor=request.actor, membership_id=membership_id, on=body.on, union_id=body.union_id, at=clock.now()
    )


@router.post("/{int:membership_id}/end", response={200: MembershipOut}, summary="End a membership")
def end(request: ActorRequest, membership_id: int, body: EndIn) -> Any:
    """Left or expelled, for a reason that fits. The member herself may leave."""
    return memberships.end(
        actor=request.actor, membership_id=membership_id, end_type=ChangeType(_key(ChangeType, body.type, "type")),
        reason=ChangeReason(_key(ChangeReason, body.reason, "reason")), on=body.on, note=body.note, at=clock.now(),
    )  # fmt: skip


@router.post("/{int:membership_id}/employer", response={200: MembershipOut}, summary="Change the employer")
def change_employer(request: ActorRequest, membership_id: int, body: WorkplaceIn) -> Any:
    """She works for another employer of the same union; the spell before keeps its own."""
    return workplace.change_employer(
        actor=request.actor, membership_id=membership_id, employer_id=body.employer_id, on=body.on, at=clock.now()
    )  # fmt: skip


@router.post(
    "/{int:membership_id}/day",
    response={200: MembershipOut},
    summary="Put a day of a membership right",
)
def correct_day(request: ActorRequest, membership_id: int, body: DayIn) -> Any:
    """A day that was entered wrongly; what stood before is kept with the reason."""
    return mending.correct_day(
        actor=request.actor, membership_id=membership_id, field=body.field, on=body.on, reason=body.reason, at=clock.now()
    )  # fmt: skip


@router.post("/{int:membership_id}/take-back", response={200: MembershipOut}, summary="Take an ending back")
def take_back(request: ActorRequest, membership_id: int, body: TakeBackIn) -> Any:
    """A membership ended by mistake runs on as if it had never ended."""
    return mending.take_back_end(
        actor=request.actor, membership_id=membership_id, reason=body.reason, at=clock.now()
    )


@router.post(
    "/people/{int:person_id}/reveal",
    response={200: RevealOut},
    summary="Look at a sealed value",
)
def reveal(request: ActorRequest, person_id: int, body: RevealIn) -> dict[str, str]:
    """ID number or mobile in clear, for a reason its owner can read; the look is recorded."""
    if body.field not in REVEALABLE:
        raise InvalidInput(_("Only ID number and mobile are sealed."), field="field")
    get_visible(Person.objects.visible_to(request.actor), person_id)
    value = people.reveal(
        actor=request.actor, person_id=person_id, field=body.field, reason=body.reason, at=clock.now()
    )
    return {"value": value}


def _key(kind: Any, value: str, field: str) -> Any:
    """A key of a list. Raises InvalidInput naming the field and the possible keys."""
    keys = [one.value for one in kind]
    if value not in keys:
        raise InvalidInput(
            _("This value is not one of those allowed."),
            remedy=_("Choose one of: %(allowed)s.") % {"allowed": ", ".join(key for key in keys if key)}, field=field,
        )  # fmt: skip
    return value
