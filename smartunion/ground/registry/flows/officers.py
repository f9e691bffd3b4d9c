"""Terms of office and who was elected."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.core.pinyin import name_key
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import consequences, rules
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.particulars import watch
from smartunion.ground.registry.flows.people.checks import checked_name
from smartunion.ground.registry.flows.stale import closed_record
from smartunion.ground.registry.flows.term_ends import cut_short
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Membership, Officer, Person, Term, TradeUnion
from smartunion.ground.registry.policies import ELECTION_QUORUM
from smartunion.ground.registry.rules import Elected


class TermKnown(Refusal):
    """This term was entered already."""

    code = "term_known"


@dataclass(frozen=True)
class NewTerm:
    """The outcome of an election.

    years: 3 or 5; ordinal: 第几届, None for the next; due_count, present_count: representatives due and present.
    """

    starts_on: date
    years: int
    officers: Sequence[Elected] = field(default_factory=tuple)
    ordinal: int | None = None
    elected_on: date | None = None
    due_count: int | None = None
    present_count: int | None = None
    approval_number: str = ""
    source: str = ""


@transaction.atomic
def set_term(*, actor: Actor, union_id: int, data: NewTerm, at: datetime) -> Term:
    """Enter a term of office with its officers; the running term ends where the new one begins, and with it the desk roles
    of those who were not elected again.

    Who the elected are is known by their names where one member bears it, else by the end of the phone.
    Raises NotVisible, NotAllowed; InvalidInput naming years, starts_on, officers, present_count; TermKnown.
    Source: Trade Union Law art. 10, 16; domain rules 5.4.
    """
    union = union_for(actor, union_id, "registry.edit")
    if union.state == rules.UnionState.CLOSED:
        raise closed_record(union)
    data = replace(data, officers=_identified(union, data.officers))
    _check(union, data, local_date(at))
    previous = Term.objects.filter(union=union).order_by("-ordinal").first()
    if previous is not None and (previous.starts_on, previous.elected_on) == (
        data.starts_on,
        data.elected_on,
    ):
        raise _known(previous.ordinal)
    rules.check_succession(data.starts_on, previous.starts_on if previous else None)
    last = previous.ordinal if previous else 0
    try:
        with transaction.atomic():
            term = Term.objects.create(
                union=union, ordinal=data.ordinal or last + 1, starts_on=data.starts_on,
                ends_on=rules.end_of_term(data.starts_on, data.years), elected_on=data.elected_on,
                due_count=data.due_count, present_count=data.present_count,
                approval_number=squeeze(data.approval_number)[:40], source=data.source[:60],
            )  # fmt: skip
    except IntegrityError:
        raise _known(data.ordinal or last + 1) from None
    gone = _close_previous(union, term)
    Officer.objects.bulk_create(
        Officer(
            term=term,
            person_id=elected.person_id,
            name=checked_name(elected.name),
            organ=elected.organ,
            post=elected.post,
        )
        for elected in data.officers
    )
    _end_with_posts(actor, gone, data.officers, at)
    heads = rules.heads(data.officers)
    if heads:
        name_head(union, heads[0].name, on=data.elected_on or data.starts_on, at=at)
    audit.record(
        actor, "registry.term_set", union, at=at,
        data={"term": term.pk, "ordinal": term.ordinal, "officers": len(data.officers), "source": data.source},
    )  # fmt: skip
    return term


def _known(ordinal: int) -> TermKnown:
    return TermKnown(
        _("Term %(ordinal)s of this union is entered already.") % {"ordinal": ordinal},
        remedy=_("Reload the page to see it."), field="ordinal",
    )  # fmt: skip


def _check(union: TradeUnion, data: NewTerm, today: date) -> None:
    rules.check_beginning(data.starts_on, today)
    rules.check_years(data.years, is_leading=union.kind in rules.LEADING)
    if data.elected_on is not None:
        check_not_future(data.elected_on, today, field="elected_on")
    quorum = Fraction(policies.value(ELECTION_QUORUM, path=union.path, on=data.elected_on or today))
    rules.check_quorum(data.due_count, data.present_count, quorum)
    rules.check_officers(data.officers)


def _close_previous(union: TradeUnion, term: Term) -> list[Officer]:
    """End the terms before where this one begins. Returns the posts that end with them."""
    earlier = Term.objects.filter(union=union, starts_on__lt=term.starts_on).exclude(pk=term.pk)
    running = Officer.objects.filter(term__in=earlier, left_on=None)
    posts = list(running.select_related("term__union").order_by("pk"))
    running.update(left_on=term.starts_on)
    cut_short(earlier, term.starts_on, Journal())
    for post in posts:
        post.left_on = term.starts_on
    return posts


def _end_with_posts(actor: Actor, gone: Sequence[Officer], elected: Sequence[Elected], at: datetime) -> None:
    """What rests on the posts of those who were not elected again ends with them; a name that may be hers keeps it."""
    people, names = {one.person_id for one in elected}, {one.name.strip() for one in elected}
    leaving = {
        post.person_id: post for post in gone if post.person_id not in people and post.name not in names
    }
    for person_id, post in leaving.items():
        if person_id is not None:
            for key in sorted(consequences.OF_POSTS):
                consequences.OF_POSTS[key].end(Journal(), actor, post, at)


def name_head(union: TradeUnion, name: str, *, on: date, at: datetime) -> None:
    """Name the union's head in its record; what its legal-person certificate says is compared as of the day."""
    TradeUnion.objects.filter(pk=union.pk).update(
        contact_name=checked_name(name), version=F("version") + 1, updated_at=at
    )
    union.refresh_from_db()
    watch(union, at=at, on=min(on, local_date(at)))


def members_named(union: TradeUnion, names: Collection[str]) -> dict[str, list[Person]]:
    """Members of a union, or of one below it, by each of the names; a name nobody bears is left out."""
    rows = Membership.objects.under(union.path).filter(
        state=rules.MembershipState.ACTIVE, name_key__in={name_key(name)[:40] for name in names}, person__name__in=names
    )  # fmt: skip
    found: dict[str, list[Person]] = {}
    for spell in rows.select_related("person").order_by("pk"):
        found.setdefault(spell.person.name, []).append(spell.person)
    return found


def only_one(union: TradeUnion, people: Sequence[Person], phone_tail: str) -> Person | None:
    """The member that is meant, of those who bear her name. Officers of a union that takes no members need not be members
    of those below it, so that there the end of the phone has to fit too.
    """
    meant = [one for one in people if one.mobile_tail == phone_tail] if phone_tail else people
    is_told = bool(phone_tail) or union.kind in rules.ADMITTING
    return meant[0] if is_told and len(meant) == 1 else None


def _identified(union: TradeUnion, officers: Sequence[Elected]) -> list[Elected]:
    """The elected with the registry's person, as far as it is known. Raises InvalidInput where a phone fits nobody."""
    found = members_named(union, {one.name.strip() for one in officers if one.person_id is None})
    known = []
    for one in officers:
        if one.person_id is None:
            person = only_one(union, found.get(one.name.strip(), []), one.phone_tail)
            if person is None and one.phone_tail:
                raise InvalidInput(
                    _("No member called %(name)s has a phone that ends in %(tail)s.")
                    % {"name": one.name, "tail": one.phone_tail},
                    remedy=_("Check both against the register of members."), field="officers",
                )  # fmt: skip
            one = replace(one, person_id=person.pk if person else None)
        known.append(one)
    return known
