"""One verdict on many findings: say it, watch it, take it back."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.batch_pages import SHOWN, BatchPages, Picked, Said, Urls, Words
from smartunion.core.listing.columns import Column
from smartunion.core.web.guards import actor_of
from smartunion.core.web.refused import show
from smartunion.ground.accounts.web import require
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionState
from smartunion.systems.organising.flows import batches as flows
from smartunion.systems.organising.listings import LISTS
from smartunion.systems.organising.models import Finding, VerdictBatch
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


PAGES = BatchPages(
    key="organising.batches",
    model=VerdictBatch,
    words=Words(
        title=gettext_lazy("Verdicts on many findings"), unit=gettext_lazy("verdicts"),
        lead=gettext_lazy("Each can be taken back as a whole."), one=gettext_lazy("One verdict for all"),
        rows=gettext_lazy("Findings of this verdict"), records=gettext_lazy("findings"), said=gettext_lazy("What was said"),
        done=pgettext_lazy("finding", "Closed"), undone=gettext_lazy("Opened again"),
        undo=(
            gettext_lazy("Take it back"), gettext_lazy("Open all of them again?"),
            gettext_lazy("Each goes back to where it was. What somebody changed since stays as it is."),
        ),
        empty=gettext_lazy("Tick findings in one of the three lists and choose “One verdict for all”."),
    ),
    urls=Urls(
        all="coverage:batches", one="coverage:batch", rows="coverage:batch_findings", undo="coverage:undo_batch",
        home=(gettext_lazy("The three lists"), "coverage:list"), home_args=("task",),
    ),
    what=VerdictBatch.get_verdict_display,
    undo=flows.undo,
    columns=(Column(key="reason", label=gettext_lazy("Reason"), width=40),),
)  # fmt: skip


@require(VIEW, OWN)
@require_GET
def batch_list(request: HttpRequest) -> HttpResponseBase:
    """Verdicts on many findings, newest first."""
    return PAGES.listed(request)


@require("organising.visit", VIEW)
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, verdict_id: int) -> HttpResponse:
    """Say the verdict while it is a draft; afterwards its progress and result."""
    actor = actor_of(request)
    found = PAGES.one(actor, verdict_id, "related_union", "related_employer")
    form = VerdictForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid() and _begin(request, form, found):
        return redirect("coverage:batch", verdict_id=found.pk)
    shown = list(found.findings(actor).filter(pk__in=found.picked[:SHOWN]).order_by("-score", "pk"))
    return PAGES.page(
        request, found, said=_said(found), picked=[_picked(one) for one in shown],
        draft="organising/_verdict_draft.html", form=form, from_list=shown[0].work_list if shown else WorkList.TASK,
        unions=joint_unions(actor).order_by("name", "pk").values_list("name", flat=True)[:500],
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _picked(finding: Finding) -> Picked:
    return Picked(
        finding.subject_name, finding.get_kind_display(), reverse("coverage:finding", args=[finding.pk]),
        finding.get_state_display(),
    )  # fmt: skip


def _said(found: VerdictBatch) -> Said:
    union, employer = found.related_union, found.related_employer
    return Said(
        [(_("Verdict"), found.get_verdict_display())],
        [
            (_("Joint union that covers them"), union.name if union else None),
            (_("Firm they duplicate"), employer.name if employer else None),
            (_("Reason"), found.reason),
        ],
    )


@require("organising.visit", VIEW)
@require_GET
def findings(request: HttpRequest, verdict_id: int) -> HttpResponseBase:
    """Every finding of a verdict, and what came of it."""
    actor = actor_of(request)
    found = PAGES.one(actor, verdict_id)
    plain = LISTS[WorkList.TASK]
    columns = tuple(plain.by_key[key] for key in ("subject", "kind", "state", "headcount", "why", "area"))
    filters = [one for one in plain.filters if one.key in {"state", "kind", "town", "area", "people"}]
    return PAGES.records(
        request, found, replace(plain, columns=columns), found.findings(actor), filters=filters, after=3
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
    return PAGES.taken_back(request, verdict_id)
