"""Choosing below which union a list is brought in: any of them, found by words, without script."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from smartunion.core.jobs import runner
from smartunion.ground.registry.models import ImportBatch, TradeUnion
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
