"""Monthly runs that touch only what changed: a state folder keeps what the dear steps found the last time.

Three kinds of steps are kept, all others are computed anew from them, so the lists are those of a full run:
row by row (a row's digest says whether it must be read again), pair by pair (a pair is kept when neither side
changed), and comparisons (kept for as long as both compared stay as they are). The state holds ID numbers and
telephones: it belongs where the extracts are, and nobody else can read the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartunion.systems.organising.matching import macros
from smartunion.systems.organising.matching.contract import TABLES
from smartunion.systems.organising.matching.plan import SqlStep
from smartunion.systems.organising.matching.sqltext import literal, values_in

if TYPE_CHECKING:
    from smartunion.systems.organising.matching.context import Context
    from smartunion.systems.organising.matching.engines import Row
    from smartunion.systems.organising.matching.engines.duck import DuckEngine
    from smartunion.systems.organising.matching.options import Options
    from smartunion.systems.organising.matching.pipeline import Pipeline
    from smartunion.systems.organising.matching.places import RegionWords

FILE: Final = "state.duckdb"
_FORMAT: Final = 2
# The big tables of which single rows are followed, with their keys.
_FOLLOWED: Final = {"market": "entity_id", "members": "member_id", "social": "sid"}
_MOST_CHANGED: Final = 0.3  # beyond this a full run is quicker
_MOST_WORDS: Final = 300
_READERS: Final = ("macros.py", "lexicon.py", "places.py", "inputs.py")
_PAIRS: Final = ("pairs_first", "pairs_second", "pairs_third")


class StateUnfit(Exception):
    """What was kept cannot serve this run; the message says why. A full run follows."""


@dataclass(slots=True)
class State:
    """The kept relations, attached as the database `state`. fresh: nothing is kept yet, everything is computed."""

    engine: DuckEngine
    pipeline: Pipeline
    path: Path
    fresh: bool
    changed: dict[str, int] = field(default_factory=dict)

    def begin(self, options: Options) -> None:
        """Find changed, new and gone rows of the followed tables; raises StateUnfit."""
        mark = fingerprint(self.pipeline, self.handlers(), options, self.engine.version())
        if self.fresh:
            self.engine.execute("CREATE TABLE state.marks (name VARCHAR, value VARCHAR)")
            self._mark("made_by", mark)
        elif self._marked("made_by") != mark:
            raise StateUnfit("program or options have changed since")
        for table, key in _FOLLOWED.items():
            self._follow(table, key)

    def handlers(self) -> dict[str, Callable[[Context, SqlStep], int]]:
        """How the kept steps are computed, by name."""
        market, people = ("entities", "entity_names"), ("insured", "enrolled")
        return {
            "account_rows": self._account_rows,
            "entities": self._by_row("market", "entity_id", ("market_in",)),
            "former_names": self._by_row("market", "entity_id", ("market_in",)),
            "entity_heads": self._by_row("market", "entity_id", ("entities", "former_names")),
            "entity_names": self._by_row("market", "entity_id", ("entity_heads",)),
            "insured": self._by_row("social", "sid", ("social_in",)),
            "enrolled": self._by_row("members", "member_id", ("members_in",)),
            "open_mentions": self._open_mentions,
            "candidates_first": self._by_pair("mention", "open_mentions", market, ("entity_id",)),
            "nameless": self._nameless,
            "slips": self._by_pair("mention", "nameless", market, ("entity_id",)),
            **dict.fromkeys(_PAIRS, self._comparisons),
            "id_pairs": self._id_pairs,
            "other_names": self._other_names,
            "weak": self._weak,
            "weak_insured": self._by_row("social", "sid", ("insured",)),
            "weak_enrolled": self._by_row("members", "member_id", ("enrolled",)),
            "leads": self._by_pair("weak", "weak", people, ("source",)),
        }

    def check_words(self, context: Context) -> None:
        """Names are cut by the region words met: where a word came or went, names that hold it are read again.

        Raises StateUnfit.
        """
        plain = str(context.macros["account"] is macros.plain_account)
        words = "SELECT word, level, stem FROM words_now"
        self.engine.put(
            "words_now", dict.fromkeys(("word", "level", "stem"), "VARCHAR"), _words(context.regions)
        )
        if self.fresh:
            self._mark("plain_accounts", plain)
        else:
            if self._marked("plain_accounts") != plain:
                raise StateUnfit("account numbers are written in another way now")
            kept = "SELECT word, level, stem FROM state.region_words"
            met = self.engine.rows(
                f"SELECT DISTINCT word FROM (({words} EXCEPT {kept}) UNION ALL ({kept} EXCEPT {words}))"
            )
            if len(met) > _MOST_WORDS:
                raise StateUnfit("names begin with other region words now")
            if met:
                self._read_again(literal("|".join(re.escape(str(row[0])) for row in met)))
        self.engine.execute(f"CREATE OR REPLACE TABLE state.region_words AS {words}")

    def _read_again(self, pattern: str) -> None:
        """Treat entities as changed whose name, now or before, holds one of these words."""
        self.engine.create(
            "read_again",
            f"SELECT entity_id FROM (SELECT entity_id, name_key FROM entities UNION ALL SELECT entity_id, name_key "
            f"FROM former_names) AS names WHERE REGEXP_MATCHES(name_key, {pattern}) "
            "AND entity_id NOT IN (SELECT entity_id FROM market_touched) GROUP BY entity_id",
        )
        chosen = "WHERE entity_id IN (SELECT entity_id FROM read_again)"
        for name in ("entities", "former_names"):
            self.engine.execute(f"INSERT INTO {name}_changed SELECT * FROM {name} {chosen}")
        for name in ("market_gone", "market_touched"):
            self.engine.execute(f"INSERT INTO {name} BY NAME SELECT entity_id FROM read_again")

    def finish(self) -> None:
        """Write everything into the state's file and let go of it."""
        self.engine.execute("CHECKPOINT state")
        self.engine.execute("DETACH state")

    def _follow(self, table: str, key: str) -> None:
        columns = ", ".join(TABLES[table].needed)
        also = ""
        if table == "social":
            also = (
                f", HASH(unit_no, unit_name, unit_code) AS unit_key, {macros.running('end_month')} AS running"
            )
        read = f"SELECT *, HASH({columns}) AS digest{also} FROM {table}_in"
        kept = f"{key}, digest" + (", unit_key, running" if also else "")
        if self.fresh:
            self.engine.execute(f"CREATE TABLE state.{table}_digests AS SELECT {kept} FROM ({read})")
            return
        digests = f"state.{table}_digests"
        changed = self.engine.create(
            f"{table}_changed",
            f"SELECT n.* FROM ({read}) AS n ANTI JOIN {digests} AS d ON n.{key} = d.{key} AND n.digest = d.digest",
        )
        self.engine.create(
            f"{table}_gone",
            f"SELECT d.* FROM {digests} AS d SEMI JOIN {table}_changed AS n ON d.{key} = n.{key}",
        )
        before, now = self._count(digests), self._count(f"{table}_in")
        if before + changed - self._count(f"{table}_gone") != now:
            self.engine.execute(
                f"INSERT INTO {table}_gone SELECT d.* FROM {digests} AS d ANTI JOIN {table}_in AS n ON d.{key} = n.{key}"
            )
        gone = self._count(f"{table}_gone")
        if changed + gone > _MOST_CHANGED * max(before, 1) and changed + gone > 1000:
            raise StateUnfit(f"of {table} too many rows have changed")
        self.engine.create(
            f"{table}_touched", f"SELECT {key} FROM {table}_gone UNION SELECT {key} FROM {table}_changed"
        )
        self.changed[table] = self._count(f"{table}_touched")
        self.engine.execute(f"DELETE FROM {digests} WHERE {key} IN (SELECT {key} FROM {table}_gone)")
        self.engine.execute(f"INSERT INTO {digests} SELECT {kept} FROM {table}_changed")

    def _account_rows(self, context: Context, step: SqlStep) -> int:
        listed = "unit_no, unit_name, unit_code"
        if self.fresh:
            sql = f"SELECT *, HASH({listed}) AS unit_key FROM ({self.pipeline.sql_of(step, context)})"
            return self._keep("account_rows", sql, f"{listed}, rows_all, rows_now")
        self.engine.create(
            "account_changes",
            "SELECT unit_key, SUM(one) AS rows_all, SUM(one * now) AS rows_now FROM ("
            "SELECT unit_key, -1 AS one, CAST(running AS BIGINT) AS now FROM social_gone "
            "UNION ALL SELECT unit_key, 1, CAST(running AS BIGINT) FROM social_changed) GROUP BY unit_key",
        )
        sql = (
            f"SELECT * FROM (SELECT {listed}, CAST(a.rows_all + COALESCE(c.rows_all, 0) AS BIGINT) AS rows_all, "
            "CAST(a.rows_now + COALESCE(c.rows_now, 0) AS BIGINT) AS rows_now, a.unit_key "
            "FROM state.account_rows AS a LEFT JOIN account_changes AS c ON a.unit_key = c.unit_key) "
            f"WHERE rows_all > 0 UNION ALL SELECT {listed}, COUNT(*), SUM(CAST(running AS BIGINT)), unit_key "
            "FROM social_changed ANTI JOIN state.account_rows USING (unit_key) GROUP BY ALL"
        )
        return self._keep("account_rows", sql, f"{listed}, rows_all, rows_now")

    def _by_row(self, table: str, key: str, inputs: tuple[str, ...]) -> Callable[[Context, SqlStep], int]:
        def work(context: Context, step: SqlStep) -> int:
            if step.name == "entity_heads":
                self.check_words(context)
            sql = self.pipeline.sql_of(step, context)
            if self.fresh:
                return self._keep(step.name, sql)
            changed = {
                name: f"{table}_changed" if name.endswith("_in") else f"{name}_changed" for name in inputs
            }
            self.engine.create(f"{step.name}_changed", reading(sql, changed))
            self.engine.execute(
                f"DELETE FROM state.{step.name} WHERE {key} IN (SELECT {key} FROM {table}_gone)"
            )
            self.engine.execute(f"INSERT INTO state.{step.name} SELECT * FROM {step.name}_changed")
            return self._show(step.name)

        return work

    def _open_mentions(self, context: Context, step: SqlStep) -> int:
        rows = self.engine.create(step.name, self.pipeline.sql_of(step, context))
        columns = [name for name in self.engine.columns(step.name) if name != "weight"]
        digests = f"SELECT mention, HASH({', '.join(columns)}) AS digest FROM {step.name}"
        return self._sort_out(step.name, digests, rows)

    def _nameless(self, context: Context, step: SqlStep) -> int:
        rows = self.engine.create(step.name, self.pipeline.sql_of(step, context))
        return self._sort_out(
            step.name,
            f"SELECT n.mention, o.digest FROM {step.name} AS n JOIN state.open_mentions_digests AS o ON n.mention = o.mention",
            rows,
        )

    def _sort_out(self, name: str, digests: str, rows: int) -> int:
        """Split a relation of mentions into those known from the last run and the others."""
        self.engine.create(f"{name}_now", digests)
        if not self.fresh:
            self.engine.create(
                f"{name}_changed",
                f"SELECT * FROM {name} WHERE mention NOT IN (SELECT n.mention FROM {name}_now AS n "
                f"JOIN state.{name}_digests AS d ON n.mention = d.mention AND n.digest = d.digest)",
            )
            self.engine.view(
                f"{name}_same",
                f"SELECT * FROM {name} WHERE mention NOT IN (SELECT mention FROM {name}_changed)",
            )
        if name == "open_mentions" and not self.fresh:
            self.engine.execute(
                "DELETE FROM state.comparisons WHERE mention NOT IN (SELECT mention FROM open_mentions_same) "
                "OR entity_id IN (SELECT entity_id FROM market_touched)"
            )
        self.engine.execute(f"CREATE OR REPLACE TABLE state.{name}_digests AS SELECT * FROM {name}_now")
        self.engine.drop(f"{name}_now")
        return rows

    def _by_pair(
        self, key: str, left: str, right: tuple[str, ...], right_keys: tuple[str, ...]
    ) -> Callable[[Context, SqlStep], int]:
        """Steps that pair rows of one relation, told by key, with rows of others, one pair at a time."""

        def work(context: Context, step: SqlStep) -> int:
            sql = self.pipeline.sql_of(step, context)
            if self.fresh:
                return self._keep(step.name, sql)
            (other,) = right_keys
            gone = (
                "SELECT entity_id FROM market_touched"
                if other == "entity_id"
                else "SELECT sid FROM social_touched UNION ALL SELECT -1 - member_id FROM members_touched"
            )
            old = (
                f"SELECT * FROM state.{step.name} WHERE {key} IN (SELECT {key} FROM {left}_same) "
                f"AND {other} NOT IN ({gone})"
            )
            self.engine.create(f"{step.name}_one", reading(sql, {left: f"{left}_changed"}))
            self.engine.create(
                f"{step.name}_two",
                reading(sql, {left: f"{left}_same", **{name: f"{name}_changed" for name in right}}),
            )
            rows = self._keep(
                step.name,
                f"{old} UNION ALL SELECT * FROM {step.name}_one UNION ALL SELECT * FROM {step.name}_two",
            )
            self.engine.drop(f"{step.name}_one")
            self.engine.drop(f"{step.name}_two")
            return rows

        return work

    def _comparisons(self, context: Context, step: SqlStep) -> int:
        """A mention and an entity are compared once for as long as both stay as they are."""
        sql = self.pipeline.sql_of(step, context)
        candidates = step.values["candidates"]
        if self.fresh and step.name == _PAIRS[0]:
            rows = self.engine.create(step.name, sql)
            self.engine.execute(f"CREATE TABLE state.comparisons AS SELECT * FROM {step.name}")
            return rows
        same = "c.mention = p.mention AND c.entity_id = p.entity_id AND c.typo = p.typo"
        self.engine.create(
            "uncompared", f"SELECT c.* FROM {candidates} AS c ANTI JOIN state.comparisons AS p ON {same}"
        )
        self.engine.create("compared_now", reading(sql, {candidates: "uncompared"}))
        rows = self.engine.create(
            step.name,
            f"SELECT p.* FROM state.comparisons AS p SEMI JOIN {candidates} AS c ON {same} "
            "UNION ALL SELECT * FROM compared_now",
        )
        self.engine.execute("INSERT INTO state.comparisons SELECT * FROM compared_now")
        self.engine.drop("uncompared")
        self.engine.drop("compared_now")
        return rows

    def _id_pairs(self, context: Context, step: SqlStep) -> int:
        sql = self.pipeline.sql_of(step, context)
        if self.fresh:
            return self._keep(step.name, sql)
        self.engine.view(
            "enrolled_same",
            "SELECT * FROM enrolled WHERE member_id NOT IN (SELECT member_id FROM members_touched)",
        )
        self.engine.create(
            "id_pairs_changed",
            f"{reading(sql, {'enrolled': 'enrolled_changed'})} UNION ALL "
            f"{reading(sql, {'enrolled': 'enrolled_same', 'insured': 'insured_changed'})}",
        )
        self.engine.execute(
            "DELETE FROM state.id_pairs WHERE member_id IN (SELECT member_id FROM members_touched) "
            "OR sid IN (SELECT sid FROM social_touched)"
        )
        self.engine.execute("INSERT INTO state.id_pairs SELECT * FROM id_pairs_changed")
        return self._show(step.name)

    def _other_names(self, context: Context, step: SqlStep) -> int:
        sql = self.pipeline.sql_of(step, context)
        if self.fresh:
            return self._keep(step.name, sql)
        return self._keep(
            step.name,
            f"SELECT * FROM state.{step.name} WHERE member_id NOT IN (SELECT member_id FROM members_touched) "
            f"AND sid NOT IN (SELECT sid FROM social_touched) "
            f"UNION ALL SELECT * FROM ({reading(sql, {'id_pairs': 'id_pairs_changed'})})",
        )

    def _weak(self, context: Context, step: SqlStep) -> int:
        rows = self.engine.create(step.name, self.pipeline.sql_of(step, context))
        if not self.fresh:
            touched = "SELECT sid FROM social_touched UNION ALL SELECT -1 - member_id FROM members_touched"
            self.engine.create("weak_changed", f"SELECT * FROM weak WHERE weak IN ({touched})")
            self.engine.view("weak_same", f"SELECT * FROM weak WHERE weak NOT IN ({touched})")
        return rows

    def _keep(self, name: str, sql: str, shown: str = "*") -> int:
        self.engine.execute(f"CREATE OR REPLACE TABLE state.{name}_next AS {sql}")
        self.engine.execute(f"DROP TABLE IF EXISTS state.{name}")
        self.engine.execute(f"ALTER TABLE state.{name}_next RENAME TO {name}")
        return self._show(name, shown)

    def _show(self, name: str, shown: str = "*") -> int:
        self.engine.view(name, f"SELECT {shown} FROM state.{name}")
        return self._count(f"state.{name}")

    def _count(self, relation: str) -> int:
        return int(self.engine.rows(f"SELECT COUNT(*) FROM {relation}")[0][0] or 0)

    def _mark(self, name: str, value: str) -> None:
        self.engine.execute(f"INSERT INTO state.marks VALUES ({literal(name)}, {literal(value)})")

    def _marked(self, name: str) -> str:
        found = self.engine.rows(f"SELECT value FROM state.marks WHERE name = {literal(name)}")
        return str(found[0][0]) if found else ""


