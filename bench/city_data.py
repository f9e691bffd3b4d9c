"""A whole city, invented: 10 counties, 156 towns, 27,300 unions, employers, members, findings, cases, facts, accounts.

Written straight into an empty, migrated database with the same bulk writer the imports use; the rows are the same each
time. `fill` does nothing where unions are found.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from smartunion.core import bulk, clock
from smartunion.core.audit.models import AuditEvent
from smartunion.core.paths import child_path
from smartunion.core.pinyin import initials, name_initials, name_key
from smartunion.engines.casework.models import CaseFile, ServiceVersion
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import kinds, rules
from smartunion.ground.registry.flows import days, tallies
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Person,
    Region,
    Term,
    TradeUnion,
)
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.tests.factories import resident_id, uscc
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows import villages
from smartunion.systems.organising.models import Area, AreaAssignment, AreaUnion, Finding
from smartunion.systems.organising.queries.quarter import VISITED
from smartunion.systems.stewardship.models import Discrepancy, UnionQuality

UNIONS, COUNTIES, TOWNS, VILLAGES = 27_300, 10, 156, 20
FIRST_TOWN = 2 + COUNTIES
FIRST_UNION = FIRST_TOWN + TOWNS
#: One member in a hundred is in this union; nobody is in that one.
LARGEST, EMPTY = FIRST_UNION + 1, UNIONS
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾萧田董袁潘于蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力健永飞鹏志义兴良海山仁波宁贵福生龙元全胜学祥"
TRADES = ("机械", "纺织", "电子", "物流", "餐饮", "建筑", "化工", "商贸")
AT = clock.now()
TODAY = clock.today()
#: Who opens the pages: account name → role and the union's key (None: the worker, member 1).
ROLES = {
    "city": ("admin", 1),
    "county": ("admin", 2),
    "town": ("admin", FIRST_TOWN),
    "chair": ("chair", FIRST_UNION),
    "largest": ("chair", LARGEST),
    "empty": ("chair", EMPTY),
    "organiser": ("organiser", FIRST_TOWN),
    "worker": ("", None),
}


def person_name(number: int) -> str:
    """The name of a person or owner, as frequent as such names are."""
    chance = random.Random(number)
    rank = min(int(chance.expovariate(1 / 18)), len(SURNAMES) - 1)
    return SURNAMES[rank] + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))


def parent_of(union: int) -> int:
    """Key of the federation above a union."""
    if union >= FIRST_UNION:
        return FIRST_TOWN + union % TOWNS
    return 2 + (union - FIRST_TOWN) % COUNTIES if union >= FIRST_TOWN else 1


def path_of(union: int) -> str:
    """The path of a union."""
    return child_path("" if union == 1 else path_of(parent_of(union)), union)


def union_of(number: int) -> int:
    """The union a member or employer of that number belongs to."""
    union = FIRST_UNION + number * 7919 % (UNIONS - FIRST_UNION + 1)
    return LARGEST if number % 100 == 50 or union == EMPTY else union


def fill(members: int, employers: int) -> None:
    """Everything; nothing when it is there."""
    if TradeUnion.objects.exists():
        return
    started = time.perf_counter()
    for model, names, rows in _tables(members, employers):
        with _indexed_afterwards(model), transaction.atomic():
            count = bulk.insert(model, names.split(), rows)
        print(f"  {count:>9,} {model._meta.label:<28} {time.perf_counter() - started:6.0f} s", flush=True)
    call_command("createcachetable")
    call_command("publish_services")
    with transaction.atomic():
        _accounts()
        _cases(members // 20)
    tallies.recount(repair=True)
    days.count_wide()
    villages.count_villages(at=AT)
    call_command("recount_facts", repair=True, stdout=StringIO())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(
            no_style(), [one for one, _n, _r in _tables(0, 0)]
        ):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"filled in {time.perf_counter() - started:,.0f} s")


@contextmanager
def _indexed_afterwards(model: type[models.Model]) -> Iterator[None]:
    """Build the table's indexes over the finished rows: kept up row by row they outgrow the memory and take hours."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "LEFT JOIN pg_constraint o ON o.conindid = c.oid WHERE i.indrelid = %s::regclass AND o.oid IS NULL",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql NOTNULL",
                [table],
            )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)


