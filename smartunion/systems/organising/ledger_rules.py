"""One village, one ledger (S007): how an employer stands in it and what is to be done next; pure."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from smartunion.systems.organising.rules import CLOSED_BY_DESK, FindingState, VisitResult, WorkList


class Cover(TextChoices):
    """Which union covers an employer."""

    OWN = "own", _("Has its own union")
    JOINT = "joint", _("In a joint union")
    NONE = "none", _("No union yet")


class NextStep(TextChoices):
    """What is to be done next for an employer of the ledger."""

    FOUND = "found", _("Founding under way: help with the papers")
    PERSUADE = "persuade", _("Talk with the employer, then found")
    TAKE_UP = "take_up", _("The town takes it up")
    RETURN = "return", _("Go again on the day agreed")
    VERIFY = "verify", _("Verify first: a union may be there already")
    VISIT = "visit", _("Visit: no union found")
    CORRECT = "correct", _("Correct the record as seen on the spot")
    ASK = "ask", _("Ask how many people work there")
    INVITE = "invite", _("Invite into a joint union")
    WIN = "win", _("Win those who are no members yet")
    LOOK_IN = "look_in", _("Look in: no visit this quarter")
    NONE = "none", _("Nothing due")


@dataclass(frozen=True)
class Standing:
    """What the next step follows from.

    people: insured, else staff, None when unknown; finding: state of the finding “no union”, None when there never was
    one; because: why it was closed; visited_on: last visit to the employer or a union that covers it.
    """

    cover: Cover
    people: int | None
    members: int
    finding: FindingState | None = None
    work_list: WorkList | None = None
    due_on: date | None = None
    because: str = ""
    visited_on: date | None = None


_BY_STATE = {
    FindingState.FOUNDING: NextStep.FOUND,
    FindingState.TAKEN_UP: NextStep.PERSUADE,
    FindingState.VISITED: NextStep.TAKE_UP,
}
_SEEN_OTHERWISE = frozenset(
    {VisitResult.CLOSED, VisitResult.MOVED, VisitResult.COVERED, VisitResult.DUPLICATE}
)


def next_step(standing: Standing, *, today: date, quarter_start: date) -> NextStep:
    """The one thing to do next: for the covered, win people before looking in; for the others, as the finding stands."""
    if standing.cover != Cover.NONE:
        if standing.people is not None and standing.members < standing.people:
            return NextStep.WIN
        is_fresh = standing.visited_on is not None and standing.visited_on >= quarter_start
        return NextStep.NONE if is_fresh else NextStep.LOOK_IN
    if standing.finding in _BY_STATE:
        return _BY_STATE[standing.finding]
    if standing.finding == FindingState.OPEN:
        if standing.due_on is not None and standing.due_on > today:
            return NextStep.RETURN
        return NextStep.VERIFY if standing.work_list == WorkList.VERIFY else NextStep.VISIT
    if standing.finding == FindingState.CLOSED and standing.because in _SEEN_OTHERWISE:
        return NextStep.CORRECT
    if standing.finding == FindingState.CLOSED and standing.because == CLOSED_BY_DESK:
        return NextStep.NONE
    return NextStep.ASK if standing.people is None else NextStep.INVITE