def _words(regions: RegionWords | None) -> list[Row]:
    if regions is None:
        raise RuntimeError("The step region_words must run before names are taken apart.")
    return [
        (word, level, stem)
        for level in ("provinces", "cities", "counties", "towns")
        for word, stem in getattr(regions, level).items()
    ]


def reading(sql: str, instead: Mapping[str, str]) -> str:
    """The same query reading other relations; only names behind FROM and JOIN are looked at."""
    names = "|".join(map(re.escape, sorted(instead, key=len, reverse=True)))
    return re.sub(
        rf"\b(FROM|JOIN)(\s+)({names})\b", lambda found: f"{found[1]}{found[2]}{instead[found[3]]}", sql
    )


def fingerprint(pipeline: Pipeline, kept: Iterable[str], options: Options, version: str) -> str:
    """Changes with anything that would make kept results wrong: their steps, how names are read, options they ask for, the engine.

    Verdicts and options that steer only what is computed anew each time leave the state as it is.
    """
    names = set(kept)
    texts = [step.sql for step in pipeline.steps if isinstance(step, SqlStep) and step.name in names]
    asked = {word for text in texts for word in values_in(text)}
    steering = sorted((word, value) for word, value in options.values().items() if word in asked)
    told = hashlib.sha256(repr((_FORMAT, version, steering, texts)).encode())
    here = Path(__file__).parent
    for path in (*(here / name for name in _READERS), *sorted((here / "words").iterdir())):
        told.update(path.read_bytes())
    return told.hexdigest()


def open_state(engine: DuckEngine, pipeline: Pipeline, folder: Path, scratch: Path, *, afresh: bool) -> State:
    """Attach a copy of the kept state, or an empty one. Raises StateUnfit when the file cannot be read."""
    kept, path = folder / FILE, scratch / FILE
    fresh = afresh or not kept.exists()
    if not fresh:
        shutil.copyfile(kept, path)
    engine.attach(path, StateUnfit("its file cannot be read"))
    return State(engine, pipeline, path, fresh)


def publish(state: State, folder: Path) -> None:
    """Put the finished state in the place of the last one; readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    state.path.chmod(0o600)
    try:
        os.replace(state.path, folder / FILE)
    except OSError:  # another file system
        shutil.copyfile(state.path, folder / f"{FILE}.new")
        (folder / f"{FILE}.new").chmod(0o600)
        os.replace(folder / f"{FILE}.new", folder / FILE)
