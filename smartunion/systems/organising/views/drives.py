"""Joining codes on the desk: made, shown, printed, counted, closed."""

from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.charts import Chart, Series
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.refused import show
from smartunion.ground.registry.models import EmployerLink, TradeUnion
from smartunion.ground.registry.rules import UnionState, fold_name
from smartunion.systems.organising import posters
from smartunion.systems.organising.drive_listing import DRIVES, STAGES, STATES, state_of, with_counts
from smartunion.systems.organising.flows import drives
from smartunion.systems.organising.flows.naming import employer_named
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.queries.drives import Progress, drives_for, progress


class DriveForm(forms.Form):
    """A new joining code."""

    union = forms.CharField(label=gettext_lazy("Union that takes people in"), max_length=120)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    employer = forms.CharField(
        label=gettext_lazy("Employer"), max_length=120, required=False,
        help_text=gettext_lazy("Filled in for everybody who scans. Empty: people name their employer themselves."),
    )  # fmt: skip
    audience = forms.CharField(
        label=gettext_lazy("Trade or platform"), max_length=20, required=False,
        help_text=gettext_lazy("For campaigns among new-form workers, e.g. truck drivers."),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("organising", "Valid until"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: the code stands until it is closed."),
    )  # fmt: skip
    target = forms.IntegerField(
        label=gettext_lazy("Target (people)"), required=False, min_value=1, max_value=10_000_000
    )


@require_GET
@require("drives.manage")
def drive_list(request: ActorRequest) -> HttpResponseBase:
    """Every code in reach."""
    rows = with_counts(drives_for(request.actor))
    return listing_response(request, DRIVES, rows, template="organising/drive/list.html")


@require_http_methods(["GET", "POST"])
@require("drives.manage")
def new_drive(request: ActorRequest) -> HttpResponse:
    """Make a code."""
    form = DriveForm(request.POST or None, initial=_initial(request))
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            drive = drives.create_drive(actor=request.actor, data=_data(request.actor, form), at=clock.now())
        except Refusal as error:
            refusal = error
            show(form, error)
        else:
            messages.success(request, _("The code is ready: print the poster or send the link."))
            return redirect("joining:drive", drive_id=drive.pk)
    status = refusal.status if refusal is not None else 422 if form.errors else 200
    context = {"form": form, "unions": _unions(request.actor)}
    return render(request, "organising/drive/new.html", context, status=status)


@require_GET
@require("drives.manage")
def drive(request: ActorRequest, drive_id: int) -> HttpResponse:
    """One code: to hand out, and how it does."""
    return _page(request, _drive(request, drive_id), None)


@require_GET
@require("drives.manage")
def drive_file(request: ActorRequest, drive_id: int, kind: str) -> HttpResponse:
    """The code as PNG, SVG or poster."""
    if kind not in {"png", "svg", "pdf"}:
        raise NotVisible
    row = _drive(request, drive_id)
    link = posters.link_of(row, settings.PUBLIC_URL)
    if kind == "pdf":
        content, media_type = posters.poster(row, link=link, at=clock.now()), "application/pdf"
    elif kind == "svg":
        content, media_type = posters.qr_svg(link), "image/svg+xml"
    elif kind == "png":
        content, media_type = posters.qr_png(link), "image/png"
    else:
        raise NotVisible
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = disposition(f"{row.title}-{row.code}.{kind}")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@require("drives.manage")
def close_drive(request: ActorRequest, drive_id: int) -> HttpResponse:
    """Stop a code."""
    row = _drive(request, drive_id)
    try:
        drives.close_drive(
            actor=request.actor, drive_id=row.pk, reason=request.POST.get("reason", ""), at=clock.now()
        )
    except InvalidInput as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The code is closed. Whoever scans it is told where to go instead."))
    return redirect("joining:drive", drive_id=drive_id)


@require_POST
@require("drives.manage")
def set_target(request: ActorRequest, drive_id: int) -> HttpResponse:
    """Agree on another number."""
    row, given = _drive(request, drive_id), request.POST.get("target", "")
    try:
        number = whole_number(given, digits=9) or 0
        drives.set_target(actor=request.actor, drive_id=row.pk, quantity=number, at=clock.now())
    except InvalidInput as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The target is set; progress is counted from the ledger."))
    return redirect("joining:drive", drive_id=drive_id)


def _drive(request: ActorRequest, drive_id: int) -> JoiningDrive:
    return get_visible(drives_for(request.actor), drive_id)


def _page(request: ActorRequest, row: JoiningDrive, refusal: DomainError | None) -> HttpResponse:
    numbers = progress(row, today=clock.today())
    link = posters.link_of(row, settings.PUBLIC_URL)
    context = {
        "drive": row, "numbers": numbers, "link": link, "chart": _chart(row, numbers),
        "stages": [(one.key, STAGES[one.key], one.count) for one in numbers.stages],
        "state": state_of(row), "state_label": STATES[state_of(row)], "refusal": refusal,
        "may_change": request.actor.can("drives.manage", path=row.path) and row.closed_at is None,
        "may_see": request.actor.can("members.view", path=row.path),
    }  # fmt: skip
    return render(request, "organising/drive/page.html", context, status=refusal.status if refusal else 200)


def _chart(row: JoiningDrive, numbers: Progress) -> Chart:
    return Chart(
        key=f"drive-{row.pk}", title=_("People by day"), kind="bar", unit=_("people"), stacked=True,
        categories=[f"{day:%m-%d}" for day, _joined, _pooled in numbers.by_day], as_of=clock.now(),
        source=_("Sum of the ledger: joined, and waiting in the pool"),
        series=(
            Series(name=_("Joined"), values=[joined for _day, joined, _pooled in numbers.by_day]),
            Series(name=_("In the pool"), values=[pooled for _day, _joined, pooled in numbers.by_day]),
        ),
    )  # fmt: skip


def _unions(actor: Actor) -> list[TradeUnion]:
    """Unions to choose from without writing: those the actor's roles are held at."""
    ids = [
        grant.union_id for grant in actor.grants if grant.union_id and "drives.manage" in grant.permissions
    ]
    return list(TradeUnion.objects.filter(pk__in=ids).order_by("depth", "id"))


def _initial(request: ActorRequest) -> dict[str, object]:
    """The union named by the link, or the only one there is, and its only employer."""
    unions = _unions(request.actor)
    wanted = request.GET.get("union", "")
    visible = TradeUnion.objects.visible_to(request.actor)
    named = visible.filter(pk=row_id(wanted)).first() if wanted else None
    union = named or (unions[0] if unions else None)
    values: dict[str, object] = {"starts_on": clock.today()}
    if union is None:
        return values
    links = EmployerLink.objects.filter(union=union, valid_to=None).select_related("employer")[:2]
    employer = links[0].employer.name if len(links) == 1 else ""
    return values | {
        "union": union.name, "title": (_("Join %(union)s") % {"union": union.name})[:80], "employer": employer
    }  # fmt: skip


def _data(actor: Actor, form: DriveForm) -> drives.NewDrive:
    """The form's names turned into records. Raises InvalidInput naming union or employer."""
    given = form.cleaned_data
    ends_on: date | None = given["ends_on"]
    return drives.NewDrive(
        union_id=_named_union(actor, given["union"]).pk, title=given["title"], starts_on=given["starts_on"],
        ends_on=ends_on, employer_id=employer_named(given["employer"]), audience=given["audience"],
        target=given["target"] or 0,
    )  # fmt: skip


def _named_union(actor: Actor, name: str) -> TradeUnion:
    unions = TradeUnion.objects.visible_to(actor).exclude(state=UnionState.CLOSED)
    found = list(unions.filter(name_key=fold_name(name))[:2])
    if len(found) != 1:
        raise InvalidInput(
            _("No single union of this name is in your reach."),
            remedy=_("Write the full name as it stands in the tree."), field="union",
        )  # fmt: skip
    return found[0]
