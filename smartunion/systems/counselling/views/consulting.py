"""Pages of whoever asks, and of the counsellor."""

from collections.abc import Callable

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.core.ids import row_ids, uuid7
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.posted import client_id_of
from smartunion.core.web.refused import show
from smartunion.systems.counselling import queries
from smartunion.systems.counselling.flows import consulting, handing, hours
from smartunion.systems.counselling.forms import AskForm, HandOverForm, HoursForm, ProfileForm
from smartunion.systems.counselling.models import Consultation, Counsellor, Slot
from smartunion.systems.counselling.rules import Rank, State, Topic, Way


@never_cache
@require_GET
@require()
def home(request: ActorRequest) -> HttpResponse:
    """Who helps, when; what I asked before."""
    actor = request.actor
    values = {"entries": queries.counsellors(actor, clock.now()), "mine": queries.mine(actor)}
    return render(request, "counselling/home.html", values | {"hotline": queries.hotline(actor)})


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def ask(request: ActorRequest) -> HttpResponse:
    """Ask, or take an hour."""
    actor = request.actor
    given = {key: request.GET[key] for key in ("slot", "counsellor") if request.GET.get(key)}
    form = AskForm(request.POST or None, initial=given | {"client_id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            made = consulting.ask(actor=actor, asking=_asking(form), at=clock.now())
        except Refusal as refusal:
            show(form, refusal)
        else:
            return redirect("counselling:consultation", consultation_id=made.pk)
    named = row_ids([str(form["slot"].value() or "")])
    slot = Slot.objects.visible_to(actor).select_related("counsellor").filter(pk__in=named).first()
    return render(
        request, "counselling/ask.html", {"form": form, "slot": slot, "hotline": queries.hotline(actor)},
        status=422 if form.errors else 200,
    )  # fmt: skip


def _asking(form: AskForm) -> consulting.Asking:
    said = form.cleaned_data
    return consulting.Asking(
        client_id=said["client_id"], topic=Topic(said["topic"]), words=said["words"], alias=said["alias"],
        contact=said["contact"], slot_id=said["slot"], counsellor_id=said["counsellor"],
        is_urgent=said["urgent"],
    )  # fmt: skip


@never_cache
@require_GET
@require()
def consultation(request: ActorRequest, consultation_id: int) -> HttpResponse:
    """One of mine: what was written, the hour, the number to call in danger."""
    rows = Consultation.objects.of_owner(request.actor).select_related("counsellor__union", "slot")
    row = get_visible(rows, consultation_id)
    return render(
        request, "counselling/consultation.html",
        {
            "row": row, "thread": row.messages.order_by("pk"), "client_id": uuid7(), "is_open": row.state == State.OPEN,
            "hotline": queries.hotline(request.actor),
        },
    )  # fmt: skip


@require_POST
@require()
def write(request: ActorRequest, consultation_id: int) -> HttpResponse:
    """Write to the other one, from either side."""
    actor = request.actor
    row = get_visible(Consultation.objects.visible_to(actor).select_related("counsellor"), consultation_id)
    is_counsellor = row.counsellor.user_id == actor.user_id
    back = "counselling:held" if is_counsellor else "counselling:consultation"
    return _do(
        request, back, consultation_id,
        lambda: consulting.write(
            actor=actor, consultation_id=consultation_id, client_id=client_id_of(request.POST),
            body=request.POST.get("body", ""), at=clock.now(),
        ),
        _("Sent."),
    )  # fmt: skip


@require_POST
@require()
def withdraw(request: ActorRequest, consultation_id: int) -> HttpResponse:
    """Take it back."""
    return _do(
        request, "counselling:consultation", consultation_id,
        lambda: consulting.withdraw(actor=request.actor, consultation_id=consultation_id, at=clock.now()),
        _("Withdrawn. You can come back at any time."),
    )  # fmt: skip


@never_cache
@require_GET
@require("counselling.handle")
def queue(request: ActorRequest) -> HttpResponse:
    """A counsellor's day."""
    actor = request.actor
    values = {"rows": queries.queue(actor), "ended": queries.ended(actor), "me": hours.own(actor)}
    return render(request, "counselling/queue.html", values)


@never_cache
@require_GET
@require("counselling.handle")
def held(request: ActorRequest, consultation_id: int) -> HttpResponse:
    """One a counsellor holds."""
    return _held(request, consultation_id, None)


def _held(request: ActorRequest, consultation_id: int, form: HandOverForm | None) -> HttpResponse:
    row = consulting.held(request.actor, consultation_id)
    return render(
        request, "counselling/held.html",
        {
            "row": row, "thread": row.messages.order_by("pk"), "client_id": uuid7(), "is_open": row.state == State.OPEN,
            "notes": row.notes.filter(user_id=request.actor.user_id or -1).order_by("pk"),
            "handovers": row.handovers.select_related("from_counsellor", "to_counsellor").order_by("pk"),
            "form": form or HandOverForm(others=_others(request)),
        },
        status=422 if form is not None else 200,
    )  # fmt: skip


def _others(request: ActorRequest) -> list[Counsellor]:
    taking = Counsellor.objects.visible_to(request.actor).filter(is_taking=True)
    return list(taking.exclude(user_id=request.actor.user_id or -1).order_by("name", "pk")[:200])


@require_POST
@require("counselling.handle")
def act(request: ActorRequest, consultation_id: int, act: str) -> HttpResponse:
    """A note, an end, or a person who did not come."""
    actor, at = request.actor, clock.now()
    row = consulting.held(actor, consultation_id)

    def do() -> object:
        if act == "note":
            return consulting.note(
                actor=actor, consultation_id=row.pk, body=request.POST.get("body", ""), at=at
            )
        if act in {State.CLOSED, State.MISSED}:
            return consulting.end(actor=actor, consultation_id=row.pk, state=State(act), at=at)
        raise InvalidInput(_("There is no such step."))

    return _do(request, "counselling:held", row.pk, do, _("Kept.") if act == "note" else _("Ended."))


@require_POST
@require("counselling.handle")
def hand_on(request: ActorRequest, consultation_id: int) -> HttpResponse:
    """Hand it on."""
    form = HandOverForm(request.POST, others=_others(request))
    if not form.is_valid():
        return _held(request, consultation_id, form)
    said = form.cleaned_data
    to_id = None if said["to"] == "outside" else int(said["to"])
    try:
        handing.hand_on(
            actor=request.actor, consultation_id=consultation_id, to_id=to_id, summary=said["summary"],
            was_agreed=said["was_agreed"], at=clock.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        show(form, refusal)
        return _held(request, consultation_id, form)
    messages.success(request, _("Handed on."))
    return redirect("counselling:queue")


@never_cache
@require_http_methods(["GET", "POST"])
@require("counselling.handle")
def offer(request: ActorRequest) -> HttpResponse:
    """My hours."""
    form = HoursForm(request.POST or None, initial={"on": clock.today(), "minutes": 50, "weeks": 1})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            added = hours.offer(
                actor=request.actor, at=clock.now(), hours=hours.Hours(**(said | {"way": Way(said["way"])}))
            )
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("%(n)s hours offered.") % {"n": added})
            return redirect("counselling:hours")
    return render(
        request, "counselling/hours.html",
        {"form": form, "slots": queries.coming_hours(request.actor, clock.now()), "me": hours.own(request.actor)},
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
@require("counselling.handle")
def take_out(request: ActorRequest, counsel_slot_id: int) -> HttpResponse:
    """Take an hour out."""
    try:
        hours.take_out(actor=request.actor, slot_id=counsel_slot_id, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken out."))
    return redirect("counselling:hours")


@never_cache
@require_http_methods(["GET", "POST"])
@require("counselling.handle")
def profile(request: ActorRequest) -> HttpResponse:
    """How I introduce myself."""
    me = hours.own(request.actor)
    form = ProfileForm(request.POST or None, initial=model_to_dict(me) if me else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = hours.Profile(**(said | {"rank": Rank(said["rank"])}))
        try:
            hours.introduce(actor=request.actor, profile=given, at=clock.now())
        except Refusal as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("Kept. People see it from now on."))
            return redirect("counselling:queue")
    return render(request, "counselling/profile.html", {"form": form}, status=422 if form.errors else 200)


def _do(request: HttpRequest, back: str, pk: int, do: Callable[[], object], done: str) -> HttpResponse:
    try:
        do()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back, consultation_id=pk)
