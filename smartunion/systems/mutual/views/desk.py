"""Mutual aid on the desk: plans, enrolling, enrolments, insured people."""

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.ids import row_ids, uuid7
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.core.web.posted import client_id_of
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.flows import enrolling, plans, settlements
from smartunion.systems.mutual.forms import EnrolForm, TermsForm, benefit_forms, initial_of, terms_from
from smartunion.systems.mutual.listings import ENROLMENTS, INSURED
from smartunion.systems.mutual.models import Enrolment, Insured, Plan
from smartunion.systems.mutual.presets import PRESETS
from smartunion.systems.mutual.queries.covers import Person, own_unions, people_for, version_for
from smartunion.systems.mutual.queries.pages import plan_lines, plan_page, terms_to_set
from smartunion.systems.mutual.rules.terms import Terms, period_for

VIEW = "mutual.view"
#: People shown with a box each; a bigger unit is enrolled as a whole.
SHOWN = 500


@require(VIEW)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Plans offered to the unions in reach."""
    actor = actor_of(request)
    values = {
        "lines": plan_lines(actor, clock.today()), "may_publish": actor.can(plans.PUBLISH), "presets": PRESETS.values(),
        "may_enrol": bool(own_unions(actor)), "may_settle": actor.can(settlements.HANDLE),
    }  # fmt: skip
    return render(request, "mutual/home.html", values)


@require(plans.PUBLISH)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a plan from ready terms, or from nothing."""
    base = PRESETS.get(request.GET.get("preset", ""), Terms("plan", ""))
    actor = actor_of(request)
    unions = _running(request)
    return _terms_page(request, base, None, unions, union_id=request.POST.get("union", "") or (str(unions[0].pk) if unions else ""),
                       actor_can=actor.can(plans.PUBLISH))  # fmt: skip


@require(plans.PUBLISH)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Publish a new version of a plan."""
    plan = get_visible(Plan.objects.visible_to(actor_of(request)), plan_id)
    actor_of(request).check_can(plans.PUBLISH, path=plan.path)
    last = plan.versions.order_by("-number").first()
    if last is None:
        raise NotVisible
    return _terms_page(request, last.read(), plan, [], union_id="", actor_can=True)


def _terms_page(
    request: HttpRequest,
    base: Terms,
    plan: Plan | None,
    unions: list[TradeUnion],
    *,
    union_id: str,
    actor_can: bool,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = TermsForm(
        data, initial={**initial_of(base), "valid_from": clock.today() if plan is None else None}
    )
    rows = benefit_forms(base, data)
    refusal: DomainError | None = None
    if data is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        given = form.cleaned_data
        draft = plans.Draft(
            terms=terms_from(base, form, rows), valid_from=given["valid_from"], source=given["source"]
        )
        try:
            made = _published(request, draft, plan, union_id)
        except Refusal as error:
            refusal = error
        else:
            messages.success(
                request,
                _("Published. Events from %(day)s on are worked out by it.") % {"day": given["valid_from"]},
            )
            return redirect("mutual:plan", plan_id=made.pk)
    values = {
        "form": form, "rows": rows, "plan": plan, "unions": unions, "refusal": refusal, "base": base, "union_id": union_id,
        "to_set": terms_to_set(base), "shown_rows": max(1, len(base.benefits)),
    }  # fmt: skip
    bad = refusal is not None or (data is not None)
    return render(
        request, "mutual/terms.html", values, status=(refusal.status if refusal else 422) if bad else 200
    )


def _published(request: HttpRequest, draft: plans.Draft, plan: Plan | None, union_id: str) -> Plan:
    actor, at = actor_of(request), clock.now()
    if plan is not None:
        plans.publish_version(actor=actor, at=at, plan_id=plan.pk, draft=draft)
        return plan
    ids = row_ids([union_id])
    return plans.create_plan(actor=actor, at=at, union_id=ids[0] if ids else 0, draft=draft)


def _running(request: HttpRequest) -> list[TradeUnion]:
    paths = [
        grant.path for grant in actor_of(request).grants if plans.PUBLISH in grant.permissions and grant.path
    ]
    return list(TradeUnion.objects.filter(path__in=paths).order_by("name", "pk"))


@require(VIEW)
@require_GET
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: its terms today, where each stands, its versions."""
    actor = actor_of(request)
    shown = get_visible(Plan.objects.visible_to(actor).select_related("union"), plan_id)
    values = {
        **plan_page(shown, clock.today()), "may_publish": actor.can(plans.PUBLISH, path=shown.path),
        "may_enrol": enrolling.may_enrol(actor, shown),
    }  # fmt: skip
    return render(request, "mutual/plan.html", values)


