"""The desk: the queue, one case with everything beside it, the acts of an office, paper."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal, StaleState
from smartunion.core.listing.views import listing_response
from smartunion.core.numbers import whole_number
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework import presenting
from smartunion.engines.casework.answers import raw_from_post
from smartunion.engines.casework.definition import FieldKind
from smartunion.engines.casework.eligibility import facts_of, weigh
from smartunion.engines.casework.flows import acting, looking
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.flows.voices import barred, has_spoken
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.listings import CASES, NEWEST_CASES
from smartunion.engines.casework.models import CaseFile, SecondLook
from smartunion.engines.casework.queries import queue
from smartunion.engines.casework.queries.handled import is_concerned
from smartunion.engines.casework.queries.materials import labels_of, photos_of
from smartunion.engines.casework.queries.pages import case_page, forward_targets, voices_of
from smartunion.engines.casework.rules import FINAL, Act
from smartunion.engines.casework.views.common import errors_of, version_of
from smartunion.engines.casework.views.filling import problem_list
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.web import require


@require("cases.view")
def cases(request: HttpRequest, scope: str = "open") -> HttpResponseBase:
    """The queue: all, mine, late, with applicants, ended, everything."""
    actor, at = actor_of(request), clock.now()
    held = queue.open_cases(actor)
    scopes = {
        "open": (_("To do"), held),
        "mine": (_("Mine"), queue.mine(held, actor)),
        "late": (_("Late"), queue.overdue(held, at)),
        "waiting": (_("With applicants"), queue.with_applicants(actor)),
        "held": (_("On hold"), queue.on_hold(actor)),
        "ended": (_("Ended cases"), queue.closed_cases(actor)),
        "all": (_("All"), queue.seen_cases(actor)),
    }
    if scope not in scopes:
        raise NotVisible
    numbers = queue.counts(actor, at)
    shown = {"open": numbers.all, "mine": numbers.mine, "late": numbers.overdue}
    tabs = [
        {"label": label, "href": _scope_url(key), "current": key == scope, "count": shown.get(key)}
        for key, (label, _rows) in scopes.items()
    ]
    return listing_response(
        request,
        NEWEST_CASES if scope in {"ended", "all"} else CASES,
        scopes[scope][1],
        template="casework/queue.html",
        tabs=tabs,
        scope=scope,
        numbers=numbers,
    )


@require_GET
@require("cases.view")
def desk_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case as an office sees it."""
    return _page(request, _load(request, case_id), None, {}, "")


