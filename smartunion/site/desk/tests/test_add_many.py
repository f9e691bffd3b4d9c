"""A pasted list of new members: tried first and kept nowhere, wrong lines named, the others entered and told."""

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.joining_many import MOST
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_a_list_is_tried_then_entered_and_wrong_lines_are_named(desk: Desk) -> None:
    address = reverse("desk:member_add_many", args=[desk.cast.union.pk])
    elsewhere = desk.cast.laoqin.person
    lines = [
        f"王新一 {make.resident_id(701)} 13900000701", "", f"李新二，{make.resident_id(702)}，13900000702", "张缺号 13900000703",
        f"{elsewhere.name}\t{elsewhere.resident_id}\t{elsewhere.mobile}", f"赵错号 {make.resident_id(704)[:-1]}0 13900000704",
    ]  # fmt: skip
    given = {"people": "\n".join(lines), "on": clock.today().isoformat()}
    before = (Person.objects.count(), Membership.objects.count(), Notice.objects.count())

    preview = desk.ali.post(address, given)
    assert preview.status_code == 200
    assert preview["Cache-Control"] == "no-store"
    assert "可以登记2人，不能登记3人" in text(preview)
    assert desk.cast.elsewhere.name not in text(preview)
    assert (Person.objects.count(), Membership.objects.count(), Notice.objects.count()) == before
    done = desk.ali.post(address, given | {"confirm": "on"})

    left = text(done)
    assert (done.status_code, "有 3 行没有登记" in left, "张缺号" in left, "王新一" in left) == (
        200,
        True,
        True,
        False,
    )
    entered = Membership.objects.filter(union=desk.cast.union, source="desk:list").order_by("pk")
    assert [(row.person.name, row.state, row.confirmed_by) for row in entered] == [
        ("王新一", "active", "paper"), ("李新二", "active", "paper"),
    ]  # fmt: skip
    assert Notice.objects.filter(template="registry.started").count() == 2
    assert tallies.recount() == []


def test_empty_and_too_long_lists_and_others_are_refused(desk: Desk) -> None:
    address = reverse("desk:member_add_many", args=[desk.cast.union.pk])
    day = clock.today().isoformat()
    number = Membership.objects.count()

    assert desk.ali.post(address, {"people": " \n ", "on": day}).status_code == 422
    long = "\n".join(f"王某 {n}" for n in range(MOST + 1))
    assert desk.ali.post(address, {"people": long, "on": day, "confirm": "on"}).status_code == 422
    good = {"people": f"王新一 {make.resident_id(701)} 13900000701", "on": day, "confirm": "on"}
    assert desk.stranger.post(address, good).status_code == 404
    assert desk.inspector.post(address, good).status_code in {403, 404}
    assert Membership.objects.count() == number
