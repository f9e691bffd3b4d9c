"""A new phone number for oneself: enter it, prove it by a code, done. The number waits sealed in the session."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.web.refused import show
from smartunion.ground.accounts import pending
from smartunion.ground.accounts.flows import codes, phones
from smartunion.ground.accounts.forms import CodeForm, PhoneForm
from smartunion.ground.accounts.views.me import account_of
from smartunion.ground.accounts.web import ActorRequest, origin_of, require

_KEY = "new_phone"


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def new_number(request: ActorRequest) -> HttpResponse:
    """Enter the new number; a code is sent to it."""
    user = account_of(request)
    form = PhoneForm(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            number = codes.checked_mobile(form.cleaned_data["mobile"])
            sent = codes.send(
                mobile=number, purpose=phones.PURPOSE, at=clock.now(), origin=origin_of(request)
            )
        except Refusal as error:
            refusal = show(form, error)
        else:
            pending.keep_sealed(request.session, _KEY, number)
            if sent.shown:
                messages.info(request, _("Demo: the code would be %(code)s.") % {"code": sent.shown})
            return redirect("accounts:phone_code")
    return render(
        request, "accounts/me/phone.html",
        {"form": form, "mobile": mask_phone(user.mobile)},
        status=refusal.status if refusal else 422 if form.errors else 200,
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@require()
def prove(request: ActorRequest) -> HttpResponse:
    """Enter the code; from then on the number is one's own."""
    number = pending.read_sealed(request.session, _KEY)
    if not number:
        return redirect("accounts:phone")
    form = CodeForm(request.POST or None)
    refusal: DomainError | None = None
    if form.is_valid():
        try:
            at = clock.now()
            codes.check(
                mobile=number, purpose=phones.PURPOSE, code=form.cleaned_data["code"], at=at,
                origin=origin_of(request),
            )  # fmt: skip
            phones.change_mobile(actor=request.actor, mobile=number, at=at)
        except Refusal as error:
            refusal = show(form, error)
        else:
            request.session.pop(_KEY, None)
            messages.success(request, _("%(number)s is your number now.") % {"number": mask_phone(number)})
            return redirect("accounts:account")
    return render(
        request, "accounts/me/phone_code.html",
        {"form": form, "mobile": mask_phone(number)},
        status=refusal.status if refusal else 422 if form.errors else 200,
    )  # fmt: skip
