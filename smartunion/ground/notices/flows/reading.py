"""What a reader does with her inbox. Senders are never told who read what (domain rules 5.21)."""

from datetime import datetime

from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.ground.notices.models import Notice


def open_notice(*, actor: Actor, notice_id: int, at: datetime) -> Notice:
    """Mark one's own notice as read and return it. Raises NotVisible."""
    notice = get_visible(Notice.objects.visible_to(actor), notice_id)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


def read_all(*, actor: Actor, up_to: int, at: datetime) -> int:
    """Mark one's own notices as read, up to the newest the page showed; returns how many were unread."""
    return Notice.objects.visible_to(actor).filter(read_at=None, pk__lte=up_to).update(read_at=at)
