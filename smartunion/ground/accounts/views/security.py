"""My security: password, second factor, browsers, tokens, WeChat."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import NotAllowed, Refusal
from smartunion.core.web.refused import show
from smartunion.ground.accounts import totp, wechat
from smartunion.ground.accounts.flows import second_factor, sessions, signin, tokens, users
from smartunion.ground.accounts.flows import wechat as wechat_flows
from smartunion.ground.accounts.forms import ChangePasswordForm, FactorForm, TokenForm
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.views.me import account_of
from smartunion.ground.accounts.web import ActorRequest, origin_of, require


@never_cache
@require_GET
@require()
def security(request: ActorRequest) -> HttpResponse:
    """How I sign in, where I am signed in, what acts in my name."""
    user = account_of(request)
    inside = "MicroMessenger" in request.headers.get("User-Agent", "")
    return render(
        request, "accounts/me/security.html",
        {
            "user": user, "sign_ins": user.sign_ins.order_by("-id"), "here": request.session.session_key,
            "tokens": user.tokens.filter(revoked_at=None).order_by("-id"),
            "codes_left": user.recovery_codes.filter(used_at=None).count(),
            "needs_totp": signin.needs_second_factor(user, clock.now()),
            "wechat": user.wechat.order_by("id").first(), "wechat_possible": wechat.app_for(inside=inside) is not None,
        },
    )  # fmt: skip


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@require()
def password(request: ActorRequest) -> HttpResponse:
    """Change my password; other browsers are signed out by it."""
    user = account_of(request)
    if not user.has_usable_password():
        raise NotAllowed(_("This account has no password: you sign in with your phone."))
    form = ChangePasswordForm(request.POST or None, user=user)
    status = 422 if form.errors else 200
    if form.is_valid():
        at = clock.now()
        try:
            signin.check_password(
                username=user.username,
                password=form.cleaned_data["present"],
                at=at,
                origin=origin_of(request),
            )
        except Refusal as error:
            form.add_error(
                "present", _("This is not your present password.") if error.status == 422 else str(error)
            )
            status = error.status
        else:
            users.change_password(
                user=user, password=form.cleaned_data["password"], at=at, actor=request.actor
            )
            sessions.end_others(actor=request.actor, session_key=request.session.session_key or "", at=at)
            _stay_signed_in(request, user)
            messages.success(request, _("Your password is changed. Other browsers were signed out."))
            return redirect("accounts:security")
    return render(request, "accounts/me/password.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def set_up_totp(request: ActorRequest) -> HttpResponse:
    """Set a second factor up for myself. The first post prepares it, the second proves it."""
    user = account_of(request)
    if user.has_totp:
        return redirect("accounts:security")
    if request.method == "POST" and "code" not in request.POST:
        second_factor.begin(user=user)
        return redirect("accounts:set_up_totp")
    if not user.totp_secret:
        return redirect("accounts:security")
    form = FactorForm(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            codes = second_factor.confirm(
                actor=request.actor, user=user, code=form.cleaned_data["code"], at=clock.now()
            )
        except Refusal as error:
            status = show(form, error).status
        else:
            return render(request, "accounts/recovery.html", {"codes": codes, "onward": "/me/security/"})
    uri = totp.uri(user.totp_secret, user.username, _("SmartUnion"))
    context = {"form": form, "secret": user.totp_secret, "uri": uri, "voluntary": True}
    return render(request, "accounts/enrol.html", context, status=status)


@never_cache
@require_POST
@require()
def remove_totp(request: ActorRequest) -> HttpResponse:
    """Take my second factor away, proven by one more code; not where a role demands it."""
    user = account_of(request)
    if signin.needs_second_factor(user, clock.now()):
        raise NotAllowed(
            _("Your role demands a second factor."),
            remedy=_("For a new phone, ask your administrator to reset it."),
        )
    signin.check_second_factor(
        user=user, code=request.POST.get("code", ""), at=clock.now(), origin=origin_of(request)
    )
    second_factor.remove(actor=request.actor, user=user, at=clock.now())
    messages.success(request, _("The second factor is taken away."))
    return redirect("accounts:security")


@never_cache
@require_POST
@require()
def renew_codes(request: ActorRequest) -> HttpResponse:
    """Ten new recovery codes, proven by a code of the app."""
    user = account_of(request)
    at = clock.now()
    signin.check_second_factor(user=user, code=request.POST.get("code", ""), at=at, origin=origin_of(request))
    codes = second_factor.renew_codes(actor=request.actor, user=user, at=at)
    return render(request, "accounts/recovery.html", {"codes": codes, "onward": "/me/security/"})


@require_POST
@require()
def end_sign_in(request: ActorRequest, sign_in_id: int) -> HttpResponse:
    """Sign one of my browsers out."""
    sessions.end_sign_in(actor=request.actor, sign_in_id=sign_in_id, at=clock.now())
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:security")


@require_POST
@require()
def end_others(request: ActorRequest) -> HttpResponse:
    """Sign every other browser of mine out."""
    count = sessions.end_others(
        actor=request.actor, session_key=request.session.session_key or "", at=clock.now()
    )
    messages.success(
        request, ngettext("%(n)s browser signed out.", "%(n)s browsers signed out.", count) % {"n": count}
    )
    return redirect("accounts:security")


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def new_token(request: ActorRequest) -> HttpResponse:
    """Make a token for a script; it is shown once."""
    form = TokenForm(request.POST or None)
    status = 422 if form.errors else 200
    plain = ""
    if form.is_valid():
        try:
            _row, plain = tokens.create_token(actor=request.actor, **form.cleaned_data, at=clock.now())
        except Refusal as error:
            status = show(form, error).status
    return render(request, "accounts/me/token.html", {"form": form, "plain": plain}, status=status)


@require_POST
@require()
def revoke_token(request: ActorRequest, token_id: int) -> HttpResponse:
    """Withdraw one of my tokens."""
    tokens.revoke_token(actor=request.actor, token_id=token_id, at=clock.now())
    messages.success(request, _("The token is withdrawn; what used it is shut out from now on."))
    return redirect("accounts:security")


@require_POST
@require()
def unlink_wechat(request: ActorRequest, identity_id: int) -> HttpResponse:
    """Let go of my WeChat."""
    wechat_flows.unlink(actor=request.actor, identity_id=identity_id, at=clock.now())
    messages.success(request, _("Your WeChat is no longer linked."))
    return redirect("accounts:security")


def _stay_signed_in(request: ActorRequest, user: User) -> None:
    """A new password changes the session's hash: bring this browser along, under a fresh key."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    user.sign_ins.filter(session_key=old).update(session_key=request.session.session_key or "")
