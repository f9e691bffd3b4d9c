"""People who join at one moment: written together, each with everything, and a refusal reaches her alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.ground.accounts.flows import codes
from smartunion.ground.accounts.flows.codes import WrongCode
from smartunion.ground.accounts.models import PhoneCode, SignIn, User
from smartunion.ground.accounts.tests.factories import ORIGIN
from smartunion.ground.facts.flows.tallies import differences
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.registry.flows.tallies import recount
from smartunion.ground.registry.models import Consent, Membership, Person
from smartunion.systems.organising.flows.joining import (
    Joined,
    JoinForm,
    Outcome,
    PhoneTaken,
    Sending,
    Visit,
    join,
    join_all,
)
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
#: Statements of a batch of newcomers by one code, without those that open and end the transaction and its parts.
MOST_STATEMENTS = 27


@pytest.fixture
def here() -> make.World:
    return make.world()


def sent(
    here: make.World, *forms: JoinForm, language: str = "zh-hans", at: datetime = make.NOW
) -> list[Sending]:
    return [Sending(here.drive.code, form, at, language) for form in forms]


def outcomes(answers: list[Joined | Exception]) -> list[Any]:
    return [one.outcome if isinstance(one, Joined) else type(one) for one in answers]


def statements(batch: list[Sending]) -> list[str]:
    """What `join_all` asks of the database, transaction control left out."""
    with CaptureQueriesContext(connection) as made:
        answers = join_all(batch)
    assert set(outcomes(answers)) == {Outcome.JOINED}
    return [one["sql"] for one in made if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


def test_everybody_of_a_batch_gets_everything(here: make.World) -> None:
    forms = [make.form(number) for number in range(1, 6)]

    answers = join_all(sent(here, *forms))

    assert outcomes(answers) == [Outcome.JOINED] * 5
    for form, answer in zip(forms, answers, strict=True):
        assert isinstance(answer, Joined)
        assert answer.person is not None
        assert answer.case is not None
        assert answer.user is not None
        person = Person.objects.get(pk=answer.person.pk)
        assert (person.name, person.mobile, person.resident_id) == (form.name, form.mobile, form.id_number)
        assert answer.user == User.objects.get(person=person, mobile_index__of=form.mobile)
        spell = Membership.objects.get(person=person, ended_on=None)
        assert (spell.union_id, spell.state, spell.employer_id) == (here.union.pk, "active", here.covered.pk)
        assert sorted(Consent.objects.filter(person=person).values_list("purpose", flat=True)) == [
            "identity_number",
            "membership",
        ]
        case = CaseFile.objects.get(client_id=form.client_id)
        assert (case.pk, case.person_id, case.state) == (answer.case.pk, person.pk, "approved")
        assert CaseEvent.objects.filter(case=case).count() == 2
        assert set(Fact.objects.filter(user_id=answer.user.pk).values_list("key", flat=True)) == {
            f"member_joined:{spell.pk}", f"case_submitted:{case.pk}", f"case_closed:{case.pk}:3",
        }  # fmt: skip
        notice = Notice.objects.get(person_id=person.pk)
        assert (notice.template, notice.key) == ("registry.started", f"membership_started:{spell.pk}")
        assert Delivery.objects.filter(notice=notice).count() == 1
        assert sorted(
            AuditEvent.objects.filter(owner_person_id=person.pk).values_list("event", flat=True)
        ) == [
            "accounts.person_linked", "casework.case_filed", "registry.consent_given", "registry.consent_given",
            "registry.membership_started", "registry.person_entered",
        ]  # fmt: skip
    assert Notice.objects.filter(user_id=here.chair.pk, template="organising.new_members").count() == 1
    assert list(differences()) == []
    assert [wrong for wrong in recount() if wrong.column.endswith("members")] == []


def test_five_take_as_many_statements_as_two_and_one_hardly_fewer(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=make.NOW)  # the union has been told today

    alone = statements(sent(here, make.form(2)))
    two = statements(sent(here, make.form(3), make.form(4)))
    five = statements(sent(here, *(make.form(number) for number in range(5, 10))))

    assert len(two) == len(five) <= MOST_STATEMENTS, "\n".join(five)
    assert len(alone) <= MOST_STATEMENTS, "\n".join(alone)


def visit_of(form: JoinForm, *, code: str = "") -> Visit:
    """A stranger's browser with the code her phone got just now."""
    shown = codes.send(mobile=form.mobile, purpose="join", at=make.NOW, origin=ORIGIN).shown
    return Visit(ORIGIN, code or shown, is_stranger=True)


