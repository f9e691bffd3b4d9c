"""What came of applications to join, as whoever sent them in may know it: of the application, never of her life since."""

from collections.abc import Sequence
from datetime import date

from smartunion.core.clock import local_date
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.rules import MembershipState

#: Outcomes after which another may still come.
UNDECIDED = ("asked", "pooled")
_ENDED = {CaseState.REFUSED: "refused", CaseState.WITHDRAWN: "withdrawn"}


def of_cases(cases: Sequence[CaseFile]) -> dict[int, str]:
    """joined, asked, pooled, refused or withdrawn for each case by its key, in one read.

    Whoever waited in the pool and was taken in since has joined.
    """
    approved = {case.person_id for case in cases if case.state == CaseState.APPROVED}
    taken_in: dict[int, date] = {}
    spells = Membership.objects.filter(person__in=approved - {None}, held_as=MembershipState.ACTIVE)
    for person_id, day in spells.order_by("started_on").values_list("person_id", "started_on"):
        taken_in[person_id] = day
    return {case.pk: _of_case(case, taken_in.get(case.person_id or 0)) for case in cases}


def of_case(case: CaseFile) -> str:
    """The same for one."""
    return of_cases([case])[case.pk]


def _of_case(case: CaseFile, last_taken_in: date | None) -> str:
    state = CaseState(case.state)
    if state in _ENDED:
        return _ENDED[state]
    if state != CaseState.APPROVED:
        return "asked"
    return "joined" if last_taken_in and last_taken_in >= local_date(case.created_at) else "pooled"
