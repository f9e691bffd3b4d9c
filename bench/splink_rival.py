"""The rival of match_vs_splink.py: the same six files through two Splink 5 models, then all seven lists in plain SQL.

It is built as a good analyst would who knows Chinese registers: names folded (full-width, traditional, brackets,
blanks), region words and legal forms taken off into a core, codes and ID numbers cleaned, old 15-digit ID numbers
brought to the length of the new ones, insurance rows collapsed to different people before they are compared, blocking
rules that find what one slip hides, and both models trained as Splink's guide says (prior from certain rules, u by
random sampling, m by expectation maximisation on two blocks). Thresholds are chosen outside the time that is measured,
on the truth itself, which no analyst would have: they are the best this model can do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "smartunion" / "systems" / "organising" / "matching" / "words"
TABLES = ("market", "unions", "union_units", "members", "social", "tax")
FORMS = (
    "股份有限责任公司|股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|分公司|公司|合伙企业|有限合伙|"
    "普通合伙|个人独资企业|特殊普通合伙|集团"
)
UNION_TAIL = "(联合工会委员会|基层工会委员会|工会委员会|联合工会|工会联合会|工会)$"


@dataclass(frozen=True)
class Thresholds:
    """Match probability from which a pair counts."""

    links: float = 0.9
    accounts: float = 0.9
    persons: float = 0.9


@dataclass(frozen=True)
class Blocks:
    """How many signs of a core make the block of its beginning, and from what length on one is made of all but its first two.

    Blocks grow faster than the rows: of a whole city the short ones hold so many pairs that comparing them fills a disk.
    """

    head: int = 4
    tail: int = 5


def prepare(database: Any, data_dir: Path, blocks: Blocks) -> None:
    """Read the files and write every value in one way."""
    for name in TABLES:
        parquet = data_dir / f"{name}.parquet"
        source = (
            f"'{parquet}'" if parquet.exists() else f"read_csv('{data_dir / name}.csv', all_varchar = true)"
        )
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")
    _macros(database)
    for sql in _CLEAN:
        database.execute(sql.replace("$HEAD", str(blocks.head)).replace("$TAIL", str(blocks.tail)))


def _macros(database: Any) -> None:
    wide = "".join(chr(c + 0xFEE0) for c in range(0x21, 0x7F))
    plain = "".join(chr(c) for c in range(0x21, 0x7F)).replace("'", "''")
    old, new = _traditional(database)
    database.execute(f"CREATE MACRO folded(t) AS upper(translate(coalesce(t, ''), '{wide}', '{plain}'))")
    database.execute("CREATE MACRO squeezed(t) AS regexp_replace(folded(t), '[^\\p{L}\\p{N}]', '', 'g')")
    database.execute(f"CREATE MACRO norm(t) AS translate(squeezed(t), '{old}', '{new}')")
    database.execute(f"CREATE MACRO bare(t) AS regexp_replace(norm(t), '{UNION_TAIL}', '')")
    region = "|".join(_regions(database))
    database.execute(
        f"CREATE MACRO core_of(t) AS regexp_replace(regexp_replace(t, '^({region})+', ''), '({FORMS}|{region})', '', 'g')"
    )
    database.execute("CREATE MACRO code_of(t) AS regexp_replace(folded(t), '[^0-9A-Z]', '', 'g')")
    database.execute(
        "CREATE MACRO id_of(t) AS CASE length(t) WHEN 15 THEN substr(t, 1, 6) || '19' || substr(t, 7, 9) "
        "ELSE substr(t, 1, 17) END"
    )
    database.execute(
        "CREATE MACRO phone_of(t) AS right(regexp_replace(split_part(folded(t), '.', 1), '[^0-9]', '', 'g'), 11)"
    )


def _regions(database: Any) -> list[str]:
    """Province, city and the districts of this register, with and without their last character."""
    rows = database.execute("SELECT DISTINCT district FROM market WHERE length(district) >= 2").fetchall()
    names = {row[0] for row in rows} | {"浙江省", "宁波市"}
    names |= {name[:-1] for name in names if len(name) >= 3}
    return sorted(names, key=lambda name: (-len(name), name))


def _traditional(database: Any) -> tuple[str, str]:
    """The traditional and variant characters these names hold, and what to write instead."""
    old, new = (WORDS / "variants.txt").read_text(encoding="utf-8").splitlines()[:2]
    instead = dict(zip(old.strip(), new.strip(), strict=True))
    rows = database.execute(
        """SELECT DISTINCT unnest(string_split(name, '')) FROM (
             SELECT name FROM market UNION SELECT unit_name FROM unions UNION SELECT union_name FROM unions
             UNION SELECT unit_name FROM union_units UNION SELECT unit_name FROM social
             UNION SELECT taxpayer_name FROM tax)"""
    ).fetchall()
    held = sorted({row[0] for row in rows} & set(instead))
    return "".join(held), "".join(instead[character] for character in held)


# The columns of one organisation's record, from name, code, old_no and district as already cleaned.
_KEYS = """
    nullif(name, '') AS name, nullif(core, '') AS core,
    CASE WHEN length(core) >= $HEAD THEN substr(core, 1, $HEAD) WHEN $HEAD <= 4 THEN nullif(core, '') END AS head,
    CASE WHEN length(core) >= $TAIL THEN substr(core, 3) END AS tail,
    CASE WHEN length(code) = 18 THEN code END AS uscc,
    CASE length(code) WHEN 18 THEN substr(code, 9, 9) WHEN 9 THEN code END AS organisation,
    CASE WHEN length(code) = 15 THEN code ELSE nullif(old_no, '') END AS old_no,
    CASE WHEN length(code) BETWEEN 16 AND 20 THEN code END AS code, nullif(district, '') AS district
