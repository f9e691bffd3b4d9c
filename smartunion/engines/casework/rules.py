"""States of a case and the allowed moves; pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CaseState(TextChoices):
    """Where a case stands; the step says who has it."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("In progress")
    SUPPLEMENT = "supplement", _("Waiting for the applicant")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


FINAL = frozenset({CaseState.APPROVED, CaseState.REFUSED, CaseState.WITHDRAWN})


class Act(TextChoices):
    """What can be done to a case."""

    SUBMIT = "submit", _("Submit")
    APPROVE = "approve", _("Approve")
    REFUSE = "refuse", _("Refuse")
    RETURN = "return", _("Return for supplement")
    RESUBMIT = "resubmit", _("Send again")
    FORWARD = "forward", _("Forward")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Reopen")
    RATE = "rate", _("Rate")
    NOTE = "note", _("Add a note")


MOVES: dict[CaseState, frozenset[Act]] = {
    CaseState.DRAFT: frozenset({Act.SUBMIT, Act.WITHDRAW}),
    CaseState.OPEN: frozenset({Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD, Act.WITHDRAW, Act.NOTE, Act.RESUBMIT}),
    CaseState.SUPPLEMENT: frozenset({Act.RESUBMIT, Act.WITHDRAW, Act.REFUSE, Act.NOTE}),
    CaseState.APPROVED: frozenset({Act.RATE, Act.REOPEN, Act.NOTE}),
    CaseState.REFUSED: frozenset({Act.RATE, Act.REOPEN, Act.NOTE}),
    CaseState.WITHDRAWN: frozenset({Act.NOTE}),
}
