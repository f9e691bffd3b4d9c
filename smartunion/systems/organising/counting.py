"""Counting ballots at a congress: quorum when the vote is taken, majority of those due, ties, open seats; pure.

Source: election regulation of grassroots unions (2016), not compared word by word with the text in force; quorum and
majority are dated parameters. Worked table in docs/rules/elections.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.systems.organising.elections import ElectionRules


class Round(TextChoices):
    """Why a vote is taken."""

    FIRST = "first", gettext_lazy("First vote")
    TIE = "tie", gettext_lazy("Between those with equal votes")
    OPEN_SEATS = "open_seats", gettext_lazy("For the seats left open")


class Standing(TextChoices):
    """What the votes mean for a candidate."""

    ELECTED = "elected", gettext_lazy("Elected")
    TIED = "tied", gettext_lazy("Equal votes, vote again")
    NOT_ELECTED = "not_elected", gettext_lazy("Not elected")


@dataclass(frozen=True)
class Vote:
    """One vote: electors due and present at its moment, papers handed out, candidates on the paper."""

    seats: int
    due: int
    present: int
    handed_out: int
    candidates: Sequence[int]
    round: Round = Round.FIRST


@dataclass(frozen=True)
class Paper:
    """One paper out of the box: candidates approved; spoiled: unreadable or marked, counted as invalid."""

    marks: frozenset[int]
    is_spoiled: bool = False


@dataclass(frozen=True)
class Place:
    """A candidate with her votes; places are ordered by votes, then as on the paper."""

    candidate: int
    votes: int
    standing: Standing


@dataclass(frozen=True)
class Count:
    """What came out. void_because: why the whole vote is void, "" when it stands; open_seats: nobody won them.

    tied_seats: seats the tied candidates vote for again; needed: votes with which one is elected.
    """

    returned: int
    valid: int
    invalid: int
    needed: int
    places: tuple[Place, ...]
    void_because: str = ""
    tied_seats: int = 0
    open_seats: int = 0

    @property
    def elected(self) -> tuple[int, ...]:
        """Candidates elected, most votes first."""
        return tuple(one.candidate for one in self.places if one.standing == Standing.ELECTED)

    @property
    def tied(self) -> tuple[int, ...]:
        """Candidates who have to be voted on again."""
        return tuple(one.candidate for one in self.places if one.standing == Standing.TIED)


def quorum_needed(due: int, rules: ElectionRules) -> int:
    """Electors who must be there: the quorum's share of those due, rounded up."""
    return -(-rules.quorum.numerator * due // rules.quorum.denominator)


def is_valid(paper: Paper, vote: Vote) -> bool:
    """A paper counts when it is readable, names only candidates and approves no more than there are seats."""
    return not paper.is_spoiled and len(paper.marks) <= vote.seats and paper.marks <= set(vote.candidates)


def count(vote: Vote, papers: Iterable[Paper], rules: ElectionRules) -> Count:
    """The result of a vote. A blank paper is valid and approves nobody; more papers than handed out void the vote.

    In a vote between equals the most votes decide; everywhere else one needs more than half of those due (or present,
    as the rules in force say).
    """
    drawn = list(papers)
    good = [paper for paper in drawn if is_valid(paper, vote)]
    votes = Counter(mark for paper in good for mark in paper.marks)
    base = vote.due if rules.majority_of == "due" else vote.present
    needed = 1 if vote.round == Round.TIE else base // 2 + 1
    void = _void(vote, len(drawn), rules)
    order = sorted(vote.candidates, key=lambda one: -votes[one])
    if void:
        places = tuple(Place(one, votes[one], Standing.NOT_ELECTED) for one in order)
        return Count(
            len(drawn), len(good), len(drawn) - len(good), needed, places, void, open_seats=vote.seats
        )
    standings, tied_seats = _standings(order, votes, needed, vote.seats)
    places = tuple(Place(one, votes[one], standings[one]) for one in order)
    elected = sum(one.standing == Standing.ELECTED for one in places)
    return Count(
        len(drawn), len(good), len(drawn) - len(good), needed, places, "", tied_seats, vote.seats - elected - tied_seats
    )  # fmt: skip


def _standings(
    order: Sequence[int], votes: Counter[int], needed: int, seats: int
) -> tuple[dict[int, Standing], int]:
    enough = [one for one in order if votes[one] >= needed]
    standings = dict.fromkeys(order, Standing.NOT_ELECTED)
    if len(enough) <= seats:
        return standings | dict.fromkeys(enough, Standing.ELECTED), 0
    edge = votes[enough[seats - 1]]
    above = [one for one in enough if votes[one] > edge]
    equal = [one for one in enough if votes[one] == edge]
    standings |= dict.fromkeys(above, Standing.ELECTED)
    left = seats - len(above)
    if len(equal) == left:
        return standings | dict.fromkeys(equal, Standing.ELECTED), 0
    return standings | dict.fromkeys(equal, Standing.TIED), left


def _void(vote: Vote, returned: int, rules: ElectionRules) -> str:
    needed = quorum_needed(vote.due, rules)
    if vote.present > vote.due:
        return _("More electors were present (%(present)s) than due (%(due)s).") % {
            "present": vote.present, "due": vote.due
        }  # fmt: skip
    if vote.present < needed:
        words = _("Only %(present)s of %(due)s were present when the vote was taken; %(needed)s are needed.")
        return words % {"present": vote.present, "due": vote.due, "needed": needed}
    if vote.handed_out > vote.present:
        words = _("More papers were handed out (%(papers)s) than electors were present (%(present)s).")
        return words % {"papers": vote.handed_out, "present": vote.present}
    if returned > vote.handed_out:
        words = _(
            "More papers came back (%(returned)s) than were handed out (%(papers)s): vote again with new papers."
        )
        return words % {"returned": returned, "papers": vote.handed_out}
    return ""


def check_candidates(seats: int, candidates: int, surplus_pct: int, round_: Round) -> str:
    """Why the list of candidates does not do, "" when it does: more candidates than seats in a first vote.

    The surplus is a share of the seats, rounded up, at least one.
    """
    if round_ == Round.TIE:
        return "" if candidates > seats else _("Equal votes are decided among more people than seats.")
    least = seats + max(1, -(-seats * surplus_pct // 100)) if surplus_pct else seats
    if candidates >= least:
        return ""
    words = _("For %(seats)s seats at least %(least)s candidates have to stand; there are %(candidates)s.")
    return words % {"seats": seats, "least": least, "candidates": candidates}
