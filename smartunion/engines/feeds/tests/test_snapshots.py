"""A department's file from upload to standard table, with what can go wrong."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import override
from openpyxl import Workbook

from smartunion.core import clock
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.files.intake import open_file
from smartunion.core.files.models import StoredFile
from smartunion.core.jobs import runner
from smartunion.engines.feeds import service
from smartunion.engines.feeds.flows import late, snapshots, sources
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.ground.accounts.flows import partners
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import TradeUnion

pytestmark = pytest.mark.django_db
ROOT = system()
OCTOBER = date(2026, 10, 1)
HEADER = "参保记录号,姓名,身份证号,手机,单位编号,单位名称,统一社会信用代码,参保起始年月,参保终止年月\n"
ROWS = "1,王芳,11010519491231002X,13800138000,A1,宁海云海户外用品有限公司,91330226MA2AABCD12,2024-03,\n" \
       "2,䶮明,110105194912310021,,A1,宁海云海户外用品有限公司,,202501,202606\n"  # fmt: skip


@pytest.fixture
def county() -> TradeUnion:
    at = clock.now()
    return TradeUnion.objects.create(
        number="330226", name="宁海县总工会", name_key="宁海县总工会", kind="federation", level="county", path="1/",
        depth=1, created_at=at, updated_at=at,
    )  # fmt: skip


@pytest.fixture
def source(county: TradeUnion) -> Source:
    return sources.create_source(
        actor=ROOT, union_id=county.pk, name="社保参保", department="县人社局", table="social",
        purpose="建会对象比对,宁数工〔2026〕1 号", at=clock.now(),
    )  # fmt: skip


def bring(source: Source, content: bytes, name: str = "社保10月.csv", **values) -> Snapshot:
    snapshot = snapshots.bring_in(
        actor=ROOT, source_id=source.pk, chunks=[content], name=name, as_of=OCTOBER, at=clock.now(), **values
    )
    runner.drain()
    snapshot.refresh_from_db()
    return snapshot


def table(snapshot: Snapshot) -> pl.DataFrame:
    return pl.read_parquet(open_file(snapshot.parquet))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_in_any_usual_encoding_becomes_the_standard_table(source: Source, encoding: str) -> None:
    snapshot = bring(source, (HEADER + ROWS).encode(encoding))

    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 2)
    assert table(snapshot).rows() == [
        (
            1,
            "王芳",
            "11010519491231002X",
            "13800138000",
            "A1",
            "宁海云海户外用品有限公司",
            "91330226MA2AABCD12",
            202403,
            None,
        ),
        (2, "䶮明", "110105194912310021", None, "A1", "宁海云海户外用品有限公司", None, 202501, 202606),
    ]
    invalid = {column["key"]: column["invalid"] for column in snapshot.report["columns"]}
    assert (invalid["id_no"], invalid["unit_code"], invalid["mobile"]) == (1, 1, 0)
    assert service.latest("1/") == {"social": snapshot}
    assert service.month_of("1/a/") == "2026-10"


def test_nothing_of_it_lies_open_on_disk(source: Source, settings) -> None:
    bring(source, (HEADER + ROWS).encode())

    kept = [path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not any(b"11010519491231002X" in content for content in kept)


def test_a_doubtful_file_is_asked_about_and_read_as_confirmed(source: Source) -> None:
    content = "序,人名,那个号,去处\n1,王芳,11010519491231002X,宁海云海户外用品有限公司\n2,李伟,,宁海云海户外用品有限公司\n"
    snapshot = bring(source, content.encode())
    assert snapshot.state == SnapshotState.CHECK
    assert "unit_name" in snapshot.report["proposal"]["missing"]
    assert service.latest("1/") == {}

    mapping = {"人名": "name", "那个号": "id_no", "去处": "unit_name", "序": ""}
    snapshots.confirm_mapping(actor=ROOT, snapshot_id=snapshot.pk, mapping=mapping, at=clock.now())
    runner.drain()
    snapshot.refresh_from_db()

    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 2)
    assert table(snapshot)["unit_name"].to_list() == ["宁海云海户外用品有限公司"] * 2
    source.refresh_from_db()
    assert source.mapping["去处"] == "unit_name"


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({"人名": "name", "去处": "name"}, "name"),
        ({"人名": "name"}, "unit_name"),
        ({"人名": "salary"}, "salary"),
    ],
)
def test_an_impossible_mapping_is_refused_and_changes_nothing(source: Source, mapping, field: str) -> None:
    snapshot = bring(source, "人名,去处\n王芳,甲\n李伟,乙\n".encode())
    before = Snapshot.objects.values().get(pk=snapshot.pk)

    with pytest.raises(InvalidInput) as refusal:
        snapshots.confirm_mapping(actor=ROOT, snapshot_id=snapshot.pk, mapping=mapping, at=clock.now())

    assert (refusal.value.field, refusal.value.details["key"]) == ("mapping", field)
    assert Snapshot.objects.values().get(pk=snapshot.pk) == before


def test_what_is_no_table_fails_with_a_reason(source: Source) -> None:
    snapshot = bring(source, b"\x89PNG\r\n\x1a\n" + b"\0" * 200, name="照片.csv")

    assert snapshot.state == SnapshotState.FAILED
    assert snapshot.report["error"]


def test_an_empty_file_and_a_day_to_come_are_refused(source: Source) -> None:
    with pytest.raises(InvalidInput):
        bring(source, b"")
    with pytest.raises(InvalidInput):
        snapshots.bring_in(
            actor=ROOT, source_id=source.pk, chunks=[b"x"], name="x", as_of=date(2999, 1, 1), at=clock.now()
        )
    assert not Snapshot.objects.exists()


def test_parquet_with_the_standard_columns_is_taken_as_it_is(source: Source, tmp_path) -> None:
    frame = pl.DataFrame({"name": ["王芳"], "unit_name": ["甲"], "start_month": [202403], "more": ["x"]})
    frame.write_parquet(tmp_path / "s.parquet")

    snapshot = bring(source, (tmp_path / "s.parquet").read_bytes(), name="s.parquet")

    assert (snapshot.state, table(snapshot)["start_month"].to_list()) == (SnapshotState.READY, [202403])


def test_retired_snapshots_give_way_to_the_one_before(source: Source) -> None:
    first, second = bring(source, (HEADER + ROWS).encode()), bring(source, (HEADER + ROWS).encode())
    assert service.latest("1/")["social"] == second

    snapshots.retire(actor=ROOT, snapshot_id=second.pk, at=clock.now())

    assert service.latest("1/")["social"] == first


def test_strangers_see_nothing_and_leaders_may_not_bring_in(county: TradeUnion, source: Source) -> None:
    stranger = Actor(
        user_id=9, grants=(Grant("cadre", None, "9/", frozenset({"registry.view", "feeds.import"})),)
    )
    leader = Actor(user_id=8, grants=(Grant("leader", None, "1/", frozenset({"registry.view"})),))

    with pytest.raises(NotVisible):
        snapshots.bring_in(
            actor=stranger, source_id=source.pk, chunks=[b"x"], name="x", as_of=OCTOBER, at=clock.now()
        )
    with pytest.raises(NotAllowed):
        sources.create_source(
            actor=leader,
            union_id=county.pk,
            name="x",
            department="x",
            table="tax",
            purpose="x",
            at=clock.now(),
        )
    assert (Snapshot.objects.count(), Source.objects.count()) == (0, 1)


ODD = (
    "3,李伟,,,A1,宁海云海户外用品有限公司,,二〇二四,\n"
    "4,赵敏,,,A1,宁海云海户外用品有限公司,,²024-03,长期\n"
    "5,钱多,,,A1,宁海云海户外用品有限公司,,202403,—\n"
    "合计,,,,,5,,,\n"
)


def test_what_was_not_taken_stands_in_a_file_with_its_reason(source: Source, client: Client) -> None:
    snapshot = bring(source, (HEADER + ROWS + ODD).encode())

    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 5)
    columns = {column["key"]: (column["filled"], column["invalid"]) for column in snapshot.report["columns"]}
    assert columns["start_month"] == (5, 2)
    assert columns["end_month"] == (2, 1)
    assert [line[:3] for line in snapshot.report["told"]] == [
        ["7", "", ""], ["4", "起始年月", "二〇二四"], ["5", "起始年月", "²024-03"],
        ["5", "终止年月", "长期"],
    ]  # fmt: skip
    user = User.objects.create_user("cadre", "unit-test-only-1", name="李敏", created_at=clock.now())
    RoleGrant.objects.create(user=user, role="cadre", union=source.union, valid_from=date(2020, 1, 1))
    address = reverse("feeds:told", args=[snapshot.pk])
    assert client.get(address).status_code == 302
    client.force_login(user)
    assert address in client.get(reverse("feeds:snapshot", args=[snapshot.pk])).content.decode()
    content = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    assert [line.split(",")[:3] for line in content.splitlines()[1:]] == [
        line[:3] for line in snapshot.report["told"]
    ]


def test_each_number_of_values_that_are_not_valid_opens_them_numbers_of_people_hidden(
    county: TradeUnion, source: Source, client: Client
) -> None:
    snapshot = bring(source, (HEADER + ROWS + ODD).encode())
    wrong = {one["key"]: one["invalid"] for one in snapshot.report["columns"] if one["invalid"]}
    user = User.objects.create_user("cadre", "unit-test-only-1", name="李敏", created_at=clock.now())
    RoleGrant.objects.create(user=user, role="cadre", union=source.union, valid_from=date(2020, 1, 1))
    client.force_login(user)
    page = client.get(reverse("feeds:snapshot", args=[snapshot.pk])).content.decode()

    shown = {}
    for key in wrong:
        address = reverse("feeds:faults", args=[snapshot.pk, key])
        assert f'href="{address}"' in page
        shown[key] = client.get(address)

    assert {"id_no", "start_month"} <= set(wrong)
    assert {key: len(answer.context["faults"]) for key, answer in shown.items()} == wrong
    assert [(one.value, one.row) for one in shown["start_month"].context["faults"]] == [
        ("二〇二四", 4),
        ("²024-03", 5),
    ]
    hidden = shown["id_no"].context["faults"][0]
    assert (hidden.value, hidden.record) == ("110*************21", 2)
    assert "110105194912310021" not in shown["id_no"].content.decode()
    fine = client.get(reverse("feeds:faults", args=[snapshot.pk, "name"]))
    assert (fine.context["faults"], fine.status_code) == ([], 200)
    assert client.get(reverse("feeds:faults", args=[snapshot.pk, "nothing"])).status_code == 404


def test_a_file_without_anything_odd_has_no_such_list(source: Source, client: Client) -> None:
    snapshot = bring(source, (HEADER + ROWS).encode())

    assert (snapshot.rejects, snapshot.report["told"]) == (None, [])


@pytest.mark.parametrize("hostile", ["²", "9" * 40, "１２", "-5", "=1+1", "\u0660\u0661"])
def test_no_figure_however_odd_spoils_a_file(source: Source, hostile: str) -> None:
    tax = sources.create_source(
        actor=ROOT,
        union_id=source.union_id,
        name="税务",
        department="税务局",
        table="tax",
        purpose="比对",
        at=clock.now(),
    )
    head = "纳税人识别号,纳税人名称,从业人数,年度\n"

    snapshot = bring(
        tax,
        f"{head}91330226MA2AABCD12,宁海甲厂,{hostile},2024\n91330226MA2AABCD13,宁海乙厂,12,2024\n".encode(),
    )

    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 2)
    assert table(snapshot)["employees"].to_list()[1] == 12


def test_a_file_taken_out_of_use_while_it_waits_or_is_read_stays_out_of_use(
    source: Source, monkeypatch: pytest.MonkeyPatch, settings, django_capture_on_commit_callbacks
) -> None:
    waiting = snapshots.bring_in(
        actor=ROOT,
        source_id=source.pk,
        chunks=[(HEADER + ROWS).encode()],
        name="a.csv",
        as_of=OCTOBER,
        at=clock.now(),
    )
    snapshots.retire(actor=ROOT, snapshot_id=waiting.pk, at=clock.now())
    runner.drain()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.parquet) == (SnapshotState.RETIRED, None)

    made = snapshots.Converter.run

    def retired_meanwhile(self, target, tick):
        snapshots.retire(actor=ROOT, snapshot_id=Snapshot.objects.latest("pk").pk, at=clock.now())
        return made(self, target, tick)

    monkeypatch.setattr(snapshots.Converter, "run", retired_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        read = bring(source, (HEADER + ROWS).encode())

    assert (read.state, read.parquet, read.row_count) == (SnapshotState.RETIRED, None, 0)
    assert (
        len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 2
    )  # the two files that came


def test_reading_again_leaves_no_earlier_table_on_disk(
    source: Source, settings, django_capture_on_commit_callbacks
) -> None:
    snapshot = bring(source, (HEADER + ROWS + ODD).encode())
    chosen = {label: key or "" for label, key in snapshot.mapping.items()}

    with django_capture_on_commit_callbacks(execute=True):
        snapshots.confirm_mapping(actor=ROOT, snapshot_id=snapshot.pk, mapping=chosen, at=clock.now())
        runner.drain()

    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 5)
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 3


def test_of_columns_with_one_label_the_used_one_is_shown_and_read_also_as_confirmed(source: Source) -> None:
    head = "参保记录号,姓名,身份证号,单位编号,单位名称,参保起始年月,手机,手机\n"
    rows = "".join(
        f"{n},王芳芳,11010519491231002X,A1,宁海云海户外用品有限公司,202403,1380013800{n},0574-1\n"
        for n in range(9)
    )
    snapshot = bring(source, (head + rows).encode())
    assert snapshot.mapping["手机"] == "mobile"
    chosen = {label: key or "" for label, key in snapshot.mapping.items()}

    snapshots.confirm_mapping(actor=ROOT, snapshot_id=snapshot.pk, mapping=chosen, at=clock.now())
    runner.drain()

    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY
    assert table(snapshot)["mobile"].to_list() == [f"1380013800{n}" for n in range(9)]


def test_a_file_without_labels_fails_with_what_to_do(source: Source) -> None:
    with override("zh-hans"):
        snapshot = bring(source, ROWS.encode() * 40)

    assert snapshot.state == SnapshotState.FAILED
    assert snapshot.report["error"].startswith("这个文件没有列名，无法判断各列的含义。")
    assert snapshot.mapping == {}


def test_rows_in_another_encoding_than_the_header_are_read_and_said(source: Source) -> None:
    snapshot = bring(source, HEADER.encode("utf-8-sig") + ROWS.encode("gb18030"))

    assert table(snapshot)["name"].to_list() == ["王芳", "䶮明"]
    (remark,) = snapshot.report["noticed"]
    assert remark[:2] == ["社保10月", "A1"]
    assert "1 UTF-8、2–3 GB18030" in remark[2]


def test_sheets_that_were_not_read_are_said(source: Source) -> None:
    book = Workbook()
    book.active.title = "参保"
    for row in (HEADER + ROWS).splitlines():
        book.active.append(row.split(","))
    book.create_sheet("旧").append(HEADER.strip().split(","))
    book["旧"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)

    snapshot = bring(source, out.getvalue(), "社保.xlsx")

    assert (snapshot.state, snapshot.row_count) == (SnapshotState.READY, 2)
    assert snapshot.report["noticed"] == [
        ["旧", "", "这张工作表被隐藏，没有读取。如果它属于这份名单，请先取消隐藏。"]
    ]


def test_an_extract_without_rows_is_not_taken_into_use(source: Source) -> None:
    bring(source, (HEADER + ROWS).encode())

    empty = bring(source, HEADER.encode(), "社保11月.csv")

    assert (empty.state, empty.parquet) == (SnapshotState.FAILED, None)
    assert empty.report["error"].startswith("这个文件只有列名，下面没有任何一行。")


def partner_client(county: TradeUnion) -> Any:
    """Calls of a department's own system, by a token for sending extracts."""
    partner = partners.add_partner(
        actor=ROOT, union_id=county.pk, name="县人社局数据平台", purpose="每月报送", at=clock.now()
    )
    _row, plain = partners.issue_token(
        actor=ROOT, partner_id=partner.pk, name="报送", scopes=["feeds.send"], days=30, at=clock.now()
    )
    return Client(headers={"Authorization": f"Bearer {plain}"})


