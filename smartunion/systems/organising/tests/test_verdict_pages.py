"""Pages on links, runs, rules and disagreements; what a verdict between departments leaves."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from smartunion.core import clock
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.lists import values_of
from smartunion.systems.organising.comparison.proposals import disagreement
from smartunion.systems.organising.comparison.settle import settle
from smartunion.systems.organising.flows import verdicts
from smartunion.systems.organising.models import Finding, LinkLabel, MatchLink, MatchRun
from smartunion.systems.organising.queries.labels import precision
from smartunion.systems.organising.queries.pages import parts
from smartunion.systems.organising.queries.reasons import disagreement_answers, sentences
from smartunion.systems.organising.queries.runs import run_page
from smartunion.systems.organising.tests import field_world, joining_world
from smartunion.systems.organising.tests.comparing_world import AT, County, county
from smartunion.systems.organising.verdict_rules import Bar

BAR = Bar(0.97, 0.9, 30)
VALUES = [
    {"table": "market", "value": "注销", "month": "2026-10"},
    {"table": "social", "value": "4", "month": "2026-11"},
]


def sign_in(client: Client, here: County) -> None:
    user = User.objects.create_user("cadre-w", "unit-test-only-1", name="李敏", created_at=AT)
    RoleGrant.objects.create(user=user, role="cadre", union=here.federation, valid_from="2020-01-01")
    client.force_login(user)


def quarrel(here: County) -> Finding:
    run = MatchRun.objects.create(union=here.federation, path=here.federation.path)
    firm = make.employer("宁海东方食品有限公司", looked_after_by=here.federation)
    proposal = disagreement(
        employer_id=firm.pk, path=here.federation.path, question="closed_but_insured:register:注销",
        rule="closed_but_insured", values=VALUES, score=4.0,
    )  # fmt: skip
    settle(run, [proposal], actor=here.cadre, at=AT)
    return Finding.objects.get(kind="disagreement")


@pytest.mark.django_db
def test_departments_that_disagree_make_one_question_with_both_values() -> None:
    finding = quarrel(county())

    with override("en"):
        (said,) = sentences(finding.reasons)
        answers = disagreement_answers(finding.reasons)

    assert (finding.work_list, finding.state) == ("verify", "open")
    assert said == (
        "The register says it is closed, and people are insured there. Market register (2026-10): “注销”."
        "Social insurance office (2026-11): “4”. Nobody has guessed which is right."
    )
    assert [table for table, _words in answers] == ["market", "social", "none"]


@pytest.mark.django_db
def test_settling_keeps_a_label_and_closes_the_question() -> None:
    here = county()
    finding = quarrel(here)

    closed = verdicts.settle_disagreement(
        actor=here.cadre, finding_id=finding.pk, table="social", note="还在生产", at=AT
    )

    label = LinkLabel.objects.get()
    assert (closed.state, closed.closed_because) == ("closed", "verdict")
    assert (label.rule, label.verdict, label.evidence) == (
        "disagreement:closed_but_insured", "right", {"values": VALUES, "right": "social"},
    )  # fmt: skip
    assert (label.union_id, label.employer_id, label.reason) == (None, finding.employer_id, "还在生产")


@pytest.mark.django_db
def test_a_question_somebody_settled_is_not_settled_otherwise_unseen() -> None:
    here = county()
    finding = quarrel(here)
    verdicts.settle_disagreement(actor=here.cadre, finding_id=finding.pk, table="social", at=AT)

    with override("en"), pytest.raises(InvalidInput) as refused:
        verdicts.settle_disagreement(actor=here.cadre, finding_id=finding.pk, table="market", at=AT)

    assert "“Closed” since 2026-11-21 10:00 (cadre)" in str(refused.value)
    assert LinkLabel.objects.get().evidence["right"] == "social"
    assert Fact.objects.filter(kind="organising.finding_closed").count() == 1


@pytest.mark.django_db
def test_a_department_that_said_nothing_cannot_be_right() -> None:
    here = county()
    finding = quarrel(here)

    with pytest.raises(InvalidInput):
        verdicts.settle_disagreement(actor=here.cadre, finding_id=finding.pk, table="tax", at=AT)
    judge = frozenset({"organising.view", "organising.take_up"})
    stranger = make.actor("cadre", judge, make.federation("象山县总工会"))
    with pytest.raises(NotVisible):
        verdicts.settle_disagreement(actor=stranger, finding_id=finding.pk, table="social", at=AT)

    finding.refresh_from_db()
    assert (finding.state, LinkLabel.objects.count()) == ("open", 0)


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ({"rule": "closed_but_insured", "source": "register", "ref": "注销", "evidence": '{"insured":4}'},
         [("market", "注销", "2026-10"), ("social", "4", "2026-11")]),
        ({"rule": "headcounts_apart", "source": "tax", "ref": "2024",
          "evidence": '{"insured":20,"declared":200,"year":2024}'},
         [("tax", "200", "2024"), ("social", "20", "2026-11")]),
        ({"rule": "code_against_name", "source": "union", "ref": "7", "evidence": '{"name":"乙厂","code":"91X"}'},
         [("unions", "91X 乙厂", ""), ("market", "91X 甲厂 / 乙厂", "2026-10")]),
    ],
)  # fmt: skip
def test_values_of_a_disagreement(row: dict[str, str], values: list[tuple[str, str, str]]) -> None:
    found = values_of(row, "甲厂", "乙厂", {"market": "2026-10", "social": "2026-11"})

    assert [(one["table"], one["value"], one["month"]) for one in found] == values


def test_differences_are_marked_on_both_sides() -> None:
    assert parts("宁波大隆针织", "宁波国隆针织") == [("宁波", False), ("大", True), ("隆针织", False)]
    assert parts("同名", "同名") == [("同名", False)]
    assert parts("", "某厂") == []


@pytest.mark.django_db
def test_precision_counts_the_last_word_on_each_pair() -> None:
    here = county()
    here.compare()
    first, second = MatchLink.objects.order_by("pk")
    verdicts.judge_link(actor=here.cadre, link_id=first.pk, is_right=False, at=AT)
    verdicts.judge_link(actor=here.cadre, link_id=first.pk, is_right=True, at=AT)
    verdicts.judge_link(actor=here.cadre, link_id=second.pk, is_right=False, at=AT)

    page = precision(here.cadre, BAR, at=AT)

    (line,) = page.lines
    assert (page.judged, line.standing.right, line.standing.wrong, line.precision_pct, line.checked) == (
        2,
        1,
        1,
        50.0,
        "1/2",
    )
    assert page.chart.series[0].values[-1] == 50.0
    assert page.chart.series[0].values[0] is None


@pytest.mark.django_db
def test_every_number_of_the_rules_opens_the_labels_it_counts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: rule name, points suffice: A right (drawn), B wrong then right, C wrong; fewer points: D right, E taken back."""
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    here = county()
    sign_in(client, here)
    union, firms = here.by_name, {key: make.employer(f"宁海{key}厂") for key in "ABCDE"}

    def say(
        firm: str, verdict: str, day: int, *, month: int = 11, passed: bool = True, **values: Any
    ) -> None:
        LinkLabel.objects.create(
            union=union, employer=firms[firm], verdict=verdict, origin="link", rule="name", confidence=Decimal("0.97"),
            was_auto=passed, passed=passed, at=datetime(2026, month, day, 4, tzinfo=UTC), path=union.path, **values,
        )  # fmt: skip

    say("A", "right", 3, month=9, sampled=True)
    say("B", "wrong", 30, month=9)
    say("C", "wrong", 31, month=10)
    say("B", "right", 2)
    say("D", "right", 3, passed=False)
    say("E", "right", 4, passed=False)
    say("E", "withdrawn", 5, passed=False)

    page = precision(here.cadre, BAR, at=now)

    enough, fewer = page.lines
    assert (enough.standing.right, enough.standing.wrong, enough.precision_pct) == (2, 1, 66.7)
    assert (fewer.standing.right, fewer.standing.wrong, fewer.precision_pct, fewer.checked) == (
        1,
        0,
        100.0,
        "",
    )
    assert (page.judged, enough.checked) == (4, "1/1")
    assert page.chart.categories[-3:] == ["2026-09", "2026-10", "2026-11"]
    assert page.chart.series[0].values[-4:] == [None, 50.0, 33.3, 75.0]

    def opened(url: str) -> set[str]:
        rows = client.get(f"{url}&export=csv").getvalue().decode("utf-8-sig").splitlines()[1:]
        return {row.split(",")[0][2] for row in rows}

    assert opened(enough.right_url) == {"A", "B"}
    assert opened(enough.wrong_url) == {"C"}
    assert opened(enough.all_url) == {"A", "B", "C"}
    assert opened(enough.checked_url) == {"A"}
    assert opened(fewer.right_url) == {"D"}
    assert opened(page.chart.links[-1]) == {"A", "B", "C", "D"}
    assert opened(page.chart.links[-3]) == {"A", "B"}
    assert opened(f"{page.chart.links[-3]}&verdict=wrong") == {"B"}
    assert opened(page.chart.links[-2]) == {"A", "B", "C"}


