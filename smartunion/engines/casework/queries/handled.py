"""Who has handled a case: nobody of them looks at it a second time or pays what it granted."""

from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.rules import DECIDING, Act

#: Acts by which an officer takes part in a case; handing it on, giving it out and notes are none.
HANDLING = DECIDING | {Act.HOLD, Act.RESUME}


def handlers_of(case_id: int) -> frozenset[int]:
    """Accounts that decided a step of the case, spoke in one, held it up, or filled it in for somebody else."""
    acts = Q(act__in=HANDLING) | Q(act=Act.SUBMIT, case__on_behalf=True)
    rows = CaseEvent.objects.filter(acts, case=case_id).exclude(user_id=None)
    return frozenset(
        user_id for user_id in rows.values_list("user_id", flat=True).distinct() if user_id is not None
    )


def is_concerned(case: CaseFile, actor: Actor) -> bool:
    """Whether the actor handled the case, or it is her own."""
    if actor.person_id is not None and case.person_id == actor.person_id:
        return True
    return actor.user_id is not None and (
        actor.user_id == case.user_id or actor.user_id in handlers_of(case.pk)
    )
