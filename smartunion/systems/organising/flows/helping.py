"""Help with joining: who typed an application for somebody else."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.systems.organising.flows.joining import Joined
from smartunion.systems.organising.models import JoinHelp


@transaction.atomic
def note_help(*, actor: Actor, answer: Joined, client_id: UUID, at: datetime) -> JoinHelp | None:
    """Keep that the actor typed this application for somebody else; None when she did not, or it made no case.

    A case that stood before this sending was typed by somebody else. Safe to repeat; the applicant sees it in her record.
    """
    case, person = answer.case, answer.person
    if case is None or person is None or case.client_id != client_id:
        return None
    if actor.user_id is None or actor.person_id == person.pk:
        return None
    help_given, is_new = JoinHelp.objects.get_or_create(
        case=case, defaults={"user_id": actor.user_id, "on": local_date(at)}
    )
    if is_new:
        audit.record(actor, "organising.join_helped", case, at=at, owner_person_id=person.pk)
    return help_given
