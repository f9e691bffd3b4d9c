"""The desk's pages on coverage: the three lists, a finding, a link, comparisons."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.ids import row_id
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.comparison.teaching import bar_of
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows import runs as run_flows
from smartunion.systems.organising.flows import taking_in, two_covers, verdicts
from smartunion.systems.organising.flows.invitations import may_invite
from smartunion.systems.organising.forms import PostponeForm, ReasonForm
from smartunion.systems.organising.listings import LABELS, LISTS, RUN_FINDINGS, RUNS, labels_listing
from smartunion.systems.organising.models import Finding, FoundingInvitation, MatchRun
from smartunion.systems.organising.queries import labels as label_pages
from smartunion.systems.organising.queries import pages
from smartunion.systems.organising.queries import runs as run_pages
from smartunion.systems.organising.queries.invitations import link_of
from smartunion.systems.organising.queries.modes import mode_sentences
from smartunion.systems.organising.queries.reasons import cover_answers, disagreement_answers, sentences
from smartunion.systems.organising.rules import FindingState, WorkList

VIEW = "organising.view"
OWN = "organising.view_own"
#: When a comparison that waits ends, for the order of the list: the same on every page of it.
_NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)


@require(VIEW, OWN)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """To the list to do, where the day begins."""
    return redirect("coverage:list", name=WorkList.TASK.value)


@require(VIEW, OWN)
@require_http_methods(["GET", "POST"])
def work_list(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the three lists."""
    if name not in WorkList.values:
        raise NotVisible
    actor, chosen = actor_of(request), WorkList(name)
    counts = pages.list_counts(actor)
    tabs = [
        {"label": one.label, "href": reverse("coverage:list", args=[one.value]), "current": one == chosen,
         "count": counts[one]}
        for one in WorkList
    ]  # fmt: skip
    rows = pages.open_findings(actor, chosen)
    return listing_response(request, LISTS[chosen], rows, template="organising/list.html", tabs=tabs)


@require(VIEW, OWN)
@require_GET
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """A finding with its reasons, history, visits and what can be done."""
    actor = actor_of(request)
    found = get_visible(
        Finding.objects.visible_to(actor).select_related("employer__region", "union", "area", "link"),
        finding_id,
    )
    open_ones = FoundingInvitation.objects.filter(finding=found, closed_at=None, ends_on__gte=clock.today())
    invitation = open_ones.order_by("pk").first()
    is_open = found.state not in {FindingState.CLOSED, FindingState.FOUNDING}
    return render(
        request, "organising/finding.html",
        {
            "finding": found, "why": sentences(found.reasons), "mode_why": mode_sentences(found.mode_reasons),
            "events": pages.history(found),
            "visits": pages.visits_of(found), "may_decide": actor.can("organising.take_up", path=found.path),
            "disagreement": disagreement_answers(found.reasons), "covers": cover_answers(found.reasons),
            "decided": two_covers.decision_on(found),
            "state": FindingState(found.state), "postpone": PostponeForm(),
            "may_visit": actor.can("organising.visit"), "may_invite": may_invite(found), "invitation": invitation,
            "invitation_link": link_of(invitation) if invitation is not None else "",
            "user_id": actor.user_id, "joint_unions": list(taking_in.unions_for(found)) if is_open else [],
        },
    )  # fmt: skip


@require("organising.take_up")
@require_POST
def decide(request: HttpRequest, finding_id: int, act: str) -> HttpResponse:
    """Take up, confirm, dismiss, settle or reopen a finding."""
    reason = ReasonForm(request.POST)
    note = reason.cleaned_data["reason"] if reason.is_valid() else ""
    actor, at = actor_of(request), clock.now()
    if act == "take_up":
        finding_flows.take_up(actor=actor, finding_id=finding_id, note=note, at=at)
    elif act == "confirm":
        finding_flows.confirm_real(actor=actor, finding_id=finding_id, note=note, at=at)
    elif act == "dismiss":
        finding_flows.dismiss(actor=actor, finding_id=finding_id, reason=note, at=at)
    elif act == "settle":
        verdicts.settle_disagreement(
            actor=actor, finding_id=finding_id, table=request.POST.get("table", ""), note=note, at=at
        )
    elif act == "covers":
        two_covers.settle_covers(
            actor=actor, finding_id=finding_id, holds=request.POST.get("holds", ""), note=note, at=at
        )
    elif act == "uncover":
        two_covers.unsettle_covers(actor=actor, finding_id=finding_id, note=note, at=at)
    elif act == "take_in":
        taking_in.take_in(
            actor=actor,
            finding_id=finding_id,
            union_id=row_id(request.POST.get("union", "")),
            note=note,
            at=at,
        )
    elif act == "reopen":
        finding_flows.reopen(actor=actor, finding_id=finding_id, reason=note, at=at)
    else:
        raise NotVisible
    messages.success(request, _("Done. What you did stands in the history below."))
    return redirect("coverage:finding", finding_id=finding_id)


