"""Words and moves of organising; pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FindingKind(TextChoices):
    """What a comparison found."""

    NO_UNION = "no_union", _("Employer without a union")
    UNCERTAIN_LINK = "uncertain_link", _("Is this union this employer's?")
    CLOSED_UNION = "closed_union", _("Union whose employers have all closed")
    MOVED_MEMBERS = "moved_members", _("Members who work elsewhere now")
    NOT_MEMBERS = "not_members", _("Workers of covered employers who are no members")


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
    CLOSED = "closed", _("Closed")


class VisitResult(TextChoices):
    """What the organiser saw on the spot."""

    REAL = "real", _("Real: no union yet")
    CLOSED = "closed", _("Closed")
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


class LinkVerdict(TextChoices):
    """What people say about a link the matcher proposed."""

    NONE = "", _("Not judged")
    YES = "yes", _("Right")
    NO = "no", _("Wrong")


class RunState(TextChoices):
    """Life of a comparison."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
