"""A union's term from the chair's request to the new committee; its postponement, a by-election; and refusals."""

from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.handlers import Panel, PrefillAsk
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.service import ActOn, AnswersRefused
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.flows import memberships, officers
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Officer, Person, Term
from smartunion.ground.registry.rules import ChangeReason, Elected, Organ, Post
from smartunion.ground.registry.tests import factories as registry_make
from smartunion.systems.organising.flows import re_elections, temporary_congresses
from smartunion.systems.organising.models import ApprovalLetter
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
NAMES = ("小波", "阿丽", "李敏", "张强", "王静")


@pytest.fixture
def here() -> make.World:
    """A union of five whose term ends in two months, with 小波 in the chair and 阿丽 as her deputy."""
    world = make.world()
    people = {name: _member(world, name, number) for number, name in enumerate(NAMES)}
    User.objects.filter(pk=world.chair.pk).update(person=people["小波"])
    data = NewTerm(
        date(2021, 5, 1), 5,
        [Elected(Organ.COMMITTEE, Post.CHAIR, "小波"), Elected(Organ.COMMITTEE, Post.VICE_CHAIR, "阿丽"),
         Elected(Organ.AUDIT, Post.CHAIR, "张强"), Elected(Organ.WOMEN, Post.MEMBER, "王静")],
    )  # fmt: skip
    officers.set_term(actor=system(), union_id=world.union.pk, data=data, at=NOW)
    return world


@pytest.fixture
def town(here: make.World) -> Actor:
    return make.acting(here.cadre)


def _member(world: make.World, name: str, number: int) -> Person:
    spell = registry_make.membership(
        registry_make.person(name, mobile=f"1398888000{number}"), world.union, employer=world.covered
    )
    return spell.person


def slate(*names: str) -> list[dict[str, str]]:
    posts_ = ["chair", *["member"] * (len(names) - 1)]
    return [
        {"name": name, "organ": "committee", "post": post} for name, post in zip(names, posts_, strict=True)
    ]


def sent(here: make.World, service: str = "re_election", **changes: object) -> CaseFile:
    form: dict[str, object] = {
        "union": {"name": here.union.name}, "planned_on": TODAY.isoformat(), "meeting": "members",
        "slate": slate("阿丽", "李敏", "王静"), "contact": {"name": "小波", "mobile": "13988880000"},
    }  # fmt: skip
    who = make.acting(here.chair)
    case = casework.start_draft(service_key=service, actor=who, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=form | changes, actor=who, at=NOW)
    return casework.submit(case_id=case.pk, actor=who, at=NOW)


def approved(case: CaseFile, actor: Actor, **values: object) -> CaseFile:
    return casework.approve(on=ActOn(case.pk, case.version, actor, NOW), values=values)


def reported(here: make.World, case: CaseFile, **changes: object) -> CaseFile:
    rows = [{"name": "阿丽", "post": "chair", "votes": "5"}, {"name": "李敏", "post": "member", "votes": "4"},
            {"name": "王静", "post": "member", "votes": "3"}]  # fmt: skip
    values: dict[str, object] = {
        "held_on": TODAY.isoformat(), "members": "5", "women": "1", "due": "5", "present": "5", "term_years": "5",
        "committee": rows, "audit": [{"name": "张强", "post": "chair", "votes": "5"}],
        "women_committee": [{"name": "王静", "post": "member"}], "has_relatives": "no",
    }  # fmt: skip
    on = ActOn(case.pk, case.version, make.acting(here.chair), NOW)
    return casework.resubmit(on=on, values=values | changes)


def problems_of(refused: "pytest.ExceptionInfo[AnswersRefused]") -> dict[str, str]:
    return {one.key: one.message for one in refused.value.problems}


