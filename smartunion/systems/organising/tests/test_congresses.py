"""An association of unions from the application to its numbered letter, with the congress between, and its refusals."""

import re
from datetime import date
from threading import Event
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.pdf.papers import Block, render
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import ActOn, AnswersRefused
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Officer, Term, TradeUnion
from smartunion.ground.registry.tests import factories
from smartunion.systems.organising import papers
from smartunion.systems.organising.elections import women_seats
from smartunion.systems.organising.flows import congresses as flows
from smartunion.systems.organising.models import BallotPaper, Congress, Contest
from smartunion.systems.organising.queries.congresses import attendance, elected_in, women_needed
from smartunion.systems.organising.tests import joining_world as make
from tests.races import ON_POSTGRES, at_once

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
PEOPLE = "\n".join(f"代表{number} 甲工会" for number in range(1, 10))


@pytest.fixture
def here() -> make.World:
    return make.world()


@pytest.fixture
def cadre(here: make.World) -> Actor:
    return make.acting(here.cadre)


def applied(here: make.World, actor: Actor, **changes: object) -> CaseFile:
    form: dict[str, object] = {
        "federation": {"name": here.town.name}, "kind": "association_industry", "name": "桃源街道家政服务行业工会联合会",
        "association": "桃源家政协会", "cluster": "家政服务", "unions": [{"name": here.union.name}, {"name": here.other.name}],
        "group": [{"name": "王芳"}], "places": "9", "contact": {"name": "王芳", "mobile": "13988880001"},
    }  # fmt: skip
    case = casework.start_draft(service_key="found_association", actor=actor, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=form | changes, actor=actor, at=NOW)
    return casework.submit(case_id=case.pk, actor=actor, at=NOW)


@pytest.fixture
def congress(here: make.World) -> Congress:
    applicant = make.acting(here.chair)
    case = applied(here, applicant)
    casework.approve(on=ActOn(case.pk, case.version, make.acting(here.cadre), NOW))
    return Congress.objects.get(case=case)


def in_session(congress: Congress, cadre: Actor, here: int = 9) -> None:
    flows.name_representatives(actor=cadre, congress_id=congress.pk, lines=PEOPLE, at=NOW)
    flows.open_congress(actor=cadre, congress_id=congress.pk, held_on=TODAY, place="礼堂", at=NOW)
    flows.set_here(actor=cadre, congress_id=congress.pk, numbers=range(1, here + 1), here=True, at=NOW)


def voted(
    congress: Congress, cadre: Actor, organ: str, post: str, seats: int, names: list[str], *box: list[int]
) -> Contest:
    one = flows.propose(
        actor=cadre, congress_id=congress.pk, organ=organ, post=post, seats=seats, names="\n".join(names), at=NOW
    )  # fmt: skip
    return counted(one, cadre, *box)


def counted(contest: Contest, cadre: Actor, *box: list[int]) -> Contest:
    present = len(box) if contest.post != "member" else None
    flows.hand_out(actor=cadre, contest_id=contest.pk, handed_out=len(box), present=present, at=NOW)
    for marks in box:
        flows.count_paper(
            actor=cadre, contest_id=contest.pk, client_id=uuid4(), marks=marks, is_spoiled=False, at=NOW
        )
    flows.announce(actor=cadre, contest_id=contest.pk, at=NOW)
    return Contest.objects.get(pk=contest.pk)


