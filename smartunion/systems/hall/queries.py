"""Reads of certificates and of exports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.reading import get_visible
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.systems.hall.models import Proof

#: How long a granted export can be downloaded.
OPEN_FOR = timedelta(days=7)


def proofs_of(actor: Actor) -> list[Proof]:
    """One's own certificates, newest first."""
    return list(Proof.objects.filter(person_id=actor.person_id or -1).order_by("-pk")[:50])


def proof_for(actor: Actor, number: str) -> Proof:
    """One certificate of one's own, or of a member the actor sees. Raises NotVisible."""
    found = Proof.objects.visible_to(actor).filter(number=number.upper()).first()
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True)
class Export:
    """A granted export: until when it can be downloaded."""

    case: CaseFile
    until: datetime
    is_open: bool


def export_for(actor: Actor, case_id: int, at: datetime) -> Export:
    """The export granted to this very person; nobody else ever sees it. Raises NotVisible."""
    own = CaseFile.objects.filter(
        person_id=actor.person_id or -1, service_key="data_export", state=CaseState.APPROVED
    )
    case = get_visible(own, case_id)
    if case.closed_at is None:
        raise NotVisible
    until = case.closed_at + OPEN_FOR
    return Export(case, until, at < until)
