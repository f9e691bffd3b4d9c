"""The union tree of the demo place, its terms, officers and certificates."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from smartunion.core.paths import child_path
from smartunion.core.pinyin import initials
from smartunion.ground.registry.models import Certificate, NumberSeries, Officer, Region, Term, TradeUnion
from smartunion.ground.registry.rules import (
    FoundingMode,
    Organ,
    Post,
    UnionKind,
    UnionLevel,
    UnionState,
    fold_name,
)
from smartunion.ground.registry.rules.certificates import REGISTERING
from smartunion.site.demo.history.tell import DAYS
from smartunion.site.demo.load.sources import days_of_month, month_day, months_since_base
from smartunion.site.demo.world import World
from smartunion.site.demo.world.codes import mobiles
from smartunion.site.demo.world.firm_words import ZONES
from smartunion.site.demo.world.persons import full_names
from smartunion.site.demo.world.rng import stream

_KIND = {
    "federation": UnionKind.FEDERATION, "industry": UnionKind.INDUSTRY, "independent": UnionKind.INDEPENDENT,
    "joint": UnionKind.JOINT, "association": UnionKind.ASSOCIATION_AREA, "new_form": UnionKind.ASSOCIATION_INDUSTRY,
}  # fmt: skip
_POSTS = {
    "chair": (Organ.COMMITTEE, Post.CHAIR), "vice_chair": (Organ.COMMITTEE, Post.VICE_CHAIR),
    "audit_chair": (Organ.AUDIT, Post.CHAIR), "women_chair": (Organ.WOMEN, Post.CHAIR),
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """unions by world number; officers' people are filled in later, when people exist."""

    unions: dict[int, TradeUnion]
    territories: dict[str, str]  # town or county code → path of the federation that looks after it


