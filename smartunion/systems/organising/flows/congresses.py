"""A congress of representatives: prepared, opened, voted, counted, announced, ended."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, Refusal, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.rules import Organ, Post
from smartunion.systems.organising import counting
from smartunion.systems.organising.counting import Round
from smartunion.systems.organising.models import (
    BallotPaper,
    Candidate,
    Congress,
    CongressState,
    Contest,
    ContestState,
    Preparer,
    Representative,
)
from smartunion.systems.organising.queries.congresses import (
    attendance,
    elected_in,
    may_be_let_in,
    may_run,
    tally,
    women_needed,
)
from smartunion.systems.organising.queries.election_rules import election_rules

SURPLUS = "organising.candidate_surplus_pct"


class NoQuorum(Refusal):
    """Too few of those due are there."""

    code = "no_quorum"


@transaction.atomic
def name_representatives(*, actor: Actor, congress_id: int, lines: str, at: datetime) -> list[Representative]:
    """Replace the list of those due, one a line: name, union, 女 for women (parted by blank, comma or tab).

    Raises NotVisible, NotAllowed, StaleState once the congress is open; InvalidInput naming lines.
    """
    congress = _held(actor, congress_id, CongressState.PLANNED)
    rows = [_representative(congress, number, line) for number, line in enumerate(_lines(lines), 1)]
    if not 3 <= len(rows) <= 1000:
        raise InvalidInput(_("Enter between 3 and 1,000 representatives, one a line."), field="lines")
    seen = [(row.name, row.from_union) for row in rows]
    twice = next((name for name, union in seen if seen.count((name, union)) > 1), "")
    if twice:
        raise InvalidInput(
            _("%(name)s stands twice on the list; add what tells the two apart.") % {"name": twice}, field="lines"
        )  # fmt: skip
    congress.representatives.all().delete()
    Representative.objects.bulk_create(rows)
    audit.record(actor, "organising.representatives_named", congress, at=at, data={"due": len(rows)})
    return rows


@transaction.atomic
def let_in(*, actor: Actor, congress_id: int, user_id: int, at: datetime) -> Preparer:
    """Let the chair of a member union run the congress with the preparatory group.

    Raises NotVisible, NotAllowed (only the federation), StaleState once it has ended; InvalidInput naming user.
    """
    congress = _held(actor, congress_id, CongressState.PLANNED, CongressState.OPEN)
    actor.check_can("cases.handle", path=congress.path)
    user = may_be_let_in(congress, local_date(at)).filter(pk=user_id).first()
    if user is None:
        raise InvalidInput(
            _("Only chairs of the member unions who are not in yet can be let in."), field="user"
        )
    row = Preparer.objects.create(congress=congress, user=user, added_by=actor.name[:80], added_at=at)
    audit.record(actor, "organising.preparer_let_in", congress, at=at, data={"user": user.pk})
    return row


@transaction.atomic
def shut_out(*, actor: Actor, congress_id: int, user_id: int, at: datetime) -> None:
    """End somebody's part in the preparatory group. Raises as `let_in`."""
    congress = _held(actor, congress_id, CongressState.PLANNED, CongressState.OPEN)
    actor.check_can("cases.handle", path=congress.path)
    if congress.preparers.filter(user_id=user_id).delete()[0] != 1:
        raise StaleState
    audit.record(actor, "organising.preparer_shut_out", congress, at=at, data={"user": user_id})


@transaction.atomic
def open_congress(*, actor: Actor, congress_id: int, held_on: date, place: str, at: datetime) -> Congress:
    """Begin the session. Raises InvalidInput naming held_on or lines, StaleState."""
    congress = _held(actor, congress_id, CongressState.PLANNED)
    if held_on > local_date(at):
        raise InvalidInput(_("A congress is opened on its day, not before."), field="held_on")
    if not congress.representatives.exists():
        raise InvalidInput(
            _("Enter the representatives first: quorum and majority are counted from them."), field="lines"
        )
    values = {"state": CongressState.OPEN, "held_on": held_on, "place": squeeze(place)[:120], "opened_at": at}
    if Congress.objects.filter(pk=congress.pk, state=CongressState.PLANNED).update(**values) != 1:
        raise StaleState
    audit.record(actor, "organising.congress_opened", congress, at=at)
    congress.refresh_from_db()
    return congress