def test_the_whole_way_to_a_standing_association(here: make.World, cadre: Actor, congress: Congress) -> None:
    in_session(congress, cadre)
    voted(
        congress,
        cadre,
        "committee",
        "member",
        3,
        ["王芳", "李强", "张敏", "刘洋"],
        *[[1, 2, 3]] * 7,
        [4],
        [4],
    )
    voted(congress, cadre, "committee", "chair", 1, ["王芳"], [1], [1], [1])
    voted(congress, cadre, "audit", "member", 1, ["陈静", "赵磊"], *[[1]] * 6, *[[2]] * 3)
    voted(congress, cadre, "audit", "chair", 1, ["陈静"], [1])
    case = CaseFile.objects.get(pk=congress.case_id)
    with pytest.raises(StaleState):
        casework.approve(on=ActOn(case.pk, case.version, cadre, NOW))
    flows.close_congress(actor=cadre, congress_id=congress.pk, ceremony="宣誓、授牌", at=NOW)
    case = CaseFile.objects.get(pk=congress.case_id)
    casework.approve(on=ActOn(case.pk, case.version, cadre, NOW))
    case.refresh_from_db()
    values = {"approved_name": congress.name, "founded_on": TODAY.isoformat()}
    casework.approve(on=ActOn(case.pk, case.version, cadre, NOW), values=values)

    congress.refresh_from_db()
    union = TradeUnion.objects.get(name=congress.name)
    term = Term.objects.get(union=union)
    assert congress.union == union
    assert congress.letter_number == f"总工〔{TODAY.year}〕1号"
    assert (union.kind, union.parent_id, union.level) == (
        "association_industry",
        here.town.pk,
        here.town.level,
    )
    assert (term.due_count, term.present_count, term.ends_on) == (
        9,
        9,
        date(TODAY.year + 5, TODAY.month, TODAY.day),
    )
    held = set(Officer.objects.filter(term=term).values_list("organ", "post", "name"))
    assert held == {
        ("committee", "chair", "王芳"), ("committee", "member", "李强"), ("committee", "member", "张敏"), ("audit", "chair", "陈静"),
    }  # fmt: skip
    here.union.refresh_from_db()
    assert here.union.parent_id == union.pk
    assert here.union.path.startswith(union.path)
    for made in (papers.letter_of, papers.report, papers.minutes):
        assert made(congress, at=NOW).startswith(b"%PDF")


def test_the_quorum_counts_who_is_there_when_the_papers_go_out(cadre: Actor, congress: Congress) -> None:
    in_session(congress, cadre, here=6)
    one = flows.propose(
        actor=cadre, congress_id=congress.pk, organ="committee", post="member", seats=1, names="王芳\n李强", at=NOW
    )  # fmt: skip
    flows.set_here(actor=cadre, congress_id=congress.pk, numbers=[6], here=False, at=NOW)
    with pytest.raises(flows.NoQuorum):
        flows.hand_out(actor=cadre, contest_id=one.pk, handed_out=5, at=NOW)
    one.refresh_from_db()
    assert (one.state, one.due) == ("draft", None)

    flows.set_here(actor=cadre, congress_id=congress.pk, numbers=[6], here=True, at=NOW)
    flows.hand_out(actor=cadre, contest_id=one.pk, handed_out=6, at=NOW)
    flows.set_here(actor=cadre, congress_id=congress.pk, numbers=[1, 2], here=False, at=NOW)
    one.refresh_from_db()
    assert (one.due, one.present, attendance(congress).here) == (9, 6, 4)


def test_equal_votes_are_voted_on_again_and_open_seats_may_be(cadre: Actor, congress: Congress) -> None:
    in_session(congress, cadre)
    first = voted(congress, cadre, "committee", "member", 1, ["王芳", "李强"], *[[1]] * 4, *[[2]] * 4, [])
    assert first.result["open_seats"] == 1
    with pytest.raises(InvalidInput):
        flows.vote_again(actor=cadre, contest_id=first.pk, names="王芳\n王芳", at=NOW)
    again = flows.vote_again(actor=cadre, contest_id=first.pk, names="王芳\n李强", at=NOW)
    counted(again, cadre, *[[1]] * 5, *[[2]] * 4)
    assert elected_in(congress, "committee") == ["王芳"]

    two = voted(
        congress, cadre, "audit", "member", 2, ["陈静", "赵磊", "周燕"], *[[1, 2]] * 3, *[[1, 3]] * 3, *[[2, 3]] * 3
    )  # fmt: skip
    tie = Contest.objects.get(previous=two)
    assert (tie.round, tie.seats, set(tie.candidates.values_list("name", flat=True))) == (
        "tie", 2, {"陈静", "赵磊", "周燕"},
    )  # fmt: skip


def test_a_paper_sent_twice_counts_once_and_a_recount_begins_anew(cadre: Actor, congress: Congress) -> None:
    in_session(congress, cadre)
    one = flows.propose(
        actor=cadre, congress_id=congress.pk, organ="committee", post="member", seats=1, names="王芳\n李强", at=NOW
    )  # fmt: skip
    flows.hand_out(actor=cadre, contest_id=one.pk, handed_out=9, at=NOW)
    sent = uuid4()
    for _time in range(2):
        flows.count_paper(actor=cadre, contest_id=one.pk, client_id=sent, marks=[1], is_spoiled=False, at=NOW)
    with pytest.raises(InvalidInput):
        flows.count_paper(
            actor=cadre, contest_id=one.pk, client_id=uuid4(), marks=[7], is_spoiled=False, at=NOW
        )
    assert BallotPaper.objects.filter(contest=one).count() == 1

    flows.recount(actor=cadre, contest_id=one.pk, reason="唱票有误", at=NOW)
    flows.count_paper(actor=cadre, contest_id=one.pk, client_id=uuid4(), marks=[2], is_spoiled=False, at=NOW)
    flows.announce(actor=cadre, contest_id=one.pk, at=NOW)
    one.refresh_from_db()
    assert [(place["name"], place["votes"]) for place in one.result["places"]] == [("李强", 1), ("王芳", 0)]
    with pytest.raises(StaleState):
        flows.announce(actor=cadre, contest_id=one.pk, at=NOW)


