"""Matches a folder of tables into a folder of lists."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from smartunion.systems.organising.matching.context import Context
from smartunion.systems.organising.matching.contract import LISTS, MatchInputError
from smartunion.systems.organising.matching.engines import Engine, open_engine
from smartunion.systems.organising.matching.incremental import State, StateUnfit, open_state, publish
from smartunion.systems.organising.matching.inputs import open_tables
from smartunion.systems.organising.matching.options import Options
from smartunion.systems.organising.matching.pipeline import Pipeline, Progress
from smartunion.systems.organising.matching.plan import LISTS_DIR, read_step
from smartunion.systems.organising.matching.report import ListFile, MatchReport, write_explanation
from smartunion.systems.organising.matching.sqltext import expand

if TYPE_CHECKING:
    from smartunion.systems.organising.matching.engines.duck import DuckEngine

# Below this, some ninety statements are planned longer than they run.
_FEW_ROWS: Final = 1000


def run(
    data_dir: str | Path,
    out_dir: str | Path,
    engine: str = "duckdb",
    *,
    explain: bool = False,
    options: Options | None = None,
    progress: Progress = lambda _: None,
    state_dir: str | Path | None = None,
) -> MatchReport:
    """Match the tables in data_dir and write the lists to out_dir; lists already there are replaced, all or none.

    engine: duckdb or spark. explain: also write explain.json and steps.md. progress: gets one line a step.
    state_dir: folder that keeps what this run found, so that the next one with the same folder reads only what changed.
    Raises MatchInputError (files), EngineMissing (spark not installed). Source: docs/matching.md.
    """
    started = time.perf_counter()
    chosen = options or Options()
    target = Path(out_dir)
    if Path(data_dir).resolve() == target.resolve():
        raise MatchInputError(
            "The lists cannot be written into the folder of the tables. Give another folder to --out."
        )
    _check_folders(Path(data_dir), target)
    work = _Work(Path(data_dir), engine, chosen, explain, progress)
    kept = _state_folder(state_dir, engine, Path(data_dir))
    with tempfile.TemporaryDirectory(prefix=".match-", dir=target) as scratch_name:
        try:
            report, state = work.run(Path(scratch_name), kept, afresh=False)
        except StateUnfit as reason:
            progress(f"What was kept in {kept} cannot be used: {reason}. Everything is computed anew.")
            report, state = work.run(Path(scratch_name) / "afresh", kept, afresh=True)
        lists = _publish(report, target)
        if state and kept:
            publish(state, kept)
    finished = MatchReport(
        engine, lists, report.steps, report.inputs, report.warnings, time.perf_counter() - started
    )
    if not explain:
        return finished
    explained = write_explanation(finished, target)
    return MatchReport(
        engine, lists, report.steps, report.inputs, report.warnings, finished.seconds, explained
    )


def _check_folders(data_dir: Path, target: Path) -> None:
    if not data_dir.is_dir():
        raise MatchInputError(f"There is no folder {data_dir}. Give the folder that holds the tables.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise MatchInputError(f"{target} is a file. Give a folder for the lists to --out.") from error
    except OSError as error:
        raise MatchInputError(
            f"The folder {target} cannot be made: {error.strerror}. Give another folder to --out."
        ) from error


def _state_folder(state_dir: str | Path | None, engine: str, data_dir: Path) -> Path | None:
    if state_dir is None:
        return None
    if engine != "duckdb":
        raise MatchInputError(
            f"Only the engine duckdb keeps a state. Leave out --state, or --engine {engine}."
        )
    folder = Path(state_dir)
    if folder.exists() and not folder.is_dir():
        raise MatchInputError(f"{folder} is a file. Give a folder to --state.")
    return folder


@dataclass(frozen=True, slots=True)
class _Work:
    """What a run was asked for."""

    data_dir: Path
    engine: str
    options: Options
    explain: bool
    progress: Progress

    def run(self, scratch: Path, kept: Path | None, *, afresh: bool) -> tuple[MatchReport, State | None]:
        """Compute every list into scratch. Raises StateUnfit."""
        scratch.mkdir(exist_ok=True)
        engine = open_engine(
            self.engine, scratch=scratch, memory=self.options.memory, threads=self.options.threads
        )
        state = None
        try:
            pipeline = Pipeline()
            if kept is not None:
                state = open_state(cast("DuckEngine", engine), pipeline, kept, scratch, afresh=afresh)
            report = _run(engine, pipeline, state, self, scratch)
            if state:
                state.finish()
        finally:
            engine.close()
        return report, state


def _run(engine: Engine, pipeline: Pipeline, state: State | None, work: _Work, scratch: Path) -> MatchReport:
    options, progress = work.options, work.progress
    inputs = open_tables(engine, work.data_dir, scratch)
    if sum(table.rows for table in inputs.values()) < _FEW_ROWS:
        engine.expect_little()
    warnings = [warning for table in inputs.values() for warning in table.warnings]
    for warning in warnings:
        progress(warning)
    context = Context(engine, options, rows={f"{name}_in": table.rows for name, table in inputs.items()})
    selects = {name: read_step(LISTS_DIR / f"{name}.sql")[1] for name in LISTS}
    if state:
        state.begin(options)
        changes = ", ".join(f"{table} {count:,}" for table, count in state.changed.items())
        progress(f"Rows changed since the last run: {changes}" if changes else "First run with this state.")
    steps = pipeline.run(
        context,
        keep=selects.values(),
        explain=work.explain,
        progress=progress,
        special=state.handlers() if state else {},
    )

    def write(item: tuple[str, str]) -> ListFile:
        name, select = item
        path = scratch / f"{name}.parquet"
        rows = engine.write(expand(select, context.macros, options.values()), path)
        return ListFile(name, LISTS[name].zh, path, rows)

    lists = {}
    with ThreadPoolExecutor(engine.at_once) as hands:
        for file in hands.map(write, selects.items()):
            lists[file.name] = file
            progress(f"         {file.name:<24} {file.rows:>10,}")
    return MatchReport(engine.name, lists, steps, inputs, warnings, 0.0)


def _publish(report: MatchReport, target: Path) -> dict[str, ListFile]:
    moved = {}
    for name, item in report.lists.items():
        path = target / item.path.name
        if path.is_dir():
            shutil.rmtree(path)
        os.replace(item.path, path)
        moved[name] = ListFile(name, item.zh, path, item.rows)
    return moved
