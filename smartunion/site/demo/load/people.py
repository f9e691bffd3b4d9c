"""People and memberships, in batches; identity numbers and phones are sealed by the model's own fields."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

import polars as pl

from smartunion.core.pinyin import name_initials, name_key
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState
from smartunion.site.demo.load.sources import days_of_month, month_day
from smartunion.site.demo.load.tree import Tree
from smartunion.site.demo.world import World, particulars

BATCH = 4000
SOURCE = "demo"


def load_people(world: World, rows: pl.DataFrame, *, at: datetime) -> dict[int, tuple[int, str]]:
    """Create one person per row (name, id_no, mobile, sex, _person); returns person number → (primary key, name)."""
    numbers = rows["_person"].to_numpy()
    known = world.people[numbers].select("birth", "ethnicity", "native")
    frame = pl.concat(
        [rows.select("_person", "_union", "name", "sex", "id_no", "mobile", "employer_name"), known,
         particulars.of_people(world, numbers)],
        how="horizontal",
    )  # fmt: skip
    loose = set(world.unions.filter(pl.col("kind") == "new_form")["union"].to_list())
    trades = {
        number: _trade(name)
        for number, name in world.unions.select("union", "name").iter_rows()
        if number in loose
    }
    keys: dict[int, tuple[int, str]] = {}
    made = (_person(pk, row, trades, at) for pk, row in enumerate(frame.iter_rows(named=True), start=1))
    while batch := list(islice(made, BATCH)):
        Person.objects.bulk_create(batch, batch_size=500)
    for pk, (number, name) in enumerate(frame.select("_person", "name").iter_rows(), start=1):
        keys[number] = (pk, name)
    return keys


def _person(pk: int, row: dict[str, object], trades: dict[int, str], at: datetime) -> Person:
    birth, name = int(str(row["birth"])), str(row["name"])
    mobile = str(row["mobile"])
    trade = trades.get(int(str(row["_union"])), "")
    return Person(
        pk=pk, name=name, pinyin=name_key(name), initials=name_initials(name),
        sex={"男": "m", "女": "f"}.get(str(row["sex"]), ""),
        birth_date=date(birth // 10_000, birth // 100 % 100, birth % 100), resident_id=str(row["id_no"]), mobile=mobile,
        mobile_tail=mobile[-4:], ethnicity=str(row["ethnicity"]), education=str(row["education"]),
        political_status=str(row["political"]), employment_status="在岗", skill_grade=str(row["skill"]),
        hukou_type=str(row["hukou_type"]), hukou_place=str(row["hukou_place"]), native_place=str(row["native"]),
        is_migrant=bool(row["is_migrant"]), is_new_form=bool(trade), trade=trade, created_at=at, updated_at=at,
    )  # fmt: skip


def _trade(name: str) -> str:
    return next(
        (word for word in ("货车司机", "快递员", "外卖配送员", "网约车司机", "家政服务人员") if word in name),
        "",
    )


def load_memberships(
    world: World, rows: pl.DataFrame, tree: Tree, employers: dict[tuple[int, int], int],
    people: dict[int, tuple[int, str]], *, as_of: date, at: datetime,
) -> list[tuple[int, int, str, date]]:  # fmt: skip
    """Create the spells of members who are, were, or wait; returns (membership pk, person pk, path, day) of new ones.

    A retained membership is two rows: the active spell that ended and the retained one that runs.
    """
    states = world.memberships.select("member_id", "state", "joined")
    frame = rows.join(states, on="member_id", how="left", maintain_order="left")
    joined: list[tuple[int, int, str, date]] = []
    made = _memberships(world, frame, tree, employers, people, as_of, at, joined)
    while batch := list(islice(made, BATCH)):
        Membership.objects.bulk_create(batch, batch_size=700)
    return joined


def _memberships(
    world: World, frame: pl.DataFrame, tree: Tree, employers: dict[tuple[int, int], int],
    people: dict[int, tuple[int, str]], as_of: date, at: datetime, joined: list[tuple[int, int, str, date]],
) -> Iterator[Membership]:  # fmt: skip
    days = days_of_month(world, "joined day", frame["member_id"])
    pk = 0
    for row, day in zip(frame.iter_rows(named=True), days, strict=True):
        union = tree.unions[row["_union"]]
        person, name = people[row["_person"]]
        started = max(month_day(row["joined_right"], day), union.founded_on or date(1990, 1, 1))
        started = min(started, as_of - timedelta(days=1 + day % 3))
        employer = employers.get((row["_union"], row["_employer"]))
        common = {
            "person_id": person, "union": union, "union_path": union.path, "employer_id": employer,
            "employer_name": "" if employer else row["employer_name"][:120], "name_key": name_key(name),
            "source": SOURCE, "confirmed_by": "import", "created_at": at, "updated_at": at,
        }  # fmt: skip
        pk += 1
        if row["state"] == "retained":
            until = min(started + timedelta(days=400 + day * 30), as_of - timedelta(days=1))
            yield Membership(
                pk=pk, state=MembershipState.ENDED, held_as=MembershipState.ACTIVE, started_on=started, ended_on=until,
                end_type=ChangeType.RETAINED, reason=ChangeReason.RETIRED, **common,
            )  # fmt: skip
            pk += 1
            yield Membership(
                pk=pk, state=MembershipState.RETAINED, held_as=MembershipState.RETAINED, started_on=until,
                start_type=ChangeType.RETAINED, reason=ChangeReason.RETIRED, **common,
            )  # fmt: skip
            continue
        if row["state"] == "left":
            yield Membership(
                pk=pk, state=MembershipState.ENDED, held_as=MembershipState.ACTIVE, started_on=started,
                ended_on=min(started + timedelta(days=200 + day * 20), as_of), end_type=ChangeType.LEFT,
                reason=ChangeReason.OWN_WISH, **common,
            )  # fmt: skip
            continue
        state = MembershipState(row["state"])
        joined.append((pk, person, union.path, started))
        yield Membership(pk=pk, state=state, held_as=state, started_on=started, **common)
