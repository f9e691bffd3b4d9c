"""My bookings: the code for the door, confirming, cancelling, passing on, calendar, what I thought of it."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.core.ids import uuid7
from smartunion.core.reading import get_visible
from smartunion.core.web.acts import Act, perform
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.engines.offers import calendar, papers
from smartunion.engines.offers.flows import booking as booking_flows
from smartunion.engines.offers.flows import feedback, leaving, passing
from smartunion.engines.offers.flows.roll import days_of
from smartunion.engines.offers.flows.telling import sentences
from smartunion.engines.offers.handlers import FOLLOWERS, way_to_disagree
from smartunion.engines.offers.models import Booking, Feedback
from smartunion.engines.offers.queries import pages
from smartunion.engines.offers.queries.pages import thing_of
from smartunion.engines.offers.queries.places import turn_of
from smartunion.engines.offers.queries.roll import my_days
from smartunion.engines.offers.rules.terms import load_costs
from smartunion.engines.offers.rules.words import LIVE, TIMED, WITHOUT_DOOR, BookingState
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import Person


@require()
@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """All of them: those that stand first."""
    rows = list(pages.my_bookings(actor_of(request))[:100])
    now = clock.now()
    standing = [one for one in rows if one.state in LIVE and one.occasion.ends_at > now]
    over = [one for one in rows if one not in standing]
    return render(request, "offers/bookings.html", {"standing": standing, "over": over})


@require()
@require_GET
def booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """One of them, with its code."""
    return _page(request, booking_id, None)


def _page(request: HttpRequest, booking_id: int, refusal: DomainError | None) -> HttpResponse:
    shown, at = get_visible(pages.my_bookings(actor_of(request)), booking_id), clock.now()
    stands = shown.state in LIVE - {BookingState.ATTENDED, BookingState.NO_SHOW}
    values = {
        "booking": shown, "said": sentences(shown), "refusal": refusal, "client_id": uuid7(), "given": request.POST,
        "shows_code": shown.state == BookingState.CONFIRMED and shown.offer.kind not in WITHOUT_DOOR,
        "turn": turn_of(shown), "may_cancel": stands and at < shown.occasion.open_until,
        "is_certified": shown.is_certified(at), "pct": shown.present_pct(at),
        "is_late": leaving.is_late_for(shown, at),
        "may_confirm": shown.state in TIMED and shown.expires_at is not None and at < shown.expires_at,
        "may_pass": shown.state == "confirmed" and shown.offer.is_transferable and at < shown.occasion.starts_at,
        "days": my_days(shown), "excusable": _excusable(shown, at),
        "ways": [way for one in FOLLOWERS for way in one.ways_on(shown, at=at)], "thing": thing_of(shown),
        "disagree": way_to_disagree(shown, None), "costs": load_costs(shown.offer.costs),
        "feedback": Feedback.objects.filter(booking=shown).first(), "why": _why(shown),
    }  # fmt: skip
    return render(request, "offers/booking.html", values, status=refusal.status if refusal else 200)


def _why(shown: Booking) -> str:
    """What was noted with its last move, unless the booking says it already."""
    last = shown.events.order_by("at", "pk").values_list("note", flat=True).last() or ""
    return "" if last in shown.reasons else last


def _excusable(shown: Booking, at: datetime) -> list[date]:
    """Days of a course with a roll that lie ahead."""
    has_roll = shown.offer.absences_most or shown.offer.attendance_pct
    if shown.state != BookingState.CONFIRMED or not has_roll:
        return []
    return [day for day in days_of(shown.occasion) if day > local_date(at)]


@require()
@require_POST
def act(request: HttpRequest, booking_id: int, act: str) -> HttpResponse:
    """confirm, decline, cancel, pass, feedback."""
    actor, at, post = actor_of(request), clock.now(), request.POST
    get_visible(pages.my_bookings(actor), booking_id)
    acts: dict[str, Act] = {
        "confirm": (lambda: booking_flows.confirm(actor=actor, booking_id=booking_id, at=at),
                    _("The place is yours. Show the code at the door.")),
        "decline": (lambda: leaving.decline(actor=actor, booking_id=booking_id, at=at),
                    _("Declined. The place goes to the next in line.")),
        "cancel": (lambda: leaving.cancel(actor=actor, booking_id=booking_id, at=at, reason=post.get("reason", "")),
                   _("Cancelled. Somebody else can have the place.")),
        "pass": (lambda: _pass_on(request, actor, booking_id), _("Passed on. The other one has been asked to accept.")),
        "feedback": (lambda: feedback.say(actor=actor, booking_id=booking_id, score=post.get("score", ""),
                                          text=post.get("text", ""), at=at), _("Thank you for telling us.")),
    }  # fmt: skip
    return perform(
        request,
        acts,
        act,
        refused=lambda refusal: _page(request, booking_id, refusal),
        back=reverse("offers:booking", args=[booking_id]),
    )


def _pass_on(request: HttpRequest, actor: Actor, booking_id: int) -> Booking:
    """To a colleague named by her full name and phone number; whoever guesses one of them learns nothing."""
    name, mobile = request.POST.get("name", "").strip(), request.POST.get("mobile", "").strip()
    found = [
        one
        for one in Person.objects.filter(mobile_index__of=mobile, erased_at=None).order_by("pk")[:20]
        if one.name == name
    ]
    if not name or not mobile or len(found) != 1:
        raise InvalidInput(_("No member of this name with this phone number was found."), field="name")
    return passing.pass_on(
        actor=actor, booking_id=booking_id, person_id=found[0].pk, client_id=client_id_of(request.POST), at=clock.now()
    )  # fmt: skip


@require()
@require_GET
def calendar_file(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The booking for a calendar."""
    shown = get_visible(pages.my_bookings(actor_of(request)), booking_id)
    answer = HttpResponse(
        calendar.ics([shown], at=shown.updated_at), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="offer-{shown.pk}.ics"'
    return answer


@require()
@require_GET
def certificate(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The certificate of attendance, for whoever was there."""
    shown = get_visible(pages.my_bookings(actor_of(request)).filter(state=BookingState.ATTENDED), booking_id)
    if not shown.is_certified(clock.now()):
        raise NotVisible
    content = papers.certificate(shown, name=_name(request, shown))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="attendance-{shown.pk}.pdf"'
    return answer


def _name(request: HttpRequest, shown: Booking) -> str:
    return shown.person.name if shown.person is not None else actor_of(request).name
