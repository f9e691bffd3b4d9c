"""The lists of the matching contract, computed from the true world by the contract's own definitions.

A spell counts as current when it has not ended. The window for self-employed people is no employer. An employer-based
union is one that covers at least one employer. Living means registered as 存续; employers outside the register live.
"""

import polars as pl

from smartunion.site.demo.world import World


def _headcount(world: World, social: pl.DataFrame) -> pl.DataFrame:
    """People now employed per market entity: insured people; the latest tax count where insurance has none."""
    insured = (
        social.filter(pl.col("end_month").is_null())
        .group_by(pl.col("_employer").alias("employer"))
        .agg(insured=pl.col("_person").n_unique())
    )
    declared = world.taxes.sort("year").unique("employer", keep="last").select("employer", "employees")
    market = world.employers.filter(pl.col("group") == "market").select("employer", "entity_id", "status")
    return (
        market.join(insured, on="employer", how="left")
        .join(declared, on="employer", how="left")
        .with_columns(people=pl.coalesce("insured", "employees", pl.lit(0)))
    )


def lists(world: World, members: pl.DataFrame, social: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Key columns of every list of the contract, sorted. members, social: with true keys."""
    union_id = world.unions.select("union", "union_id")
    market = world.employers.filter(pl.col("group") == "market").select("employer", "entity_id", "status")
    cover = world.coverage.unique()
    links = cover.join(market, on="employer").join(union_id, on="union")
    heads = _headcount(world, social).join(cover.select("employer").unique(), on="employer", how="anti")
    lone = heads.filter(pl.col("status") == "存续")
    persons = members.select("member_id", "_person").join(social.select("sid", "_person"), on="_person")
    real = world.employers.filter(pl.col("group") != "window").select(_employer="employer")
    current = social.filter(pl.col("end_month").is_null()).join(real, on="_employer", how="semi")
    employed = members.join(cover.select(_union="union").unique(), on="_union", how="semi").join(
        current.select("_person", now="_employer"), on="_person"
    )
    at_home = employed.join(cover.select(_union="union", now="employer"), on=["_union", "now"], how="semi")
    moved = (
        employed.join(at_home.select("member_id").unique(), on="member_id", how="anti")
        .select("member_id")
        .unique()
    )
    unheard = current.join(cover.select(_employer="employer").unique(), on="_employer", how="semi").join(
        members.select("_person").unique(), on="_person", how="anti"
    )
    alive = cover.join(world.employers.select("employer", "ended"), on="employer").filter(
        pl.col("ended") == 0
    )
    closed = (
        links.select("union", "union_id")
        .unique()
        .join(alive.select("union").unique(), on="union", how="anti")
    )
    return {
        "links": links.select("union_id", "entity_id").sort("union_id", "entity_id"),
        "persons": persons.select("member_id", "sid").sort("member_id", "sid"),
        "no_union_25": lone.filter(pl.col("people") >= 25).select("entity_id").sort("entity_id"),
        "no_union_100": lone.filter(pl.col("people") >= 100).select("entity_id").sort("entity_id"),
        "moved_members": moved.sort("member_id"),
        "not_members": unheard.select("sid").unique().sort("sid"),
        "closed_unions": closed.select("union_id").sort("union_id"),
    }
