# ruff: noqa: E402  Django must be set up before models are imported
"""A file of 100,000 settlements: worked out by the job that reads it, and some of it granted, with the most memory used.

`DATABASE_URL=… python bench/settlements.py [rows] [granted]`, from the project's folder, on a migrated scratch database; people,
their cover and the file are put in and not counted. One row in a hundred names an ID number nobody has. Wanted: memory flat from a
tenth of the rows on, and every wrong row named.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from smartunion.core.jobs.context import Cancelled
from smartunion.engines.casework.tests.factories import acting
from smartunion.engines.payments.models import Payable
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.mutual.flows import settlements
from smartunion.systems.mutual.models import Insured
from smartunion.systems.mutual.tests.mutual_world import Mutual, enrolled, made, on

AT = on("2025-06-20")
HEAD = "结算编号,身份证号,姓名,入院日期,住院天数,医疗费总额,医保支付,其他支付,银行卡号,开户行"


def put_in(world: Mutual, count: int) -> list[tuple[str, str]]:
    """So many members of the unit, covered since November."""
    enrolment = enrolled(world, world.yuecheng, "2024-11-01")
    union = world.here.grassroots
    people = []
    for start in range(0, count, 5000):
        some = Person.objects.bulk_create(
            Person(
                name=f"会员{start + n}", pinyin="huiyuan", resident_id=make.resident_id(1_000_000 + start + n),
                created_at=AT, updated_at=AT,
            )
            for n in range(min(5000, count - start))
        )  # fmt: skip
        Membership.objects.bulk_create(
            Membership(
                person=one, union=union, union_path=union.path, state="active", held_as="active", name_key="huiyuan",
                started_on=date(2024, 1, 1), created_at=AT, updated_at=AT,
            )
            for one in some
        )  # fmt: skip
        Insured.objects.bulk_create(
            Insured(
                enrolment=enrolment, plan=world.yuecheng, person=one, number=1, path=union.path, shares=1,
                since_on=date(2024, 11, 1), from_on=enrolment.from_on, until_on=enrolment.until_on,
            )
            for one in some
        )  # fmt: skip
        people += [(one.name, one.resident_id) for one in some]
    return people


def file(people: list[tuple[str, str]]) -> Iterator[bytes]:
    """The rows as the hospital sends them."""
    batch = uuid4().hex[:6]
    yield (HEAD + "\r\n").encode("gb18030")
    for n, (name, number) in enumerate(people):
        known = "330226199001011234" if n % 100 == 99 else number
        yield f"{batch}{n},{known},{name},2025-06-01,6,{8000 + n % 9000},3000,0,6222021234567890128,宁海农商银行\r\n".encode(
            "gb18030"
        )


def memory_mb() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Reads the file, then grants a part; prints rates and memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    granted = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    world = made()
    people = put_in(world, count)
    officer = acting(world.officer)
    held = {}

    def watch(done: int, _total: int) -> None:
        held[done] = memory_mb()

    begun = time.perf_counter()
    one = settlements.read_file(
        actor=officer, at=AT, union_id=world.here.town.pk, name="settled.csv", chunks=file(people)
    )
    taken = time.perf_counter() - begun
    begun = time.perf_counter()
    one = settlements.check(actor=officer, at=AT, settlement_id=one.pk, progress=watch)
    spent = time.perf_counter() - begun
    tenth = held[min((done for done in held if done >= count // 10), default=max(held))]
    print(
        f"file taken in {taken:.1f} s; {one.rows:,} rows worked out in {spent:.0f} s, {one.rows / spent:,.0f} a second"
    )
    print(f"ready {one.ready:,}, refused {one.refused:,}, {one.total_yuan} yuan")
    print(f"memory {tenth} MB after a tenth, {memory_mb()} MB at the end")

    def enough(done: int, _total: int) -> None:
        watch(done, 0)
        if done >= granted:
            raise Cancelled

    settlements.begin(actor=officer, at=AT, settlement_id=one.pk)
    begun = time.perf_counter()
    with suppress(Cancelled):
        settlements.take_in(actor=officer, at=AT, settlement_id=one.pk, progress=enough)
    spent = time.perf_counter() - begun
    one.refresh_from_db()
    print(
        f"{one.ready:,} granted in {spent:.0f} s, {one.ready / spent:,.0f} a second; memory {memory_mb()} MB"
    )
    print(f"owed {Payable.objects.count():,}")


if __name__ == "__main__":
    main()
