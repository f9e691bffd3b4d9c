"""Searching, deciding, and what is remembered, through the flows and the pages."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Employer, Membership, Merge, MergeKind, Person, TradeUnion
from smartunion.ground.registry.service import merging
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import deciding
from smartunion.systems.stewardship.flows.scoring import count_all
from smartunion.systems.stewardship.flows.searching import search
from smartunion.systems.stewardship.models import Cluster, FaultCount, Pair, UnionQuality
from smartunion.systems.stewardship.rules.words import Level, PairState
from smartunion.systems.stewardship.search.blocks import blocks

pytestmark = pytest.mark.django_db
BORN = date(1990, 3, 7)
LATER = make.AT + timedelta(days=2)


def twins(union: TradeUnion, name: str = "王海燕", number: int = 2) -> list[Membership]:
    """Somebody entered several times with one phone, only once with an ID number."""
    phone = f"138{union.pk:04d}{len(name) * 1000 + Person.objects.count():04d}"
    return [
        make.membership(
            make.person(name, birth_date=BORN, mobile=phone, **({} if at == 0 else {"resident_id": ""})),
            union,
        )
        for at in range(number)
    ]


def the_cluster() -> Cluster:
    """The only open group."""
    return Cluster.objects.get(state=PairState.OPEN)


def test_a_search_finds_people_entered_twice_and_nobody_else() -> None:
    cast = make.cast()
    one, two, three = twins(cast.union, number=3)
    make.membership(make.person("王海燕"), cast.elsewhere)

    counts = search(MergeKind.PERSON, at=make.AT)

    cluster = the_cluster()
    assert counts == {"shown": 3, "new": 3, "apart": 0, "gone": 0, "clusters": 1}
    assert set(cluster.records.values_list("record_id", flat=True)) == {
        one.person_id,
        two.person_id,
        three.person_id,
    }
    assert (cluster.size, cluster.level, cluster.path) == (3, Level.SURE, cast.union.path)
    again = search(MergeKind.PERSON, at=LATER)
    assert (again["new"], again["clusters"], the_cluster().pk) == (0, 1, cluster.pk)


def test_namesakes_with_two_valid_numbers_are_not_shown() -> None:
    cast = make.cast()
    for _number in range(2):
        make.membership(make.person("王海燕", birth_date=BORN, mobile="13800001111"), cast.union)

    search(MergeKind.PERSON, at=make.AT)

    assert not Pair.objects.exists()


def test_a_key_that_many_share_is_passed_over() -> None:
    cast = make.cast()
    for surname in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何":
        make.membership(
            make.person(f"{surname}海燕", birth_date=BORN, mobile="13800001111", resident_id=""), cast.union
        )

    found = list(blocks(MergeKind.PERSON))

    assert found == []
    Person.objects.filter(name="何海燕").update(mobile_index=None)
    assert [len(block) for block in blocks(MergeKind.PERSON)] == [20]


def test_not_the_same_is_remembered_until_more_comes_to_light() -> None:
    cast = make.cast()
    one, two = twins(cast.union)
    Person.objects.filter(pk=two.person_id).update(mobile_index=None, mobile=None)
    search(MergeKind.PERSON, at=make.AT)

    told = deciding.keep_apart(actor=cast.cadre, cluster_id=the_cluster().pk, reason="同名同姓", at=make.AT)

    assert told == 1
    search(MergeKind.PERSON, at=LATER)
    pair = Pair.objects.get()
    assert (pair.state, pair.reason, pair.decided_by) == (PairState.APART, "同名同姓", "cadre")
    assert not Cluster.objects.filter(state=PairState.OPEN).exists()
    Person.objects.filter(pk=two.person_id).update(mobile_index=one.person.mobile_index)
    search(MergeKind.PERSON, at=LATER)
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN
    assert the_cluster().size == 2


def test_merging_settles_the_group_and_undo_remembers_that_they_are_apart() -> None:
    cast = make.cast()
    one, two = twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    cluster = the_cluster()
    asked = merging.Asked(one.person_id, {one.person_id: 1, two.person_id: 1}, "同一个人")

    done = deciding.merge(actor=cast.cadre, cluster_id=cluster.pk, asked=asked, at=make.AT)

    cluster.refresh_from_db()
    assert (cluster.state, cluster.merge_id, Pair.objects.get().state) == (
        PairState.MERGED,
        done.pk,
        PairState.MERGED,
    )
    with pytest.raises(StaleState):
        deciding.merge(actor=cast.cadre, cluster_id=cluster.pk, asked=asked, at=make.AT)
    deciding.undo(actor=cast.cadre, merge_id=done.pk, reason="其实是姐妹", at=LATER)
    search(MergeKind.PERSON, at=LATER)
    assert Pair.objects.get().state == PairState.APART


def test_two_of_three_made_one_leave_the_third_to_be_looked_at() -> None:
    cast = make.cast()
    one, two, three = twins(cast.union, number=3)
    search(MergeKind.PERSON, at=make.AT)
    cluster = the_cluster()
    asked = merging.Asked(one.person_id, {one.person_id: 1, two.person_id: 1}, "同一个人")

    deciding.merge(actor=cast.cadre, cluster_id=cluster.pk, asked=asked, at=make.AT)

    cluster.refresh_from_db()
    assert (cluster.state, cluster.size) == (PairState.OPEN, 2)
    assert set(cluster.records.values_list("record_id", flat=True)) == {one.person_id, three.person_id}


def test_decisions_are_refused_and_change_nothing() -> None:
    cast = make.cast()
    twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    cluster = the_cluster()
    stranger = make.cadre(cast.elsewhere.parent)

    with pytest.raises(NotVisible):
        deciding.keep_apart(actor=stranger, cluster_id=cluster.pk, reason="同名同姓", at=make.AT)
    with pytest.raises(NotVisible):
        deciding.keep_apart(
            actor=make.inspector(cast.county), cluster_id=cluster.pk, reason="同名同姓", at=make.AT
        )
    with pytest.raises(InvalidInput):
        deciding.keep_apart(actor=cast.cadre, cluster_id=cluster.pk, reason=" ", at=make.AT)
    other = merging.Asked(
        cast.laoqin.person_id, {cast.laoqin.person_id: 1, cast.xiaobo.person_id: 1}, "同一个人"
    )
    with pytest.raises(InvalidInput):
        deciding.merge(actor=cast.cadre, cluster_id=cluster.pk, asked=other, at=make.AT)

    assert (Pair.objects.get().state, the_cluster().pk, Merge.objects.count()) == (
        PairState.OPEN,
        cluster.pk,
        0,
    )


def test_employers_and_unions_entered_twice_are_found() -> None:
    cast = make.cast()
    firm = make.employer("宁海得力文具有限公司", looked_after_by=cast.county)
    make.employer("宁海得力文具有限公司", looked_after_by=cast.county, uscc="", org_code=firm.uscc[8:17])
    Employer.objects.filter(pk=firm.pk).update(org_code=firm.uscc[8:17])
    make.link(cast.union, firm)
    make.link(make.union("得力公司工会", cast.county), firm)

    search(MergeKind.EMPLOYER, at=make.AT)
    search(MergeKind.UNION, at=make.AT)

    assert sorted(Cluster.objects.values_list("kind", "size")) == [("employer", 2), ("union", 2)]
    assert set(Cluster.objects.values_list("path", flat=True)) == {cast.county.path}


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk() -> tuple[make.Cast, Client, User]:
    """A county with its cadre signed in."""
    cast = make.cast()
    user = User.objects.create_user("cadre", "unit-test-only-1", name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role="cadre", union=cast.county, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return cast, client, user


def test_the_page_shows_masked_values_side_by_side_and_makes_them_one(
    desk: tuple[make.Cast, Client, User],
) -> None:
    cast, client, _user = desk
    one, two = twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    cluster = the_cluster()

    page = client.get(reverse("stewardship:cluster", args=[cluster.pk])).content.decode()

    assert one.person.resident_id not in page
    assert one.person.mobile not in page
    assert f'name="take-resident_id" value="{one.person_id}" checked' in page
    answer = client.post(
        reverse("stewardship:make_one", args=[cluster.pk]),
        {"record": [f"{one.person_id}:1", f"{two.person_id}:1"], "keep": one.person_id, "reason": "同一个人"},
    )
    merge = Merge.objects.get()
    assert answer.headers["Location"] == reverse("stewardship:merge", args=[merge.pk])
    assert "撤销" in client.get(answer.headers["Location"]).content.decode()
    client.post(reverse("stewardship:undo", args=[merge.pk]), {"reason": "其实是姐妹"})
    assert Person.objects.filter(pk=two.person_id).exists()


def test_next_walks_through_the_groups_and_begins_again(desk: tuple[make.Cast, Client, User]) -> None:
    cast, client, _user = desk
    twins(cast.union)
    twins(cast.union, "李小明")
    search(MergeKind.PERSON, at=make.AT)
    first, second = Cluster.objects.order_by("-points", "pk")

    def behind(cluster: Cluster) -> str:
        return client.get(reverse("stewardship:next_cluster", args=[cluster.pk]))["Location"]

    assert [behind(first), behind(second)] == [
        reverse("stewardship:cluster", args=[one.pk]) for one in (second, first)
    ]
    names = [Person.objects.get(pk=one.first_id).name for one in (first, second)]
    filtered = [
        client.get(reverse("stewardship:next_cluster", args=[first.pk]), {"q": name})["Location"]
        for name in names
    ]
    the_list = reverse("stewardship:duplicates", args=["person"])
    assert filtered == [
        f"{the_list}?{urlencode({'q': names[0]})}", reverse("stewardship:cluster", args=[second.pk]),
    ]  # fmt: skip
    deciding.keep_apart(actor=cast.cadre, cluster_id=first.pk, reason="同名同姓", at=make.AT)
    assert behind(first) == reverse("stewardship:cluster", args=[second.pk])
    assert behind(second) == reverse("stewardship:duplicates", args=["person"])


def test_one_record_of_a_group_is_told_apart_and_the_rest_waits(desk: tuple[make.Cast, Client, User]) -> None:
    cast, client, _user = desk
    one, two, three = twins(cast.union, number=3)
    search(MergeKind.PERSON, at=make.AT)
    cluster = the_cluster()
    address = reverse("stewardship:keep_apart", args=[cluster.pk])
    the_list = reverse("stewardship:duplicates", args=["person"])
    sent = {"seen": [one.person_id, two.person_id, three.person_id], "reason": "母女"}
    assert (
        f'name="records" value="{three.person_id}"'
        in client.get(reverse("stewardship:cluster", args=[cluster.pk])).content.decode()
    )

    answer = client.post(address, sent | {"records": three.person_id, "next": f"{the_list}?q=王"})

    assert answer["Location"] == reverse("stewardship:cluster", args=[cluster.pk])
    assert sorted(the_cluster().records.values_list("record_id", flat=True)) == [one.person_id, two.person_id]
    assert Pair.objects.filter(state=PairState.APART).count() == 2
    page = client.get(answer["Location"]).content.decode()
    assert 'name="records"' not in page
    last = {"seen": [one.person_id, two.person_id], "reason": "同名同姓", "next": f"{the_list}?q=王"}
    assert client.post(address, last)["Location"] == f"{the_list}?q=%E7%8E%8B"
    assert not Cluster.objects.filter(state=PairState.OPEN).exists()


@pytest.mark.parametrize("how", ["grown", "foreign", "nonsense"])
def test_a_group_that_changed_since_it_was_looked_at_is_not_told_apart(
    desk: tuple[make.Cast, Client, User], how: str
) -> None:
    cast, client, _user = desk
    one, two, three = twins(cast.union, number=3)
    search(MergeKind.PERSON, at=make.AT)
    seen = [one.person_id, two.person_id] + ([] if how == "grown" else [three.person_id])
    picked = {"grown": "", "foreign": "999999", "nonsense": "x"}

    answer = client.post(
        reverse("stewardship:keep_apart", args=[the_cluster().pk]),
        {"seen": seen, "records": picked[how], "reason": "母女"},
    )

    assert answer.status_code == 409
    assert Pair.objects.filter(state=PairState.OPEN).count() == 3


def test_many_groups_are_made_one_as_proposed_and_doubtful_ones_are_left(
    desk: tuple[make.Cast, Client, User],
) -> None:
    cast, client, user = desk
    sure = twins(cast.union)
    doubtful = twins(cast.union, "李小明")
    Person.objects.filter(pk=doubtful[1].person_id).update(sex="m")
    Person.objects.filter(pk=doubtful[0].person_id).update(sex="f")
    search(MergeKind.PERSON, at=make.AT)
    ids = list(Cluster.objects.filter(state=PairState.OPEN).values_list("pk", flat=True))

    client.post(reverse("stewardship:duplicates", args=["person"]), {"bulk": "merge", "pick": ids})
    drain()

    job = Job.objects.get(kind="stewardship.bulk")
    assert (job.state, job.result["summary"][0][1], job.user_id) == ("done", 1, user.pk)
    assert job.result_file is not None
    assert not Person.objects.filter(pk=sure[1].person_id).exists()
    assert Person.objects.filter(pk=doubtful[1].person_id).exists()


def test_the_list_asks_as_much_for_fifty_groups_as_for_one(desk: tuple[make.Cast, Client, User]) -> None:
    cast, client, _user = desk
    address = reverse("stewardship:duplicates", args=["person"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def groups(number: int) -> None:
        Cluster.objects.bulk_create(
            Cluster(kind="person", path=cast.union.path, first_id=cast.xiaobo.person_id, size=2, points=9,
                    reasons=["same_name"], found_at=make.AT) for _at in range(number)
        )  # fmt: skip

    groups(1)
    asked()
    once = asked()
    groups(49)
    assert asked() == once


def test_the_nightly_search_runs_as_a_job() -> None:
    cast = make.cast()
    twins(cast.union)
    enqueue(actor=system(), kind="stewardship.search", title="t", payload={}, at=make.AT)
    drain()

    assert Job.objects.get(kind="stewardship.search").state == "done"
    assert the_cluster().size == 2


def test_an_old_address_of_a_merged_person_leads_to_the_record_that_stayed(
    desk: tuple[make.Cast, Client, User],
) -> None:
    cast, client, _user = desk
    one, two = twins(cast.union)
    merging.merge_people(
        actor=cast.cadre,
        asked=merging.Asked(one.person_id, {one.person_id: 1, two.person_id: 1}, "同一个人"),
        at=make.AT,
    )

    answer = client.get(reverse("desk:person", args=[two.person_id]))

    assert answer.headers["Location"] == reverse("desk:person", args=[one.person_id])


def test_the_api_tells_groups_and_scores_to_who_may_see_them(desk: tuple[make.Cast, Client, User]) -> None:
    cast, client, _user = desk
    one, two = twins(cast.union)
    search(MergeKind.PERSON, at=make.AT)
    count_all(at=make.AT)

    groups = client.get("/api/v1/stewardship/duplicates/person").json()
    score = client.get(f"/api/v1/stewardship/scores/{cast.county.pk}").json()

    assert [(group["level"], group["records"]) for group in groups["items"]] == [
        ("sure", sorted([one.person_id, two.person_id]))
    ]
    assert groups["next"] is None
    assert 0 < score["score"] < 100
    assert {"rule": "member_no_number", "number": 1} in [
        {"rule": fault["rule"], "number": fault["number"]} for fault in score["faults"]
    ]
    assert client.get(f"/api/v1/stewardship/scores/{cast.elsewhere.pk}").status_code == 404
    assert Client().get("/api/v1/stewardship/duplicates/person").status_code == 401


def test_unions_whose_scores_are_counted_become_one_and_are_parted_after_the_next_count() -> None:
    cast = make.cast()
    twin = make.union("得力公司工会", cast.county)
    count_all(at=make.AT)
    assert FaultCount.objects.filter(union=twin).exists()
    versions = {union.pk: TradeUnion.objects.get(pk=union.pk).version for union in (cast.union, twin)}
    asked = merging.Asked(cast.union.pk, versions, "同一家工会录了两次")

    merge = merging.merge_unions(actor=cast.cadre, asked=asked, at=make.AT)
    assert not UnionQuality.objects.filter(union_id=twin.pk).exists()
    count_all(at=make.AT)
    merging.undo(actor=cast.cadre, merge_id=merge.pk, reason="其实是两家工会", at=make.AT)

    assert set(UnionQuality.objects.values_list("union_id", flat=True)) >= {cast.union.pk, twin.pk}
    assert FaultCount.objects.filter(union=twin, path=twin.path).exists()


def test_old_numbers_of_unions_and_employers_lead_on_and_histories_name_what_was_taken(
    desk: tuple[make.Cast, Client, User],
) -> None:
    cast, client, _user = desk
    twin, firm = (
        make.union("得力公司工会", cast.county),
        make.employer("得力文具", looked_after_by=cast.county),
    )
    other = make.employer("得力文具厂", looked_after_by=cast.county)
    address = reverse("desk:union", args=[twin.pk])
    version = TradeUnion.objects.get(pk=cast.union.pk).version
    choices = {"external_id": twin.pk, "name": twin.pk, "region": twin.pk}
    asked = merging.Asked(cast.union.pk, {cast.union.pk: version, twin.pk: 1}, "同一家工会录了两次", choices)
    firms = merging.Asked(firm.pk, {firm.pk: firm.version, other.pk: other.version}, "同一家单位录了两次")

    merging.merge_unions(actor=cast.cadre, asked=asked, at=make.AT)
    merging.merge_employers(actor=cast.cadre, asked=firms, at=make.AT)

    assert client.get(address)["Location"] == reverse("desk:union", args=[cast.union.pk])
    there = client.get(reverse("desk:employer", args=[other.pk]))
    assert there["Location"] == reverse("desk:employer", args=[firm.pk])
    assert client.get(reverse("desk:union", args=[999999])).status_code == 404
    history = client.get(reverse("desk:union_history", args=[cast.union.pk])).content.decode()
    assert "来源文件中的编号、名称、所在地" in history