"""
_CLEAN = (
    """CREATE TABLE unit_rows AS SELECT unit_no, unit_name, unit_code, count(*) AS n FROM social GROUP BY ALL""",
    """CREATE TABLE accounts AS SELECT DISTINCT ON (account) account, unit_name, unit_code
       FROM (SELECT coalesce(nullif(trim(unit_no), ''), unit_code || unit_name) AS account, unit_name, unit_code, n
             FROM unit_rows) ORDER BY account, n DESC""",
    """CREATE TABLE given AS
       SELECT 'union' AS kind, union_id AS ref, bare(coalesce(nullif(trim(unit_name), ''), union_name)) AS name,
              code_of(unit_code) AS code, '' AS old_no, trim(district) AS district FROM unions
       WHERE union_type IN ('独立基层工会', '联合基层工会')
       UNION ALL SELECT DISTINCT 'unit', union_id, bare(unit_name), code_of(unit_code), '', '' FROM union_units
       UNION ALL SELECT 'account', account, bare(unit_name), code_of(unit_code), '', '' FROM accounts
       UNION ALL SELECT DISTINCT 'tax', tax_code || '|' || taxpayer_name, bare(taxpayer_name), code_of(tax_code), '', ''
       FROM tax""",
    f"""CREATE TABLE refs AS SELECT row_number() OVER () AS unique_id, kind, ref, {_KEYS}
        FROM (SELECT *, core_of(name) AS core FROM given)""",
    """CREATE TABLE registered AS
       SELECT entity_id, status, norm(name) AS name, code_of(uscc) AS code, code_of(old_reg_no) AS old_no,
              trim(district) AS district FROM market
       UNION SELECT entity_id, status, norm(unnest(string_split_regex(former_name, '[|;,、；]'))), code_of(uscc),
              code_of(old_reg_no), trim(district) FROM market WHERE former_name <> ''""",
    f"""CREATE TABLE entities AS SELECT row_number() OVER () AS unique_id, entity_id, status, {_KEYS}
        FROM (SELECT *, core_of(name) AS core FROM registered)""",
    """CREATE TABLE employer_cores AS SELECT given, nullif(core_of(bare(given)), '') AS core
       FROM (SELECT unit_name AS given FROM social UNION SELECT employer_name FROM members)""",
    """CREATE TABLE humans AS SELECT row_number() OVER () AS unique_id, name, nullif(id_of(id), '') AS id17,
              substr(nullif(id_of(id), ''), 7, 8) AS born, phone, employer, list(sid) AS sids FROM (
       SELECT sid, nullif(squeezed(name), '') AS name, code_of(id_no) AS id, nullif(phone_of(mobile), '') AS phone,
              core AS employer FROM social LEFT JOIN employer_cores ON unit_name = given)
       GROUP BY name, id, phone, employer""",
    """CREATE TABLE enrolled AS SELECT row_number() OVER () AS unique_id, name, nullif(id_of(id), '') AS id17,
              substr(nullif(id_of(id), ''), 7, 8) AS born, phone, employer, list(member_id) AS member_ids FROM (
       SELECT member_id, nullif(squeezed(name), '') AS name, code_of(id_no) AS id,
              nullif(phone_of(mobile), '') AS phone, core AS employer
       FROM members LEFT JOIN employer_cores ON employer_name = given) GROUP BY name, id, phone, employer""",
)


def _side(api: Any, name: str, other: str) -> Any:
    """One side of a link, with the columns both sides have."""
    api.duckdb_con.execute(f"CREATE VIEW {name}_side AS SELECT * EXCLUDE ({other}) FROM {name}")
    return api.register(f"{name}_side")


def _without_matches(linker: Any) -> None:
    """Take the true matches out of the sampled u: where each record has one partner they are as many as the chance
    agreements, and left in they make the model doubt exact names and codes that stand alone."""
    model = linker._settings_obj.core_model_settings
    prior = model.probability_two_random_records_match
    for comparison in model.comparisons:
        for level in comparison.comparison_levels:
            if not level.is_null_level and level.u_probability is not None and level.u_probability < 0.01:
                level.u_probability = max(
                    level.u_probability - prior * level.m_probability, level.u_probability / 100
                )


def _share(api: Any, name: str) -> float:
    """How many of the records expectation maximisation trains on: all of a county, about 200,000 of a city."""
    rows = api.duckdb_con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    return min(1.0, 200_000 / max(rows, 1))


def organisations(api: Any, pairs: float) -> Any:
    """Every way a union, an insurer or the tax office names an employer, against the market register."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import Linker, SettingsCreator, block_on

    code = comparisons.CustomComparison(
        output_column_name="code",
        comparison_levels=[
            levels.CustomLevel(
                "((code_l IS NULL OR code_r IS NULL) AND "
                "(organisation_l IS NULL OR organisation_r IS NULL) AND (old_no_l IS NULL OR old_no_r IS NULL))",
                "no codes of one kind",
            ).configure(is_null_level=True),
            levels.CustomLevel("uscc_l = uscc_r", "same code"),
            levels.CustomLevel("organisation_l = organisation_r", "same organisation code"),
            levels.CustomLevel("old_no_l = old_no_r", "same old number"),
            levels.LevenshteinLevel("code", 2),  # a slip; two exchanged count two
            levels.ElseLevel(),
        ],
    )  # fmt: skip
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name"),
            levels.ExactMatchLevel("core"),
            levels.CustomLevel("starts_with(core_r, core_l) OR starts_with(core_l, core_r)", "short form"),
            levels.LevenshteinLevel("core", 1),
            levels.JaroWinklerLevel("core", 0.92),
            levels.JaroWinklerLevel("core", 0.85),
            levels.ElseLevel(),
        ],
    )  # fmt: skip
    linker = Linker(
        [_side(api, "refs", "kind, ref"), _side(api, "entities", "entity_id, status")],
        SettingsCreator(
            link_type="link_only",
            comparisons=[code, name, comparisons.ExactMatch("district")],
            blocking_rules_to_generate_predictions=[
                block_on(key) for key in ("uscc", "organisation", "old_no", "name", "core", "head", "tail")
            ],
            retain_matching_columns=False,
        ),
        log_level=None,
        validate_settings=False,
    )
    certain = ["l.uscc = r.uscc AND l.core = r.core", "l.name = r.name AND l.uscc IS NULL"]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("uscc"), record_sample_proportion=_share(api, "refs")
    )
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("core"), record_sample_proportion=_share(api, "refs")
    )
    _without_matches(linker)
    # Somebody else's code is written more often than training on equal names and equal codes can show.
    other = linker._settings_obj.core_model_settings.comparisons[0].comparison_levels[-1]
    other.m_probability = max(other.m_probability, 0.02)
    return linker.inference.predict(threshold_match_probability=0.05)


