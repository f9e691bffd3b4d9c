"""The comparison of a whole city as its cadre starts it: extracts brought in, compared, lists written; then the next month's.

    python bench/match_city.py FIRST_DIR && python bench/match_next_month.py FIRST_DIR NEXT_DIR
    DATABASE_URL=… SMARTUNION_HOME=… python bench/compare_city.py FIRST_DIR NEXT_DIR [--afresh] [--prove]

The database holds the demo city with its members and no extracts (`./run demo --size city --stage imported`), whose
firms and people the extracts tell of. Every step stands with its time by the clock and that of the processors, the
database's processes included on PostgreSQL. Of the next month only what may have changed is looked at; --afresh has every row
looked at. --prove: afterwards the same month once more, afresh; it must write no employer.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from clocks import Spent, now, peak_mb, watch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
os.environ.setdefault("SMARTUNION_LOG", "WARNING")
TABLES = ("market", "social", "tax")


class Stopwatch:
    """Stands in for the job: prints what each step took."""

    def __init__(self) -> None:
        self.step, self.begun = "", now()

    def progress(self, _done: int, _total: int, step: str = "") -> None:
        """A step begins, or goes on."""
        if step and step != self.step:
            self.end()
            self.step, self.begun = step, now()

    def finish(self, _result: dict[str, Any], _file: object = None) -> None:
        """The last step has ended."""
        self.end()

    def end(self) -> None:
        """Print the step that was running."""
        if self.step:
            row(self.step, self.begun)
        self.step = ""


def row(name: str, begun: Spent) -> None:
    """One line of the table."""
    spent = now() - begun
    print(
        f"{name:48}{spent.wall:9.1f}{spent.own + spent.children:9.1f}{spent.database:9.1f}{peak_mb() / 1024:8.1f}",
        flush=True,
    )


def month(folder: Path, as_of: date, *, afresh: bool = False) -> None:
    """Bring a month's extracts in and compare."""
    from smartunion.core import clock
    from smartunion.core.actor import system
    from smartunion.core.jobs import runner
    from smartunion.engines.feeds.flows.snapshots import bring_in
    from smartunion.engines.feeds.flows.sources import create_source
    from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
    from smartunion.ground.registry.models import TradeUnion

    top, actor = TradeUnion.objects.order_by("depth", "pk")[0], system("bench")
    print(f"\n{folder.name:48}{'seconds':>9}{'ours':>9}{'database':>9}{'GB':>8}")
    for table in TABLES:
        begun = now()
        source = Source.objects.filter(path=top.path, table=table).first() or create_source(
            actor=actor, union_id=top.pk, name=table, department=table, table=table, purpose="bench of a whole city",
            at=clock.now(),
        )  # fmt: skip
        bring_in(
            actor=actor, source_id=source.pk, chunks=pieces(folder / f"{table}.parquet"), name=f"{table}.parquet",
            as_of=as_of, at=clock.now(),
        )  # fmt: skip
        runner.drain()
        row(f"bring in {table}", begun)
    wrong = Snapshot.objects.filter(path=top.path).exclude(state=SnapshotState.READY)
    if wrong.exists():
        sys.exit(f"{wrong[0].table} could not be read: {wrong[0].report}")
    compared(afresh=afresh)


def compared(*, afresh: bool) -> None:
    """One comparison of the whole city."""
    from smartunion.ground.registry.models import TradeUnion
    from smartunion.systems.organising.flows.runs import compare
    from smartunion.systems.organising.models import MatchRun

    top = TradeUnion.objects.order_by("depth", "pk")[0]
    run, stopwatch, begun = MatchRun.objects.create(union=top, path=top.path), Stopwatch(), now()
    compare(run, stopwatch, afresh=afresh)  # type: ignore[arg-type]  # it only calls progress and finish
    row("comparison in all", begun)
    run.refresh_from_db()
    print({name: count for name, count in run.counts.items() if name != "steps"}, run.change)


def pieces(path: Path) -> Iterator[bytes]:
    """A file, a megabyte at a time."""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def main() -> None:
    """Two months, one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=Path)
    parser.add_argument("next", type=Path)
    parser.add_argument("--afresh", action="store_true", help="look at every row in the next month too")
    parser.add_argument("--prove", action="store_true", help="then look at every row of the same month")
    chosen = parser.parse_args()
    import django

    django.setup()
    watch()
    month(chosen.first, date(2026, 10, 31))
    month(chosen.next, date(2026, 11, 27), afresh=chosen.afresh)
    if chosen.prove:
        print("\nthe same month afresh")
        compared(afresh=True)


if __name__ == "__main__":
    main()
