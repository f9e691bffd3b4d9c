"""Reads of the guide: one's own question again, and what cadres look at."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import NotVisible
from smartunion.core.ways import ways
from smartunion.engines.casework import service as casework
from smartunion.systems.guide import knowledge
from smartunion.systems.guide.cards import Card, cards
from smartunion.systems.guide.models import Asked

#: Questions to begin with, for somebody who does not know what to ask.
SUGGESTIONS = (
    _("How do I join the union?"), _("My boss has not paid me for two months"), _("Hurt on the way to work: is it a work injury?"),
    _("Where is the nearest union?"), _("How many days of annual leave do I have?"),
)  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """How the guide does. Numbers of questions still kept; helped_pct: of those that said, None when nobody did."""

    asked: int
    unsure: int
    handed: int
    helped: int
    not_helped: int

    @property
    def helped_pct(self) -> int | None:
        """Share of “this helped” among all who said, 0–100."""
        said = self.helped + self.not_helped
        return round(100 * self.helped / said) if said else None


def asked_by_token(token: UUID | None, at: datetime) -> Asked:
    """The question somebody holds the token of. Raises NotVisible when there is none or its time is over."""
    found = Asked.objects.filter(token=token, expires_on__gte=local_date(at)).first() if token else None
    if found is None:
        raise NotVisible
    return found


def again(asked: Asked, actor: Actor) -> list[Card]:
    """The answers to a kept question, found anew."""
    return cards(knowledge.guide().answer(asked.text).rows, actor=actor)


def tally(actor: Actor) -> Tally:
    """One statement over the questions kept."""
    counted = Asked.objects.visible_to(actor).aggregate(
        n_asked=Count("pk"), n_unsure=Count("pk", filter=Q(is_sure=False)),
        n_handed=Count("pk", filter=Q(handed_at__isnull=False)), n_helped=Count("pk", filter=Q(helped=True)),
        n_not_helped=Count("pk", filter=Q(helped=False)),
    )  # fmt: skip
    return Tally(**{key.removeprefix("n_"): number for key, number in counted.items()})


def targets(actor: Actor) -> list[tuple[str, str]]:
    """What everyday words may lead to, as (kind:id, title): every service, in the order of the catalogue; pages behind them."""
    services = [
        (f"service:{one.definition.key}", str(one.definition.title)) for one in casework.offers(actor)
    ]
    return services + [(f"service:{way.key}", str(way.title)) for way in ways()]
