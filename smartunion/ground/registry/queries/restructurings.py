"""What a merger or split would touch, counted before it is decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.ground.registry import consequences, rules
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Officer,
    Restructuring,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import MembershipState, RestructuringKind, RestructuringState

Words = str | Promise
#: State of memberships that run → what they are called, and what happens to them.
Fates = Mapping[MembershipState, tuple[Words, Words]]

_FATES: Fates = {
    MembershipState.ACTIVE: (pgettext_lazy("registry", "Members"),
    _("Become members there the same day, with their employers; are told")),
    MembershipState.RETAINED: (_("Retained memberships"), _("Go over as retained; are told")),
    MembershipState.PREPARATORY: (_("People waiting for a union"), _("Go on waiting; are told")),
}  # fmt: skip


def merged_into(union: TradeUnion) -> Restructuring | None:
    """The merger that ended a union, with who took it over (target); None where it stands or closed in another way."""
    if union.closed_on is None:
        return None
    done = Restructuring.objects.filter(state=RestructuringState.DONE, target__isnull=False).select_related(
        "target"
    )
    merged = done.filter(source=union, kind=RestructuringKind.MERGE).order_by("-pk").first()
    absorbed = done.filter(kind=RestructuringKind.ABSORB, on=union.closed_on).order_by("-pk")
    return merged or next((one for one in absorbed if union.pk in one.plan.get("unions", [])), None)


def decided_before(
    actor: Actor, kind: RestructuringKind, *, on: date, plan: Mapping[str, object] | None = None, **ends: object
) -> Restructuring | None:  # fmt: skip
    """The same merger or split, not taken back, for whoever asks for it once more; None without one.

    ends: which two it is between (fields of the row); plan: entries of it that must be the same.
    """
    taken_back = [RestructuringState.UNDOING, RestructuringState.UNDONE]
    rows = (
        Restructuring.objects.visible_to(actor).filter(kind=kind, on=on, **ends).exclude(state__in=taken_back)
    )
    same = [
        row
        for row in rows.order_by("-pk")[:20]
        if all(row.plan.get(key) == value for key, value in (plan or {}).items())
    ]
    return same[0] if same else None


@dataclass(frozen=True)
class Touched:
    """So many records of one kind, and what happens to them.

    kind: which, for the list that shows them; "" where no list does, and records names those the actor may open. of: the
    union they are of, where there may be several. stops: nothing can be decided while there are any.
    """

    label: Words
    number: int
    effect: Words
    kind: str = ""
    records: Sequence[consequences.Record] = ()
    of: TradeUnion | None = None
    stops: bool = False


def merger_touches(actor: Actor, source: TradeUnion, target: TradeUnion, on: date) -> list[Touched]:
    """What the merger of one union into another on a day carries, ends and hands over. Unscoped: both must be the actor's."""
    return [
        *_people(source),
        *_employers(source, target),
        Touched(
            _("Unions, branches and groups below"), standing_below(source), _("Move below it with everything they have"),
            "below",
        ),
        _term(source, on, ends=True),
        _term(target, on, ends=False),
        *ending(
            source, transfers=_("Go on to the union that takes over"),
            leaving=_("Go on from the union that takes over; those that lead to it are settled"),
        ),
        *following(actor, source),
    ]  # fmt: skip


def _term(union: TradeUnion, on: date, *, ends: bool) -> Touched:
    """The term that runs on the day of a merger, by name and period, and whether it ends with it."""
    label = gettext("Term of %(union)s") % {"union": union.name}
    term = running_term(union, on)
    if term is None:
        return Touched(label, 0, "")
    period = {"no": term.ordinal, "first": term.starts_on.isoformat(), "last": term.ends_on.isoformat()}
    if ends:
        effect = gettext(
            "No. %(no)s, %(first)s to %(last)s: ends that day; enter no election for it any more"
        )
    else:
        effect = gettext(
            "No. %(no)s, %(first)s to %(last)s: runs on, with its officers; the next election stays due at its end"
        )
    return Touched(label, 1, effect % period)


def standing_below(union: TradeUnion) -> int:
    """How many unions, branches and groups right below it are not closed."""
    return union.children.exclude(state=rules.UnionState.CLOSED).count()


def by_state(running: QuerySet[Membership], fates: Fates) -> list[Touched]:
    """Memberships that run by their state, with what happens to them; one row a fate, also where there are none."""
    counted = dict(running.order_by().values_list("state").annotate(n=Count("pk")))
    return [
        Touched(label, counted.get(state, 0), effect, str(state)) for state, (label, effect) in fates.items()
    ]


