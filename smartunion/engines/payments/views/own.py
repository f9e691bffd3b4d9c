"""A person's own page: what is owed to her, what was paid, and her account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.web.guards import actor_of, person_required
from smartunion.engines.payments.flows import correcting
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.programmes import label_of
from smartunion.engines.payments.rules.accounts import mask_account
from smartunion.engines.payments.rules.states import PayableState, PayeeKind
from smartunion.ground.accounts.web import require

_MOST = 100


@person_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Payments to me."""
    return _page(request, None)


@require()
@require_POST
def account(request: HttpRequest, payable_id: int) -> HttpResponse:
    """Another account of mine for what is owed to me."""
    try:
        correcting.correct_own(
            actor=actor_of(request), at=clock.now(), payable_id=payable_id, account=request.POST.get("account", ""),
            bank=request.POST.get("bank", ""),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("Your account is corrected. The money is paid with the next list."))
    return redirect("payments:mine")


def _page(request: HttpRequest, refusal: DomainError | None) -> HttpResponse:
    rows = Payable.objects.of_person(actor_of(request)).select_related("union").order_by("-pk")[:_MOST]
    shown = [
        {
            "row": row, "programme": label_of(row.programme), "account": mask_account(row.payee_account),
            "may_correct": row.payee_kind == PayeeKind.SELF
            and row.state in {PayableState.OWED, PayableState.FAILED},
        }
        for row in rows
    ]  # fmt: skip
    values = {"payments": shown, "refusal": refusal}
    return render(request, "payments/mine.html", values, status=refusal.status if refusal else 200)
