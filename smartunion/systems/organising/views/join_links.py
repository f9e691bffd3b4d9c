"""Links for one person each, on the desk: made, handed out, looked after."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.core.web.refused import show
from smartunion.systems.organising.flows import join_links
from smartunion.systems.organising.flows.naming import employer_named
from smartunion.systems.organising.join_link_listing import LINKS
from smartunion.systems.organising.models import JoiningDrive, LinkState
from smartunion.systems.organising.queries.join_links import drives_to_choose, links_for

MAY = ("drives.manage", "organising.visit")


class CodeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # stubs want parameters Django does not take
    """A joining code by its title."""

    def label_from_instance(self, obj: JoiningDrive) -> str:
        return f"{obj.title} · {obj.code}"


class LinksForm(forms.Form):
    """Whom links are for."""

    code = CodeField(JoiningDrive.objects.none(), label=gettext_lazy("Joining code"))
    people = forms.CharField(
        label=gettext_lazy("Name and mobile number, one person a line"), max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "王芳 13800138000"}),
        help_text=gettext_lazy(
            "Up to 50 people, up to 5,000 when each is sent by text message; two columns copied from a spreadsheet fit as "
            "they are."
        ),
    )  # fmt: skip
    employer = forms.CharField(
        label=gettext_lazy("Employer"), max_length=120, required=False,
        help_text=gettext_lazy("Filled in for her, where the code itself names none."),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("Holds for (days)"), min_value=1, max_value=90)
    sends = forms.BooleanField(
        label=gettext_lazy("Send each by text message now"), required=False,
        help_text=gettext_lazy(
            "More than 50 go out in the background: a page shows how far it is, lets you stop it, and at the end has a file "
            "of who got a link and who not, and why."
        ),
    )  # fmt: skip

    def __init__(self, codes: QuerySet[JoiningDrive], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["code"]
        assert isinstance(choice, CodeField)
        choice.queryset = codes


@require_GET
@require(*MAY)
def links(request: ActorRequest) -> HttpResponseBase:
    """Every link in reach, with its state and what came of it."""
    rows = links_for(request.actor, clock.today())
    return listing_response(request, LINKS, rows, template="organising/join_link/list.html")


@never_cache
@require_http_methods(["GET", "POST"])
@require(*MAY)
def new_links(request: ActorRequest) -> HttpResponse:
    """Make links; they are shown once."""
    actor = request.actor
    chosen = row_id(request.GET.get("drive", ""))
    codes = drives_to_choose(actor, clock.today(), chosen=chosen)
    first = codes.filter(pk=chosen).first() or codes.first()
    days = join_links.most_days(first.path if first else "", clock.today())
    form = LinksForm(codes, request.POST or None, initial={"code": first, "days": days})
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, form.cleaned_data)
        except Refusal as error:
            refusal = error
            show(form, error)
    status = refusal.status if refusal is not None else 422 if form.errors else 200
    context = {"form": form, "has_codes": first is not None}
    return render(request, "organising/join_link/new.html", context, status=status)


def _made(request: ActorRequest, given: dict[str, Any]) -> HttpResponse:
    """A few are shown once; many are sent by text message in the background. Raises what the flows raise."""
    people = join_links.people_in(given["people"])
    terms: dict[str, Any] = {
        "actor": request.actor, "drive_id": given["code"].pk, "people": people, "at": clock.now(), "days": given["days"],
        "employer_id": employer_named(given["employer"]),
    }  # fmt: skip
    if given["sends"] and len(people) > join_links.MOST:
        return redirect("jobs:page", job_id=join_links.text_many(**terms).pk)
    made = join_links.make_links(**terms, sends=given["sends"])
    return render(request, "organising/join_link/made.html", {"made": made})


@require_GET
@require(*MAY)
def link(request: ActorRequest, join_link_id: int) -> HttpResponse:
    """One link: its state, the application, made anew or withdrawn."""
    row = get_visible(links_for(request.actor, clock.today()), join_link_id)
    state = LinkState(row.state)
    may_see_case = row.case is not None and request.actor.can("cases.view", path=row.case.path)
    return render(request, "organising/join_link/page.html", {
        "link": row, "state": state, "may_see_case": may_see_case,
        "is_unused": state in {LinkState.OPEN, LinkState.EXPIRED},
    })  # fmt: skip


@never_cache
@require_POST
@require(*MAY)
def renew(request: ActorRequest, join_link_id: int) -> HttpResponse:
    """Make the link anew; the old one ends."""
    made = join_links.renew(actor=request.actor, link_id=join_link_id, at=clock.now())
    return render(request, "organising/join_link/made.html", {"made": [made]})


@require_POST
@require(*MAY)
def withdraw(request: ActorRequest, join_link_id: int) -> HttpResponse:
    """End the link."""
    join_links.withdraw(actor=request.actor, link_id=join_link_id, at=clock.now())
    messages.success(request, _("The link is withdrawn; whoever opens it is told so."))
    return redirect("joining:link", join_link_id=join_link_id)
