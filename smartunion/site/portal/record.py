"""My record: what the registry holds about me, put right, moved, ended; no call to a county office.

What is mine to say (details, phone) I change at once. Who I am and where I belong is disputed as a case, because my
union has to look (Personal Information Protection Law art. 45 and 46). Leaving is free (domain rules 5.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.codes.folding import squeeze
from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.keys import prefixed
from smartunion.core.panels import sections_for
from smartunion.core.reading import get_visible
from smartunion.core.spellings import in_any_spelling
from smartunion.core.web.guards import ActorRequest, person_required, require
from smartunion.engines.casework.models import CaseFile, Service
from smartunion.engines.casework.rules import FINAL
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import (
    Correction,
    Employer,
    EmployerLink,
    Membership,
    Person,
    PlatformWork,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.rules import ChangeReason, ChangeType
from smartunion.ground.registry.wording import FIELDS
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms.members import PersonForm
from smartunion.site.desk.forms.platforms import PlatformForm

DISPUTE = "record_dispute"
_FOUND = 12


class MyDetailsForm(PersonForm):
    """What a person says of herself; every item is optional."""

    mobile = None  # type: ignore[assignment]  # a new number is proven by a code, on its own page


@dataclass(frozen=True)
class Target:
    """A union one could move to: the employer named, if one was, and its place."""

    union: TradeUnion
    employer: Employer | None = None


def person_of(request: ActorRequest) -> Person:
    """Whoever is signed in, as the registry knows her."""
    return get_visible(Person.objects.filter(erased_at=None), request.actor.person_id)


def running_of(person: Person) -> Membership | None:
    """The membership that runs now."""
    return Membership.objects.filter(person=person, ended_on=None).select_related("union", "employer").first()


def here_since(running: Membership, spells: Sequence[Membership]) -> date:
    """Since when she is in her union without a gap: a change of state or employer there begins no stay anew. spells: latest
    first.
    """
    since = running.started_on
    for spell in spells:
        if spell.pk == running.pk:
            continue
        if spell.union_id != running.union_id or spell.ended_on != since:
            break
        since = spell.started_on
    return since


def _ended_with_death(spell: Membership) -> bool:
    return spell.ended_on is not None and spell.reason == ChangeReason.DECEASED


@dataclass(frozen=True)
class Corrected:
    """A correction in words: what stood before and after, numbers masked."""

    day: datetime
    label: str
    before: str
    after: str
    reason: str


_MASKED = {"resident_id": mask_resident_id, "mobile": mask_phone}
_CHOSEN = {one.name: dict(one.flatchoices) for one in Person._meta.concrete_fields if one.choices}


def _in_words(one: Correction) -> Corrected:
    def said(value: str) -> str:
        shown = (
            _MASKED[one.field](value)
            if one.field in _MASKED
            else _CHOSEN.get(one.field, {}).get(value, value)
        )
        return str(shown) or _("not entered")

    return Corrected(
        one.corrected_at, str(FIELDS.get(one.field, one.field)), said(one.before), said(one.after), one.reason
    )


@never_cache
@require_GET
@person_required
def record(request: ActorRequest) -> HttpResponse:
    """Everything the registry holds about me, and what I can do about it."""
    person = person_of(request)
    moves = Transfer.objects.filter(person=person).select_related("to_union", "held_by", "membership__union")
    disputes = CaseFile.objects.filter(service_key=DISPUTE, person=person).order_by("-pk")
    running, spells = running_of(person), queries.spells_of(person)
    return render(
        request, "portal/record/record.html",
        {
            "person": person, "number": mask_resident_id(person.resident_id), "mobile": mask_phone(person.mobile),
            "running": running, "here_since": here_since(running, spells) if running else None,
            "spells": spells, "died": next(filter(_ended_with_death, spells), None),
            "works": [work for work in queries.platform_work_of(person) if work.ended_on is None],
            "since": queries.member_since(person), "open_move": moves.open().first(),
            "last_move": moves.order_by("-pk").first(), "disputes": list(disputes.exclude(state__in=FINAL)[:5]),
            "ended_disputes": list(disputes.filter(state__in=FINAL).exclude(submitted_at=None)[:5]),
            "may_dispute": Service.objects.filter(key=DISPUTE).exists(),
            "corrections": [_in_words(one) for one in person.corrections.order_by("-pk")[:10]],
            "sections": sections_for(request.actor, "record", person),
        },
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@person_required
def form(request: ActorRequest) -> HttpResponse:
    """My registration form 会员登记表, for paper; with whole numbers only when I ask for them by POST."""
    person = person_of(request)
    is_clear = request.method == "POST" and "masked" not in request.POST
    clear = {"resident_id": person.resident_id, "mobile": person.mobile} if is_clear else {}
    return render(
        request, "portal/record/form.html",
        {
            "person": person, "running": running_of(person), "spells": queries.spells_of(person),
            "since": queries.member_since(person), "clear": clear, "now": clock.now(),
        },
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@person_required
def details(request: ActorRequest) -> HttpResponse:
    """Change what I say of myself."""
    person = person_of(request)
    form = MyDetailsForm(person, request.POST or None)
    if form.is_valid():
        done = attempt(
            form,
            lambda: registry.people.update_person(
                actor=request.actor, person_id=person.pk, version=form.cleaned_data["version"],
                changes=form.changes(), at=clock.now(),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("portal:record")
    return render(
        request, "portal/record/details.html", {"form": form, "person": person}, status=status_of(form)
    )


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def move(request: ActorRequest) -> HttpResponseBase:
    """Ask for a transfer; the hall leads everybody here: whoever has no membership to take along reads how to join."""
    person_id = request.actor.person_id
    if (
        request.method == "GET"
        and not Membership.objects.filter(person_id=person_id or -1, ended_on=None).exists()
    ):
        return render(request, "portal/record/move_nothing.html", {"has_record": person_id is not None})
    return _move(request)


@person_required
def _move(request: ActorRequest) -> HttpResponse:
    """Find the new employer or union by name, ask, follow it; silence of the old one is consent."""
    person = person_of(request)
    running = running_of(person)
    text = squeeze(request.GET.get("q", ""))[:60]
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            registry.transfers.ask(
                actor=request.actor, person_id=person.pk, to_union_id=_number(request.POST.get("union")),
                to_employer_id=_number(request.POST.get("employer")) or None,
                reason=request.POST.get("reason", ""), at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(
                request, _("Your request is with the new union. You are told as soon as it answers.")
            )
            return redirect("portal:record")
    return render(
        request, "portal/record/move.html",
        {
            "q": text, "targets": targets(text, running), "here": covered_here(text, running), "running": running,
            "error": refusal, "may_dispute": Service.objects.filter(key=DISPUTE).exists(),
            "open_move": Transfer.objects.filter(person=person).open().select_related("to_union", "held_by").first(),
        },
        status=refusal.status if refusal else 200,
    )  # fmt: skip


def targets(text: str, running: Membership | None) -> list[Target]:
    """Unions that take members, by their own name or by that of an employer they cover; at most a screenful."""
    if len(text) < 2:
        return []
    firms = _firms(text)
    taking = TradeUnion.objects.filter(kind__in=rules.ADMITTING, state=rules.UnionState.ACTIVE)
    taking = taking.exclude(pk=running.union_id if running else 0)
    named = in_any_spelling(text, lambda spelt: prefixed("name_key", rules.fold_name(spelt)))
    found = [Target(union) for union in taking.filter(named).order_by("name_key", "pk")[:_FOUND]]
    held = EmployerLink.objects.filter(employer__in=firms, union__in=taking).covering_on(clock.today())
    own_first = sorted(
        held.select_related("union", "employer"), key=lambda one: (one.kind != rules.LinkKind.OWN, one.pk)
    )
    known = {union.union.pk: union for union in found}
    placed: set[int] = set()
    for link in own_first:
        if link.employer_id not in placed:
            placed.add(link.employer_id)
            known[link.union_id] = Target(link.union, link.employer)
    return list(known.values())[:_FOUND]


def covered_here(text: str, running: Membership | None) -> list[Employer]:
    """Employers of this name that the member's own union covers, but for hers: nothing has to be transferred."""
    if running is None or len(text) < 2:
        return []
    firms = [firm for firm in _firms(text) if firm.pk != running.employer_id]
    held = EmployerLink.objects.filter(employer__in=firms, union=running.union_id).covering_on(clock.today())
    known = set(held.values_list("employer_id", flat=True))
    return [firm for firm in firms if firm.pk in known]


