"""The funnel found → verified → visited → founded → joined, and progress of targets: sums over facts."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts import queries as facts
from smartunion.systems.organising.models import Target

#: Stages in order: fact kind, label.
STAGES: tuple[tuple[str, Promise], ...] = (
    ("organising.finding_found", _("Found")),
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


@dataclass(frozen=True)
class Progress:
    """How far a target is: done is a sum over facts, pct 0–… of the agreed number."""

    target: Target
    done: int
    pct: int


def progress(targets: list[Target]) -> list[Progress]:
    """Progress of each target; one statement per kind and period, whatever the number of targets."""
    groups: dict[tuple[str, date, date], list[Target]] = {}
    for target in targets:
        groups.setdefault((target.fact_kind, target.starts_on, target.ends_on), []).append(target)
    done: dict[int, int] = {}
    for (kind, starts_on, ends_on), members in groups.items():
        until = date.fromordinal(ends_on.toordinal() + 1)
        sums = facts.by_path(
            kind, [target.path for target in members if target.drive_id is None], starts_on, until
        )
        for target in members:
            done[target.pk] = (
                facts.total_for_drive(kind, target.drive_id)
                if target.drive_id is not None
                else sums[target.path]
            )
    return [Progress(t, done[t.pk], done[t.pk] * 100 // max(t.quantity, 1)) for t in targets]