def test_the_new_term_is_entered_with_the_approval_and_the_chairs_role_goes_over(
    here: make.World, town: Actor
) -> None:
    ali = User.objects.create(
        username="ali", name="阿丽", created_at=NOW, person=Person.objects.get(name="阿丽")
    )
    case = sent(here)
    assert (case.path, case.title) == (here.town.path, "换届：宁海晨光文具有限公司工会")

    case = reported(here, approved(case, town))
    case = approved(case, town, approval_number="桃总工〔2026〕9号")

    old, new = Term.objects.order_by("ordinal")
    letter = ApprovalLetter.objects.get()
    assert (letter.kind, letter.number, letter.federation, letter.issued_by, letter.addressed_to, letter.term) == (
        "re_election", "桃总工〔2026〕9号", here.town, here.town.name, here.union.name, new,
    )  # fmt: skip
    assert case.state == "approved"
    assert (old.ends_on, new.ordinal, new.starts_on, new.ends_on, new.approval_number) == (
        TODAY, 2, TODAY, date(2031, 3, 2), "桃总工〔2026〕9号",
    )  # fmt: skip
    assert (new.due_count, new.present_count) == (5, 5)
    held = Officer.objects.filter(term=new).order_by("pk").values_list("person__name", "organ", "post")
    assert list(held) == [
        ("阿丽", "committee", "chair"), ("李敏", "committee", "member"), ("王静", "committee", "member"),
        ("张强", "audit", "chair"), ("王静", "women", "member"),
    ]  # fmt: skip
    chairs = RoleGrant.objects.filter(role=Role.CHAIR, union=here.union).active_on(TODAY)
    assert [grant.user_id for grant in chairs] == [ali.pk]
    here.union.refresh_from_db()
    assert here.union.contact_name == "阿丽"
    told = Notice.objects.filter(template="registry.post_taken").values_list("person_id", flat=True)
    people = Person.objects.in_bulk(told)
    assert sorted(people[pk].name for pk in told) == sorted(["阿丽", "李敏", "王静", "王静", "张强"])


def test_known_ones_are_filled_in(here: make.World, town: Actor) -> None:
    known = re_elections.known(PrefillAsk(make.acting(here.chair), {}, NOW))
    case = approved(sent(here), town)

    assert known["slate"] == [
        {"name": "小波", "organ": "committee", "post": "chair"}, {"name": "阿丽", "organ": "committee", "post": "vice_chair"},
        {"name": "张强", "organ": "audit", "post": "chair"}, {"name": "王静", "organ": "women_committee", "post": "member"},
    ]  # fmt: skip
    assert known["until"] == "2026-10-31"
    assert known["contact"] == {"name": "小波", "mobile": "13988880000"}
    run = casework.load(case_id=case.pk, actor=make.acting(here.chair), at=NOW).run()
    spell = here.union.memberships.get(person__name="张强")
    memberships.retain(
        actor=system(), membership_id=spell.pk, reason=ChangeReason.UNEMPLOYED, on=TODAY, at=NOW
    )
    values = re_elections.known_of_election(run)
    assert (values["members"], values["due"]) == (4, 4)
    PolicyValue.objects.create(
        key="registry.retained_votes", path="", value=True, valid_from=TODAY, source="章程", created_at=NOW
    )
    values = re_elections.known_of_election(run)
    assert (values["members"], values["due"], values["term_years"]) == (5, 5, "5")
    assert values["committee"] == [
        {"name": "阿丽", "post": "chair"}, {"name": "李敏", "post": "member"}, {"name": "王静", "post": "member"},
    ]  # fmt: skip


def test_retained_members_and_strangers_cannot_stand_nor_be_elected(here: make.World, town: Actor) -> None:
    case = approved(sent(here), town)
    spell = here.union.memberships.get(person__name="李敏")
    memberships.retain(
        actor=system(), membership_id=spell.pk, reason=ChangeReason.UNEMPLOYED, on=TODAY, at=NOW
    )

    with pytest.raises(AnswersRefused) as elected:
        reported(here, case)
    casework.withdraw(on=ActOn(case.pk, case.version, make.acting(here.chair), NOW), reason="重报")
    with pytest.raises(AnswersRefused) as stands:
        sent(here, slate=slate("阿丽", "李敏", "陌生人"))

    assert problems_of(elected) == {"committee": "李敏：本会没有这个姓名的会员。保留会籍的会员不能当选。"}
    assert problems_of(stands) == {"slate": "李敏、陌生人：本会没有这个姓名的会员。保留会籍的会员不能当选。"}
    assert Term.objects.count() == 1


