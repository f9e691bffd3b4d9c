"""Runs the steps one after another on an engine and remembers what each did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from smartunion.systems.organising.matching.context import Context
from smartunion.systems.organising.matching.engines import Engine, Row
from smartunion.systems.organising.matching.plan import PythonStep, SqlStep, Step, all_steps
from smartunion.systems.organising.matching.sqltext import expand

Progress = Callable[[str], None]
# Columns of samples that hold personal data; shown as *** in every explanation.
PERSONAL = frozenset(["name_key", "phone", "id_17", "id_text", "person", "sex", "member_id", "sid", "weak"])
_WORD = re.compile(r"[a-z_][a-z_0-9]*")
# In these it is a person's, elsewhere an employer's.
_PEOPLE_STEPS = re.compile(r"insured|enrolled|person|people")


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one step did. rows_in: rows of each relation it read. sql: as the engine got it, empty for Python steps."""

    name: str
    does: str
    zh: str
    sql: str
    rows_in: dict[str, int]
    rows_out: int
    seconds: float
    sample_columns: tuple[str, ...] = ()
    sample: tuple[Row, ...] = ()


Special = Callable[[Context, SqlStep], int]


class Pipeline:
    """The ordered steps. Look at `steps`, or run them; relations no later step reads are dropped on the way."""

    def __init__(self, steps: Iterable[Step] | None = None) -> None:
        self.steps: tuple[Step, ...] = tuple(all_steps() if steps is None else steps)

    def run(
        self,
        context: Context,
        *,
        keep: Iterable[str],
        explain: bool = False,
        progress: Progress = lambda _: None,
        special: Mapping[str, Special] = MappingProxyType({}),
    ) -> list[StepReport]:
        """Run every step on relations already opened as `<table>_in`. keep: SQL texts that read relations afterwards.

        special: steps that are computed in another way, which also says how long their relations live.
        """
        last_read = self._last_reads(tuple(keep))
        for name in special:
            last_read.pop(name, None)
        reports = []
        for place, step in enumerate(self.steps):
            report = self._run_step(context, step, special.get(step.name), explain=explain)
            reports.append(report)
            progress(
                f"{place + 1:>3}/{len(self.steps)}  {step.name:<24} {report.rows_out:>10,}  {report.seconds:6.2f} s"
            )
            for name, last in last_read.items():
                if last == place:
                    context.engine.drop(name)
        return reports

    def _run_step(
        self, context: Context, step: Step, special: Special | None, *, explain: bool
    ) -> StepReport:
        started = time.perf_counter()
        sql = self.sql_of(step, context) if isinstance(step, SqlStep) else ""
        words = _words(step)
        rows_in = {name: count for name, count in context.rows.items() if name in words}
        if isinstance(step, PythonStep):
            rows_out = step.work(context)
        else:
            rows_out = special(context, step) if special else context.engine.create(step.name, sql)
        context.rows[step.name] = rows_out
        seconds = time.perf_counter() - started
        shown = context.engine.shown(sql) if explain and sql else sql
        columns, sample = _sample(context.engine, step.name) if explain and sql else ((), ())
        return StepReport(step.name, step.does, step.zh, shown, rows_in, rows_out, seconds, columns, sample)

    def sql_of(self, step: SqlStep, context: Context) -> str:
        """The step's SELECT with macros and values filled in."""
        values = {"row_id": context.engine.row_id, **context.options.values(), **step.values}
        return expand(step.sql, {**context.macros, "number": context.engine.number_of}, values)

    def _last_reads(self, keep: tuple[str, ...]) -> dict[str, int]:
        """For each relation the place of the last step that reads it; those needed afterwards are left out."""
        kept = {word for sql in keep for word in _WORD.findall(sql)}
        readers = [_words(step) for step in self.steps]
        last: dict[str, int] = {}
        for place, step in enumerate(self.steps):
            if step.name not in kept:
                later = [other for other in range(place + 1, len(self.steps)) if step.name in readers[other]]
                last[step.name] = max(later, default=len(self.steps) - 1)
        return last


def _words(step: Step) -> frozenset[str]:
    """The words of a step's SQL, among them the relations it reads."""
    if isinstance(step, PythonStep):
        return frozenset()
    return frozenset(_WORD.findall(step.sql)) | frozenset(step.values.values())


def _sample(engine: Engine, relation: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    rows, columns = engine.sample(relation, 5)
    shown = {"name_key"} if not _PEOPLE_STEPS.search(relation) else set()
    hidden = [column in PERSONAL and column not in shown for column in columns]
    return columns, tuple(
        tuple("***" if hide else value for value, hide in zip(row, hidden, strict=True)) for row in rows
    )