def test_a_teller_strikes_her_own_last_paper_and_only_once(
    here: make.World, cadre: Actor, congress: Congress
) -> None:
    in_session(congress, cadre)
    one = flows.propose(
        actor=cadre, congress_id=congress.pk, organ="committee", post="member", seats=1, names="王芳\n李强", at=NOW
    )  # fmt: skip
    flows.hand_out(actor=cadre, contest_id=one.pk, handed_out=9, at=NOW)
    one.refresh_from_db()
    other = cadre.acting_as(user_id=(cadre.user_id or 0) + 1000)

    def paper(who: Actor, mark: int) -> int:
        made = flows.count_paper(
            actor=who, contest_id=one.pk, client_id=uuid4(), marks=[mark], is_spoiled=False, at=NOW
        )
        return made.pk

    first, hers, theirs = paper(cadre, 1), paper(cadre, 2), paper(other, 1)

    with pytest.raises(StaleState):
        flows.take_back_paper(actor=cadre, contest_id=one.pk, paper_id=theirs, at=NOW)
    flows.take_back_paper(actor=cadre, contest_id=one.pk, paper_id=hers, at=NOW)
    with pytest.raises(StaleState):
        flows.take_back_paper(actor=cadre, contest_id=one.pk, paper_id=hers, at=NOW)

    assert set(one.papers.values_list("pk", flat=True)) == {first, theirs}
    assert flows.last_paper(cadre, one).pk == first  # type: ignore[union-attr]


def test_too_few_candidates_and_unknown_unions_are_refused(
    here: make.World, cadre: Actor, congress: Congress
) -> None:
    with pytest.raises(InvalidInput):
        flows.propose(
            actor=cadre, congress_id=congress.pk, organ="committee", post="member", seats=2, names="王芳\n李强", at=NOW
        )  # fmt: skip
    with pytest.raises(InvalidInput):
        flows.propose(
            actor=cadre,
            congress_id=congress.pk,
            organ="committee",
            post="chair",
            seats=1,
            names="王芳",
            at=NOW,
        )
    assert not Contest.objects.exists()
    with pytest.raises(AnswersRefused):
        applied(
            here,
            make.acting(here.chair),
            name="另一家工会联合会",
            unions=[{"name": here.union.name}, {"name": "没有的工会"}],
        )


def test_strangers_do_not_find_it(congress: Congress) -> None:
    with pytest.raises(NotVisible):
        flows.name_representatives(
            actor=Actor(user_id=9, name="老秦"), congress_id=congress.pk, lines=PEOPLE, at=NOW
        )


def elected_but_women(congress: Congress, cadre: Actor) -> None:
    in_session(congress, cadre)
    voted(congress, cadre, "committee", "member", 1, ["王芳", "李强"], *[[1]] * 9)
    voted(congress, cadre, "committee", "chair", 1, ["王芳"], [1])
    voted(congress, cadre, "audit", "member", 1, ["陈静", "赵磊"], *[[1]] * 9)
    voted(congress, cadre, "audit", "chair", 1, ["陈静"], [1])


def women(here: make.World, count: int) -> None:
    for number in range(count):
        person = factories.person(sex="f")
        factories.membership(person, here.union if number % 2 else here.other)
    factories.membership(factories.person(sex="m"), here.union)


def ends(congress: Congress, cadre: Actor) -> None:
    flows.close_congress(actor=cadre, congress_id=congress.pk, ceremony="", at=NOW)


def test_one_women_member_is_elected_where_few_women_belong(
    here: make.World, cadre: Actor, congress: Congress
) -> None:
    women(here, 3)
    elected_but_women(congress, cadre)
    assert (women_needed(congress).women, women_needed(congress).seats) == (3, 1)

    with pytest.raises(InvalidInput) as refusal:
        ends(congress, cadre)
    assert "3 名女会员" in str(refusal.value)
    voted(congress, cadre, "women", "member", 1, ["周燕", "孙丽"], *[[1]] * 9)
    ends(congress, cadre)
    congress.refresh_from_db()
    assert congress.state == "closed"