def test_what_voids_the_election_cannot_be_sent(here: make.World, town: Actor) -> None:
    case = approved(sent(here), town)

    with pytest.raises(AnswersRefused) as refused:
        reported(here, case, present="3")

    assert "present" in problems_of(refused)
    assert Term.objects.count() == 1


def test_members_of_one_name_are_told_apart_by_the_end_of_the_phone(here: make.World, town: Actor) -> None:
    other = _member(here, "李敏", 9)
    with pytest.raises(AnswersRefused) as refused:
        sent(here)
    assert problems_of(refused) == {"slate": "李敏：有几位会员同名，请在姓名后写手机尾号四位。"}

    case = approved(sent(here, slate=slate("阿丽", "李敏0009", "王静")), town)
    rows = [{"name": "阿丽", "post": "chair", "votes": "6"}, {"name": "李敏0009", "post": "member", "votes": "4"},
            {"name": "王静", "post": "member", "votes": "4"}]  # fmt: skip
    case = reported(here, case, committee=rows, members="6", due="6", present="6")
    approved(case, town)

    post = Officer.objects.get(term__ordinal=2, organ="committee", person=other)
    assert post.name == "李敏"


def test_one_at_a_time_and_no_congress_of_a_federation(here: make.World) -> None:
    sent(here)

    with pytest.raises(AnswersRefused) as again:
        sent(here)
    with pytest.raises(AnswersRefused) as not_hers:
        sent(here, union={"name": here.other.name})

    assert list(problems_of(again)) == list(problems_of(not_hers)) == ["union"]


def test_a_re_election_is_put_off_within_the_limits(here: make.World, town: Actor) -> None:
    ask = {"until": "2026-11-01", "why": "生产旺季"}
    with pytest.raises(AnswersRefused) as refused:
        sent(here, "term_postponement", **ask)
    assert list(problems_of(refused)) == ["until"]
    said = problems_of(refused)["until"].split("。")
    assert len(said) == len(set(said))  # what to do next is said once

    case = sent(here, "term_postponement", **ask | {"until": "2026-08-01"})
    approved(case, town)

    term = Term.objects.get()
    letter = ApprovalLetter.objects.get()
    assert (letter.kind, letter.number, letter.postponement) == (
        "postponement", "总工〔2026〕1号", term.postponements.get(),
    )  # fmt: skip
    row = term.postponements.get()
    assert (term.ends_on, row.was_until, row.reason, row.approval_number) == (
        date(2026, 8, 1), date(2026, 5, 1), "生产旺季", "总工〔2026〕1号",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        ({"votes": "2"}, {"votes": "阿丽得 2 票，未当选：须超过 5 人的半数。"}),
        ({"votes": "5"}, {"votes": "阿丽得票（5）不能多于实到人数（4）。"}),
        ({"present": "3", "votes": "3"}, {"present": "应到 5 人，实到 3 人；至少 4 人到会，选举方为有效。"}),
    ],
)
def test_a_by_election_without_quorum_or_majority_of_those_due_is_not_sent(
    here: make.World, counted: dict[str, str], told: dict[str, str]
) -> None:
    ask = {
        "organ": "committee", "post": "member", "name": "阿丽", "held_on": TODAY.isoformat(), "due": "5", "present": "4",
    }  # fmt: skip

    with pytest.raises(AnswersRefused) as refused:
        sent(here, "by_election", **ask | counted)

    assert problems_of(refused) == told


