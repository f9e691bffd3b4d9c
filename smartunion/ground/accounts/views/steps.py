"""From a right password or code to being signed in: the steps in between."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.ground.accounts import pending
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.flows import second_factor, signin
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.pending import Pending
from smartunion.ground.accounts.rules import Step, next_step
from smartunion.ground.accounts.web import keep_preferences, safe_next, sign_in

_PAGES = {Step.TOTP: "accounts:totp", Step.ENROL: "accounts:enrol", Step.PASSWORD: "accounts:new_password"}


def go_on(request: HttpRequest, state: Pending, user: User) -> HttpResponse:
    """Lead to the next step, or sign in and go where the person was heading."""
    step = step_of(state, user)
    if step is Step.DONE:
        return _done(request, state, user)
    if step is Step.ENROL:
        second_factor.begin(user=user)
    pending.keep(request.session, state)
    return redirect(_PAGES[step])


def step_of(state: Pending, user: User) -> Step:
    """What this sign-in still needs. Demo accounts of a demo installation are spared the second factor."""
    spared = settings.DEMO and user.is_demo
    return next_step(
        has_totp=user.has_totp and not spared,
        needs_totp=not spared and signin.needs_second_factor(user, clock.now()),
        must_change_password=user.must_change_password and state.method == "password",
        proven=state.steps,
    )


def half_way(request: HttpRequest, step: Step) -> tuple[Pending, User] | None:
    """The sign-in in progress, when this is the step it is at."""
    state = pending.read(request.session, clock.now())
    user = User.objects.filter(pk=state.user_id, is_active=True).first() if state and state.user_id else None
    if state is None or user is None or step_of(state, user) is not step:
        return None
    return state, user


def start_again(request: HttpRequest) -> HttpResponse:
    """Too late or out of turn: back to the beginning, with a word why."""
    pending.drop(request.session)
    messages.info(
        request, _("The sign-in had been open too long or was already finished. Please begin again.")
    )
    return redirect("accounts:signin")


def home_of(user: User) -> str:
    """Where somebody begins: the desk for staff, the portal for everybody else."""
    if not actor_of(user, on=clock.today()).can("desk.enter"):
        return "/"
    try:
        return reverse("desk:home")
    except NoReverseMatch:
        return "/desk/"


def _done(request: HttpRequest, state: Pending, user: User) -> HttpResponse:
    method = next((name for name in reversed(state.proven) if name in {"totp", "enrol"}), state.method)
    target = safe_next(request, state.next, home_of(user))
    sign_in(request, user, method=method)
    return keep_preferences(request, redirect(target), user)
