"""What people said about pairs, and rules that lost or won the right to link unasked."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from smartunion.systems.organising.matching import Options
from smartunion.systems.organising.matching.tests.small import Small, code

NAME = "盐城华东纺织机械有限公司"


def world() -> Small:
    made = Small()
    made.firm("E1", NAME, code(1))
    made.firm("E2", "盐城顺达物流有限公司", code(2))
    made.union("U1", NAME)
    made.union("U2", "盐城顺达物流有限公司", code(2))
    return made


def verdicts(folder: Path, *rows: tuple[str, str, str]) -> None:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    columns = list(zip(*rows, strict=True))
    names = ("union_id", "entity_id", "verdict")
    table = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    pq.write_table(pa.table(table), folder / "data" / "verdicts.parquet")


def options(**more: tuple[str, ...]) -> Options:
    return Options(memory="1GB", threads=1, **more)  # type: ignore[arg-type]  # only the two tuples are given


def test_a_rule_that_lost_its_right_asks_first(tmp_path: Path) -> None:
    found = world().match(tmp_path, options=options(ask_rules=("name",)))

    assert found.rules("links") == {("U2", "E2"): "code"}
    assert found.rules("links_to_verify") == {("U1", "E1"): "name"}


def test_a_sure_rule_can_lose_its_right_too(tmp_path: Path) -> None:
    found = world().match(tmp_path, options=options(ask_rules=("code",)))

    assert found.rules("links") == {("U1", "E1"): "name"}
    assert found.rules("links_to_verify") == {("U2", "E2"): "code"}


def test_a_pair_called_wrong_is_in_no_list(tmp_path: Path) -> None:
    verdicts(tmp_path, ("U1", "E1", "no"))

    found = world().match(tmp_path, options=options())

    assert found.rules("links") == {("U2", "E2"): "code"}
    assert found.rules("links_to_verify") == {}


def test_a_pair_called_right_is_covered_though_nothing_agrees(tmp_path: Path) -> None:
    verdicts(tmp_path, ("U2", "E1", "yes"), ("U9", "E1", "yes"), ("U2", "E9", "yes"))

    found = world().match(tmp_path, options=options())

    assert found.rules("links") == {("U1", "E1"): "name", ("U2", "E2"): "code", ("U2", "E1"): "person"}


def test_a_right_verdict_stands_above_a_rule_that_must_ask(tmp_path: Path) -> None:
    verdicts(tmp_path, ("U1", "E1", "yes"))

    found = world().match(tmp_path, options=options(ask_rules=("name",)))

    assert found.rules("links") == {("U1", "E1"): "name", ("U2", "E2"): "code"}
