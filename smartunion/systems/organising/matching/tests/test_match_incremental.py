"""A run that reads only what changed gives the very lists of a run that reads everything."""

import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smartunion.systems.organising.matching import LISTS, MatchInputError, Options, PersonPoints, Points, run
from smartunion.systems.organising.matching.tests.noisy_world import Maker
from smartunion.systems.organising.matching.tests.small import COLUMNS, Small, code, resident_id

Tables = dict[str, list[dict[str, Any]]]
OPTIONS = Options(memory="1GB", threads=2)


def _write(tables: Tables, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = {
            column: pa.array([row.get(column) for row in rows], kind)
            for column, kind in COLUMNS[name].items()
        }
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def _lists(out: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in LISTS}


def _next_month(tables: Tables, rng: random.Random) -> None:
    """What a month brings: people come, go, move and are corrected; firms are founded, renamed, closed, struck out."""
    for rows in tables.values():
        for _ in range(max(1, len(rows) // 60)):
            rows.pop(rng.randrange(len(rows)))
        rng.shuffle(rows)
    market, members, social = tables["market"], tables["members"], tables["social"]
    for firm in rng.sample(market, 4):
        firm["former_name"], firm["name"] = (
            firm["name"],
            rng.choice(
                ("海门市" + str(firm["name"])[-8:], "江苏鼎新实业有限公司", str(rng.choice(market)["name"]))
            ),
        )
    for firm in rng.sample(market, 3):
        firm["status"] = rng.choice(("注销", "存续", "迁出"))
        firm["uscc"] = rng.choice((None, rng.choice(market)["uscc"], code(rng.randrange(1000, 2000))))
    for spell in rng.sample(social, 8):
        spell["end_month"] = rng.choice((202609, None))
        spell["id_no"] = rng.choice((spell["id_no"], "", rng.choice(social)["id_no"]))
    for member in rng.sample(members, 8):
        member["union_id"] = rng.choice(tables["unions"])["union_id"]
        member["employer_name"] = rng.choice(market)["name"]
        member["mobile"] = rng.choice(social)["mobile"]
    for number in range(6):
        other = rng.choice(social)
        social.append(
            {
                **rng.choice(social),
                "sid": 100_000 + rng.randrange(900_000),
                "name": other["name"],
                "mobile": other["mobile"],
            }
        )
        members.append(
            {**rng.choice(members), "member_id": 100_000 + rng.randrange(900_000), "id_no": other["id_no"]}
        )
        market.append(
            {**rng.choice(market), "entity_id": f"N{rng.randrange(10**9)}", "uscc": code(3000 + number)}
        )
    rng.choice(tables["unions"])["unit_name"] = rng.choice(market)["name"]
    tables["union_units"].append(
        {**rng.choice(tables["union_units"]), "unit_name": rng.choice(market)["name"]}
    )


@pytest.mark.parametrize("seed", [1])
def test_month_after_month_the_lists_are_those_of_a_full_run(seed: int, tmp_path: Path) -> None:
    tables: Tables = Maker(seed, 90, 1.0).make().tables  # type: ignore[assignment]
    rng = random.Random(seed)
    run(_write(tables, tmp_path / "data"), tmp_path / "out", options=OPTIONS, state_dir=tmp_path / "state")
    for _ in range(2):
        _next_month(tables, rng)
        said: list[str] = []
        _write(tables, tmp_path / "data")

        run(
            tmp_path / "data",
            tmp_path / "out",
            options=OPTIONS,
            state_dir=tmp_path / "state",
            progress=said.append,
        )

        run(tmp_path / "data", tmp_path / "full", options=OPTIONS)
        assert said[0].startswith("Rows changed since the last run: market ")
        assert not any("computed anew" in line for line in said)
        assert _lists(tmp_path / "out") == _lists(tmp_path / "full")


def _town() -> Small:
    small = Small()
    small.firm("E1", "盐城市恒达机械有限公司", code(1))
    small.union("U1", "盐城市恒达机械有限公司", code(1))
    small.member(1, "U1", "陈一鸣", resident_id(1))
    small.spell(101, "陈一鸣", resident_id(1), "A1", "盐城市恒达机械有限公司", unit_code=code(1))
    return small


@pytest.fixture
def town() -> Small:
    return _town()


@pytest.fixture(scope="module")
def last_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables, the lists of the month before and the state that run kept; to be copied."""
    town, folder = _town(), tmp_path_factory.mktemp("last_month")
    town.firm("E2", "盐城顺达物流有限公司", code(2))
    town.union("U2", "顺达", None)
    town.member(2, "U1", "林小满", None, mobile="13900001111")
    town.spell(102, "林小满", None, "A1", "盐城市恒达机械有限公司", unit_code=code(1), mobile="13900001111")
    town.tax(code(1), "盐城市恒达机械有限公司", 30)
    run(town.write(folder / "data"), folder / "before", options=OPTIONS, state_dir=folder / "state")
    return folder


def test_a_state_of_other_options_is_computed_anew_and_said(town: Small, tmp_path: Path) -> None:
    data = town.write(tmp_path / "data")
    run(data, tmp_path / "out", options=OPTIONS, state_dir=tmp_path / "state")
    said: list[str] = []

    strict = Options(memory="1GB", threads=2, points=Points(name_exact=1))
    run(data, tmp_path / "out", options=strict, state_dir=tmp_path / "state", progress=said.append)

    assert any("program or options have changed" in line for line in said)
    assert _lists(tmp_path / "out")["persons"] != []


CHANGES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a pair is called wrong": ({}, [("U1", "E1", "no")]),
    "a pair is called right": ({}, [("U2", "E1", "yes")]),
    "a rule lost its right": ({"ask_rules": ("code",)}, []),
    "a rule won its right": ({"trust_rules": ("name_short",)}, []),
    "head counts may be nearer": ({"apart_people": 1, "apart_times": 1.0}, []),
    "people need more points": ({"person_points": PersonPoints(person_auto=12)}, []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_verdicts_and_options_changed_are_noticed_though_no_row_is(
    change: str, last_month: Path, tmp_path: Path
) -> None:
    more, said_of_pairs = CHANGES[change]
    shutil.copytree(last_month, tmp_path, dirs_exist_ok=True)
    data, state = tmp_path / "data", tmp_path / "state"
    if said_of_pairs:
        columns = zip(*said_of_pairs, strict=True)
        table = dict(zip(("union_id", "entity_id", "verdict"), map(list, columns), strict=True))
        pq.write_table(pa.table(table), data / "verdicts.parquet")
    options = Options(memory="1GB", threads=2, **more)
    said: list[str] = []

    run(data, tmp_path / "out", options=options, state_dir=state, progress=said.append)

    run(data, tmp_path / "full", options=options)
    assert not any("computed anew" in line for line in said)
    assert _lists(tmp_path / "out") == _lists(tmp_path / "full")
    assert _lists(tmp_path / "out") != _lists(tmp_path / "before")


def test_a_state_that_cannot_be_read_is_computed_anew(town: Small, tmp_path: Path) -> None:
    data = town.write(tmp_path / "data")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.duckdb").write_bytes(b"torn" * 5000)

    run(data, tmp_path / "out", options=OPTIONS, state_dir=tmp_path / "state")

    assert [row["entity_id"] for row in _lists(tmp_path / "out")["links"]] == ["E1"]


def test_a_run_that_fails_leaves_the_state_of_the_last_one(town: Small, tmp_path: Path) -> None:
    data = town.write(tmp_path / "data")
    run(data, tmp_path / "out", options=OPTIONS, state_dir=tmp_path / "state")
    kept = (tmp_path / "state" / "state.duckdb").read_bytes()
    (data / "tax.parquet").write_bytes(b"torn")

    with pytest.raises(MatchInputError):
        run(data, tmp_path / "out", options=OPTIONS, state_dir=tmp_path / "state")

    assert (tmp_path / "state" / "state.duckdb").read_bytes() == kept
    assert (tmp_path / "state" / "state.duckdb").stat().st_mode & 0o077 == 0


def test_only_duckdb_keeps_a_state(town: Small, tmp_path: Path) -> None:
    with pytest.raises(MatchInputError, match="Only the engine duckdb"):
        run(town.write(tmp_path / "data"), tmp_path / "out", "spark", state_dir=tmp_path / "state")
