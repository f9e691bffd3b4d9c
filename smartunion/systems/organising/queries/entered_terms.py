"""A term entered by hand at the desk, held against what a ballot's committee is held against."""

from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import GRASSROOTS, MembershipState, Organ
from smartunion.systems.organising.elections import Ballot, Elected, Objection, check_committee
from smartunion.systems.organising.queries.election_rules import election_rules

REFUSES: Final = "organising.entered_terms_refused"


def voters(union: TradeUnion, on: date) -> "QuerySet[Membership, Any]":
    """Memberships of a union, and of those below it, that vote there: active ones, and retained ones where policy says so."""
    votes = [MembershipState.ACTIVE]
    if policies.value("registry.retained_votes", path=union.path, on=on):
        votes.append(MembershipState.RETAINED)
    return Membership.objects.under(union.path).filter(state__in=votes)


def objections_to(union: TradeUnion, data: NewTerm, *, has_relatives: bool, today: date) -> list[Objection]:
    """What speaks against the committee of a grassroots union, by the rules of the day of its election.

    Nothing is said of its size while no member is registered. Source: Trade Union Law art. 10, 11; election regulation.
    """
    committee = [Elected(one.name, one.post) for one in data.officers if one.organ == Organ.COMMITTEE]
    if union.kind not in GRASSROOTS or not committee:
        return []
    on = data.elected_on or data.starts_on
    members = voters(union, today).count()
    ballot = Ballot(
        held_on=on, members=members or len(committee), women=0, due=0, present=0, term_years=data.years,
        committee=committee, has_relatives=has_relatives,
    )  # fmt: skip
    found = check_committee(ballot, election_rules(union.path, min(on, today)))
    return found if members else [one for one in found if one.field == "has_relatives"]


def refuses(union: TradeUnion, on: date) -> bool:
    """Whether such a term is refused there, or entered with a caution."""
    return bool(policies.value(REFUSES, path=union.path, on=on))
