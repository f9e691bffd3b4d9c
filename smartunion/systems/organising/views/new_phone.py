"""A new phone number for somebody registered under an older one: name, ID number, sent to her union."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.posted import client_id_of
from smartunion.ground.accounts.models import User
from smartunion.systems.organising.flows import new_phones


@never_cache
@sensitive_post_parameters("id_number")
@require_http_methods(["GET", "POST"])
@require()
def new_phone(request: ActorRequest) -> HttpResponse:
    """The form; what is answered does not tell whether anybody was found."""
    if request.actor.person_id is not None:
        return redirect("accounts:phone")
    user = User.objects.get(pk=request.actor.user_id or -1)
    if not user.mobile:
        messages.info(
            request, _("Prove your new number by a code first, then open “My number has changed” again.")
        )
        return redirect("accounts:phone")
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            new_phones.ask(
                name=request.POST.get("name", "")[:60], id_number=request.POST.get("id_number", "")[:40],
                client_id=client_id_of(request.POST.dict()), actor=request.actor, at=clock.now(),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            if User.objects.filter(pk=user.pk).exclude(person=None).exists():
                return redirect("portal:record")
            return render(request, "organising/join/new_phone_sent.html", {"mobile": mask_phone(user.mobile)})
    context = {
        "mobile": mask_phone(user.mobile), "refusal": refusal, "client_id": uuid4(), "name": request.POST.get("name", "")[:60],
        "errors": {refusal.field: str(refusal)} if refusal is not None and refusal.field else {},
    }  # fmt: skip
    return render(
        request, "organising/join/new_phone.html", context, status=refusal.status if refusal else 200
    )
