"""Files that cannot be matched: one clear sentence with the remedy, exit code 2, and nothing half-written."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smartunion.systems.organising.matching import LISTS
from smartunion.systems.organising.matching.cli import main
from smartunion.systems.organising.matching.tests.small import COLUMNS, Outcome, Small, code, resident_id

FIRM = "盐城市恒达机械有限公司"


def _town() -> Small:
    small = Small()
    small.firm("E1", FIRM, code(1))
    small.union("U1", FIRM, code(1))
    small.member(1, "U1", "陈一鸣", resident_id(1))
    small.spell(101, "陈一鸣", resident_id(1), "A1", FIRM, unit_code=code(1))
    small.tax(code(1), FIRM, 30)
    return small


def _csv(data: Path, name: str, content: bytes) -> None:
    (data / f"{name}.parquet").unlink()
    (data / f"{name}.csv").write_bytes(content)


def _without(data: Path, name: str, column: str) -> None:
    table = pq.read_table(data / f"{name}.parquet")
    pq.write_table(table.drop_columns([column]), data / f"{name}.parquet")


FAULTS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "missing-file": (lambda data: (data / "tax.parquet").unlink(), ("tax", "missing", "Put a file tax.parquet")),
    "file-twice": (lambda data: (data / "tax.csv").write_text("tax_code\n"), ("twice", "Keep only")),
    "missing-column": (lambda data: _without(data, "social", "unit_code"), ("social.parquet", "unit_code", "Add the column")),
    "broken-parquet": (lambda data: (data / "market.parquet").write_bytes(b"PAR1 torn PAR1"), ("market.parquet", "cannot be read", "Save the table again")),
    "cut-parquet": (lambda data: (data / "market.parquet").write_bytes((data / "market.parquet").read_bytes()[:-20]), ("market.parquet", "Save the table again")),
    "undecodable-csv": (lambda data: _csv(data, "unions", b"union_id,\xff\xff\xfe\x81\n\xff\xff"), ("unions.csv", "GB18030", "Save it again")),
    "empty-file": (lambda data: _csv(data, "unions", b""), ("unions.csv", "empty", "header")),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_with_its_remedy_and_the_old_lists_stay(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = _town().write(tmp_path / "data"), tmp_path / "out"
    out.mkdir()
    (out / "links.parquet").write_bytes(b"lists of last month")
    spoil, words = FAULTS[fault]
    spoil(data)

    status = main([str(data), "--out", str(out)])

    said = capsys.readouterr().err
    assert status == 2
    assert all(word in said for word in words), said
    assert "Traceback" not in said
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "links.parquet": b"lists of last month"
    }


def test_a_folder_that_does_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 2

    assert "There is no folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_where_a_file_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = _town().write(tmp_path / "data")
    (tmp_path / "out").write_text("a file")

    assert main([str(data), "--out", str(tmp_path / "out")]) == 2

    assert "is a file" in capsys.readouterr().err


def test_memory_that_is_no_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = _town().write(tmp_path / "data")

    assert main([str(data), "--out", str(tmp_path / "out"), "--memory", "much"]) == 2

    assert "4GB" in capsys.readouterr().err


def test_tables_without_rows_give_lists_without_rows(tmp_path: Path) -> None:
    outcome = Small().match(tmp_path)

    assert {name: outcome.keys(name) for name in LISTS} == {name: set() for name in LISTS}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The town's lists, from Parquet."""
    return _town().match(tmp_path_factory.mktemp("parquet"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_any_usual_encoding_gives_the_same_lists(
    encoding: str, expected: Outcome, tmp_path: Path
) -> None:
    data = _town().write(tmp_path / "data")
    for name in COLUMNS:
        _as_csv(data / f"{name}.parquet", encoding)

    assert main([str(data), "--out", str(tmp_path / "out")]) == 0

    lists = {name: pq.read_table(tmp_path / "out" / f"{name}.parquet") for name in LISTS}
    assert lists == {name: pq.read_table(expected.report.lists[name].path) for name in LISTS}


def test_rows_without_key_or_with_a_repeated_one_are_left_out_and_said(tmp_path: Path) -> None:
    small = _town()
    small.firm("", "无编号的企业", code(7))
    small.firm("E1", "重复的企业", code(8))

    outcome: Outcome = small.match(tmp_path)

    assert any("1 rows have no usable entity_id" in said for said in outcome.report.warnings)
    assert any("1 rows repeat an earlier entity_id" in said for said in outcome.report.warnings)


def _as_csv(path: Path, encoding: str) -> None:
    table: pa.Table = pq.read_table(path)
    lines = [",".join(table.column_names)]
    lines += [
        ",".join("" if value is None else str(value) for value in row.values()) for row in table.to_pylist()
    ]
    path.with_suffix(".csv").write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    path.unlink()