@transaction.atomic
def set_here(*, actor: Actor, congress_id: int, numbers: Sequence[int], here: bool, at: datetime) -> int:
    """Representatives came or left; the votes opened afterwards count them as they stand. Returns how many moved."""
    congress = _held(actor, congress_id, CongressState.PLANNED, CongressState.OPEN)
    moved = congress.representatives.filter(number__in=numbers, is_here=not here).update(
        is_here=here, moved_at=at
    )
    if moved:
        audit.record(actor, "organising.attendance", congress, at=at, data={"here": here, "moved": moved})
    return moved


@transaction.atomic
def propose(
    *, actor: Actor, congress_id: int, organ: str, post: str, seats: int, names: str, at: datetime
) -> Contest:
    """Put a vote on the agenda with its candidates, one a line.

    Raises InvalidInput naming organ, post, seats or names: too few candidates, a name twice, an organ without members.
    """
    congress = _held(actor, congress_id, CongressState.PLANNED, CongressState.OPEN)
    if organ not in Organ.values or post not in {Post.MEMBER, Post.CHAIR, Post.VICE_CHAIR}:
        raise InvalidInput(_("Please choose what is voted on."), field="organ")
    if not 1 <= seats <= 45 or (post == Post.CHAIR and seats != 1):
        raise InvalidInput(_("Seats lie between 1 and 45; one for a chair."), field="seats")
    listed = [squeeze(line)[:60] for line in _lines(names)]
    if len(set(listed)) != len(listed):
        raise InvalidInput(_("A name stands twice among the candidates."), field="names")
    if (
        congress.contests.filter(organ=organ, post=post, round=Round.FIRST)
        .exclude(state=ContestState.VOID)
        .exists()
    ):
        raise InvalidInput(_("This vote is on the agenda already."), field="organ")
    if post == Post.MEMBER:
        surplus = int(policies.value(SURPLUS, path=congress.path, on=local_date(at)))
    else:
        surplus = 0
        _check_inside(congress, organ, listed)
    refusal = counting.check_candidates(seats, len(listed), surplus, Round.FIRST)
    if refusal:
        raise InvalidInput(refusal, field="names")
    return _contest(actor, congress, organ, post, seats, listed, Round.FIRST, None, at)


@transaction.atomic
def hand_out(
    *, actor: Actor, contest_id: int, handed_out: int, present: int | None = None, at: datetime
) -> Contest:
    """Open a vote: electors due and present are frozen as they stand this moment.

    present: for chairs, members of the organ who are there; for members it comes from the list of representatives.
    Raises NoQuorum; InvalidInput naming handed_out or present; StaleState.
    """
    contest = _contest_of(actor, contest_id)
    if contest.congress.state != CongressState.OPEN:
        raise StaleState(_("Votes are taken while the congress is in session."))
    due, here = _electors(contest, present)
    rules = election_rules(contest.congress.path, local_date(at))
    needed = counting.quorum_needed(due, rules)
    if here < needed:
        words = _("%(present)s of %(due)s are here; a vote needs %(needed)s.")
        raise NoQuorum(
            words % {"present": here, "due": due, "needed": needed},
            remedy=_("Wait for more representatives, or hold the congress on another day."), field="handed_out",
        )  # fmt: skip
    if not 1 <= handed_out <= here:
        raise InvalidInput(
            _("Between 1 and %(present)s papers can be handed out: one for each elector here.") % {"present": here},
            field="handed_out",
        )  # fmt: skip
    values = {
        "state": ContestState.COUNTING, "due": due, "present": here, "handed_out": handed_out, "opened_at": at
    }  # fmt: skip
    _move(contest, ContestState.DRAFT, values)
    audit.record(
        actor, "organising.vote_opened", contest.congress, at=at,
        data={"contest": contest.pk, "due": due, "present": here, "papers": handed_out},
    )  # fmt: skip
    return contest


