"""What came of an application to join, as whoever sent it in may know it: of the application, never of her life since."""

from smartunion.core.clock import local_date
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.rules import MembershipState

_ENDED = {CaseState.REFUSED: "refused", CaseState.WITHDRAWN: "withdrawn"}


def of_case(case: CaseFile) -> str:
    """joined, asked, pooled, refused or withdrawn: whoever waited in the pool and was taken in since has joined."""
    state = CaseState(case.state)
    if state in _ENDED:
        return _ENDED[state]
    if state != CaseState.APPROVED:
        return "asked"
    day = local_date(case.created_at)
    taken_in = Membership.objects.filter(
        person=case.person_id, held_as=MembershipState.ACTIVE, started_on__gte=day
    )
    return "joined" if taken_in.exists() else "pooled"
