"""Certificates: the list of all, one on paper, issuing and cancelling."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.files.serving import disposition
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.registry import papers, rules
from smartunion.ground.registry.flows import certificates as flows
from smartunion.ground.registry.flows.access import check_registers, registers
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.queries import dated
from smartunion.site.desk import office_listings
from smartunion.site.desk.acting import attempt
from smartunion.site.desk.dated import as_asked
from smartunion.site.desk.forms import unions as shapes
from smartunion.site.desk.views.union_changes import EDIT, act, form_page


@require("registry.view")
@require_http_methods(["GET", "POST"])
def certificates(request: HttpRequest) -> HttpResponseBase:
    """Certificates in reach, those that end first on top; or those that held on a past day."""
    actor = actor_of(request)
    listing, rows = as_asked(
        request,
        office_listings.CERTIFICATES,
        lambda: Certificate.objects.visible_to(actor).select_related("union"),
        lambda day: dated.certificates_held(actor, day),
    )
    return listing_response(request, listing, rows)


@require("registry.view")
@require_GET
def paper(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """A certificate as PDF."""
    rows = Certificate.objects.visible_to(actor_of(request)).select_related("union")
    row = get_visible(rows, certificate_id)
    answer = HttpResponse(papers.certificate(row, at=clock.now()), content_type="application/pdf")
    answer["Content-Disposition"] = disposition(f"{row.union.name}-{row.get_kind_display()}.pdf")
    return answer


@require(EDIT)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, union_id: int) -> HttpResponse:
    """Issue a certificate."""

    def flow(actor: Actor, node: TradeUnion, form: forms.Form) -> object:
        given = form.cleaned_data
        data = NewCertificate(
            given["issued_on"], rules.CertificateKind(given["kind"]), given["number"], given["valid_to"],
            given["approval_number"], given.get("uscc", ""),
        )  # fmt: skip
        return flows.issue(actor=actor, union_id=node.pk, data=data, at=clock.now())

    return act(
        request, union_id,
        lambda actor, node: shapes.CertificateForm(
            request.POST or None, initial={"kind": request.GET.get("kind", ""), "uscc": node.uscc},
            registers=registers(actor, node),
        ),
        _("Issue a certificate"), _("The certificate has been issued."), flow, to="desk:union_offices",
        lead=_("A legal-person certificate replaces the one that held; it says what the record says now."),
    )  # fmt: skip


@require(EDIT)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Cancel a certificate of a union that stands on."""
    actor = actor_of(request)
    row = get_visible(Certificate.objects.visible_to(actor).select_related("union"), certificate_id)
    actor.check_can(EDIT, path=row.union.path)
    if row.is_legal_person:
        check_registers(actor, row.union)
    form = shapes.CancelCertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form, lambda: flows.cancel(actor=actor, certificate_id=row.pk, at=clock.now(), **given)
        )
        if done is not None:
            messages.success(request, _("The certificate is cancelled."))
            return redirect("desk:union_offices", union_id=row.union_id)
    lead = _(
        "The union stands on, without this certificate. Closing or merging a union cancels its certificates by itself."
    )
    return form_page(request, form, _("Cancel the certificate"), row.union, lead=lead, danger=True)