@transaction.atomic
def count_paper(
    *, actor: Actor, contest_id: int, client_id: UUID, marks: Sequence[int], is_spoiled: bool, at: datetime
) -> BallotPaper:
    """Enter one paper as read aloud; the same client_id counts once. Raises InvalidInput naming marks, StaleState."""
    contest = _contest_of(actor, contest_id)
    known = BallotPaper.objects.filter(client_id=client_id).first()
    if known is not None and known.contest_id == contest.pk:
        return known
    if contest.state != ContestState.COUNTING:
        raise StaleState(_("This vote is not being counted."))
    numbers = set(contest.candidates.values_list("number", flat=True))
    if not set(marks) <= numbers:
        raise InvalidInput(_("A paper can only name candidates of this vote."), field="marks")
    _hold(contest)
    try:
        with transaction.atomic():
            return BallotPaper.objects.create(
                contest=contest, count_number=contest.count_number, client_id=client_id, marks=sorted(set(marks)),
                is_spoiled=is_spoiled, counted_at=at, user_id=actor.user_id,
            )  # fmt: skip
    except IntegrityError:  # the twin of a double tap
        return BallotPaper.objects.get(client_id=client_id, contest=contest)


def last_paper(actor: Actor, contest: Contest) -> BallotPaper | None:
    """The paper of the running count that the actor has entered last."""
    mine = contest.papers.filter(count_number=contest.count_number, user_id=actor.user_id)
    return mine.order_by("-id").first()


@transaction.atomic
def take_back_paper(*, actor: Actor, contest_id: int, paper_id: int, at: datetime) -> None:
    """Strike the paper one has entered last oneself; the audit keeps that it was.

    paper_id: as the page showed it, so that a second tap strikes no second paper, and no teller another's. Raises StaleState
    when it is not that paper any more.
    """
    contest = _contest_of(actor, contest_id)
    _hold(contest)
    last = last_paper(actor, contest)
    if last is None or last.pk != paper_id:
        raise StaleState(
            _("This paper is struck already, or was not the last you have entered."),
            remedy=_("Look at the count on the page, and strike again if it is still wrong."),
        )
    audit.record(
        actor, "organising.paper_taken_back", contest.congress, at=at, data={"contest": contest.pk, "marks": last.marks}
    )  # fmt: skip
    last.delete()


@transaction.atomic
def recount(*, actor: Actor, contest_id: int, reason: str, at: datetime) -> Contest:
    """Count the same papers again from the first; the earlier count is kept beside it. Raises InvalidInput, StaleState."""
    contest = _contest_of(actor, contest_id)
    if not reason.strip():
        raise InvalidInput(_("Say why the papers are counted again; the minutes name it."), field="reason")
    _move(contest, ContestState.COUNTING, {"count_number": contest.count_number + 1})
    audit.record(
        actor, "organising.recount", contest.congress, at=at, reason=reason.strip()[:200],
        data={"contest": contest.pk, "count": contest.count_number},
    )  # fmt: skip
    return contest


@transaction.atomic
def announce(*, actor: Actor, contest_id: int, at: datetime) -> Contest:
    """Fix and announce the result; ties and open seats put their vote on the agenda. Raises StaleState."""
    contest = _contest_of(actor, contest_id)
    _move(contest, ContestState.COUNTING, {"state": ContestState.DONE, "announced_at": at})
    # Only now: whoever entered a paper meanwhile has done so, and nobody enters one any more.
    counted = tally(contest)
    names = dict(contest.candidates.values_list("number", "name"))
    result = {
        "returned": counted.returned, "valid": counted.valid, "invalid": counted.invalid, "needed": counted.needed,
        "void": counted.void_because, "open_seats": counted.open_seats, "tied_seats": counted.tied_seats,
        "places": [
            {"number": one.candidate, "name": names[one.candidate], "votes": one.votes, "standing": one.standing.value}
            for one in counted.places
        ],
    }  # fmt: skip
    state = ContestState.VOID if counted.void_because else ContestState.DONE
    _move(contest, ContestState.DONE, {"state": state, "result": result})
    if counted.tied:
        _contest(
            actor, contest.congress, contest.organ, contest.post, counted.tied_seats,
            [names[one] for one in counted.tied], Round.TIE, contest, at,
        )  # fmt: skip
    audit.record(
        actor, "organising.vote_announced", contest.congress, at=at,
        data={"contest": contest.pk, "elected": len(counted.elected), "void": bool(counted.void_because)},
    )  # fmt: skip
    return contest


