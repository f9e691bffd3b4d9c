"""Areas by date, and the hand-over of an area: dated, seen and confirmed by both sides."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.models import Notice
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows import areas, founding, handovers
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import AreaAssignment, AreaUnion, FindingEvent, HandOver
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import AT, BEGAN, TODAY, Town, finding, noted, town

NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def world(db: None) -> Town:
    return town()


def prepared(world: Town, on: date = NEXT_WEEK) -> HandOver:
    areas.assign_organiser(
        actor=world.actor("林静"), area_id=world.north.pk, user_id=world.people["小波"].pk, on=on, at=AT
    )
    return HandOver.objects.get()


def test_both_hold_it_on_their_own_days(world: Town) -> None:
    prepared(world)

    before, after = NEXT_WEEK - timedelta(days=1), NEXT_WEEK
    assert world.actor("阿丽", on=before).area_ids == (world.north.pk,)
    assert world.actor("小波", on=before).area_ids == (world.south.pk,)
    assert world.actor("阿丽", on=after).area_ids == ()
    assert set(world.actor("小波", on=after).area_ids) == {world.north.pk, world.south.pk}


def test_both_are_told_and_confirm_in_order(world: Town) -> None:
    made = prepared(world)
    assert {notice.user_id for notice in Notice.objects.filter(template="organising.hand_over")} == {
        world.people["阿丽"].pk, world.people["小波"].pk,
    }  # fmt: skip

    with pytest.raises(InvalidInput):
        handovers.take(actor=world.actor("小波"), handover_id=made.pk, at=AT)
    with pytest.raises(NotAllowed):
        handovers.give(actor=world.actor("小波"), handover_id=made.pk, at=AT)
    handovers.give(actor=world.actor("阿丽"), handover_id=made.pk, note="老板周四在", at=AT)
    with pytest.raises(StaleState):
        handovers.give(actor=world.actor("阿丽"), handover_id=made.pk, note="别的", at=AT)
    with pytest.raises(NotAllowed):
        handovers.take(actor=world.actor("阿丽"), handover_id=made.pk, at=AT)
    taken = handovers.take(actor=world.actor("小波"), handover_id=made.pk, answer="好", at=AT)
    with pytest.raises(StaleState):
        handovers.take(actor=world.actor("小波"), handover_id=made.pk, at=AT)

    assert (taken.state, taken.note, taken.answer) == ("taken", "老板周四在", "好")


def test_the_desk_confirms_for_an_organiser_who_left(world: Town) -> None:
    made = prepared(world)

    handovers.give(actor=world.actor("林静"), handover_id=made.pk, at=AT)

    assert HandOver.objects.get().state == "given"


def test_a_stranger_neither_sees_nor_notes(world: Town) -> None:
    made, one = prepared(world), finding(world)

    with pytest.raises(NotVisible):
        handovers.leave_note(
            actor=world.actor("老秦"), handover_id=made.pk, finding_id=one.pk, note="看看", at=AT
        )
    with pytest.raises(NotVisible):
        handovers.leave_note(
            actor=world.actor("阿丽"),
            handover_id=made.pk,
            finding_id=finding(world, world.south).pk,
            note="看看",
            at=AT,
        )

    assert FindingEvent.objects.count() == 0


def test_the_page_counts_what_is_open(world: Town) -> None:
    finding(world)
    finding(world, state="taken_up")
    finding(world, due_on=date(2026, 7, 9))
    finding(world, state="closed")
    finding(world, world.south)

    made = prepared(world)

    assert made.counts == {"open": 2, "taken_up": 1, "dated": 1, "promises": 0, "unions": 3}


@pytest.mark.parametrize("days", [-1, 93])
def test_a_past_or_far_day_is_refused_and_changes_nothing(world: Town, days: int) -> None:
    before = list(AreaAssignment.objects.order_by("pk").values())

    with pytest.raises(InvalidInput):
        prepared(world, TODAY + timedelta(days=days))

    assert (list(AreaAssignment.objects.order_by("pk").values()), HandOver.objects.count()) == (before, 0)


def test_a_union_that_changes_areas_keeps_its_history(world: Town) -> None:
    moving = world.unions[0]
    kept = [union.pk for union in world.unions[1:3]]

    areas.update_area(
        actor=world.actor("林静"), area_id=world.south.pk, name="西店南片区", region_ids=[],
        union_ids=[world.unions[3].pk, moving.pk], at=AT,
    )  # fmt: skip

    def of(area: object, day: date) -> set[int]:
        return set(AreaUnion.objects.standing_on(day).filter(area=area).values_list("union_id", flat=True))

    yesterday = TODAY - timedelta(days=1)
    assert of(world.north, yesterday) == {moving.pk, *kept}
    assert of(world.north, TODAY) == set(kept)
    assert of(world.south, TODAY) == {world.unions[3].pk, moving.pk}
    assert of(world.north, BEGAN - timedelta(days=1)) == set()


def test_moving_there_and_back_on_one_day_leaves_no_empty_rows(world: Town) -> None:
    south = [world.unions[3].pk]
    for union_ids in ([*south, world.unions[0].pk], south):
        areas.update_area(
            actor=world.actor("林静"),
            area_id=world.south.pk,
            name="西店南片区",
            region_ids=[],
            union_ids=union_ids,
            at=AT,
        )

    assert list(
        AreaUnion.objects.filter(union=world.unions[0]).values_list("area_id", "valid_from", "valid_to")
    ) == [(world.north.pk, BEGAN, TODAY)]


def test_an_area_cannot_take_the_name_of_another(world: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        areas.update_area(
            actor=world.actor("林静"),
            area_id=world.south.pk,
            name="西店北片区",
            region_ids=[],
            union_ids=[],
            at=AT,
        )

    assert refused.value.field == "name"
    assert AreaUnion.objects.filter(area=world.south, valid_to=None).count() == 1


def test_the_page_offers_everybody_but_who_holds_it(world: Town, signed_in) -> None:
    page = signed_in(world.people["林静"]).get(f"/desk/coverage/areas/{world.north.pk}/")

    assert page.context["organisers"] == [(world.people["小波"].pk, "小波")]


def test_the_page_shows_notes_of_firms_and_of_unions(world: Town, signed_in) -> None:
    firm, union = finding(world), world.unions[0]
    for note in (
        noted(finding_id=firm.pk, note="门卫不让进"),
        noted(VisitResult.SERVICE, union_id=union.pk, note="换届将至"),
    ):
        note_visit(actor=world.actor("阿丽"), visit=note, at=AT)
    made = prepared(world)

    page = signed_in(world.people["林静"]).get(f"/desk/coverage/handovers/{made.pk}/").content.decode()

    for text in (firm.subject_name, "门卫不让进", union.name, "换届将至"):
        assert text in page


def test_who_has_a_hand_over_to_answer_sees_it_on_the_day_list(world: Town, client: Client) -> None:
    made = prepared(world)
    page = reverse("coverage:handover", args=[made.pk])

    def shown(name: str) -> bool:
        client.force_login(world.people[name])
        return page in client.get(reverse("field:day")).content.decode()

    first = shown("阿丽"), shown("小波")
    handovers.give(actor=world.actor("阿丽"), handover_id=made.pk, note="老板周四在", at=AT)
    given = shown("阿丽"), shown("小波")
    handovers.take(actor=world.actor("小波"), handover_id=made.pk, at=AT)

    assert (first, given) == ((True, False), (False, True))
    assert (shown("阿丽"), shown("小波")) == (False, False)


def test_an_area_is_not_handed_to_somebody_whose_role_begins_later(world: Town) -> None:
    RoleGrant.objects.filter(user=world.people["小波"]).update(valid_from=TODAY + timedelta(days=30))

    with pytest.raises(InvalidInput):
        prepared(world, TODAY)
    assert HandOver.objects.count() == 0

    assert prepared(world, TODAY + timedelta(days=30)).to_user == world.people["小波"]


def held(world: Town, day: date) -> str:
    rows = AreaAssignment.objects.held_on(day).filter(area=world.north)
    return "、".join(rows.order_by("pk").values_list("user__name", flat=True))


def hand_to(world: Town, name: str, on: date = NEXT_WEEK) -> AreaAssignment:
    return areas.assign_organiser(
        actor=world.actor("林静"), area_id=world.north.pk, user_id=world.people[name].pk, on=on, at=AT
    )


@pytest.mark.parametrize("on", [TODAY, NEXT_WEEK])
def test_a_hand_over_to_the_wrong_one_is_replaced_and_her_predecessor_gives_to_the_right_one(
    world: Town, on: date
) -> None:
    right = User.objects.create_user("u-right", None, name="方琴", created_at=AT)
    RoleGrant.objects.create(user=right, role="organiser", union=world.federation, valid_from=BEGAN)
    world.people["方琴"] = right
    prepared(world, on)

    hand_to(world, "方琴", on)

    wrong, made = HandOver.objects.order_by("pk")
    assert (wrong.state, made.state, made.from_user_id) == ("replaced", "prepared", world.people["阿丽"].pk)
    assert (held(world, on - timedelta(days=1)), held(world, on)) == ("阿丽", "方琴")
    assert set(Notice.objects.filter(template="organising.hand_over_replaced").values_list("user_id", flat=True)) == {
        world.people["阿丽"].pk, world.people["小波"].pk,
    }  # fmt: skip
    for name, act in (("阿丽", handovers.give), ("小波", handovers.take)):
        with pytest.raises(StaleState):
            act(actor=world.actor(name), handover_id=wrong.pk, at=AT)
    assert HandOver.objects.get(pk=wrong.pk).state == "replaced"


def test_a_hand_over_is_called_off_and_its_day_is_changed(world: Town, signed_in) -> None:
    prepared(world)
    later = NEXT_WEEK + timedelta(days=7)

    hand_to(world, "小波", later)
    assert (held(world, NEXT_WEEK), held(world, later)) == ("阿丽", "小波")
    stays = hand_to(world, "阿丽", later)

    assert (stays.user.name, stays.valid_from, stays.valid_to) == ("阿丽", BEGAN, None)
    assert (held(world, later), AreaAssignment.objects.filter(area=world.north).count()) == ("阿丽", 1)
    assert set(HandOver.objects.values_list("state", flat=True)) == {"replaced"}


def test_what_has_begun_is_handed_on_and_not_called_off(world: Town) -> None:
    prepared(world, TODAY)
    note_visit(
        actor=world.actor("小波"), visit=noted(VisitResult.SERVICE, union_id=world.unions[0].pk), at=AT
    )

    hand_to(world, "阿丽")

    assert [(row.from_user.name, row.state) for row in HandOver.objects.order_by("pk") if row.from_user] == [
        ("阿丽", "prepared"), ("小波", "prepared"),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["role", "account"])
def test_an_area_whose_organiser_left_is_looked_after_by_nobody(world: Town, signed_in, how: str) -> None:
    ali = world.people["阿丽"]
    if how == "role":
        RoleGrant.objects.filter(user=ali).update(valid_to=date(2026, 7, 1))
    else:
        User.objects.filter(pk=ali.pk).update(is_active=False)

    client = signed_in(world.people["林静"])
    page = client.get(f"/desk/coverage/areas/{world.north.pk}/").content.decode()
    listed = client.get("/desk/coverage/areas/", {"nobody": "1"}).content.decode()
    owed = client.get(
        f"/api/v1/organising/quarters/{Quarter.of(clock.today())}", {"area_id": world.north.pk}
    ).json()

    assert "该片区目前无人负责：阿丽已不再是这里的片区专职工作者" in page
    assert ("西店北片区" in listed, "西店南片区" in listed) == (True, False)
    assert {row["organiser"] for row in owed["items"]} == {""}
    finding_flows.dismiss(actor=world.actor("林静"), finding_id=finding(world).pk, reason="已注销", at=AT)
    assert not Notice.objects.filter(user_id=ali.pk).exists()


def test_a_number_in_other_digits_names_nothing(world: Town, signed_in) -> None:
    made, client = prepared(world), signed_in(world.people["林静"])

    answer = client.post(
        reverse("coverage:handover_note", args=[made.pk]), {"finding": "²", "note": "门卫姓王"}
    )

    assert answer.status_code == 404
    assert founding.employer_from({"employer": "²"}, world.actor("林静")) is None
    assert founding.employer_from({"finding": "٣"}, world.actor("林静")) is None