def test_a_by_election_fills_the_chairs_place_and_a_taken_one_is_refused(
    here: make.World, town: Actor
) -> None:
    ask = {
        "organ": "committee", "post": "chair", "name": "阿丽", "held_on": TODAY.isoformat(), "due": "5", "present": "4", "votes": "3",
    }  # fmt: skip
    with pytest.raises(AnswersRefused) as refused:
        sent(here, "by_election", **ask)
    assert problems_of(refused) == {"leaves": "小波担任该职务，请填写离任原因，批准补选时其任职同时结束。"}

    approved(sent(here, "by_election", **ask, leaves="resigned"), town)

    gone, now = Officer.objects.filter(organ="committee", post="chair").order_by("pk")
    letter = ApprovalLetter.objects.get()
    assert (letter.kind, letter.number, letter.officer, letter.term) == (
        "by_election", now.approval_number, now, now.term,
    )  # fmt: skip
    assert (gone.name, gone.left_on, gone.end_reason) == ("小波", TODAY, "resigned")
    assert (now.name, now.began_on, now.left_on, now.replaces_id) == ("阿丽", TODAY, None, gone.pk)
    assert not Officer.objects.filter(post="vice_chair", left_on=None).exists()
    assert not RoleGrant.objects.filter(user=here.chair).active_on(TODAY).exists()


def test_letters_are_printed_and_one_number_is_given_once(
    here: make.World, town: Actor, client: Client
) -> None:
    put_off = {"until": "2026-07-01", "why": "生产旺季"}
    case = approved(sent(here, "term_postponement", **put_off), town, approval_number="总工〔2026〕1号")
    again = sent(here, "term_postponement", **put_off | {"until": "2026-08-01"})
    with pytest.raises(InvalidInput) as refused:
        approved(again, town, approval_number=" 总工〔2026〕1号 ")
    assert (refused.value.field, Term.objects.get().ends_on) == ("approval_number", date(2026, 7, 1))

    approved(again, town)

    first, second = ApprovalLetter.objects.order_by("pk")
    assert (first.number, second.number) == ("总工〔2026〕1号", "总工〔2026〕2号")
    assert CaseEvent.objects.filter(case=case, data__link=f"/letters/{first.pk}/").count() == 1
    stranger = make.acting(make.staff("老秦", Role.CHAIR, here.other))
    assert not ApprovalLetter.objects.visible_to(stranger).exists()
    client.force_login(here.chair)
    page = client.get(f"/letters/{first.pk}/").content.decode()
    assert ("总工〔2026〕1号" in page, f"/letters/{first.pk}/letter.pdf" in page) == (True, True)
    assert f"/letters/{first.pk}/" in client.get(f"/desk/unions/{here.union.pk}/offices/").content.decode()
    listed = client.get("/api/v1/organising/letters", {"union": here.union.pk}).json()["items"]
    assert [one["number"] for one in listed] == ["总工〔2026〕1号", "总工〔2026〕2号"]
    for address in (f"/letters/{first.pk}/letter.pdf", listed[1]["pdf"]):
        paper = client.get(address)
        assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")


