"""How many people each entity of the market register insures now."""

import json
from pathlib import Path

import polars as pl

#: Ways of writing that a spell goes on, besides leaving the month empty.
_NO_END = 209_900


def headcounts(data: Path, out: Path) -> dict[str, int]:
    """entity_id → people insured now. data: folder of the tables compared; out: folder of the lists.

    Insured persons of accounts that bear the entity's own code; for firms on the list of those without a union the
    matcher's own count, which also knows accounts under other codes and names.
    """
    counts = _by_code(data / "social.parquet", data / "market.parquet")
    return counts | _on_the_list(out / "no_union_25.parquet")


def _by_code(social: Path, market: Path) -> dict[str, int]:
    if not social.exists() or not market.exists():
        return {}
    month = pl.col("end_month").cast(pl.Int64, strict=False)
    running = month.is_null() | (month == 0) | (month >= _NO_END)
    code = pl.col("unit_code").cast(pl.String).str.strip_chars().str.to_uppercase()
    people = (
        pl.scan_parquet(social).filter(running).select(code.alias("uscc"), pl.col("id_no"))
        .filter(pl.col("uscc").str.len_chars() == 18).group_by("uscc").agg(pl.col("id_no").n_unique().alias("people"))
    )  # fmt: skip
    entities = pl.scan_parquet(market).select(
        "entity_id", pl.col("uscc").cast(pl.String).str.strip_chars().str.to_uppercase()
    )
    found = entities.join(people, on="uscc").select("entity_id", "people").collect(engine="streaming")
    return dict(found.iter_rows())


def _on_the_list(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    rows = pl.read_parquet(path, columns=["entity_id", "evidence"]).iter_rows()
    said = ((entity_id, json.loads(evidence)) for entity_id, evidence in rows)
    return {entity_id: int(one["people"]) for entity_id, one in said if one.get("source") == "social"}
