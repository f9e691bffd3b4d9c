"""Joining on the phone: one page behind a scanned code, answered in the same minute."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.core.numbers import whole_number
from smartunion.core.web.errors import wants_json
from smartunion.core.web.guards import ActorRequest, require
from smartunion.engines.casework import service as casework
from smartunion.ground.accounts.flows import codes, limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.web import adopt, origin_of, sign_in
from smartunion.ground.facts import ledger
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import IdType, Sex
from smartunion.systems.organising import consents
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.flows.helping import note_help
from smartunion.systems.organising.flows.joining import (
    PURPOSE,
    CodeClosed,
    Joined,
    JoinForm,
    Outcome,
    Visit,
    is_unproven,
    join,
    open_drive,
)
from smartunion.systems.organising.flows.joining_entry import RESULT
from smartunion.systems.organising.flows.joining_place import only_employer
from smartunion.systems.organising.models import JoiningDrive, JoinLink

#: How long a proven phone need not be proven again while she corrects the rest of the form.
_PROVEN_FOR = timedelta(minutes=20)
_LOOKUPS = Limit(300, timedelta(minutes=10))
_TEXTS = (
    "name",
    "id_type",
    "id_number",
    "birth_date",
    "sex",
    "mobile",
    "employer_name",
    "employer_id",
    "region",
)


@dataclass(frozen=True)
class Page:
    """What the form shows: the drive (None without a code), values, errors by field, what was sent."""

    drive: JoiningDrive | None
    values: Mapping[str, str]
    errors: Mapping[str, str]
    client_id: str
    token: str = ""
    sent: codes.SentCode | None = None
    refusal: DomainError | None = None
    offers_phone: bool = False
    offers_change: bool = False
    link: JoinLink | None = None


@never_cache
@sensitive_post_parameters("id_number", "mobile", "code")
@require_http_methods(["GET", "POST"])
def by_code(request: ActorRequest, code: str) -> HttpResponse:
    """The form behind a joining code."""
    return _form(request, code)


@never_cache
@sensitive_post_parameters("id_number", "mobile", "code")
@require_http_methods(["GET", "POST"])
def by_link(request: ActorRequest, token: str) -> HttpResponse:
    """The form behind a link made out to one person: name and phone stand there already."""
    try:
        link = join_links.link_of(token)
    except NotVisible as unknown:
        return _closed(request, unknown)
    return _form(request, link.drive.code, token, link)


@never_cache
@sensitive_post_parameters("id_number", "mobile", "code")
@require_http_methods(["GET", "POST"])
def start(request: ActorRequest) -> HttpResponse:
    """The same form without a code: the employer decides."""
    return _form(request, "")


@never_cache
@require_GET
def done(request: ActorRequest) -> HttpResponse:
    """What came of it, and what comes next."""
    result = request.session.get(RESULT)
    if not isinstance(result, dict):
        return redirect("joining:card")
    context = dict(result) | {
        "may_follow": request.actor.can("desk.enter"),
        "outcome": result.get("outcome", ""),
        "is_mine": request.actor.person_id is not None,
    }
    return render(request, "organising/join/done.html", context)


@require_POST
@require()
def transfer(request: ActorRequest) -> HttpResponse:
    """Ask for the transfer she was offered a moment ago."""
    result = _last(request)
    target = TradeUnion.objects.filter(pk=int(result.get("target_id") or -1)).first()
    if target is None or request.actor.person_id is None:
        raise NotVisible
    registry.transfers.ask(
        actor=request.actor, person_id=request.actor.person_id, to_union_id=target.pk, at=clock.now(),
        reason=_("Scanned the code of the new union."),
    )  # fmt: skip
    request.session[RESULT] = result | {"outcome": Outcome.TRANSFER.value, "union": target.name}
    return redirect("joining:done")


@require_GET
def find_employers(request: ActorRequest) -> JsonResponse:
    """Employers whose name is like this: public register data, for people who are not signed in yet."""
    limits.take(limits.key_of("join-lookup", origin_of(request).network), _LOOKUPS, at=clock.now())
    found = casework.employers_named(request.GET.get("q", ""), limit=8)
    return JsonResponse({"rows": casework.suggested(found)})


def _last(request: ActorRequest) -> dict[str, Any]:
    """The answer kept a moment ago; empty when there is none."""
    held = request.session.get(RESULT)
    return dict(held) if isinstance(held, dict) else {}


def _closed(request: ActorRequest, closed: DomainError) -> HttpResponse:
    """Why a code or link opens nothing."""
    if wants_json(request):
        raise closed
    return render(request, "organising/join/closed.html", {"error": closed}, status=closed.status)


def _form(request: ActorRequest, code: str, token: str = "", link: JoinLink | None = None) -> HttpResponse:
    """The page behind a code ("": without one), a code sent to her phone, or what came of her joining.

    A join looks the code up with those it travels with, so that a page reads it only to be drawn.
    """
    page, refusal = _page(request, link), None
    if request.method == "POST" and request.POST.get("do") != "code":
        try:
            answer = _joined(request, page, code, token)
            note_help(actor=request.actor, answer=answer, client_id=UUID(page.client_id), at=clock.now())
            return _answered(request, answer, onward=reverse("joining:start") if token else request.path)
        except join_links.LinkClosed as closed:
            return _closed(request, closed)
        except DomainError as error:
            refusal = error
    try:
        if link is not None:
            join_links.check_open(link, clock.today())
        page = replace(page, drive=open_drive(code, clock.today()) if code else None)
    except (CodeClosed, NotVisible, join_links.LinkClosed) as closed:
        return _closed(request, closed)
    if refusal is not None:
        if wants_json(request):
            return _problem(refusal, _token_for(request, page))
        return _drawn(request, _refused(request, page, refusal))
    return _drawn(request, _begun(page)) if request.method == "GET" else _send_code(request, page)


def _begun(page: Page) -> Page:
    """The empty form; nobody is asked where she works who scanned the code of her firm's own union."""
    drive = page.drive
    if page.values["employer_name"]:
        return page
    if drive is None or drive.employer_id is not None or (only := only_employer(drive)) is None:
        return page
    return replace(page, values={**page.values, "employer_name": only.name, "employer_id": str(only.pk)})


