"""Runs the steps on an engine, each as soon as what it reads is there, and remembers what each did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import MappingProxyType

from smartunion.systems.organising.matching.context import Context
from smartunion.systems.organising.matching.engines import Engine, Row
from smartunion.systems.organising.matching.plan import PythonStep, SqlStep, Step, all_steps
from smartunion.systems.organising.matching.sqltext import expand, macros_in

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

        special: steps that are computed in another way, which also says how long their relations live. As many steps
        as the engine works on at once run side by side, in the order of the plan where several could begin.
        """
        needs, reports = self.needs(), dict[int, StepReport]()
        readers = self._readers(tuple(keep), leave_out=special)
        waiting, under_way = list(range(len(self.steps))), dict[Future[StepReport], int]()
        with ThreadPoolExecutor(context.engine.at_once) as hands:
            while waiting or under_way:
                able = [place for place in waiting if needs[place] <= reports.keys()]
                for place in able[: context.engine.at_once - len(under_way)]:
                    step = self.steps[place]
                    work = hands.submit(
                        self._run_step, context, step, special.get(step.name), explain=explain
                    )
                    under_way[work] = place
                    waiting.remove(place)
                for work in wait(under_way, return_when=FIRST_COMPLETED).done:
                    place = under_way.pop(work)
                    report = reports[place] = work.result()
                    progress(
                        f"{len(reports):>3}/{len(self.steps)}  {report.name:<24} {report.rows_out:>10,}  {report.seconds:6.2f} s"
                    )
                for name in [name for name, places in readers.items() if places <= reports.keys()]:
                    context.engine.drop(name)
                    del readers[name]
        return [reports[place] for place in range(len(self.steps))]

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

    def needs(self) -> list[frozenset[int]]:
        """For each step the places of those before it whose relation it reads or whose macros it calls."""
        makers: dict[str, int] = {}
        needs = []
        for place, step in enumerate(self.steps):
            if isinstance(step, PythonStep):
                needs.append(frozenset(makers[name] for name in step.reads if name in makers))
                makers.update(dict.fromkeys((f"{macro}!" for macro in step.defines), place))
            else:
                met = _words(step) | {f"{macro}!" for macro in macros_in(step.sql)}
                needs.append(frozenset(makers[name] for name in met if name in makers))
            makers[step.name] = place
        return needs

    def _readers(self, keep: tuple[str, ...], *, leave_out: Iterable[str]) -> dict[str, frozenset[int]]:
        """For each relation the places of its step and of those that read it; those needed afterwards are left out."""
        kept = {word for sql in keep for word in _WORD.findall(sql)}.union(leave_out)
        read = [_words(step) for step in self.steps]
        return {
            step.name: frozenset(
                [place, *(other for other in range(place + 1, len(read)) if step.name in read[other])]
            )
            for place, step in enumerate(self.steps)
            if step.name not in kept
        }


def _words(step: Step) -> frozenset[str]:
    """The words of a step's SQL, among them the relations it reads."""
    if isinstance(step, PythonStep):
        return frozenset(step.reads)
    return frozenset(_WORD.findall(step.sql)) | frozenset(step.values.values())


def _sample(engine: Engine, relation: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    rows, columns = engine.sample(relation, 5)
    shown = {"name_key"} if not _PEOPLE_STEPS.search(relation) else set()
    hidden = [column in PERSONAL and column not in shown for column in columns]
    return columns, tuple(
        tuple("***" if hide else value for value, hide in zip(row, hidden, strict=True)) for row in rows
    )