@transaction.atomic
def vote_again(*, actor: Actor, contest_id: int, names: str, at: datetime) -> Contest:
    """Put the seats left open (or a void vote) on the agenda again. Raises InvalidInput naming names, StaleState."""
    contest = _contest_of(actor, contest_id)
    seats = int(contest.result.get("open_seats", 0))
    if (
        contest.state not in {ContestState.DONE, ContestState.VOID}
        or not seats
        or contest.next_rounds.exclude(round=Round.TIE).exists()
    ):
        raise StaleState(_("No seat of this vote is left to be voted on."))
    listed = [squeeze(line)[:60] for line in _lines(names)]
    if not listed or len(set(listed)) != len(listed):
        raise InvalidInput(_("Enter the candidates, each once."), field="names")
    already = set(elected_in(contest.congress, contest.organ, contest.post)) & set(listed)
    if already:
        raise InvalidInput(_("%(name)s is elected already.") % {"name": min(already)}, field="names")
    if contest.post != Post.MEMBER:
        _check_inside(contest.congress, contest.organ, listed)
    round_ = Round(contest.round) if contest.state == ContestState.VOID else Round.OPEN_SEATS
    refusal = counting.check_candidates(seats, len(listed), 0, round_)
    if refusal:
        raise InvalidInput(refusal, field="names")
    return _contest(actor, contest.congress, contest.organ, contest.post, seats, listed, round_, contest, at)


@transaction.atomic
def close_congress(*, actor: Actor, congress_id: int, ceremony: str, at: datetime) -> Congress:
    """End the session. Raises InvalidInput while a vote is open or an organ that must be elected is missing.

    How many women are elected for: dated policy organising.women_committee_from, by women among the unions' members.
    """
    congress = _held(actor, congress_id, CongressState.OPEN)
    open_votes = congress.contests.filter(state__in=[ContestState.DRAFT, ContestState.COUNTING])
    if open_votes.exists():
        raise InvalidInput(_("A vote on the agenda has not been announced yet."), field="ceremony")
    for organ in (Organ.COMMITTEE, Organ.AUDIT):
        if not elected_in(congress, organ) or not elected_in(congress, organ, Post.CHAIR):
            raise InvalidInput(
                _("%(organ)s: members and chair have to be elected before the congress ends.") % {"organ": organ.label},
                field="ceremony",
            )  # fmt: skip
    _check_women(congress)
    both = set(elected_in(congress, Organ.COMMITTEE, Post.CHAIR)) & set(elected_in(congress, Organ.AUDIT))
    if both:
        raise InvalidInput(
            _("%(name)s chairs the committee and cannot audit its funds.") % {"name": min(both)}, field="ceremony"
        )  # fmt: skip
    values = {"state": CongressState.CLOSED, "ceremony": squeeze(ceremony)[:500], "closed_at": at}
    if Congress.objects.filter(pk=congress.pk, state=CongressState.OPEN).update(**values) != 1:
        raise StaleState
    audit.record(actor, "organising.congress_closed", congress, at=at)
    congress.refresh_from_db()
    return congress