def test_a_department_sends_its_extract_by_itself_and_once(source: Source) -> None:
    client, base = partner_client(source.union), "/api/v1/exchange/feeds"

    def send(content: str, as_of: date = OCTOBER) -> Any:
        file = SimpleUploadedFile("社保.csv", content.encode("gb18030"))
        return client.post(f"{base}/sources/{source.pk}/files?as_of={as_of}", {"file": file})

    first, again = send(HEADER + ROWS), send(HEADER + ROWS)
    runner.drain()
    read = client.get(f"{base}/files/{first.json()['id']}").json()
    (listed,) = client.get(f"{base}/sources").json()

    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    assert (read["state"], read["rows"], read["as_of"]) == ("ready", 2, "2026-10-01")
    assert (listed["id"], listed["last_as_of"], listed["due_on"]) == (source.pk, "2026-10-01", None)
    assert [one["key"] for one in listed["columns"] if one["is_required"]] == ["name", "unit_name"]
    assert Snapshot.objects.count() == 1
    assert StoredFile.objects.filter(name="社保.csv").count() == 1
    assert send("姓名,单位名称\n").status_code == 201
    assert send(HEADER + ROWS, as_of=date(2199, 1, 1)).json()["field"] == "as_of"
    assert Client().get(f"{base}/sources").status_code == 401


