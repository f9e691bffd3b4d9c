"""How many people a firm insures now."""

import json
from pathlib import Path

import polars as pl

from smartunion.systems.organising.comparison.headcounts import headcounts

CODE, OTHER = "91330226MA2AB12345", "91330226MA2AB54321"


def test_running_people_are_counted_once_by_code_and_the_matcher_knows_better(tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "unit_code": [CODE, CODE.lower(), CODE, CODE, CODE, OTHER, "", None],
            "id_no": ["a", "b", "b", "c", "d", "e", "f", "g"],
            "end_month": [None, 0, None, 202401, 209912, None, None, None],
        }
    ).write_parquet(tmp_path / "social.parquet")
    pl.DataFrame({"entity_id": ["M1", "M2", "M3"], "uscc": [CODE, OTHER, ""]}).write_parquet(
        tmp_path / "market.parquet"
    )
    evidence = [
        json.dumps(said) for said in ({"people": 30, "source": "social"}, {"people": 9, "source": "tax"})
    ]
    pl.DataFrame({"entity_id": ["M2", "M3"], "evidence": evidence}).write_parquet(
        tmp_path / "no_union_25.parquet"
    )

    assert headcounts(tmp_path, tmp_path) == {
        "M1": 3,
        "M2": 30,
    }  # a, b once, d; taxpayers are not insured people


def test_without_the_insurers_file_nobody_is_counted(tmp_path: Path) -> None:
    assert headcounts(tmp_path, tmp_path) == {}
