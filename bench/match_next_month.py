"""Make the extracts of a month later from those of a month: about one row in a hundred is changed, new or gone.

    python bench/match_next_month.py DATA_DIR NEXT_DIR

Rows are chosen by a hash of their key, so the same files always give the same next month: people move to another
employer, retire, correct their telephone, join another union; firms are founded, renamed, closed, struck out.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

UNIT = ", ".join(
    f"LEAD({name}) OVER (ORDER BY sid) AS {name}" for name in ("unit_no", "unit_name", "unit_code")
)
PHONE = "'139' || LPAD(CAST(HASH(mobile) % 100000000 AS VARCHAR), 8, '0')"
# h: 0-999 by the row's key.
NEXT = {
    "social": "SELECT * REPLACE (CASE WHEN h BETWEEN 2 AND 4 AND end_month IS NULL THEN 202611 ELSE end_month END AS end_month, "
    f"CASE WHEN h BETWEEN 5 AND 7 THEN {PHONE} ELSE mobile END AS mobile) FROM t WHERE h >= 2 UNION ALL "
    "SELECT * REPLACE (sid + 100000000 AS sid, CAST(NULL AS BIGINT) AS end_month, "
    f"{UNIT}) FROM t WHERE h BETWEEN 2 AND 3",
    "members": "SELECT * REPLACE (CASE WHEN h BETWEEN 2 AND 4 THEN LEAD(union_id) OVER (PARTITION BY h ORDER BY member_id) "
    f"ELSE union_id END AS union_id, CASE WHEN h BETWEEN 5 AND 7 THEN {PHONE} ELSE mobile END AS mobile) FROM t WHERE h >= 2 "
    "UNION ALL SELECT * REPLACE (member_id + 100000000 AS member_id) FROM t WHERE h BETWEEN 0 AND 1",
    "market": "SELECT * REPLACE (CASE WHEN h BETWEEN 2 AND 4 THEN '注销' ELSE status END AS status, "
    "CASE WHEN h BETWEEN 5 AND 6 THEN name ELSE former_name END AS former_name, "
    "CASE WHEN h BETWEEN 5 AND 6 THEN REPLACE(name, '有限公司', '实业有限公司') ELSE name END AS name) "
    "FROM t WHERE h >= 2 UNION ALL "
    "SELECT * REPLACE ('N' || entity_id AS entity_id, '新' || name AS name, CAST(NULL AS VARCHAR) AS uscc) "
    "FROM t WHERE h BETWEEN 8 AND 9",
    "tax": "SELECT * REPLACE (CASE WHEN h < 10 THEN employees + 1 ELSE employees END AS employees) FROM t",
    "unions": "SELECT * FROM t WHERE h >= 2",
    "union_units": "SELECT * REPLACE (CASE WHEN h < 10 THEN NULL ELSE unit_code END AS unit_code) FROM t",
}
KEYS = {"social": "sid", "members": "member_id", "market": "entity_id"}
KEYS |= {"tax": "tax_code", "unions": "union_id", "union_units": "unit_name"}


def make(data_dir: Path, next_dir: Path) -> None:
    """Write every table of the next month as Parquet."""
    import duckdb

    next_dir.mkdir(parents=True)
    database = duckdb.connect()
    try:
        for name, sql in NEXT.items():
            source = f"SELECT *, HASH({KEYS[name]}) % 1000 AS h FROM '{data_dir / name}.parquet'"
            database.execute(
                f"COPY (SELECT * EXCLUDE (h) FROM (WITH t AS ({source}) {sql})) TO '{next_dir / name}.parquet' (FORMAT parquet)"
            ).fetchall()
    except BaseException:
        shutil.rmtree(next_dir)
        raise


def main() -> None:
    """Entry."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("next_dir", type=Path)
    options = parser.parse_args()
    make(options.data_dir, options.next_dir)


if __name__ == "__main__":
    main()