@require("organising.visit")
@require_POST
def postpone(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Take a finding off the day lists until a day."""
    get_visible(Finding.objects.visible_to(actor_of(request)), finding_id)
    form = PostponeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("coverage:finding", finding_id=finding_id)
    finding_flows.postpone(
        actor=actor_of(request), finding_id=finding_id, until=form.cleaned_data["until"], at=clock.now()
    )
    messages.success(request, _("It comes back on the day you chose."))
    return redirect("coverage:finding", finding_id=finding_id)


@require(VIEW)
@require_GET
def link(request: HttpRequest, link_id: int) -> HttpResponse:
    """Why the matcher thinks a union covers an employer, and how to say yes, no or undo."""
    actor = actor_of(request)
    found = get_visible(pages.links_to_judge(actor), link_id)
    may_judge = actor.can("organising.take_up", path=found.path)
    return render(
        request, "organising/link.html",
        {"explained": pages.explain(found), "may_judge": may_judge, "labels": label_pages.history_of(found)},
    )  # fmt: skip


@require("organising.take_up")
@require_POST
def judge(request: HttpRequest, link_id: int) -> HttpResponse:
    """Say whether a link is right, or take that back."""
    actor, at, said, seen = (
        actor_of(request),
        clock.now(),
        request.POST.get("verdict", ""),
        request.POST.get("seen"),
    )
    if said == "withdraw":
        verdicts.withdraw_verdict(actor=actor, link_id=link_id, seen=seen, at=at)
        messages.success(request, _("The verdict is taken back; the next comparison decides."))
    elif said in {"yes", "no"}:
        reason = request.POST.get("reason", "").strip()[:500]
        verdicts.judge_link(
            actor=actor, link_id=link_id, is_right=said == "yes", note=reason, seen=seen, at=at
        )
        messages.success(request, _("Thank you. The next comparison respects your verdict."))
    else:
        raise NotVisible
    return redirect("coverage:link", link_id=link_id)


@require(VIEW)
@require_GET
def runs(request: HttpRequest) -> HttpResponseBase:
    """Comparisons, and the form that starts one."""
    actor = actor_of(request)
    federations = TradeUnion.objects.filter(
        actor.within("organising.match"),
        territory__isnull=False,
        state="active",
        level__in=["city", "county"],
    )
    rows = MatchRun.objects.visible_to(actor).select_related("union")
    rows = rows.annotate(moment=Coalesce("finished_at", "started_at", Value(_NOT_YET)))
    return listing_response(
        request, RUNS, rows, template="organising/runs.html", federations=federations.order_by("path")[:50],
        may_start=actor.can("organising.match"),
    )  # fmt: skip


@require("organising.match")
@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Queue a comparison."""
    union_id = request.POST.get("union", "")
    run = run_flows.start_run(
        actor=actor_of(request), union_id=row_id(union_id), at=clock.now(),
        afresh="afresh" in request.POST,
    )  # fmt: skip
    return redirect("coverage:run", run_id=run.pk)


@require(VIEW)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One comparison: progress while it runs, then its steps, lists and what changed."""
    actor = actor_of(request)
    found = get_visible(MatchRun.objects.visible_to(actor).select_related("union", "job"), run_id)
    return render(request, "organising/run.html", {"run": found, "page": run_pages.run_page(found)})


#: What a run did to findings, by its word in the address.
_DONE = {"new": run_pages.FOUND, "reopened": run_pages.REOPENED, "closed": run_pages.CLOSED}


@require(VIEW)
@require_GET
def run_findings(request: HttpRequest, run_id: int, name: str) -> HttpResponseBase:
    """The findings one comparison made, opened again or closed, as they are now."""
    actor = actor_of(request)
    found = get_visible(MatchRun.objects.visible_to(actor).select_related("union"), run_id)
    if name not in _DONE:
        raise NotVisible
    rows = run_pages.findings_of(actor, found, _DONE[name])
    return listing_response(
        request, RUN_FINDINGS, rows, template="organising/run_findings.html", run=found, name=name
    )


@require(VIEW)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """How often each rule of the matcher was right by people's verdicts, and what follows."""
    actor, at = actor_of(request), clock.now()
    bar = bar_of(actor.paths("organising.view")[0] if actor.paths("organising.view") else "", at)
    return render(
        request, "organising/rules.html", {"page": label_pages.precision(actor, bar, at=at), "bar": bar}
    )


@require(VIEW)
@require_GET
def labels(request: HttpRequest) -> HttpResponseBase:
    """Every verdict, behind every number; of a past day, those that counted when it ended."""
    actor = actor_of(request)
    day = LABELS.day_asked(dict(request.GET.lists()), actor)
    return listing_response(request, labels_listing(day), label_pages.labels(actor, day))
