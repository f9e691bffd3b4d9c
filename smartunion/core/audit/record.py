"""Writing the audit trail. Called inside the flow's transaction, so that act and trace stand or fall together."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from smartunion.core import bulk
from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.together import Shelf


def record(
    actor: Actor,
    event: str,
    subject: Model | None = None,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    owner_person_id: int | None = None,
    on_behalf_of: int | None = None,
) -> AuditEvent:
    """Append one event. `data` must hold no plain personal data: ids, field names, counts, masked values.

    Bulk paths write one event a batch with counts and an import or job id. Inside `together` it has no key yet.
    """
    row = AuditEvent(
        at=at,
        event=event,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        user_id=actor.user_id,
        actor_name=actor.name[:80],
        on_behalf_of=on_behalf_of,
        owner_person_id=owner_person_id,
        reason=reason[:200],
        source=actor.source,
        request_id=actor.request_id,
        data=dict(data or {}),
    )
    row.digest = digest(row)
    if not _TRAIL.keep(row):
        row.save(force_insert=True)
    return row


def _write(rows: Sequence[AuditEvent]) -> None:
    bulk.insert(AuditEvent, _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))


_TRAIL = Shelf(_write)
_COLUMNS = (
    "at", "event", "subject_type", "subject_id", "user_id", "actor_name", "on_behalf_of", "owner_person_id", "reason",
    "source", "request_id", "data", "digest",
)  # fmt: skip


def digest(row: AuditEvent) -> str:
    """A keyed digest of the row's content: an edited row no longer fits. Chaining rows would serialise writers."""
    content = json.dumps(
        [row.at.isoformat(), row.event, row.subject_type, row.subject_id, row.user_id, row.actor_name,
         row.on_behalf_of, row.owner_person_id, row.reason, row.source, row.request_id, row.data],
        ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    return hashlib.blake2b(
        content.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=32
    ).hexdigest()
