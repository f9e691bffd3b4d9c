"""Events of a drive: planned, guests noted on the spot, gifts handed out, the roll on paper."""

from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.ids import row_id
from smartunion.core.keys import prefixed
from smartunion.core.pdf import papers
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.posted import number_of
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import Membership
from smartunion.systems.organising.bulletin_text import chinese_day
from smartunion.systems.organising.flows import drive_events as flows
from smartunion.systems.organising.models import DriveEvent, DriveGuest
from smartunion.systems.organising.queries.drives import drives_for


@require_http_methods(["GET", "POST"])
@require("drives.manage")
def events(request: ActorRequest, drive_id: int) -> HttpResponse:
    """The drive's events, and the form for a new one."""
    drive = get_visible(drives_for(request.actor), drive_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        given = request.POST
        try:
            data = flows.NewEvent(
                union_id=drive.union_id, title=given.get("title", ""), held_on=_day(given.get("held_on", "")),
                place=given.get("place", ""), gift=given.get("gift", ""), stock=number_of(given, "stock", digits=9),
            )  # fmt: skip
            event = flows.plan_event(actor=request.actor, drive_id=drive.pk, data=data, at=clock.now())
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("The event is noted. Guests are noted on its page."))
            return redirect("joining:event", event_id=event.pk)
    rows = DriveEvent.objects.visible_to(request.actor).filter(drive=drive).order_by("-held_on", "-pk")
    context = {
        "drive": drive, "events": rows, "refusal": refusal, "given": request.POST, "today": clock.today(),
        "may": request.actor.can("drives.manage", path=drive.path),
    }  # fmt: skip
    return render(request, "organising/drive/events.html", context, status=refusal.status if refusal else 200)


@require_GET
@require("drives.manage")
def event(request: ActorRequest, event_id: int) -> HttpResponse:
    """One event: who came, and the search for who has just come."""
    return _page(request, event_id, None)


@require_POST
@require("drives.manage")
def guest(request: ActorRequest, event_id: int) -> HttpResponse:
    """Somebody came, perhaps with the gift."""
    person = request.POST.get("person", "")
    try:
        flows.note_guest(
            actor=request.actor, event_id=event_id, person_id=row_id(person),
            with_gift=request.POST.get("gift") == "1", at=clock.now(),
        )  # fmt: skip
    except flows.GiftGone as refusal:
        return _page(request, event_id, refusal)
    messages.success(request, _("Noted."))
    return redirect("joining:event", event_id=event_id)


@require_POST
@require("drives.manage")
def remove_guest(request: ActorRequest, guest_id: int) -> HttpResponse:
    """Undo a slip."""
    row = flows.take_back(
        actor=request.actor, guest_id=guest_id, reason=request.POST.get("reason", ""), at=clock.now()
    )
    messages.success(request, _("Taken back."))
    return redirect("joining:event", event_id=row.pk)


@require_GET
@require("members.view")
def roll(request: ActorRequest, event_id: int) -> HttpResponse:
    """The roll as PDF with a place to sign."""
    row = get_visible(DriveEvent.objects.visible_to(request.actor), event_id)
    head = [_("No."), _("Name"), _("Union"), _("Gift"), _("Signature")]
    unions = _unions(row)
    rows = [
        [str(number), one.person.name, unions.get(one.person_id, ""), row.gift if one.gift_at else "", ""]
        for number, one in enumerate(_guests(row), 1)
    ]
    blocks: list[papers.Block] = [
        {"kind": "text", "text": _("%(day)s · %(place)s · %(guests)s guests, %(gifts)s gifts handed out of %(stock)s") % {
            "day": chinese_day(row.held_on), "place": row.place or "–", "guests": len(rows), "gifts": row.handed_out,
            "stock": row.stock,
        }},
        {"kind": "table", "head": head, "rows": rows, "widths": [1, 3, 7, 3, 4]},
    ]  # fmt: skip
    content = papers.render(title=row.title, blocks=blocks, at=clock.now(), foot=row.title)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = disposition(f"{row.title}.pdf")
    answer["Cache-Control"] = "no-store"
    return answer


def _page(request: ActorRequest, event_id: int, refusal: DomainError | None) -> HttpResponse:
    row = get_visible(DriveEvent.objects.visible_to(request.actor).select_related("drive", "union"), event_id)
    words = request.GET.get("q", "").strip()[:40]
    unions = _unions(row)
    context = {
        "event": row, "refusal": refusal, "words": words, "left": row.stock - row.handed_out,
        "found": _found(request, row, words) if words else [],
        "guests": [(one, unions.get(one.person_id, "")) for one in _guests(row)],
        "may": request.actor.can("drives.manage", path=row.path),
    }  # fmt: skip
    return render(request, "organising/drive/event.html", context, status=refusal.status if refusal else 200)


def _guests(row: DriveEvent) -> QuerySet[DriveGuest]:
    return row.guests.select_related("person").order_by("-came_at", "-pk")[:2000]


def _unions(row: DriveEvent) -> dict[int, str]:
    spells = Membership.objects.filter(person_id__in=row.guests.values("person_id"), ended_on=None)
    return dict(spells.values_list("person_id", "union__name"))


def _found(request: ActorRequest, row: DriveEvent, words: str) -> list[Membership]:
    """Joiners of the drive by name, or by the last four digits of the phone."""
    joined = Fact.objects.standing().filter(drive_id=row.drive_id, kind=MEMBER_JOINED).values("person_id")
    rows = Membership.objects.visible_to(request.actor).filter(person_id__in=joined, ended_on=None)
    if words.isdigit() and len(words) == 4:
        rows = rows.filter(person__mobile_tail=words)
    else:
        rows = rows.filter(prefixed("person__name", words))
    return list(rows.select_related("person", "union").order_by("person__name", "pk")[:20])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
