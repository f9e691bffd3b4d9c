"""Many rows at once: what was picked becomes one background job."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.ids import row_ids
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job
from smartunion.core.listing.keyset import Rows
from smartunion.core.listing.listing import BulkAction, Listing


def start(
    *, listing: Listing, actor: Actor, action_key: str, picked: Sequence[str], everything: bool, rows: Rows,
    at: datetime,
) -> Job | str:  # fmt: skip
    """Enqueue a bulk action on the picked rows, or on every row of `rows` (already cut to what the actor sees).

    The job's handler does the work through the room's flow, row by row. An action that asks for more first returns the
    address of its page instead. Raises NotAllowed, InvalidInput.
    """
    action = next((one for one in listing.bulk_for(actor) if one.key == action_key), None)
    if action is None:
        raise NotAllowed
    ids = _ids(action, picked, everything, rows)
    if action.go is not None:
        return action.go(actor, ids, at)
    title = f"{action.label}（{len(ids)}）"
    payload = {"action": action.key, "list": listing.key, "ids": ids}
    return enqueue(actor=actor, kind=action.kind, title=title, payload=payload, at=at)


def _ids(action: BulkAction, picked: Sequence[str], everything: bool, rows: Rows) -> list[int | str]:
    if not everything:
        wanted = row_ids(dict.fromkeys(picked))
        rows = rows.filter(pk__in=wanted[: action.limit + 1])
    ids = [_plain(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[: action.limit + 1]]
    if not ids:
        raise InvalidInput(
            _("No rows were picked, or they are no longer in the list."),
            remedy=_("Tick the rows first, then choose what to do."), field="pick",
        )  # fmt: skip
    if len(ids) > action.limit:
        raise InvalidInput(
            _("These are more than %(limit)s rows.") % {"limit": action.limit},
            remedy=_("Narrow the list with a filter and do it in parts."), field="pick",
        )  # fmt: skip
    return ids


def _plain(pk: object) -> int | str:
    return pk if isinstance(pk, int) else str(pk)
