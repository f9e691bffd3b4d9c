"""The vectorised checks agree with the scalar ones."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.codes import resident_id, uscc
from smartunion.engines.feeds.quality import invalid, report
from smartunion.engines.feeds.standard import TABLES

TODAY = date(2026, 11, 1)


@given(
    st.lists(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIO", min_size=17, max_size=17), min_size=1, max_size=8)
)
def test_uscc_check_digit_agrees_with_the_scalar_check(bodies: list[str]) -> None:
    codes = [
        body + (uscc.check_character(body) if set(body) <= set(uscc.ALPHABET) else "0") for body in bodies
    ]
    wrong = invalid(pl.Series("c", codes), "uscc").to_list()

    expected = [not set(code) <= set(uscc.ALPHABET) for code in codes]
    assert wrong == expected


def test_resident_ids() -> None:
    good, bad = "11010519491231002X", "110105194912310021"
    assert resident_id.check(good, today=TODAY).ok
    assert not resident_id.check(bad, today=TODAY).ok

    values = pl.Series("id", [good, good.lower(), bad, "110105491231002", "12345"])
    assert invalid(values, "resident_id").to_list() == [False, False, True, False, True]


def test_months_years_and_mobiles() -> None:
    assert invalid(pl.Series("m", ["202610", "202613", "2026-10"]), "month").to_list() == [False, True, True]
    assert invalid(pl.Series("y", [2019, 19]), "year").to_list() == [False, True]
    assert invalid(pl.Series("p", ["+8613800138000", "12800138000"]), "mobile").to_list() == [False, True]


def test_the_report_counts_filled_invalid_distinct_and_repeated_rows() -> None:
    frame = pl.DataFrame(
        {
            "sid": [1, 2, 2],
            "name": ["王芳", "", "李伟"],
            "id_no": ["11010519491231002X", None, "1"],
            "unit_name": ["甲"] * 3,
        }
    )

    assert report(frame, TABLES["social"]) == {
        "rows": 3,
        "duplicates": 1,
        "columns": [
            {"key": "sid", "filled": 3, "invalid": 0, "distinct": 2},
            {"key": "name", "filled": 2, "invalid": 0, "distinct": 2},
            {"key": "id_no", "filled": 2, "invalid": 1, "distinct": 2},
            {"key": "unit_name", "filled": 3, "invalid": 0, "distinct": 1},
        ],
    }


def test_an_empty_table_has_a_report() -> None:
    frame = pl.DataFrame(schema={"name": pl.String, "uscc": pl.String})

    assert report(frame, TABLES["market"])["rows"] == 0
