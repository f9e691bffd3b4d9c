"""Words and moves of organising; pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FindingKind(TextChoices):
    """What a comparison found."""

    NO_UNION = "no_union", _("Employer without a union")
    UNCERTAIN_LINK = "uncertain_link", _("Is this union this employer's?")
    CLOSED_UNION = "closed_union", _("Union whose employers have all closed")
    MOVED_MEMBERS = "moved_members", _("Members who work elsewhere now")
    NOT_MEMBERS = "not_members", _("Workers of covered employers who are no members")
    SPOT_CHECK = "spot_check", _("Spot check of an automatic link")
    DISAGREEMENT = "disagreement", _("Departments that disagree")
    TWO_COVERS = "two_covers", _("Joint union beside a union of its own")


class WorkList(TextChoices):
    """The three lists: to verify 核实, to do 任务, to work on 工作 (S003)."""

    VERIFY = "verify", _("To verify")
    TASK = "task", _("To do")
    WORK = "work", _("To work on")


class FindingState(TextChoices):
    """Life of a finding; it closes by itself when a comparison no longer finds it."""

    OPEN = "open", _("To be visited")
    VISITED = "visited", _("Visited")
    TAKEN_UP = "taken_up", _("Taken up by the town")
    FOUNDING = "founding", _("Founding under way")
    CLOSED = "closed", pgettext_lazy("finding", "Closed")


class VisitResult(TextChoices):
    """What the organiser saw on the spot."""

    REAL = "real", _("Real: no union yet")
    CLOSED = "closed", pgettext_lazy("employer", "Closed")
    MOVED = "moved", _("Moved away")
    COVERED = "covered", _("Already covered by a joint union")
    DUPLICATE = "duplicate", _("Duplicate of another firm")
    REFUSES = "refuses", _("Refuses for now")
    NOBODY = "nobody", _("Nobody there")
    SERVICE = "service", _("Service visit")


#: Finding state after a visit result; REFUSES and NOBODY come back on a later day.
AFTER_VISIT: dict[VisitResult, FindingState] = {
    VisitResult.REAL: FindingState.VISITED,
    VisitResult.CLOSED: FindingState.CLOSED,
    VisitResult.MOVED: FindingState.CLOSED,
    VisitResult.COVERED: FindingState.CLOSED,
    VisitResult.DUPLICATE: FindingState.CLOSED,
    VisitResult.REFUSES: FindingState.OPEN,
    VisitResult.NOBODY: FindingState.OPEN,
}

MOVES: dict[FindingState, frozenset[FindingState]] = {
    FindingState.OPEN: frozenset(
        {FindingState.VISITED, FindingState.TAKEN_UP, FindingState.CLOSED, FindingState.OPEN}
    ),
    FindingState.VISITED: frozenset(
        {FindingState.TAKEN_UP, FindingState.CLOSED, FindingState.OPEN, FindingState.VISITED}
    ),
    FindingState.TAKEN_UP: frozenset({FindingState.FOUNDING, FindingState.CLOSED, FindingState.OPEN}),
    FindingState.FOUNDING: frozenset({FindingState.CLOSED, FindingState.TAKEN_UP}),
    FindingState.CLOSED: frozenset({FindingState.OPEN}),
}


class BatchVerdict(TextChoices):
    """What can be said about many findings at once; each closes them."""

    CLOSED = "closed", pgettext_lazy("employer", "Closed")
    MOVED = "moved", _("Moved away")
    DUPLICATE = "duplicate", _("Duplicate of another firm")
    COVERED = "covered", _("Already covered by a joint union")
    NOT_OURS = "not_ours", _("Not for us")


class PlanState(TextChoices):
    """Life of a proposed division into areas."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    UNDONE = "undone", pgettext_lazy("organising", "Taken back")
    DISCARDED = "discarded", _("Discarded")


class HandOverState(TextChoices):
    """Life of a hand-over: made by the desk, given by the old organiser, taken by the new one; called off before its day."""

    PREPARED = "prepared", _("Prepared")
    GIVEN = "given", _("Handed over")
    TAKEN = "taken", _("Taken over")
    REPLACED = "replaced", _("Called off")


class PromiseOutcome(TextChoices):
    """How a promise ended."""

    KEPT = "kept", _("Kept")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlanOutcome(TextChoices):
    """What became of a visit planned for a day."""

    PLANNED = "planned", pgettext_lazy("plan", "To come")
    DONE = "done", pgettext_lazy("plan", "Visited")
    MISSED = "missed", pgettext_lazy("plan", "Missed")
    MOVED = "moved", pgettext_lazy("plan", "Put off")
    DROPPED = "dropped", pgettext_lazy("plan", "Needed no more")


#: Plans that stood when their day came, or stand still.
STANDING_PLANS = frozenset({PlanOutcome.PLANNED, PlanOutcome.DONE, PlanOutcome.MISSED})


class ConflictAnswer(TextChoices):
    """What an organiser says when her visit met a finding that had moved on."""

    ACCEPTED = "accepted", _("It may stay as it is")
    CONTESTED = "contested", _("I saw it otherwise: please look again")


class DutyState(TextChoices):
    """How the duty to visit a union stands in a quarter."""

    DONE = "done", _("Visited")
    DUE = "due", _("To be visited")
    OVERDUE = "overdue", _("Overdue")