def _tables(members: int, employers: int) -> list[tuple[type[models.Model], str, Iterator[tuple[Any, ...]]]]:
    return [
        (Region, "id code name full_name level parent_id path depth", _regions()),
        (TradeUnion, "id number name name_key pinyin kind level state parent_id path depth territory_id created_at updated_at",
         _unions()),
        (Employer, "id name name_key brand_key pinyin uscc territory_path region_id industry staff_count created_at updated_at",
         _employers(employers)),
        (EmployerLink, "union_id union_path employer_id kind valid_from", _links(employers)),
        (Term, "union_id ordinal starts_on ends_on", _terms()),
        (Certificate, "union_id number kind issued_on valid_to issued_by", _certificates()),
        (UnionQuality, "union_id path due kept records version counted_at", _qualities()),
        (Person, "id name pinyin initials resident_id mobile mobile_tail created_at updated_at", _people(members)),
        (Membership, "id person_id union_id union_path employer_id name_key state held_as started_on start_type created_at "
         "updated_at",
         _memberships(members, employers)),
        (Fact, "kind key happened_on recorded_at path person_id subject_type subject_id attrs", _facts(members // 4)),
        (Fact, "kind key happened_on recorded_at path person_id subject_type subject_id attrs", _visits()),
        (AuditEvent, "at event subject_type subject_id user_id owner_person_id source digest", _events(members // 2)),
        (Area, "id name union_id path", _areas()),
        (AreaUnion, "area_id union_id valid_from", _area_unions()),
        (Finding, "id kind subject_key employer_id path area_id work_list state score headcount reasons found_at",
         _findings(employers)),
        (Discrepancy, "kind person_id employer_id path field table ours theirs snapshot_id as_of confidence state asked_path "
         "found_at changed_at seen_in", _corrections(members, employers)),
    ]  # fmt: skip


def _unions() -> Iterator[tuple[Any, ...]]:
    for pk in range(1, UNIONS + 1):
        level = (
            "city"
            if pk == 1
            else "county"
            if pk < FIRST_TOWN
            else "town"
            if pk < FIRST_UNION
            else "grassroots"
        )
        kind = "independent" if level == "grassroots" else "federation"
        name = f"{person_name(pk)}第{pk}有限公司工会" if level == "grassroots" else f"第{pk}{level}总工会"
        path = path_of(pk)
        yield (pk, f"B-{pk}", name, rules.fold_name(name), initials(name), kind, level, "active",
               None if pk == 1 else parent_of(pk), path, path.count("/") - 1, pk if pk < FIRST_UNION else None, AT, AT)  # fmt: skip


def _regions() -> Iterator[tuple[Any, ...]]:
    """City, counties and towns under the keys of their federations, and twenty villages in each town."""
    for pk in range(1, FIRST_UNION):
        level = "city" if pk == 1 else "county" if pk < FIRST_TOWN else "town"
        path = path_of(pk)
        yield (
            pk,
            f"{pk:012d}",
            f"第{pk}{level}",
            f"第{pk}{level}",
            level,
            None if pk == 1 else parent_of(pk),
            path,
            path.count("/") - 1,
        )
    for number in range(TOWNS * VILLAGES):
        pk, town = FIRST_UNION + number, FIRST_TOWN + number // VILLAGES
        path = child_path(path_of(town), pk)
        yield pk, f"{pk:012d}", f"第{pk}村", f"第{pk}村", "village", town, path, path.count("/") - 1


def village_of(employer: int) -> int:
    """Key of the village an employer is in: one of its town's."""
    return FIRST_UNION + (parent_of(union_of(employer)) - FIRST_TOWN) * VILLAGES + employer // 7 % VILLAGES


def _town_path(number: int) -> str:
    return path_of(FIRST_TOWN + number % TOWNS)


def _employers(number: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1):
        name = f"宁波{person_name(pk)}{pk}{TRADES[pk % len(TRADES)]}有限公司"
        yield (pk, name, rules.fold_name(name), brand_key(name), initials(name)[:60], uscc(pk), _town_path(union_of(pk)),
               village_of(pk), "ABCDEFGH"[pk % 8], pk % 300, AT, AT)  # fmt: skip


def _links(number: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1, 3):
        union = union_of(pk)
        kind = "joint" if pk % 2 else "own"
        yield union, path_of(union), pk, kind, date(2021, 1, 1) + timedelta(days=pk % 900)


def _terms() -> Iterator[tuple[Any, ...]]:
    for pk in range(FIRST_UNION, UNIONS + 1):
        ends = TODAY + timedelta(days=pk % 1700 - 100)
        yield pk, 1, ends - timedelta(days=1825), ends


def _certificates() -> Iterator[tuple[Any, ...]]:
    for pk in range(FIRST_UNION, UNIONS + 1):
        issued = TODAY - timedelta(days=pk % 1500)
        yield pk, f"甬工证{pk:06d}", "founding", issued, issued + timedelta(days=1825), "某市总工会"


def _qualities() -> Iterator[tuple[Any, ...]]:
    for pk in range(FIRST_UNION, UNIONS + 1):
        yield pk, path_of(pk), 400, 200 + pk % 200, 40, 1, AT


def _people(number: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1):
        name = person_name(pk)
        mobile = f"1{30 + pk % 70 // 10}{pk:08d}"[:11]
        yield pk, name, name_key(name), name_initials(name), resident_id(pk), mobile, mobile[-4:], AT, AT


def _memberships(number: int, employers: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1):
        union = union_of(pk)
        state = "preparatory" if pk % 500 == 1 else "retained" if pk % 25 == 0 else "active"
        yield (pk, pk, union, path_of(union), pk % employers + 1, name_key(person_name(pk))[:40], state, state,
               TODAY - timedelta(days=pk % 2000), "joined", AT, AT)  # fmt: skip


def _facts(number: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(1, number + 1):
        yield (kinds.MEMBER_JOINED, f"bench:{pk}", TODAY - timedelta(days=pk % 60), AT, path_of(union_of(pk)), pk,
               "registry.membership", pk, {})  # fmt: skip


def _visits() -> Iterator[tuple[Any, ...]]:
    """Visits to unions: three in five were visited this quarter, four in five in the quarter before."""
    quarter = Quarter.of(TODAY)
    for pk in range(FIRST_UNION, UNIONS + 1):
        for start, share in ((quarter.start, 3), (quarter.before.start, 4)):
            if pk % 5 < share:
                yield (VISITED, f"visit:{pk}:{start}", start + timedelta(days=pk % 20), AT, path_of(pk), None,
                       "registry.tradeunion", pk, {})  # fmt: skip


def _events(number: int) -> Iterator[tuple[Any, ...]]:
    for at in range(1, number + 1):
        yield (AT - timedelta(minutes=number - at), "registry.person_revealed" if at % 3 else "registry.membership_started",
               "registry.person", at % 50_000 + 1, at % 6 + 1, at % 50_000 + 1, "desk", "0" * 64)  # fmt: skip


def _areas() -> Iterator[tuple[Any, ...]]:
    for pk in range(1, TOWNS * 4 + 1):
        town = FIRST_TOWN + pk % TOWNS
        yield pk, f"片区{pk}", town, path_of(town)


def _area_unions() -> Iterator[tuple[Any, ...]]:
    for pk in range(FIRST_UNION, UNIONS + 1):
        yield _area_of(pk), pk, date(2024, 1, 1)


def _area_of(union: int) -> int:
    """One of the four areas of the union's town."""
    return (union % TOWNS) + TOWNS * (union // TOWNS % 4) or TOWNS


def _findings(employers: int) -> Iterator[tuple[Any, ...]]:
    for pk in range(2, employers + 1, 3):
        union = union_of(pk)
        state = ("open", "open", "open", "visited", "taken_up", "closed")[pk % 6]
        yield (pk, "no_union" if pk % 4 else "not_members", f"employer:{pk}", pk, _town_path(union), _area_of(union),
               ("task", "verify", "work")[pk % 5 % 3], state, pk % 997 / 10, pk % 300, [{"code": "no_union"}], AT)  # fmt: skip


def _corrections(members: int, employers: int) -> Iterator[tuple[Any, ...]]:
    """One member in a hundred and one employer in fifty differ from an extract; two in three wait for a decision."""
    states = ("open", "open", "open", "answered", "asked", "kept", "taken", "gone", "open")
    for pk in range(1, members + 1, 100):
        path, state = path_of(union_of(pk)), states[pk // 100 % 9]
        yield ("person", pk, None, path, "mobile", "social", f"1300000{pk % 10000:04d}", f"1310000{pk % 10000:04d}", 1, TODAY,
               1, state, path if state == "asked" else "", AT - timedelta(minutes=pk % 90_000), AT, 1)  # fmt: skip
    for pk in range(1, employers + 1, 50):
        yield ("employer", None, pk, _town_path(union_of(pk)), "address", "market", "宁波市某路", "宁波市某街", 1, TODAY, 1,
               states[pk // 50 % 9], "", AT - timedelta(minutes=pk % 90_000), AT, 1)  # fmt: skip


def _accounts() -> None:
    for name, (role, union) in ROLES.items():
        user = User.objects.create_user(
            name,
            None,
            name=name,
            created_at=AT,
            person_id=None if union else 1,
            mobile=f"1880000{list(ROLES).index(name):04d}",
        )
        if union:
            RoleGrant.objects.create(user=user, role=role, union_id=union, valid_from=date(2020, 1, 1))
        if role == "organiser":
            area = Area.objects.filter(union_id=union).order_by("pk")[0]
            AreaAssignment.objects.create(area=area, user=user, valid_from=date(2020, 1, 1))


def _cases(number: int) -> None:
    versions = list(ServiceVersion.objects.select_related("service").order_by("pk"))
    names = "client_id reference service_version_id service_key title state step person_id path data due_at submitted_at created_at updated_at"  # noqa: E501

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk in range(1, number + 1):
            version = versions[pk % len(versions)]
            state = ("open", "open", "supplement", "approved", "approved", "refused", "withdrawn")[pk % 7]
            due = AT + timedelta(hours=pk % 400 - 40)
            yield (UUID(int=pk), f"XD-{pk}", version.pk, version.service.key, version.service.title, state,
                   version.definition["steps"][0]["key"], pk, _town_path(union_of(pk)), "", due, AT, AT, AT)  # fmt: skip

    bulk.insert(CaseFile, names.split(), rows())
