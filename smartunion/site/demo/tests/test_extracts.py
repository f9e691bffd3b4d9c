import filecmp
import io
from argparse import ArgumentParser
from pathlib import Path

import polars as pl
import pytest

from smartunion.engines.feeds import standard
from smartunion.site.demo.extracts import pieces, tables, write
from smartunion.site.demo.extracts.cli import add_arguments, handle
from smartunion.site.demo.extracts.industry import industry, projects
from smartunion.site.demo.tests.worlds import extracts, world
from smartunion.site.demo.world import World, build

COLUMNS = {
    "market": "entity_id name uscc old_reg_no status entity_type district address founded legal_person former_name",
    "unions": "union_id union_name union_type unit_name unit_code district",
    "union_units": "union_id unit_name unit_code",
    "members": "member_id union_id name sex id_no mobile employer_name joined",
    "social": "sid name id_no mobile unit_no unit_name unit_code start_month end_month",
    "tax": "tax_code taxpayer_name employees year",
}
LISTS = ("links", "persons", "no_union_25", "no_union_100", "moved_members", "not_members", "closed_unions")


def run(*words: str) -> tuple[int, str]:
    parser = ArgumentParser()
    add_arguments(parser)
    out = io.StringIO()
    return handle(parser.parse_args(list(words)), out), out.getvalue()


def test_tables_have_the_contracts_columns() -> None:
    for name, columns in COLUMNS.items():
        got = extracts().tables[name].columns
        assert [column for column in got if column in columns.split()] == columns.split()
        assert not [column for column in got if column.startswith("_")]


def test_written_files_are_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    write(pieces(build("tiny", 5)), tmp_path / "a")
    write(pieces(build("tiny", 5)), tmp_path / "b")

    names = [*(f"{name}.parquet" for name in COLUMNS), *(f"truth/{name}.parquet" for name in LISTS)]
    same, different, errors = filecmp.cmpfiles(tmp_path / "a", tmp_path / "b", names, shallow=False)
    assert (sorted(same), different, errors) == (sorted(names), [], [])