def _page(request: ActorRequest, link: JoinLink | None) -> Page:
    """What was posted; what a link says counts before it."""
    values = {name: request.POST.get(name, "").strip()[:200] for name in _TEXTS}
    if link is not None:
        values |= {"name": link.name, "mobile": link.mobile or values["mobile"]}
        if link.employer is not None:
            values |= {"employer_name": link.employer.name, "employer_id": str(link.employer_id)}
    token = request.POST.get("phone_token", "")[:300]
    return Page(None, values, {}, str(_client_id(request)), token=token, link=link)


def _send_code(request: ActorRequest, page: Page) -> HttpResponse:
    """Send the code to the phone; noted once as a begun application."""
    at = clock.now()
    try:
        sent = codes.send(mobile=page.values["mobile"], purpose=PURPOSE, at=at, origin=origin_of(request))
    except DomainError as refusal:
        if wants_json(request):
            return _problem(refusal, "")
        return _drawn(request, _refused(request, page, refusal))
    if page.drive is not None:
        ledger.record(
            actor=system(source="web"), kind="organising.join_started", key=f"join_started:{page.client_id}",
            happened_on=clock.local_date(at), at=at, path=page.drive.path, subject=page.drive, drive_id=page.drive.pk,
        )  # fmt: skip
    if wants_json(request):
        return JsonResponse({"wait_s": sent.wait_s, "minutes": sent.minutes, "shown": sent.shown})
    return _drawn(request, replace(page, sent=sent))


def _joined(request: ActorRequest, page: Page, code: str, token: str) -> Joined:
    form = replace(_read(request, page), link=token)
    is_proven = _is_proven(page.token, form.mobile)
    visit = Visit(
        origin_of(request),
        phone_code=None if is_proven else request.POST.get("code", "")[:20],
        is_stranger=not request.actor.is_known,
    )
    try:
        return join(code=code, form=form, at=clock.now(), visit=visit)
    except DomainError as refusal:
        if not (is_proven or is_unproven(refusal)):
            request.proven_mobile = form.mobile  # type: ignore[attr-defined]  # read by _token_for
        raise


