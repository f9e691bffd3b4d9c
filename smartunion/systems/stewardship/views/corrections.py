"""Corrections: the queue, one correction with both values and their lineage, decisions on many."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.listing.views import listing_response
from smartunion.core.numbers import whole_number
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.engines.feeds import service as feeds
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import MergeKind, TradeUnion
from smartunion.systems.stewardship.correction_listings import (
    CORRECTIONS,
    TAB_LABELS,
    TABS,
    both,
    correction_rows,
    matched_by,
    shown,
)
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.lineage import source_words
from smartunion.systems.stewardship.models import Decision, Discrepancy
from smartunion.systems.stewardship.queries.departments import departments
from smartunion.systems.stewardship.rules.corrections import MAY, Act, Answer, State

EDIT = "members.edit"


@require(EDIT)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To what waits for a decision."""
    return redirect("stewardship:corrections", queue="todo")


@require(EDIT)
@require_http_methods(["GET", "POST"])
def corrections(request: HttpRequest, queue: str) -> HttpResponseBase:
    """Corrections in some states."""
    if queue not in TABS:
        raise NotVisible
    actor = actor_of(request)
    return listing_response(
        request, CORRECTIONS[queue], correction_rows(actor, queue), template="stewardship/corrections.html",
        tabs=tabs(actor, queue),
    )  # fmt: skip


def tabs(actor: Actor, current: str) -> list[dict[str, object]]:
    """One tab for each way a correction stands, then the decisions on many."""
    counted = (
        Discrepancy.objects.visible_to(actor).work().order_by().values_list("state").annotate(n=Count("*"))
    )
    counts = dict(counted)
    listed: list[dict[str, object]] = []
    for tab, states in TABS.items():
        one: dict[str, object] = {
            "label": TAB_LABELS[tab], "href": reverse("stewardship:corrections", args=[tab]), "current": current == tab,
        }  # fmt: skip
        if tab in {"todo", "asked"}:
            one["count"] = sum(counts.get(state.value, 0) for state in states)
        listed.append(one)
    more = (
        ("departments", _("By department"), "corrections_by_department"),
        ("batches", _("Decisions on many"), "correction_batches"),
    )
    return [
        *listed,
        *(
            {"label": label, "href": reverse(f"stewardship:{name}"), "current": current == key}
            for key, label, name in more
        ),
    ]


@require(EDIT)
@require_GET
def by_department(request: HttpRequest) -> HttpResponse:
    """Of each department's differences how many wait, were accepted, were refused; every number opens its rows."""
    actor = actor_of(request)
    context = {"rows": departments(actor), "tabs": tabs(actor, "departments")}
    return render(request, "stewardship/departments.html", context)


def _item(request: HttpRequest, item_id: int) -> Discrepancy:
    rows = Discrepancy.objects.visible_to(actor_of(request)).select_related("employer", "person")
    return get_visible(rows, item_id)


