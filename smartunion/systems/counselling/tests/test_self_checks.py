"""Self-checks: worked out by the published limits, sealed, hers alone; danger is met with help at once."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.notices.models import Notice
from smartunion.systems.counselling import forgetting, rules
from smartunion.systems.counselling.flows import checking
from smartunion.systems.counselling.models import Consultation, SelfCheck
from smartunion.systems.counselling.rules import HELPS, Level, Rank
from smartunion.systems.counselling.scales import CURRENT, OFFERED, SCALES
from smartunion.systems.counselling.tests.test_counselling import NOW, World, acting, world

__all__ = ["world"]  # the fixture
PHQ, GAD = CURRENT["phq9"], CURRENT["gad7"]


def phq(total: int, *, ninth: int = 0) -> list[int]:
    """Answers of PHQ-9 that add up to a sum, with this answer to the ninth question."""
    left, found = total - ninth, []
    for _item in range(8):
        found.append(min(3, left))
        left -= found[-1]
    assert left == 0
    return [*found, ninth]


@pytest.mark.parametrize(
    ("total", "words", "level"),
    [
        (0, "没有明显抑郁表现", Level.NONE), (4, "没有明显抑郁表现", Level.NONE), (5, "轻度", Level.MILD), (9, "轻度", Level.MILD),
        (10, "中度", Level.MODERATE), (14, "中度", Level.MODERATE), (15, "中重度", Level.SEVERE), (19, "中重度", Level.SEVERE),
        (20, "重度", Level.SEVERE), (24, "重度", Level.SEVERE),
    ],
)  # fmt: skip
def test_phq9_has_the_limits_of_its_paper(total: int, words: str, level: Level) -> None:
    found = rules.score(PHQ, phq(total))

    assert (found.total, found.band.words.zh, found.band.level, found.alarms) == (total, words, level, ())
    assert (PHQ.most, len(PHQ.items), PHQ.alarms) == (27, 9, (9,))


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (4, "没有明显焦虑表现"),
        (5, "轻度"),
        (9, "轻度"),
        (10, "中度"),
        (14, "中度"),
        (15, "重度"),
        (21, "重度"),
    ],
)
def test_gad7_has_the_limits_of_its_paper(total: int, words: str) -> None:
    answers = [min(3, max(0, total - 3 * place)) for place in range(7)]

    found = rules.score(GAD, answers)

    assert (found.total, found.band.words.zh, found.is_danger) == (total, words, total >= 15)
    assert (GAD.most, len(GAD.items), GAD.alarms) == (21, 7, ())


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_any_thought_of_death_or_a_severe_sum_is_danger_and_nothing_else(answers: list[int]) -> None:
    found = rules.score(PHQ, answers)

    assert found.is_danger == (answers[8] > 0 or sum(answers) >= 15)
    assert found.total == sum(answers) <= PHQ.most


@given(st.lists(st.integers(-1, 4), max_size=10))
def test_answers_that_are_none_are_not_worked_out(answers: list[int]) -> None:
    if len(answers) == 9 and all(0 <= one <= 3 for one in answers):
        return
    with pytest.raises(ValueError, match="answers offered"):
        rules.score(PHQ, answers)


def test_every_scale_names_its_source_and_each_level_leads_to_one_of_the_network() -> None:
    assert set(OFFERED) == set(CURRENT)
    assert all("公有领域" in one.source.zh and "public domain" in one.source.en for one in SCALES.values())
    assert [HELPS[level] for level in Level] == [None, Rank.ROOM, Rank.BRANCH, Rank.CENTRE]


@pytest.mark.django_db
def test_a_kept_one_is_sealed_hers_alone_and_names_her_nowhere(world: World) -> None:
    row = checking.keep(actor=acting(world.ali), key="phq9", answers=phq(12, ninth=1), at=NOW)

    stored = SelfCheck.objects.values_list("owner", "answers").query
    assert (row.score.total, row.score.alarms) == (12, (9,))
    with connection.cursor() as cursor:
        cursor.execute(str(stored))
        owner, answers = cursor.fetchone()
    assert bytes(owner) != str(world.ali.pk).encode()
    assert json.dumps(phq(12, ninth=1)).encode() not in bytes(answers)
    for other in (world.stranger, world.wen, world.xu, world.cadre):
        assert not SelfCheck.objects.visible_to(acting(other)).exists()
        with pytest.raises(NotVisible):
            checking.drop(actor=acting(other), self_check_id=row.pk)
    assert not AuditEvent.objects.filter(event__startswith="counselling", user_id=world.ali.pk).exists()
    with pytest.raises(NotAllowed):
        checking.keep(actor=Actor(), key="phq9", answers=phq(0), at=NOW)
    checking.drop(actor=acting(world.ali), self_check_id=row.pk)
    assert SelfCheck.objects.count() == 0


@pytest.mark.django_db
def test_an_unanswered_question_is_named_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        checking.keep(actor=acting(world.ali), key="gad7", answers=[0, 1, None, 0, 0, 0, 0], at=NOW)

    assert (refused.value.field, SelfCheck.objects.count()) == ("q3", 0)


def _sent(client: Client, key: str, answers: list[int], **more: str) -> str:
    data = {f"q{number}": str(given) for number, given in enumerate(answers, start=1)} | more
    return client.post(reverse("counselling:check", args=[key]), data, follow=True).content.decode()


@pytest.mark.django_db
def test_danger_shows_the_line_first_and_one_tap_tells_a_counsellor_at_once(world: World) -> None:
    client = Client()
    client.force_login(world.ali)

    page = _sent(client, "phq9", phq(3, ninth=1), keep="1")
    main = page[page.index("<main") :]
    calm = _sent(client, "gad7", [0] * 7)

    assert main.index("12356") < main.index("没有明显抑郁表现")
    assert ("现在求助" in main, "现在求助" in calm, "没有保存" in calm) == (True, False, True)
    assert SelfCheck.objects.count() == 1
    client.post(
        reverse("counselling:ask"),
        {"client_id": str(uuid4()), "urgent": "1", "topic": "sleep", "words": "PHQ-9 情绪自测：3 分"},
    )
    row = Consultation.objects.get()
    assert (row.is_urgent, row.counsellor.user_id) == (True, world.wen.pk)
    assert Notice.objects.filter(user_id=world.wen.pk, template="counselling.urgent").count() == 1


@pytest.mark.django_db
def test_she_takes_her_results_along_and_erasure_deletes_them(world: World) -> None:
    checking.keep(actor=acting(world.ali), key="phq9", answers=phq(21), at=NOW)
    checking.keep(actor=acting(world.stranger), key="phq9", answers=phq(2), at=NOW)
    assert world.ali.person_id is not None

    (told,) = forgetting.PART.read(world.ali.person_id)
    forgetting.forget(world.ali.person_id)

    assert "21/27 重度" in str(told)
    assert [row.score.total for row in SelfCheck.objects.all()] == [2]
