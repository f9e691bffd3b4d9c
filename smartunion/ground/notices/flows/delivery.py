"""The outbox: what is due is sent, tried again with growing pauses, and in the end given to the operator."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible, StaleState
from smartunion.ground.notices import senders
from smartunion.ground.notices.addresses import Address, address_of
from smartunion.ground.notices.models import Delivery, DeliveryState
from smartunion.ground.notices.rules import end_of_quiet, pause_after
from smartunion.ground.notices.senders import Outgoing, SendRejected
from smartunion.ground.notices.templates import TEMPLATES

log = logging.getLogger(__name__)
#: A worker that died while sending holds a delivery no longer than this.
HELD: Final = timedelta(minutes=2)


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Send what is due, oldest first; returns how many were looked at. Several workers share the work."""
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=at).order_by("next_at", "id")
    rows = list(due.select_related("notice")[:limit])
    for row in rows:
        deliver(row, at=at)
    return len(rows)


def deliver(row: Delivery, *, at: datetime) -> None:
    """Send one, unless another worker has it, nobody can be reached there, or the quiet hours have begun."""
    notice = row.notice
    address = address_of(notice.person_id, notice.user_id, clock.local_date(at))
    if not address.on(row.channel):
        _move(row, state=DeliveryState.SKIPPED, error=_("No number, address or WeChat is known"))
        return
    template = TEMPLATES.get(notice.template)
    wait = None if template is not None and template.urgent else end_of_quiet(localtime(at), address.quiet)
    if wait is not None:
        _move(row, next_at=wait)
    elif _move(row, attempts=row.attempts + 1, next_at=at + HELD):
        row.refresh_from_db()
        _send(row, address, at)


@transaction.atomic
def retry(*, actor: Actor, delivery_id: int, at: datetime) -> None:
    """Put a sending that was given up back into the outbox, with all its tries.

    Raises NotAllowed, NotVisible, StaleState when it is no longer given up.
    """
    _given_up(
        actor,
        delivery_id,
        at,
        "notices.delivery_retried",
        state=DeliveryState.WAITING,
        attempts=0,
        next_at=at,
        error="",
    )


@transaction.atomic
def drop(*, actor: Actor, delivery_id: int, at: datetime) -> None:
    """Let a sending that was given up rest; the inbox copy stays. Raises as `retry` does."""
    _given_up(actor, delivery_id, at, "notices.delivery_dropped", state=DeliveryState.SKIPPED)


def _send(row: Delivery, address: Address, at: datetime) -> None:
    notice = row.notice
    message = Outgoing(
        id=f"n{row.pk}", channel=row.channel, to=address.on(row.channel), title=notice.title, body=notice.body,
        link=notice.link, template=notice.template, context=notice.context,
    )  # fmt: skip
    try:
        senders.sender_for(row.channel).send(message)
    except SendRejected as reason:
        _move(row, state=DeliveryState.FAILED, error=str(reason)[:200])
    except Exception as reason:  # noqa: BLE001  one bad message or provider must not stop the outbox
        pause = pause_after(row.attempts)
        log.warning("notices.not_sent delivery=%s attempt=%s", row.pk, row.attempts)
        text = str(reason) if isinstance(reason, senders.SendFailed) else type(reason).__name__
        values = {"next_at": at + pause} if pause else {"state": DeliveryState.FAILED}
        _move(row, error=text[:200], **values)
    else:
        _move(row, state=DeliveryState.SENT, sent_at=at, error="")


def _move(row: Delivery, **values: object) -> bool:
    """Compare-and-set on state and tries: of two workers one wins."""
    still = Delivery.objects.filter(
        pk=row.pk, state=DeliveryState.WAITING, attempts=row.attempts, next_at=row.next_at
    )
    return still.update(**values) == 1


def _given_up(actor: Actor, delivery_id: int, at: datetime, event: str, **values: object) -> None:
    actor.check_can("settings.edit")
    row = Delivery.objects.filter(pk=delivery_id).first()
    if row is None:
        raise NotVisible
    if Delivery.objects.filter(pk=row.pk, state=DeliveryState.FAILED).update(**values) != 1:
        raise StaleState(
            _("This message is no longer among those given up."),
            remedy=_("Reload the page to see where it is."),
        )
    audit.record(actor, event, row, at=at, data={"channel": row.channel, "attempts": row.attempts})