class LinkVerdict(TextChoices):
    """What people say about a link the matcher proposed."""

    NONE = "", _("Not judged")
    YES = "yes", _("Right")
    NO = "no", pgettext_lazy("organising", "Wrong")


class CoverSide(TextChoices):
    """Which union covers an employer that has one of its own beside a joint one."""

    OWN = "own", _("Its own union")
    JOINT = "joint", _("The joint union")


class RunState(TextChoices):
    """Life of a comparison."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


#: Work list a finding belongs to after a visit result.
LIST_AFTER_VISIT: dict[VisitResult, WorkList] = {VisitResult.REAL: WorkList.WORK}

#: Results whose verdict a later comparison must respect (until the policy's term is over).
VERDICTS = frozenset({VisitResult.CLOSED, VisitResult.MOVED, VisitResult.COVERED, VisitResult.DUPLICATE})

#: Findings about a union itself: a visit there is a visit to the union. The others are about an employer.
ABOUT_UNION = frozenset({FindingKind.CLOSED_UNION, FindingKind.MOVED_MEMBERS, FindingKind.NOT_MEMBERS})

#: Findings an organiser goes to; the others are settled at the desk.
TO_VISIT = frozenset({FindingKind.NO_UNION, FindingKind.UNCERTAIN_LINK, FindingKind.CLOSED_UNION})

#: What a comparison itself may close a finding for.
CLOSED_BY_COMPARISON = "matched"
CLOSED_BY_FOUNDING = "founded"
CLOSED_BY_DESK = "desk"
CLOSED_BY_VERDICT = "verdict"


@dataclass(frozen=True)
class FindingFacts:
    """What the rules need to know of a finding."""

    state: FindingState
    version: int
    closed_because: str = ""


@dataclass(frozen=True)
class VisitEffect:
    """What a visit does to its finding.

    to_state is None when the finding stays as it is; conflict says why, in a code the page turns into a sentence:
    "closed", "taken_up" or "founding" when somebody had moved on meanwhile, "newer_visit" when a later visit was noted
    before this one arrived.
    """

    to_state: FindingState | None
    conflict: str
    due_on: date | None


def visit_effect(
    finding: FindingFacts,
    result: VisitResult,
    *,
    base_version: int | None,
    noted_on: date,
    again_days: int,
    absent_days: int,
    has_newer_visit: bool = False,
) -> VisitEffect:
    """What follows from a visit, perhaps noted offline against an older version of the finding.

    A visit is never thrown away. It moves the finding unless the desk had gone further meanwhile (closed it, took it
    up, began the founding) or somebody was there later: then what stands stays, and the visit is kept beside it with
    the conflict named. Source: docs/rules/visits.md, whose table a test runs.
    """
    if result == VisitResult.SERVICE:
        return VisitEffect(None, "", None)
    if finding.state == FindingState.FOUNDING:
        return VisitEffect(None, "founding", None)
    to_state = AFTER_VISIT[result]
    changed = base_version is not None and base_version != finding.version
    if has_newer_visit and finding.state not in _DESK_STATES:
        return VisitEffect(None, "newer_visit", None)
    if to_state not in MOVES[finding.state] or (changed and finding.state in _DESK_STATES):
        return VisitEffect(None, finding.state.value, None)
    if result == VisitResult.REFUSES:
        return VisitEffect(to_state, "", noted_on + timedelta(days=again_days))
    if result == VisitResult.NOBODY:
        return VisitEffect(to_state, "", noted_on + timedelta(days=absent_days))
    return VisitEffect(to_state, "", None)


_DESK_STATES = frozenset({FindingState.TAKEN_UP, FindingState.FOUNDING, FindingState.CLOSED})


#: A phone's clock may be off by this much without anybody minding.
CLOCK_TOLERANCE = timedelta(minutes=5)


def clock_fix(sent_at: datetime | None, received_at: datetime) -> timedelta:
    """What to add to a phone's instants: its clock read sent_at when its message reached us at received_at.

    Nothing within the tolerance, or when the phone does not say.
    """
    off = received_at - sent_at if sent_at is not None else timedelta()
    return off if abs(off) > CLOCK_TOLERANCE else timedelta()


def plausible_instant(noted_at: datetime, fix: timedelta, received_at: datetime) -> datetime:
    """The phone's instant put right by `fix`, unless that is ahead of our clock or beyond any calendar: then the
    instant it reached us.
    """
    try:
        return min(noted_at + fix, received_at)
    except OverflowError:
        return received_at


def may_reopen(finding: FindingFacts, *, closed_on: date, on: date, verdict_stands_days: int) -> bool:
    """Whether a closed finding that a comparison finds again is opened.

    Closed by a comparison or a founding: at once. Closed by what somebody saw: after the verdict's term.
    """
    if finding.closed_because in {CLOSED_BY_COMPARISON, CLOSED_BY_FOUNDING}:
        return True
    return on >= closed_on + timedelta(days=verdict_stands_days)


def priority(headcount: int | None, firm_age_years: int | None, confidence: float) -> float:
    """Order of a list: expected members, most first; an unknown head count counts as 10.

    Young firms (under a year) count half: they change most. confidence 0–1: how sure the finding is.
    """
    people = 10 if headcount is None else headcount
    return round(people * confidence * (0.5 if firm_age_years is not None and firm_age_years < 1 else 1.0), 3)