@require(plans.PUBLISH)
@require_POST
def plan_open(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Let units enrol, or no longer."""
    is_open = request.POST.get("open") == "1"
    plans.set_open(actor=actor_of(request), at=clock.now(), plan_id=plan_id, is_open=is_open)
    messages.success(
        request,
        _("Units can enrol.") if is_open else _("No unit can enrol any more; who is covered stays so."),
    )
    return redirect("mutual:plan", plan_id=plan_id)


@require(enrolling.ENROL)
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Enrol the people of a unit, or renew."""
    actor = actor_of(request)
    shown = get_visible(Plan.objects.visible_to(actor).filter(is_open=True), plan_id)
    unions = [one for one in own_unions(actor) if one.path.startswith(shown.path)]
    asked = row_ids([request.POST.get("union") or request.GET.get("union", "")])
    union = next((one for one in unions if one.pk in asked), unions[0] if unions else None)
    if union is None:
        raise NotVisible
    renews = Enrolment.objects.visible_to(actor).filter(
        pk__in=row_ids([request.POST.get("renews") or request.GET.get("renews", "")]), plan=shown, union=union
    ).first()  # fmt: skip
    return _enrol_page(request, shown, union, unions, renews)


def _enrol_page(
    request: HttpRequest, shown: Plan, union: TradeUnion, unions: list[TradeUnion], renews: Enrolment | None
) -> HttpResponse:
    today = clock.today()
    begin = max(today, renews.until_on) if renews else today
    version = version_for(shown.pk, begin) or version_for(shown.pk, today)
    if version is None:
        raise NotVisible
    terms = version.read()
    initial = {"from_on": begin, "shares": renews.shares if renews else 1, "months": terms.months_choices[0]}
    data = request.POST if request.method == "POST" else None
    form = EnrolForm(terms, data, initial=initial)
    refusal: DomainError | None = None
    if data is not None and form.is_valid():
        try:
            made = enrolling.enrol(
                actor=actor_of(request), at=clock.now(), wanted=_wanted(request, form, shown, union, renews)
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("%(people)s people are enrolled and told.") % {"people": made.people})
            return redirect("mutual:enrolment", enrolment_id=made.pk)
    first: date = form.cleaned_data.get("from_on", begin) if data is not None and form.is_valid() else begin
    people = people_for(
        union, shown, terms, *period_for(terms, first, 12), frozenset(row_ids(request.POST.getlist("senior")))
    )
    values = {
        "plan": shown, "union": union, "unions": unions, "form": form, "refusal": refusal, "terms": terms, "renews": renews,
        "fitting": [one for one in people if one.code is None], "others": [one for one in people if one.code is not None],
        "client_id": request.POST.get("client_id") or uuid7(), "picks": len(people) <= SHOWN,
        "chosen": set(row_ids(request.POST.getlist("person"))) if data is not None else _before(renews, people),
        "has_senior": "f_senior" in dict(terms.under_ages),
    }  # fmt: skip
    bad = data is not None
    return render(
        request, "mutual/enrol.html", values, status=(refusal.status if refusal else 422) if bad else 200
    )


def _before(renews: Enrolment | None, people: list[Person]) -> set[int]:
    """Who is ticked at first: those enrolled before, or everybody."""
    everybody = {one.person_id for one in people if one.code is None}
    if renews is None:
        return everybody
    return everybody & set(Insured.objects.filter(enrolment=renews).values_list("person_id", flat=True))


def _wanted(
    request: HttpRequest, form: EnrolForm, shown: Plan, union: TradeUnion, renews: Enrolment | None
) -> enrolling.Wanted:
    given = form.cleaned_data
    people = (
        None if request.POST.get("everybody") == "1" else frozenset(row_ids(request.POST.getlist("person")))
    )
    wanted = enrolling.Wanted(
        client_id=client_id_of(request.POST), plan_id=shown.pk, union_id=union.pk, from_on=given["from_on"], shares=given["shares"],
        people=people, seniors=frozenset(row_ids(request.POST.getlist("senior"))), card_holders=given.get("card_holders") or 0,
        in_scheme=bool(given.get("in_scheme")), renews_id=renews.pk if renews else None,
    )  # fmt: skip
    return replace(wanted, months=given["months"]) if "months" in given else wanted


@require(VIEW)
@require_GET
def enrolments(request: HttpRequest) -> HttpResponseBase:
    """Enrolments in reach."""
    rows = Enrolment.objects.visible_to(actor_of(request)).select_related("union", "plan")
    return listing_response(request, ENROLMENTS, rows, template="mutual/enrolments.html")


@require(VIEW)
@require_GET
def insured(request: HttpRequest) -> HttpResponseBase:
    """Insured people in reach."""
    rows = (
        Insured.objects.visible_to(actor_of(request))
        .standing()
        .select_related("person", "plan", "enrolment__union")
    )
    return listing_response(request, INSURED, rows, template="mutual/insured.html")


@require(VIEW)
@require_GET
def enrolment(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """One enrolment: who, since when, what the unit pays."""
    return _enrolment_page(request, enrolment_id, None)


@require(enrolling.ENROL)
@require_POST
def enrolment_cancel(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Take it back before it begins."""
    try:
        enrolling.cancel(
            actor=actor_of(request),
            at=clock.now(),
            enrolment_id=enrolment_id,
            reason=request.POST.get("reason", ""),
        )
    except Refusal as refusal:
        return _enrolment_page(request, enrolment_id, refusal)
    messages.success(request, _("The enrolment is taken back; nobody is covered by it."))
    return redirect("mutual:enrolment", enrolment_id=enrolment_id)


def _enrolment_page(request: HttpRequest, enrolment_id: int, refusal: DomainError | None) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    rows = Enrolment.objects.visible_to(actor).select_related("union", "plan", "version", "renews")
    shown = get_visible(rows, enrolment_id)
    people = Insured.objects.filter(enrolment=shown).select_related("person").order_by("pk")[:SHOWN]
    may = actor.can(enrolling.ENROL, path=shown.path)
    values = {
        "enrolment": shown, "people": people, "refusal": refusal, "more": max(0, shown.people - SHOWN),
        "may_cancel": may and shown.state == "stands" and shown.from_on > today,
        "may_renew": may and shown.state == "stands" and shown.plan.is_open and not shown.renewals.filter(state="stands").exists(),
    }  # fmt: skip
    return render(request, "mutual/enrolment.html", values, status=refusal.status if refusal else 200)
