"""Questions at visits: asked where and when, answered on the phone, kept with the visit, counted."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.systems.organising import bulletin_text
from smartunion.systems.organising.bulletin import Period, Visited
from smartunion.systems.organising.flows import questions as flows
from smartunion.systems.organising.flows.questions import Asked
from smartunion.systems.organising.flows.visit_notes import edit_note
from smartunion.systems.organising.flows.visits import note_visit
from smartunion.systems.organising.models import Area, JoiningDrive, Visit, VisitAnswer, VisitQuestion
from smartunion.systems.organising.queries import questions as queries
from smartunion.systems.organising.queries.day import last_visits
from smartunion.systems.organising.queries.drive_progress import bulletin_of
from smartunion.systems.organising.queries.week import kept_on_phone
from smartunion.systems.organising.question_rules import QuestionKind, counts_as_done, read_answer
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, noted, town

PAGE = "/desk/coverage/visits/questions/"


@pytest.fixture
def world(db: None) -> Town:
    return town()


def ask(world: Town, who: str = "林静", area: Area | None = None, **more: object) -> VisitQuestion:
    where = {"area_id": area.pk} if area else {"union_id": world.federation.pk}
    values = {"label": "有没有食堂", "kind": QuestionKind.YES_NO} | more
    question = Asked(**values, **where)  # type: ignore[arg-type]
    return flows.ask(actor=world.actor(who), question=question, starts_on=TODAY, at=AT)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (QuestionKind.YES_NO, " yes ", "yes"), (QuestionKind.CHOICE, "两班", "两班"), (QuestionKind.NUMBER, "0012.50", "12.5"),
        (QuestionKind.NUMBER, "100", "100"), (QuestionKind.NUMBER, "-3", "-3"), (QuestionKind.TEXT, " 老板姓王 ", "老板姓王"),
    ],
)  # fmt: skip
def test_answers_are_kept_in_one_way(kind: QuestionKind, text: str, kept: str) -> None:
    assert read_answer(kind, ["一班", "两班"], text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [(QuestionKind.YES_NO, "ja"), (QuestionKind.CHOICE, "四班"), (QuestionKind.NUMBER, "很多"), (QuestionKind.NUMBER, "NaN"),
     (QuestionKind.NUMBER, "1e30")],
)  # fmt: skip
def test_what_is_no_answer_is_refused(kind: QuestionKind, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_answer(kind, ["一班", "两班"], text)


def test_a_visit_is_done_when_somebody_answered_what_is_needed() -> None:
    assert counts_as_done(VisitResult.REAL, [], [])
    assert counts_as_done(VisitResult.REFUSES, [1], [1, 2])
    assert not counts_as_done(VisitResult.REAL, [1, 2], [2])
    assert not counts_as_done(VisitResult.NOBODY, [], [])


def test_an_area_asks_its_own_and_the_federations_questions(world: Town) -> None:
    everywhere = ask(world)
    own = ask(
        world,
        "阿丽",
        world.north,
        label="几个班次",
        kind=QuestionKind.CHOICE,
        choices=("一班", "两班", "一班"),
    )

    phone = kept_on_phone(world.actor("阿丽"), TODAY)["questions"]
    other = kept_on_phone(world.actor("小波"), TODAY)["questions"]

    assert own.choices == ["一班", "两班"]
    assert [one["id"] for one in phone[str(world.north.pk)]] == [everywhere.pk, own.pk]
    assert [one["id"] for one in other[str(world.south.pk)]] == [everywhere.pk]
    assert queries.asked(world.elsewhere.path, None, TODAY) == []


def test_who_may_not_ask_changes_nothing(world: Town) -> None:
    with pytest.raises(NotVisible):
        ask(world, "阿丽")
    with pytest.raises(NotVisible):
        ask(world, "阿丽", world.south)
    with pytest.raises(NotVisible):
        ask(world, "老秦", world.north)
    with pytest.raises(InvalidInput, match="2 至 8"):
        ask(world, kind=QuestionKind.CHOICE, choices=("一班",))
    with pytest.raises(InvalidInput):
        ask(world, label=" ")
    for _number in range(5):
        ask(world)
    with pytest.raises(InvalidInput):
        ask(world)

    assert VisitQuestion.objects.count() == 5
    theirs = VisitQuestion.objects.first()
    assert theirs is not None
    with pytest.raises(NotAllowed):
        flows.end(actor=world.actor("阿丽"), question_id=theirs.pk, at=AT)
    assert VisitQuestion.objects.filter(valid_to=None).count() == 5


def test_an_ended_question_is_asked_no_longer_and_old_visits_keep_it(world: Town) -> None:
    question = ask(world)
    visit = note_visit(
        actor=world.actor("阿丽"),
        at=AT,
        visit=noted(finding_id=finding(world).pk, answers={question.pk: "yes"}),
    )
    later = AT + timedelta(days=2)

    flows.end(actor=world.actor("林静"), question_id=question.pk, at=later)
    late = note_visit(
        actor=world.actor("阿丽"),
        at=later,
        visit=noted(finding_id=finding(world).pk, answers={question.pk: "no"}),
    )

    assert queries.asked(world.federation.path, world.north.pk, TODAY) == [question]
    assert queries.asked(world.federation.path, world.north.pk, TODAY + timedelta(days=2)) == []
    assert [one.said for one in visit.answers.all()] == ["是"]
    assert late.answers.get().text == "no"
    with pytest.raises(StaleState):
        flows.end(actor=world.actor("林静"), question_id=question.pk, at=later)


def test_a_visit_counts_as_done_with_what_is_needed(world: Town) -> None:
    needed = ask(world, is_needed=True)
    without = note_visit(actor=world.actor("阿丽"), at=AT, visit=noted(finding_id=finding(world).pk))
    answered = note_visit(
        actor=world.actor("阿丽"), at=AT, visit=noted(finding_id=finding(world).pk, answers={needed.pk: "no"})
    )

    assert (without.is_done, answered.is_done) == (False, True)
    edited = edit_note(
        actor=world.actor("阿丽"), client_id=without.client_id, note="", contact_name="", staff_seen=None,
        answers={needed.pk: "yes"}, edited_at=AT + timedelta(hours=1), at=AT + timedelta(hours=1),
    )  # fmt: skip
    assert (edited.is_done, edited.answers.get().text, edited.edits[0]["answers"]) == (True, "yes", {})
    again = edit_note(
        actor=world.actor("阿丽"), client_id=without.client_id, note="新", contact_name="", staff_seen=None,
        edited_at=AT + timedelta(hours=2), at=AT + timedelta(hours=2),
    )  # fmt: skip
    assert (again.is_done, again.answers.count(), "answers" in again.edits[1]) == (True, 1, False)


def test_an_answer_that_cannot_be_read_keeps_no_visit(world: Town) -> None:
    question = ask(world, kind=QuestionKind.NUMBER, label="多少台车")
    elsewhere = VisitQuestion.objects.create(
        union=world.elsewhere,
        path=world.elsewhere.path,
        label="别处",
        kind="text",
        valid_from=TODAY,
        created_at=AT,
    )
    for key, text in ((question.pk, "很多"), (elsewhere.pk, "甲")):
        with pytest.raises(InvalidInput):
            note_visit(
                actor=world.actor("阿丽"),
                at=AT,
                visit=noted(finding_id=finding(world).pk, answers={key: text}),
            )

    assert (Visit.objects.count(), VisitAnswer.objects.count()) == (0, 0)


def test_the_phone_sends_answers_and_sees_them_again(world: Town, client: Client) -> None:
    question, firm = ask(world, label="多少台车", kind=QuestionKind.NUMBER), finding(world)
    now = clock.now()
    VisitQuestion.objects.update(valid_from=clock.today())
    client.force_login(world.people["阿丽"])
    sent = {
        "client_id": str(uuid4()), "finding_id": firm.pk, "result": "real", "noted_at": now.isoformat(),
        f"q{question.pk}": "7",
    }  # fmt: skip

    twice = [client.post("/field/visits/", sent).json()["id"] for _time in range(2)]
    edit = {
        "client_id": sent["client_id"],
        "note": "",
        "edited_at": (now + timedelta(seconds=5)).isoformat(),
        "asked": "1",
    }
    client.post("/field/notes/", edit | {f"q{question.pk}": "8"})

    assert twice[0] == twice[1]
    assert VisitAnswer.objects.get().text == "8"
    assert last_visits([firm.pk])[firm.pk].endswith("多少台车：8")
    assert f'name="q{question.pk}"' in client.get(f"/field/visits/{finding(world).pk}/").content.decode()


def test_answers_are_listed_narrowed_and_counted(world: Town, client: Client) -> None:
    question = ask(world)
    for text in ("yes", "yes", "no"):
        note_visit(
            actor=world.actor("阿丽"),
            at=AT,
            visit=noted(finding_id=finding(world).pk, answers={question.pk: text}),
        )
    note_visit(actor=world.actor("阿丽"), at=AT, visit=noted(finding_id=finding(world).pk))
    client.force_login(world.people["林静"])

    page = client.get(f"{PAGE}{question.pk}/")
    listed = client.get(PAGE)

    assert [(words, number) for words, number, _to in page.context["rows"]] == [("是", 2), ("否", 1)]
    for _words, number, to in page.context["rows"]:
        assert client.get(to).context["page"].count == number
    assert client.get(page.context["here"]).context["page"].count == 3
    assert listed.context["page"].count == 1
    assert "有没有食堂" in listed.content.decode()
    assert "有没有食堂：是" in client.get("/desk/coverage/visits/").content.decode()


def test_numbers_are_summed_up(world: Town) -> None:
    question = ask(world, kind=QuestionKind.NUMBER, label="多少台车")
    for text in ("7", "10.5", "-2"):
        note_visit(
            actor=world.actor("阿丽"),
            at=AT,
            visit=noted(finding_id=finding(world).pk, answers={question.pk: text}),
        )

    found = queries.outcome(world.actor("林静"), question)

    assert (found.visits, found.least, found.most, round(found.mean or 0, 4)) == (
        3,
        -2,
        Decimal("10.5"),
        Decimal("5.1667"),
    )


def test_asked_and_ended_on_the_desk(world: Town, client: Client) -> None:
    client.force_login(world.people["林静"])
    sent = {
        "where": f"a{world.north.pk}", "label": "几个班次", "kind": "choice", "choices": "一班\n两班",
        "starts_on": f"{clock.today()}",
    }  # fmt: skip

    refused = client.post(f"{PAGE}new/", sent | {"choices": "一班"})
    made = client.post(f"{PAGE}new/", sent)
    question = VisitQuestion.objects.get()
    ended = client.post(f"{PAGE}{question.pk}/end/")

    assert refused.status_code == 422
    assert made["Location"] == ended["Location"] == f"{PAGE}{question.pk}/"
    question.refresh_from_db()
    assert (question.area, question.choices, question.valid_to) == (
        world.north,
        ["一班", "两班"],
        clock.today(),
    )
    client.force_login(world.people["老秦"])
    assert client.get(f"{PAGE}{question.pk}/").status_code == 404
    assert client.post(f"{PAGE}{question.pk}/end/").status_code == 404


def test_over_the_api_questions_are_asked_answered_and_ended(world: Town) -> None:
    def call(who: str, method: str, path: str, **body: object) -> object:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(world.people[who])
        if method == "get":
            return client.get(f"/api/v1/organising{path}", body)
        return client.post(f"/api/v1/organising{path}", body, content_type="application/json")

    made: Any = call(
        "阿丽",
        "post",
        "/visit-questions",
        area_id=world.north.pk,
        label="几个班次",
        kind="choice",
        choices=["一班", "两班"],
    )
    question = made.json()["id"]
    noted_at = clock.now().isoformat()
    firm = finding(world)
    sent: Any = call(
        "阿丽", "post", "/visits", client_id=str(uuid4()), finding_id=firm.pk, result="real", noted_at=noted_at,
        answers={question: "两班"},
    )  # fmt: skip
    visits: Any = call("林静", "get", "/visits")
    refused: Any = call("小波", "post", f"/visit-questions/{question}/end")
    ended: Any = call("阿丽", "post", f"/visit-questions/{question}/end")
    listed: Any = call("阿丽", "get", "/visit-questions")

    assert (made.status_code, sent.status_code) == (201, 200)
    assert visits.json()["items"][0]["answers"] == [
        {"question_id": question, "question": "几个班次", "answer": "两班"}
    ]
    assert refused.status_code == 404
    assert ended.json()["valid_to"] == f"{clock.today()}"
    assert listed.json()["items"] == []


def campaign(world: Town, **more: Any) -> JoiningDrive:
    """A drive of the town that runs all July."""
    values = {
        "code": f"D{JoiningDrive.objects.count()}", "title": "货车司机入会月", "union": world.federation,
        "path": world.federation.path, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=26), "created_at": AT,
    }  # fmt: skip
    return JoiningDrive.objects.create(**values | more)


def of_drive(world: Town, drive: JoiningDrive, who: str = "林静", **more: Any) -> VisitQuestion:
    values = {"label": "有几名货车司机", "kind": QuestionKind.NUMBER, "drive_id": drive.pk} | more
    return flows.ask(actor=world.actor(who), question=Asked(**values), starts_on=TODAY, at=AT)


def test_a_drive_asks_only_at_visits_made_for_it(world: Town) -> None:
    everywhere, drive = ask(world), campaign(world)
    own = of_drive(world, drive, is_needed=True)
    far = campaign(world, union=world.elsewhere, path=world.elsewhere.path)
    firms = [finding(world).pk for _number in range(3)]
    organiser = world.actor("阿丽")

    phone = kept_on_phone(organiser, TODAY)
    without = note_visit(actor=organiser, at=AT, visit=noted(finding_id=firms[0]))
    bare = note_visit(actor=organiser, at=AT, visit=noted(finding_id=firms[1], drive_id=drive.pk))
    whole = note_visit(
        actor=organiser, at=AT, visit=noted(finding_id=firms[2], drive_id=drive.pk, answers={own.pk: "12"})
    )

    assert [one["id"] for one in phone["questions"][str(world.north.pk)]] == [everywhere.pk]
    assert [(one["id"], one["areas"], [q["id"] for q in one["questions"]]) for one in phone["drives"]] == [
        (drive.pk, [world.north.pk], [own.pk])
    ]
    assert [one.is_done for one in (without, bare, whole)] == [True, False, True]
    assert queries.asked(world.federation.path, world.north.pk, TODAY, drive_id=drive.pk) == [everywhere, own]
    for refused in ({"drive_id": far.pk}, {"answers": {own.pk: "3"}}):
        with pytest.raises(InvalidInput):
            note_visit(actor=organiser, at=AT, visit=noted(finding_id=firms[0], **refused))
    assert Visit.objects.count() == 3


def test_a_visit_without_signal_reaches_the_drive_that_was_closed_meanwhile(world: Town) -> None:
    drive = campaign(world)
    own = of_drive(world, drive, is_needed=True)
    JoiningDrive.objects.filter(pk=drive.pk).update(closed_at=AT + timedelta(days=2))
    flows.end(actor=world.actor("林静"), question_id=own.pk, at=AT + timedelta(days=3))

    late = note_visit(
        actor=world.actor("阿丽"), at=AT + timedelta(days=6),
        visit=noted(finding_id=finding(world).pk, drive_id=drive.pk, answers={own.pk: "4"}, was_offline=True),
    )  # fmt: skip
    edited = edit_note(
        actor=world.actor("阿丽"), client_id=late.client_id, note="", contact_name="", staff_seen=None,
        answers={}, edited_at=AT + timedelta(days=6, hours=1), at=AT + timedelta(days=6, hours=1),
    )  # fmt: skip

    assert (late.drive_id, late.is_done, edited.is_done, edited.drive_id) == (drive.pk, True, False, drive.pk)
    assert kept_on_phone(world.actor("阿丽"), TODAY)["drives"] == []


def test_who_leads_no_drive_asks_nothing_of_it(world: Town) -> None:
    drive = campaign(world)
    standing = campaign(world, ends_on=None)
    over = campaign(world, ends_on=TODAY - timedelta(days=1), starts_on=TODAY - timedelta(days=9))
    with pytest.raises(NotVisible):
        of_drive(world, drive, "阿丽")
    with pytest.raises(NotVisible):
        of_drive(world, drive, "老秦")
    for refused in (standing, over):
        with pytest.raises(InvalidInput):
            of_drive(world, refused)
    assert VisitQuestion.objects.count() == 0


def test_progress_and_bulletin_of_a_drive_tell_its_visits(world: Town, client: Client) -> None:
    drive = campaign(world)
    number = of_drive(world, drive)
    choice = of_drive(world, drive, label="愿意入会吗", kind=QuestionKind.YES_NO)
    for result, said in (
        (VisitResult.REAL, {number.pk: "12", choice.pk: "yes"}), (VisitResult.REAL, {number.pk: "5", choice.pk: "no"}),
        (VisitResult.NOBODY, {}),
    ):  # fmt: skip
        visit = noted(result, finding_id=finding(world).pk, drive_id=drive.pk, answers=said)
        note_visit(actor=world.actor("阿丽"), at=AT, visit=visit)
    note_visit(actor=world.actor("阿丽"), at=AT, visit=noted(finding_id=finding(world).pk))
    client.force_login(world.people["林静"])

    made = bulletin_of(drive, Period(TODAY, TODAY))
    page = client.get(f"/desk/drives/{drive.pk}/progress/")
    api = client.get(f"/api/v1/organising/drives/{drive.pk}/progress").json()

    assert made.visited == Visited(3, 2, 2)
    assert "本期为此行动走访 3 次，其中见到人 2 次，计为完成 2 次。" in bulletin_text.text(drive, made)
    assert "愿意入会吗：是 1、否 1。" in bulletin_text.text(drive, made)
    assert (
        bulletin_of(drive, Period(TODAY - timedelta(days=7), TODAY - timedelta(days=1))).visited == Visited()
    )
    assert api["visits"] == {"visits": 3, "met": 2, "done": 2}
    assert [(one["question"], one["visits"]) for one in api["answers"]] == [
        ("有几名货车司机", 2),
        ("愿意入会吗", 2),
    ]
    for query, count in (
        (f"drive={drive.pk}", 3), (f"drive={drive.pk}&amp;met=yes", 2), (f"drive={drive.pk}&amp;done=1", 2),
        (f"said={choice.pk}.yes", 1), (f"said={number.pk}", 2),
    ):  # fmt: skip
        assert f'href="/desk/coverage/visits/?{query}"' in page.content.decode()
        listed = client.get(f"/desk/coverage/visits/?{query.replace('&amp;', '&')}")
        assert listed.context["page"].count == count
    assert client.get(f"{PAGE}?drive={drive.pk}").context["page"].count == 2
    assert client.get(f"{PAGE}{number.pk}/").context["question"].drive == drive


def test_a_question_of_a_drive_is_asked_on_the_desk_and_answered_on_a_plain_page(
    world: Town, client: Client
) -> None:
    today = clock.today()
    drive = campaign(world, starts_on=today, ends_on=today + timedelta(days=9))
    client.force_login(world.people["林静"])
    sent = {"where": f"d{drive.pk}", "label": "有几名货车司机", "kind": "number", "starts_on": f"{today}"}
    client.post(f"{PAGE}new/", sent)
    question = VisitQuestion.objects.get()
    client.force_login(world.people["阿丽"])
    firm = finding(world)

    plain = client.get(f"/field/visits/{firm.pk}/").content.decode()
    chosen = client.get(f"/field/visits/{firm.pk}/?drive={drive.pk}").content.decode()
    client.post(
        f"/field/visits/{firm.pk}/?drive={drive.pk}",
        {"finding_id": firm.pk, "result": "real", "drive_id": drive.pk, f"q{question.pk}": "6"},
    )

    assert (question.drive, question.union) == (drive, world.federation)
    assert (f"?drive={drive.pk}" in plain, f'name="q{question.pk}"' in plain) == (True, False)
    assert f'name="q{question.pk}"' in chosen
    assert (Visit.objects.get().drive, VisitAnswer.objects.get().text) == (drive, "6")
