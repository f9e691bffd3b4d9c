"""Matches a folder of tables into a folder of lists."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from smartunion.systems.organising.matching.contract import LISTS, MatchInputError
from smartunion.systems.organising.matching.engines import Engine, open_engine
from smartunion.systems.organising.matching.inputs import open_tables
from smartunion.systems.organising.matching.options import Options
from smartunion.systems.organising.matching.pipeline import Context, Pipeline, Progress
from smartunion.systems.organising.matching.plan import LISTS_DIR, read_step
from smartunion.systems.organising.matching.report import ListFile, MatchReport, write_explanation
from smartunion.systems.organising.matching.sqltext import expand


def run(
    data_dir: str | Path,
    out_dir: str | Path,
    engine: str = "duckdb",
    *,
    explain: bool = False,
    options: Options | None = None,
    progress: Progress = lambda _: None,
) -> MatchReport:
    """Match the tables in data_dir and write the lists to out_dir; lists already there are replaced, all or none.

    engine: duckdb or spark. explain: also write explain.json and steps.md. progress: gets one line a step.
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
    with tempfile.TemporaryDirectory(prefix=".match-", dir=target) as scratch_name:
        scratch = Path(scratch_name)
        running = open_engine(engine, scratch=scratch, memory=chosen.memory, threads=chosen.threads)
        try:
            report = _run(running, Path(data_dir), scratch, chosen, explain=explain, progress=progress)
        finally:
            running.close()
        lists = _publish(report, target)
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


def _run(
    engine: Engine, data_dir: Path, scratch: Path, options: Options, *, explain: bool, progress: Progress
) -> MatchReport:
    inputs = open_tables(engine, data_dir, scratch)
    warnings = [warning for table in inputs.values() for warning in table.warnings]
    for warning in warnings:
        progress(warning)
    context = Context(engine, options, rows={f"{name}_in": table.rows for name, table in inputs.items()})
    selects = {name: read_step(LISTS_DIR / f"{name}.sql")[1] for name in LISTS}
    steps = Pipeline().run(context, keep=selects.values(), explain=explain, progress=progress)
    lists = {}
    for name, select in selects.items():
        path = scratch / f"{name}.parquet"
        written = engine.write(expand(select, context.macros, options.values()), path)
        lists[name] = ListFile(name, LISTS[name].zh, path, written)
        progress(f"         {name:<24} {written:>10,}")
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
