"""What the office has done so far about differences from the extracts, so that every tab of the queue has something."""

from datetime import datetime

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError
from smartunion.ground.registry.models import MergeKind
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import State

#: Of so many in a row one is taken, one kept, one asked about; the others still wait.
_EVERY, _MOST = 9, 45
_SEEN = {MergeKind.EMPLOYER: "已核对营业执照", MergeKind.PERSON: "已与本人核对"}


def decide_some(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Decide about some of the open corrections of each kind. Returns counts by what was done."""
    counts = {"taken": 0, "kept": 0, "asked": 0}
    for kind, seen in _SEEN.items():
        waiting = Discrepancy.objects.filter(kind=kind, state=State.OPEN).order_by("pk")[:_MOST]
        for number, pk in enumerate(waiting.values_list("pk", flat=True)):
            try:
                if number % _EVERY == 1:
                    correcting.take(actor=actor, item_id=pk, reason=seen, at=at)
                    counts["taken"] += 1
                elif number % _EVERY == 4:
                    correcting.keep(actor=actor, item_id=pk, reason=f"{seen}，以我方登记为准", at=at)
                    counts["kept"] += 1
                elif number % _EVERY == 7:
                    asking.ask(actor=actor, item_id=pk, note="请核实", at=at)
                    counts["asked"] += 1
            except DomainError:
                continue  # a code that another record has, or a union without a chair: it goes on waiting
    return counts
