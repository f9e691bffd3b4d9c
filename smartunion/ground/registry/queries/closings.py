"""What closing a union or an employer would touch, counted before it is decided."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.actor import Actor
from smartunion.ground.registry import consequences, rules
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Term,
    TradeUnion,
)
from smartunion.ground.registry.queries.namesakes import told_apart
from smartunion.ground.registry.queries.restructurings import (
    Fates,
    Touched,
    by_state,
    ending,
    following,
    standing_below,
)
from smartunion.ground.registry.rules import MembershipState


def unions_that_close(employer: Employer) -> list[TradeUnion]:
    """Its own unions that cover nobody else: they close with it. In order of their keys."""
    own = EmployerLink.objects.filter(employer=employer, kind=rules.LinkKind.OWN, valid_to=None)
    elsewhere = EmployerLink.objects.filter(valid_to=None).exclude(employer=employer)
    rows = TradeUnion.objects.filter(pk__in=own.values("union_id")).exclude(
        pk__in=elsewhere.values("union_id")
    )
    return list(rows.select_related("parent").order_by("pk"))


def members_work_on(union: TradeUnion) -> bool:
    """Whether members of a union that ends alone stay members: a branch or group is part of the standing union above it."""
    above = union.parent
    inside = union.kind in {rules.UnionKind.BRANCH, rules.UnionKind.GROUP}
    return (
        inside
        and above is not None
        and above.kind in rules.GRASSROOTS
        and above.state == rules.UnionState.ACTIVE
    )


def union_closing_touches(
    actor: Actor, union: TradeUnion, on: date, *, with_employer: bool = False
) -> list[Touched]:
    """What ends with a union on a day and who keeps what where. Unscoped: the union must be the actor's."""
    terms = Term.objects.filter(union=union, starts_on__lt=on, ends_on__gt=on).count()
    rows = [
        _below(union),
        *_people(union, as_members=members_work_on(union) and not with_employer),
        *_employers(union),
        Touched(_("Running terms"), terms, _("End that day"), "offices"),
        *ending(
            union,
            transfers=_("Are refused; are told"),
            leaving=_("Go on; the union above answers for this one"),
        ),
        *following(actor, union),
    ]
    return [replace(row, of=union) for row in rows]


def employer_closing_touches(actor: Actor, employer: Employer, on: date) -> list[Touched]:
    """What follows when an employer goes out of business on a day, its own unions' closing included. Unscoped."""
    closing = unions_that_close(employer)
    links = EmployerLink.objects.filter(employer=employer, valid_to=None).exclude(union__in=closing)
    elsewhere = Membership.objects.filter(employer=employer, state=MembershipState.ACTIVE).exclude(
        union__in=closing
    )
    rows = [
        Touched(
            _("Unions of their own that close"), len(closing), _("Close that day, with everything said below"),
            records=[consequences.Record(union.name, f"/desk/unions/{union.pk}/") for union in closing],
        ),
        Touched(
            _("Other unions covering it"), links.count(), _("Coverage ends that day"),
            records=[
                consequences.Record(link.union.name, f"/desk/unions/{link.union_id}/")
                for link in links.select_related("union").order_by("pk")[: consequences.SHOWN]
            ],
        ),
        Touched(
            _("Its members in other unions"), elsewhere.count(),
            _("Stay in their union, as retained; are told"),
            records=[
                consequences.Record(row.person.name, f"/desk/people/{row.person_id}/")
                for row in elsewhere.filter(actor.within("members.view", "union_path"))
                .select_related("person").order_by("pk")[: consequences.SHOWN]
            ],
        ),
    ]  # fmt: skip
    rows += [
        Touched(one.label, one.count(actor, employer), one.when_closing, records=one.records(actor, employer))
        for one in consequences.OF_EMPLOYERS.values()
        if one.when_closing
    ]
    return rows + [
        row for union in closing for row in union_closing_touches(actor, union, on, with_employer=True)
    ]


def _below(union: TradeUnion) -> Touched:
    standing = standing_below(union)
    return Touched(
        _("Unions, branches and groups below"), standing,
        _("Must be moved, merged or closed first") if standing else _("None stands in the way"), "below", stops=standing > 0,
    )  # fmt: skip


def _people(union: TradeUnion, *, as_members: bool) -> list[Touched]:
    """Members, retained ones and those who wait; without a union above nobody could keep them."""
    above = union.parent.name if union.parent else ""
    to = {"above": above}
    kept = _("Go over to %(above)s as members; are told") if as_members else _(
        "Keep their membership, retained at %(above)s; are told"
    )  # fmt: skip
    fates: Fates = {
        MembershipState.ACTIVE: (pgettext("registry", "Members"), kept % to),
        MembershipState.RETAINED: (_("Retained memberships"), _("Go over to %(above)s as retained; are told") % to),
        MembershipState.PREPARATORY: (_("People waiting for a union"), _("Go on waiting at %(above)s; are told") % to),
    }  # fmt: skip
    rows = by_state(Membership.objects.filter(union=union, ended_on=None), fates)
    if above:
        return rows
    nobody = _("There is no union above that could keep its members.")
    return [replace(row, effect=nobody, stops=row.number > 0) for row in rows]


def _employers(union: TradeUnion) -> list[Touched]:
    running = EmployerLink.objects.filter(union=union, valid_to=None)
    others = EmployerLink.objects.filter(valid_to=None).exclude(union=union).values("employer_id")
    left = Employer.objects.filter(pk__in=running.exclude(employer_id__in=others).values("employer_id"))
    shown = list(left.order_by("pk")[: consequences.SHOWN])
    return [
        Touched(_("Employers covered"), running.count(), _("Coverage ends that day"), "employers"),
        Touched(
            _("of these covered by no other union"), left.count(),
            _("Have no union then; the next comparison lists those that need one"),
            records=[
                consequences.Record(
                    employer.name if choice.text == employer.name else str(choice), f"/desk/employers/{employer.pk}/"
                )
                for employer, choice in zip(shown, told_apart(shown, left), strict=True)
            ],
        ),
    ]  # fmt: skip