@pytest.mark.django_db
def test_labels_of_others_are_not_counted() -> None:
    here = county()
    here.compare()
    link = MatchLink.objects.order_by("pk")[0]
    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=True, at=AT)

    assert precision(make.cadre(make.federation("象山县总工会")), BAR, at=AT).lines == []


@pytest.mark.django_db
def test_a_run_remembers_standings_and_shows_what_it_wrote() -> None:
    here = county()
    here.compare()
    union = here.by_name
    for number in range(30):
        firm = make.employer(f"宁海第{number}被判厂")
        LinkLabel.objects.create(
            union=union, employer=firm, verdict="wrong" if number < 10 else "right", origin="link", rule="name",
            confidence=Decimal("0.97"), was_auto=True, passed=True, at=AT, path=union.path,
        )  # fmt: skip

    run = here.compare()

    page = run_page(run)
    assert [
        (one["rule"], one["right"], one["wrong"], one["auto"], one["because"]) for one in run.standings
    ] == [("name", 20, 10, False, "doubted")]
    assert set(MatchLink.objects.filter(is_live=True).values_list("rule", "is_auto")) == {("name", False)}
    assert {line.name: (line.before, line.rows) for line in page.lists}["links"] == (2, 0)
    assert [(line.created, line.changed, line.kept, line.gone) for line in page.writes[:2]] == [
        (0, 0, 3, 0),
        (0, 2, 0, 0),
    ]


