"""Two records that are one thing: which value and which membership stay; pure. See docs/rules/merging.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from smartunion.ground.registry.rules.words import MembershipState

#: A membership that runs counts more than one that is kept, and that more than a place in the holding pool.
_RANK = {MembershipState.ACTIVE: 2, MembershipState.RETAINED: 1, MembershipState.PREPARATORY: 0}


@dataclass(frozen=True)
class Spell:
    """A membership spell [started_on, ended_on); state: what it was held as."""

    pk: int
    union_id: int
    state: MembershipState
    started_on: date
    ended_on: date | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has no end."""
        return self.ended_on is None

    def overlaps(self, other: "Spell") -> bool:
        """Whether some day belongs to both."""
        last = min(self.ended_on or date.max, other.ended_on or date.max)
        return max(self.started_on, other.started_on) < last


class SpellFate(StrEnum):
    """What becomes of a spell when records are merged."""

    KEPT = "kept"
    ENDED = "ended"
    DROPPED = "dropped"


@dataclass(frozen=True)
class SpellPlan:
    """The fate of one spell; because_of: the kept spell that decided it; until: the new end of an ended one."""

    spell: Spell
    fate: SpellFate
    because_of: int | None = None
    until: date | None = None


def running_default(spells: Sequence[Spell]) -> int | None:
    """The running spell proposed to stay; None when none runs.

    A membership before a retained one before a place in the pool; then the one begun last, since membership follows the
    labour relation; of several in that union the one begun first, since it is the same membership. Ties: lowest key.
    """
    running = [spell for spell in spells if spell.is_running]
    if not running:
        return None
    best = max(running, key=lambda spell: (_RANK[spell.state], spell.started_on, -spell.pk))
    same = [spell for spell in running if (spell.union_id, spell.state) == (best.union_id, best.state)]
    return min(same, key=lambda spell: (spell.started_on, spell.pk)).pk


def plan_spells(spells: Sequence[Spell], *, keep: int | None = None) -> list[SpellPlan]:
    """What becomes of each spell of records that are one person, so that no day counts twice; in order of start.

    keep: the running spell that stays, else running_default. A spell that began before the one it overlaps ends the day
    that one began; one that lies within another, or is the same running membership of one union, is dropped.
    Source: membership rules 2016: one joining, dynamic transfer; nobody is a member twice.
    """
    keep = running_default(spells) if keep is None else keep
    order = sorted(
        spells,
        key=lambda one: (one.pk != keep, -one.started_on.toordinal(), one.ended_on is not None, one.pk),
    )
    kept: list[Spell] = []
    plans: list[SpellPlan] = []
    for spell in order:
        across = [other for other in kept if spell.overlaps(other)]
        plan = _fate(spell, across)
        plans.append(plan)
        if plan.fate is not SpellFate.DROPPED:
            kept.append(replace(spell, ended_on=plan.until) if plan.until else spell)
    return sorted(plans, key=lambda plan: (plan.spell.started_on, plan.spell.pk))


def _fate(spell: Spell, across: Sequence[Spell]) -> SpellPlan:
    if not across:
        return SpellPlan(spell, SpellFate.KEPT)
    first = min(across, key=lambda other: (other.started_on, other.pk))
    same = [
        one for one in across if one.is_running and (one.union_id, one.state) == (spell.union_id, spell.state)
    ]
    if spell.is_running and same:
        return SpellPlan(spell, SpellFate.DROPPED, same[0].pk)
    if spell.started_on >= first.started_on:
        return SpellPlan(spell, SpellFate.DROPPED, first.pk)
    return SpellPlan(spell, SpellFate.ENDED, first.pk, first.started_on)


@dataclass(frozen=True)
class Told:
    """One record's value of a field. value: "" or None when it has none; is_proven: somebody showed that it is true."""

    record: int
    value: object
    is_proven: bool
    said_at: datetime


class Because(StrEnum):
    """Why a value is proposed."""

    SAME = "same"
    ONLY = "only"
    PROVEN = "proven"
    NEWEST = "newest"
    NONE = "none"


@dataclass(frozen=True)
class Choice:
    """The proposed record for a field, and why."""

    record: int
    because: Because


def choose(told: Sequence[Told], *, survivor: int) -> Choice:
    """Which record's value to take: proven before typed, then the newest; the survivor's where it makes no difference."""
    given = [one for one in told if one.value not in ("", None)]
    if not given:
        return Choice(survivor, Because.NONE)
    if len({str(one.value) for one in given}) == 1:
        holders = {one.record for one in given}
        record = survivor if survivor in holders else min(holders)
        return Choice(record, Because.SAME if len(given) == len(told) else Because.ONLY)
    best = max(given, key=lambda one: (one.is_proven, one.said_at, one.record == survivor, -one.record))
    others = [one for one in given if str(one.value) != str(best.value)]
    proven = best.is_proven and not any(one.is_proven for one in others)
    return Choice(best.record, Because.PROVEN if proven else Because.NEWEST)


def differing(values: Mapping[int, object]) -> bool:
    """Whether records tell different values; empty ones tell nothing."""
    return len({str(value) for value in values.values() if value not in ("", None)}) > 1
