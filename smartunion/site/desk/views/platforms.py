"""Platform companies and who works for them: everybody one member, whatever the number of her platforms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import queries
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows.access import own_or_person_for
from smartunion.ground.registry.models import Employer, PlatformWork
from smartunion.site.desk.acting import attempt, status_of
from smartunion.site.desk.forms.platforms import PlatformForm
from smartunion.site.desk.views.people import person_of

EDIT = "members.edit"


@require("members.view")
@require_GET
def platforms(request: HttpRequest) -> HttpResponse:
    """The platforms with their people in reach; the sum above counts everybody once."""
    actor = actor_of(request)
    counted = queries.platform_people(actor)
    named = [platform.pk for platform, _people in counted.platforms]
    opened = set(Employer.objects.visible_to(actor).filter(pk__in=named).values_list("pk", flat=True))
    return render(request, "desk/platforms.html", {"counted": counted, "opened": opened})


@require(EDIT)
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note that somebody works for a platform."""
    actor, row = actor_of(request), person_of(request, person_id)
    own_or_person_for(actor, row.pk, EDIT)
    form = PlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(form, lambda: registry.platform_work.take_up(
            actor=actor, person_id=row.pk, platform_id=given["platform"], on=given["on"], at=clock.now(), source="desk"
        ))  # fmt: skip
        if done is not None:
            messages.success(request, _("Noted: %(name)s.") % {"name": done.platform.name})
            return redirect("desk:person", person_id=row.pk)
    context = {
        "form": form, "person": row, "title": _("Works for a platform"),
        "lead": _("The membership stays where it is; whoever works for several platforms is one member."),
    }  # fmt: skip
    return render(request, "desk/person_form.html", context, status=status_of(form))


@require(EDIT)
@require_POST
def give_up(request: HttpRequest, work_id: int) -> HttpResponse:
    """End somebody's work for a platform today."""
    actor = actor_of(request)
    row = PlatformWork.objects.visible_to(actor).filter(pk=work_id).first()
    if row is None:
        raise NotVisible
    registry.platform_work.give_up(actor=actor, work_id=row.pk, on=clock.today(), at=clock.now())
    messages.success(request, _("Ended. The membership stays as it is."))
    return redirect("desk:person", person_id=row.person_id)
