"""A village's drivers and couriers: the list, one of them, talks with her, the ledger on paper."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.ids import uuid7
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.systems.organising import driver_paper, posters
from smartunion.systems.organising.driver_forms import ContactForm, DriverForm
from smartunion.systems.organising.driver_listing import LEDGER_DRIVERS, member_words
from smartunion.systems.organising.flows import driver_ledger as flows
from smartunion.systems.organising.ledger_listing import place_name
from smartunion.systems.organising.queries import driver_ledger as queries
from smartunion.systems.organising.views.ledger import place_of

VISIT, MEMBERS = "organising.visit", "members.view"


@require(VISIT, MEMBERS)
@require_GET
def drivers(request: HttpRequest, region_id: int) -> HttpResponseBase:
    """One village's drivers, sums above."""
    actor = actor_of(request)
    region = place_of(actor, region_id)
    rows = queries.of_place(actor, region)
    return listing_response(
        request, LEDGER_DRIVERS, rows, template="organising/ledger/drivers.html", region=region, name=place_name(region),
        sums=queries.sums(rows, clock.today()), organiser=region.organiser, may_enter=actor.can(VISIT),
    )  # fmt: skip


@require(VISIT, MEMBERS)
@require_GET
def drivers_paper(request: HttpRequest, region_id: int) -> HttpResponse:
    """The drivers of a village as A4."""
    actor, at = actor_of(request), clock.now()
    region = place_of(actor, region_id)
    answer = HttpResponse(
        driver_paper.paper(region, queries.of_place(actor, region), at=at), content_type="application/pdf"
    )
    name = f"{place_name(region)}-{_('Drivers and couriers')}-{clock.local_date(at):%Y%m%d}.pdf"
    answer["Content-Disposition"] = disposition(name)
    answer["Cache-Control"] = "no-store"
    return answer


@require(VISIT)
@require_http_methods(["GET", "POST"])
def new_driver(request: HttpRequest, region_id: int) -> HttpResponse:
    """Enter a driver found by walking."""
    actor = actor_of(request)
    region = place_of(actor, region_id)
    form = DriverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = flows.enter_driver(actor=actor, data=form.driver(region.pk), at=clock.now())
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Entered. Say here what came of the talk."))
            return redirect("coverage:driver", driver_id=made.pk)
    return render(
        request, "organising/ledger/new_driver.html", {"form": form, "region": region, "name": place_name(region)},
        status=422 if form.errors else 200,
    )  # fmt: skip


@require(VISIT, MEMBERS)
@require_GET
def driver(request: HttpRequest, driver_id: int) -> HttpResponse:
    """One driver: where she stands, what was said, a form for the next talk."""
    return _page(request, driver_id, None)


@require(VISIT)
@require_POST
def note_contact(request: HttpRequest, driver_id: int) -> HttpResponse:
    """Note a talk."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, driver_id, form)
    try:
        made = flows.note_contact(
            actor=actor_of(request), driver_id=driver_id, data=form.contact(), at=clock.now()
        )
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, driver_id, form)
    messages.success(request, _("Noted."))
    return redirect("coverage:driver", driver_id=made.driver_id)


@require(VISIT, "members.reveal")
@require_POST
def show_phone(request: HttpRequest, driver_id: int) -> HttpResponse:
    """The whole number, to call her."""
    try:
        phone = flows.show_phone(
            actor=actor_of(request),
            driver_id=driver_id,
            reason=request.POST.get("reason", ""),
            at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("coverage:driver", driver_id=driver_id)
    answer = _page(request, driver_id, None, phone)
    answer["Cache-Control"] = "no-store"
    return answer


def _page(
    request: HttpRequest, driver_id: int, form: ContactForm | None, phone: str | None = None
) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    row = get_visible(queries.seen(actor).select_related("region__parent"), driver_id)
    may, code = flows.may_write(actor, row), queries.code_for(row, today)
    context = {
        "row": row, "member_words": member_words(row), "step": queries.step_of(row, today),
        "contacts": row.contacts.order_by("-at", "-pk")[:100], "may": may, "code": code,
        "code_url": posters.link_of(code, settings.PUBLIC_URL) if code else "",
        "may_call": may or actor.can("members.reveal", path=row.path), "phone": phone,
        "name": place_name(row.region) if row.region else "",
        "form": form or ContactForm(initial={"client_id": uuid7(), "channel": "visit"}),
    }  # fmt: skip
    return render(
        request,
        "organising/ledger/driver.html",
        context,
        status=422 if form is not None and form.errors else 200,
    )
