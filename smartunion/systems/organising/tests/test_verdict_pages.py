"""Pages on links, runs, rules and disagreements; what a verdict between departments leaves."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from smartunion.core.errors import InvalidInput, NotVisible
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
from smartunion.systems.organising.tests.comparing_world import AT, County, county
from smartunion.systems.organising.verdict_rules import Bar

BAR = Bar(0.97, 0.9, 30)
VALUES = [
    {"table": "market", "value": "注销", "month": "2026-10"},
    {"table": "social", "value": "4", "month": "2026-11"},
]


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
    from smartunion.ground.accounts.models import RoleGrant, User

    here = county()
    run = here.compare()
    link = MatchLink.objects.order_by("pk")[0]
    verdicts.judge_link(actor=here.cadre, link_id=link.pk, is_right=False, note="同名不同企", at=AT)
    user = User.objects.create_user("cadre-w", "unit-test-only-1", name="李敏", created_at=AT)
    RoleGrant.objects.create(user=user, role="cadre", union=here.federation, valid_from="2020-01-01")
    client.force_login(user)

    pages = [f"/desk/coverage/links/{link.pk}/", f"/desk/coverage/comparisons/{run.pk}/", "/desk/coverage/comparisons/rules/",
             "/desk/coverage/comparisons/labels/"]  # fmt: skip
    shown = [client.get(page) for page in pages]

    assert [answer.status_code for answer in shown] == [200] * 4
    assert "同名不同企" in shown[0].content.decode()
    assert "宁海得力文具有限公司" in shown[3].content.decode()