def test_a_womens_committee_is_elected_from_the_policys_number_on(
    here: make.World, cadre: Actor, congress: Congress
) -> None:
    women(here, 4)
    PolicyValue.objects.create(
        key="organising.women_committee_from", path=here.county.path, value=4, valid_from=TODAY, source="县总2026年文件",
        created_at=NOW,
    )  # fmt: skip
    elected_but_women(congress, cadre)
    voted(congress, cadre, "women", "member", 2, ["周燕", "孙丽", "吴霞"], *[[1, 2]] * 9)

    with pytest.raises(InvalidInput):
        ends(congress, cadre)
    congress.refresh_from_db()
    assert congress.state == "open"
    voted(congress, cadre, "women", "chair", 1, ["周燕"], [1], [1])
    ends(congress, cadre)
    congress.refresh_from_db()
    assert congress.state == "closed"


@pytest.mark.parametrize(("count", "seats"), [(0, 0), (1, 1), (24, 1), (25, 2), (400, 2)])
def test_seats_for_women(count: int, seats: int) -> None:
    assert women_seats(count, 25) == seats


def test_the_applicant_runs_the_congress_with_whom_the_federation_lets_in(
    here: make.World, cadre: Actor, congress: Congress
) -> None:
    chair = make.acting(here.chair)
    helper = make.staff("小芳", Role.CHAIR, here.other)
    with pytest.raises(NotVisible):
        flows.name_representatives(actor=make.acting(helper), congress_id=congress.pk, lines=PEOPLE, at=NOW)

    flows.name_representatives(actor=chair, congress_id=congress.pk, lines=PEOPLE, at=NOW)
    with pytest.raises(NotAllowed):
        flows.let_in(actor=chair, congress_id=congress.pk, user_id=helper.pk, at=NOW)
    with pytest.raises(InvalidInput):
        flows.let_in(actor=cadre, congress_id=congress.pk, user_id=here.cadre.pk, at=NOW)
    flows.let_in(actor=cadre, congress_id=congress.pk, user_id=helper.pk, at=NOW)
    in_session(congress, make.acting(helper))
    assert attendance(congress).here == 9

    flows.shut_out(actor=cadre, congress_id=congress.pk, user_id=helper.pk, at=NOW)
    with pytest.raises(NotVisible):
        flows.set_here(actor=make.acting(helper), congress_id=congress.pk, numbers=[1], here=False, at=NOW)
    with pytest.raises(StaleState):
        flows.shut_out(actor=cadre, congress_id=congress.pk, user_id=helper.pk, at=NOW)
    case = CaseFile.objects.get(pk=congress.case_id)
    with pytest.raises((NotAllowed, NotVisible)):
        casework.approve(on=ActOn(case.pk, case.version, chair, NOW))


def test_pages_show_the_group_its_congress(here: make.World, congress: Congress) -> None:
    women(here, 2)
    client, stranger = Client(), Client()
    client.force_login(here.chair)
    stranger.force_login(make.staff("老秦", Role.CHAIR, here.other))
    url = f"/desk/congresses/{congress.pk}/"

    page = client.get(url).content.decode()
    assert "2 名女会员" in page
    assert "筹备组" in page
    assert client.post(f"{url}representatives/", {"lines": PEOPLE}).status_code == 302
    assert client.post(f"{url}let-in/", {"user": here.cadre.pk}).status_code == 403
    assert stranger.get(url).status_code == 404


