"""One verdict on many findings: say it, watch it, take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.batches import BatchState
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.flows import batches as flows
from smartunion.systems.organising.listings import BATCHES, batch_findings
from smartunion.systems.organising.models import VerdictBatch
from smartunion.systems.organising.queries.batch_findings import findings_of
from smartunion.systems.organising.rules import BatchVerdict, WorkList
from smartunion.systems.organising.views.coverage import OWN, VIEW

#: As many firms of one name as a refusal names.
_ALIKE = 8
_NOTHING = gettext_lazy("Nothing of this name is open to you. Copy the name as it stands in the list.")


class VerdictForm(forms.Form):
    """The verdict, its reason, and the union or firm it names."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"), choices=BatchVerdict.choices, widget=forms.RadioSelect
    )
    related_union = forms.CharField(
        label=gettext_lazy("Joint union that covers them"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"list": "joint-unions", "autocomplete": "off"}),
    )  # fmt: skip
    related_employer = forms.CharField(
        label=gettext_lazy("Firm they duplicate"), required=False, max_length=120,
        help_text=gettext_lazy("Name or code as the register has it."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), min_length=2, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["related_employer"].widget.attrs["data-lookup"] = reverse("desk:pick_employer")

    def clean(self) -> dict[str, Any]:
        """Names become records; one that fits nothing, or several, is said at its field."""
        given = super().clean() or {}
        verdict = given.get("verdict")
        if verdict == BatchVerdict.COVERED:
            given["union_id"] = self._union()
        if verdict == BatchVerdict.DUPLICATE:
            given["employer_id"] = self._employer()
        return given

    def _union(self) -> int | None:
        text, rows = self.cleaned_data.get("related_union", "").strip(), joint_unions(self.actor)
        found = list(rows.filter(number=text.upper())[:2] if text else [])
        found = found or list(rows.filter(name=text)[:2] if text else [])
        if len(found) == 1:
            return int(found[0].pk)
        several = _("Several records have this name; write the code instead.")
        self.add_error("related_union", several if found else _NOTHING)
        return None

    def _employer(self) -> int | None:
        rows = Employer.objects.visible_to(self.actor)
        found = registry.employers_meant(rows, self.cleaned_data.get("related_employer", ""), limit=_ALIKE)
        if len(found) == 1:
            return found[0].pk
        several = _("Several firms bear this name. Write one of these instead: %(choices)s") % {
            "choices": "；".join(map(str, registry.told_apart(found, rows)))
        }
        self.add_error("related_employer", several if found else _NOTHING)
        return None


def joint_unions(actor: Actor) -> Any:
    """Joint unions the actor sees."""
    return TradeUnion.objects.visible_to(actor).filter(kind=UnionKind.JOINT, state=UnionState.ACTIVE)


@require(VIEW, OWN)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """Verdicts on many findings, newest first."""
    rows = VerdictBatch.objects.visible_to(actor_of(request)).defer("finding_ids")
    return listing_response(request, BATCHES, rows, template="organising/batches.html")


@require("organising.visit", VIEW)
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, verdict_id: int) -> HttpResponse:
    """Say the verdict while it is a draft; afterwards its progress and result."""
    actor = actor_of(request)
    found = get_visible(
        VerdictBatch.objects.visible_to(actor).select_related(
            "job__result_file", "related_union", "related_employer"
        ),
        verdict_id,
    )
    form = VerdictForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid() and _begin(request, form, found):
        return redirect("coverage:batch", verdict_id=found.pk)
    picked = findings_of(found, actor).filter(pk__in=found.finding_ids[:12])
    is_mine, shown = found.user_id == actor.user_id, list(picked.order_by("-score", "pk"))
    return render(
        request, "organising/batch.html",
        {
            "batch": found, "form": form, "count": len(found.finding_ids), "picked": shown,
            "from_list": shown[0].work_list if shown else WorkList.TASK,
            "unions": joint_unions(actor).order_by("name", "pk").values_list("name", flat=True)[:500],
            "is_draft": found.state == BatchState.DRAFT, "is_mine": is_mine,
            "is_busy": found.state in {BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING},
            # Until all were looked at, what is left is not what was refused.
            "refused_as": "left" if found.done + found.refused == len(found.finding_ids) else "refused",
            "may_undo": found.state in {BatchState.DONE, BatchState.STOPPED} and found.done > 0,
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@require("organising.visit", VIEW)
@require_GET
def findings(request: HttpRequest, verdict_id: int) -> HttpResponseBase:
    """Every finding of a verdict, and what came of it."""
    actor = actor_of(request)
    found = get_visible(VerdictBatch.objects.visible_to(actor), verdict_id)
    return listing_response(
        request,
        batch_findings(found),
        findings_of(found, actor),
        template="organising/batch_findings.html",
        batch=found,
    )


def _begin(request: HttpRequest, form: VerdictForm, found: VerdictBatch) -> bool:
    actor, given = actor_of(request), form.cleaned_data
    saying = flows.Saying(
        BatchVerdict(given["verdict"]), given["reason"], given.get("union_id"), given.get("employer_id")
    )
    try:
        flows.begin(actor=actor, batch_id=found.pk, saying=saying, at=clock.now())
    except InvalidInput as refusal:
        show(form, refusal)
        return False
    except StaleState as refusal:  # sent twice, or from a second tab: the page shows what was said first
        messages.warning(request, str(refusal))
    return True


@require("organising.visit", VIEW)
@require_POST
def undo(request: HttpRequest, verdict_id: int) -> HttpResponse:
    """Take the whole batch back."""
    flows.undo(actor=actor_of(request), batch_id=verdict_id, at=clock.now())
    messages.success(request, _("It is being taken back in the background."))
    return redirect("coverage:batch", verdict_id=verdict_id)
