"""Accounts on the desk: who works here, in which role, and help for those who are locked out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import NotAllowed, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.refused import show
from smartunion.ground.accounts import listings, queries
from smartunion.ground.accounts.flows import users
from smartunion.ground.accounts.forms import GrantForm, StaffForm
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import EVERYWHERE_ONLY, Role
from smartunion.ground.accounts.web import ActorRequest, require


@require_GET
@require("accounts.manage")
def staff(request: ActorRequest) -> HttpResponseBase:
    """Everybody with a role in my subtree."""
    return listing_response(
        request, listings.STAFF, listings.staff(request.actor), template="accounts/desk/staff.html"
    )


@require_GET
@require("accounts.manage")
def staff_page(request: ActorRequest, user_id: int) -> HttpResponse:
    """One account."""
    return _page(request, _user(request, user_id), GrantForm(roles=queries.assignable_roles(request.actor)))


@never_cache
@require_http_methods(["GET", "POST"])
@require("accounts.manage")
def new_staff(request: ActorRequest) -> HttpResponse:
    """Make an account with its first role."""
    form = StaffForm(request.POST or None, roles=queries.assignable_roles(request.actor))
    status = 422 if form.errors else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            user, first = users.create_staff(
                actor=request.actor, username=given["username"], name=given["name"], mobile=given["mobile"],
                valid_to=given["valid_to"], at=clock.now(), **_role_at(request, given),
            )  # fmt: skip
        except Refusal as error:
            status = show(form, error).status
        else:
            return render(
                request,
                "accounts/desk/first_password.html",
                {"user": user, "password": first, "is_new": True},
            )
    return render(request, "accounts/desk/new.html", {"form": form}, status=status)


@require_POST
@require("accounts.manage")
def grant(request: ActorRequest, user_id: int) -> HttpResponse:
    """Give a further role."""
    user = _user(request, user_id)
    form = GrantForm(request.POST, roles=queries.assignable_roles(request.actor))
    if form.is_valid():
        try:
            users.grant_role(
                actor=request.actor, user_id=user.pk, valid_to=form.cleaned_data["valid_to"], at=clock.now(),
                **_role_at(request, form.cleaned_data),
            )  # fmt: skip
        except Refusal as error:
            show(form, error)
        else:
            messages.success(request, _("The role is given, and its holder has been told."))
            return redirect("accounts:staff_page", user_id=user.pk)
    return _page(request, user, form, status=422)


@require_POST
@require("accounts.manage")
def revoke(request: ActorRequest, grant_id: int) -> HttpResponse:
    """End a role today."""
    row = users.revoke_role(actor=request.actor, grant_id=grant_id, at=clock.now())
    messages.success(request, _("The role has ended, and its holder has been told."))
    if User.objects.visible_to(request.actor).filter(pk=row.user_id).exists():
        return redirect("accounts:staff_page", user_id=row.user_id)
    return redirect("accounts:staff")


@never_cache
@require_POST
@require("accounts.manage")
def reset_password(request: ActorRequest, user_id: int) -> HttpResponse:
    """A new one-time password, shown once."""
    first = users.reset_password(actor=request.actor, user_id=user_id, at=clock.now())
    context = {"user": _user(request, user_id), "password": first, "is_new": False}
    return render(request, "accounts/desk/first_password.html", context)


@require_POST
@require("accounts.manage")
def reset_totp(request: ActorRequest, user_id: int) -> HttpResponse:
    """Take a lost second factor away."""
    users.reset_totp(actor=request.actor, user_id=user_id, at=clock.now())
    messages.success(request, _("The second factor is taken away. It is set up anew at the next sign-in."))
    return redirect("accounts:staff_page", user_id=user_id)


@require_POST
@require("accounts.manage")
def set_active(request: ActorRequest, user_id: int) -> HttpResponse:
    """Close or reopen an account."""
    is_active = request.POST.get("active") == "1"
    users.set_active(actor=request.actor, user_id=user_id, is_active=is_active, at=clock.now())
    text = (
        _("The account is open again.")
        if is_active
        else _("The account is closed and signed out everywhere.")
    )
    messages.success(request, text)
    return redirect("accounts:staff_page", user_id=user_id)


def _user(request: ActorRequest, user_id: int) -> User:
    return get_visible(listings.staff(request.actor), user_id)


def _role_at(request: ActorRequest, given: dict[str, Any]) -> dict[str, Any]:
    """The role of a form and the union it holds at. Raises InvalidInput for the field union."""
    role = Role(given["role"])
    if role in EVERYWHERE_ONLY:
        return {"role": role, "union_id": None}
    return {"role": role, "union_id": queries.union_named(request.actor, given["union"]).pk}


def _page(request: ActorRequest, user: User, form: GrantForm, status: int = 200) -> HttpResponse:
    today = clock.today()
    grants = RoleGrant.objects.visible_to(request.actor).filter(user=user).select_related("union")
    current = grants.active_or_coming(today)
    try:
        users.check_manages(request.actor, user, today)
        why_not = ""
    except NotAllowed as error:
        why_not = str(error)
    return render(
        request, "accounts/desk/page.html",
        {
            "user": user, "form": form, "mobile": mask_phone(user.mobile),
            "grants": current.order_by("valid_from", "id"),
            "past": grants.filter(valid_to__lte=today).order_by("-valid_to", "-id")[:50], "why_not": why_not,
            "is_self": user.pk == request.actor.user_id,
        },
        status=status,
    )  # fmt: skip
