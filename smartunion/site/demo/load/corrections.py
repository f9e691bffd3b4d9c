"""What the office has done so far about differences from the extracts, so that every tab of the queue has something."""

from datetime import datetime

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import State

#: Of so many in a row one is taken, one kept, one asked about; the others still wait.
_EVERY = 9


def decide_some(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Decide about a third of the open corrections. Returns counts by what was done."""
    counts = {"taken": 0, "kept": 0, "asked": 0}
    waiting = Discrepancy.objects.filter(state=State.OPEN).order_by("pk")
    for number, pk in enumerate(waiting.values_list("pk", flat=True)):
        try:
            if number % _EVERY == 1:
                correcting.take(actor=actor, item_id=pk, reason="已核对营业执照", at=at)
                counts["taken"] += 1
            elif number % _EVERY == 4:
                correcting.keep(actor=actor, item_id=pk, reason="单位来电确认以我方登记为准", at=at)
                counts["kept"] += 1
            elif number % _EVERY == 7:
                asking.ask(actor=actor, item_id=pk, note="请核实", at=at)
                counts["asked"] += 1
        except DomainError:
            continue  # a code that another record has, or a union without a chair: it goes on waiting
    return counts
