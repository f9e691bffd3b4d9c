"""Pages of one union: overview, members, employers, unions below, offices, history; and the list of all."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.listing.listing import Listing
from smartunion.core.listing.views import listing_response
from smartunion.core.panels import sections_for
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of, require
from smartunion.ground.facts import queries as facts
from smartunion.ground.registry import kinds, queries, rules
from smartunion.ground.registry.flows.access import permission_for
from smartunion.ground.registry.models import (
    Certificate,
    EmployerLink,
    Membership,
    MergeKind,
    Officer,
    Restructuring,
    TradeUnion,
)
from smartunion.ground.registry.queries import dated
from smartunion.ground.registry.queries.full_time import full_time_of
from smartunion.ground.registry.queries.merged import successor
from smartunion.ground.registry.queries.restructurings import merged_into
from smartunion.ground.registry.queries.terms import newest_term, running_term
from smartunion.ground.registry.wording import head_in_words, told_of_union
from smartunion.site.desk import listings, office_listings
from smartunion.site.desk.dated import as_asked
from smartunion.site.desk.forms.unions import kinds_below
from smartunion.systems.organising.queries.letters import with_late_letters

HISTORY_SHOWN = 200


def union_of(request: HttpRequest, union_id: int) -> TradeUnion:
    """The union, if the actor sees it."""
    rows = TradeUnion.objects.visible_to(actor_of(request)).select_related("parent", "region", "territory")
    return get_visible(rows, union_id)


def new_below(actor: Actor, union: TradeUnion) -> str:
    """What setting something up below a union is called; "" where the actor may not, or nothing stands below its kind."""
    kinds = kinds_below(actor, union)
    if not kinds:
        return ""
    if rules.UnionKind.BRANCH not in kinds:
        return _("New union below")
    return (
        _("New branch or group")
        if rules.UnionKind.INDEPENDENT not in kinds
        else _("New branch, group or union below")
    )


def head_of(actor: Actor, union: TradeUnion, tab: str) -> dict[str, Any]:
    """What every page of a union shows: its place in the tree, tabs with counts, what the actor may do."""
    counted = queries.counts_of(union)
    people = counted.active + counted.preparatory + counted.retained
    tabs: list[tuple[str, str, int | None]] = [("union", _("Overview"), None)]
    if actor.can("members.view", path=union.path):
        tabs.append(("union_members", pgettext("people", "Members"), people))
        tabs.append(("union_benefits", _("Benefits taken up"), None))
    tabs += [("union_employers", _("Employers"), counted.employers)]
    if union.kind in rules.LEADING or union.children.exists():
        tabs.append(("union_below", _("Unions below"), None))
    tabs += [("union_offices", _("Offices"), None), ("union_history", pgettext("union", "History"), None)]
    stands = union.state != rules.UnionState.CLOSED
    return {
        "union": union, "counts": counted, "above": queries.ancestors_of(union, actor), "page_tabs": [
            {"label": label, "href": reverse(f"desk:{name}", args=[union.pk]), "current": name == tab, "count": count}
            for name, label, count in tabs
        ],
        "may_edit": stands and actor.can("registry.edit", path=union.path),
        "may_change": stands and actor.can(permission_for(union.kind), path=union.path),
        "may_add": actor.can("members.edit", path=union.path) and union.state == rules.UnionState.ACTIVE,
        "may_see_members": actor.can("members.view", path=union.path),
        "takes_members": union.kind in rules.ADMITTING,
        "under_way": Restructuring.objects.open_of(union).with_standstill().first(),
        "new_below": new_below(actor, union) if stands else "",
    }  # fmt: skip


def legal_person_of(actor: Actor, union: TradeUnion, *, shown: int) -> dict[str, Any]:
    """Its certificates, the newest first; whether it can be a legal person; whether the actor may apply for it."""
    form = rules.legal_form(rules.UnionKind(union.kind))
    stands = union.state == rules.UnionState.ACTIVE
    registrar = queries.registrar_of(union) if form == rules.LegalForm.OWN else None
    rows, edits = (
        list(node_certificates(union)[:shown]),
        stands and actor.can("registry.edit", path=union.path),
    )
    registers = edits and (registrar is None or actor.can("registry.edit", path=registrar.path))
    return {
        "certificates": rows, "legal_form": form.value, "registrar": registrar,
        "last_legal": next((row for row in rows if row.is_legal_person), None),
        "may_apply": stands and form == rules.LegalForm.OWN and actor.can("cases.handle", path=union.path),
        "stands": stands, "has_legal": queries.legal_certificate_of(union) is not None,
        "may_cancel": edits, "registers": registers,
    }  # fmt: skip


def node_certificates(union: TradeUnion) -> QuerySet[Certificate]:
    """Certificates of a union: those that hold first, then the newest."""
    return Certificate.objects.filter(union=union).order_by(
        Case(When(state=rules.CertificateState.VALID, then=0), default=1), "-issued_on", "-pk"
    )


def _asks_about_terms(actor: Actor, union: TradeUnion) -> bool:
    """Whether she asks the union above about its term, because she may not enter it herself."""
    may_ask = actor.can("cases.handle", path=union.path) and not actor.can("registry.edit", path=union.path)
    return may_ask and union.kind in rules.COUNTED_KINDS and union.state == rules.UnionState.ACTIVE


@require("registry.view")
@require_http_methods(["GET", "POST"])
def unions(request: HttpRequest) -> HttpResponseBase:
    """The list of unions."""
    actor = actor_of(request)
    listing, rows = as_asked(
        request,
        listings.UNIONS,
        lambda: listings.union_rows(actor),
        lambda day: dated.unions_standing(actor, day),
    )
    return listing_response(
        request, listing, rows, template="desk/unions.html", may_edit=actor.can("registry.edit")
    )


@require("registry.view")
@require_GET
def union(request: HttpRequest, union_id: int) -> HttpResponse:
    """Overview of a union; the old number of one entered twice leads to the record it went into."""
    actor = actor_of(request)
    if not TradeUnion.objects.filter(pk=union_id).exists():
        now = successor(MergeKind.UNION, union_id) or 0
        return redirect("desk:union", get_visible(TradeUnion.objects.visible_to(actor), now).pk)
    node = union_of(request, union_id)
    today = clock.today()
    month, gone = today.replace(day=1), queries.head_gone(node, today)
    term = running_term(node, today) or newest_term(node)
    sums = facts.totals([kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.UNION_FOUNDED], node.path, month)
    context = head_of(actor, node, "union") | {
        "joined": sums[kinds.MEMBER_JOINED], "left": sums[kinds.MEMBER_LEFT], "founded": sums[kinds.UNION_FOUNDED],
        "term": term, "serving": queries.serving_in(term, today) if term else (),
        "is_over": term is not None and term.ends_on <= today, "has_begun": term is not None and term.starts_on <= today,
        "head_gone": gone,
        "head": head_in_words(node.contact_name, gone.name if gone else None, gone.left_on if gone else None),
        **legal_person_of(actor, node, shown=3),
        "former": list(node.former_names.order_by("-until")[:5]), "successor": _successor(actor, node),
        "sections": sections_for(actor, "union", node), "asks_about_terms": _asks_about_terms(actor, node),
        **_full_time(node, today),
        "may_reveal": actor.can("members.reveal", path=node.path) or actor.can("registry.edit", path=node.path),
    }  # fmt: skip
    return render(request, "desk/union.html", context)


def _full_time(node: TradeUnion, today: date) -> dict[str, Any]:
    """Who chairs the committee now, and that she could be full-time where she is not."""
    chair = (
        Officer.objects.heads()
        .serving_on(today)
        .filter(term__union=node, post=rules.Post.CHAIR)
        .order_by("-pk")
        .first()
    )
    if chair is None or node.state != rules.UnionState.ACTIVE:
        return {}
    rule = None if chair.full_time_since else full_time_of(node, today)
    return {"chair_id": chair.pk, "full_time": rule if rule is not None and rule.is_possible else None}


def _successor(actor: Actor, node: TradeUnion) -> dict[str, Any] | None:
    """Who took a merged union over; opened by those who see it."""
    merger = merged_into(node)
    if merger is None or merger.target is None:
        return None
    is_seen = TradeUnion.objects.visible_to(actor).filter(pk=merger.target.pk).exists()
    return {"union": merger.target, "on": merger.on, "is_seen": is_seen}


@require("members.view")
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """Members of a union and below."""
    actor, node = actor_of(request), union_of(request, union_id)
    actor.check_can("members.view", path=node.path)
    running = Membership.objects.filter(ended_on=None).under(node.path)
    listing, rows = as_asked(
        request, _members_of(node), lambda: running.for_lists(),
        lambda day: dated.members_held(actor, day, path=node.path),
    )  # fmt: skip
    context = head_of(actor, node, "union_members")
    return listing_response(request, listing, rows, template="desk/union_list.html", **context)


def _members_of(node: TradeUnion) -> Listing:
    """Of a closed union nobody is told to win members for it."""
    listing = listings.members_of(node)
    if node.state != rules.UnionState.CLOSED:
        return listing
    return replace(
        listing, empty_title=_("The union has closed"),
        empty_text=_(
            "From that day on another union has its members, or keeps their membership. Choose a day before it to see who "
            "they were."
        ),
        empty_href=reverse("desk:union_history", args=[node.pk]), empty_action=_("See where they went"),
    )  # fmt: skip


@require("registry.view")
@require_http_methods(["GET", "POST"])
def employers(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """Employers a union and those below cover or covered."""
    actor, node = actor_of(request), union_of(request, union_id)
    links = EmployerLink.objects.all().under(node.path).select_related("employer", "union")
    listing, rows = as_asked(request, listings.links_of(node), lambda: links, links.covering_on)
    context = head_of(actor, node, "union_employers") | {"is_employers": True}
    return listing_response(request, listing, rows, template="desk/union_list.html", **context)


@require("registry.view")
@require_http_methods(["GET", "POST"])
def below(request: HttpRequest, union_id: int) -> HttpResponseBase:
    """Unions directly below."""
    actor, node = actor_of(request), union_of(request, union_id)
    listing, rows = as_asked(
        request, listings.UNIONS, lambda: listings.union_rows(actor).filter(parent=node),
        lambda day: dated.unions_standing(actor, day).filter(parent=node),
    )  # fmt: skip
    context = head_of(actor, node, "union_below") | {"is_below": True}
    return listing_response(request, listing, rows, template="desk/union_list.html", **context)


@require("registry.view")
@require_GET
def offices(request: HttpRequest, union_id: int) -> HttpResponse:
    """Terms, officers and certificates."""
    actor, node = actor_of(request), union_of(request, union_id)
    context = head_of(actor, node, "union_offices") | {
        "terms": with_late_letters(node, queries.terms_of(node), actor), "is_leading": node.kind in rules.LEADING,
        "today": clock.today(),
        "head_gone": queries.head_gone(node, clock.today()), **legal_person_of(actor, node, shown=50),
        **_full_time(node, clock.today()),
        "asks_about_terms": _asks_about_terms(actor, node),
    }  # fmt: skip
    return render(request, "desk/union_offices.html", context)


@require("registry.view")
@require_GET
def history(request: HttpRequest, union_id: int) -> HttpResponse:
    """What happened to a union's record, and its former names."""
    actor, node = actor_of(request), union_of(request, union_id)
    events = AuditEvent.objects.filter(subject_type="registry.tradeunion", subject_id=node.pk).order_by("-pk")
    context = head_of(actor, node, "union_history") | {
        "events": told_of_union(events[:HISTORY_SHOWN]), "former": list(node.former_names.order_by("-until")),
    }  # fmt: skip
    return render(request, "desk/union_history.html", context)


@require("registry.view")
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponseBase:
    """Unions whose term has ended or ends soon."""
    today = clock.today()
    rows = queries.ending_terms(actor_of(request), today)
    return listing_response(
        request, office_listings.TERMS, queries.with_vacancies(rows, today, union="union")
    )


@require("registry.view")
@require_http_methods(["GET", "POST"])
def officers(request: HttpRequest) -> HttpResponseBase:
    """Officers in reach, now or on a past day."""
    actor = actor_of(request)

    def on(day: date) -> QuerySet[Officer]:
        return dated.officers_on(actor, day)

    listing, rows = as_asked(request, office_listings.OFFICERS, lambda: on(clock.today()), on)
    return listing_response(request, listing, rows)