def test_a_congress_over_the_api(
    here: make.World, congress: Congress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    client, base = Client(), "/api/v1/organising"
    client.force_login(here.cadre)

    def post(path: str, body: dict[str, object] | None = None, status: int = 200) -> dict[str, object]:
        answer = client.post(f"{base}{path}", body or {}, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if status != 204 else {}

    one = f"/congresses/{congress.pk}"
    assert [row["id"] for row in client.get(f"{base}/congresses").json()["items"]] == [congress.pk]
    assert post(f"{one}/representatives", {"lines": PEOPLE})["due"] == 9
    post(f"{one}/open", {"held_on": TODAY.isoformat(), "place": "礼堂"})
    assert post(f"{one}/attendance", {"numbers": list(range(1, 10)), "is_here": True})["here"] == 9
    vote = post(f"{one}/votes", {"organ": "committee", "seats": 1, "names": ["王芳", "李强"]})["id"]
    post(f"/votes/{vote}/hand-out", {"handed_out": 10}, 422)
    post(f"/votes/{vote}/hand-out", {"handed_out": 9})
    sent = str(uuid4())
    for _time in range(2):
        post(f"/votes/{vote}/papers", {"client_id": sent, "marks": [1]}, 204)
    for _paper in range(8):
        post(f"/votes/{vote}/papers", {"client_id": str(uuid4()), "marks": [1]}, 204)
    announced = post(f"/votes/{vote}/announce")
    assert announced["places"] == [
        {"number": 1, "name": "王芳", "votes": 9, "standing": "elected"},
        {"number": 2, "name": "李强", "votes": 0, "standing": "not_elected"},
    ]
    post(f"{one}/close", {}, 422)
    page = client.get(f"{base}{one}").json()
    assert (page["state"], page["elected"]) == (
        "open",
        [{"organ": "committee", "post": "member", "name": "王芳"}],
    )
    stranger = Client()
    stranger.force_login(make.staff("老秦", Role.CHAIR, here.other))
    assert stranger.get(f"{base}{one}").status_code == 404
    assert stranger.get(f"{base}/votes/{vote}").status_code == 404


def test_a_chair_voted_on_again_is_still_one_of_the_organ(cadre: Actor, congress: Congress) -> None:
    in_session(congress, cadre)
    voted(congress, cadre, "committee", "member", 2, ["王芳", "李强", "张敏"], *[[1, 2]] * 9)
    first = voted(congress, cadre, "committee", "chair", 1, ["王芳"], [], [])

    with pytest.raises(InvalidInput) as refused:
        flows.vote_again(actor=cadre, contest_id=first.pk, names="张敏", at=NOW)
    again = flows.vote_again(actor=cadre, contest_id=first.pk, names="李强", at=NOW)

    assert (refused.value.field, Contest.objects.filter(previous=first).count()) == ("names", 1)
    assert counted(again, cadre, [1], [1]).result["open_seats"] == 0
    assert elected_in(congress, "committee", "chair") == ["李强"]


def pages(content: bytes) -> int:
    (count,) = re.findall(rb"/Count (\d+)", content)
    return int(count)


def test_a_signature_stands_with_what_it_signs_and_a_short_table_is_not_torn() -> None:
    """Where the table just fits and its signature does not, both go on to the next page, as what is left there shows."""
    sign = {"kind": "sign", "text": "西店镇总工会", "day": "2026年3月2日"}
    table = {"kind": "table", "head": ["机构", "姓名"], "rows": [["委员会", "王芳"]] * 11}
    line = {"kind": "text", "text": "字"}

    def most(before: list[Block], after: list[Block], limit: int) -> int:
        """As many lines as stand between the blocks on so many pages."""
        made = (
            pages(render(title="报告", blocks=[*before, *[line] * number, *after], at=NOW))
            for number in range(60)
        )
        return next(number for number, count in enumerate(made) if count > limit) - 1

    whole = most([], [], 1)
    fitting = [line] * most([], [table], 1)
    left = most([*fitting, table, sign], [], 2)

    assert whole - len(fitting) >= 11
    assert whole - left >= 11


@pytest.mark.django_db(transaction=True)
@ON_POSTGRES[1]
def test_a_paper_entered_while_the_result_is_announced_is_counted_or_refused(
    congress: Congress, cadre: Actor
) -> None:
    in_session(congress, cadre)
    names = ["王芳", "李强", "张敏"]
    one = flows.propose(
        actor=cadre, congress_id=congress.pk, organ="committee", post="member", seats=1, names="\n".join(names), at=NOW
    )  # fmt: skip
    flows.hand_out(actor=cadre, contest_id=one.pk, handed_out=9, at=NOW)
    entering, announced = Event(), Event()

    def enter() -> None:
        with transaction.atomic():
            flows.count_paper(
                actor=cadre, contest_id=one.pk, client_id=uuid4(), marks=[1], is_spoiled=False, at=NOW
            )
            entering.set()
            announced.wait(0.5)  # the paper is entered, and not yet committed

    def announce() -> None:
        entering.wait(20)
        flows.announce(actor=cadre, contest_id=one.pk, at=NOW)
        announced.set()

    at_once(lambda hand: announce() if hand else enter(), 2)

    one.refresh_from_db()
    assert (one.state, one.result["returned"]) == ("done", 1)
    with pytest.raises(StaleState):
        flows.count_paper(
            actor=cadre, contest_id=one.pk, client_id=uuid4(), marks=[2], is_spoiled=False, at=NOW
        )
