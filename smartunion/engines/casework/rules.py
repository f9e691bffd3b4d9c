"""States of a case and the allowed moves; pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseState(TextChoices):
    """Where a case stands; the step says who has it.

    OPEN: an office holds it. SUPPLEMENT: the applicant holds it, either because a step is hers (an election to
    report) or because an office returned it with a list of what is missing. HELD: an office waits for something outside; the clock
    stands still and everybody can read why.
    """

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("In progress")
    SUPPLEMENT = "supplement", _("Waiting for the applicant")
    HELD = "held", _("On hold")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Rung(TextChoices):
    """How far a service has come on the ladder that ends in 免申即享."""

    APPLY = "apply", _("On application")
    PREFILLED = "prefilled", _("Filled in beforehand")
    ONE_TAP = "one_tap", _("One tap")
    GRANTED = "granted", _("Without application")


class Verdict(TextChoices):
    """What a second look at a decision found."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", _("Wrong")


FINAL = frozenset({CaseState.APPROVED, CaseState.REFUSED, CaseState.WITHDRAWN})
#: Ended without what was asked for: to be asked for again.
ENDED_WITHOUT = frozenset({CaseState.REFUSED, CaseState.WITHDRAWN})
#: Sent and not ended.
RUNNING = frozenset({CaseState.OPEN, CaseState.SUPPLEMENT, CaseState.HELD})


class Act(TextChoices):
    """What can be done to a case."""

    SUBMIT = "submit", _("Submit")
    APPROVE = "approve", _("Approve")
    REFUSE = "refuse", _("Refuse")
    RETURN = "return", _("Return for supplement")
    RESUBMIT = "resubmit", _("Resubmit")
    FORWARD = "forward", _("Forward")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Reopen")
    RATE = "rate", _("Rate")
    NOTE = "note", _("Add a note")
    ASSIGN = "assign", _("Assign")
    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    HOLD = "hold", _("Put on hold")
    RESUME = "resume", pgettext_lazy("case", "Go on")
    APPEAL = "appeal", _("Appeal")
    URGE = "urge", pgettext_lazy("case", "Urge")


MOVES: dict[CaseState, frozenset[Act]] = {
    CaseState.DRAFT: frozenset({Act.SUBMIT, Act.WITHDRAW}),
    CaseState.OPEN: frozenset(
        {
            Act.APPROVE,
            Act.REFUSE,
            Act.RETURN,
            Act.FORWARD,
            Act.WITHDRAW,
            Act.NOTE,
            Act.ASSIGN,
            Act.AGREE,
            Act.DISAGREE,
            Act.HOLD,
            Act.URGE,
        }
    ),
    CaseState.HELD: frozenset({Act.RESUME, Act.WITHDRAW, Act.NOTE, Act.ASSIGN, Act.URGE}),
    CaseState.SUPPLEMENT: frozenset({Act.RESUBMIT, Act.WITHDRAW, Act.REFUSE, Act.NOTE, Act.ASSIGN}),
    CaseState.APPROVED: frozenset({Act.RATE, Act.REOPEN, Act.NOTE}),
    CaseState.REFUSED: frozenset({Act.RATE, Act.REOPEN, Act.NOTE, Act.APPEAL}),
    CaseState.WITHDRAWN: frozenset({Act.NOTE}),
}

#: Acts that must say why.
NEEDS_REASON = frozenset(
    {Act.REFUSE, Act.RETURN, Act.FORWARD, Act.REOPEN, Act.NOTE, Act.HOLD, Act.DISAGREE, Act.APPEAL}
)
#: Acts that change nothing but the history, so the clock and the queue stay as they are.
STILL = frozenset({Act.NOTE, Act.ASSIGN, Act.RATE, Act.AGREE, Act.DISAGREE, Act.URGE})
#: Acts that decide: whoever did one may not decide the appeal against it.
DECIDING = frozenset({Act.APPROVE, Act.REFUSE, Act.RETURN, Act.AGREE, Act.DISAGREE})

#: States a definition may give its own words for.
TEXT_STATES = frozenset(
    {"submitted", "supplement", "approved", "refused", "withdrawn", "reopened", "held", "appealed"}
)
#: Places those words may hold.
TEXT_PLACES = frozenset({"title", "reference", "union", "reason", "due", "name", "employer", "step"})

#: Satisfaction, from not at all (1) to very (5).
RATINGS: Final = range(1, 6)
