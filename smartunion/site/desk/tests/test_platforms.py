"""Platforms on the desk, on her phone and over the API: the same rows, one person, strangers told nothing."""

import pytest
from django.test import Client

from smartunion.ground.accounts.tests.factories import make_user, signed_in
from smartunion.ground.registry.models import Employer, PlatformWork
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def test_the_chair_adds_and_ends_a_platform_and_the_page_shows_both(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    first = make.employer("甲平台有限公司", is_platform=True)
    second = make.employer("乙平台有限公司", is_platform=True)
    url = f"/desk/people/{person.pk}/platforms/"

    for platform in (first, second):
        assert desk.ali.post(url, {"platform": platform.pk, "on": "2026-03-02"}).status_code == 302
    wrong = desk.ali.post(url, {"platform": make.employer().pk, "on": "2026-03-02"})
    ended = desk.ali.post(f"/desk/platform-work/{PlatformWork.objects.get(platform=first).pk}/end/")

    assert (wrong.status_code, ended.status_code) == (422, 302)
    running = PlatformWork.objects.running().get()
    assert (running.platform_id, running.source) == (second.pk, "desk")
    page = desk.ali.get(f"/desk/people/{person.pk}/").content.decode()
    assert page.count("甲平台有限公司") == 1
    assert "乙平台有限公司" in page


def test_who_may_only_look_and_strangers_change_nothing(desk: Desk) -> None:
    person = desk.cast.xiaobo.person
    platform = make.employer(is_platform=True)
    work = PlatformWork.objects.create(
        person=person, platform=platform, started_on=make.DAY, created_at=make.AT
    )

    answers = {
        client.post(address, {"platform": platform.pk, "on": "2026-03-02"}).status_code
        for client in (desk.inspector, desk.stranger)
        for address in (f"/desk/people/{person.pk}/platforms/", f"/desk/platform-work/{work.pk}/end/")
    }

    assert answers == {404}
    assert PlatformWork.objects.running().get().pk == work.pk


def test_the_report_and_the_list_count_a_person_once(desk: Desk) -> None:
    platforms = [make.employer(f"{name}平台有限公司", is_platform=True) for name in "甲乙"]
    for platform in platforms:
        PlatformWork.objects.create(
            person=desk.cast.xiaobo.person, platform=platform, started_on=make.DAY, created_at=make.AT
        )
    make.member(desk.cast.union)

    told = desk.cadre.get("/api/v1/registry/platforms/").json()
    listed = desk.cadre.get(f"/desk/members/?platform={platforms[0].pk}").content.decode()
    page = desk.cadre.get("/desk/platforms/").content.decode()

    assert (told["people"], told["several"], [one["people"] for one in told["platforms"]]) == (1, 1, [1, 1])
    assert listed.count("小波") == 1
    assert "甲平台有限公司" in page
    assert desk.stranger.get("/api/v1/registry/platforms/").json()["people"] == 0
    assert desk.nobody.get("/api/v1/registry/platforms/").status_code == 401


def test_she_adds_and_ends_her_platforms_on_the_phone(desk: Desk) -> None:
    spell = desk.cast.xiaobo
    hers = signed_in(make_user("w-xiaobo", person=spell.person))
    another = signed_in(make_user("w-laoqin", person=desk.cast.laoqin.person))
    platform = make.employer("甲平台有限公司", is_platform=True)

    added = hers.post("/me/record/platforms/", {"platform": platform.pk, "on": "2026-03-02"})
    work = PlatformWork.objects.get()
    theirs = another.post(f"/me/record/platforms/{work.pk}/end/")
    running = PlatformWork.objects.running().count()
    ended = hers.post(f"/me/record/platforms/{work.pk}/end/")

    assert (added.status_code, theirs.status_code, running, ended.status_code) == (302, 404, 1, 302)
    assert (work.person_id, work.source) == (spell.person_id, "self")
    assert not PlatformWork.objects.running().exists()
    assert "甲平台有限公司" in hers.get("/me/record/platforms/").content.decode()
    assert Client().get("/me/record/platforms/").status_code == 302


def test_the_api_adds_once_and_ends(desk: Desk) -> None:
    person, platform = desk.cast.xiaobo.person, make.employer(is_platform=True)
    url = "/api/v1/registry/platforms"
    body = {"platform_id": platform.pk, "on": "2026-03-02"}

    def post(client: Client, path: str, given: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = client.post(f"{url}{path}", given, content_type="application/json")
        return answer.status_code, answer.json()

    once = post(desk.ali, f"/people/{person.pk}", body)
    again = post(desk.ali, f"/people/{person.pk}", body)
    stranger = post(desk.stranger, f"/people/{person.pk}", body)
    ended = post(desk.ali, f"/work/{once[1]['id']}/end", {"on": "2026-06-01"})

    assert (once[0], again, stranger[0]) == (200, once, 404)
    assert (ended[0], ended[1]["ended_on"]) == (200, "2026-06-01")
    history = desk.ali.get(f"/api/v1/registry/members/{desk.cast.xiaobo.pk}/history").json()
    assert [(work["platform"]["id"], work["ended_on"]) for work in history["platforms"]] == [
        (platform.pk, "2026-06-01")
    ]


def test_the_totals_open_the_members_they_count(desk: Desk) -> None:
    union = desk.cast.union
    one, both, gone = (make.member(union).person for _n in range(3))
    first, second = (make.employer(name, is_platform=True) for name in ("甲平台有限公司", "乙平台有限公司"))
    for person, platform, ended_on in (
        (one, first, None), (both, first, None), (both, second, None), (gone, first, make.DAY),
    ):  # fmt: skip
        PlatformWork.objects.create(
            person=person, platform=platform, started_on=make.DAY, ended_on=ended_on, created_at=make.AT
        )

    page = desk.cadre.get("/desk/platforms/")

    counted = page.context["counted"]
    assert (counted.people, counted.several, len(counted.platforms)) == (2, 1, 2)
    for asked, people in (("any", {one.pk, both.pk}), ("several", {both.pk})):
        address = f"/desk/members/?state=active&platforms={asked}"
        assert f'href="{address.replace("&", "&amp;")}"' in page.content.decode()
        lines = desk.cadre.get(address).context["page"].lines
        assert {line.row.person_id for line in lines} == people
    assert 'href="#platforms"' in page.content.decode()
    assert (
        f'href="/desk/employers/{first.pk}/"' not in page.content.decode()
    )  # it belongs to nobody's place here

    Employer.objects.filter(pk=first.pk).update(territory_path=desk.cast.county.path)
    assert f'href="/desk/employers/{first.pk}/"' in desk.cadre.get("/desk/platforms/").content.decode()
