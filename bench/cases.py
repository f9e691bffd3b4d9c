# ruff: noqa: E402  Django must be set up before models are imported
"""A million cases: an officer's queue, search and counts whatever her reach; sending a form; saving a definition.

`DATABASE_URL=postgresql://… python bench/cases.py [cases] [reads|send|design …]`, from the project's folder, on a migrated
scratch database with the services published. The second run finds the data of the first. Whole pages are measured, templates
included; beside each stands the bare statement of the same rows and their ratio. Times are milliseconds.
"""

import io
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from django.db import connection, transaction
from django.test import Client
from PIL import Image

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Option,
    Section,
    text,
)
from smartunion.engines.casework.models import CaseFile, ServiceVersion
from smartunion.engines.casework.queries import queue
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.services.request import REQUEST

NUMBERS = [int(word) for word in sys.argv[1:] if word.isdigit()]
CASES = (NUMBERS or [1_000_000])[0]
PARTS = [word for word in sys.argv[1:] if not word.isdigit()] or ["reads", "send", "design"]
COUNTIES, TOWNS, UNIONS = 10, 20, 20
NOW = datetime.now(UTC)
PEOPLE, PAUSE_S = 50, 10


def timed(
    label: str,
    act: Callable[[], object],
    bare: Callable[[], object] | None = None,
    *,
    wanted: float,
    times: int = 20,
) -> None:
    """Run and print p50, p95, and how many times the bare work that is."""
    took, floor = _times(act, times), _times(bare, times) if bare is not None else []
    ratio = (
        f"  bare p95 {_p95(floor):7.1f}  ratio {_p95(took) / max(_p95(floor), 0.01):6.1f}" if floor else ""
    )
    print(
        f"{label:<58} p50 {statistics.median(took):7.1f}  p95 {_p95(took):7.1f}  wanted {wanted:5.0f}{ratio}",
        flush=True,
    )


def _times(act: Callable[[], object], times: int) -> list[float]:
    act()
    took = []
    for _n in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took)


def _p95(took: list[float]) -> float:
    return took[max(0, int(len(took) * 0.95) - 1)]


def fill() -> dict[str, User]:
    """A city of 10 counties, 200 towns, 4,000 unions, an officer at each level, and the cases."""
    known = {user.username: user for user in User.objects.filter(username__startswith="bench-")}
    if known:
        if not CaseFile.objects.exists():
            _cases(known["bench-worker"])
        return known
    with transaction.atomic():
        place = make.region("3302", "宁波市", "city")
        city = make.union("宁波市总工会", territory=place)
        leaves: list[TradeUnion] = []
        for c in range(COUNTIES):
            county_place = make.region(f"3302{c:02d}", f"第{c}县", "county", place)
            county = make.union(f"第{c}县总工会", city, territory=county_place)
            for t in range(TOWNS):
                town_place = make.region(f"3302{c:02d}{t:03d}", f"第{c}县{t}镇", "town", county_place)
                town = make.union(f"第{c}县{t}镇总工会", county, territory=town_place)
                if not leaves:
                    first_town, first_county = town, county
                leaves += [make.union(f"{c}-{t}-{u} 有限公司工会", town) for u in range(UNIONS)]
        worker = make.person("阿丽", mobile="13800138000")
        make.member(worker, leaves[0])
        people = {
            "worker": make.user("阿丽", who=worker),
            "chair": make.user("主席", role=Role.CHAIR, at=leaves[0]),
        }
        for name, union in (("town", first_town), ("county", first_county), ("city", city)):
            people[name] = make.user(name, role=Role.CADRE, at=union)
        for name, user in people.items():
            User.objects.filter(pk=user.pk).update(username=f"bench-{name}")
    _cases(people["worker"])
    return {user.username: user for user in User.objects.filter(username__startswith="bench-")}


def _cases(worker: User) -> None:
    """One statement a hundred thousand cases: nine tenths ended, the rest waiting, spread over the unions and two years."""
    version = ServiceVersion.objects.filter(service__key="request").order_by("-number").first()
    assert version is not None, "publish the services first: smartunion publish_services"
    data = CaseData(
        form={"class": "request", "category": "family", "about": "暑假孩子没人带，希望工会办个暑托班。"}
    )
    sealed = CaseFile._meta.get_field("data").get_db_prep_value(data.dump(), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE leaf AS SELECT row_number() OVER (ORDER BY path) - 1 AS n, id, path"
            " FROM registry_tradeunion WHERE territory_id IS NULL"
        )
        for start in range(0, CASES, 100_000):
            cursor.execute(
                """INSERT INTO casework_casefile (client_id, reference, service_version_id, service_key, title, state, step,
                  user_id, person_id, on_behalf, path, origin_path, data, digest, submitted_at, due_at, closed_at,
                  decision_reason, created_at, updated_at, version, is_narrow)
                SELECT gen_random_uuid(), 'B' || lpad(g::text, 12, '0'), %s,
                  (array['request','matter','wish','group_note'])[1 + g %% 4],
                  (array['诉求：子女托管','工情：工资报酬','心愿：生活用品','群里的声音：安全卫生'])[1 + g %% 4] || ' ' || g,
                  CASE WHEN g %% 10 = 0 THEN 'open' WHEN g %% 10 = 1 THEN 'refused' ELSE 'approved' END,
                  CASE WHEN g %% 10 = 0 THEN 'answer' ELSE '' END, %s, %s, false, leaf.path, leaf.path, %s,
                  '{"category": "子女托管"}', %s - (g %% 700) * interval '1 day',
                  CASE WHEN g %% 10 = 0 THEN %s + ((g / 10) %% 40 - 10) * interval '1 day' END,
                  CASE WHEN g %% 10 > 0 THEN %s - (g %% 690) * interval '1 day' END, '', %s, %s, 1, false
                FROM generate_series(%s, %s) g JOIN leaf ON leaf.n = (g::bigint * 7919) %% (SELECT count(*) FROM leaf)""",
                [version.pk, worker.pk, worker.person_id, sealed, NOW, NOW, NOW, NOW, NOW, start + 1, min(start + 100_000, CASES)],
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE casework_casefile")
    print(f"{CaseFile.objects.count():,} cases", flush=True)


def reads(people: dict[str, User]) -> None:
    """The queue, late ones, ended ones, everything; searches; exact counts; of a union, a town, a county, the city."""
    for name in ("chair", "town", "county", "city"):
        user = people[f"bench-{name}"]
        client, actor = Client(SERVER_NAME="127.0.0.1"), actor_of(user, on=clock.today())
        client.force_login(user)
        paths = actor.paths("cases.view")

        def bare(where: str, order: str, given: str = paths[0]) -> Callable[[], object]:
            upper = given[:-1] + "0"
            sql = f"SELECT id, title FROM casework_casefile WHERE path >= %s AND path < %s AND {where} ORDER BY {order} LIMIT 51"
            return lambda: _run(sql, [given, upper])

        def page(address: str, who: Client = client) -> Callable[[], object]:
            return lambda: _checked(who.get(address))

        timed(f"{name}: the queue", page("/desk/cases/"), bare("state = 'open'", "due_at, id"), wanted=300)
        timed(
            f"{name}: everything, newest first",
            page("/desk/cases/list/all/"),
            bare("state <> 'draft'", "id DESC"),
            wanted=300,
        )
        timed(
            f"{name}: ended",
            page("/desk/cases/list/ended/"),
            bare("state IN ('approved','refused')", "id DESC"),
            wanted=300,
        )
        reference = CaseFile.objects.at_desk(actor).values_list("reference", flat=True).order_by("-pk")[0]
        timed(
            f"{name}: by reference",
            page(f"/desk/cases/list/all/?q={reference}"),
            bare(f"reference = '{reference}'", "id"),
            wanted=300,
        )
        timed(
            f"{name}: by words",
            page("/desk/cases/list/all/?q=工资报酬"),
            bare("title LIKE '%%工资报酬%%'", "id DESC"),
            wanted=300,
        )
        timed(f"{name}: exact counts", lambda who=actor: queue.counts(who, NOW), wanted=300)  # type: ignore[misc]


def _checked(answer: object) -> None:
    status = getattr(answer, "status_code", 0)
    if status != 200:
        raise RuntimeError(f"answered {status}")


def _run(sql: str, values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.fetchall()


def form_of(fields: int) -> Definition:
    """A request with so many questions, two of them photos."""
    asked = [Field("about", FieldKind.TEXTAREA, text("说说看", "Words"), maximum=500)]
    either = (Option("a", text("甲", "A")), Option("b", text("乙", "B")))
    for n in range(fields - 3):
        if n % 2:
            asked.append(
                Field(
                    f"f{n}", FieldKind.TEXT, text(f"问题 {n}", f"Question {n}"), maximum=60, is_required=False
                )
            )
        else:
            label = text(f"选择 {n}", f"Choice {n}")
            asked.append(Field(f"f{n}", FieldKind.CHOICE, label, options=either, is_required=False))
    asked += [
        Field(f"photo{n}", FieldKind.PHOTO, text("照片", "Photo"), is_required=False, maximum=2)
        for n in (1, 2)
    ]
    return replace(
        REQUEST, key=f"bench_{fields}", subject=text("测试", "Bench"),
        sections=(Section("all", text("全部", "All"), tuple(asked)),),
        steps=(replace(REQUEST.steps[0], deadline=Deadline(7, is_working=True)),),
        handler="", reopening=None,
    )  # fmt: skip


def send() -> None:
    """Fifty people at a form of twelve fields with two photos, each a form every ten seconds: faster than anybody types."""
    casework.publish(definition=form_of(12), actor=system(), at=NOW)
    picture = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(picture, "JPEG", quality=60)
    crowd_of = _crowd()
    took: list[float] = []
    kept = threading.Lock()

    def person(number: int) -> None:
        time.sleep(random.Random(number).random() * PAUSE_S)
        for _form in range(2):
            spent = _one_form(crowd_of[number], picture.getvalue())
            with kept:
                took.append(spent)
            time.sleep(PAUSE_S)
        connection.close()

    crowd = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    took.sort()
    bare = _times(lambda: _bare_insert(), 20)
    print(
        f"{'50 people, 12 fields, 2 photos: send':<58} p50 {statistics.median(took):7.1f}  p95 {_p95(took):7.1f}  wanted   500"
        f"  bare p95 {_p95(bare):7.1f}  ratio {_p95(took) / _p95(bare):6.1f}", flush=True,
    )  # fmt: skip


def _crowd() -> list[Actor]:
    """Fifty members of one union, each with an account."""
    union = TradeUnion.objects.filter(territory=None).order_by("pk")[0]
    found = list(User.objects.filter(username__startswith="crowd-").order_by("pk")[:PEOPLE])
    for number in range(len(found), PEOPLE):
        who = make.person(f"职工{number}", mobile=f"139{number:08d}")
        make.member(who, union)
        user = make.user(f"职工{number}", who=who)
        User.objects.filter(pk=user.pk).update(username=f"crowd-{number}")
        found.append(user)
    return [actor_of(user, on=clock.today()) for user in found]


def _one_form(who: Actor, picture: bytes) -> float:
    """Photos go up while the form is filled in, as on the phone; submitting is what she waits for at the end."""
    at = datetime.now(UTC)
    case = casework.start_draft(
        service_key="bench_12", actor=who, at=at, client_id=uuid4(), context={"n": str(uuid4())}
    )
    for slot in ("photo1", "photo2"):
        casework.add_photo(
            case_id=case.pk, slot=slot, data=io.BytesIO(picture), name="a.jpg", actor=who, at=at
        )
    raw: dict[str, object] = {
        "about": "食堂卫生差，希望工会看看",
        **{f"f{n}": "说明" if n % 2 else "a" for n in range(9)},
    }
    start = time.perf_counter()
    casework.save_draft(case_id=case.pk, raw=raw, actor=who, at=at)
    casework.submit(case_id=case.pk, actor=who, at=at)
    return (time.perf_counter() - start) * 1000


def _bare_insert() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS bare (a text, b bytea)")
        for _n in range(3):
            cursor.execute("INSERT INTO bare VALUES (%s, %s)", ["x" * 400, b"y" * 2000])


def design() -> None:
    """Checking and saving a definition of a hundred fields."""
    wide = form_of(100)

    def save() -> None:
        with transaction.atomic():
            casework.publish(definition=wide, actor=system(), at=NOW)
            transaction.set_rollback(True)

    timed("a definition of 100 fields: checked and published", save, wanted=1000)


if __name__ == "__main__":
    found = fill()
    if "reads" in PARTS:
        reads(found)
    if "send" in PARTS:
        send()
    if "design" in PARTS:
        design()
    print(f"on {timedelta(seconds=time.process_time())} of processor time, load {os.getloadavg()[0]:.1f}")
