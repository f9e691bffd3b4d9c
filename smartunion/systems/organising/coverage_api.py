"""Coverage over the API: village ledgers, groups of firms, campaigns among drivers."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.systems.organising import bulletin_text
from smartunion.systems.organising.api_common import Page, StartedOut, acting, page_of
from smartunion.systems.organising.bulletin import Period
from smartunion.systems.organising.flows import drives, targets, verifying
from smartunion.systems.organising.joiner_listing import reason_words
from smartunion.systems.organising.ledger_rules import Cover, NextStep
from smartunion.systems.organising.models import JoinerCheck, JoiningDrive
from smartunion.systems.organising.queries import drive_progress, ledger, segments
from smartunion.systems.organising.queries.drive_visits import drive_visits
from smartunion.systems.organising.queries.drives import drives_for
from smartunion.systems.organising.queries.segments import Segment
from smartunion.systems.organising.queries.target_progress import TargetLine
from smartunion.systems.organising.verifying import CheckState, CheckVerdict

router = Router(tags=["organising"])
LEDGER = ("organising.view", "organising.view_own")
DRIVES = ("drives.manage", "organising.view")


class VillageOut(Schema):
    """A village (or a wider place for employers of no known village) with the sums of its ledger."""

    id: int
    code: str
    name: str
    level: str
    employers: int
    covered: int
    uncovered: int
    open_findings: int
    people: int
    members: int
    last_visit_on: date | None
    organiser: str


class VillagesOut(Page):
    """A page of villages."""

    items: list[VillageOut]


class LedgerLineOut(Schema):
    """An employer of a village. people: null when unknown; finding_state: "" when there never was one."""

    employer_id: int
    name: str
    cover: Cover
    unions: list[str]
    people: int | None
    members: int
    finding_id: int | None
    finding_state: str
    last_visit_on: date | None
    next_step: NextStep
    organiser: str


class LedgerOut(Page):
    """A page of a village's ledger."""

    items: list[LedgerLineOut]


class ShareOut(Schema):
    """Firms of a group and those that have a union; pct: rounded down, null without firms."""

    segment: Segment
    total: int
    covered: int
    pct: int | None


class SharesOut(Schema):
    """The shares of one federation; path "" and name "" stand for the whole reach."""

    name: str
    path: str
    shares: list[ShareOut]


class TargetOut(Schema):
    """A target of a drive; done is a sum over the ledger; agreed_on: null while it is proposed."""

    id: int
    union_id: int
    union: str
    platform: str
    counts: str
    quantity: int
    done: int
    gap: int
    pct: int
    agreed_by: str
    agreed_on: date | None


class TargetIn(Schema):
    """A number handed down to a unit, or to a platform."""

    union_id: RowId
    quantity: int
    counts: str = Field(MEMBER_JOINED, max_length=40)
    platform: str = Field("", max_length=60)


class AgreeIn(Schema):
    """Who agreed; empty: whoever calls."""

    agreed_by: str = Field("", max_length=80)


class UnitOut(Schema):
    """A unit of the gap list."""

    union_id: int
    union: str
    target: int | None
    in_register: int | None
    joined: int
    verified: int
    gap: int | None
    to_look_into: int


class PlatformOut(Schema):
    """A platform of the gap list."""

    platform: str
    target: int | None
    in_register: int
    joined: int
    verified: int
    gap: int | None


class DriveVisitsOut(Schema):
    """Visits made for a drive. met: somebody was there; done: those that count as done."""

    visits: int
    met: int
    done: int


class DriveAnswersOut(Schema):
    """What was answered to a question of a drive, in words; visits: at how many."""

    question_id: int
    question: str
    visits: int
    words: str


class ProgressOut(Schema):
    """Targets and gaps of a drive; register_as_of: day of the extract the joiners were checked against."""

    targets: list[TargetOut]
    units: list[UnitOut]
    platforms: list[PlatformOut]
    register_as_of: date | None
    visits: DriveVisitsOut
    answers: list[DriveAnswersOut]


