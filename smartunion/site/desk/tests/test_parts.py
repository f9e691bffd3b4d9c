"""Branches and groups: a union's chair makes, changes and closes the parts of her own union, and nothing else."""

import pytest

from smartunion.core import clock
from smartunion.core.errors import NotAllowed
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import unions as flows
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk
from smartunion.site.desk.tests.test_changes import text, url

pytestmark = pytest.mark.django_db


def new(kind: str, name: str) -> dict[str, str]:
    return {"name": name, "kind": kind, "level": "grassroots", "state": "active"}


def test_a_chair_makes_a_group_renames_and_closes_it(desk: Desk) -> None:
    union = desk.cast.union
    assert "设立分会、小组" in text(desk.ali.get(url("union", union)))

    made = desk.ali.post(url("union_new", union), new("group", "一车间工会小组"))

    group = TradeUnion.objects.get(kind="group")
    assert (made["Location"], group.parent_id, group.state) == (url("union", group), union.pk, "active")
    assert group.founded_on == clock.today()
    page = text(desk.ali.get(url("union", group)))
    assert ("更名" in page, "登记新一届" in page, "调整隶属" in page) == (True, False, False)
    assert "办理换届选举" not in page  # a group's election is its union's affair
    renaming = {
        "name": "二车间工会小组",
        "on": clock.today().isoformat(),
        "reason": "",
        "version": group.version,
    }
    assert desk.ali.post(url("union_rename", group), renaming).status_code == 302
    group.refresh_from_db()
    assert group.name == "二车间工会小组"
    spell = make.member(group, "赵组员")
    closing = {"on": clock.today().isoformat(), "reason": "并入车间", "version": group.version}
    first = desk.ali.post(url("union_close", group), closing)
    assert first.status_code == 200
    last = desk.ali.post(url("union_close", group), closing | {"confirm": "on"})
    assert last.status_code == 302
    group.refresh_from_db()
    assert group.state == "closed"
    assert Membership.objects.filter(person=spell.person, ended_on=None).get().union_id == union.pk


@pytest.mark.parametrize("kind", ["independent", "joint", "federation"])
def test_a_chair_makes_nothing_but_parts(desk: Desk, kind: str) -> None:
    union = desk.cast.union
    before = TradeUnion.objects.count()

    answer = desk.ali.post(url("union_new", union), new(kind, "另一家工会"))

    assert (answer.status_code, TradeUnion.objects.count()) == (422, before)
    with pytest.raises(NotAllowed):
        flows.create_union(
            actor=make.chair(union), at=make.AT,
            data=flows.NewUnion(
                name="另一家工会", kind=rules.UnionKind(kind), level=rules.UnionLevel.GRASSROOTS, parent_id=union.pk
            ),
        )  # fmt: skip
    assert TradeUnion.objects.count() == before


def test_neither_her_union_itself_nor_another_s_parts_are_hers_to_change(desk: Desk) -> None:
    union, other = desk.cast.union, desk.cast.elsewhere
    theirs = make.union("别家小组", other, kind="group")

    assert "更名" not in text(desk.ali.get(url("union", union)))
    for name, node in (
        ("union_edit", union),
        ("union_rename", union),
        ("union_close", union),
        ("union_move", union),
    ):
        assert desk.ali.get(url(name, node)).status_code in {403, 404}
    for name in ("union_new", "union_edit", "union_rename", "union_close"):
        assert desk.ali.get(url(name, theirs)).status_code == 404
    assert desk.inspector.get(url("union_new", union)).status_code == 404
