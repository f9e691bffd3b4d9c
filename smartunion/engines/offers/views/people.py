"""People of an offer on the desk: one booking, and who was at an occasion for how long."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, NotAllowed, NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.acts import Act, perform
from smartunion.core.web.guards import actor_of
from smartunion.engines.offers.flows import absence, checkin, leaving, looking
from smartunion.engines.offers.listings import ATTENDANCE, who
from smartunion.engines.offers.models import Ban, Booking
from smartunion.engines.offers.queries import pages
from smartunion.engines.offers.queries.places import turn_of
from smartunion.engines.offers.rules.questions import load as load_questions
from smartunion.engines.offers.rules.words import LIVE, BookingState
from smartunion.ground.accounts.web import require

MANAGE = "offers.manage"


@require(MANAGE)
@require_GET
def attendance(request: HttpRequest, occasion_id: int) -> HttpResponseBase:
    """Who was at an occasion, for how long, and whether it is enough for the certificate."""
    actor = actor_of(request)
    occasion = checkin.door_of(actor, occasion_id)
    if not actor.can(MANAGE, path=occasion.offer.path):
        raise NotAllowed
    return listing_response(
        request, ATTENDANCE, pages.attendance_rows(occasion), template="offers/attendance.html",
        offer=occasion.offer, occasion=occasion, now=pages.now_at(occasion),
    )  # fmt: skip


@require(MANAGE)
@require_GET
def booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """One booking: how it went, and what its owner was told."""
    return _page(request, booking_id, None, ())


def _managed(actor: Actor, booking_id: int) -> Booking:
    rows = Booking.objects.visible_to(actor).select_related("offer__union", "occasion", "person")
    shown = get_visible(rows.defer(*pages.SEALED), booking_id)
    actor.check_can(MANAGE, path=shown.path)
    return shown


def _page(
    request: HttpRequest, booking_id: int, refusal: DomainError | None, sealed: tuple[tuple[str, str], ...]
) -> HttpResponse:
    shown, at = _managed(actor_of(request), booking_id), clock.now()
    values = {
        "booking": shown, "offer": shown.offer, "refusal": refusal, "sealed": sealed, "turn": turn_of(shown),
        "events": shown.events.order_by("at", "pk"), "ban": Ban.objects.filter(booking=shown, lifted_at=None).first(),
        "minutes": shown.present_until(at) // 60, "pct": shown.present_pct(at), "is_certified": shown.is_certified(at),
        "may_come": shown.state in (BookingState.CONFIRMED, BookingState.NO_SHOW) and at >= shown.occasion.starts_at,
        "may_cancel": shown.state in LIVE - {BookingState.ATTENDED, BookingState.NO_SHOW}
        and (at < shown.occasion.starts_at or shown.state != BookingState.CONFIRMED),
        "is_in": shown.state == BookingState.ATTENDED and shown.left_at is None and at <= shown.occasion.ends_at,
        "may_look": not shown.offer.is_private and (bool(shown.offer.questions) or shown.party > 1),
        "may_uncount": bool(shown.limit_key) and shown.state in (BookingState.ATTENDED, BookingState.NO_SHOW),
        "name": who(shown),
    }  # fmt: skip
    return render(request, "offers/desk_booking.html", values, status=refusal.status if refusal else 200)


@require(MANAGE)
@require_POST
def act(request: HttpRequest, booking_id: int, act: str) -> HttpResponse:
    """look (at answers and guests, which its owner can see), came, cancel, uncount, lift."""
    actor, at, reason = actor_of(request), clock.now(), request.POST.get("reason", "")
    shown = _managed(actor, booking_id)
    if act == "look":
        return _page(
            request, booking_id, None, _sealed(looking.look(actor=actor, booking_id=booking_id, at=at))
        )
    acts: dict[str, Act] = {
        "came": (lambda: checkin.mark(actor=actor, booking_id=booking_id, came=True, at=at), _("Noted: she was there.")),
        "cancel": (lambda: leaving.cancel(actor=actor, booking_id=booking_id, at=at, reason=reason),
                   _("Cancelled. She is told, and the next in line comes.")),
        "uncount": (lambda: absence.do_not_count(actor=actor, booking_id=booking_id, reason=reason, at=at),
                    _("It does not count any more; she is told.")),
        "lift": (lambda: _lift(actor, shown, reason), _("She can book again and is told so.")),
    }  # fmt: skip
    return perform(
        request,
        acts,
        act,
        refused=lambda refusal: _page(request, booking_id, refusal, ()),
        back=reverse("offers:desk_booking", args=[booking_id]),
    )


def _lift(actor: Actor, shown: Booking, reason: str) -> Ban:
    ban = Ban.objects.visible_to(actor).filter(booking=shown, lifted_at=None).first()
    if ban is None:
        raise NotVisible
    return absence.lift_ban(actor=actor, ban_id=ban.pk, reason=reason, at=clock.now())


def _sealed(booking: Booking) -> tuple[tuple[str, str], ...]:
    """Guests and answers, question by question."""
    given = json.loads(booking.answers or "{}") | json.loads(booking.door_answers or "{}")
    said = {True: _("Yes"), False: _("No")}
    rows = [
        (one.label, said.get(given[one.key], str(given[one.key])))
        for one in load_questions(booking.offer.questions)
        if one.key in given
    ]
    guests = json.loads(booking.guests or "[]")
    return (*((_("Guests"), "、".join(guests)) for _once in range(1 if guests else 0)), *rows)