@pytest.mark.django_db
def test_pages_open_for_a_cadre(client: Client) -> None:
    here = county()
    run = here.compare()
    link = MatchLink.objects.order_by("pk")[0]
    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, note="同名不同企", at=AT)
    sign_in(client, here)

    pages = [f"/desk/coverage/links/{link.pk}/", f"/desk/coverage/comparisons/{run.pk}/", "/desk/coverage/comparisons/rules/",
             "/desk/coverage/comparisons/labels/"]  # fmt: skip
    shown = [client.get(page) for page in pages]

    assert [answer.status_code for answer in shown] == [200] * 4
    assert "同名不同企" in shown[0].content.decode()
    assert "宁海得力文具有限公司" in shown[3].content.decode()


@pytest.mark.django_db
def test_each_number_of_a_comparison_opens_its_findings(client: Client) -> None:
    here = county()
    first = here.compare()
    link = MatchLink.objects.get(employer__entity_id="E1")
    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, at=AT)
    second = here.compare()
    verdicts.withdraw_verdict(actor=here.cadre, link_id=link.pk, at=AT)
    third = here.compare()
    sign_in(client, here)

    counted = {}
    for run in (first, second, third):
        for name in ("new", "closed", "reopened"):
            shown = client.get(f"/desk/coverage/comparisons/{run.pk}/{name}/")
            counted[run.pk, name] = shown.context["page"].count
            assert counted[run.pk, name] == run.change[name], (run.change, name)
        told = client.get(f"/desk/coverage/comparisons/{run.pk}/")
        by_kind = told.context["page"].closed
        assert sum(number for _kind, _words, number in by_kind) == run.change["closed"]

    assert counted[first.pk, "new"] > 0
    assert counted[second.pk, "new"] > 0
    assert counted[third.pk, "closed"] > 0
    assert client.get(f"/desk/coverage/comparisons/{first.pk}/other/").status_code == 404


def test_a_finding_leads_to_noting_a_visit_until_it_is_closed(db: None) -> None:
    world = field_world.town()
    row = field_world.finding(world)
    organiser, leader = Client(), Client()
    organiser.force_login(world.people["阿丽"])
    leader.force_login(joining_world.staff("领导", Role.LEADER, world.federation))
    link = f'href="/field/visits/{row.pk}/"'

    assert link in organiser.get(f"/desk/coverage/findings/{row.pk}/").content.decode()
    assert organiser.get(f"/field/visits/{row.pk}/").status_code == 200
    assert link not in leader.get(f"/desk/coverage/findings/{row.pk}/").content.decode()

    Finding.objects.filter(pk=row.pk).update(state="closed")
    assert link not in organiser.get(f"/desk/coverage/findings/{row.pk}/").content.decode()
