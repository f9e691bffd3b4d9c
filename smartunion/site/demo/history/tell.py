"""Making up a few months of work that fit the world: who was found, visited, persuaded, founded, joined, heard.

Times are relative to a given day, so that boards and lists look alive whenever the demo is loaded.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from smartunion.site.demo.history import wording
from smartunion.site.demo.history.events import Drive, FirmVisit, Founding, History, Matter, ServiceVisit
from smartunion.site.demo.world import World
from smartunion.site.demo.world.employment import NOW, OPEN
from smartunion.site.demo.world.firms import BASE_YEAR
from smartunion.site.demo.world.rng import pick, stream

DAYS = 150
SHANGHAI = ZoneInfo("Asia/Shanghai")


def tell(world: World, as_of: date, days: int = DAYS) -> History:
    """The history of the last `days` days before as_of; the same world and day give the same history."""
    rng = stream(world.seed, "history", world.size.key)
    since = as_of - timedelta(days=days)
    foundings = _foundings(rng, world, since, as_of)
    return History(
        since=since,
        as_of=as_of,
        foundings=foundings,
        firm_visits=_firm_visits(rng, world, since, as_of),
        service_visits=_service_visits(rng, world, since, as_of),
        drives=_drives(rng, world, since, as_of),
        matters=_matters(rng, world, since, as_of),
    )


def workday(day: date, last: date) -> date:
    """The day itself, or the Friday before it when it falls on a weekend; never behind last."""
    day = min(day, last)
    return day - timedelta(days=max(0, day.weekday() - 4))


def moment(rng: np.random.Generator, day: date) -> datetime:
    """A time of day in office hours."""
    minute = int(rng.integers(8 * 60 + 40, 17 * 60))
    return datetime.combine(day, time(minute // 60, minute % 60), SHANGHAI)


def _spread(rng: np.random.Generator, count: int, first: date, last: date) -> list[date]:
    """Workdays between two days, earliest first."""
    first += timedelta(days=(7 - first.weekday()) if first.weekday() > 4 else 0)
    span = max(1, (last - first).days)
    offsets = np.sort(np.floor(rng.random(count) * span)).astype(int)
    return [workday(first + timedelta(days=int(offset)), last) for offset in offsets]


def _foundings(rng: np.random.Generator, world: World, since: date, as_of: date) -> list[Founding]:
    """Unions the world founded in its last year, with the way each of them came about."""
    young = world.unions.filter((pl.col("kind") == "independent") & (pl.col("founded") == BASE_YEAR))
    market = world.employers.filter((pl.col("group") == "market") & (pl.col("ended") == 0)).select("employer")
    young = young.join(market, on="employer", how="semi", maintain_order="left")
    young = young.head(max(6, round(world.size.unions * 0.06)))
    ends = _spread(rng, len(young), since + timedelta(days=45), as_of - timedelta(days=2))
    made = []
    for (union, employer), end in zip(young.select("union", "employer").iter_rows(), ends, strict=True):
        found = since + timedelta(days=int(rng.integers(0, 8)))
        gaps = np.sort(rng.random(5)) * ((end - found).days - 2)
        days = [workday(found + timedelta(days=1 + int(gap)), end) for gap in gaps]
        visited, taken, applied, prepared, elected = (max(day, found) for day in days)
        made.append(Founding(union, employer, found, visited, taken, applied, prepared, elected, end))
    return made


def _bare(world: World) -> pl.DataFrame:
    """Living market employers with 25 insured people or more and no union: employer, town, people, most first."""
    people = (
        world.spells.filter(pl.col("end") == OPEN)
        .group_by("employer")
        .agg(people=pl.col("person").n_unique())
    )
    market = world.employers.filter((pl.col("group") == "market") & (pl.col("ended") == 0))
    bare = market.select("employer", "town", "legal_person").join(
        people.filter(pl.col("people") >= 25), on="employer"
    )
    bare = bare.join(world.coverage.select("employer"), on="employer", how="anti")
    return bare.sort(["people", "employer"], descending=[True, False])


def _firm_visits(rng: np.random.Generator, world: World, since: date, as_of: date) -> list[FirmVisit]:
    """Visits to firms without a union: about six in ten have been seen, some of them twice."""
    visits: list[FirmVisit] = []
    bare = _bare(world)
    seen = bare.filter(pl.Series(rng.random(len(bare)) < 0.62))
    first = since + timedelta(days=3)
    last = as_of
    for row in seen.iter_rows(named=True):
        day = _spread(rng, 1, first, last)[0]
        result = ("real", "refuses", "nobody")[int(pick(rng.random(1), (0.56, 0.27, 0.17))[0])]
        visits.append(_visit(rng, row, day, result, as_of))
        again = day + timedelta(days=4 if result == "nobody" else 32)
        if result != "real" and again < last:
            second = "real" if rng.random() < 0.6 else "refuses"
            visits.append(_visit(rng, row, workday(again, last), second, as_of))
    return sorted(visits, key=lambda visit: visit.noted_at)


def _visit(
    rng: np.random.Generator, row: dict[str, object], day: date, result: str, as_of: date
) -> FirmVisit:
    notes = {"real": wording.REAL_NOTES, "refuses": wording.REFUSES_NOTES, "nobody": wording.NOBODY_NOTES}[
        result
    ]
    taken = day + timedelta(days=int(rng.integers(2, 12)))
    is_taken = result == "real" and taken < as_of and rng.random() < 0.55
    people = int(str(row["people"]))
    return FirmVisit(
        employer=int(str(row["employer"])), town=str(row["town"]), noted_at=moment(rng, day), result=result,
        note=str(rng.choice(notes)), contact=f"{str(row['legal_person'])[:1]}经理" if result != "nobody" else "",
        staff_seen=max(1, round(people * rng.uniform(0.8, 1.1))) if result == "real" else 0,
        was_offline=bool(rng.random() < 0.22), follow_up="taken_up" if is_taken else "",
        follow_up_on=workday(taken, as_of) if is_taken else None,
    )  # fmt: skip


def _service_visits(rng: np.random.Generator, world: World, since: date, as_of: date) -> list[ServiceVisit]:
    """About one visit a quarter to each grassroots union; some were missed."""
    rows = world.unions.filter(
        pl.col("kind").is_in(["independent", "joint"]) & (pl.col("founded") < BASE_YEAR)
    )
    chosen = rows.select("union", "town").sample(
        fraction=1.0, with_replacement=False, shuffle=True, seed=world.seed
    )
    visits = []
    for quarter in range(2):
        low = since + timedelta(days=quarter * 75)
        high = min(as_of, low + timedelta(days=75))
        kept = chosen.filter(pl.Series(rng.random(len(chosen)) < 0.78))
        days = _spread(rng, len(kept), low, high)
        for (union, town), day in zip(kept.iter_rows(), days, strict=True):
            note = str(rng.choice(wording.SERVICE_NOTES))
            visits.append(ServiceVisit(union, town, moment(rng, day), note))
    return sorted(visits, key=lambda visit: visit.noted_at)


def _drives(rng: np.random.Generator, world: World, since: date, as_of: date) -> list[Drive]:
    """A campaign for new-form workers, and standing codes of the largest unions."""
    recent = world.memberships.filter((pl.col("state") == "active") & (pl.col("joined") >= NOW - 4))
    joined = recent.group_by("union").agg(members=pl.col("member_id").sort())
    members = dict(joined.iter_rows())
    loose = world.unions.filter(pl.col("kind") == "new_form").select("union", "name").rows()
    towns = world.unions.filter((pl.col("kind") == "federation") & (pl.col("town") != ""))["union"].to_list()
    drives = []
    came = tuple(sorted(m for union, _ in loose for m in members.get(union, [])))
    if towns:
        leader = (
            towns[-1]
            if len(towns) == 1
            else world.unions.filter(pl.col("kind") == "federation")["union"].to_list()[1]
        )
        last = as_of + timedelta(days=40)
        target = max(60, round(len(came) * 1.35 / 10) * 10)
        who = "货车司机、快递员、外卖配送员"
        first = since + timedelta(days=20)
        drives.append(
            Drive("drivers", "新就业形态劳动者集中入会行动", who, leader, first, last, target, came)
        )
    big = world.memberships.group_by("union").len().sort(["len", "union"], descending=[True, False])
    own = world.unions.filter(pl.col("kind").is_in(["independent", "joint"])).select("union", "name")
    big = big.join(own, on="union", how="inner", maintain_order="left").head(max(4, world.size.unions // 30))
    for union, _, name in big.select("union", "len", "name").iter_rows():
        title = f"{name}入会码"
        drives.append(
            Drive(f"union{union}", title[:40], "", union, since, None, 0, tuple(members.get(union, [])))
        )
    return drives


def _matters(rng: np.random.Generator, world: World, since: date, as_of: date) -> list[Matter]:
    """Matters from the field: most are handled, the latest are open, one or two are late."""
    unions = world.unions.filter(pl.col("kind").is_in(["independent", "joint"])).select("union", "town")
    count = min(len(unions), max(8, round(world.size.unions * 0.11)))
    chosen = unions[np.sort(rng.choice(len(unions), count, replace=False))]
    days = _spread(rng, count, since + timedelta(days=5), as_of - timedelta(days=1))
    matters = []
    for number, ((union, town), day) in enumerate(zip(chosen.iter_rows(), days, strict=True), start=1):
        category, text, answer = wording.MATTERS[int(rng.integers(0, len(wording.MATTERS)))]
        taken = day + timedelta(days=int(rng.integers(0, 3)))
        handled = taken + timedelta(days=int(rng.integers(2, 25)))
        if day > as_of - timedelta(days=4) and rng.random() < 0.5:
            taken = as_of  # not yet dispatched
        matters.append(
            Matter(
                number=number, town=town, union=union, category=category, text=text, people=int(rng.integers(2, 60)),
                is_urgent=bool(rng.random() < 0.08), reported_at=moment(rng, day),
                taken_on=workday(taken, as_of) if taken < as_of else None,
                handled_on=workday(handled, as_of) if handled < as_of and rng.random() < 0.92 else None, answer=answer,
            )
        )  # fmt: skip
    return matters
