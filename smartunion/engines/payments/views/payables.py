"""Payments on the desk: what is owed, one payable, its account, claims that look alike."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.engines.payments.flows import correcting
from smartunion.engines.payments.flows.owing import Payee
from smartunion.engines.payments.listings import LIKENESSES, OWED, evidence_words
from smartunion.engines.payments.models import LikenessPair
from smartunion.engines.payments.programmes import label_of
from smartunion.engines.payments.queries import desk as queries
from smartunion.engines.payments.rules.accounts import mask_account, mask_name
from smartunion.engines.payments.rules.states import LikenessState, PayableState, PayeeKind
from smartunion.ground.accounts.web import require

PREPARE, RELEASE, AID = "payments.prepare", "payments.release", "aid.view"


@require(PREPARE, RELEASE)
@require_GET
def owed(request: HttpRequest) -> HttpResponseBase:
    """What is owed and was paid in reach, newest first."""
    rows = queries.payable_rows(actor_of(request))
    return listing_response(request, OWED, rows, template="payments/owed.html")


@require(PREPARE, RELEASE)
@require_GET
def payable(request: HttpRequest, payable_id: int) -> HttpResponse:
    """One payable."""
    return _page(request, payable_id, None)


@require(PREPARE)
@require_POST
def payee(request: HttpRequest, payable_id: int) -> HttpResponse:
    """Another account for a payable that is on no list."""
    post = request.POST
    try:
        correcting.correct_payee(
            actor=actor_of(request), at=clock.now(), payable_id=payable_id, reason=post.get("reason", ""),
            payee=Payee(post.get("name", ""), post.get("account", ""), post.get("bank", ""), post.get("kind", ""),
                        post.get("relation", "")),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, payable_id, refusal)
    messages.success(request, _("The account is corrected; the payment waits for the next list."))
    return redirect("payments:payable", payable_id=payable_id)


@require(PREPARE, RELEASE, AID)
@require_GET
def likenesses(request: HttpRequest) -> HttpResponseBase:
    """Claims that have something in common."""
    return listing_response(request, LIKENESSES, LikenessPair.objects.visible_to(actor_of(request)))


@require(PREPARE, RELEASE, AID)
@require_http_methods(["GET", "POST"])
def likeness(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two claims side by side; what somebody found is kept."""
    actor = actor_of(request)
    pair = get_visible(LikenessPair.objects.visible_to(actor), pair_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            correcting.look_at(
                actor=actor, at=clock.now(), pair_id=pair_id, state=request.POST.get("state", ""),
                finding=request.POST.get("finding", ""),
            )  # fmt: skip
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("What you found is kept with both claims."))
            return redirect("payments:likeness", pair_id=pair_id)
    found = queries.payables_of([pair.record, pair.other_record])
    values = {
        "pair": pair, "refusal": refusal, "given": request.POST, "evidence": evidence_words(pair),
        "findings": [(state.value, state.label) for state in (LikenessState.HARMLESS, LikenessState.DOUBLE)],
        "sides": [
            {"label": label_of(key), "record": record, "payments": [
                {"who": mask_name(row.person.name), "union": row.union.name, "row": row}
                for row in found if row.record == record
            ]}
            for key, record in ((pair.programme, pair.record), (pair.other_programme, pair.other_record))
        ],
    }  # fmt: skip
    return render(request, "payments/likeness.html", values, status=refusal.status if refusal else 200)


def _page(request: HttpRequest, payable_id: int, refusal: DomainError | None) -> HttpResponse:
    actor = actor_of(request)
    shown = get_visible(queries.payable_rows(actor), payable_id)
    values = {
        "payable": shown, "refusal": refusal, "given": request.POST, "who": mask_name(shown.person.name),
        "account": mask_account(shown.payee_account), "holder": mask_name(shown.payee_name),
        "programme": label_of(shown.programme), "kinds": PayeeKind.choices,
        "items": shown.items.select_related("paylist").order_by("pk"),
        "pairs": [(pair, evidence_words(pair)) for pair in queries.likenesses_of(shown)],
        "may_correct": actor.can(PREPARE, path=shown.path)
        and shown.state in {PayableState.OWED, PayableState.FAILED},
    }  # fmt: skip
    return render(request, "payments/payable.html", values, status=refusal.status if refusal else 200)