class CheckOut(Schema):
    """A joiner against the transport register; reasons are whole sentences."""

    id: int
    person_id: int
    name: str
    union: str
    state: CheckState
    is_verified: bool
    verdict: str
    platform: str
    valid_until: date | None
    reasons: list[str]
    joined_on: date


class ChecksOut(Page):
    """A page of joiners."""

    items: list[CheckOut]


class JudgeIn(Schema):
    """What was found out; verdict "" takes it back."""

    verdict: CheckVerdict | None = None
    note: str = Field("", max_length=200)


class StandingOut(Schema):
    """A unit in the bulletin."""

    place: int
    place_before: int
    union: str
    target: int | None
    total: int
    during: int
    previous: int
    verified: int
    pct: int | None


class BulletinOut(Schema):
    """A drive's bulletin: figures, standing of units, and the text as it may be sent."""

    first: date
    last: date
    total: int
    during: int
    previous: int
    target: int | None
    verified: int
    visits: DriveVisitsOut
    standing: list[StandingOut]
    text: str


@router.get("/villages", response=VillagesOut, summary="Villages with the sums of their ledgers")
def villages(request: HttpRequest, cursor: RowId = 0, limit: int = 50) -> dict[str, Any]:
    """The territory for the desk, the villages of one's areas for organisers."""
    actor = acting(request, *LEDGER)
    rows, _at = ledger.listed(actor, clock.today())
    found, more = page_of(rows, cursor, limit)
    items = [
        {"id": row.pk, "code": row.code, "name": row.name, "level": row.level, "employers": row.employers,
         "covered": row.covered, "uncovered": row.uncovered, "open_findings": row.open_findings, "people": row.people,
         "members": row.members, "last_visit_on": ledger.visited_on(row), "organiser": row.organiser or ""}
        for row in found
    ]  # fmt: skip
    return {"items": items, "next": more}


@router.get("/villages/{int:region_id}/employers", response=LedgerOut, summary="The ledger of a village")
def village(
    request: HttpRequest, region_id: int, cover: Cover | None = None, cursor: RowId = 0, limit: int = 50
) -> dict[str, Any]:
    """404 when the village is not in one's reach."""
    actor, today = acting(request, *LEDGER), clock.today()
    region = get_visible(ledger.places(actor), region_id)
    rows = ledger.employers(actor, region, today)
    found, more = page_of(rows.filter(cover=cover.value) if cover else rows, cursor, limit)
    items = [
        {"employer_id": row.pk, "name": row.name, "cover": row.cover, "unions": [link.union.name for link in row.open_links],
         "people": row.heads, "members": row.members, "finding_id": row.no_union[0].pk if row.no_union else None,
         "finding_state": row.finding_state or "", "last_visit_on": ledger.visited_on(row),
         "next_step": ledger.step_of(row, today), "organiser": row.organiser or ""}
        for row in found
    ]  # fmt: skip
    return {"items": items, "next": more}


@router.get("/shares", response=list[SharesOut], summary="Coverage by group of firms and federation")
def shares(request: HttpRequest) -> list[dict[str, Any]]:
    """The whole reach first, then the federations directly below."""
    actor = acting(request, "organising.view")
    limits = segments.limits_for(actor, clock.today())
    return [
        {"name": unit.name, "path": unit.path, "shares": [
            {"segment": key, "total": one.total, "covered": one.covered, "pct": one.pct} for key, one in unit.shares.items()
        ]}
        for unit in segments.shares(actor, segments.units_below(actor), limits)
    ]  # fmt: skip


def _drive(request: HttpRequest, drive_id: int) -> JoiningDrive:
    return get_visible(drives_for(acting(request, *DRIVES)), drive_id)


