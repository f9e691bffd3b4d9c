"""The funnel found → verified → visited → founded → joined: sums over facts."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.ground.facts import queries as facts

#: Stages in order: fact kind, label.
STAGES: tuple[tuple[str, Promise], ...] = (
    ("organising.finding_found", pgettext_lazy("organising", "Found")),
    ("organising.finding_verified", _("Verified")),
    ("organising.finding_visited", _("Visited")),
    ("registry.union_founded", _("Unions founded")),
    ("registry.member_joined", _("Members joined")),
)


@dataclass(frozen=True)
class Stage:
    """One stage: its fact kind, label and sum in the period."""

    kind: str
    label: Promise
    quantity: int


def funnel(path: str, since: date | None = None, until: date | None = None) -> list[Stage]:
    """The five stages of a subtree on days [since, until), one statement."""
    sums = facts.totals([kind for kind, _label in STAGES], path, since, until)
    return [Stage(kind, label, sums[kind]) for kind, label in STAGES]