def load_tree(
    world: World, rows: pl.DataFrame, regions: dict[str, Region], names: list[str], *, as_of: date, at: datetime,
    founded: dict[int, date] | None = None,
) -> Tree:  # fmt: skip
    """Create the unions of the rows.

    names: as the registry has them, by world number; founded: days of those founded in the history.
    """
    made: dict[int, TradeUnion] = {}
    numbers: Counter[tuple[str, int]] = Counter()
    territories: dict[str, str] = {}
    heads = _heads(world)
    days = days_of_month(world, "founded day", world.unions["union"])
    months = days_of_month(world, "founded month", world.unions["union"])
    for row in rows.iter_rows(named=True):
        union = _union(world, row, made, regions, names[row["union"]])
        day = date(row["founded"], (months[row["union"]] * 12) // 29 + 1, days[row["union"]])
        day = min(day, as_of - timedelta(days=DAYS + days[row["union"]]))
        union.founded_on = day = (founded or {}).get(row["union"], day)
        place = union.region.code if union.region else "000000"
        numbers[place, day.year] += 1
        union.number = f"{place}-{day.year}-{numbers[place, day.year]:04d}"
        union.created_at = union.updated_at = at
        union.contact_name, union.contact_phone = heads.get(row["union"], ("", ""))
        if row["employer"] >= 0:
            union.address = world.employers["address"][row["employer"]] or ""
        made[row["union"]] = union
        if union.territory is not None:
            territories[union.territory.code] = union.path
    TradeUnion.objects.bulk_create(made.values(), batch_size=500)
    NumberSeries.objects.bulk_create(
        NumberSeries(key=f"union:{place}:{year}", last=last)
        for (place, year), last in sorted(numbers.items())
    )
    return Tree(made, territories)


def _union(
    world: World, row: dict[str, object], made: dict[int, TradeUnion], regions: dict[str, Region], name: str
) -> TradeUnion:
    number, parent = int(str(row["union"])), made.get(int(str(row["parent"])))
    kind = _KIND[str(row["kind"])]
    if kind == UnionKind.ASSOCIATION_INDUSTRY and not name.endswith("联合会"):
        kind = UnionKind.JOINT
    region = regions.get(str(row["town"])) or regions.get(_zone(name)) or regions.get(str(row["area"]))
    region = region or regions["3302"]
    level = _level(kind, region, parent)
    leads = kind == UnionKind.FEDERATION
    return TradeUnion(
        pk=number + 1, name=name, name_key=fold_name(name), pinyin=initials(name)[:60], kind=kind, level=level,
        state=UnionState.ACTIVE, parent=parent, path=child_path(parent.path if parent else "", number + 1),
        depth=parent.depth + 1 if parent else 0, region=region, territory=region if leads else None,
        uscc=str(row["uscc"]), external_id=str(row["union_id"]), founding_mode=_founding_mode(kind, name),
    )  # fmt: skip


def _founding_mode(kind: UnionKind, name: str) -> str:
    """How a grassroots union came about, as its kind and name tell; joint ones of a village were founded as its net."""
    if kind == UnionKind.INDEPENDENT:
        return FoundingMode.INDEPENDENT
    if kind != UnionKind.JOINT:
        return ""
    if any(word in name for word in ("行业", "司机", "快递", "骑手")):
        return FoundingMode.INDUSTRY
    return FoundingMode.REGIONAL if "村" in name or "社区" in name else FoundingMode.JOINT


def _heads(world: World) -> dict[int, tuple[str, str]]:
    """Name and phone of the person who heads each union: the chair, or somebody invented for a leading union."""
    chairs = world.officers.filter(pl.col("role") == "chair").unique(
        "union", keep="first", maintain_order=True
    )
    people = world.people.select("name", "mobile")[chairs["person"].to_numpy()]
    heads = dict(zip(chairs["union"], people.iter_rows(), strict=True))
    leading = world.unions.filter(pl.col("kind").is_in(["federation", "industry", "association"]))[
        "union"
    ].to_list()
    rng = stream(world.seed, "heads")
    count = len(leading)
    names = full_names(
        rng,
        male=rng.random(count) < 0.6,
        birth_years=rng.integers(1966, 1990, count),
        local=np.ones(count, np.bool_),
    )
    phones = mobiles(99_000_000 + np.arange(count))  # behind everybody else's
    return heads | dict(zip(leading, zip(names, phones, strict=True), strict=True))


def _zone(name: str) -> str:
    return next((code for code, zone, _ in ZONES if name == f"{zone}总工会"), "")


def _level(kind: UnionKind, region: Region, parent: TradeUnion | None) -> UnionLevel:
    if kind in {UnionKind.INDEPENDENT, UnionKind.JOINT}:
        return UnionLevel.GRASSROOTS
    if kind == UnionKind.ASSOCIATION_AREA:
        return UnionLevel.VILLAGE
    if parent is None:
        return UnionLevel.CITY
    return UnionLevel.COUNTY if region.level == "county" else UnionLevel.TOWN


def load_offices(world: World, tree: Tree, people: dict[int, tuple[int, str]], *, as_of: date) -> int:
    """Create terms, officers and certificates; people: person number → (primary key, name). Returns officers made."""
    rows = world.officers.filter(pl.col("person").is_in(list(people)))
    first = rows.unique("union", keep="first", maintain_order=True)
    days = dict(zip(first["union"], days_of_month(world, "term day", first["union"]), strict=True))
    terms: dict[int, Term] = {}
    for number, start, end in first.select("union", "term_start", "term_end").iter_rows():
        union = tree.unions[number]
        founded = union.founded_on or as_of
        starts_on = max(month_day(start + months_since_base(as_of), days[number]), founded)
        years = (end - start) // 12
        terms[number] = Term(
            pk=len(terms) + 1, union=union, ordinal=max(1, (starts_on.year - founded.year) // years + 1),
            starts_on=starts_on, ends_on=starts_on.replace(year=starts_on.year + years), elected_on=starts_on,
            approval_number=f"{_abbreviation(union)}〔{starts_on.year}〕{number % 300 + 1}号",
        )  # fmt: skip
    Term.objects.bulk_create(terms.values(), batch_size=500)
    officers = [
        Officer(term=terms[number], person_id=people[person][0], name=people[person][1], organ=_POSTS[role][0],
                post=_POSTS[role][1])
        for number, person, role in rows.select("union", "person", "role").iter_rows()
    ]  # fmt: skip
    Officer.objects.bulk_create(officers, batch_size=1000)
    Certificate.objects.bulk_create(
        [
            _certificate(tree.unions[number], term)
            for number, term in terms.items()
            if tree.unions[number].uscc
        ],
        batch_size=500,
    )
    return len(officers)


def _abbreviation(union: TradeUnion) -> str:
    """西店镇总工会 writes 西店工."""
    return f"{(union.parent or union).name[:2]}工"


def _certificate(union: TradeUnion, term: Term) -> Certificate:
    registrar = _registrar(union)
    return Certificate(
        union=union, number=f"工法证字第{union.number.replace('-', '')}号", kind="legal_person",
        issued_on=term.starts_on, valid_to=term.ends_on, approval_number=term.approval_number,
        issued_by=(registrar or union).name, registrar=registrar, name=union.name, uscc=union.uscc,
        head=union.contact_name, address=union.address,
    )  # fmt: skip


def _registrar(union: TradeUnion) -> TradeUnion | None:
    above = union.parent
    while above is not None and (above.kind != UnionKind.FEDERATION or above.level not in REGISTERING):
        above = above.parent
    return above
