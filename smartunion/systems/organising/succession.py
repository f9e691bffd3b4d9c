"""Joining codes of a union that ends: printed posters go on working and bring people to its successor."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.registry.consequences import Consequence, Succession
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models import JoiningDrive


def _count(union: TradeUnion) -> int:
    return JoiningDrive.objects.filter(union=union, closed_at=None).count()


def _carry(journal: Journal, succession: Succession) -> int:
    heir = succession.successor
    codes = JoiningDrive.objects.filter(union=succession.union, closed_at=None)
    return journal.update(codes, union=heir, path=heir.path)


DRIVES = Consequence(
    key="drives",
    label=_("Joining codes"),
    effect=_("Printed codes go on working and lead to the successor"),
    count=_count,
    carry=_carry,
)
