"""What departments of industry and of development say of firms: read once an extract is ready, shown as groups of firms."""

import io
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.test import Client

from smartunion.core.actor import system
from smartunion.core.files.intake import keep_bytes
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.flows import marks
from smartunion.systems.organising.models import EmployerMark, Finding
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db


def extract(world: make.World, table: str, rows: list[dict[str, Any]], as_of: date = make.TODAY) -> Snapshot:
    """A department's extract that is ready."""
    source, _made = Source.objects.get_or_create(
        name=table, union=world.county,
        defaults={"department": "经信局", "table": table, "path": world.county.path, "purpose": "建会",
                  "created_at": make.NOW},
    )  # fmt: skip
    out = io.BytesIO()
    pl.DataFrame(rows).write_parquet(out)
    stored = keep_bytes(
        actor=system(), content=out.getvalue(), name="d.parquet", media_type="application/x-parquet", purpose="feeds",
        at=make.NOW,
    )  # fmt: skip
    return Snapshot.objects.create(
        source=source, table=table, path=source.path, as_of=as_of, created_at=make.NOW, state=SnapshotState.READY,
        file=stored, parquet=stored, row_count=len(rows),
    )  # fmt: skip


def firm(name: str, **values: Any) -> dict[str, Any]:
    return {
        "name": name,
        "uscc": "",
        "scale": "否",
        "grade": "",
        "cluster": "",
        "park": "",
        "employees": None,
    } | values


@pytest.fixture
def world() -> make.World:
    made = make.world()
    extract(made, "industry", [
        firm("别的写法", uscc="91350100M000100Y43", scale="是", cluster="文具"),
        firm("宁海晨光文具有限公司", grade="专精特新", cluster="文具"), firm("宁海晨光文具有限公司", cluster="文具"),
        firm("外地某某公司", scale="规上"),
    ])  # fmt: skip
    extract(made, "projects", [{"project_name": "跨海大桥", "unit_name": "宁海恒达物流有限公司", "uscc": ""}])
    marks.renew(at=make.NOW)
    return made


def told() -> set[tuple[str, str, str]]:
    rows = EmployerMark.objects.select_related("employer")
    return {(row.kind, row.employer.name if row.employer else f"? {row.name}", row.label) for row in rows}


def test_rows_mark_firms_by_code_else_by_a_name_only_one_has(world: make.World) -> None:
    assert told() == {
        ("scale", "宁海恒达物流有限公司", ""), ("cluster", "宁海恒达物流有限公司", "文具"),
        ("grade", "宁海晨光文具有限公司", "专精特新"), ("cluster", "宁海晨光文具有限公司", "文具"),
        ("scale", "? 外地某某公司", ""), ("project", "宁海恒达物流有限公司", "跨海大桥"),
    }  # fmt: skip
    assert EmployerMark.objects.count() == 6


def test_the_next_extract_replaces_the_marks_and_the_same_is_read_once(world: make.World) -> None:
    again = marks.renew(at=make.NOW)
    extract(world, "industry", [firm("宁海晨光文具有限公司", grade="小巨人")], date(2026, 4, 1))

    assert (again, marks.renew(at=make.NOW)) == (0, 1)
    assert told() == {
        ("grade", "宁海晨光文具有限公司", "小巨人"), ("project", "宁海恒达物流有限公司", "跨海大桥"),
    }  # fmt: skip


def test_an_extract_taken_out_of_use_takes_its_marks_along(world: make.World) -> None:
    Snapshot.objects.filter(table="projects").update(state=SnapshotState.RETIRED)

    marks.renew(at=make.NOW)

    assert not EmployerMark.objects.filter(kind="project").exists()


def test_groups_lists_and_findings_are_narrowed_by_what_departments_say(world: make.World) -> None:
    finding = Finding.objects.create(
        kind="no_union", subject_key=f"employer:{world.bare.pk}", employer=world.bare, path=world.town.path,
        work_list="task", state="open", found_at=make.NOW,
    )  # fmt: skip
    client = Client()
    client.force_login(make.staff("老县", Role.CADRE, world.county))

    def names(address: str) -> list[str]:
        page = client.get(address)
        assert page.status_code == 200, address
        return [str(getattr(line.row, "name", "") or line.row.pk) for line in page.context["page"].lines]

    cards = {
        one.value: (share.total, share.covered)
        for one, share, _said, _to in client.get("/desk/coverage/indicators/").context["cards"]
    }
    assert {key: cards[key] for key in ("scale", "grade", "cluster", "project")} == {
        "scale": (1, 0), "grade": (1, 1), "cluster": (2, 1), "project": (1, 0),
    }  # fmt: skip
    assert names("/desk/coverage/indicators/cluster/?cover=none&named=文具") == [world.bare.name]
    assert names("/desk/coverage/lists/task/?marked=project") == [str(finding.pk)]
    assert names("/desk/coverage/lists/task/?marked=grade") == []
    assert names("/desk/coverage/indicators/unknown/") == ["外地某某公司"]


def test_who_sees_only_a_town_reads_no_unknown_row_of_the_county(world: make.World) -> None:
    client = Client()
    client.force_login(world.cadre)

    assert client.get("/desk/coverage/indicators/unknown/").context["page"].lines == []
    assert Employer.objects.filter(marks__kind="scale").exists()
