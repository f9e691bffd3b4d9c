"""Reads of sources: the day of their last extract and when the next is expected."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.engines.feeds.models import SnapshotState, Source

#: More sources than this stand on no page.
MOST = 100


@dataclass(frozen=True)
class Expected:
    """A source with the day its newest usable extract was drawn, None without one, and the day it is seen from."""

    source: Source
    last_as_of: date | None
    today: date

    @property
    def due_on(self) -> date | None:
        """When the next extract is expected: so many days after the last one, or after the source was named."""
        if self.source.every_days is None:
            return None
        begun = self.last_as_of or local_date(self.source.created_at)
        return begun + timedelta(days=self.source.every_days)

    @property
    def days_late(self) -> int:
        """Days since the extract was expected; 0 while it is not late, or none is."""
        return max(0, (self.today - self.due_on).days) if self.due_on else 0


def sources(actor: Actor, today: date) -> list[Expected]:
    """Sources in reach by kind and name; one query."""
    rows = Source.objects.filter(actor.within("feeds.import")).order_by("table", "name", "pk")
    return _expected(rows.select_related("union"), today)[:MOST]


def late(today: date) -> list[Expected]:
    """Every source whose extract is late; one query."""
    rows = Source.objects.exclude(every_days=None).order_by("pk")
    return [one for one in _expected(rows, today) if one.days_late]


def _expected(rows: QuerySet[Source], today: date) -> list[Expected]:
    usable = Q(snapshots__state=SnapshotState.READY)
    told = rows.annotate(last_as_of=Max("snapshots__as_of", filter=usable))
    return [Expected(row, row.last_as_of, today) for row in told]
