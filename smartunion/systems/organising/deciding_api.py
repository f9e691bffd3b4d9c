"""What the desk decides about findings, over the API: the acts of a finding's page, and one act for many."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import RowId
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.api_common import StartedOut, acting
from smartunion.systems.organising.finding_out import FindingOut, finding_out
from smartunion.systems.organising.flows import findings, invitations, taking_in, two_covers, verdicts
from smartunion.systems.organising.jobs import BULK
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.queries.invitations import link_of
from smartunion.systems.organising.queries.ledger import seen_by
from smartunion.systems.organising.rules import CoverSide

router = Router(tags=["organising"])
DECIDE = "organising.take_up"


class FindingNoteIn(Schema):
    """A word that stands in the finding's history."""

    note: str = Field("", max_length=500)


class FindingReasonIn(Schema):
    """Why."""

    reason: str = Field(max_length=500)


class FindingPostponeIn(FindingNoteIn):
    """The day it comes back to the day lists."""

    until: date


class SettleIn(FindingNoteIn):
    """table: the key of one of the finding's answers, "none" when neither department is right."""

    table: str = Field(max_length=40)


class CoversIn(FindingNoteIn):
    """Which union covers the employer: its own, or the joint one."""

    holds: CoverSide


class TakeInFirmIn(FindingNoteIn):
    """The joint union of the place that is to cover the firm."""

    union_id: RowId


class PickedIn(Schema):
    """Findings, or employers, by id."""

    ids: list[RowId] = Field(min_length=1, max_length=20_000)


class FoundingInvitationOut(Schema):
    """The link a firm founds its union by."""

    id: int
    finding_id: int
    link: str
    ends_on: date
    closed_at: datetime | None


def _stands(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    rows = Finding.objects.visible_to(acting(request)).select_related("employer", "union")
    return finding_out(get_visible(rows, finding.pk))


@router.post("/findings/{int:finding_id}/take-up", response=FindingOut, summary="Take a finding up")
def take_up(request: HttpRequest, finding_id: int, body: FindingNoteIn) -> Any:
    """From now on it is on the list to work on, and a firm without a union gets its link."""
    done = findings.take_up(actor=acting(request), finding_id=finding_id, note=body.note, at=clock.now())
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/take-in", response=FindingOut, summary="Let a joint union take a firm in"
)
def take_in(request: HttpRequest, finding_id: int, body: TakeInFirmIn) -> Any:
    """It covers the firm from today, people of the firm who wait become its members, and the finding is closed."""
    done = taking_in.take_in(
        actor=acting(request), finding_id=finding_id, union_id=body.union_id, note=body.note, at=clock.now()
    )
    return _stands(request, done)


@router.post("/findings/{int:finding_id}/confirm", response=FindingOut, summary="Confirm a finding to verify")
def confirm(request: HttpRequest, finding_id: int, body: FindingNoteIn) -> Any:
    """It is real: it moves to the list to do."""
    done = findings.confirm_real(actor=acting(request), finding_id=finding_id, note=body.note, at=clock.now())
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/dismiss", response=FindingOut, summary="Close a finding from the desk"
)
def dismiss(request: HttpRequest, finding_id: int, body: FindingReasonIn) -> Any:
    """422 while a union is being founded there."""
    done = findings.dismiss(actor=acting(request), finding_id=finding_id, reason=body.reason, at=clock.now())
    return _stands(request, done)


