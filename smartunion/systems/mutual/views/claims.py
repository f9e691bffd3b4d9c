"""A claim's page: facts as the papers say, the calculation line by line, claims like it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import number_of
from smartunion.engines.payments import service as payments
from smartunion.ground.accounts.web import require
from smartunion.systems.mutual.flows import claims
from smartunion.systems.mutual.flows.paying import record_of
from smartunion.systems.mutual.forms import FactsForm
from smartunion.systems.mutual.models import Claim, ClaimState
from smartunion.systems.mutual.queries.claims import load_event, shown_lines, shown_reasons


@require("aid.view")
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Check the facts; the calculation follows."""
    actor = actor_of(request)
    rows = Claim.objects.visible_to(actor).select_related("case", "plan", "person", "version")
    shown = get_visible(rows, claim_id)
    terms, event = shown.version.read(), load_event(shown.facts)
    benefit = terms.benefit(event.benefit)
    initial = {name: getattr(event, name) for name in FactsForm.base_fields}
    data = request.POST if request.method == "POST" else None
    form = FactsForm(terms, benefit, data, initial=initial)
    refusal: DomainError | None = None
    if data is not None and form.is_valid():
        try:
            claims.assess(
                actor=actor,
                at=clock.now(),
                claim_id=shown.pk,
                seen=number_of(request.POST, "seen"),
                facts=form.cleaned_data,
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Checked and worked out anew."))
            return redirect("mutual:claim", claim_id=shown.pk)
    result = shown.shown
    values = {
        "claim": shown, "form": form, "refusal": refusal, "benefit": benefit, "lines": shown_lines(result),
        "reasons": shown_reasons(result), "total": shown.total_yuan if shown.total_yuan is not None else shown.worked_yuan,
        "event_on": result.get("event_on"), "shares": result.get("shares"), "given": claims.form_of(shown),
        "may_assess": shown.state == ClaimState.OPEN and actor.can("aid.handle", path=shown.case.path),
        "alike": payments.likenesses(record_of(shown)),
    }  # fmt: skip
    bad = data is not None
    return render(
        request, "mutual/claim.html", values, status=(refusal.status if refusal else 422) if bad else 200
    )