def _read(request: ActorRequest, page: Page) -> JoinForm:
    """The form as posted. Raises InvalidInput for the parts that only the page can judge."""
    values = page.values
    if not values["name"]:
        raise InvalidInput(_("Please write your name."), field="name")
    if not values["id_number"]:
        raise InvalidInput(_("Please write the number of your ID."), field="id_number")
    id_type = values["id_type"] or IdType.RESIDENT.value
    if id_type not in IdType.values:
        raise InvalidInput(_("Please choose the kind of ID from the list."), field="id_type")
    if values["sex"] and values["sex"] not in Sex.values:
        raise InvalidInput(_("Please choose the sex from the list."), field="sex")
    agreed = frozenset(
        purpose for purpose in consents.PURPOSES if request.POST.get(f"agree_{purpose}") == "1"
    )
    return JoinForm(
        name=values["name"], id_number=values["id_number"], mobile=codes.checked_mobile(values["mobile"]),
        client_id=UUID(page.client_id), id_type=id_type, birth_date=_birth_date(values["birth_date"]), sex=values["sex"],
        employer_name=values["employer_name"][:120],
        employer_id=whole_number(values["employer_id"]),
        region_code=values["region"][:12], agreed=agreed, takes_phone=request.POST.get("takes_phone") == "1",
    )  # fmt: skip


def _birth_date(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise InvalidInput(_("Please write the birth date like 1990-05-06."), field="birth_date") from None


def _answered(request: ActorRequest, answer: Joined, *, onward: str) -> HttpResponse:
    """Sign her in on her own phone, keep the answer for the next page, and go there.

    onward: the form whoever helps others opens for the next person.
    """
    was_known = request.actor.is_known
    if answer.session is not None and answer.user is not None:
        adopt(request, answer.session, answer.user)
    else:
        if not was_known and answer.user is not None and answer.is_hers:
            sign_in(request, answer.user, method="code")
        request.session[RESULT] = answer.told(for_other=was_known) | {"onward": onward}
    url = reverse("joining:done")
    return (
        JsonResponse({"outcome": answer.outcome.value, "url": url}) if wants_json(request) else redirect(url)
    )


def _refused(request: ActorRequest, page: Page, refusal: DomainError) -> Page:
    field = {"resident_id": "id_number", "employer": "employer_name"}.get(refusal.field, refusal.field)
    return replace(
        page, errors={field: str(refusal)} if field else {}, token=_token_for(request, page), refusal=refusal,
        offers_phone=refusal.code == "phone_taken", offers_change=refusal.code == "phone_differs",
    )  # fmt: skip


def _problem(refusal: DomainError, token: str) -> JsonResponse:
    field = {"resident_id": "id_number", "employer": "employer_name"}.get(refusal.field, refusal.field)
    body = {
        "code": refusal.code, "field": field, "message": str(refusal), "phone_token": token,
        "offers_phone": refusal.code == "phone_taken", "offers_change": refusal.code == "phone_differs",
    }  # fmt: skip
    answer = JsonResponse(body, status=refusal.status)
    if "retry_after_s" in refusal.details:
        answer["Retry-After"] = str(refusal.details["retry_after_s"])
    return answer


def _token_for(request: ActorRequest, page: Page) -> str:
    """A fresh token when the phone was proven in this request, else the one that came along."""
    mobile = getattr(request, "proven_mobile", "")
    return signing.dumps(_mark(mobile), salt=PURPOSE) if mobile else page.token


def _is_proven(token: str, mobile: str) -> bool:
    if not token:
        return False
    try:
        return bool(signing.loads(token, salt=PURPOSE, max_age=_PROVEN_FOR) == _mark(mobile))
    except signing.BadSignature:
        return False


def _mark(mobile: str) -> str:
    """What the token says: a keyed hash, so that no phone number stands in the page twice."""
    return limits.key_of("join-proven", mobile)


def _client_id(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid4()


def _drawn(request: ActorRequest, page: Page) -> HttpResponse:
    status = page.refusal.status if page.refusal is not None else 200
    context = {
        "page": page, "drive": page.drive, "values": page.values, "errors": page.errors, "id_types": IdType.choices,
        "sexes": Sex.choices,
        "agreed": {purpose: request.POST.get(f"agree_{purpose}") == "1" for purpose in consents.PURPOSES},
        "is_helper": request.actor.can("desk.enter"), "is_demo_code": settings.DEMO, "consent_version": consents.VERSION,
    }  # fmt: skip
    return render(request, "organising/join/form.html", context, status=status)
