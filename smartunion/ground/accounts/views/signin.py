"""Signing in by phone code, by password, as a demo account; signing out."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.web.refused import show
from smartunion.ground.accounts import pending, queries, wechat
from smartunion.ground.accounts.flows import codes, signin
from smartunion.ground.accounts.flows import wechat as wechat_flows
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.forms import CodeForm, PasswordSignInForm, PhoneForm
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.pending import Pending
from smartunion.ground.accounts.views.steps import go_on, start_again
from smartunion.ground.accounts.web import ActorRequest, origin_of, safe_next, sign_out
from smartunion.ground.accounts.wechat import Identity

PURPOSE = "signin"


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: ActorRequest) -> HttpResponse:
    """Enter the phone; the answer is the same whether or not it is known."""
    form = PhoneForm(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            return _code_sent(request, form.cleaned_data["mobile"])
        except Refusal as error:
            refusal = show(form, error)
    return _entrance(request, "accounts/signin.html", form, refusal)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: ActorRequest) -> HttpResponse:
    """Enter the code that was sent."""
    state = pending.read(request.session, clock.now())
    if state is None or not state.mobile:
        return start_again(request)
    form = CodeForm(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            at = clock.now()
            origin = origin_of(request)
            codes.check(
                mobile=state.mobile, purpose=PURPOSE, code=form.cleaned_data["code"], at=at, origin=origin
            )
            return _phone_proven(request, state)
        except Refusal as error:
            refusal = show(form, error)
    return render(
        request, "accounts/code.html",
        {"form": form, "error": refusal, "mobile": mask_phone(state.mobile), "state": state,
         "wait_s": max(0, int(state.resend_s - clock.now().timestamp()))},
        status=refusal.status if refusal else 422 if form.errors else 200,
    )  # fmt: skip


@never_cache
@require_POST
def resend(request: ActorRequest) -> HttpResponse:
    """Send another code to the same phone."""
    state = pending.read(request.session, clock.now())
    if state is None or not state.mobile:
        return start_again(request)
    return _code_sent(request, state.mobile)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def staff(request: ActorRequest) -> HttpResponse:
    """Enter name and password."""
    form = PasswordSignInForm(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        at = clock.now()
        try:
            user = signin.check_password(**form.cleaned_data, at=at, origin=origin_of(request))
        except Refusal as error:
            refusal = show(form, error)
        else:
            request.session.cycle_key()
            return go_on(
                request, pending.start(at, user_id=user.pk, method="password", next=_next(request)), user
            )
    return _entrance(request, "accounts/staff.html", form, refusal)


@never_cache
@require_POST
def demo(request: ActorRequest) -> HttpResponse:
    """Sign in as a demo account at a click; exists in demo installations only."""
    if not settings.DEMO:
        raise NotVisible
    wanted = request.POST.get("user", "")
    user = User.objects.filter(
        pk=int(wanted) if wanted.isdecimal() and len(wanted) < 12 else -1, is_demo=True
    ).first()
    if user is None or not user.is_active:
        raise NotVisible
    return go_on(
        request, pending.start(clock.now(), user_id=user.pk, method="demo", next=_next(request)), user
    )


@require_POST
def signout(request: ActorRequest) -> HttpResponse:
    """Sign this browser out."""
    sign_out(request)
    return redirect("/")


def _entrance(
    request: ActorRequest, template: str, form: PhoneForm | PasswordSignInForm, refusal: DomainError | None
) -> HttpResponse:
    inside = "MicroMessenger" in request.headers.get("User-Agent", "")
    state = pending.read(request.session, clock.now())
    return render(
        request, template,
        {
            "form": form, "error": refusal, "next": _next(request), "inside": inside,
            "wechat": wechat.app_for(inside=inside) is not None,
            "linking": bool(state and state.wechat),
            **_demo_accounts(),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )  # fmt: skip


def _demo_accounts() -> dict[str, list[queries.DemoAccount]]:
    accounts = queries.demo_accounts(clock.today())
    return {
        "demo_accounts": [one for one in accounts if not one.is_more],
        "demo_more": [one for one in accounts if one.is_more],
    }


def _code_sent(request: ActorRequest, mobile: str) -> HttpResponse:
    at = clock.now()
    sent = codes.send(mobile=mobile, purpose=PURPOSE, at=at, origin=origin_of(request))
    before = pending.read(request.session, at)
    state = replace(
        pending.start(at), mobile=codes.checked_mobile(mobile), shown=sent.shown,
        resend_s=at.timestamp() + sent.wait_s, until_s=at.timestamp() + sent.minutes * 60,
        next=_next(request) or (before.next if before else ""), wechat=before.wechat if before else None,
    )  # fmt: skip
    pending.keep(request.session, state)
    return redirect("accounts:code")


def _phone_proven(request: ActorRequest, state: Pending) -> HttpResponse:
    at = clock.now()
    user = worker_for_phone(mobile=state.mobile, at=at)
    if state.wechat is not None:
        wechat_flows.link(user=user, identity=Identity(*state.wechat), at=at)
    return go_on(request, pending.start(at, user_id=user.pk, method="code", next=state.next), user)


def _next(request: HttpRequest) -> str:
    given = request.POST.get("next") or request.GET.get("next") or ""
    return safe_next(request, given, "")