def _target(line: TargetLine) -> dict[str, Any]:
    target = line.target
    return {
        "id": target.pk, "union_id": target.union_id, "union": target.union.name, "platform": target.platform,
        "counts": target.fact_kind, "quantity": target.quantity, "done": line.done, "gap": line.gap, "pct": line.pct,
        "agreed_by": target.agreed_by, "agreed_on": clock.local_date(target.agreed_at) if target.agreed_at else None,
    }  # fmt: skip


@router.get("/drives/{int:drive_id}/progress", response=ProgressOut, summary="Targets and gaps of a drive")
def progress(request: HttpRequest, drive_id: int) -> dict[str, Any]:
    """Every number a sum over the ledger, the register's own as of its last check."""
    row = _drive(request, drive_id)
    visits = drive_visits(row, [])
    units = [
        {"union_id": one.union.pk, "union": one.union.name, "target": one.target, "in_register": one.in_register,
         "joined": one.joined, "verified": one.verified, "gap": one.gap, "to_look_into": one.to_work}
        for one in drive_progress.unit_lines(row)
    ]  # fmt: skip
    platforms = [
        {"platform": one.platform, "target": one.target, "in_register": one.in_register, "joined": one.joined,
         "verified": one.verified, "gap": one.gap}
        for one in drive_progress.platform_lines(row)
    ]  # fmt: skip
    return {
        "targets": [_target(line) for line in drive_progress.target_lines(row)], "units": units, "platforms": platforms,
        "register_as_of": row.register.get("as_of") or None, "visits": asdict(visits.whole),
        "answers": [
            {"question_id": one.pk, "question": one.label, "visits": found.visits, "words": found.in_words(one.kind)}
            for one, found in visits.asked
        ],
    }  # fmt: skip


@router.post("/drives/{int:drive_id}/targets", response=TargetOut, summary="Hand a target down")
def hand_down(request: HttpRequest, drive_id: int, body: TargetIn) -> dict[str, Any]:
    """counts: registry.member_joined, organising.driver_verified or registry.union_founded."""
    row = _drive(request, drive_id)
    data = targets.NewTarget(body.union_id, body.quantity, body.counts, body.platform)
    made = targets.propose_target(actor=acting(request), drive_id=row.pk, data=data, at=clock.now())
    return next(_target(line) for line in drive_progress.target_lines(row) if line.target.pk == made.pk)


class TargetChangeIn(Schema):
    """Another number for a target handed down."""

    quantity: int = Field(ge=1, le=10_000_000)


@router.post("/targets/{int:target_id}/change", response=TargetOut, summary="Change a target")
def change(request: HttpRequest, target_id: int, body: TargetChangeIn) -> Any:
    """Propose another number; what was agreed is asked again, and the unit is told."""
    made = targets.change_target(
        actor=acting(request), target_id=target_id, quantity=body.quantity, at=clock.now()
    )
    row = get_visible(drives_for(acting(request)), made.drive_id)
    return next(_target(line) for line in drive_progress.target_lines(row) if line.target.pk == made.pk)


@router.post("/targets/{int:target_id}/agree", response={204: None}, summary="Agree to a target")
def agree(request: HttpRequest, target_id: int, body: AgreeIn) -> Status[None]:
    """409 when it is agreed already."""
    actor = acting(request, "drives.manage")
    targets.agree_target(actor=actor, target_id=target_id, agreed_by=body.agreed_by, at=clock.now())
    return Status(204, None)


@router.post(
    "/drives/{int:drive_id}/target", response=TargetOut, summary="Agree on the whole number of a drive"
)
def set_target(request: HttpRequest, drive_id: int, body: TargetChangeIn) -> dict[str, Any]:
    """The number before is replaced; what was handed down stays."""
    actor = acting(request, "drives.manage")
    made = drives.set_target(actor=actor, drive_id=drive_id, quantity=body.quantity, at=clock.now())
    row = get_visible(drives_for(actor), drive_id)
    return next(_target(line) for line in drive_progress.target_lines(row) if line.target.pk == made.pk)


