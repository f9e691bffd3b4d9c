"""Second factor and new password on the way in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.errors import Refusal
from smartunion.core.web.refused import show
from smartunion.ground.accounts import pending, totp
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows import second_factor, signin, users
from smartunion.ground.accounts.forms import FactorForm, NewPasswordForm
from smartunion.ground.accounts.rules import Step
from smartunion.ground.accounts.views.steps import go_on, half_way, start_again
from smartunion.ground.accounts.web import ActorRequest, origin_of


@never_cache
@require_http_methods(["GET", "POST"])
def totp_page(request: ActorRequest) -> HttpResponse:
    """Enter a code of the app, or a recovery code."""
    found = half_way(request, Step.TOTP)
    if found is None:
        return start_again(request)
    state, user = found
    form = FactorForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            method = signin.check_second_factor(
                user=user, code=form.cleaned_data["code"], at=clock.now(), origin=origin_of(request)
            )
        except Refusal as error:
            status = show(form, error).status
        else:
            answer = go_on(request, state.with_step(Step.TOTP), user)
            if method == "recovery":
                left = user.recovery_codes.filter(used_at=None).count()
                text = _("You used a recovery code; %(left)s are left. Make new ones under “My account”.")
                messages.warning(request, text % {"left": left})
            return answer
    return render(
        request,
        "accounts/totp.html",
        {"form": form},
        status=status if status != 200 else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: ActorRequest) -> HttpResponse:
    """Set the second factor up at the first sign-in: scan, prove, keep the recovery codes."""
    found = half_way(request, Step.ENROL)
    if found is None or not found[1].totp_secret:
        return start_again(request)
    state, user = found
    form = FactorForm(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        actor = actor_of(user, on=clock.today())
        try:
            codes = second_factor.confirm(
                actor=actor, user=user, code=form.cleaned_data["code"], at=clock.now()
            )
        except Refusal as error:
            status = show(form, error).status
        else:
            onward = go_on(request, state.with_step(Step.ENROL), user)["Location"]
            return render(request, "accounts/recovery.html", {"codes": codes, "onward": onward})
    uri = totp.uri(user.totp_secret, user.username, _("SmartUnion"))
    return render(
        request, "accounts/enrol.html", {"form": form, "secret": user.totp_secret, "uri": uri}, status=status
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_password(request: ActorRequest) -> HttpResponse:
    """Choose one's own password in place of a one-time one."""
    found = half_way(request, Step.PASSWORD)
    if found is None:
        return start_again(request)
    state, user = found
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        users.change_password(
            user=user,
            password=form.cleaned_data["password"],
            at=clock.now(),
            actor=actor_of(user, on=clock.today()),
        )
        pending.drop(request.session)
        return go_on(request, state.with_step(Step.PASSWORD), user)
    return render(request, "accounts/new_password.html", {"form": form}, status=422 if form.errors else 200)
