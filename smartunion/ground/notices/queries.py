"""Reads of the inbox and of the outbox."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from smartunion.core.actor import Actor
from smartunion.ground.notices.models import Delivery, DeliveryState, Notice
from smartunion.ground.notices.templates import TEMPLATES, filled

#: Unread notices shown on one page, and read ones behind them.
UNREAD_SHOWN = 50
PAGE = 20


@dataclass(frozen=True)
class Line:
    """One notice as the inbox shows it, in the reader's language."""

    notice: Notice
    title: str
    body: str


@dataclass(frozen=True)
class Inbox:
    """One page: unread first (on the first page), then what was read, newest first.

    next_before: opens the next page; None on the last.
    """

    unread: list[Line]
    read: list[Line]
    next_before: int | None


def inbox(actor: Actor, *, before: int | None = None) -> Inbox:
    """The actor's own notices; `before` is the id behind which the next page begins."""
    mine = Notice.objects.visible_to(actor)
    seen = mine.exclude(read_at=None).order_by("-id")
    if before is not None:
        seen = seen.filter(pk__lt=before)
    rows = list(seen[: PAGE + 1])
    more = len(rows) > PAGE
    fresh = mine.filter(read_at=None).order_by("-id")[:UNREAD_SHOWN] if before is None else []
    return Inbox(
        [line(n) for n in fresh], [line(n) for n in rows[:PAGE]], rows[PAGE - 1].pk if more else None
    )


def line(notice: Notice) -> Line:
    """A notice in the language now active; the words sent at the time where its template is gone or changed."""
    template = TEMPLATES.get(notice.template)
    if template is not None and get_language() != settings.LANGUAGE_CODE:
        try:
            return Line(notice, filled(template.title, notice.context), filled(template.body, notice.context))
        except KeyError:
            pass  # the template has places now that this notice was sent without
    return Line(notice, notice.title, notice.body)


def unread_count(actor: Actor) -> int:
    """How many unread notices the actor has, counted up to 100."""
    if not actor.is_known:
        return 0
    return Notice.objects.visible_to(actor).filter(read_at=None)[:100].count()


def dead_letters() -> "QuerySet[Delivery, Delivery]":
    """Sendings given up after all tries, latest first."""
    return Delivery.objects.filter(state=DeliveryState.FAILED).select_related("notice").order_by("-id")


def outbox_counts() -> dict[str, int]:
    """How many sendings stand in each state."""
    rows = Delivery.objects.order_by().values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(DeliveryState.values, 0) | dict(rows)
