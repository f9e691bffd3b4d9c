"""Reminders, applications to the court, and what the pages show of them."""

from datetime import timedelta
from unittest import mock

import pytest

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.jobs import runner
from smartunion.ground.accounts.tests.factories import actor, make_user, signed_in
from smartunion.systems.dues import queries
from smartunion.systems.dues.flows import letters, payments
from smartunion.systems.dues.flows.letters import NothingOwed, ReminderFirst, ToldAlready
from smartunion.systems.dues.listings import FIRMS
from smartunion.systems.dues.models import Reminder
from smartunion.systems.dues.rules import DuesLetterKind
from smartunion.systems.dues.tests import world
from smartunion.systems.dues.tests.world import AT, Place, extract, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    made = world.place()
    extract(
        made.county, row(made.covered.name, 202604, 10_000, due=20_000), row(made.covered.name, 202607, 10_000, due=50_000),
        row(made.bare.name, 202607, 30_000, item="建会筹备金"),
    )  # fmt: skip
    payments.renew(at=AT)
    payments.count(at=AT)
    return made


def remind(place: Place, kind: DuesLetterKind = DuesLetterKind.REMINDER, *, days: int = 0) -> Reminder:
    return letters.issue(
        actor=place.actor, employer_id=place.covered.pk, kind=kind, at=AT + timedelta(days=days)
    )


def test_a_reminder_names_every_period_that_is_missing_something(place: Place) -> None:
    made = remind(place)

    assert (made.number, str(made.owed_yuan), made.answer_by - made.issued_on) == (
        "工催〔2026〕1号",
        "500.00",
        timedelta(days=15),
    )
    assert made.lines == [
        ["2026-04", "2026-06", "200.00", "100.00"],
        ["2026-07", "2026-09", "500.00", "100.00"],
    ]


def test_a_second_one_nothing_owed_and_a_court_without_a_reminder_are_refused(place: Place) -> None:
    with pytest.raises(ReminderFirst):
        remind(place, DuesLetterKind.ORDER)
    remind(place)
    with pytest.raises(ToldAlready):
        remind(place, days=1)
    with pytest.raises(ReminderFirst):
        remind(place, DuesLetterKind.ORDER, days=15)
    with pytest.raises(NothingOwed):
        letters.issue(actor=place.actor, employer_id=place.bare.pk, kind=DuesLetterKind.REMINDER, at=AT)

    assert remind(place, DuesLetterKind.ORDER, days=16).number == "工催〔2026〕2号"
    assert Reminder.objects.count() == 2


def test_what_is_paid_settles_its_letters_and_a_part_of_it_does_not(place: Place) -> None:
    made = remind(place)
    extract(place.county, row(place.covered.name, 202607, 50_000, due=50_000))
    payments.renew(at=AT)
    payments.count(at=AT)
    made.refresh_from_db()
    assert made.state == "open"

    extract(place.county, row(place.covered.name, 202604, 20_000, due=20_000))
    payments.renew(at=AT)
    payments.count(at=AT)
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("settled", made.issued_on)


def test_a_letter_is_withdrawn_with_a_reason_once(place: Place) -> None:
    made = remind(place)
    with pytest.raises(InvalidInput):
        letters.withdraw(actor=place.actor, reminder_id=made.pk, reason=" ", at=AT)
    letters.withdraw(actor=place.actor, reminder_id=made.pk, reason="已提供缴费凭证", at=AT)
    with pytest.raises(ToldAlready):
        letters.withdraw(actor=place.actor, reminder_id=made.pk, reason="又一次", at=AT)

    made.refresh_from_db()
    assert (made.state, made.reason) == ("withdrawn", "已提供缴费凭证")
    assert remind(place).number == "工催〔2026〕2号"


def test_only_who_looks_after_contributions_of_the_place_writes(place: Place) -> None:
    inspector = make_user("巡视", "inspector", union=place.county)
    for user, refused in ((place.stranger, NotVisible), (place.chair, NotVisible), (inspector, NotAllowed)):
        with pytest.raises(refused):
            letters.issue(
                actor=actor(user), employer_id=place.covered.pk, kind=DuesLetterKind.REMINDER, at=AT
            )
    assert not Reminder.objects.exists()


def test_amounts_are_shown_to_the_federation_and_to_the_chair_of_the_firms_own_union(place: Place) -> None:
    address = f"/desk/dues/firms/{place.covered.pk}/"
    answers = {
        user.username: signed_in(user).get(address).status_code
        for user in (place.cadre, place.chair, place.stranger)
    }
    assert answers == {"林静": 200, "小波": 200, "老秦": 404}
    assert signed_in(place.chair).get("/desk/dues/").status_code == 404
    assert "500.00" in signed_in(place.chair).get(address).content.decode()


def test_each_number_of_the_head_opens_its_firms(place: Place) -> None:
    client = signed_in(place.cadre)
    head = client.get("/desk/dues/").context["numbers"]

    def names(query: str) -> list[str]:
        return [line.row.employer.name for line in client.get(f"/desk/dues/?{query}").context["page"].lines]

    assert (head.behind, head.silent, head.paid, head.preparing) == (1, 0, 1, 1)
    assert names("standing=behind") == [place.covered.name]
    assert names("standing=paid") == names("item=preparatory") == names("cover=none") == [place.bare.name]
    assert names("cover=own") == [place.covered.name]
    assert names("cover=joint") == []


def test_the_head_is_counted_for_the_page_and_not_for_its_fragments_and_files(place: Place) -> None:
    client = signed_in(place.cadre)
    fragment = {"HX-Request": "true", "HX-Target": f"{FIRMS.element_id}-rows"}

    with mock.patch.object(queries, "numbers", wraps=queries.numbers) as counted:
        client.get("/desk/dues/", headers=fragment)
        b"".join(client.get("/desk/dues/?export=csv").streaming_content)
        before = counted.call_count
        client.get("/desk/dues/")

    assert (before, counted.call_count) == (0, 1)


def test_reminders_to_many_tell_who_got_none_and_why(place: Place) -> None:
    client = signed_in(place.cadre)
    answer = client.post("/desk/dues/", {"bulk": "remind", "pick": [place.covered.pk, place.bare.pk]})
    assert answer.status_code == 302
    runner.drain()

    assert [one.addressed_to for one in Reminder.objects.all()] == [place.covered.name]


def test_the_pages_of_firm_and_union_say_how_it_stands(place: Place) -> None:
    client = signed_in(place.cadre)
    made = remind(place)
    assert "少缴" in client.get(f"/desk/employers/{place.covered.pk}/").content.decode()
    assert place.covered.name in client.get(f"/desk/unions/{place.union.pk}/").content.decode()
    paper = client.get(f"/desk/dues/letters/{made.pk}/letter.pdf")
    assert (paper.status_code, paper.content[:4]) == (200, b"%PDF")
    shown = client.post(f"/desk/dues/firms/{place.covered.pk}/letters/", {"kind": "reminder"})
    assert shown.status_code == 422
    assert "工催〔2026〕1号" in shown.content.decode()
