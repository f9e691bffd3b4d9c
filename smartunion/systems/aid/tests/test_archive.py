"""The archive: applied, reviewed four times, opened; refused and appealed; looked at again each year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import AnswersRefused
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import merging
from smartunion.systems.aid.flows import archive
from smartunion.systems.aid.models import FileLook, FileReview, HardshipFile, HouseholdYear
from smartunion.systems.aid.queries.years import Year
from smartunion.systems.aid.rules.hardship import Household, Standards
from smartunion.systems.aid.rules.reviews import FileState
from smartunion.systems.aid.tests.aid_world import Aided, agreed, aided, applied, enter, on, say_yes

pytestmark = pytest.mark.django_db
STANDARDS = Standards(Decimal(1000))
POOR = Year(Household(3, Decimal(60000), Decimal(30000)), STANDARDS)
BETTER = Year(Household(3, Decimal(160000), Decimal(30000)), STANDARDS)


@pytest.fixture
def world() -> Aided:
    return aided()


def test_four_reviews_open_the_file_with_the_numbers_of_the_worked_table(world: Aided) -> None:
    case = agreed(world, applied(world))

    file = HardshipFile.objects.get()
    year = archive.latest_year(file)
    assert year is not None
    assert (case.state, file.state, file.category) == ("approved", "active", "deep")
    assert (str(year.assessment.per_head_yuan), file.opened_on) == ("833.33", date(2026, 3, 2))
    assert file.review_due_on == date(2027, 3, 2)
    assert list(file.reviews.order_by("pk").values_list("level", "reviewer", "union_name", "is_agreed")) == [
        ("unit", "小波", "宁海晨光文具有限公司工会", True),
        ("higher", "帮扶员town", "桃源街道总工会", True),
        ("industry", "帮扶员county", "宁海县总工会", True),
        ("centre", "帮扶员city", "宁波市总工会", True),
    ]


@pytest.mark.parametrize(("levels", "last"), [("two", "town"), ("three", "county")])
def test_which_reviews_apply_is_the_federations_rule(world: Aided, levels: str, last: str) -> None:
    enter("aid.review_levels", levels)
    case = applied(world, {"reviews": levels})

    for who in (acting(world.here.xiaobo), world.officer("town"), world.officer("county")):
        say_yes(case, who, "情况属实")
        case.refresh_from_db()
        if case.state == "approved":
            break

    assert FileReview.objects.order_by("-pk")[0].reviewer == f"帮扶员{last}"
    assert HardshipFile.objects.get().state == "active"


def test_she_cannot_choose_fewer_reviews(world: Aided) -> None:
    with pytest.raises(AnswersRefused) as refused:
        applied(world, {"reviews": "two"})

    assert (refused.value.field, HardshipFile.objects.count()) == ("reviews", 0)


def test_a_refusal_can_be_appealed_and_others_decide(world: Aided) -> None:
    case = applied(world)
    casework.refuse(on=on(case, acting(world.here.xiaobo)), reason="还有一套出租房的收入没有写")
    assert HardshipFile.objects.get().state == "refused"

    casework.appeal(on=on(case, world.ali), reason="那套房是父母的，不归我")

    case.refresh_from_db()
    assert (case.state, case.step, case.path) == ("open", "centre", world.here.town.path)
    assert HardshipFile.objects.get().state == "review"
    say_yes(case, world.officer("town"), "房产登记已核对，同意建档")
    assert HardshipFile.objects.get().state == "active"
    assert list(FileReview.objects.order_by("pk").values_list("level", "is_agreed")) == [
        ("unit", False),
        ("centre", True),
    ]


def test_nobody_reviews_twice(world: Aided) -> None:
    case = applied(world)
    say_yes(case, acting(world.here.xiaobo), "情况属实")
    CaseFile.objects.filter(pk=case.pk).update(path=world.here.grassroots.path, step="higher")

    with pytest.raises((DutiesApart, NotAllowed, NotVisible)):
        say_yes(case, acting(world.here.xiaobo), "情况属实")

    assert FileReview.objects.count() == 1


def test_without_a_standard_nothing_is_sent_and_the_sentence_says_who_enters_it() -> None:
    world = aided(minimum=0)

    with pytest.raises(AnswersRefused) as refused:
        applied(world)

    assert ("administrator" in str(refused.value)) or ("管理员" in str(refused.value))
    assert HardshipFile.objects.count() == 0


@pytest.mark.parametrize(("answers", "field"), [({"pledge": False}, "pledge")])
def test_what_is_missing_is_named(world: Aided, answers: dict[str, object], field: str) -> None:
    with pytest.raises(AnswersRefused) as refused:
        applied(world, answers)

    assert (refused.value.field, HardshipFile.objects.count()) == (field, 0)


def test_a_second_application_beside_a_running_file_is_refused(world: Aided) -> None:
    applied(world)

    with pytest.raises(AnswersRefused):
        applied(world)

    assert HardshipFile.objects.count() == 1


def test_the_last_review_does_not_open_what_the_calculation_does_not_find(world: Aided) -> None:
    case = applied(
        world, {"expenses": [], "members": [{"name": "阿丽", "relation": "本人", "income": "90000"}]}
    )
    for who in (acting(world.here.xiaobo), world.officer("town"), world.officer("county")):
        say_yes(case, who, "情况属实")

    with pytest.raises(InvalidInput):
        say_yes(case, world.officer("city"), "同意")

    case.refresh_from_db()
    assert (case.state, HardshipFile.objects.get().state, FileReview.objects.count()) == ("open", "review", 3)


def test_the_chair_sees_her_own_step_only_and_no_file(world: Aided) -> None:
    case = applied(world)
    chair = acting(world.here.xiaobo)
    assert CaseFile.objects.at_desk(chair).filter(pk=case.pk).exists()

    say_yes(case, chair, "情况属实")

    assert not CaseFile.objects.at_desk(chair).filter(pk=case.pk).exists()
    assert not HardshipFile.objects.visible_to(chair).exists()


def active(world: Aided) -> HardshipFile:
    agreed(world, applied(world))
    return HardshipFile.objects.get()


def again(world: Aided, file: HardshipFile, year: Year, days: int) -> HardshipFile:
    file.refresh_from_db()
    return archive.review_year(
        actor=world.officer("town"),
        file_id=file.pk,
        version=file.version,
        year=year,
        at=NOW + timedelta(days=days),
    )


def test_improved_is_watched_a_fall_back_returns_and_after_the_watch_it_is_out(world: Aided) -> None:
    file = active(world)

    assert again(world, file, BETTER, 365).state == FileState.WATCH
    assert again(world, file, POOR, 400).state == FileState.ACTIVE
    assert again(world, file, BETTER, 765).state == FileState.WATCH
    assert archive.end_watched(at=NOW + timedelta(days=765 + 364)) == 0
    assert archive.end_watched(at=NOW + timedelta(days=765 + 365)) == 1

    file.refresh_from_db()
    assert (file.state, file.ended_on) == ("out", date(2026, 3, 2) + timedelta(days=1130))
    assert HouseholdYear.objects.filter(file=file).count() == 4
    assert Notice.objects.filter(template="aid.file_moved").count() == 4


def test_files_due_are_asked_once(world: Aided) -> None:
    file = active(world)

    assert archive.ask_due(at=NOW + timedelta(days=364)) == 0
    assert archive.ask_due(at=NOW + timedelta(days=365)) == 1
    assert archive.ask_due(at=NOW + timedelta(days=366)) == 0
    again(world, file, POOR, 370)
    assert archive.ask_due(at=NOW + timedelta(days=370 + 365)) == 1


def test_acts_on_an_old_page_and_by_others_change_nothing(world: Aided) -> None:
    file = active(world)
    officer = world.officer("town")

    with pytest.raises(StaleState):
        archive.remove(actor=officer, file_id=file.pk, version=file.version - 1, reason="户主去世", at=NOW)
    with pytest.raises(InvalidInput):
        archive.remove(actor=officer, file_id=file.pk, version=file.version, reason=" ", at=NOW)
    for stranger in (acting(world.here.town_cadre), acting(world.here.xiaobo), world.ali):
        with pytest.raises(NotVisible):
            archive.remove(actor=stranger, file_id=file.pk, version=file.version, reason="户主去世", at=NOW)
        with pytest.raises(NotVisible):
            archive.look(actor=stranger, file_id=file.pk, reason="核对收入", at=NOW)

    file.refresh_from_db()
    assert (file.state, FileLook.objects.count()) == ("active", 0)


def test_a_look_is_kept_with_its_reason_sealed(world: Aided) -> None:
    file = active(world)

    archive.look(actor=world.officer("town"), file_id=file.pk, reason="核对丈夫病历", at=NOW)

    look = FileLook.objects.get()
    assert (look.actor_name, look.reason) == ("帮扶员town", "核对丈夫病历")
    removed = archive.remove(
        actor=world.officer("town"), file_id=file.pk, version=file.version, reason="户主迁出本市", at=NOW
    )
    assert (removed.state, HardshipFile.objects.get().reason) == ("removed", "户主迁出本市")


def test_merging_two_records_of_one_person_refuses_nothing_and_the_file_that_stays_goes_on(
    world: Aided,
) -> None:
    ali = world.here.ali.person
    assert ali is not None
    twin = make.person("阿丽")
    make.member(twin, world.here.grassroots)
    spells = {
        "union": world.here.grassroots,
        "path": world.here.grassroots.path,
        "created_at": NOW,
        "updated_at": NOW,
    }
    kept, other = (
        HardshipFile.objects.create(person=one, state="active", category="deep", opened_on=NOW.date(), **spells)
        for one in (ali, twin)
    )  # fmt: skip
    asked = merging.Asked(ali.pk, {ali.pk: ali.version, twin.pk: twin.version}, "同一个人登记了两次")

    merge = merging.merge_people(actor=system(), asked=asked, at=NOW)

    found = HardshipFile.objects.order_by("pk").values_list("person", "state", "reason")
    assert list(found) == [
        (ali.pk, "active", ""),
        (ali.pk, "removed", "两份登记合并为一人，另一份档案继续有效。"),
    ]
    merging.undo(actor=system(), merge_id=merge.pk, reason="看错了，是两个人", at=NOW)
    other.refresh_from_db()
    kept.refresh_from_db()
    assert (other.person_id, other.state, other.version, kept.state) == (twin.pk, "active", 1, "active")