def test_a_department_reaches_no_source_of_another_federation(source: Source) -> None:
    elsewhere = TradeUnion.objects.create(
        number="330225", name="象山县总工会", name_key="象山县总工会", kind="federation", level="county", path="2/",
        depth=1, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    kept, client = bring(source, (HEADER + ROWS).encode()), partner_client(elsewhere)
    file = SimpleUploadedFile("社保.csv", b"x")

    assert client.get("/api/v1/exchange/feeds/sources").json() == []
    assert client.get(f"/api/v1/exchange/feeds/files/{kept.pk}").status_code == 404
    address = f"/api/v1/exchange/feeds/sources/{source.pk}/files?as_of={OCTOBER}"
    assert client.post(address, {"file": file}).status_code == 404
    assert Snapshot.objects.count() == 1


def test_an_extract_that_does_not_come_is_told_once_to_who_keeps_them(source: Source) -> None:
    day, now = timedelta(days=1), clock.now()
    keeper = User.objects.create_user("cadre", None, name="林静", created_at=now)
    RoleGrant.objects.create(user=keeper, role="cadre", union=source.union, valid_from=date(2020, 1, 1))
    bring(source, (HEADER + ROWS).encode())
    given = {"name": "社保参保", "department": "县人社局", "purpose": "建会对象比对"}

    assert late.tell_late(at=now + 900 * day) == 0
    sources.change_source(actor=ROOT, source_id=source.pk, every_days=31, at=now, **given)
    due = make_aware(datetime(2026, 11, 1, 9))
    assert late.tell_late(at=due) == 0
    assert [late.tell_late(at=due + day), late.tell_late(at=due + 2 * day)] == [1, 1]
    (told,) = Notice.objects.filter(user_id=keeper.pk)
    assert told.title == "部门数据未按期到达：社保参保"
    assert "应于 2026-11-01 到达" in told.body
    with pytest.raises(InvalidInput) as refusal:
        sources.change_source(actor=ROOT, source_id=source.pk, every_days=0, at=now, **given)
    assert refusal.value.field == "every_days"


def test_the_page_says_which_extract_is_late_and_lets_the_rhythm_be_set(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadre = User.objects.create_user("cadre", None, name="林静", created_at=clock.now())
    RoleGrant.objects.create(user=cadre, role="cadre", union=source.union, valid_from=date(2020, 1, 1))
    bring(source, (HEADER + ROWS).encode())
    client = Client()
    client.force_login(cadre)
    form = {"name": "社保参保", "department": "县人社局", "purpose": "建会对象比对", "every_days": "31"}

    assert client.post(f"/desk/feeds/sources/{source.pk}/", form | {"every_days": "401"}).status_code == 422
    assert client.post(f"/desk/feeds/sources/{source.pk}/", form).status_code == 302
    monkeypatch.setattr("smartunion.core.clock.now", lambda: make_aware(datetime(2026, 11, 4, 9)))
    page = client.get("/desk/feeds/").content.decode()

    assert "已逾期 3 天" in page
    assert 'value="31"' in client.get(f"/desk/feeds/sources/{source.pk}/").content.decode()