def test_proofs_and_sign_ins_travel_with_the_batch(here: make.World, settings: Any) -> None:
    settings.DEMO = True  # codes are shown
    forms = [make.form(number) for number in range(1, 5)]
    visits = [visit_of(form, code="x" if number == 1 else "") for number, form in enumerate(forms)]
    batch = [replace(one, visit=visit) for one, visit in zip(sent(here, *forms), visits, strict=True)]

    answers = join_all(batch)

    assert outcomes(answers) == [Outcome.JOINED, WrongCode, Outcome.JOINED, Outcome.JOINED]
    assert Person.objects.count() == SignIn.objects.count() == Session.objects.count() == 3
    for answer in answers:
        if isinstance(answer, Joined):
            assert answer.session is not None
            assert answer.user is not None
            stored = Session.objects.get(session_key=answer.session.session_key).get_decoded()
            assert (stored["_auth_user_id"], stored["join_result"]["outcome"]) == (
                str(answer.user.pk),
                "joined",
            )
            assert SignIn.objects.get(user=answer.user).session_key == answer.session.session_key
            assert User.objects.get(pk=answer.user.pk).last_login == make.NOW
    assert AuditEvent.objects.filter(event="accounts.signed_in").count() == 3
    assert PhoneCode.objects.filter(used_at=None).count() == 1


def test_proving_and_signing_in_takes_as_many_statements_for_five_as_for_two(
    here: make.World, settings: Any
) -> None:
    settings.DEMO = True  # codes are shown
    join(code=here.drive.code, form=make.form(1), at=make.NOW)
    counts = []
    for numbers in (range(2, 4), range(4, 9)):
        forms = [make.form(number) for number in numbers]
        batch = [
            replace(one, visit=visit_of(form)) for one, form in zip(sent(here, *forms), forms, strict=True)
        ]
        counts.append(len(statements(batch)))

    assert counts[0] == counts[1] <= MOST_STATEMENTS + 12


def test_who_is_refused_is_refused_alone_in_her_own_words(here: make.World) -> None:
    wrong = make.form(2, id_number="330226199003070011")
    nobody = Sending("NOSUCH22", make.form(3), make.NOW, "en")
    child = make.form(4, id_number=make.resident_id(4, "20150307"))

    answers = join_all([
        *sent(here, make.form(1), wrong), nobody, *sent(here, child, make.form(5, agreed=frozenset()), language="en"),
        *sent(here, make.form(6)),
    ])  # fmt: skip

    assert outcomes(answers) == [
        Outcome.JOINED,
        InvalidInput,
        NotVisible,
        InvalidInput,
        InvalidInput,
        Outcome.JOINED,
    ]
    said = [one for one in answers if isinstance(one, DomainError)]
    assert [refusal.field for refusal in said] == ["resident_id", "", "birth_date", "agree_membership"]
    assert said[1].message == "This joining code does not exist."
    assert said[2].message == "Members are at least 16 years old."
    assert "校验码" in said[0].message
    assert Membership.objects.count() == Person.objects.count() == User.objects.filter(person=None).count()


def test_one_who_spoils_the_batch_does_not_keep_the_others_out(here: make.World) -> None:
    child = make.form(2, id_number=make.resident_id(2, "20150307"))

    answers = join_all(sent(here, make.form(1), child, make.form(3)))

    assert outcomes(answers) == [Outcome.JOINED, InvalidInput, Outcome.JOINED]
    assert sorted(Person.objects.values_list("name", flat=True)) == sorted(["李芳", "刘芳"])
    assert Fact.objects.filter(kind="registry.member_joined").count() == 2
    assert AuditEvent.objects.filter(event="registry.person_entered").count() == 2


def test_a_double_tap_and_a_shared_phone_within_one_batch(here: make.World) -> None:
    form = make.form(1)

    answers = join_all(sent(here, form, form, make.form(2, mobile=form.mobile), make.form(1, name="李芳")))

    assert outcomes(answers) == [Outcome.JOINED, Outcome.JOINED, PhoneTaken, Outcome.HERE]
    assert len({one.case.pk for one in answers[:2] if isinstance(one, Joined) and one.case is not None}) == 1
    assert (Person.objects.count(), Membership.objects.count(), CaseFile.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads share SQLite's one test connection")
def test_many_at_one_moment_join_once_each(here: make.World) -> None:
    forms = [make.form(number) for number in range(1, 13)]
    hands = [*forms, *forms[:4]]
    ready = Barrier(len(hands))

    def one(form: JoinForm) -> Outcome:
        try:
            ready.wait(20)
            return join(code=here.drive.code, form=form, at=make.NOW).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(len(hands)) as pool:
        found = list(pool.map(one, hands))

    assert set(found) == {Outcome.JOINED}
    assert Membership.objects.count() == Person.objects.count() == CaseFile.objects.count() == 12
    assert Fact.objects.filter(kind="registry.member_joined").count() == 12
    assert list(differences()) == []