def _firms(text: str) -> list[Employer]:
    """Employers whose name, or the name without its place, begins so."""
    named = Employer.objects.filter(queries.employer_begins(text, at=""))
    return list(named.order_by("name_key", "pk")[:_FOUND])


@require_POST
@person_required
def answer(request: ActorRequest) -> HttpResponse:
    """Say what the new union asked for."""
    mine = Transfer.objects.open().filter(person=person_of(request)).first()
    if mine is None:
        messages.info(request, _("No transfer of yours is open."))
        return redirect("portal:record")
    try:
        registry.transfers.answer(
            actor=request.actor, transfer_id=mine.pk, words=request.POST.get("words", ""), at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent. The new union decides next."))
    return redirect("portal:record")


@require_POST
@person_required
def withdraw(request: ActorRequest) -> HttpResponse:
    """Take my open request for transfer back."""
    mine = Transfer.objects.open().filter(person=person_of(request)).first()
    if mine is None:
        messages.info(request, _("No transfer of yours is open."))
        return redirect("portal:record")
    registry.transfers.withdraw(actor=request.actor, transfer_id=mine.pk, at=clock.now())
    messages.success(request, _("Your request is withdrawn; your membership stays where it is."))
    return redirect("portal:record")


@never_cache
@require_http_methods(["GET", "POST"])
@person_required
def platforms(request: ActorRequest) -> HttpResponse:
    """The platforms I work for; another one is added, and I stay one member."""
    person = person_of(request)
    form = PlatformForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        done = attempt(form, lambda: registry.platform_work.take_up(
            actor=request.actor, person_id=person.pk, platform_id=given["platform"], on=given["on"], at=clock.now(),
            source="self",
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("Noted: %(name)s.") % {"name": done.platform.name})
            return redirect("portal:record_platforms")
    return render(
        request, "portal/record/platforms.html", {"form": form, "works": queries.platform_work_of(person)},
        status=status_of(form),
    )  # fmt: skip


@require_POST
@require()
def platform_end(request: ActorRequest, work_id: int) -> HttpResponse:
    """I no longer work for it. Whoever is nobody in the registry has no work of hers to end: 404."""
    mine = PlatformWork.objects.filter(person_id=request.actor.person_id or -1)
    registry.platform_work.give_up(
        actor=request.actor, work_id=get_visible(mine, work_id).pk, on=clock.today(), at=clock.now()
    )
    messages.success(request, _("Ended. The membership stays as it is."))
    return redirect("portal:record_platforms")


@require_POST
@person_required
def leave(request: ActorRequest) -> HttpResponse:
    """Leave the union."""
    running = running_of(person_of(request))
    if running is None:
        messages.info(request, _("You hold no membership now."))
        return redirect("portal:record")
    registry.memberships.end(
        actor=request.actor, membership_id=running.pk, end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH,
        on=clock.today(), at=clock.now(), note=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(
        request, _("You have left the union. Whenever you want to come back, joining takes a minute.")
    )
    return redirect("portal:record")


def _number(text: str | None) -> int:
    """A posted id; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
