"""Looking at one starred answer of a case: with a reason, and so that its owner can see who looked."""

from datetime import datetime

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed, NotVisible
from smartunion.engines.casework.answers.showing import Line, line_of
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.queries.pages import case_page
from smartunion.ground.registry.service import people


def may_look(loaded: Loaded) -> bool:
    """Whether this officer may have starred answers in clear: who handles the case and may see whole numbers there."""
    return Side.DESK in loaded.sides and loaded.actor.can("members.reveal", path=loaded.case.path)


@transaction.atomic
def show_answer(*, case_id: int, key: str, actor: Actor, reason: str, at: datetime) -> Line:
    """One starred answer in clear; the look is in the audit trail before the value is given out.

    Raises NotVisible (no such answer, or none that is starred), NotAllowed; InvalidInput naming reason.
    Source: Personal Information Protection Law art. 51, 55.
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    page = case_page(loaded, is_masked=True, sees_all=True)
    starred = {line.key for block in page.blocks for line in block.lines if line.is_starred}
    field = next((one for one in loaded.definition.all_fields if one.key == key and key in starred), None)
    if field is None:
        raise NotVisible
    if not may_look(loaded):
        raise NotAllowed
    audit.record(
        actor, "casework.answer_shown", loaded.case, at=at, owner_person_id=loaded.case.person_id,
        reason=people.checked_reason(reason), data={"service": loaded.case.service_key, "field": key},
    )  # fmt: skip
    return line_of(field, loaded.data.answers()[key], is_masked=False)
