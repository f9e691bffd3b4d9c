"""People and memberships, in batches; identity numbers and phones are sealed by the model's own fields."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from smartunion.core import bulk
from smartunion.core.pinyin import name_initials, name_key
from smartunion.ground.registry.imports.choices import of_person
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState
from smartunion.site.demo.load.sources import days_of_month, month_day, months_since_base
from smartunion.site.demo.load.tree import Tree
from smartunion.site.demo.world import World, particulars

SOURCE = "demo"
_PERSON = (
    "id", "name", "pinyin", "initials", "sex", "birth_date", "resident_id", "mobile", "mobile_tail", "ethnicity",
    "education", "political_status", "employment_status", "skill_grade", "hukou_type", "hukou_place", "native_place",
    "is_migrant", "is_new_form", "trade", "created_at", "updated_at",
)  # fmt: skip
_MEMBERSHIP = (
    "id", "person_id", "union_id", "union_path", "employer_id", "employer_name", "name_key", "state", "held_as",
    "started_on", "ended_on", "start_type", "end_type", "reason", "confirmed_by", "source", "created_at", "updated_at",
)  # fmt: skip
_SEX = {"男": "m", "女": "f"}


class Began(NamedTuple):
    """A membership that began with a joining; left_on when it has ended since."""

    member: int
    membership: int
    person: int
    path: str
    on: date
    left_on: date | None = None


def load_people(world: World, rows: pl.DataFrame, *, at: datetime) -> dict[int, tuple[int, str]]:
    """Create one person per row (name, id_no, mobile, sex, member_id, _person); returns person number → (primary key, name)."""
    numbers = rows["_person"].to_numpy()
    known = world.people[numbers].select("birth", "ethnicity", "native")
    frame = pl.concat(
        [rows.select("_person", "_union", "name", "sex", "id_no", "mobile"), known,
         particulars.of_people(world, numbers), pl.DataFrame({"employment": particulars.employment_of(world, rows["member_id"])})],
        how="horizontal",
    )  # fmt: skip
    loose = set(world.unions.filter(pl.col("kind") == "new_form")["union"].to_list())
    names = world.unions.select("union", "name").iter_rows()
    trades = {number: _trade(name) for number, name in names if number in loose}
    bulk.insert(Person, _PERSON, _people(frame, trades, at))
    return {
        number: (pk, name)
        for pk, (number, name) in enumerate(frame.select("_person", "name").iter_rows(), start=1)
    }


def _people(frame: pl.DataFrame, trades: dict[int, str], at: datetime) -> Iterator[tuple[Any, ...]]:
    columns = ("_union", "name", "sex", "birth", "id_no", "mobile", "ethnicity", "education", "political", "skill",
               "hukou_type", "hukou_place", "native", "is_migrant", "employment")  # fmt: skip
    for pk, row in enumerate(frame.select(columns).iter_rows(), start=1):
        (
            union,
            name,
            sex,
            birth,
            id_no,
            mobile,
            ethnicity,
            education,
            political,
            skill,
            hukou,
            place,
            native,
            away,
            employment,
        ) = row
        born = date(birth // 10_000, birth // 100 % 100, birth % 100)
        trade = trades.get(union, "")
        yield (
            pk, name, name_key(name), name_initials(name), _SEX.get(sex, ""), born, id_no, mobile, mobile[-4:],
            _key("ethnicity", ethnicity), _key("education", education), _key("political_status", political),
            _key("employment_status", employment), _key("skill_grade", skill), _key("hukou_type", hukou), place,
            native, away, bool(trade), trade, at, at,
        )  # fmt: skip


def _key(name: str, label: str) -> str:
    """The stored key of a form's word, "" when it is in no list."""
    return of_person(name, label) or ""


def _trade(name: str) -> str:
    return next(
        (word for word in ("货车司机", "快递员", "外卖配送员", "网约车司机", "家政服务人员") if word in name),
        "",
    )


def load_memberships(
    world: World, rows: pl.DataFrame, tree: Tree, employers: dict[tuple[int, int], int],
    people: dict[int, tuple[int, str]], *, as_of: date, at: datetime,
) -> list[Began]:  # fmt: skip
    """Create the spells of members who are, were, or wait; returns every one that began with a joining.

    A retained membership is two rows: the active spell that ended and the retained one that runs.
    """
    states = world.memberships.select("member_id", "state", joined_month="joined")
    frame = rows.join(states, on="member_id", how="left", maintain_order="left")
    joined: list[Began] = []
    made = _memberships(world, frame, tree, employers, people, as_of, at, joined)
    bulk.insert(Membership, _MEMBERSHIP, bulk.numbered(made))
    return joined


def _memberships(
    world: World, frame: pl.DataFrame, tree: Tree, employers: dict[tuple[int, int], int],
    people: dict[int, tuple[int, str]], as_of: date, at: datetime, joined: list[Began],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    days = days_of_month(world, "joined day", frame["member_id"])
    columns = ("member_id", "_union", "_person", "_employer", "employer_name", "state", "joined_month")
    active, retained, ended = (state.value for state in (
        MembershipState.ACTIVE, MembershipState.RETAINED, MembershipState.ENDED))  # fmt: skip
    shift = months_since_base(as_of)
    pk = 0
    for row, day in zip(frame.select(columns).iter_rows(), days, strict=True):
        member, number, who, firm, given, state, month = row
        union = tree.unions[number]
        person, name = people[who]
        employer = employers.get((number, firm))
        head = (person, union.pk, union.path, employer, "" if employer else given[:120], name_key(name))
        started = max(month_day(month + shift, day), union.founded_on or date(1990, 1, 1))
        started = min(started, as_of - timedelta(days=day % 9))
        tail = ("import", SOURCE, at, at)
        pk += 1
        if state == "retained":
            until = min(started + timedelta(days=400 + day * 30), as_of - timedelta(days=1))
            why = ChangeReason.RETIRED.value
            yield (
                *head,
                ended,
                active,
                started,
                until,
                ChangeType.JOINED.value,
                ChangeType.RETAINED.value,
                why,
                *tail,
            )
            pk += 1
            yield (*head, retained, retained, until, None, ChangeType.RETAINED.value, "", why, *tail)
        elif state == "left":
            until = min(started + timedelta(days=200 + day * 20), as_of)
            wish = ChangeReason.OWN_WISH.value
            joined.append(Began(member, pk, person, union.path, started, until))
            yield (
                *head,
                ended,
                active,
                started,
                until,
                ChangeType.JOINED.value,
                ChangeType.LEFT.value,
                wish,
                *tail,
            )
        else:
            if state == active:
                joined.append(Began(member, pk, person, union.path, started))
            yield (*head, state, state, started, None, ChangeType.JOINED.value, "", "", *tail)
