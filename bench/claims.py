# ruff: noqa: E402  Django must be set up before models are imported
"""What would 100,000 past claims to mutual aid have brought with other terms, beside a bare loop over the same numbers.

`DATABASE_URL=… python bench/claims.py [claims]`, from the project's folder, on a migrated scratch database; rows are put in and
not counted. The bare loop has the finished numbers in memory and does the arithmetic of the plan alone, without dates, waiting,
caps spent or reasons. Wanted: less than 5 s for 100,000.
"""

import os
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from smartunion.core import clock
from smartunion.engines.casework.models import CaseFile, Service, ServiceVersion
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.mutual import whatif
from smartunion.systems.mutual.models import Claim, ClaimState, Enrolment, Insured, Plan, PlanVersion
from smartunion.systems.mutual.queries.claims import dump_event
from smartunion.systems.mutual.rules.claims import Event
from smartunion.systems.mutual.rules.terms import dump
from smartunion.systems.mutual.tests.plans import yuecheng

NOW, FIRST = clock.now(), date(2025, 1, 1)
CENT = Decimal("0.01")


def a_plan(union: TradeUnion) -> tuple[Plan, PlanVersion, Enrolment]:
    """A plan with a ratio, a deductible and a cap a year, and everybody's enrolment."""
    plan = Plan.objects.create(key=uuid4().hex, title="bench", union=union, path=union.path, created_at=NOW)
    version = PlanVersion.objects.create(
        plan=plan, number=1, terms=dump(yuecheng()), valid_from=FIRST, source="bench", published_at=NOW
    )
    enrolment = Enrolment.objects.create(
        plan=plan, version=version, union=union, path=union.path, from_on=FIRST, until_on=date(2026, 1, 1), shares=1,
        people=1, price_yuan=60, client_id=uuid4(), enrolled_at=NOW,
    )  # fmt: skip
    return plan, version, enrolment


def put_in(count: int, union: TradeUnion) -> list[Event]:
    """So many claims, two a person, each with its case."""
    plan, version, enrolment = a_plan(union)
    service = Service.objects.create(key=f"bench{time.time_ns()}", title="bench")
    served = ServiceVersion.objects.create(service=service, number=1, definition={}, published_at=NOW)
    events = []
    for start in range(0, count, 5000):
        size = min(5000, count - start)
        people = Person.objects.bulk_create(
            Person(name=f"会员{start + n}", pinyin="huiyuan", created_at=NOW, updated_at=NOW)
            for n in range(-(-size // 2))
        )
        Insured.objects.bulk_create(
            Insured(
                enrolment=enrolment, plan=plan, person=one, number=1, path=union.path, shares=1, since_on=FIRST,
                from_on=FIRST, until_on=date(2026, 1, 1),
            )
            for one in people
        )  # fmt: skip
        cases = CaseFile.objects.bulk_create(
            CaseFile(
                reference=f"B{uuid4().hex[:20]}", service_version=served, service_key=service.key, title="bench",
                state="approved", path=union.path, person=people[n // 2], is_narrow=True, created_at=NOW, updated_at=NOW,
            )
            for n in range(size)
        )  # fmt: skip
        made = [
            Event(
                "hospital", day + timedelta(days=10), admitted_on=day, hospital_days=6,
                cost_yuan=Decimal(3000 + (start + n) % 9000), scheme_yuan=Decimal(1200), other_yuan=Decimal(0),
            )
            for n, day in ((n, FIRST + timedelta(days=(start + n) % 340)) for n in range(size))
        ]  # fmt: skip
        Claim.objects.bulk_create(
            Claim(
                case=case, plan=plan, version=version, person_id=case.person_id, facts=dump_event(event), event=str(case.pk),
                result="", total_yuan=Decimal(1000), state=ClaimState.PAID, filed_on=event.filed_on,
            )
            for case, event in zip(cases, made, strict=True)
        )  # fmt: skip
        events += made
    return events


def bare(events: list[Event]) -> Decimal:
    """The arithmetic of the plan alone."""
    ratio, free, most = Decimal("0.6"), Decimal(500), Decimal(3000)
    total = Decimal(0)
    for event in events:
        own = event.cost_yuan - event.scheme_yuan - event.other_yuan
        total += min(most, own, (max(Decimal(0), own - free) * ratio).quantize(CENT))
    return total


def main() -> None:
    """Three rounds; prints the best of each and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    make._numbers = iter(range(time.time_ns() // 10**7 % 10**7, 10**9))
    union = make.federation(f"bench 总工会 {time.time_ns()}")
    events = put_in(count, union)
    took, cpu, loop = [], [], []
    for _round in range(3):
        begun, used = time.perf_counter(), time.process_time()
        found = whatif.run(
            path=union.path, since=FIRST, until=date(2026, 2, 1), overrides={whatif.AMOUNT: 150},
            progress=lambda done, total: None,
        )  # fmt: skip
        took.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - used)
        begun = time.perf_counter()
        bare(events)
        loop.append(time.perf_counter() - begun)
        assert found.counted == count, found
    rate = f"{count / min(took):,.0f} a second"
    print(f"{count:,} claims worked out anew: {min(took):.2f} s ({min(cpu):.2f} s of processor time), {rate}")
    print(
        f"changed {found.changed:,}; bare arithmetic on the same numbers: {min(loop):.2f} s; ratio {min(took) / min(loop):.1f}"
    )


if __name__ == "__main__":
    main()