@require(EDIT)
@require_GET
def correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Both values side by side, where each comes from, what other departments say, and what can be done."""
    return _page(request, _item(request, correction_id))


@require(EDIT)
@require_GET
def following(request: HttpRequest, correction_id: int) -> HttpResponse:
    """The correction that stands behind this one among those to decide, or the first; the list when none waits."""
    item = _item(request, correction_id)
    waiting = correction_rows(actor_of(request), "todo").exclude(pk=item.pk).order_by("found_at", "pk")
    behind = Q(found_at__gt=item.found_at) | Q(found_at=item.found_at, pk__gt=item.pk)
    after = waiting.filter(behind).first() or waiting.first()
    if after is None:
        return redirect("stewardship:corrections", queue="todo")
    return redirect("stewardship:correction", correction_id=after.pk)


def _page(request: HttpRequest, item: Discrepancy, refusal: InvalidInput | None = None) -> HttpResponse:
    actor = actor_of(request)
    ours, theirs = both(item)
    may_decide = actor.can(item.permission, path=item.path)
    is_employer = item.kind == MergeKind.EMPLOYER
    others = Discrepancy.objects.filter(**item.owner, field=item.field)
    state = State(item.state)
    asked = TradeUnion.objects.filter(path=item.asked_path).first() if item.asked_path else None
    may_answer = bool(asked) and actor.can(EDIT, path=item.asked_path) and state in MAY[Act.ANSWER]
    return render(
        request, "stewardship/correction.html",
        {
            "item": item, "ours": ours, "theirs": theirs, "matched": matched_by(item), "asked": asked,
            "sure": f"{float(item.confidence) * 100:.4g}%", "ours_from": source_words(item.ours_from),
            "since": clock.local_date(item.ours_since) if item.ours_since else "",
            "snapshot": feeds.lineage_of([item.snapshot_id]).get(item.snapshot_id),
            "others": [(one, both(one)[1]) for one in others.exclude(pk=item.pk).order_by("table")],
            "may": {act.value: may_decide and state in MAY[act] for act in (Act.TAKE, Act.KEEP, Act.WRITE, Act.ASK)},
            "may_answer": may_answer, "answers": Answer.choices, "answer_value": shown(item.field, item.answer_value),
            "is_answered": state == State.ANSWERED, "decisions": list(item.decisions.order_by("-pk")),
            "may_undo": may_decide, "union": asking.union_of(item) if may_decide else None,
            "record_url": reverse("desk:employer" if is_employer else "desk:person", args=[item.record_id]),
            "may_open": may_decide, "refusal": refusal, "given": request.POST,
        },
        status=422 if refusal else 200,
    )  # fmt: skip


@require(EDIT)
@require_POST
def decide(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Take, keep, write or ask, as the pressed button says; a refusal is shown on the page."""
    actor, at, item = actor_of(request), clock.now(), _item(request, correction_id)
    text = request.POST.get("reason", "")
    version = whole_number(request.POST.get("version", ""), digits=9)
    try:
        act = request.POST.get("act", "")
        if act == Act.TAKE:
            correcting.take(actor=actor, item_id=item.pk, version=version, reason=text, at=at)
        elif act == Act.KEEP:
            correcting.keep(actor=actor, item_id=item.pk, version=version, reason=text, at=at)
        elif act == Act.WRITE:
            value = request.POST.get("value", "")
            correcting.write(actor=actor, item_id=item.pk, version=version, value=value, reason=text, at=at)
        elif act == Act.ASK:
            asking.ask(actor=actor, item_id=item.pk, version=version, note=text, at=at)
        else:
            raise InvalidInput(_("Choose what is to be done."), field="act")
    except InvalidInput as refusal:
        return _page(request, item, refusal)
    messages.success(request, _("Done. It can be undone on this page."))
    return redirect("stewardship:correction", correction_id=item.pk)


@require(EDIT)
@require_POST
def answer(request: HttpRequest, correction_id: int) -> HttpResponse:
    """What the union that was asked says."""
    item, said = _item(request, correction_id), request.POST.get("said", "")
    try:
        if said not in Answer.values:
            raise InvalidInput(_("Choose which value is right."), field="said")
        asking.answer(
            actor=actor_of(request), item_id=item.pk, said=Answer(said), value=request.POST.get("value", ""),
            note=request.POST.get("note", ""), at=clock.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        return _page(request, item, refusal)
    messages.success(request, _("Thank you. The federation decides with your answer."))
    return redirect("stewardship:correction", correction_id=item.pk)


@require(EDIT)
@require_POST
def undo(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Put back what one decision did."""
    visible = Discrepancy.objects.visible_to(actor_of(request))
    found = get_visible(Decision.objects.filter(item__in=visible), decision_id)
    correcting.undo(actor=actor_of(request), decision_id=found.pk, at=clock.now())
    messages.success(request, _("Everything stands as before the decision."))
    return redirect("stewardship:correction", correction_id=found.item_id)
