"""Import 100,000 members from a CSV in GB18030, beside a raw insert of the same, already sealed rows.

usage: python bench/import_members.py [--rows 100000] [--without undo,bare] [--faults] [--skilled]
DATABASE_URL chooses PostgreSQL; default: SQLite.
--without: steps to leave out: again (the same file a second time), raw, bare (raw without any index), undo; skill_index: the
index of those who have a skill grade.
--skilled: every third row names a skill grade.
--faults: instead, every row has a wrong ID number; what the reading of such a list takes, and what it leaves behind.
Printed: each step by the clock and by processor beside the raw insert, memory, and what a row costs in each quarter of a step.
Reading, checking, comparing, previewing, sealing, blind index, facts and counts are all inside; the raw run writes the
finished people, memberships and facts by COPY (PostgreSQL) or executemany (SQLite) into empty copies of the tables:
with their indexes and constraints, foreign keys too (the ratio is to this one), and without any. Processor time is this
process's, its children's and that of the database's processes which served them; on busy cores it says more than the clock.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from clocks import Spent, now, peak_mb, watch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
os.environ["SMARTUNION_HOME"] = tempfile.mkdtemp(prefix="smartunion-bench-")
os.environ.setdefault("SMARTUNION_LOG", "WARNING")


def write_list(path: Path, rows: int, unions: list[str], *, faults: bool, skilled: bool) -> None:
    """A members' list as offices send it; with faults, the last sign of every ID number is wrong."""
    from smartunion.core.codes.resident_id import check_character

    surnames, given = (
        "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗",
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华平刚桂玲",
    )
    with path.open("w", encoding="gb18030", newline="\r\n") as out:
        out.write("姓名,证件号码,移动电话,工作单位,学历,入会时间" + (",技能等级" if skilled else "") + "\n")
        for n in range(rows):
            born = f"{1960 + n % 45}{1 + n // 45 % 12:02d}{1 + n // 540 % 28:02d}"
            body = f"330226{born}{n // 15120 % 1000:03d}"
            name = surnames[n % 20] + given[n // 20 % 24] + given[n // 480 % 24]
            unit = unions[n % len(unions)]
            last = check_character(body)
            last = ("1" if last == "0" else "0") if faults else last
            grade = f",{('高级工', '', '')[n % 3]}" if skilled else ""
            out.write(f"{name},{body}{last},139{n:08d},{unit},本科,{2010 + n % 15}-03-05{grade}\n")


def main() -> None:
    """Run and print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--without", default="", type=lambda text: set(filter(None, text.split(","))))
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--skilled", action="store_true")
    chosen = parser.parse_args()
    rows = chosen.rows
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from smartunion.core import clock
    from smartunion.core.actor import system
    from smartunion.core.jobs import runner
    from smartunion.ground.facts.models import Fact
    from smartunion.ground.registry.flows import imports
    from smartunion.ground.registry.models import Membership, Person
    from smartunion.ground.registry.tests import factories as make

    call_command("migrate", verbosity=0)
    if Person.objects.exists():
        sys.exit("The database must be empty.")
    county = make.federation(territory=(place := make.region("宁海县")), region=place)
    names = []
    for n in range(200):
        union = make.union(f"宁海第{n}厂工会", county)
        make.link(union, make.employer(f"宁海第{n}厂有限公司", looked_after_by=county))
        names.append(f"宁海第{n}厂有限公司")
    path = Path(os.environ["SMARTUNION_HOME"]) / "members.csv"
    write_list(path, rows, names, faults=chosen.faults, skilled=chosen.skilled)
    if "skill_index" in chosen.without:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX person_skilled")

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                yield piece

    watch()
    growth = Growth()
    growth.begin("read, check, compare, stage")
    actor, started = system(), now()
    batch = imports.bring_in(
        actor=actor, union_id=county.pk, chunks=pieces(), name="members.csv", at=clock.now()
    )
    runner.drain()
    previewed = now()
    if chosen.faults:
        batch.refresh_from_db()
        print(
            f"{connection.vendor}, {rows:,} rows, outcomes {batch.summary['outcomes']}, {previewed - started}"
        )
        print(f"peak memory {peak_mb():,.0f} MB")
        growth.print()
        print(f"people {Person.objects.count()}, refused rows in the file {refused_in(batch):,}")
        return
    growth.begin("apply")
    imports.apply(actor=actor, batch_id=batch.pk, at=clock.now())
    runner.drain()
    applied = now()
    batch.refresh_from_db()
    steps = {
        "read, check, compare, stage": previewed - started, "apply": applied - previewed,
        "whole import": applied - started,
    }  # fmt: skip
    memory = {"first": peak_mb()}
    print(f"{connection.vendor}, {rows:,} rows, outcomes {batch.summary['outcomes']}", flush=True)
    if "again" not in chosen.without:
        growth.begin("the same file again")
        again_from = now()
        again = imports.bring_in(
            actor=actor, union_id=county.pk, chunks=pieces(), name="members.csv", at=clock.now()
        )
        runner.drain()
        steps["the same file again"] = now() - again_from
        again.refresh_from_db()
        memory["again"] = peak_mb()
        print(f"again: outcomes {again.summary['outcomes']}", flush=True)
    for name, indexed in (("raw", True), ("bare", False)):
        if name not in chosen.without:
            label = "raw insert into such tables" if indexed else "raw insert without any index"
            growth.begin(label)
            steps[label] = raw_insert(Person, Membership, Fact, indexed=indexed, growth=growth)
    if "undo" not in chosen.without:
        growth.begin("all taken back")
        undo_from = now()
        imports.undo(actor=actor, batch_id=batch.pk, at=clock.now())
        runner.drain()
        steps["all taken back"] = now() - undo_from
        assert not Person.objects.exists()
    print_table(steps, rows)
    print("peak memory", ", ".join(f"{name} {megabytes:,.0f} MB" for name, megabytes in memory.items()))
    growth.print()


class Growth:
    """What rows cost at the beginning of a step and at its end; processes beside this one are counted when they end."""

    def __init__(self) -> None:
        from smartunion.core.jobs.context import JobContext

        self._seen: dict[str, list[tuple[int, Spent]]] = {}
        self._name = ""
        progress = JobContext.progress

        def watched(context: JobContext, done: int, total: int, step: str = "") -> None:
            self.note(done, now())
            progress(context, done, total, step)

        JobContext.progress = watched  # type: ignore[method-assign]  # only to look on

    def begin(self, name: str) -> None:
        """A step begins."""
        self._name = name
        self._seen[name] = [(0, now())]

    def begin_again(self) -> Spent:
        """The present step begins only now; returns when."""
        self.begin(self._name)
        return self._seen[self._name][0][1]

    def note(self, done: int, at: Spent) -> None:
        """So many rows of the step are done."""
        self._seen[self._name].append((done, at))

    def print(self) -> None:
        """Microseconds a row, by the clock and of processors, of each quarter of each step."""
        print(
            f"{'µs a row: clock (processor)':34}"
            + "".join(f"{part:>16}" for part in ("first", "second", "third", "last"))
        )
        for name, seen in self._seen.items():
            rows = seen[-1][0]
            edges = [
                next(at for at, (done, _spent) in enumerate(seen) if done * 4 >= rows * part)
                for part in range(5)
            ]
            cells = []
            for first, last in pairwise(edges):
                spent, number = seen[last][1] - seen[first][1], max(seen[last][0] - seen[first][0], 1)
                cells.append(f"{spent.wall / number * 1e6:8.0f} ({spent.cpu / number * 1e6:.0f})")
            print(f"{name:34}" + "".join(f"{cell:>16}" for cell in cells))


def print_table(steps: "dict[str, Spent]", rows: int) -> None:
    """Seconds of each step, and how many times the raw insert's they are."""
    raw = steps.get("raw insert into such tables") or Spent(float("nan"), float("nan"))
    print(
        f"{'step':34}{'seconds':>9}{'ratio':>7}{'processor':>11}{'ratio':>7}{'own':>8}{'children':>9}{'database':>9}{'rows/s':>10}"
    )
    for name, spent in steps.items():
        print(
            f"{name:34}{spent.wall:9.1f}{spent.wall / raw.wall:7.2f}{spent.cpu:11.1f}{spent.cpu / raw.cpu:7.2f}"
            f"{spent.own:8.1f}{spent.children:9.1f}{spent.database:9.1f}{rows / spent.wall:10,.0f}"
        )


def refused_in(batch: Any) -> int:
    """Rows of the file of refused rows, its heads left out; read row by row."""
    import python_calamine

    from smartunion.core.files.intake import plain_copy

    with plain_copy(batch.rejects) as path:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return sum(book.get_sheet_by_name(name).height - 1 for name in book.sheet_names)


def raw_insert(*models: Any, indexed: bool, growth: Growth) -> Spent:
    """What it takes to write every stored row, sealed as it is, into empty copies of its tables: COPY, or executemany.

    indexed: the copies have the indexes and constraints of the tables, as whoever loads them raw would have.
    """
    from django.db import connection, transaction

    total, parts = Spent(), Counter[int]()
    spent: dict[int, Spent] = {}
    for model in models:
        table = model._meta.db_table
        columns = [field.column for field in model._meta.concrete_fields]
        listed = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            make_copy(cursor, table, indexed)
            after = part = 0
            while True:
                cursor.execute(
                    f'select {listed} from "{table}" where id > %s order by id limit 10000', [after]
                )
                stored = cursor.fetchall()
                if not stored:
                    break
                after = stored[-1][columns.index("id")]
                if connection.vendor == "postgresql":  # what comes out of a jsonb column does not go in again
                    stored = [
                        tuple(json.dumps(v) if isinstance(v, (dict, list)) else v for v in row)
                        for row in stored
                    ]
                started = now()
                with transaction.atomic():
                    if connection.vendor == "postgresql":
                        with cursor.copy(f"copy bench_copy ({listed}) from stdin") as copy:
                            for row in stored:
                                copy.write_row(row)
                    else:
                        marks = ", ".join(["%s"] * len(columns))
                        cursor.executemany(f"insert into bench_copy ({listed}) values ({marks})", stored)
                part += 1
                parts[part] = len(stored)
                spent[part] = spent.get(part, Spent()).plus(now() - started)
            cursor.execute("drop table bench_copy")
    done, begun = 0, growth.begin_again()
    for part in sorted(spent):
        done, total = done + parts[part], total.plus(spent[part])
        growth.note(done, begun.plus(total))
    return total


def make_copy(cursor: Any, table: str, indexed: bool) -> None:
    """An empty table bench_copy with the columns of another, and its indexes and constraints if asked for."""
    if not indexed:
        cursor.execute(f'create table bench_copy as select * from "{table}" where 1 = 0')
    elif cursor.db.vendor == "postgresql":
        cursor.execute(f'create table bench_copy (like "{table}" including indexes including constraints)')
        cursor.execute(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'alter table bench_copy add constraint "{name}" {definition}')
    else:
        cursor.execute("select type, name, sql from sqlite_master where tbl_name = %s and sql <> ''", [table])
        for kind, name, sql in sorted(cursor.fetchall(), key=lambda row: row[0] != "table"):
            cursor.execute(
                sql.replace(f'"{table}"', "bench_copy").replace(
                    f'"{name}"', f'"bench_{name}"', kind == "index"
                )
            )


if __name__ == "__main__":
    main()