def test_gb18030_and_utf8_say_the_same(tmp_path: Path) -> None:
    assert (
        run("--size", "tiny", "--seed", "5", "--out", str(tmp_path / "g"), "--format", "csv-gb18030")[0] == 0
    )
    assert run("--size", "tiny", "--seed", "5", "--out", str(tmp_path / "u"), "--format", "csv")[0] == 0

    for name in COLUMNS:
        chinese = (tmp_path / "g" / f"{name}.csv").read_bytes().decode("gb18030")
        assert chinese == (tmp_path / "u" / f"{name}.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["--noise", "4"], ["--month", "202601"], ["--place", "110101"]])
def test_bad_options_are_refused_and_nothing_is_written(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = run("--size", "tiny", "--out", str(tmp_path / "x"), *words)

    assert status == 2
    assert capsys.readouterr().err.strip().endswith(".")
    assert not (tmp_path / "x").exists()


def slow_lists(made: World) -> dict[str, set[object]]:
    """The contract's definitions in plain loops over the true world."""
    members = tables.members(made, 0).to_dicts()
    social = tables.social(made, 0).to_dicts()
    employers = {row["employer"]: row for row in made.employers.to_dicts()}
    union_ids = dict(made.unions.select("union", "union_id").iter_rows())
    covers: dict[int, set[int]] = {}
    for union, employer in made.coverage.iter_rows():
        covers.setdefault(union, set()).add(employer)
    covered = {employer for held in covers.values() for employer in held}
    market = {key for key, row in employers.items() if row["entity_id"]}
    now: dict[int, set[int]] = {}
    jobs: dict[int, set[int]] = {}
    for row in social:
        if row["end_month"] is None:
            now.setdefault(row["_employer"], set()).add(row["_person"])
            if employers[row["_employer"]]["group"] != "window":
                jobs.setdefault(row["_person"], set()).add(row["_employer"])
    declared: dict[int, tuple[int, int]] = {}
    for row in made.taxes.to_dicts():
        declared[row["employer"]] = max(
            declared.get(row["employer"], (0, 0)), (row["year"], row["employees"])
        )
    people_now = {key: len(now[key]) if key in now else declared.get(key, (0, 0))[1] for key in market}
    lone = {key for key in market if employers[key]["status"] == "存续" and key not in covered}
    in_union = {row["_person"] for row in members}
    links = {
        (union_ids[u], employers[e]["entity_id"]) for u, held in covers.items() for e in held if e in market
    }
    return {
        "links": set(links),
        "persons": {
            (m["member_id"], s["sid"]) for m in members for s in social if m["_person"] == s["_person"]
        },
        "no_union_25": {employers[key]["entity_id"] for key in lone if people_now[key] >= 25},
        "no_union_100": {employers[key]["entity_id"] for key in lone if people_now[key] >= 100},
        "moved_members": {
            m["member_id"]
            for m in members
            if m["_union"] in covers
            and jobs.get(m["_person"])
            and not jobs[m["_person"]] & covers[m["_union"]]
        },
        "not_members": {
            s["sid"]
            for s in social
            if s["end_month"] is None and s["_employer"] in covered and s["_person"] not in in_union
        },
        "closed_unions": {
            union_ids[u]
            for u, held in covers.items()
            if held & market and not any(employers[e]["ended"] == 0 for e in held)
        },
    }


@pytest.mark.parametrize("seed", [5, 8])
def test_truth_agrees_with_a_slow_computation(seed: int) -> None:
    expected = slow_lists(world("tiny", seed))

    for name in LISTS:
        rows = extracts("tiny", seed).truth[name].rows()
        got = {row if len(row) > 1 else row[0] for row in rows}
        assert got == expected[name], name
        assert len(rows) == len(got)


def test_no_list_is_empty_in_a_county() -> None:
    truth = extracts("county", 1).truth

    assert all(len(truth[name]) >= 3 for name in LISTS)
    assert set(truth["no_union_100"]["entity_id"]) <= set(truth["no_union_25"]["entity_id"])


def test_noise_changes_the_files_and_never_the_truth() -> None:
    clean, usual = extracts("town", 5, 0.0), extracts("town", 5, 1.0)

    for name in LISTS:
        assert clean.truth[name].equals(usual.truth[name])
    assert not clean.tables["members"].equals(usual.tables["members"])


def test_without_noise_codes_and_names_are_exact() -> None:
    made = world("town")
    clean = extracts("town", 5, 0.0).tables
    market = made.employers.filter(pl.col("group") == "market")

    assert clean["market"]["name"].equals(market["name"])
    assert clean["market"]["uscc"].equals(market["uscc"])
    assert clean["members"]["id_no"].equals(made.people["id_no"].gather(tables.members(made, 0)["_person"]))
    assert clean["tax"].filter(~pl.col("tax_code").is_in(made.employers["uscc"].to_list())).is_empty()


def test_errors_come_at_about_the_stated_rates() -> None:
    made = world("county", 1)
    own = made.unions.select("employer").with_columns(
        true=made.employers["uscc"].gather(made.unions["employer"].clip(0))
    )
    unions = pl.concat([extracts("county", 1).tables["unions"], own], how="horizontal").filter(
        pl.col("employer") >= 0
    )
    members = extracts("county", 1).tables["members"]
    social = extracts("county", 1).tables["social"]

    assert 0.5 < (unions["unit_code"] == unions["true"]).mean() < 0.7
    assert 0.1 < (unions["unit_code"] == "").mean() < 0.2
    assert 0.03 < (members["id_no"] == "").mean() < 0.06
    assert 0.06 < (members["mobile"] == "").mean() < 0.12
    assert 0.002 < (social["id_no"] == "").mean() < 0.007
    assert (members["id_no"].str.len_chars() == 15).sum() > 20
    assert (
        0.15 < members["id_no"].str.contains("x").sum() / members["id_no"].str.contains("(?i)x").sum() < 0.35
    )
    assert members["id_no"].str.contains(r"E\+").sum() > 20
    assert social["unit_code"].str.len_chars().is_in([9, 10]).mean() > 0.005


def test_lists_of_industry_and_projects_name_living_manufacturers_and_are_tables_of_the_feeds() -> None:
    here = world("town", 5)
    firms, works = industry(here), projects(here)
    register = dict(zip(here.employers["uscc"], here.employers.iter_rows(named=True), strict=True))

    for name, table in (("industry", firms), ("projects", works)):
        assert table.columns == [column.key for column in standard.TABLES[name].columns]
    assert firms.equals(industry(world("town", 5)))
    assert (len(firms) > 10, set(firms["scale"])) == (True, {"是", "否"})
    assert {register[code]["section"] for code in firms["uscc"]} == {"C"}
    assert {register[code]["ended"] for code in firms["uscc"]} == {0}
    assert firms.filter(pl.col("grade") != "").height < firms.height / 2
    assert firms.filter(pl.col("cluster") == "模具产业集群")["uscc"].is_in(list(register)).all()
    assert (firms["employees"] >= 30).all()
    assert set(works["uscc"]) <= set(firms["uscc"])
    assert works["project_code"].is_unique().all()