@router.post("/findings/{int:finding_id}/reopen", response=FindingOut, summary="Open a closed finding again")
def reopen(request: HttpRequest, finding_id: int, body: FindingReasonIn) -> Any:
    """It is open as before it was closed."""
    done = findings.reopen(actor=acting(request), finding_id=finding_id, reason=body.reason, at=clock.now())
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/postpone", response=FindingOut, summary="Put a finding off until a day"
)
def postpone(request: HttpRequest, finding_id: int, body: FindingPostponeIn) -> Any:
    """Off the day lists until then; 422 for a day that is not to come, and for a closed finding."""
    done = findings.postpone(
        actor=acting(request), finding_id=finding_id, until=body.until, note=body.note, at=clock.now()
    )
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/settle", response=FindingOut, summary="Settle what two departments say"
)
def settle(request: HttpRequest, finding_id: int, body: SettleIn) -> Any:
    """Says whose value is right, of the finding's `answers`; it is closed, and the next comparison keeps to it."""
    done = verdicts.settle_disagreement(
        actor=acting(request), finding_id=finding_id, table=body.table, note=body.note, at=clock.now()
    )
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/covers", response=FindingOut, summary="Say which union covers an employer"
)
def covers(request: HttpRequest, finding_id: int, body: CoversIn) -> Any:
    """The other coverage ends today and the finding is closed. 409 when one of the two has ended meanwhile."""
    done = two_covers.settle_covers(
        actor=acting(request), finding_id=finding_id, holds=body.holds.value, note=body.note, at=clock.now()
    )
    return _stands(request, done)


@router.post("/findings/{int:finding_id}/covers/undo", response=FindingOut, summary="Take that back")
def uncover(request: HttpRequest, finding_id: int, body: FindingNoteIn) -> Any:
    """Coverage, verdict and finding are as they were; 409 when the coverage was changed since."""
    done = two_covers.unsettle_covers(
        actor=acting(request), finding_id=finding_id, note=body.note, at=clock.now()
    )
    return _stands(request, done)


@router.post(
    "/findings/{int:finding_id}/invitation",
    response=FoundingInvitationOut,
    summary="The link to found a union by",
)
def invite(request: HttpRequest, finding_id: int) -> dict[str, Any]:
    """Made when there is none that holds; the same call again gives the same link."""
    return _invitation(invitations.invite(actor=acting(request), finding_id=finding_id, at=clock.now()))


@router.delete(
    "/findings/{int:finding_id}/invitation", response=FoundingInvitationOut, summary="Take the link back"
)
def uninvite(request: HttpRequest, finding_id: int) -> dict[str, Any]:
    """Whoever opens it is told to ask for a new one; 409 when there is none."""
    return _invitation(invitations.take_back(actor=acting(request), finding_id=finding_id, at=clock.now()))


def _invitation(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "finding_id": row.finding_id, "link": link_of(row), "ends_on": row.ends_on,
        "closed_at": row.closed_at,
    }  # fmt: skip


@router.post("/findings/take-up", response=StartedOut, summary="Take many findings up")
def take_many_up(request: HttpRequest, body: PickedIn) -> dict[str, Any]:
    """One by one in the background; the job's file says what became of each."""
    actor = acting(request, DECIDE)
    rows = Finding.objects.visible_to(actor).filter(actor.within(DECIDE, "path"))
    return _begin(request, "take_up", _("Take up"), _there(rows, body.ids))


@router.post("/employers/list", response=StartedOut, summary="Put firms on the list to do")
def put_many_on_list(request: HttpRequest, body: PickedIn) -> dict[str, Any]:
    """Firms without a union, whatever their size, one by one in the background; the job's file says what became of each."""
    actor = acting(request, DECIDE, "organising.visit")
    return _begin(
        request, "list", _("Put on the list to do"), _there(Employer.objects.filter(seen_by(actor)), body.ids)
    )


def _there(rows: Any, ids: list[int]) -> list[int]:
    """Which of them are there to act on, in order. Raises InvalidInput when none is."""
    found: list[int] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 900):
        part = rows.filter(pk__in=wanted[start : start + 900])
        found += part.order_by("pk").values_list("pk", flat=True)
    if not found:
        raise InvalidInput(_("None of these is open to you."), field="ids")
    return found


def _begin(request: HttpRequest, action: str, label: str, ids: list[int]) -> dict[str, Any]:
    job = enqueue(
        actor=acting(request), kind=BULK, title=f"{label}（{len(ids)}）", payload={"action": action, "ids": ids},
        at=clock.now(),
    )  # fmt: skip
    return {"job_id": job.pk}
