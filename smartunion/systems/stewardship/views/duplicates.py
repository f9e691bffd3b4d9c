"""Likely duplicates: the work list, records side by side, what was made one, what was told apart."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.ids import row_ids
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.listing.listing import narrowed
from smartunion.core.listing.state import read_state
from smartunion.core.listing.views import listing_response
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.ground.accounts.web import require, safe_next
from smartunion.ground.registry.flows.merging.undo import refusal
from smartunion.ground.registry.models import Membership, Merge, MergeKind
from smartunion.ground.registry.service import merging
from smartunion.systems.stewardship import jobs
from smartunion.systems.stewardship.flows import deciding
from smartunion.systems.stewardship.listings import (
    APART,
    CLUSTERS,
    KINDS,
    MERGES,
    apart_rows,
    cluster_rows,
    in_words,
    merge_rows,
    why_undone,
)
from smartunion.systems.stewardship.models import Cluster
from smartunion.systems.stewardship.queries.side import side_by_side
from smartunion.systems.stewardship.rules.words import PairState

EDIT = "members.edit"
#: A union with more members is made one in the background.
_TOO_MANY_TO_WAIT = 300


@require(EDIT)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the likely duplicates among people, where most of the work is."""
    return redirect("stewardship:duplicates", subject=MergeKind.PERSON.value)


@require(EDIT)
@require_http_methods(["GET", "POST"])
def duplicates(request: HttpRequest, subject: str) -> HttpResponseBase:
    """Likely duplicates of one kind."""
    actor, kind = actor_of(request), _kind(actor_of(request), subject)
    searching = Job.objects.filter(kind=jobs.SEARCH, state__in=[JobState.WAITING, JobState.RUNNING]).exclude(
        user_id=None
    )
    last = Job.objects.filter(kind=jobs.SEARCH, state=JobState.DONE).order_by("-finished_at").first()
    return listing_response(
        request, CLUSTERS[kind], cluster_rows(actor, kind), template="stewardship/duplicates.html",
        tabs=tabs(actor, subject), subject=subject, last=last, is_searching=searching.exists(),
    )  # fmt: skip