class TargetWithdrawIn(Schema):
    """Why the number is taken back."""

    reason: str = Field(max_length=200)


@router.post("/targets/{int:target_id}/withdraw", response={204: None}, summary="Take a target back")
def withdraw(request: HttpRequest, target_id: int, body: TargetWithdrawIn) -> Status[None]:
    """With the reason on record; what was joined stays counted."""
    actor = acting(request, "drives.manage")
    targets.withdraw_target(actor=actor, target_id=target_id, reason=body.reason, at=clock.now())
    return Status(204, None)


@router.post(
    "/drives/{int:drive_id}/checks", response=StartedOut, summary="Check the joiners against the register"
)
def start_check(request: HttpRequest, drive_id: int) -> dict[str, Any]:
    """In the background; 422 while no extract of the transport department is there."""
    job = verifying.start_check(actor=acting(request, "drives.manage"), drive_id=drive_id, at=clock.now())
    return {"job_id": job.pk}


def _check(row: JoinerCheck) -> dict[str, Any]:
    return {
        "id": row.pk, "person_id": row.person_id, "name": row.person.name, "union": row.union.name, "state": row.state,
        "is_verified": row.is_verified, "verdict": row.verdict, "platform": row.platform, "valid_until": row.valid_until,
        "reasons": [reason_words(one) for one in row.reasons], "joined_on": row.joined_on,
    }  # fmt: skip


@router.get("/drives/{int:drive_id}/checks", response=ChecksOut, summary="Joiners against the register")
def checks(
    request: HttpRequest, drive_id: int, is_open: bool = False, cursor: RowId = 0, limit: int = 50
) -> dict[str, Any]:
    """is_open: only those the register does not vouch for and nobody has looked into. Members in one's reach."""
    actor = acting(request, "members.view")
    rows = JoinerCheck.objects.visible_to(actor).filter(drive=_drive(request, drive_id))
    rows = rows.filter(is_verified=False, verdict="") if is_open else rows
    found, more = page_of(rows.select_related("person", "union"), cursor, limit)
    return {"items": [_check(row) for row in found], "next": more}


@router.post(
    "/checks/{int:check_id}/judge", response=CheckOut, summary="Say what was found out about a joiner"
)
def judge(request: HttpRequest, check_id: int, body: JudgeIn) -> dict[str, Any]:
    """A person's word counts before the register's."""
    actor = acting(request, "drives.manage")
    row = verifying.judge_joiner(
        actor=actor, check_id=check_id, verdict=body.verdict or "", note=body.note, at=clock.now()
    )
    return _check(row)


@router.get("/drives/{int:drive_id}/bulletin", response=BulletinOut, summary="The bulletin of a drive")
def bulletin(
    request: HttpRequest, drive_id: int, first: date | None = None, last: date | None = None
) -> dict[str, Any]:
    """Of the last seven days unless both days are given."""
    row = _drive(request, drive_id)
    period = drive_progress.usual_period(row, clock.today())
    if first is not None and last is not None:
        if not (date(2000, 1, 1) <= first <= last <= date(2200, 1, 1)) or (last - first).days > 366:
            raise InvalidInput("The period ends before it begins, or is longer than a year.", field="last")
        period = Period(first, last)
    made = drive_progress.bulletin_of(row, period)
    whole = made.whole
    standing = [
        {"place": one.place, "place_before": one.place_before, "union": one.unit.name, "target": one.unit.target,
         "total": one.unit.total, "during": one.unit.during, "previous": one.unit.previous, "verified": one.unit.verified,
         "pct": one.unit.pct}
        for one in made.places
    ]  # fmt: skip
    return {
        "first": period.first, "last": period.last, "total": whole.total, "during": whole.during,
        "previous": whole.previous, "target": whole.target, "verified": whole.verified, "standing": standing,
        "visits": asdict(made.visited),
        "text": bulletin_text.text(row, made),
    }  # fmt: skip
