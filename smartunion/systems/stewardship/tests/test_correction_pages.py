"""The queue of corrections on the desk: what is shown, what is hidden, one decision on many."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.files.intake import stream
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.engines.feeds.models import TableKind
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Employer, TradeUnion, ValueOrigin
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.queries.departments import Department, departments
from smartunion.systems.stewardship.rules.corrections import Answer, State, side_by_side
from smartunion.systems.stewardship.tests.correcting_world import LATER, compare, firm, the_item, told
from smartunion.systems.stewardship.tests.test_corrections import REGISTRY, rows_of

pytestmark = pytest.mark.django_db
TODO = "/desk/stewardship/corrections/todo/"


def signed_in(role: str, union: TradeUnion, name: str = "") -> Client:
    """Somebody with a role, at the desk."""
    user = User.objects.create(username=name or role, name=name or role, created_at=make.AT)
    RoleGrant.objects.create(user=user, role=role, union=union, valid_from=make.DAY)
    client = Client()
    client.force_login(user)
    return client


def firms(cast: make.Cast, number: int) -> list[Employer]:
    """So many employers of whom people said another address than the register."""
    made = []
    for at in range(number):
        row = make.employer(
            f"宁海第{at}文具厂", looked_after_by=cast.county, entity_id=f"F{at}", address=f"老街 {at} 号"
        )
        make.link(cast.union, row)
        made.append(row)
    return made


def test_the_queue_shows_both_values_hides_numbers_and_costs_the_same_for_many() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    compare(9, cast.county.path, told(firms(cast, 1)[0], "address", "新街 2 号"))
    with CaptureQueriesContext(connection) as one:
        cadre.get(TODO)
    more = make.employer("宁海云海厂", looked_after_by=cast.county, address="老街 9 号")
    compare(10, cast.county.path, told(more, "address", "新街 9 号"), told(cast.xiaobo, "mobile", "13700001111", table="social"),
            told(more, "legal_person", "李明", rule="people"))  # fmt: skip

    with CaptureQueriesContext(connection) as many:
        page = cadre.get(TODO).content.decode()

    assert len(many) == len(one)
    assert all(text in page for text in ("老街 9 号", "新街 9 号", "李明", "137****1111"))
    assert "13700001111" not in page
    exported = cadre.get(f"{TODO}?export=csv")
    content = b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed
    assert "新街 9 号" in content
    assert "13700001111" not in content


def test_sealed_values_show_a_slip_and_nothing_more() -> None:
    assert side_by_side("resident_id", "330226199003071235", "330226199803071235") == (
        "330******0******35", "330******8******35",
    )  # fmt: skip
    assert side_by_side("resident_id", "330226199003071235", "") == ("330*************35", "")
    assert side_by_side("mobile", "13811112222", "13733334444") == ("138****2222", "137****4444")
    assert side_by_side("name", "王明", "王铭") == ("王明", "王铭")


def test_one_correction_is_decided_and_undone_on_its_page() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    item = the_item()
    page = f"/desk/stewardship/corrections/{item.pk}/"

    empty = cadre.post(f"{page}decide/", {"act": "keep", "version": item.version, "reason": ""})
    assert (empty.status_code, the_item().state) == (422, State.OPEN)
    got = cadre.post(f"{page}decide/", {"act": "take", "version": item.version})

    employer.refresh_from_db()
    assert (got.status_code, employer.address) == (302, "新街 2 号")
    shown = cadre.get(f"/desk/employers/{employer.pk}/").content.decode()
    assert "这些信息从哪里来" in shown
    decision = Decision.objects.get()
    assert cadre.get(page).status_code == 200
    cadre.post(reverse("stewardship:undo_correction", args=[decision.pk]))
    employer.refresh_from_db()
    assert (employer.address, the_item().state) == ("老街 1 号", State.OPEN)


def test_a_chair_who_was_asked_answers_and_cannot_decide() -> None:
    cast = make.cast()
    chair = signed_in("chair", cast.union)
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    page = f"/desk/stewardship/corrections/{the_item().pk}/"
    assert chair.get(page).status_code == 404

    asking.ask(actor=cast.cadre, item_id=the_item().pk, at=LATER)

    assert "请您核实" in chair.get(page).content.decode()
    assert chair.post(f"{page}decide/", {"act": "take"}).status_code == 403
    assert chair.post(f"{page}answer/", {"said": "nonsense"}).status_code == 422
    assert chair.post(f"{page}answer/", {"said": "theirs", "note": "去年搬的"}).status_code == 302
    assert (the_item().state, the_item().answer) == (State.ANSWERED, Answer.THEIRS)
    employer.refresh_from_db()
    assert employer.address == "老街 1 号"


def pick(client: Client, ids: list[int]) -> Any:
    return client.post(TODO, {"bulk": "decide", "pick": [str(pk) for pk in ids]})


def test_many_are_previewed_decided_in_the_background_and_put_back_exactly() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    make.employer("宁海得力文具有限公司", uscc=make.uscc(31))
    rows = firms(cast, 3)
    compare(9, cast.county.path, *(told(row, "address", f"新街 {at} 号") for at, row in enumerate(rows)),
            told(rows[0], "uscc", make.uscc(31)))  # fmt: skip
    ids = list(Discrepancy.objects.order_by("pk").values_list("pk", flat=True))
    before = rows_of(*REGISTRY, Discrepancy)

    got = pick(cadre, ids)
    batch = CorrectionBatch.objects.get()
    preview = cadre.get(got.headers["Location"]).content.decode()

    assert rows_of(*REGISTRY, Discrepancy) == before, "a preview changes nothing"
    assert "其中 1 项将跳过" in preview
    assert not Decision.objects.exists()
    cadre.post(got.headers["Location"], {"act": "take", "reason": "已核对执照"})
    drain()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused) == ("done", 3, 1)
    assert list(Employer.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list("address", flat=True)) == [
        "新街 0 号", "新街 1 号", "新街 2 号",
    ]  # fmt: skip

    cadre.post(reverse("stewardship:undo_correction_batch", args=[batch.pk]))
    drain()

    batch.refresh_from_db()
    assert (batch.state, batch.undone) == ("undone", 3)
    assert rows_of(*REGISTRY, Discrepancy) == before


def test_a_batch_whose_taking_back_was_killed_tells_of_all_it_put_back() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    rows = firms(cast, 2)
    compare(9, cast.county.path, *(told(row, "address", "新街 2 号") for row in rows))
    got = pick(cadre, list(Discrepancy.objects.values_list("pk", flat=True)))
    cadre.post(got.headers["Location"], {"act": "take", "reason": "已核对执照"})
    drain()
    batch = CorrectionBatch.objects.get()
    cadre.post(reverse("stewardship:undo_correction_batch", args=[batch.pk]))
    last = Decision.objects.order_by("-pk")[0]  # put back, and then the power went
    correcting.undo(actor=cast.cadre, decision_id=last.pk, at=clock.now())

    drain()

    job = Job.objects.get(kind="stewardship.uncorrect_many")
    assert job.result["summary"] == [["已恢复", 2], ["维持现状", 0]]
    assert len(b"".join(stream(job.result_file)).decode().splitlines()) == 3


def test_what_somebody_changed_since_stays_when_a_batch_is_taken_back() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    rows = firms(cast, 2)
    compare(9, cast.county.path, *(told(row, "address", "新街 2 号") for row in rows))
    got = pick(cadre, list(Discrepancy.objects.values_list("pk", flat=True)))
    cadre.post(got.headers["Location"], {"act": "take", "reason": "已核对执照"})
    drain()
    compare(10, cast.county.path, told(Employer.objects.get(pk=rows[1].pk), "address", "桥头 5 号"))
    again = Discrepancy.objects.get(employer=rows[1])
    correcting.write(actor=cast.cadre, item_id=again.pk, value="山脚 7 号", reason="去过", at=LATER)

    cadre.post(reverse("stewardship:undo_correction_batch", args=[CorrectionBatch.objects.get().pk]))
    drain()

    assert dict(Employer.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "address")) == {
        rows[0].pk: "老街 0 号", rows[1].pk: "山脚 7 号",
    }  # fmt: skip


def test_batches_of_others_are_not_to_be_begun() -> None:
    cast = make.cast()
    cadre, other = signed_in("cadre", cast.county), signed_in("cadre", cast.elsewhere, "stranger")
    compare(9, cast.county.path, told(firms(cast, 1)[0], "address", "新街 2 号"))
    got = pick(cadre, [the_item().pk])
    where = got.headers["Location"]

    assert other.get(where).status_code == 404
    assert other.post(where, {"act": "take", "reason": "看看"}).status_code == 404
    assert pick(other, [the_item().pk]).status_code in {400, 422}
    assert CorrectionBatch.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("宁海得力", {"宁海得力文具厂"}),  # the beginning
        ("得力", {"宁海得力文具厂"}),  # behind the place
        ("具厂", {"宁海得力文具厂"}),  # inside
        ("小波", {"小波"}),
        ("xiaobo", {"小波"}),
        ("云海", set()),
    ],
)
def test_corrections_are_found_by_name_pinyin_and_a_part_of_the_name(text: str, shown: set[str]) -> None:
    cast = make.cast()
    cast.xiaobo.person.name, cast.xiaobo.person.pinyin = "小波", "xiaoboxb"
    cast.xiaobo.person.save(update_fields=["name", "pinyin"])
    compare(9, cast.county.path, told(firm(cast, address="老街 1 号"), "address", "新街 2 号"),
            told(cast.xiaobo, "mobile", "13700001111", table="social"))  # fmt: skip

    page = signed_in("cadre", cast.county).get(TODO, {"q": text})

    assert page.context["page"].count == len(shown)
    assert {name for name in ("宁海得力文具厂", "小波") if name in page.content.decode()} == shown


def test_next_walks_through_what_waits_and_begins_again() -> None:
    cast = make.cast()
    cadre, rows = signed_in("cadre", cast.county), firms(cast, 3)
    compare(9, cast.county.path, *(told(row, "address", "新街 2 号") for row in rows))
    items = list(Discrepancy.objects.order_by("found_at", "pk"))

    def behind(item: Discrepancy) -> str:
        return cadre.get(reverse("stewardship:next_correction", args=[item.pk]))["Location"]

    assert [behind(item) for item in items] == [
        reverse("stewardship:correction", args=[item.pk]) for item in (*items[1:], items[0])
    ]
    for item in items[:2]:
        cadre.post(
            reverse("stewardship:decide_correction", args=[item.pk]),
            {"act": "keep", "reason": "看过执照", "version": item.version},
        )
    assert behind(items[0]) == reverse("stewardship:correction", args=[items[2].pk])
    assert behind(items[2]) == TODO
    assert signed_in("cadre", cast.elsewhere, "别县").get(
        reverse("stewardship:next_correction", args=[items[0].pk])
    ).status_code == 404  # fmt: skip


def test_each_number_of_a_department_and_of_a_decision_on_many_opens_its_rows() -> None:
    cast = make.cast()
    cadre = signed_in("cadre", cast.county)
    make.employer("宁海得力文具有限公司", uscc=make.uscc(31))
    rows = firms(cast, 4)
    compare(9, cast.county.path, *(told(row, "address", f"新街 {at} 号") for at, row in enumerate(rows)),
            told(rows[0], "uscc", make.uscc(31)), told(rows[1], "address", "社保路", table="social"))  # fmt: skip
    ids = list(Discrepancy.objects.order_by("pk").values_list("pk", flat=True))
    address = pick(cadre, [ids[0], ids[1], ids[4]]).headers["Location"]
    cadre.post(address, {"act": "take", "reason": "已核对执照"})
    drain()
    item = Discrepancy.objects.get(pk=ids[2])
    cadre.post(
        f"/desk/stewardship/corrections/{item.pk}/decide/",
        {"act": "keep", "reason": "没错", "version": item.version},
    )

    with CaptureQueriesContext(connection) as asked:
        page = cadre.get("/desk/stewardship/corrections/departments/").content.decode()

    actor = actor_of(User.objects.get(username="cadre"), on=make.TODAY)
    market, social = departments(actor)
    since = clock.local_date(Discrepancy.objects.get(pk=ids[3]).found_at)
    assert market == Department(
        TableKind.MARKET, told=5, waiting=2, asked=0, accepted=2, refused=1, gone=0, since=since
    )
    assert (social.table, social.told, social.waiting) == (TableKind.SOCIAL, 1, 1)
    assert len([one for one in asked if '"stewardship_discrepancy"' in one["sql"]]) == 2
    counted = 0
    for tab, query, number in (
        ("all", "table=market", 5), ("all", "table=market&state=open&state=answered&state=asked", 2), ("taken", "table=market", 2),
        ("kept", "table=market", 1), ("all", "table=social", 1),
    ):  # fmt: skip
        href = f"/desk/stewardship/corrections/{tab}/?{query}"
        assert href in page.replace("&amp;", "&")
        counted += cadre.get(href, {}).content.decode().count("文具厂</a>") == number
    assert counted == 5
    done = cadre.get(f"{address}rows/?outcome=done").content.decode()
    left = cadre.get(f"{address}rows/?outcome=refused").content.decode()
    assert [name in done for name in ("第0文具厂", "第1文具厂", "第2文具厂")] == [True, True, False]
    assert (left.count("第0文具厂</a>"), "第1文具厂" in left, "统一社会信用代码" in left) == (1, False, True)
    assert f"{address}rows/?outcome=refused" in cadre.get(address).content.decode()


@pytest.mark.parametrize(
    ("table", "field", "theirs"),
    [("industry", "staff_count", "90"), ("projects", "uscc", make.uscc(77)), ("dues", "name", "新名文具厂")],
)
def test_what_newer_departments_say_is_taken_with_its_lineage_and_found_by_department(
    table: str, field: str, theirs: str
) -> None:
    cast = make.cast()
    ours = make.employer("宁海文具厂", looked_after_by=cast.county, uscc="", staff_count=20)
    compare(1, cast.county.path, told(ours, field, theirs, table=table), tables=(table,))
    item = the_item()
    cadre = signed_in("cadre", cast.county)

    cadre.post(
        reverse("stewardship:decide_correction", args=[item.pk]), {"act": "take", "version": item.version}
    )

    ours.refresh_from_db()
    origin = ValueOrigin.objects.get(employer=ours, field=field)
    assert (str(getattr(ours, field)), origin.source, origin.table, origin.row) == (
        theirs,
        "snapshot:10",
        table,
        "E7",
    )
    taken = reverse("stewardship:corrections", args=["taken"])
    assert [cadre.get(taken, {"table": one}).context["page"].count for one in (table, "market")] == [1, 0]
    by_department = cadre.get(reverse("stewardship:corrections_by_department")).context["rows"]
    assert [(one.table, one.told, one.accepted) for one in by_department] == [(table, 1, 1)]
