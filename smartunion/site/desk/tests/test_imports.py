"""Choosing below which union a list is brought in: any of them, found by words, without script."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs import runner
from smartunion.core.jobs.models import Job
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.models import ImportBatch, Membership, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk, account


@pytest.fixture
def admin(desk: Desk) -> Any:
    return account("郑管理", "admin", desk.cast.county)


def brought(client: Any, union: str) -> Any:
    file = SimpleUploadedFile("名单.csv", "姓名,身份证号\n".encode())
    return client.post("/desk/import/new/", {"union": union, "kind": "", "file": file})


def test_any_union_is_reached_by_number_name_or_part_of_it(desk: Desk, admin: Any) -> None:
    for number in range(60):
        make.union(f"宁海第{number:02}号车间工会", desk.cast.county)
    chosen = TradeUnion.objects.get(name="宁海第57号车间工会")

    for words in (chosen.number, chosen.name, "第57号", f"{chosen.name} · {chosen.number}"):
        answer = brought(admin, words)
        assert answer.status_code == 302, words
        assert ImportBatch.objects.latest("pk").union == chosen


def test_words_that_fit_many_offer_them_and_change_nothing(desk: Desk, admin: Any) -> None:
    twins = [make.union(f"宁海{name}车间工会", desk.cast.county) for name in ("一", "二")]

    answer = brought(admin, "车间")

    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()
    page = answer.content.decode()
    for twin in twins:
        assert f'type="radio" name="union" value="{twin.number}"' in page
    assert brought(admin, twins[1].number).status_code == 302
    assert ImportBatch.objects.get().union == twins[1]


def test_unions_out_of_reach_are_not_found(desk: Desk, admin: Any) -> None:
    for words in (desk.cast.elsewhere.number, desk.cast.elsewhere.name, "没有的工会"):
        answer = brought(admin, words)
        assert answer.status_code == 422
        assert "没有这个名称或编号的工会" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_what_was_noticed_in_the_file_stands_on_its_page(desk: Desk, admin: Any) -> None:
    content = "姓名,身份证号\r\n".encode("utf-8-sig") + "王芳,11010519491231002X\r\n合计,1\r\n".encode(
        "gb18030"
    )
    file = SimpleUploadedFile("名单.csv", content)
    answer = admin.post("/desk/import/new/", {"union": desk.cast.county.number, "kind": "", "file": file})
    runner.drain()

    page = admin.get(answer["Location"]).content.decode()

    assert "1 UTF-8、2–3 GB18030" in page
    assert "第 3 行是合计，没有算作记录。" in page


def brought_in(desk: Desk) -> ImportBatch:
    """A list of three, read: two who are new and one whose number is wrong."""
    rows = [("王芳", make.resident_id(901)), ("李敏", make.resident_id(902)), ("赵强", "110105194912310021")]
    content = "姓名,身份证号\r\n" + "".join(f"{name},{number}\r\n" for name, number in rows)
    batch = imports.bring_in(
        actor=system(),
        union_id=desk.cast.union.pk,
        chunks=[content.encode()],
        name="名单.csv",
        at=clock.now(),
    )
    runner.drain()
    return batch


def shown(client: Any, batch: ImportBatch, query: str) -> list[int]:
    """Rows of the file that a number of the page opens."""
    page = client.get(f"/desk/import/{batch.pk}/").content.decode()
    assert f'href="?{query}"' in page
    return [line.row.number for line in client.get(f"/desk/import/{batch.pk}/?{query}").context["page"].lines]


def test_an_import_stopped_half_way_shows_what_is_in_and_what_is_not(
    desk: Desk, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(imports, "PARTS_AT_ONCE", 1)
    batch, real = brought_in(desk), imports._move_mark

    def then_stop(batch: ImportBatch, upto: int, **values: Any) -> None:
        real(batch, upto, **values)
        Job.objects.filter(pk=batch.job_id).update(cancel_requested=True)

    monkeypatch.setattr(imports, "_move_mark", then_stop)
    imports.apply(actor=system(), batch_id=batch.pk, at=clock.now())
    runner.drain()

    assert (shown(admin, batch, "stand=in"), shown(admin, batch, "stand=out")) == ([2], [3])


def test_rows_that_stay_when_an_import_is_taken_back_are_shown(desk: Desk, admin: Any) -> None:
    batch = brought_in(desk)
    imports.apply(actor=system(), batch_id=batch.pk, at=clock.now())
    runner.drain()
    Membership.objects.filter(person__name="李敏").update(source="changed")
    imports.undo(actor=system(), batch_id=batch.pk, at=clock.now())
    runner.drain()

    assert shown(admin, batch, "stays=1") == [3]


def test_the_refused_of_each_import_are_opened_from_the_list(desk: Desk, admin: Any) -> None:
    batch = brought_in(desk)

    page = admin.get("/desk/import/").content.decode()

    assert f'href="/desk/import/{batch.pk}/?outcome=refuse"' in page
    assert shown(admin, batch, "outcome=refuse") == [4]


def test_a_file_that_was_not_understood_shows_its_beginning_and_asks(desk: Desk, admin: Any) -> None:
    content = "甲栏,乙栏\r\n王芳,不是号码\r\n"
    batch = imports.bring_in(
        actor=system(),
        union_id=desk.cast.union.pk,
        chunks=[content.encode()],
        name="名单.csv",
        at=clock.now(),
    )
    runner.drain()

    page = admin.get(f"/desk/import/{batch.pk}/").content.decode()
    answer = admin.post(f"/desk/import/{batch.pk}/read/", {"kind": "members", "rows": "1"})
    runner.drain()

    assert 'name="rows"' in page
    assert "<td>甲栏</td><td>乙栏</td>" in page
    assert answer.status_code == 302
    shown = admin.get(f"/desk/import/{batch.pk}/").content.decode()
    assert '<tr class="is-head"><th scope="row">1</th><td>甲栏</td>' in shown
    assert 'name="label" value="乙栏"' in shown


def test_a_chair_brings_her_roster_in_and_is_not_asked_what_it_holds(desk: Desk) -> None:
    chair = account("王主席", "chair", desk.cast.union)

    form = chair.get("/desk/import/new/").content.decode()
    answer = brought(chair, desk.cast.union.number)

    assert 'name="kind"' not in form
    assert answer.status_code == 302
    assert ImportBatch.objects.get().options == {"members_alone": True}
