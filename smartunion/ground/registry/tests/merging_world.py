"""For tests of merging: what a random small registry holds, and a dump of every row as the database keeps it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from hypothesis import strategies as st

from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.merging import journal
from smartunion.ground.registry.models import (
    Consent,
    Merge,
    MergedRecord,
    Person,
    TradeUnion,
    UnionTallyDelta,
)
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.rules.merging import Spell
from smartunion.ground.registry.tests import factories as make

#: What a merge leaves behind on purpose: its own log.
LOG = {Merge, MergedRecord, UnionTallyDelta}
ROOMS = ("registry", "accounts", "casework", "organising")


def dump() -> dict[str, list[Any]]:
    """Every row of the registry and of the rooms that point at it, column by column; open counts folded first."""
    while tallies.fold():
        pass
    found: dict[str, list[Any]] = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if model not in LOG:
                keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
                rows = [journal.encoded(row) for _key, row in journal.read(model, keys)]
                found[model._meta.label] = sorted(rows, key=str)
    return found


@dataclass
class Town:
    """A county with some unions, and records of one person in them."""

    county: TradeUnion
    unions: list[TradeUnion]
    people: list[Person]


DAYS = st.integers(0, 3000).map(lambda number: date(2017, 1, 1) + timedelta(days=number))
STATES = st.sampled_from([MembershipState.ACTIVE, MembershipState.RETAINED, MembershipState.PREPARATORY])


@st.composite
def spells(draw: st.DrawFn, pk: int) -> Spell:
    """A spell in one of three unions, running or ended."""
    start = draw(DAYS)
    length = draw(st.none() | st.integers(0, 900))
    end = None if length is None else start + timedelta(days=length)
    return Spell(pk, draw(st.integers(1, 3)), draw(STATES), start, end)


@st.composite
def many_spells(draw: st.DrawFn) -> list[Spell]:
    """Up to seven spells of records that are one person."""
    return [draw(spells(pk)) for pk in range(1, draw(st.integers(0, 7)) + 1)]


def town(draw: Any) -> Town:
    """A random small registry: two to four records, each with at most one running membership, some consents."""
    county = make.federation("宁海县总工会")
    unions = [make.union(f"云海{number}工会", county) for number in range(3)]
    people = []
    for _number in range(draw(st.integers(2, 4))):
        with_id = draw(st.booleans())
        extra = {} if with_id else {"resident_id": ""}
        person = make.person("王海燕", education=draw(st.sampled_from(["", "bachelor"])), **extra)
        people.append(person)
        has_running = False
        for spell in [draw(spells(0)), *draw(many_spells())]:
            if spell.ended_on is None and has_running:
                continue
            has_running = has_running or spell.ended_on is None
            ended = {} if spell.ended_on is None else {"ended_on": spell.ended_on, "end_type": "left"}
            state = spell.state if spell.ended_on is None else MembershipState.ENDED
            make.membership(
                person,
                unions[spell.union_id - 1],
                state=state,
                held_as=spell.state,
                started_on=spell.started_on,
                **ended,
            )
        if draw(st.booleans()):
            withdrawn = make.AT if draw(st.booleans()) else None
            Consent.objects.create(
                person=person, purpose="joining", text_version="1", withdrawn_at=withdrawn,
                given_at=make.AT - timedelta(days=draw(st.integers(0, 9))),
            )  # fmt: skip
    return Town(county, unions, people)
