"""A campaign on the desk: funnel, targets, gaps, joiners, bulletin."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.posted import number_of
from smartunion.engines.feeds import service as feeds
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import bulletin_text
from smartunion.systems.organising.bulletin import Period
from smartunion.systems.organising.drive_listing import STAGES
from smartunion.systems.organising.flows import targets as flows
from smartunion.systems.organising.flows import verifying
from smartunion.systems.organising.flows.questions import is_visited
from smartunion.systems.organising.joiner_listing import CAME, DRIVERS, JOINED, JOINERS, reason_words
from smartunion.systems.organising.models import JoinerCheck, JoiningDrive
from smartunion.systems.organising.queries import drive_progress as queries
from smartunion.systems.organising.queries import drive_register
from smartunion.systems.organising.queries.drive_visits import drive_visits
from smartunion.systems.organising.queries.drives import drives_for, progress
from smartunion.systems.organising.queries.target_progress import TargetLine
from smartunion.systems.organising.verifying import CheckVerdict

SEE = ("drives.manage", "organising.view")


@require_GET
@require(*SEE)
def drive_progress(request: ActorRequest, drive_id: int) -> HttpResponse:
    """Funnel, targets, gap lists by unit and platform."""
    return _page(request, _drive(request, drive_id), None)


@require_POST
@require("drives.manage")
def propose(request: ActorRequest, drive_id: int) -> HttpResponse:
    """Hand a target down."""
    row, given = _drive(request, drive_id), request.POST
    try:
        data = flows.NewTarget(
            union_id=_unit(request, row, given.get("unit", "")), quantity=number_of(given, "target", digits=9),
            kind=given.get("kind", ""), platform=given.get("platform", ""),
        )  # fmt: skip
        flows.propose_target(actor=request.actor, drive_id=row.pk, data=data, at=clock.now())
    except Refusal as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The target is handed down; it counts as agreed when the unit says so."))
    return redirect("joining:progress", drive_id=row.pk)


@require_POST
@require("drives.manage")
def agree(request: ActorRequest, target_id: int) -> HttpResponse:
    """Say that the unit agrees."""
    target = flows.agree_target(
        actor=request.actor, target_id=target_id, agreed_by=request.POST.get("agreed_by", ""), at=clock.now()
    )
    messages.success(request, _("The target is agreed."))
    return redirect("joining:progress", drive_id=target.drive_id)


@require_POST
@require("drives.manage")
def change(request: ActorRequest, target_id: int) -> HttpResponse:
    """Propose another number; the unit is asked again."""
    quantity = number_of(request.POST, "target", digits=9)
    target = flows.change_target(actor=request.actor, target_id=target_id, quantity=quantity, at=clock.now())
    messages.success(request, _("The target is changed; the unit has been told and is asked to agree again."))
    return redirect("joining:progress", drive_id=target.drive_id)


@require_POST
@require("drives.manage")
def withdraw(request: ActorRequest, target_id: int) -> HttpResponse:
    """Take a target back."""
    drive_id = flows.withdraw_target(
        actor=request.actor, target_id=target_id, reason=request.POST.get("reason", ""), at=clock.now()
    )
    messages.success(request, _("The target is taken back."))
    return redirect("joining:progress", drive_id=drive_id)


@require_POST
@require("drives.manage")
def check(request: ActorRequest, drive_id: int) -> HttpResponse:
    """Check the joiners against the register, as background work."""
    row = _drive(request, drive_id)
    try:
        job = verifying.start_check(actor=request.actor, drive_id=row.pk, at=clock.now())
    except InvalidInput as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The work has begun in the background. You can go on meanwhile."))
    return redirect("jobs:page", job_id=job.pk)


@require_GET
@require("members.view")
def joiners(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Everybody checked, those to look into first."""
    row = _drive(request, drive_id)
    rows = JoinerCheck.objects.visible_to(request.actor).filter(drive=row).select_related("person", "union")
    return listing_response(request, JOINERS, rows, template="organising/drive/joiners.html", drive=row)


