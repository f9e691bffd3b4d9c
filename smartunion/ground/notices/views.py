"""Pages of the inbox, and the operator's view of the outbox."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.web.guards import ActorRequest, require
from smartunion.ground.notices import queries
from smartunion.ground.notices.flows import delivery, reading
from smartunion.ground.notices.forms import OpenForm, PageForm, ReadAllForm

_PAGES = {"portal": "notices:messages", "desk": "notices:inbox"}


@require_GET
@require()
def messages_page(request: ActorRequest) -> HttpResponse:
    """The worker's inbox."""
    return _inbox(request, "notices/messages.html", "portal")


@require_GET
@require("desk.enter")
def inbox_page(request: ActorRequest) -> HttpResponse:
    """The same inbox on the desk."""
    return _inbox(request, "notices/inbox.html", "desk")


@require_POST
@require()
def open_message(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Mark as read and go where it leads."""
    notice = reading.open_notice(actor=request.actor, notice_id=notice_id, at=clock.now())
    return redirect(notice.link or _PAGES[_shell(request)])


@require_POST
@require()
def read_messages(request: ActorRequest) -> HttpResponse:
    """Mark everything the page showed as read."""
    form = ReadAllForm(request.POST)
    if form.is_valid():
        count = reading.read_all(actor=request.actor, up_to=form.cleaned_data["up_to"], at=clock.now())
        messages.success(
            request,
            ngettext("%(n)s message marked as read.", "%(n)s messages marked as read.", count) % {"n": count},
        )
    return redirect(_PAGES[_shell(request)])


@require_GET
@require("settings.edit")
def outbox(request: ActorRequest) -> HttpResponse:
    """Sendings given up after all tries, and how many wait."""
    rows = queries.dead_letters()[:100]
    return render(request, "notices/outbox.html", {"rows": rows, "counts": queries.outbox_counts()})


@require_POST
@require("settings.edit")
def retry(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Send it once more."""
    delivery.retry(actor=request.actor, delivery_id=delivery_id, at=clock.now())
    messages.success(request, _("The message is back in the outbox and will be sent within a minute."))
    return redirect("notices:outbox")


@require_POST
@require("settings.edit")
def drop(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Let it rest."""
    delivery.drop(actor=request.actor, delivery_id=delivery_id, at=clock.now())
    messages.success(request, _("The message will not be sent. Its copy in the inbox stays."))
    return redirect("notices:outbox")


def _inbox(request: ActorRequest, template: str, shell: str) -> HttpResponse:
    form = PageForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    page = queries.inbox(request.actor, before=before)
    return render(request, template, {"page": page, "shell": shell, "is_first": before is None})


def _shell(request: ActorRequest) -> str:
    form = OpenForm(request.POST)
    return (form.cleaned_data["shell"] if form.is_valid() else "") or "portal"