def tabs(actor: Actor, current: str) -> list[dict[str, object]]:
    """The work on duplicates: one tab for each kind the actor may change, then what was decided."""
    found = (
        Cluster.objects.visible_to(actor)
        .filter(state=PairState.OPEN)
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    counts = dict(found.order_by())
    shown: list[dict[str, object]] = [
        {"label": KINDS[kind], "href": reverse("stewardship:duplicates", args=[kind.value]), "current": current == kind.value,
         "count": counts.get(kind.value, 0)}
        for kind in MergeKind if actor.can(kind.permission)
    ]  # fmt: skip
    return [
        *shown,
        {"label": _("Made one"), "href": reverse("stewardship:merges"), "current": current == "merges"},
        {"label": _("Not the same"), "href": reverse("stewardship:apart"), "current": current == "apart"},
    ]


@require(EDIT)
@require_POST
def start_search(request: HttpRequest) -> HttpResponse:
    """Look through the registry now instead of tonight."""
    actor = actor_of(request)
    kind = _kind(actor, request.POST.get("subject", ""))
    job = enqueue(
        actor=actor, kind=jobs.SEARCH, title=_("Looking for duplicates"), payload={"kind": kind.value}, at=clock.now(),
        queue_key=jobs.SEARCH,
    )  # fmt: skip
    return redirect("jobs:page", job_id=job.pk)


@require(EDIT)
@require_GET
def cluster(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Records side by side, what is proposed, and what a merge would do."""
    found = get_visible(Cluster.objects.visible_to(actor_of(request)), cluster_id)
    if found.state != PairState.OPEN:
        return render(request, "stewardship/settled.html", {"cluster": found})
    side = side_by_side(found, survivor=_number(request, "keep"), running=_number(request, "running"))
    return render(
        request, "stewardship/cluster.html",
        {
            "cluster": found, "side": side, "several": len(side.records) > 2,
            "for": in_words(found.reasons, 1), "against": in_words(found.reasons, -1),
            "kind": MergeKind(found.kind), "title": next(one.name for one in side.records if one.pk == side.survivor),
        },
    )  # fmt: skip


@require(EDIT)
@require_GET
def following(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """The group that stands behind this one in the list, or the first; the list when none waits. Filters as of the list."""
    actor = actor_of(request)
    found = get_visible(Cluster.objects.visible_to(actor), cluster_id)
    kind = MergeKind(found.kind)
    given = read_state(CLUSTERS[kind], request, actor).given
    waiting = narrowed(cluster_rows(actor, kind), given).exclude(pk=found.pk).order_by("-points", "pk")
    behind = Q(points__lt=found.points) | Q(points=found.points, pk__gt=found.pk)
    after = waiting.filter(behind).first() or waiting.first()
    if after is not None:
        return redirect("stewardship:cluster", cluster_id=after.pk)
    query = request.GET.urlencode()
    return redirect(reverse("stewardship:duplicates", args=[found.kind]) + (f"?{query}" if query else ""))


@require(EDIT)
@require_POST
def merge(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Make the ticked records one, with the chosen values."""
    actor, at = actor_of(request), clock.now()
    found = get_visible(Cluster.objects.visible_to(actor), cluster_id)
    asked = _asked(request)
    if (
        found.kind == MergeKind.UNION
        and Membership.objects.filter(union__in=asked.others).count() > _TOO_MANY_TO_WAIT
    ):
        payload = {
            "cluster": found.pk, "keep_id": asked.keep_id, "versions": dict(asked.versions), "reason": asked.reason,
            "choices": dict(asked.choices), "running_id": asked.running_id,
        }  # fmt: skip
        job = enqueue(actor=actor, kind=jobs.MERGE, title=_("Making records one"), payload=payload, at=at)
        return redirect("jobs:page", job_id=job.pk)
    done = deciding.merge(actor=actor, cluster_id=found.pk, asked=asked, at=at)
    messages.success(request, _("The records are one now. It can be undone on this page."))
    return redirect("stewardship:merge", merge_id=done.pk)


@require(EDIT)
@require_POST
def keep_apart(request: HttpRequest, cluster_id: int) -> HttpResponse:
    """Say that the records, or one of them and the others, are not the same; back to what waits there."""
    actor = actor_of(request)
    found = get_visible(Cluster.objects.visible_to(actor), cluster_id)
    told = deciding.keep_apart(
        actor=actor, cluster_id=cluster_id, reason=request.POST.get("reason", ""),
        records=_told_apart(request, found), at=clock.now(),
    )  # fmt: skip
    messages.success(
        request,
        _("Remembered: %(number)s pairs are not the same and are not proposed again.") % {"number": told},
    )
    found.refresh_from_db()
    if found.state == PairState.OPEN:  # the rest of the group waits
        return redirect("stewardship:cluster", cluster_id=cluster_id)
    the_list = reverse("stewardship:duplicates", args=[found.kind])
    return redirect(safe_next(request, request.POST.get("next", ""), the_list))


@require(EDIT)
@require_GET
def merges(request: HttpRequest) -> HttpResponseBase:
    """What was made one."""
    actor = actor_of(request)
    return listing_response(
        request, MERGES, merge_rows(actor), template="stewardship/decided.html", tabs=tabs(actor, "merges")
    )


@require(EDIT)
@require_http_methods(["GET", "POST"])
def apart(request: HttpRequest) -> HttpResponseBase:
    """What was said not to be the same."""
    actor = actor_of(request)
    return listing_response(
        request, APART, apart_rows(actor), template="stewardship/decided.html", tabs=tabs(actor, "apart")
    )


@require(EDIT)
@require_GET
def merged(request: HttpRequest, merge_id: int) -> HttpResponse:
    """One merge: what went where, by whom and why, and how to undo it."""
    found = get_visible(merge_rows(actor_of(request)), merge_id)
    whole = Merge.objects.get(pk=found.pk)
    page = {
        MergeKind.PERSON: "desk:person",
        MergeKind.EMPLOYER: "desk:employer",
        MergeKind.UNION: "desk:union",
    }
    return render(
        request, "stewardship/merge.html",
        {
            "merge": found, "kind": KINDS[MergeKind(found.kind)],
            "old": "、".join(map(str, found.merged.values_list("old_id", flat=True))),
            "why_not": refusal(whole, clock.now()), "why_undone": why_undone(whole),
            "cluster_id": Cluster.objects.filter(merge_id=found.pk).values_list("pk", flat=True).first(),
            "record_url": reverse(page[MergeKind(found.kind)], args=[found.survivor_id]),
        },
    )  # fmt: skip


@require(EDIT)
@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Part records again."""
    deciding.undo(
        actor=actor_of(request), merge_id=merge_id, reason=request.POST.get("reason", ""), at=clock.now()
    )
    messages.success(request, _("The records stand as before, and are remembered as not the same."))
    return redirect("stewardship:merge", merge_id=merge_id)


def _kind(actor: Actor, subject: str) -> MergeKind:
    if subject not in MergeKind.values or not actor.can(MergeKind(subject).permission):
        raise NotVisible
    return MergeKind(subject)


def _told_apart(request: HttpRequest, found: Cluster) -> list[int]:
    """The records picked, none for all of them. Raises StaleState when the group is not the one that was looked at."""
    records = set(found.records.values_list("record_id", flat=True))
    seen = set(row_ids(request.POST.getlist("seen"))) or records
    picked = [text for text in request.POST.getlist("records") if text]
    if seen != records or not set(picked) <= set(map(str, records)):
        raise StaleState(
            _("Other records stand in this group now."), remedy=_("Look at it again and choose once more.")
        )
    return row_ids(picked)


def _number(request: HttpRequest, name: str) -> int | None:
    return whole_number(request.GET.get(name, ""))


def _asked(request: HttpRequest) -> merging.Asked:
    """The posted form as a wish. Raises InvalidInput."""
    try:
        versions = {}
        for text in request.POST.getlist("record"):
            record, _colon, version = text.partition(":")
            versions[int(record)] = int(version)
        keep = int(request.POST.get("keep") or min(versions, default=0))
        running = request.POST.get("running", "")
        choices = {
            name.removeprefix("take-"): int(str(value)) for name, value in request.POST.items()
            if name.startswith("take-") and int(str(value)) in versions
        }  # fmt: skip
        return merging.Asked(
            keep, versions, request.POST.get("reason", ""), choices, int(running) if running else None
        )
    except ValueError:
        raise InvalidInput(
            _("The form was not complete."), remedy=_("Open the group again and choose once more.")
        ) from None
