"""The link a firm founds its union by: made and taken back on the desk, opened on a phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.files.serving import disposition
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.web import require
from smartunion.systems.organising import posters
from smartunion.systems.organising.flows import invitations
from smartunion.systems.organising.models import Finding, FoundingInvitation
from smartunion.systems.organising.queries.invitations import link_of


@never_cache
@require_GET
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """To the service with everything filled in, or a word on a link that no longer holds."""
    if invitations.open_invitation(code, clock.today()) is None:
        return render(request, "organising/invitation_ended.html", status=404)
    return redirect(f"{reverse('casework:service', args=['found_union'])}?invite={code.strip().upper()}")


@require("organising.take_up")
@require_POST
def invite(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Make the link, or take it back."""
    actor, at = _actor(request), clock.now()
    if request.POST.get("act") == "end":
        invitations.take_back(actor=actor, finding_id=finding_id, at=at)
        messages.success(
            request, _("The link is taken back; whoever opens it is told to ask you for a new one.")
        )
    else:
        invitations.invite(actor=actor, finding_id=finding_id, at=at)
        messages.success(request, _("The link is ready: send it to the firm or let them scan the code."))
    return redirect("coverage:finding", finding_id=finding_id)


@require("organising.take_up")
@require_GET
def invite_file(request: HttpRequest, finding_id: int, kind: str) -> HttpResponse:
    """The code as PNG or SVG, for a chat or a leaflet."""
    actor = _actor(request)
    finding = get_visible(Finding.objects.visible_to(actor).select_related("employer"), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    invitation = FoundingInvitation.objects.filter(finding=finding, closed_at=None).first()
    draw = {"png": (posters.qr_png, "image/png"), "svg": (posters.qr_svg, "image/svg+xml")}.get(kind)
    if invitation is None or draw is None:
        raise NotVisible
    answer = HttpResponse(draw[0](link_of(invitation)), content_type=draw[1])
    answer["Content-Disposition"] = disposition(f"{finding.subject_name}-{_('founding')}.{kind}")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor
