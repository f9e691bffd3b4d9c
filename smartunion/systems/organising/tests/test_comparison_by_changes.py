"""A comparison that looks only at what may have changed leaves the same records as one that looks at everything."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.core.files.intake import disk_path
from smartunion.core.jobs import runner
from smartunion.core.tests.lives import examples
from smartunion.engines.feeds.service import differences
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.flows.merging.core import Asked
from smartunion.ground.registry.flows.merging.employers import merge_employers
from smartunion.ground.registry.models import Employer, Merge, MergedRecord, Region, TradeUnion, ValueOrigin
from smartunion.ground.registry.service import employers
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison import employers as syncing
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.comparison.settled import COLUMNS, Settled, made_by
from smartunion.systems.organising.flows import findings, verdicts
from smartunion.systems.organising.flows.runs import compare
from smartunion.systems.organising.models import Finding, MatchLink, MatchRun
from smartunion.systems.organising.tests.comparing_world import County, county
from smartunion.systems.organising.tests.test_differing import Ear, entered, member

pytestmark = pytest.mark.django_db
#: The log of merges is sealed whole, anew each time.
NOT_COMPARED = {Merge, MergedRecord}


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back, and keys are given out again from where they stood."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    same_keys_next()


def same_keys_next() -> None:
    """The next rows get the keys after the last ones: a sequence of PostgreSQL does not go back by itself."""
    models = [model for config in apps.get_app_configs() for model in config.get_models()]
    if statements := " ".join(connection.ops.sequence_reset_sql(no_style(), models)):
        with connection.cursor() as cursor:
            cursor.execute(statements)


def dump(*rooms: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of some rooms, column by column, sealed ones opened; without what differs from run to run by nature:
    seconds that steps took, the file of marks.
    """
    models = (model for room in rooms for model in apps.get_app_config(room).get_models())
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name not in {"steps", "settled_id"}}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models if model not in NOT_COMPARED
    }  # fmt: skip


@dataclass
class Register:
    """A register of a few firms, months of it, and people who work on the registry in between."""

    federation: TradeUnion
    region: Region
    folder: Path
    marks: Path | None = None
    month: int = 0
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    headcounts: dict[str, int] = field(default_factory=dict)

    def compare(self, *, known: Path | None) -> tuple[Path, Any]:
        """Bring a month in; returns the marks to keep and what can be seen afterwards."""
        self.month += 1
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        market = folder / "market.parquet"
        schema = dict.fromkeys(COLUMNS, pl.String)
        pl.DataFrame(list(self.rows.values()), schema=schema).write_parquet(market)
        at = make.AT + timedelta(days=self.month)
        ear, finder = Ear(), PlaceFinder(self.region)
        settled = Settled(market, folder, known=known, made_by=made_by(finder, at))
        settled.read_employers()
        before, differences.RECEIVERS[:] = list(differences.RECEIVERS), [ear]
        try:
            counts = syncing.sync_employers(
                market, self.headcounts, finder, at=at, tick=lambda _done, _total: None, settled=settled,
                comparison=differences.Comparison(self.federation.path, self.month, {"market": (self.month, date(2026, 10, 1))}, at),
            )  # fmt: skip
        finally:
            differences.RECEIVERS[:] = before
        self.month -= 1
        return settled.marks(), (counts, sorted(ear.told), dump("registry"))

    def next_month(self) -> None:
        """The same month twice: looking at everything, which is taken back, and looking at what may have changed."""
        same_keys_next()
        with undone():
            _marks, everything = self.compare(known=None)
        self.marks, changes = self.compare(known=self.marks)
        self.month += 1
        assert changes == everything


ENTITIES = [f"E{number}" for number in range(9)]
CODES = ["", "无", *(make.uscc(number) for number in range(600, 606))]
NAMES = ["宁海得力文具有限公司", "宁海得力笔业有限公司", "宁海云海户外有限公司", "象山水产冷冻厂", ""]
VALUES = {
    "name": NAMES, "uscc": CODES, "status": ["存续", "注销", "迁出"], "address": ["", "宁海县新街 1 号", "宁海县新街 2 号"],
    "legal_person": ["", "王明", "李强"], "former_name": ["", "宁海旧名有限公司"], "old_reg_no": ["", "330226000012345"],
    "founded": ["", "1999", "2020"], "entity_type": ["", "港澳台投资"], "district": ["宁海县", ""],
}  # fmt: skip


def a_row(data: st.DataObject, entity: str) -> dict[str, Any]:
    return {"entity_id": entity} | {
        name: data.draw(st.sampled_from(values)) for name, values in VALUES.items()
    }


def department(data: st.DataObject, here: Register) -> None:
    """Firms are founded, struck out, come back, are written otherwise; codes move from one to another."""
    entity = data.draw(st.sampled_from(ENTITIES))
    what = data.draw(st.sampled_from(["value", "value", "swap", "gone", "new", "people"]))
    if what == "new" or entity not in here.rows:
        here.rows[entity] = a_row(data, entity)
    elif what == "gone":
        del here.rows[entity]
    elif what == "swap":
        other = data.draw(st.sampled_from(sorted(here.rows)))
        one, two = here.rows[entity], here.rows[other]
        here.rows[entity], here.rows[other] = one | {"uscc": two["uscc"]}, two | {"uscc": one["uscc"]}
    elif what == "people":
        here.headcounts[entity] = data.draw(st.integers(1, 3))
    else:
        name = data.draw(st.sampled_from(sorted(VALUES)))
        here.rows[entity] = here.rows[entity] | {name: data.draw(st.sampled_from(VALUES[name]))}


def people(data: st.DataObject, here: Register) -> None:
    """Somebody writes a value, makes two one, closes a firm, enters one, lets the register be right again, moves a border."""
    known = list(Employer.objects.order_by("pk"))
    what = data.draw(
        st.sampled_from(["write", "write", "merge", "close", "enter", "follow", "border", "quiet"])
    )
    cadre, at = make.cadre(here.federation), make.AT + timedelta(days=here.month)
    if what == "enter" or not known:
        name, code = data.draw(st.sampled_from(NAMES[:4])), data.draw(st.sampled_from(CODES[2:]))
        if not Employer.objects.filter(uscc=code).exists():
            make.employer(name, looked_after_by=here.federation, uscc=code)
        return
    one = data.draw(st.sampled_from(known))
    try:
        with transaction.atomic():
            if what == "write":
                name = data.draw(st.sampled_from(["name", "uscc", "address", "legal_person"]))
                value = data.draw(st.sampled_from([value for value in VALUES[name] if value != "无"]))
                employers.update_employer(
                    actor=cadre, employer_id=one.pk, version=one.version, changes={name: value}, at=at
                )
            elif what == "merge":
                other = data.draw(st.sampled_from(known))
                versions = {row.pk: row.version for row in (one, other)}
                merge_employers(actor=cadre, asked=Asked(one.pk, versions, "同一家企业"), at=at)
            elif what == "close":
                employers.close_employer(
                    actor=cadre,
                    employer_id=one.pk,
                    version=one.version,
                    on=make.TODAY,
                    reason="已搬空",
                    at=at,
                )
            elif what == "follow":
                ValueOrigin.objects.filter(employer=one).update(is_ours=False)
            elif what == "border":
                Employer.objects.filter(pk=one.pk).update(territory_path="", region=None)
            else:
                Employer.objects.filter(pk=one.pk).update(address="谁也没说的地址", brand_key="旧")
    except DomainError:
        pass  # refused: nothing was done


@given(st.data())
@settings(
    max_examples=examples(25),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
def test_months_by_changes_leave_the_registers_employers_as_months_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr(syncing, "BATCH", 3)
    with transaction.atomic():
        region = make.region("宁海县")
        here = Register(make.federation(territory=region, region=region), region, tmp_path)
        for entity in ENTITIES[:6]:
            here.rows[entity] = a_row(data, entity)
        for _month in range(3):
            here.next_month()
            for _act in range(data.draw(st.integers(0, 3))):
                data.draw(st.sampled_from([department, people]))(data, here)
        here.next_month()
        transaction.set_rollback(True)


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the entities that are looked at from now on."""
    names: list[str] = []
    plain = syncing._Batch.meet

    def meet(batch: syncing._Batch) -> None:
        names.extend(batch.wanted)
        plain(batch)

    monkeypatch.setattr(syncing._Batch, "meet", meet)
    return names


def test_only_what_changed_is_looked_at_and_everything_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = county()
    here.compare()
    names = looked_at(monkeypatch)

    here.compare()
    assert names == []

    here.market[1]["address"] = "宁海县新街 2 号"
    here.send(11)
    assert here.compare().counts["register"] == {"created": 0, "changed": 1, "same": 2}
    assert names == ["E2"]

    names.clear()
    Employer.objects.filter(entity_id="E3").update(address="谁也没说的地址")
    assert here.compare().counts["register"] == {"created": 0, "changed": 1, "same": 2}
    assert names == ["E3"]

    names.clear()
    compare(MatchRun.objects.create(union=here.federation, path=here.federation.path), afresh=True)
    assert names == ["E1", "E2", "E3"]


def test_a_second_process_works_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "BATCH", 2)
    region = make.region("宁海县")
    here = Register(make.federation(territory=region, region=region), region, tmp_path)
    for number, entity in enumerate(ENTITIES):
        here.rows[entity] = {name: values[number % len(values)] for name, values in VALUES.items()} | {
            "entity_id": entity
        }
    same_keys_next()
    with undone():
        _marks, alone = here.compare(known=None)

    monkeypatch.setattr(syncing, "MANY", 0)
    _marks, beside = here.compare(known=None)

    assert beside == alone
    assert beside[0]["created"] == len(ENTITIES)


def test_another_way_of_reading_or_a_torn_file_makes_everything_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = county()
    here.compare()
    names = looked_at(monkeypatch)

    make.region("西店镇", here.federation.territory)
    here.compare()
    assert names == ["E1", "E2", "E3"], "addresses may lead to another place now"

    names.clear()
    kept = MatchRun.objects.get(settled__isnull=False).settled
    assert kept is not None
    disk_path(kept).write_bytes(b"torn")
    here.compare()
    assert names == ["E1", "E2", "E3"]


def test_only_the_last_comparison_of_a_federation_keeps_marks() -> None:
    here = county()
    first, second = here.compare(), here.compare()

    first.refresh_from_db()
    assert first.settled is None
    assert second.settled is not None


def test_the_tick_on_the_page_has_every_row_looked_at(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = county()
    here.compare()
    user = User.objects.create_user("cadre-w", "unit-test-only-1", name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role="cadre", union=here.federation, valid_from="2020-01-01")
    client.force_login(user)
    names = looked_at(monkeypatch)

    for tick in ({}, {"afresh": "1"}):
        client.post("/desk/coverage/comparisons/start/", {"union": here.federation.pk, **tick})
        runner.drain()
        assert names == (["E1", "E2", "E3"] if tick else [])


ROOMS = ("registry", "organising", "stewardship", "facts")


def months(here: County, *acts: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare, let somebody act, compare again …; each month in full, taken back, and by changes."""
    days = iter(range(1, 100))
    for act in (lambda: None, *acts):
        act()
        at = datetime(2026, 11, next(days), 2, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        run = MatchRun.objects.create(union=here.federation, path=here.federation.path)
        same_keys_next()
        with undone():
            compare(run, afresh=True)
            everything = dump(*ROOMS)
        run.refresh_from_db()
        compare(run)
        changes = dump(*ROOMS)
        assert changes == everything


def test_whole_months_by_changes_leave_the_same_records_as_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    here = county()
    for number in (30, 31, 32):
        here.social[number]["mobile"] = "13700001111"
    here.send()
    ours = entered(here, 7, name="云海户外", uscc=make.uscc(702), legal_person="")
    people = [member(here, number, mobile=f"1380000222{number % 10}") for number in (30, 31, 32)]
    cadre = make.cadre(here.federation)

    def another_address() -> None:
        firm = Employer.objects.get(entity_id="E1")
        employers.update_employer(
            actor=cadre,
            employer_id=firm.pk,
            version=firm.version,
            changes={"address": "桥头 5 号"},
            at=make.AT,
        )
        for row in here.market:
            row["address"] = "宁海县新街 2 号"
        here.send(11)

    def findings_are_closed() -> None:
        for finding in Finding.objects.filter(kind="not_members"):
            findings.dismiss(actor=here.cadre, finding_id=finding.pk, reason="已核实", at=make.AT)
        link = MatchLink.objects.filter(employer__entity_id="E1").get()
        verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, note="不是", at=make.AT)

    def a_row_is_gone_and_one_corrected() -> None:
        del here.market[2]
        here.social[30]["mobile"] = "13800002220"
        here.social[31]["mobile"] = "13700009999"
        here.send(11)

    def the_row_is_back_and_two_are_one() -> None:
        here.market.append(
            here.market[0] | {"entity_id": "E3", "name": "宁海星远模具有限公司", "uscc": make.uscc(703)}
        )
        twin = make.employer("云海户外用品", looked_after_by=here.federation)
        ours.refresh_from_db()
        merge_employers(
            actor=system(),
            asked=Asked(ours.pk, {row.pk: row.version for row in (ours, twin)}, "同一家企业"),
            at=make.AT,
        )
        people[2].memberships.update(source="import:9")
        here.send(11)

    months(
        here, another_address, findings_are_closed, a_row_is_gone_and_one_corrected, the_row_is_back_and_two_are_one,
        lambda: None, monkeypatch=monkeypatch,
    )  # fmt: skip
