"""My account: what it is, who looked at my data, what I agreed to, in which role I act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.reading import get_visible
from smartunion.ground.accounts import queries
from smartunion.ground.accounts.actors import ACTING_AS
from smartunion.ground.accounts.flows import preferences, users
from smartunion.ground.accounts.forms import ContactForm
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.web import ActorRequest, person_required, require, safe_next
from smartunion.ground.registry.flows import consents

PAGE = 30


def account_of(request: ActorRequest) -> User:
    """The account behind the request."""
    return get_visible(User.objects.filter(pk=request.actor.user_id or -1), request.actor.user_id)


@require_GET
@require()
def account(request: ActorRequest) -> HttpResponse:
    """The way to everything about my account."""
    user = account_of(request)
    grants = queries.active_grants(user, clock.today())
    return render(
        request, "accounts/me/account.html",
        {"user": user, "mobile": mask_phone(user.mobile), "grants": grants,
         "acting_as": request.session.get(ACTING_AS)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require()
def contact(request: ActorRequest) -> HttpResponse:
    """Where messages go besides the phone."""
    user = account_of(request)
    form = ContactForm(request.POST or None, initial={"email": user.email})
    if form.is_valid():
        preferences.set_email(actor=request.actor, email=form.cleaned_data["email"], at=clock.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:account")
    return render(
        request, "accounts/me/contact.html", {"form": form, "user": user}, status=422 if form.errors else 200
    )


@require_POST
@require()
def act_as(request: ActorRequest) -> HttpResponse:
    """Act in one of my roles only, or in all of them."""
    wanted = request.POST.get("grant", "")
    if wanted:
        mine = RoleGrant.objects.active_on(clock.today()).filter(user_id=request.actor.user_id or -1)
        grant = get_visible(mine.select_related("union"), wanted)
        request.session[ACTING_AS] = grant.pk
        where = grant.union.name if grant.union else _("the whole installation")
        messages.success(
            request,
            _("You now act as %(role)s for %(where)s only.")
            % {"role": grant.get_role_display(), "where": where},
        )
    else:
        request.session.pop(ACTING_AS, None)
        messages.success(request, _("You now act in all your roles."))
    return redirect(safe_next(request, request.POST.get("next", ""), "/me/account/"))


@require_GET
@person_required
def access_log(request: ActorRequest) -> HttpResponse:
    """Everybody who looked at my data or changed it, with reason, latest first."""
    before = request.GET.get("before", "")
    rows = queries.looks_at(request.actor)
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return render(
        request, "accounts/me/access_log.html",
        {
            "lines": [queries.look(event, request.actor) for event in found[:PAGE]],
            "next_before": found[PAGE - 1].pk if len(found) > PAGE else None,
            "is_first": not before,
            "seers": queries.who_may_see(request.actor.person_id or 0, on=clock.today()) if not before else [],
        },
    )  # fmt: skip


@require_GET
@person_required
def consent_list(request: ActorRequest) -> HttpResponse:
    """What I agreed to, in which words, and how to take it back."""
    return render(
        request,
        "accounts/me/consents.html",
        {"consents": [queries.agreed(row) for row in queries.consents_of(request.actor)]},
    )


@require_POST
@person_required
def withdraw_consent(request: ActorRequest, consent_id: int) -> HttpResponse:
    """Take a consent back."""
    consent = get_visible(queries.consents_of(request.actor).select_related("person"), consent_id)
    number = consents.withdraw(
        actor=request.actor, person=consent.person, purpose=consent.purpose, at=clock.now()
    )
    if number:
        messages.success(
            request,
            _("Your consent is withdrawn. What was done before stays lawful; nothing more is done on it."),
        )
    else:
        messages.info(request, _("This consent had been withdrawn already."))
    return redirect("accounts:consents")


@require_POST
@require()
def not_me(request: ActorRequest) -> HttpResponse:
    """The member record this account was linked to is somebody else's."""
    users.unlink_person(actor=request.actor, user_id=request.actor.user_id or -1, at=clock.now())
    messages.success(
        request, _("Thank you. This account no longer shows that record, and will not be linked to it again.")
    )
    return redirect("accounts:account")