@require_GET
@require("members.view")
def members(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Everybody who joined by the code, checked or not."""
    row = _drive(request, drive_id)
    asked = {one.key for one in CAME.all_filters if any(request.GET.get(name) for name in one.params)}
    if request.GET.get("running") == "yes":  # nearly all of them
        asked.discard("running")
    days = JOINED.read(dict(request.GET.lists()), request.actor).value or (None, None)
    number = queries.joined_number(row, request.actor, days)
    rows = queries.joined_by(
        row, request.actor, is_narrowed=bool(asked - {JOINED.key}) or number <= queries.FEW,
        is_searched="q" in asked and number > queries.MANY,
        by_day=request.GET.get("sort", "").lstrip("-") == "joined_on", path=request.GET.get("town", ""), days=days,
    )  # fmt: skip

    def known(_actor: Actor, given: Mapping[str, Any]) -> int | None:
        return number if given.keys() <= {JOINED.key} else None

    counted = replace(CAME, known=known)
    return listing_response(request, counted, rows, template="organising/drive/members.html", drive=row)


@require_GET
@require("members.view")
def register(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """The rows of the transport register the drive was last checked against, of its place."""
    row = _drive(request, drive_id)
    rows = drive_register.drivers(row, request.actor)
    return listing_response(request, DRIVERS, rows, template="organising/drive/register.html", drive=row)


@require_GET
@require("members.view")
def joiner(request: ActorRequest, check_id: int) -> HttpResponse:
    """One joiner: what the register says, and a verdict."""
    return _joiner(request, check_id, None)


@require_POST
@require("drives.manage")
def judge(request: ActorRequest, check_id: int) -> HttpResponse:
    """Say what one found out."""
    given = request.POST
    try:
        row = verifying.judge_joiner(
            actor=request.actor, check_id=check_id, verdict=given.get("verdict", ""), note=given.get("note", ""),
            at=clock.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        return _joiner(request, check_id, refusal)
    messages.success(request, _("Noted. What you said counts before the register."))
    return redirect(f"{reverse('joining:joiners', args=[row.drive_id])}?open=1")


@require_GET
@require(*SEE)
def bulletin(request: ActorRequest, drive_id: int) -> HttpResponse:
    """The bulletin of a period, as a page."""
    row = _drive(request, drive_id)
    period, problem = _period(request, row)
    made = queries.bulletin_of(row, period)
    context = {
        "drive": row, "bulletin": made, "period": period, "problem": problem, "title": bulletin_text.title(row),
        "paragraphs": bulletin_text.paragraphs(row, made), "text": bulletin_text.text(row, made),
        "places": [(one, bulletin_text.moved(one)) for one in made.places], "unnamed": bulletin_text.unnamed(made),
        "sees_members": request.actor.can("members.view", path=row.path),
        "days": f"joined_from={period.first.isoformat()}&joined_to={period.last.isoformat()}",
        "sees_visits": request.actor.can("organising.view", path=row.path),
        "visited": f"{reverse('coverage:visits')}?drive={row.pk}&on_from={period.first}&on_to={period.last}",
        "query": f"from={period.first.isoformat()}&to={period.last.isoformat()}",
    }  # fmt: skip
    return render(request, "organising/drive/bulletin.html", context, status=422 if problem else 200)


@require_GET
@require(*SEE)
def bulletin_paper(request: ActorRequest, drive_id: int) -> HttpResponse:
    """The bulletin as PDF."""
    row = _drive(request, drive_id)
    period, problem = _period(request, row)
    if problem:
        raise InvalidInput(problem, field="to")
    content = bulletin_text.paper(row, queries.bulletin_of(row, period), at=clock.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = disposition(f"{bulletin_text.title(row)}-{period.last:%Y%m%d}.pdf")
    return answer


def _drive(request: ActorRequest, drive_id: int) -> JoiningDrive:
    return get_visible(drives_for(request.actor), drive_id)


def _page(request: ActorRequest, row: JoiningDrive, refusal: DomainError | None) -> HttpResponse:
    actor, numbers = request.actor, progress(row, today=clock.today())
    may = actor.can("drives.manage", path=row.path)
    lines, checked = queries.target_lines(row), JoinerCheck.objects.filter(drive=row)
    own = next(
        (one for one in lines if one.target.union_id == row.union_id and not one.target.platform), None
    )
    units, told = queries.unit_lines(row), row.register
    visits = drive_visits(row, [line.union for line in units])
    near = {one.pk for one in _unions_of(units, lines) if actor.can("members.view", path=one.path)}
    context = {
        "drive": row, "refusal": refusal, "given": request.POST, "own": own, "lines": lines,
        "stages": [(key, STAGES[key], count) for key, count in (
            ("targeted", own.target.quantity if own else None), ("contacted", drive_register.contacted(row)),
            *((one.key, one.count) for one in numbers.stages),
            ("verified", checked.filter(is_verified=True).count()),
        )],
        "visits": visits, "sees_visits": actor.can("organising.view", path=row.path),
        "visit_units": [(one, actor.can("organising.view", path=one.union.path)) for one in visits.units],
        "may_ask": may and is_visited(row),
        "units": [(line, line.union.pk in near) for line in units], "platforms": queries.platform_lines(row),
        "open": queries.open_checks(row).count(), "may": may,
        "may_agree": {one.target.pk for one in lines if actor.can("drives.manage", path=one.target.path)},
        "kinds": [(kind, KINDS[kind].label) for kind in flows.COUNTED], "labels": {k: KINDS[k].label for k in flows.COUNTED},
        "sees_members": actor.can("members.view", path=row.path), "seen": near,
        "sees_area": actor.can("members.view", path=told.get("area", row.path)),
        "register": reverse("joining:register", args=[row.pk]) if drive_register.is_kept(told.get("snapshot", 0)) else "",
        "has_register": verifying.TABLE in feeds.latest(row.path),
        "checked_at": row.register.get("checked", ""), "as_of": row.register.get("as_of", ""),
    }  # fmt: skip
    return render(
        request, "organising/drive/progress.html", context, status=refusal.status if refusal else 200
    )


def _unions_of(units: list[queries.UnitLine], lines: list[TargetLine]) -> Iterator[TradeUnion]:
    yield from (line.union for line in units)
    yield from (line.target.union for line in lines)


def _joiner(request: ActorRequest, check_id: int, refusal: DomainError | None) -> HttpResponse:
    rows = JoinerCheck.objects.visible_to(request.actor).select_related("person", "union", "drive")
    row = get_visible(rows, check_id)
    context = {
        "row": row, "refusal": refusal, "reasons": [reason_words(one) for one in row.reasons],
        "may": request.actor.can("drives.manage", path=row.path), "verdicts": CheckVerdict.choices,
        "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "organising/drive/joiner.html", context, status=refusal.status if refusal else 200)


def _unit(request: ActorRequest, row: JoiningDrive, name: str) -> int:
    """The union of this name within the drive. Raises InvalidInput naming unit."""
    within = (
        TradeUnion.objects.visible_to(request.actor).under(row.path).filter(name=name.strip(), state="active")
    )
    found = list(within.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise InvalidInput(_("No single union of this name was found within the drive."), field="union")
    return found[0]


def _period(request: ActorRequest, row: JoiningDrive) -> tuple[Period, str]:
    """What the address asks for, else the last seven days; with what is wrong about it."""
    usual = queries.usual_period(row, clock.today())
    given = request.GET.get("from", ""), request.GET.get("to", "")
    if given == ("", ""):
        return usual, ""
    try:
        first, last = (date.fromisoformat(text) for text in given)
    except ValueError:
        return usual, _("Choose two days in the calendar.")
    if not (date(2000, 1, 1) <= first <= last <= date(2200, 1, 1)) or (last - first).days > 366:
        return usual, _("The period ends before it begins, or is longer than a year.")
    return Period(first, last), ""
