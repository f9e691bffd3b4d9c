"""Hazards: taken in with their place, offered to those near, put right with proof, checked by somebody else; and whoever
told of one is protected."""

import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from smartunion.core.errors import DutiesApart, InvalidInput, NotVisible, StaleState
from smartunion.core.files.exif import Spot, spot_of
from smartunion.core.files.intake import open_file
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, World, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import Region
from smartunion.systems.matters.flows import hazards as flows
from smartunion.systems.matters.models import Hazard, HazardReporter
from smartunion.systems.matters.queries import hazards as queries
from smartunion.systems.matters.rules.hazards import HAZARD_MOVES, HazardState, metres_between

pytestmark = pytest.mark.django_db
HERE = Spot(121.4321, 29.2988)


def shot(spot: Spot | None = None) -> bytes:
    """A small picture, with the place in it when there is one."""
    image, exif, out = Image.new("RGB", (40, 30), "red"), Image.Exif(), io.BytesIO()
    if spot is not None:
        gps = exif.get_ifd(0x8825)
        gps.update({1: "N", 2: _parts(spot.lat), 3: "E", 4: _parts(spot.lon)})
        exif[0x010F] = "PhoneMaker"
        exif._ifds[0x8825] = gps
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    return float(whole), float(minutes), round(((degrees - whole) * 60 - minutes) * 60, 4)


def told(spot: Spot | None = None, **values: object) -> flows.Told:
    photos = [flows.Upload(io.BytesIO(shot(spot)), "阿丽的照片.jpg")]
    given: dict[str, object] = {
        "client_id": uuid4(), "kind": "machine", "about": "防护罩没了", "place": "二车间", "at_work": True, "photos": photos,
    }  # fmt: skip
    return flows.Told(**(given | values))  # type: ignore[arg-type]  # values by name


def taken(here: World, **values: object) -> Hazard:
    return flows.report(actor=acting(here.ali), data=told(**values), at=NOW)  # type: ignore[arg-type]


def officer_of(here: World) -> User:
    """A safety officer of 阿丽's union, without any role."""
    guard = make.user("安全员老方", who=make.person("老方", mobile="13800138020"))
    flows.appoint(
        actor=acting(here.xiaobo), union_id=here.grassroots.pk, user_id=guard.pk, trained_until=None, at=NOW
    )
    return guard


def on(hazard: Hazard, who: User, hours: int = 1) -> flows.On:
    hazard.refresh_from_db()
    return flows.On(acting(who), hazard.pk, hazard.version, NOW + timedelta(hours=hours))


def assigned(here: World, hazard: Hazard, guard: User) -> Hazard:
    order = flows.Order(level="general", officer_id=guard.pk, demand="装回防护罩")
    return flows.assign(on=on(hazard, here.xiaobo), data=order)


def test_the_place_is_read_from_the_picture_and_gone_from_the_stored_one() -> None:
    here = make.world()

    hazard = taken(here, spot=HERE, at_work=False, region="330226100")

    kept = open_file(hazard.photos.get().file).read()
    assert (hazard.lon, hazard.lat, hazard.place_from) == (121.4321, 29.2988, "photo")
    assert hazard.union == here.town
    assert spot_of(kept) is None
    assert b"PhoneMaker" not in kept


def test_without_a_place_in_the_picture_the_phone_is_believed_and_nonsense_is_not() -> None:
    here = make.world()

    hazard = flows.report(
        actor=acting(here.ali), at=NOW,
        data=told(client_id=uuid4(), photos=[flows.Upload(io.BytesIO(shot()))]),
    )  # fmt: skip

    assert (hazard.lon, hazard.union) == (None, here.grassroots)
    assert spot_of(shot(Spot(0.0, 0.0))) is None
    assert spot_of(b"no picture") is None
    assert metres_between(121.4321, 29.2988, 121.4321, 29.2997) == pytest.approx(100, abs=1)


