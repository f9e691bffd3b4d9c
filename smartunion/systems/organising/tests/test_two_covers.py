"""A joint union that people entered beside an own union that the comparison found: asked, decided either way, taken back."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Employer, EmployerLink, TradeUnion
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.teaching import tally
from smartunion.systems.organising.flows import verdicts
from smartunion.systems.organising.flows.two_covers import settle_covers, unsettle_covers
from smartunion.systems.organising.models import Finding, LinkLabel, MatchLink
from smartunion.systems.organising.queries.reasons import cover_answers, sentences
from smartunion.systems.organising.tests.comparing_world import JUDGE, County, county
from smartunion.systems.organising.verdict_rules import Tally

pytestmark = pytest.mark.django_db
OWN, JOINT = "宁海得力文具有限公司工会", "西店镇联合工会"


def beside() -> tuple[County, Finding]:
    here = county()
    joint = make.union(JOINT, here.federation, kind=UnionKind.JOINT)
    firm = make.employer("宁海得力文具有限公司", uscc=here.market[0]["uscc"], entity_id="E1")
    make.link(joint, firm, LinkKind.JOINT, valid_from=date(2020, 3, 1))
    for number in (1, 2):
        who = make.person(f"王{number}", resident_id=make.resident_id(number), mobile=f"1380000000{number}")
        make.membership(who, joint, employer=firm)
    here.compare()
    return here, Finding.objects.get(kind="two_covers")


def found() -> MatchLink:
    return MatchLink.objects.get(employer__entity_id="E1", union__name=OWN)


def running() -> set[str]:
    rows = EmployerLink.objects.filter(employer__entity_id="E1", valid_to=None)
    return set(rows.values_list("union__name", flat=True))


def decider(here: County) -> Actor:
    return make.actor("cadre", JUDGE | {"registry.view", "registry.edit"}, here.federation)


def stored() -> list[list[dict[str, object]]]:
    kinds = (EmployerLink, MatchLink, TradeUnion, Employer)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def tallies(here: County) -> list[Tally]:
    return tally(LinkLabel.objects.filter(path__startswith=here.federation.path).last_words())


def test_a_joint_union_people_entered_beside_a_found_own_one_is_asked_about_with_both_sides() -> None:
    here, finding = beside()

    assert running() == {OWN, JOINT}
    assert (finding.work_list, finding.state, finding.path) == ("verify", "open", here.federation.path)
    assert finding.link == found()
    with override("en"):
        said, answers = sentences(finding.reasons), cover_answers(finding.reasons)
    since = EmployerLink.objects.get(union__name=OWN).valid_from.isoformat()
    assert said == [
        f"Joint union {JOINT}: entered by people, covers it since 2020-03-01; 2 of its people are members there.",
        f"Its own union {OWN}: found by the comparison, covers it since {since}; 0 of its people are members there.",
        "Exactly the registered name.",
        "The union registry says “宁海得力文具有限公司工会”, the register “宁海得力文具有限公司”.",
        "How sure: 97%.",
    ]
    assert answers == [
        ("own", f"{OWN} covers it; the joint union ends today"),
        ("joint", f"{JOINT} covers it; its own union was linked wrongly"),
    ]
    run = here.compare()
    assert run.change["changed"] == 0  # the same again writes nothing
    assert Finding.objects.get(kind="two_covers").version == finding.version


@pytest.mark.parametrize(("holds", "left", "verdict"), [("own", {OWN}, "right"), ("joint", {JOINT}, "wrong")])
def test_either_answer_ends_the_other_coverage_teaches_and_is_kept_by_the_next_comparison(
    holds: str, left: set[str], verdict: str
) -> None:
    here, finding = beside()
    told = TradeUnion.objects.get(name=JOINT).pk

    closed = settle_covers(
        actor=decider(here), finding_id=finding.pk, holds=holds, note="现场看过", at=clock.now()
    )

    assert running() == left
    assert (closed.state, closed.closed_because) == ("closed", "verdict")
    label = LinkLabel.objects.get()
    assert (label.union.name if label.union else "", label.verdict, label.rule) == (OWN, verdict, "name")
    assert (label.origin, label.reason, label.actor_name) == ("two_covers", "现场看过", "cadre")
    run = here.compare()
    assert running() == left
    assert Finding.objects.get(kind="two_covers").state == "closed"
    assert [(row["rule"], row["right"], row["wrong"]) for row in run.standings] == [
        ("name", int(holds == "own"), int(holds == "joint"))
    ]
    assert TradeUnion.objects.get(pk=told).state == "active"


@pytest.mark.parametrize("holds", ["own", "joint"])
@pytest.mark.parametrize("judged_before", ["", "yes", "no"])
def test_taking_it_back_leaves_everything_as_it_was(holds: str, judged_before: str) -> None:
    here, finding = beside()
    cadre = decider(here)
    if judged_before:
        link = found()
        verdicts.judge_link(actor=cadre, link_id=link.pk, is_right=judged_before == "yes", at=clock.now())
    before, numbers = stored(), tallies(here)
    settle_covers(actor=cadre, finding_id=finding.pk, holds=holds, at=clock.now())

    opened = unsettle_covers(actor=cadre, finding_id=finding.pk, at=clock.now())

    assert stored() == before
    assert tallies(here) == numbers
    assert (opened.state, opened.closed_because, opened.closed_at) == ("open", "", None)
    amounts = Fact.objects.filter(kind="organising.finding_closed", subject_id=finding.pk).values_list(
        "quantity", flat=True
    )
    assert sum(amounts) == 0
    settle_covers(actor=cadre, finding_id=finding.pk, holds=holds, at=clock.now())  # it can be decided anew


def test_whoever_may_not_decide_changes_nothing_and_an_answer_is_given_once() -> None:
    here, finding = beside()
    cadre, far = decider(here), make.federation("象山县总工会")
    stranger = make.actor("stranger", JUDGE | {"registry.edit", "registry.view"}, far)
    before = stored()

    with pytest.raises(NotVisible):
        settle_covers(actor=stranger, finding_id=finding.pk, holds="own", at=clock.now())
    with pytest.raises(InvalidInput):
        settle_covers(actor=cadre, finding_id=finding.pk, holds="both", at=clock.now())
    with pytest.raises(InvalidInput):
        unsettle_covers(actor=cadre, finding_id=finding.pk, at=clock.now())
    assert (stored(), LinkLabel.objects.count()) == (before, 0)

    settle_covers(actor=cadre, finding_id=finding.pk, holds="own", at=clock.now())
    after = stored()
    with pytest.raises(InvalidInput) as refused:
        settle_covers(actor=cadre, finding_id=finding.pk, holds="joint", at=clock.now())
    assert "cadre" in str(refused.value)
    with pytest.raises(NotVisible):
        unsettle_covers(actor=stranger, finding_id=finding.pk, at=clock.now())
    assert (stored(), LinkLabel.objects.count()) == (after, 1)


def test_a_coverage_that_ended_or_was_entered_anew_meanwhile_is_not_decided_over() -> None:
    here, finding = beside()
    cadre = decider(here)
    settle_covers(actor=cadre, finding_id=finding.pk, holds="own", at=clock.now())
    joint = EmployerLink.objects.get(union__name=JOINT)
    make.link(joint.union, joint.employer, LinkKind.JOINT)
    before = stored()

    with pytest.raises(StaleState):
        unsettle_covers(actor=cadre, finding_id=finding.pk, at=clock.now())
    assert stored() == before
    assert Finding.objects.get(pk=finding.pk).state == "closed"

    Finding.objects.filter(pk=finding.pk).update(state="open")
    with pytest.raises(StaleState):
        settle_covers(actor=cadre, finding_id=finding.pk, holds="joint", at=clock.now())
    assert (stored(), LinkLabel.objects.count()) == (before, 1)


def test_what_somebody_said_covers_it_all_the_same_is_not_asked() -> None:
    here, finding = beside()
    joint = EmployerLink.objects.get(union__name=JOINT)
    verdicts.judge_link(
        actor=here.cadre, link_id=MatchLink.objects.get(union=joint.union).pk, is_right=True, at=clock.now()
    )

    here.compare()

    finding.refresh_from_db()
    assert (finding.state, finding.closed_because) == ("closed", "matched")
    assert running() == {OWN, JOINT}


def test_the_page_offers_both_answers_and_the_way_back(client: Client) -> None:
    here, finding = beside()
    user = User.objects.create_user("cadre-c", "unit-test-only-1", name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role="cadre", union=here.federation, valid_from="2020-01-01")
    client.force_login(user)
    page = reverse("coverage:finding", args=[finding.pk])

    shown = client.get(page).content.decode()
    assert 'name="holds" value="own"' in shown
    assert 'name="holds" value="joint"' in shown
    client.post(reverse("coverage:decide", args=[finding.pk, "covers"]), {"holds": "joint"})
    assert running() == {JOINT}
    assert reverse("coverage:decide", args=[finding.pk, "uncover"]) in client.get(page).content.decode()
    client.post(reverse("coverage:decide", args=[finding.pk, "uncover"]))
    assert running() == {OWN, JOINT}
    assert Finding.objects.get(pk=finding.pk).state == "open"
