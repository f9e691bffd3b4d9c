"""Reads of congresses: who is there, how a vote stands, who was elected into what."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.rules import MembershipState, Organ, Post, Sex
from smartunion.systems.organising import counting, elections
from smartunion.systems.organising.counting import Count, Paper, Round, Standing, Vote
from smartunion.systems.organising.models import Congress, Contest, ContestState
from smartunion.systems.organising.queries.election_rules import election_rules


def may_run(actor: Actor, congress: Congress) -> bool:
    """Whether she handles cases there or belongs to the preparatory group."""
    if actor.can("cases.handle", path=congress.path):
        return True
    return congress.preparers.filter(user_id=actor.user_id or -1).exists()


@dataclass(frozen=True)
class WomenNeeded:
    """What the policy asks: women members of the member unions, seats in the women's organ (0, 1, 2), who says so."""

    women: int
    seats: int
    source: str


def women_needed(congress: Congress) -> WomenNeeded:
    """Counted from the registry, judged by the policy in force on the day of the congress; two queries."""
    unions = congress.unions.values("union_id")
    members = Membership.objects.filter(
        union_id__in=unions, state=MembershipState.ACTIVE, person__sex=Sex.FEMALE
    )
    women = members.count()
    rules = election_rules(congress.path, congress.held_on or local_date(congress.created_at))
    return WomenNeeded(women, elections.women_seats(women, rules.women_from), rules.women_source)


def may_be_let_in(congress: Congress, on: date) -> QuerySet[User]:
    """Accounts the federation may let in: chairs of the member unions who are not in yet."""
    chairs = RoleGrant.objects.active_on(on).filter(
        role=Role.CHAIR, union__in=congress.unions.values("union_id")
    )
    inside = congress.preparers.values("user_id")
    return User.objects.filter(pk__in=chairs.values("user_id"), is_active=True).exclude(pk__in=inside)


@dataclass(frozen=True)
class Attendance:
    """Representatives due, here now, and how many a vote needs."""

    due: int
    here: int
    needed: int


def attendance(congress: Congress) -> Attendance:
    """Who is there this moment."""
    due = congress.representatives.count()
    here = congress.representatives.filter(is_here=True).count()
    rules = election_rules(congress.path, local_date(congress.opened_at or congress.created_at))
    return Attendance(due, here, counting.quorum_needed(due, rules))


def tally(contest: Contest, count_number: int | None = None) -> Count:
    """The papers of a count as they stand, judged by the rules in force on the day the vote was opened."""
    opened = contest.opened_at or contest.congress.created_at
    rules = election_rules(contest.congress.path, local_date(opened))
    numbers = list(contest.candidates.order_by("number").values_list("number", flat=True))
    vote = Vote(
        contest.seats, contest.due or 0, contest.present or 0, contest.handed_out or 0, numbers, Round(contest.round)
    )  # fmt: skip
    rows = contest.papers.filter(count_number=count_number or contest.count_number).order_by("id")
    papers = [Paper(frozenset(marks), spoiled) for marks, spoiled in rows.values_list("marks", "is_spoiled")]
    return counting.count(vote, papers, rules)


def elected_in(congress: Congress, organ: str, post: str = Post.MEMBER) -> list[str]:
    """Names elected into an organ (or to a post in it) by the votes announced, in order of the votes taken."""
    rows = congress.contests.filter(organ=organ, post=post, state=ContestState.DONE).order_by("id")
    return [
        str(place["name"])
        for result in rows.values_list("result", flat=True)
        for place in result.get("places", [])
        if place["standing"] == Standing.ELECTED
    ]


@dataclass(frozen=True)
class Seat:
    """Somebody elected: organ, post, name, votes where they were the congress's."""

    organ: Organ
    post: Post
    name: str


def officers(congress: Congress) -> list[Seat]:
    """Everybody elected, organ by organ, chair first; each name once in an organ."""
    seats: list[Seat] = []
    for organ in Organ:
        heads = dict.fromkeys(elected_in(congress, organ, Post.CHAIR), Post.CHAIR)
        heads = dict.fromkeys(elected_in(congress, organ, Post.VICE_CHAIR), Post.VICE_CHAIR) | heads
        members = elected_in(congress, organ)
        found = [Seat(organ, heads.get(name, Post.MEMBER), name) for name in dict.fromkeys(members)]
        order = [Post.CHAIR, Post.VICE_CHAIR, Post.MEMBER]
        seats += sorted(found, key=lambda seat: order.index(seat.post))
    return seats