def people(api: Any, pairs: float) -> Any:
    """Members against insured people."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import Linker, SettingsCreator, block_on

    identity = comparisons.CustomComparison(
        output_column_name="id17",
        comparison_levels=[
            levels.NullLevel("id17"),
            levels.ExactMatchLevel("id17"),
            levels.LevenshteinLevel("id17", 2),  # a slip; two exchanged count two
            levels.CustomLevel("born_l = born_r", "born then"),
            levels.ElseLevel(),
        ],
    )  # fmt: skip
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.LevenshteinLevel("name", 1),
            levels.ElseLevel(),
        ],
    )
    employer = comparisons.CustomComparison(
        output_column_name="employer",
        comparison_levels=[
            levels.NullLevel("employer"),
            levels.ExactMatchLevel("employer", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("employer", 0.9),
            levels.ElseLevel(),
        ],
    )
    linker = Linker(
        [_side(api, "enrolled", "member_ids"), _side(api, "humans", "sids")],
        SettingsCreator(
            link_type="link_only",
            comparisons=[identity, name, comparisons.LevenshteinAtThresholds("phone", [2]), employer],
            blocking_rules_to_generate_predictions=[
                block_on("id17"), block_on("phone"), block_on("name", "born"), block_on("name", "employer"),
            ],
            retain_matching_columns=False,
        ),
        log_level=None,
        validate_settings=False,
    )  # fmt: skip
    certain = ["l.id17 = r.id17 AND l.name = r.name", "l.phone = r.phone AND l.name = r.name"]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.95)
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("id17"), record_sample_proportion=_share(api, "humans")
    )
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("name", "phone"), record_sample_proportion=_share(api, "humans")
    )
    _without_matches(linker)
    return linker.inference.predict(threshold_match_probability=0.05)


def predictions(database: Any, data_dir: Path, pairs: float, blocks: Blocks) -> dict[str, float]:
    """Clean, train and predict both models; seconds of each part. Leaves tables `org_pairs` and `person_pairs`."""
    from splink import DuckDBAPI

    took = {}
    started = time.perf_counter()
    prepare(database, data_dir, blocks)
    took["clean"] = time.perf_counter() - started
    started = time.perf_counter()
    found = organisations(DuckDBAPI(connection=database), pairs)
    # the best entity of each name that was given
    database.execute(
        f"""CREATE TABLE org_pairs AS
            SELECT r.kind, r.ref, p.unique_id_l AS given, e.entity_id, e.status, p.match_probability AS sure
            FROM {found.physical_name} AS p JOIN refs AS r ON r.unique_id = p.unique_id_l
            JOIN entities AS e ON e.unique_id = p.unique_id_r
            QUALIFY row_number() OVER (PARTITION BY r.unique_id ORDER BY p.match_weight DESC, e.entity_id) = 1"""
    )
    took["organisations"] = time.perf_counter() - started
    started = time.perf_counter()
    found = people(DuckDBAPI(connection=database), pairs)
    # an insured person is one member (twice enrolled counts twice where the records are the same)
    database.execute(
        f"""CREATE TABLE person_pairs AS
            SELECT m.unique_id AS enrolled_id, h.unique_id AS human_id, m.member_ids, h.sids, p.match_probability AS sure
            FROM {found.physical_name} AS p JOIN enrolled AS m ON m.unique_id = p.unique_id_l
            JOIN humans AS h ON h.unique_id = p.unique_id_r"""
    )
    took["people"] = time.perf_counter() - started
    return took


def lists(database: Any, limits: Thresholds) -> dict[str, str]:
    """SQL of every list's key columns at these thresholds; views the lists share are made on the way."""
    database.execute(
        f"""CREATE OR REPLACE TEMP VIEW cover AS SELECT DISTINCT ref AS union_id, entity_id, status FROM org_pairs
            WHERE kind IN ('union', 'unit') AND sure >= {limits.links}"""
    )
    database.execute(
        f"""CREATE OR REPLACE TEMP TABLE now AS
            SELECT s.sid, h.unique_id AS human, coalesce(h.id17, h.name || coalesce(h.phone, '')) AS who, o.entity_id,
                   o.status
            FROM (SELECT unique_id, id17, name, phone, unnest(sids) AS sid FROM humans) AS h
            JOIN social AS s USING (sid)
            LEFT JOIN (SELECT ref, entity_id, status FROM org_pairs WHERE kind = 'account' AND sure >= {limits.accounts}) AS o
              ON o.ref = coalesce(nullif(trim(s.unit_no), ''), s.unit_code || s.unit_name)
            WHERE s.end_month IS NULL"""
    )
    database.execute(
        f"""CREATE OR REPLACE TEMP TABLE same AS SELECT unnest(member_ids) AS member_id, sids, human_id
            FROM person_pairs WHERE sure >= {limits.persons}"""
    )
    database.execute(
        f"""CREATE OR REPLACE TEMP TABLE heads AS
            WITH insured AS (SELECT entity_id, count(DISTINCT who) AS n FROM now WHERE entity_id IS NOT NULL GROUP BY 1),
            declared AS (SELECT o.entity_id, arg_max(t.employees, t.year) AS n FROM tax AS t
              JOIN org_pairs AS o ON o.kind = 'tax' AND o.ref = t.tax_code || '|' || t.taxpayer_name
              WHERE o.sure >= {limits.accounts} GROUP BY 1)
            SELECT m.entity_id, coalesce(i.n, d.n, 0) AS people FROM market AS m
            LEFT JOIN insured AS i USING (entity_id) LEFT JOIN declared AS d USING (entity_id)
            WHERE m.status = '存续' AND m.entity_id NOT IN (SELECT entity_id FROM cover)"""
    )
    return {
        "links": "SELECT union_id, entity_id FROM cover",
        "persons": "SELECT DISTINCT member_id, unnest(sids) AS sid FROM same",
        "no_union_25": "SELECT entity_id FROM heads WHERE people >= 25",
        "no_union_100": "SELECT entity_id FROM heads WHERE people >= 100",
        "moved_members": """SELECT m.member_id FROM members AS m
            JOIN unions AS u USING (union_id) JOIN same AS p USING (member_id) JOIN now AS n ON n.human = p.human_id
            LEFT JOIN cover AS c ON c.union_id = m.union_id AND c.entity_id = n.entity_id
            WHERE u.union_type IN ('独立基层工会', '联合基层工会') AND u.union_id IN (SELECT union_id FROM cover)
            GROUP BY 1 HAVING count(c.union_id) = 0""",
        "not_members": """SELECT DISTINCT n.sid FROM now AS n JOIN (SELECT DISTINCT entity_id FROM cover) USING (entity_id)
            WHERE n.human NOT IN (SELECT human_id FROM same)
              AND n.who NOT IN (SELECT id17 FROM enrolled WHERE id17 IS NOT NULL)""",
        "closed_unions": "SELECT union_id FROM cover GROUP BY 1 HAVING bool_and(status <> '存续')",
    }