def test_approvals_from_before_letters_were_kept_get_theirs_afterwards(
    here: make.World, town: Actor, client: Client
) -> None:
    approved(
        sent(here, "term_postponement", until="2026-07-01", why="生产旺季"),
        town,
        approval_number="总工〔2026〕1号",
    )
    elected = {"organ": "committee", "post": "member", "name": "李敏", "held_on": TODAY.isoformat(), "due": "5", "present": "4",
               "votes": "3"}  # fmt: skip
    approved(sent(here, "by_election", **elected), town)
    case = reported(here, approved(sent(here), town))
    approved(case, town)
    ApprovalLetter.objects.all().delete()
    post = Officer.objects.get(began_on=TODAY)
    Officer.objects.filter(pk=post.pk).update(approval_number="")
    first, second = Term.objects.order_by("ordinal")
    client.force_login(here.cadre)
    offices = f"/desk/unions/{here.union.pk}/offices/"
    issue, put_off = f"/letters/of-union/{here.union.pk}/issue/", first.postponements.get()

    before = client.get(offices).content.decode()
    of_chair = Client()
    of_chair.force_login(make.staff("新主席", Role.CHAIR, here.union))
    stranger = Client()
    stranger.force_login(make.staff("老秦", Role.CADRE, here.other))
    refused = [
        stranger.post(issue, {"term": second.pk}).status_code,
        of_chair.post(issue, {"term": second.pk}).status_code,
    ]
    itself = client.post(issue, {"term": first.pk})
    made = [
        client.post(issue, given)
        for given in ({"postponement": put_off.pk}, {"post": post.pk}, {"term": second.pk})
    ]
    again = client.post(issue, {"term": second.pk})
    after = client.get(offices).content.decode()

    assert (before.count(f'action="{issue}"'), after.count(f'action="{issue}"')) == (3, 0)
    assert (refused, itself.status_code, again.status_code) == ([404, 403], 409, 409)
    letters = list(ApprovalLetter.objects.order_by("pk"))
    assert [one["Location"] for one in made] == [f"/letters/{row.pk}/" for row in letters]
    assert [(row.kind, row.number) for row in letters] == [
        ("postponement", "总工〔2026〕1号"), ("by_election", "总工〔2026〕4号"), ("re_election", second.approval_number),
    ]  # fmt: skip
    assert {(row.federation, row.issued_by, row.addressed_to) for row in letters} == {
        (here.town, here.town.name, here.union.name)
    }
    assert letters[0].issued_on == clock.today()
    assert Officer.objects.get(pk=post.pk).approval_number == "总工〔2026〕4号"
    assert AuditEvent.objects.filter(event="organising.letter_issued_afterwards").count() == 3


def called(here: make.World, **changes: object) -> CaseFile:
    """A congress out of turn, asked for by two of five members."""
    ask = {
        "called_by": "members", "entitled": "5", "asking": "2", "agenda": ["recall"], "why": "主席长期不履职",
    }  # fmt: skip
    return sent(here, "temporary_congress", **ask | changes)


def panels(case: CaseFile, actor: Actor) -> list[Panel]:
    loaded = load(case_id=case.pk, actor=actor, at=NOW)
    return list(loaded.handler.panels(loaded.run()))


def test_those_who_ask_are_named_and_only_the_federation_sees_how_many_are_members(
    here: make.World, town: Actor
) -> None:
    case = called(here, names="李敏\n13988880003\n")  # 张强 by his phone

    shown = {fact.label: (fact.value, fact.fits) for panel in panels(case, town) for fact in panel.facts}

    assert shown["名单上的会员"] == ("2", True)
    assert "联名人名单" not in shown


def test_without_a_list_the_signatures_are_counted(here: make.World, town: Actor) -> None:
    shown = {
        fact.label: (fact.value, fact.fits) for panel in panels(called(here), town) for fact in panel.facts
    }

    assert shown["联名人名单"] == ("未填，请数提议书上的签名", None)