def ending(union: TradeUnion, *, transfers: Words, leaving: Words) -> list[Touched]:
    """What ends with a union whoever takes over. transfers, leaving: what becomes of those on their way to it and from it."""
    in_office = Officer.objects.filter(term__union=union, left_on=None).count()
    certificates = Certificate.objects.filter(union=union, state=rules.CertificateState.VALID).count()
    moving = Transfer.objects.open()
    arriving, going = moving.filter(to_union=union).count(), moving.filter(membership__union=union).count()
    return [
        Touched(_("Officers in office"), in_office, _("Leave office; the term stays in the history"), "offices"),
        Touched(_("Certificates that hold"), certificates, _("Are cancelled that day"), "offices"),
        Touched(_("Transfers on their way here"), arriving, transfers, "transfers"),
        Touched(_("Transfers on their way to other unions"), going, leaving, "transfers"),
    ]  # fmt: skip


def following(actor: Actor, union: TradeUnion) -> list[Touched]:
    """What other rooms keep about a union that ends, with the records she may open."""
    return [
        Touched(one.label, one.count(actor, union), one.effect, records=one.records(actor, union))
        for one in consequences.REGISTERED.values()
    ]


def split_touches(source: TradeUnion, employer_ids: Collection[int]) -> list[Touched]:
    """What goes into the new union of a split, and what stays. Unscoped."""
    staying = (
        Membership.objects.filter(union=source, ended_on=None).exclude(employer_id__in=employer_ids).count()
    )
    return [
        *_people(source, employer_ids),
        Touched(_("Employers covered"), len(employer_ids), _("Are covered by the new union from that day"), "employers"),
        Touched(_("People of other employers"), staying, _("Stay where they are")),
    ]  # fmt: skip


def absorption_touches(
    actor: Actor,
    employer: Employer,
    into: Employer,
    target: TradeUnion | None,
    ending: Collection[TradeUnion],
) -> list[Touched]:
    """What follows when an employer goes into another. Unscoped: both must be the actor's."""
    running = Membership.objects.filter(ended_on=None).filter(Q(employer=employer) | Q(union__in=ending))
    name = target.name if target else _("no union: they stay in theirs")
    to = {"into": into.name, "union": name}
    fates: Fates = {
        MembershipState.ACTIVE: (pgettext_lazy("registry", "Members"),
        _("Work at %(into)s from that day, members of %(union)s; are told") % to),
        MembershipState.RETAINED: (_("Retained memberships"), _("Go over as retained; are told")),
        MembershipState.PREPARATORY: (_("People waiting for a union"), _("Go on waiting, at %(into)s; are told") % to),
    }  # fmt: skip
    links = EmployerLink.objects.filter(employer=employer, valid_to=None).count()
    rows = by_state(running, fates)
    rows += [
        Touched(_("Unions covering it"), links, _("Coverage ends that day")),
        Touched(
            _("Unions of their own that end"),
            len(ending),
            _("Are merged into the union that takes the people"),
        ),
        Touched(
            _("Insured people"),
            employer.insured_count or 0,
            _("Are added to the other's until the next extract"),
        ),
    ]
    rows += [
        Touched(one.label, one.count(actor, employer), one.effect, records=one.records(actor, employer))
        for one in consequences.OF_EMPLOYERS.values()
    ]
    return rows


def hive_off_touches(
    employer: Employer, into: Employer, target: TradeUnion | None, people: Collection[int]
) -> list[Touched]:
    """What follows when some people go to another employer. Unscoped."""
    here = Membership.objects.filter(employer=employer, ended_on=None)
    going = here.filter(person_id__in=people).count()
    name = target.name if target else _("no union: they stay in theirs")
    return [
        Touched(
            _("People who go"), going,
            _("Work at %(into)s from that day, members of %(union)s; are told") % {"into": into.name, "union": name},
        ),
        Touched(_("People who stay"), here.count() - going, _("Stay where they are")),
    ]  # fmt: skip


def _people(source: TradeUnion, employer_ids: Collection[int] | None = None) -> list[Touched]:
    running = Membership.objects.filter(union=source, ended_on=None)
    if employer_ids is not None:
        running = running.filter(employer_id__in=employer_ids)
    return by_state(running, _FATES)


def _employers(source: TradeUnion, target: TradeUnion) -> list[Touched]:
    running = EmployerLink.objects.filter(union=source, valid_to=None)
    there = EmployerLink.objects.filter(union=target, valid_to=None).values("employer_id")
    can_cover = target.kind in rules.LINK_KINDS
    return [
        Touched(
            _("Employers covered"), running.count(),
            _("Are covered by it from that day") if can_cover else _("Coverage ends: it cannot cover employers"),
            "employers",
        ),
        Touched(_("of these covered by it already"), running.filter(employer_id__in=there).count(), _("No change")),
    ]  # fmt: skip