def _check_women(congress: Congress) -> None:
    wanted = women_needed(congress)
    if len(elected_in(congress, Organ.WOMEN)) < wanted.seats:
        words = (
            _(
                "The unions have %(women)s women members: a women workers' committee of two and more is elected (%(source)s)."
            )
            if wanted.seats > 1
            else _("The unions have %(women)s women members: one women's member is elected (%(source)s).")
        )
        raise InvalidInput(words % {"women": wanted.women, "source": wanted.source}, field="ceremony")
    if wanted.seats > 1 and not elected_in(congress, Organ.WOMEN, Post.CHAIR):
        raise InvalidInput(
            _("%(organ)s: members and chair have to be elected before the congress ends.") % {"organ": Organ.WOMEN.label},
            field="ceremony",
        )  # fmt: skip


def _check_inside(congress: Congress, organ: str, names: Sequence[str]) -> None:
    """Raise InvalidInput for somebody who was not elected into the organ she is to lead."""
    members = set(elected_in(congress, organ))
    outside = [name for name in names if name not in members]
    if outside:
        words = _("%(name)s was not elected into this organ and cannot lead it.")
        raise InvalidInput(words % {"name": outside[0]}, field="names")


def check_may_run(actor: Actor, congress: Congress) -> None:
    """Raise NotAllowed unless she handles cases there or belongs to the preparatory group."""
    if not may_run(actor, congress):
        raise NotAllowed


def _contest(
    actor: Actor, congress: Congress, organ: str, post: str, seats: int, names: Sequence[str], round_: Round,
    previous: Contest | None, at: datetime,
) -> Contest:  # fmt: skip
    contest = Contest.objects.create(
        congress=congress, organ=organ, post=post, seats=seats, round=round_, previous=previous
    )
    Candidate.objects.bulk_create(
        Candidate(contest=contest, number=number, name=name) for number, name in enumerate(names, 1)
    )
    audit.record(
        actor, "organising.vote_proposed", congress, at=at,
        data={"contest": contest.pk, "organ": organ, "post": post, "seats": seats, "candidates": len(names)},
    )  # fmt: skip
    return contest


def _electors(contest: Contest, present: int | None) -> tuple[int, int]:
    if contest.post == Post.MEMBER:
        now = attendance(contest.congress)
        return now.due, now.here
    due = len(elected_in(contest.congress, contest.organ))
    if present is None or not 0 <= present <= due:
        words = _("Say how many of the %(due)s members of the organ are here.")
        raise InvalidInput(words % {"due": due}, field="present")
    return due, present


def _held(actor: Actor, congress_id: int, *states: CongressState) -> Congress:
    congress = get_visible(Congress.objects.visible_to(actor), congress_id)
    check_may_run(actor, congress)
    if congress.state not in states:
        raise StaleState(_("The congress has moved on."), remedy=_("Reload the page to see where it stands."))
    return congress


def _contest_of(actor: Actor, contest_id: int) -> Contest:
    visible = Contest.objects.filter(congress__in=Congress.objects.visible_to(actor)).select_related(
        "congress"
    )
    contest = get_visible(visible, contest_id)
    check_may_run(actor, contest.congress)
    return contest


def _move(contest: Contest, old: ContestState, values: dict[str, object]) -> None:
    same = Contest.objects.filter(pk=contest.pk, state=old, count_number=contest.count_number)
    if same.update(**values) != 1:
        raise StaleState(
            _("Somebody else moved this vote on."), remedy=_("Reload the page to see where it stands.")
        )
    for name, value in values.items():
        setattr(contest, name, value)


def _hold(contest: Contest) -> None:
    """Let nobody announce or count again between here and the end of the transaction; else a paper entered in that moment
    would stand in a vote whose result does not know it. Raises StaleState when the vote has moved on.
    """
    _move(contest, ContestState.COUNTING, {"state": ContestState.COUNTING})


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text[:100_000].splitlines() if line.strip()]


def _representative(congress: Congress, number: int, line: str) -> Representative:
    parts = [part for part in line.replace("，", " ").replace(",", " ").replace("、", " ").split() if part]
    is_woman = "女" in parts[1:]
    rest = [part for part in parts[1:] if part not in {"女", "男"}]
    return Representative(
        congress=congress, number=number, name=parts[0][:60] if parts else line[:60],
        from_union="".join(rest)[:120], is_woman=is_woman,
    )  # fmt: skip