def test_a_long_list_of_strangers_is_told_in_ten_lines(here: make.World) -> None:
    with pytest.raises(AnswersRefused) as refused:
        called(here, names="\n".join(f"外人{number}" for number in range(14)))

    told = problems_of(refused)["names"]
    assert told.count("第 ") == 10
    assert "还有 4 行无法核对" in told
    assert not CaseFile.objects.exclude(state="draft").exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"asking": "1"}, {"asking": "5 人中有 1 人提议，至少需要 2 人。人数不够的，请工会委员会召集。"}),
        ({"asking": "6"}, {"asking": "提议人数（6）多于全体人数（5）。"}),
        ({"planned_on": "2026-01-01"}, {"planned_on": "大会要先通知再召开，请选今天或以后的日期。"}),
        (
            {"names": "李敏\n王静\n张强"},
            {"names": "名单上有 3 名不同的会员，而提议人数填了 2 人，请改正其中一处。"},
        ),
        (
            {"names": "李敏\n 李敏\n"},
            {"names": "名单上有 1 名不同的会员，而提议人数填了 2 人，请改正其中一处。"},
        ),
        ({"names": "李敏\n\n周围"}, {"names": "第 3 行：这里没有这个姓名或号码。"}),
    ],
)
def test_a_congress_out_of_turn_needs_a_third_of_all_and_a_day_to_come(
    here: make.World, asked: dict[str, str], told: dict[str, str]
) -> None:
    with pytest.raises(AnswersRefused) as refused:
        called(here, **asked)

    assert problems_of(refused) == told
    assert not CaseFile.objects.exclude(state="draft").exists()


def test_the_share_who_have_to_ask_is_the_policy_of_the_place(here: make.World) -> None:
    PolicyValue.objects.create(
        key="organising.temporary_congress_share", path=here.town.path, value="1/5", valid_from=date(2020, 1, 1),
        source="本市细则", created_at=NOW,
    )  # fmt: skip

    assert called(here, asking="1").state == "open"
    assert temporary_congresses.prefilled(PrefillAsk(make.acting(here.chair), {}, NOW))["entitled"] == 5


@pytest.mark.parametrize(
    ("entitled", "needed"), [(1, 1), (3, 1), (4, 2), (25, 9), (30, 10), (31, 11), (1_000_000, 333_334)]
)
def test_a_third_is_rounded_up_and_itself_enough(entitled: int, needed: int) -> None:
    assert temporary_congresses.asking_needed(entitled, Fraction(1, 3)) == needed


def test_whoever_a_congress_out_of_turn_recalls_leaves_her_post_and_the_role(
    here: make.World, town: Actor
) -> None:
    chair = make.acting(here.chair)
    case = approved(called(here), town)
    report = {"held_on": TODAY.isoformat(), "due": "5", "present": "4", "decided": "罢免小波的主席职务"}

    def reported_as(**more: object) -> CaseFile:
        return casework.resubmit(on=ActOn(case.pk, case.version, chair, NOW), values=report | more)

    refused = {}
    for key, more in {
        "half": {"recalled": [{"name": "小波", "organ": "committee", "votes": "2"}]},
        "more": {"recalled": [{"name": "小波", "organ": "committee", "votes": "5"}]},
        "nobody": {"recalled": [{"name": "小波", "organ": "audit", "votes": "3"}]},
        "quorum": {"present": "3"},
    }.items():
        with pytest.raises(AnswersRefused) as why:
            reported_as(**more)
        refused[key] = problems_of(why)
    assert {key: list(found) for key, found in refused.items()} == {
        "half": ["recalled"], "more": ["recalled"], "nobody": ["recalled"], "quorum": ["present"],
    }  # fmt: skip
    assert Officer.objects.filter(left_on=None).count() == 4

    case = reported_as(recalled=[{"name": "小波", "organ": "committee", "votes": "3"}])
    case = approved(case, town)

    gone = Officer.objects.get(name="小波", organ="committee")
    assert (case.state, gone.left_on, gone.end_reason) == ("approved", TODAY, "recalled")
    assert not RoleGrant.objects.filter(user=here.chair, union=here.union).active_on(TODAY).exists()
    assert Officer.objects.filter(left_on=None).count() == 3
    event = AuditEvent.objects.filter(event="registry.post_ended").latest("pk")
    assert "3" in event.reason
    assert "5" in event.reason


def test_the_committee_calls_a_congress_alone_and_one_is_under_way_at_a_time(here: make.World) -> None:
    case = called(here, called_by="committee", entitled="", asking="")

    with pytest.raises(AnswersRefused) as again:
        called(here)

    assert case.state == "open"
    assert list(problems_of(again)) == ["union"]
