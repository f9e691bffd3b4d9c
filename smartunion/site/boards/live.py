"""The coverage board as a live topic."""

from typing import Any

from django.db.models import Max
from django.utils import translation

from smartunion.core.clock import today
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.boards.figures import board
from smartunion.site.live.topics import Topic
from smartunion.systems.organising.models import FindingEvent


def _version(argument: str) -> object:
    """Changes whenever a fact or a finding's event is written, and at midnight."""
    newest = Fact.objects.aggregate(pk=Max("pk"))["pk"], FindingEvent.objects.aggregate(pk=Max("pk"))["pk"]
    return (*newest, today())


def _payload(argument: str) -> dict[str, Any]:
    """The snapshot; argument: union id and language, "12.zh-hans"."""
    pk, _, language = argument.partition(".")
    with translation.override(language or None):
        return board(TradeUnion.objects.select_related("territory").get(pk=int(pk))).live()


TOPIC = Topic("coverage", _version, _payload)