@require_POST
@require("cases.handle")
def desk_act(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    """One act of the office; what is refused comes back on the same page with what was typed.

    Whoever acted second sees the case as it is now, who was first, and her own words to take along.
    """
    if act not in ACTS:
        raise NotVisible
    loaded = _load(request, case_id)
    step = loaded.step
    raw = raw_from_post(step.form, request.POST) if step is not None else {}
    on = acting.ActOn(case_id, version_of(request.POST.dict()), actor_of(request), clock.now())
    try:
        ACTS[act](on, request, raw)
    except StaleState as refusal:
        try:
            now = _load(request, case_id)
        except NotVisible:  # handed on to where she sees nothing
            raise refusal from None
        return _page(request, now, refusal, {}, "", typed=_typed(request, now))
    except Refusal as refusal:
        if refusal.status != InvalidInput.status:
            raise
        return _page(request, _load(request, case_id), refusal, raw, act)
    messages.success(request, _done_words(act))
    return redirect("casework:desk_case", case_id=case_id)


@require_GET
@require("cases.view")
def paper(request: HttpRequest, case_id: int) -> HttpResponse:
    """The case on paper, with its history."""
    page = case_page(_load(request, case_id), is_masked=True, sees_all=True)
    return render(request, "casework/paper.html", {"page": page, "case": page.loaded.case, "at": clock.now()})


@require_POST
@require("cases.handle")
def show_answer(request: HttpRequest, case_id: int, key: str) -> HttpResponse:
    """One starred answer in clear, once, with a reason."""
    back = reverse("casework:desk_case", args=[case_id])
    try:
        line = looking.show_answer(
            case_id=case_id, key=key, actor=actor_of(request), reason=request.POST.get("reason", ""),
            at=clock.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    owner = _load(request, case_id).data.contact.name
    answer = render(
        request, "revealed.html", {"label": line.label, "value": line.value, "owner": owner, "back": back}
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _scope_url(scope: str) -> str:
    return reverse("casework:queue") if scope == "open" else reverse("casework:queue_scope", args=[scope])


def _approve(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.approve(on=on, values=raw, reason=request.POST.get("reason", ""), voice=_voice(request))


def _return(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    missing = {key: request.POST.get(f"missing.{key}", "") for key in request.POST.getlist("missing")}
    return acting.return_case(on=on, missing=missing, reason=request.POST.get("reason", ""))


def _refuse(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.refuse(on=on, reason=request.POST.get("reason", ""), voice=_voice(request))


def _forward(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    target = whole_number(request.POST.get("to_union", ""))
    return acting.forward(on=on, to_union_id=target or 0, reason=request.POST.get("reason", ""))


def _note(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    is_public = request.POST.get("is_public") == "1"
    return acting.add_note(on=on, note=request.POST.get("reason", ""), is_public=is_public)


def _assign(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.assign(on=on, to_user_id=whole_number(request.POST.get("assignee", "")))


def _reopen(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.reopen(on=on, reason=request.POST.get("reason", ""))


def _hold(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.hold(on=on, reason=request.POST.get("reason", ""))


def _resume(on: acting.ActOn, request: HttpRequest, raw: Mapping[str, object]) -> CaseFile:
    return acting.resume(on=on, reason=request.POST.get("reason", ""))


def _voice(request: HttpRequest) -> str:
    return request.POST.get("voice", "")[:40]


ACTS: dict[str, Callable[[acting.ActOn, HttpRequest, Mapping[str, object]], CaseFile]] = {
    "approve": _approve,
    "refuse": _refuse,
    "return": _return,
    "forward": _forward,
    "note": _note,
    "assign": _assign,
    "reopen": _reopen,
    "hold": _hold,
    "resume": _resume,
}


def _done_words(act: str) -> str:
    return {
        "approve": _("Approved. Everyone concerned has been told."),
        "refuse": _("Refused with your reason. The applicant has been told."),
        "return": _("Returned. The applicant has been told what is missing."),
        "forward": _("Forwarded. The other union has been told."),
        "note": _("The note is in the history."),
        "assign": _("Assigned."),
        "reopen": _("The case is open again."),
        "hold": _("On hold. The applicant has been told why; the time limit stands still."),
        "resume": _("The case goes on with the days it had left."),
    }[act]


def _load(request: HttpRequest, case_id: int) -> Loaded:
    loaded = load(case_id=case_id, actor=actor_of(request), at=clock.now())
    if loaded.case.state == "draft":
        raise NotVisible
    return loaded


def _typed(request: HttpRequest, loaded: Loaded) -> list[tuple[str, str]]:
    """What an officer had written, by question, when somebody else was first: the case may stand at another step now."""
    asked = {
        field.key: str(field.label)
        for step in loaded.definition.steps
        for field in step.form
        if field.kind in {FieldKind.TEXT, FieldKind.TEXTAREA}
    } | {"reason": _("Reason")}
    return [(label, words) for key, label in asked.items() if (words := request.POST.get(key, "").strip())]


def _page(
    request: HttpRequest, loaded: Loaded, refusal: DomainError | None, raw: Mapping[str, object], act: str,
    *, typed: Sequence[tuple[str, str]] = (),
) -> HttpResponse:  # fmt: skip
    page = case_page(loaded, is_masked=True, sees_all=True)
    step = loaded.step
    is_desk = Side.DESK in loaded.sides
    barred_words = barred(loaded) or has_spoken(loaded)
    form: tuple[presenting.Question, ...] = ()
    if step is not None and is_desk and Act.APPROVE in page.acts:
        known = loaded.handler.step_values(loaded.run(), step)
        held = {**known, **loaded.data.steps.get(step.key, {}), **raw}
        form = presenting.questions(step.form, held, photos_of(loaded.case), errors=errors_of(refusal))
        worked = presenting.calculated_now(
            step.form, held, loaded.data.answers(), loaded.definition.all_fields, local_date(loaded.at)
        )
        form = presenting.with_worked(form, worked)
    labels = labels_of(loaded.definition)
    keys = [field.key for field in loaded.definition.fields] + [m.key for m in loaded.definition.materials]
    context = {
        "page": page, "may_look": looking.may_look(loaded), "is_own": Side.APPLICANT in loaded.sides,
        "case": loaded.case, "definition": loaded.definition, "step": step, "form": form,
        "refusal": refusal, "problems": problem_list(refusal, loaded), "act": act,
        "posted": {} if isinstance(refusal, StaleState) else request.POST,
        "is_stale": isinstance(refusal, StaleState), "typed": typed,
        "acts": _acts(page.acts, barred_words) if is_desk else set(),
        "second_look": _second_look(request, loaded), "barred_words": barred_words,
        "has_spoken": bool(has_spoken(loaded)), "voices": voices_of(loaded) if is_desk else [],
        "rules": weigh(loaded.definition, facts_of(loaded.case.person_id, local_date(loaded.at)))
        if loaded.definition.eligibility and is_desk else [],
        "panels": loaded.handler.panels(loaded.run()),
        "targets": forward_targets(loaded) if is_desk and Act.FORWARD in page.acts else [],
        "officers": _officers(loaded) if is_desk and Act.ASSIGN in page.acts else [],
        "parts": list(CaseFile.objects.visible_to(loaded.actor).filter(whole=loaded.case).order_by("pk"))
        if loaded.definition.feeds else [], "whole": loaded.case.whole,
        "returnable": [(key, labels[key]) for key in keys if key in labels],
    }  # fmt: skip
    return render(request, "casework/desk_case.html", context, status=refusal.status if refusal else 200)


def _second_look(request: HttpRequest, loaded: Loaded) -> SecondLook | None:
    """The second look this officer may take at the case: not where she handled a step of it."""
    actor = actor_of(request)
    if loaded.case.state not in FINAL or not actor.can("cases.handle", path=loaded.case.path):
        return None
    if is_concerned(loaded.case, actor):
        return None
    open_ones = SecondLook.objects.visible_to(actor).filter(case=loaded.case, verdict="")
    return open_ones.exclude(decider_id=actor.user_id).first()


def _acts(acts: Sequence[Act], barred_words: str) -> set[Act]:
    """What this officer may do; somebody barred by her own earlier decision may still write and hand on."""
    return set(acts) & {Act.NOTE, Act.ASSIGN, Act.FORWARD} if barred_words else set(acts)


def _officers(loaded: Loaded) -> list[User]:
    ids = acting.assignable(loaded)
    return sorted(User.objects.filter(pk__in=ids), key=lambda user: user.name)