def test_sending_the_same_again_takes_it_in_once() -> None:
    here = make.world()
    data = told(client_id=UUID(int=7))

    first = flows.report(actor=acting(here.ali), data=data, at=NOW)
    second = flows.report(actor=acting(here.ali), data=data, at=NOW)

    assert first.pk == second.pk
    assert Hazard.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "x"}, "kind"),
        ({"photos": [], "about": "啊"}, "photos"),
        ({"photos": [flows.Upload(io.BytesIO(b"<script>"))]}, "photos"),
        ({"at_work": False, "region": "999"}, "region"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_field_and_leaves_nothing(
    values: dict[str, object], field: str
) -> None:
    here = make.world()

    with pytest.raises(InvalidInput) as refused:
        flows.report(actor=acting(here.ali), data=told(**values), at=NOW)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert not Hazard.objects.exists()
    assert not HazardReporter.objects.exists()


def test_near_ones_of_the_same_kind_come_first_and_far_ones_not_at_all() -> None:
    here = make.world()
    other = taken(here, spot=Spot(121.4322, 29.2988), kind="fire")
    same = taken(here, spot=Spot(121.4325, 29.2990))
    taken(here, spot=Spot(121.4421, 29.2988))

    found = queries.near(spot=HERE, region="", kind="machine", at=NOW)

    assert [one.hazard.pk for one in found] == [same.pk, other.pk]
    assert found[1].metres == 10


def test_joining_instead_of_sending_counts_once_and_is_told_at_each_step() -> None:
    here, hazard = make.world(), None
    hazard = taken(here)
    for _again in range(2):
        flows.join(actor=acting(here.stranger), hazard_id=hazard.pk, is_named=False, at=NOW)

    assigned(here, hazard, officer_of(here))

    hazard.refresh_from_db()
    assert hazard.reports == 2
    told_ids = set(
        Notice.objects.filter(template="matters.hazard", key__contains=":r").values_list("user_id", flat=True)
    )
    assert told_ids == {here.ali.pk, here.stranger.pk}


def test_the_whole_way_tells_the_reporter_four_times_and_needs_somebody_else_to_check() -> None:
    here = make.world()
    hazard, guard = taken(here), officer_of(here)
    assigned(here, hazard, guard)
    assert hazard.pk in Hazard.objects.given_to(acting(guard)).values_list("pk", flat=True)
    proof = [flows.Upload(io.BytesIO(shot()))]
    flows.rectify(on=on(hazard, here.xiaobo), note="装回去了", photos=proof)

    with pytest.raises(DutiesApart):
        flows.check(on=on(hazard, here.xiaobo, 2), is_right=True, note="看过")
    flows.check(on=on(hazard, here.town_cadre, 2), is_right=False, note="螺丝松")
    flows.rectify(on=on(hazard, guard, 3), note="拧紧了", photos=[flows.Upload(io.BytesIO(shot()))])
    flows.check(on=on(hazard, here.xiaobo, 4), is_right=True, note="牢固")

    hazard.refresh_from_db()
    assert (hazard.state, hazard.due_at) == (HazardState.CLOSED, None)
    assert hazard.photos.filter(is_proof=True).count() == 2
    assert Notice.objects.filter(user_id=here.ali.pk, template="matters.hazard").count() == 5


def test_without_proof_or_with_an_old_page_nothing_changes() -> None:
    here = make.world()
    hazard, guard = taken(here), officer_of(here)
    seen = on(hazard, here.xiaobo)
    assigned(here, hazard, guard)

    with pytest.raises(InvalidInput):
        flows.rectify(on=on(hazard, guard), note="好了", photos=[])
    with pytest.raises(StaleState):
        flows.refuse(on=seen, reason="不是隐患")

    hazard.refresh_from_db()
    assert (hazard.state, hazard.answer) == ("assigned", "")


def test_the_same_hazard_takes_the_reporters_of_the_other_along() -> None:
    here = make.world()
    first = taken(here)
    again = flows.report(actor=acting(here.xiaobo), data=told(), at=NOW)

    flows.join_to(on=on(again, here.town_cadre), other=first.reference)

    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.reports, again.state, again.joined_to_id) == (2, "joined", first.pk)
    assert Hazard.objects.of_reporter(acting(here.xiaobo)).filter(pk=first.pk).exists()


def test_overdue_is_told_once_to_the_union_above() -> None:
    here = make.world()
    taken(here)

    late = NOW + timedelta(days=5)

    assert flows.escalate_overdue(at=late) == 1
    assert flows.escalate_overdue(at=late) == 0
    assert Notice.objects.filter(user_id=here.town_cadre.pk, template="matters.hazard").count() == 1


def test_who_told_of_a_settled_hazard_is_forgotten_after_the_policys_days() -> None:
    here = make.world()
    hazard = taken(here)
    flows.refuse(on=on(hazard, here.xiaobo), reason="不是隐患")

    assert flows.forget_reporters(at=NOW + timedelta(days=179)) == 0
    assert flows.forget_reporters(at=NOW + timedelta(days=182)) == 1
    assert not HazardReporter.objects.exists()


