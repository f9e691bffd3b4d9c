"""How memberships may change, and why; pure. Source: domain rules 5.1, 5.5."""

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.rules.lists import EmploymentStatus
from smartunion.ground.registry.rules.text import labels
from smartunion.ground.registry.rules.words import ChangeReason, ChangeType, MembershipState

R = ChangeReason
#: Reasons that make sense with each change; everything else is refused (5 belongs to 6, 6 to 5 on the form).
REASONS: dict[ChangeType, frozenset[ChangeReason]] = {
    ChangeType.LEFT: frozenset({R.OWN_WISH, R.DECEASED, R.RETIRED, R.DUES_UNPAID}),
    ChangeType.EXPELLED: frozenset({R.CRIME}),
    ChangeType.TRANSFERRED_OUT: frozenset(
        {R.NONE, R.EMPLOYMENT_CHANGED, R.EMPLOYER_BANKRUPT, R.EMPLOYER_CLOSED, R.UNION_FOUNDED, R.UNION_CLOSED}
    ),
    ChangeType.RETAINED: frozenset(
        {R.NONE, R.UNEMPLOYED, R.RETIRED, R.EMPLOYER_BANKRUPT, R.EMPLOYER_CLOSED, R.MILITARY, R.EMPLOYMENT_CHANGED,
         R.UNION_CLOSED}
    ),
    ChangeType.JOINED: frozenset({R.NONE}),
    ChangeType.TRANSFERRED_IN: frozenset({R.NONE, R.EMPLOYMENT_CHANGED, R.UNION_FOUNDED, R.UNION_CLOSED}),
    ChangeType.RESTORED: frozenset({R.NONE, R.EMPLOYMENT_CHANGED}),
    ChangeType.ADMITTED: frozenset({R.NONE, R.UNION_FOUNDED, R.EMPLOYMENT_CHANGED}),
}  # fmt: skip

#: Reasons of the form after which a membership goes on as it is, with the employment to be recorded instead.
UNCHANGED_BY = {R.LAID_OFF_WAITING: EmploymentStatus.LAID_OFF}

#: How a running spell of each state may end.
ENDINGS: dict[MembershipState, frozenset[ChangeType]] = {
    MembershipState.ACTIVE: frozenset(
        {ChangeType.RETAINED, ChangeType.TRANSFERRED_OUT, ChangeType.EXPELLED, ChangeType.LEFT}
    ),
    MembershipState.RETAINED: frozenset(
        {ChangeType.RESTORED, ChangeType.TRANSFERRED_OUT, ChangeType.EXPELLED, ChangeType.LEFT}
    ),
    MembershipState.PREPARATORY: frozenset(
        {ChangeType.ADMITTED, ChangeType.TRANSFERRED_OUT, ChangeType.LEFT}
    ),
    MembershipState.ENDED: frozenset(),
}

MOVES: dict[MembershipState, frozenset[MembershipState]] = {
    MembershipState.PREPARATORY: frozenset({MembershipState.ACTIVE, MembershipState.ENDED}),
    MembershipState.ACTIVE: frozenset({MembershipState.RETAINED, MembershipState.ENDED}),
    MembershipState.RETAINED: frozenset({MembershipState.ACTIVE, MembershipState.ENDED}),
    MembershipState.ENDED: frozenset(),
}


class StaysMember(InvalidInput):
    """Nobody is retained for being laid off within her unit, or retired there before her time."""

    code = "stays_member"

    def __init__(self) -> None:
        super().__init__(
            _("Whoever is laid off within the unit, or retired there before her time, stays a member as she is."),
            remedy=_("Leave the membership and record it as her employment: “%(laid_off)s” or “%(early)s”.")
            % {"laid_off": EmploymentStatus.LAID_OFF.label, "early": EmploymentStatus.EARLY_RETIRED.label},
            field="reason",
        )  # fmt: skip


def check_ending(state: MembershipState, change: ChangeType, reason: ChangeReason) -> None:
    """Whether a spell in this state may end by this change for this reason.

    Raises InvalidInput naming end_type or reason. Source: domain rules 5.1, 5.5.
    """
    if change not in ENDINGS[state]:
        raise InvalidInput(
            _("“%(change)s” cannot follow “%(state)s”.") % {"change": change.label, "state": state.label},
            remedy=_("Choose one of: %(allowed)s.") % {"allowed": labels(ENDINGS[state], ChangeType)},
            field="end_type",
        )
    check_reason(change, reason)


def check_reason(change: ChangeType, reason: ChangeReason) -> None:
    """Whether a change may have this reason.

    Raises InvalidInput naming reason. Source: domain rules 5.1; 5.5 for who stays a member as she is.
    """
    if change == ChangeType.RETAINED and reason in UNCHANGED_BY:
        raise StaysMember
    if reason not in REASONS[change]:
        raise InvalidInput(
            _("The reason “%(reason)s” does not fit “%(change)s”.")
            % {"reason": reason.label, "change": change.label},
            remedy=_("Choose one of: %(allowed)s.") % {"allowed": labels(REASONS[change], ChangeReason)},
            field="reason",
        )