def test_every_state_is_reached_and_every_end_is_an_end() -> None:
    reached = {to for after in HAZARD_MOVES.values() for to in after} | {HazardState.REPORTED}

    assert reached == set(HazardState)
    assert {state for state, after in HAZARD_MOVES.items() if not after} == {"closed", "refused", "joined"}


@pytest.mark.parametrize("is_named", [False, True])
def test_no_page_file_or_row_an_officer_can_reach_says_who_told_of_it(
    is_named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    here = make.world()
    snitch = make.user("张宝珠", who=make.person("张宝珠", mobile="13911223344"))
    make.member(snitch.person, here.grassroots, here.firm)
    hazard = flows.report(actor=acting(snitch), data=told(is_named=is_named), at=NOW)
    guard = officer_of(here)
    assigned(here, hazard, guard)
    admin = make.user("管理员", role=Role.ADMIN, at=here.county)
    inspector = make.user("督查员", role=Role.INSPECTOR, at=here.county)
    list_page, page = "/desk/matters/hazards/", f"/desk/matters/hazards/{hazard.pk}/"
    asked = [
        list_page, page, f"{list_page}?export=csv", f"{list_page}?export=xlsx", f"{list_page}?print=1", "/desk/audit/",
        "/desk/audit/?export=csv", f"/hazards/{hazard.pk}/", "/hazards/mine/", "/desk/matters/hazards/officers/",
    ]  # fmt: skip

    for who in (here.xiaobo, here.town_cadre, admin, inspector, guard):
        client = Client()
        client.force_login(who)
        for address in asked:
            answer = client.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            is_intake = is_named and address == page and who not in {inspector, guard}
            assert ("张宝珠" in body.decode(errors="replace")) == is_intake, (who.name, address)
            assert b"13911223344" not in body, (who.name, address)
            assert snitch.username.encode() + b"<" not in body, (who.name, address)


def test_no_stored_row_beside_the_sealed_one_and_her_own_notices_points_at_the_reporter() -> None:
    here = make.world()
    hazard = taken(here)

    columns = []
    for model in apps.get_models():
        if not model.__module__.startswith("smartunion") or model.__name__ in {"Notice", "User", "SignIn"}:
            continue
        names = [
            f.name
            for f in model._meta.fields
            if f.name in {"user_id", "actor_id", "filed_by_id", "told_by_id"}
        ]
        columns += [
            f"{model.__name__}.{name}"
            for name in names
            if model._default_manager.filter(**{name: here.ali.pk}).exists()
        ]

    assert hazard.pk
    assert columns == []
    assert HazardReporter.objects.get().who == str(here.ali.pk)


def test_strangers_get_404_and_the_reporter_alone_sees_her_own() -> None:
    here = make.world()
    hazard = taken(here)
    assert Hazard.objects.visible_to(acting(here.ali)).count() == 0

    with pytest.raises(NotVisible):
        flows.refuse(on=on(hazard, here.stranger), reason="x")

    client = Client()
    client.force_login(here.stranger)
    photo = hazard.photos.get()
    assert [
        client.get(a).status_code for a in (f"/hazards/{hazard.pk}/", f"/hazards/photos/{photo.pk}/")
    ] == [404, 404]
    client.force_login(here.ali)
    assert [
        client.get(a).status_code for a in (f"/hazards/{hazard.pk}/", f"/hazards/photos/{photo.pk}/")
    ] == [200, 200]


def test_a_picture_sent_from_the_phone_comes_back_as_a_page_with_its_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    here = make.world()
    client = Client()
    client.force_login(here.ali)
    sent = {
        "client_id": str(uuid4()), "kind": "fire", "where": "work", "place": "南门",
        "photo": io.BytesIO(shot(HERE)),
    }  # fmt: skip

    answer = client.post("/hazards/", sent)

    hazard = Hazard.objects.get()
    assert answer.headers["Location"] == f"/hazards/{hazard.pk}/"
    assert (hazard.lon, hazard.photos.count()) == (121.4321, 1)
    page = client.get(answer.headers["Location"]).content.decode()
    assert "已上报" in page
    near = client.get("/hazards/near/?lon=121.4321&lat=29.2988&kind=fire").content.decode()
    assert f"/hazards/{hazard.pk}/join/" in near
    refused = client.post("/hazards/", {"client_id": str(uuid4()), "kind": "fire", "where": "work"})
    assert refused.status_code == 422


def test_the_list_costs_as_much_for_three_as_for_one() -> None:
    here = make.world()
    client = Client()
    client.force_login(here.town_cadre)
    taken(here)
    client.get("/desk/matters/hazards/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/desk/matters/hazards/")
    for _more in range(2):
        taken(here)

    with CaptureQueriesContext(connection) as three:
        client.get("/desk/matters/hazards/")

    assert len(three) == len(one)


def test_the_map_shows_the_whole_county_each_town_where_it_lies(db: None) -> None:
    """Towns without hazards are on it too; whoever reports touches a town, and the page names it in full."""
    here = make.world()
    county = here.county.territory
    assert county is not None
    places = {"330226100": (121.43, 29.28), "330226101": (121.44, 29.20), "330226102": (121.60, 29.29)}
    make.region("330226102", "长街镇", "town", county)
    for code, (lon, lat) in places.items():
        Region.objects.filter(code=code).update(lon=lon, lat=lat)
    town = here.town.territory
    Hazard.objects.create(
        reference="H1", kind="electric", state="reported", union=here.town, path=here.town.path, region=town, about="电线露出",
        reported_at=make.NOW, due_at=make.NOW, client_id=uuid4(), updated_at=make.NOW,
    )  # fmt: skip

    chart = queries.town_map(make.acting(here.county_cadre), make.NOW)
    tiles = {tile.name: (tile.column, tile.row) for tile in queries.town_tiles(here.grassroots)}

    assert chart is not None
    assert dict(zip([str(one) for one in chart.categories], chart.series[0].values, strict=True)) == {
        "桃源街道": 1, "跃龙街道": 0, "长街镇": 0,
    }  # fmt: skip
    assert tiles["桃源街道"][1] < tiles["跃龙街道"][1]  # north above south
    assert tiles["桃源街道"][0] < tiles["长街镇"][0]  # west before east
    assert [tile.name for tile in queries.town_tiles(None)] == list(tiles)  # one county alone
    client = Client()
    client.force_login(here.ali)
    page = client.get("/hazards/").content.decode()
    assert 'data-town="宁海县长街镇"' in page
    client.force_login(here.county_cadre)
    opened = {str(name): address for name, address in zip(chart.categories, chart.links, strict=True)}
    assert (opened["跃龙街道"], opened["长街镇"]) == ("", "")
    assert client.get(opened["桃源街道"]).context["page"].count == 1


def test_the_intake_asks_for_more_and_never_learns_who_answers() -> None:
    here = make.world()
    hazard = taken(here)
    with pytest.raises(StaleState):  # nothing was asked
        flows.tell_more(actor=acting(here.ali), hazard_id=hazard.pk, words="三号机", photos=(), at=NOW)

    flows.ask_more(on=on(hazard, here.xiaobo), question="哪台机器？")

    with pytest.raises(NotVisible):
        flows.tell_more(actor=acting(here.stranger), hazard_id=hazard.pk, words="三号机", photos=(), at=NOW)
    with pytest.raises(InvalidInput):
        flows.tell_more(actor=acting(here.ali), hazard_id=hazard.pk, words=" ", photos=(), at=NOW)
    picture = [flows.Upload(io.BytesIO(shot(HERE)), "阿丽.jpg")]
    flows.tell_more(actor=acting(here.ali), hazard_id=hazard.pk, words="三号机", photos=picture, at=NOW)

    events = list(hazard.events.order_by("pk").values_list("what", "actor_name", "note"))
    assert events[-2:] == [("asked", here.xiaobo.name, "哪台机器？"), ("told_more", "", "三号机")]
    assert hazard.photos.count() == 2
    assert spot_of(open_file(hazard.photos.latest("pk").file).read()) is None
    assert "哪台机器？" in Notice.objects.filter(user_id=here.ali.pk).latest("pk").body
    with pytest.raises(StaleState):
        flows.tell_more(actor=acting(here.ali), hazard_id=hazard.pk, words="再说", photos=(), at=NOW)
    officer = officer_of(here)
    assigned(here, hazard, officer)
    with pytest.raises(StaleState):  # it is with the officer now
        flows.ask_more(on=on(hazard, here.xiaobo), question="还有吗？")
