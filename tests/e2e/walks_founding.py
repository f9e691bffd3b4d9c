"""Walks that change unions: legal person, founding, an association; and the hardship archive."""

from datetime import date

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.flows import officers
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Certificate, Officer, Term, TradeUnion
from smartunion.ground.registry.rules import Elected, Organ, Post
from smartunion.ground.registry.tests import factories as registry_make
from smartunion.ground.registry.tests.factories import uscc
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.organising.flows import congresses
from smartunion.systems.organising.models import Congress
from smartunion.systems.organising.tests.test_congresses import voted
from tests.e2e.walking import Decided, Missing, Town, Walk
from tests.e2e.walks_daily import FIRM


def union_has_a_term(town: Town) -> None:
    data = NewTerm(
        date(2024, 6, 1),
        5,
        [Elected(Organ.COMMITTEE, Post.CHAIR, "小波")],
        approval_number="桃总工〔2024〕6号",
    )
    officers.set_term(actor=system(), union_id=town.world.grassroots.pk, data=data, at=clock.now())


def certificate_stands(town: Town, case: CaseFile) -> None:
    row = Certificate.objects.get(union=town.world.grassroots)
    assert (row.uscc, row.head, row.address, row.state, row.issued_by) == (
        CODE, "小波", "兴海路8号", "valid", "宁海县总工会",
    )  # fmt: skip
    assert TradeUnion.objects.get(pk=town.world.grassroots.pk).uscc == CODE


def certificate_is_not_replaced(town: Town, case: CaseFile) -> None:
    assert Certificate.objects.filter(union=town.world.grassroots).count() == 1


CODE = uscc(7, "81330226")
LEGAL_PERSON = Walk(
    key="legal_person",
    who="xiaobo",
    answers={"what": "first", "union.name": f"{FIRM}工会", "name": f"{FIRM}工会", "head": "小波", "address": "兴海路8号",
             "contact.name": "小波", "contact.mobile": "13800138001", "photo:approval": "one"},
    missing=Missing("address", "请写到门牌号", {"address": "兴海路8号"}),
    decided=(Decided("county_cadre", {"uscc": CODE, "issued_on": clock.now().date().isoformat()}),),
    prepare=union_has_a_term,
    check=certificate_stands,
)  # fmt: skip
LEGAL_PERSON_AGAIN = Walk(
    key="legal_person",
    who="xiaobo",
    answers={"what": "replacement", "union.name": f"{FIRM}工会", "about": "证书遗失", "contact.name": "小波",
             "contact.mobile": "13800138001"},
    decided=(),
    refused_by="county_cadre",
    check_refused=certificate_is_not_replaced,
)  # fmt: skip


def certificate_is_cancelled(town: Town, case: CaseFile) -> None:
    assert Certificate.objects.get(union=town.world.grassroots).state == "cancelled"


LEGAL_PERSON_END = Walk(
    key="legal_person_end",
    who="xiaobo",
    answers={
        "union.name": f"{FIRM}工会", "why": "企业注销，会员大会决议", "contact.name": "小波", "contact.mobile": "13800138001",
    },
    missing=Missing("why", "请写明决议日期", {"why": "企业注销，三月一日会员大会决议"}),
    decided=(Decided("county_cadre"),),
    check=certificate_is_cancelled,
)  # fmt: skip
LEGAL_PERSON_END_REFUSED = Walk(
    key="legal_person_end",
    who="xiaobo",
    answers=LEGAL_PERSON_END.answers,
    decided=(),
    refused_by="county_cadre",
    check_refused=certificate_is_not_replaced,
)


def union_has_members(town: Town) -> None:
    """Three of whom a committee can be made; the term of the walk before ends soon."""
    for number, name in enumerate(("王素芳", "李强", "张敏", "刘洋", "陈静")):
        person = registry_make.person(name, mobile=f"1395555000{number}")
        registry_make.membership(person, town.world.grassroots)
    if not Term.objects.filter(union=town.world.grassroots).exists():
        union_has_a_term(town)


def new_term_stands(town: Town, case: CaseFile) -> None:
    term = Term.objects.filter(union=town.world.grassroots).latest("ordinal")
    chair = Officer.objects.get(term=term, organ="committee", post="chair")
    assert (term.ordinal, chair.name, chair.person is not None) == (2, "王素芳", True)


def old_term_stands(town: Town, case: CaseFile) -> None:
    assert Term.objects.get(union=town.world.grassroots).ordinal == 1


def term_ends_later(town: Town, case: CaseFile) -> None:
    row = Term.objects.get(union=town.world.grassroots).postponements.get()
    assert (row.was_until, row.until, row.reason) == (
        date(2029, 6, 1),
        date(2029, 9, 1),
        "生产旺季，代表到不齐",
    )


def term_ends_as_before(town: Town, case: CaseFile) -> None:
    assert Term.objects.get(union=town.world.grassroots).ends_on == date(2029, 9, 1)


def deputy_is_elected(town: Town, case: CaseFile) -> None:
    assert Officer.objects.get(term__union=town.world.grassroots, post="vice_chair").name == "李强"


def nobody_else_is_elected(town: Town, case: CaseFile) -> None:
    assert not Officer.objects.filter(term__union=town.world.grassroots, name="张敏").exists()


def chair_is_recalled(town: Town, case: CaseFile) -> None:
    gone = Officer.objects.get(term__union=town.world.grassroots, organ="committee", post="chair")
    assert (gone.name, gone.end_reason, gone.left_on) == ("小波", "recalled", clock.now().date())


def firm_without_a_union(town: Town) -> None:
    make.employer("宁海恒达物流有限公司", town=town.world.town, uscc="91350100M000100Y43")


def union_stands(town: Town, case: CaseFile) -> None:
    made = TradeUnion.objects.get(name="宁海恒达物流有限公司工会")
    chair = Officer.objects.get(term__union=made, organ="committee", post="chair")
    assert (made.parent_id, chair.name) == (town.world.town.pk, "王素芳")


def one_union_stands(town: Town, case: CaseFile) -> None:
    assert TradeUnion.objects.filter(name="宁海海天模具有限公司工会").count() == 0


_FOUND: dict[str, str] = {
    "uscc": "91350100M000100Y43", "place.region": "桃源街道", "place.detail": "兴海路9号", "staff": "63", "business": "物流",
    "kind": "own", "union_name": "宁海恒达物流有限公司工会", "group.0.name": "王素芳", "group.0.job": "调度", "group.1.name": "李强", "group.1.job": "司机",
    "contact.name": "老秦", "contact.mobile": "13800138009", "photo:application": "one", "photo:roster": "one",
}  # fmt: skip
_SLATE: dict[str, str] = {
    "planned_on": clock.today().isoformat(), "meeting": "members",
    "slate.0.name": "王素芳", "slate.0.organ": "committee", "slate.0.post": "chair",
    "slate.1.name": "李强", "slate.1.organ": "committee", "slate.1.post": "vice_chair",
    "slate.2.name": "张敏", "slate.2.organ": "committee", "slate.2.post": "member",
    "slate.3.name": "刘洋", "slate.3.organ": "audit", "slate.3.post": "chair",
    "slate.4.name": "陈静", "slate.4.organ": "women_committee", "slate.4.post": "member",
}  # fmt: skip
_ELECTED: dict[str, str] = {
    "held_on": clock.now().date().isoformat(), "members": "40", "women": "3", "due": "40", "present": "36", "candidates": "4",
    "term_years": "5", "committee.0.name": "王素芳", "committee.0.post": "chair", "committee.0.votes": "35",
    "committee.1.name": "李强", "committee.1.post": "vice_chair", "committee.1.votes": "30", "committee.2.name": "张敏",
    "committee.2.post": "member", "committee.2.votes": "28", "audit.0.name": "刘洋", "audit.0.post": "chair",
    "audit.0.votes": "33", "women_committee.0.name": "陈静", "women_committee.0.post": "member", "has_relatives": "no",
    "photo:minutes": "one",
}  # fmt: skip
_HERS = {"contact.name": "小波", "contact.mobile": "13800138001"}
_OF_UNION = {"union.name": f"{FIRM}工会"}
RE_ELECTION = Walk(
    key="re_election",
    who="xiaobo",
    answers=_OF_UNION | _SLATE | _HERS,
    missing=Missing("planned_on", "请写明开会日期", {"planned_on": clock.today().isoformat()}),
    decided=(
        Decided("town_cadre"),
        Decided("applicant", _ELECTED),
        Decided("town_cadre", {"approval_number": "桃总工〔2026〕9号"}),
    ),
    check=new_term_stands,
)
RE_ELECTION_REFUSED = Walk(
    key="re_election",
    who="xiaobo",
    answers=_OF_UNION | _SLATE | _HERS,
    decided=(),
    refused_by="town_cadre",
    prepare=union_has_members,
    check_refused=old_term_stands,
)
POSTPONEMENT = Walk(
    key="term_postponement",
    who="xiaobo",
    answers=_OF_UNION | {"until": "2029-09-01", "why": "生产旺季"} | _HERS,
    missing=Missing("why", "请写明为什么不能按期", {"why": "生产旺季，代表到不齐"}),
    decided=(Decided("town_cadre"),),
    prepare=union_has_members,
    check=term_ends_later,
)
POSTPONEMENT_REFUSED = Walk(
    key="term_postponement",
    who="xiaobo",
    answers=_OF_UNION | {"until": "2029-10-01", "why": "生产旺季"} | _HERS,
    decided=(),
    refused_by="town_cadre",
    check_refused=term_ends_as_before,
)
_BY_ELECTED = {
    "organ": "committee",
    "held_on": clock.today().isoformat(),
    "due": "5",
    "present": "4",
    "votes": "3",
}
BY_ELECTION = Walk(
    key="by_election",
    who="xiaobo",
    answers=_OF_UNION | {"name": "李强", "post": "vice_chair"} | _BY_ELECTED | _HERS,
    missing=Missing("due", "请核对应到人数", {"due": "5"}),
    decided=(Decided("town_cadre"),),
    prepare=union_has_members,
    check=deputy_is_elected,
)
BY_ELECTION_REFUSED = Walk(
    key="by_election",
    who="xiaobo",
    answers=_OF_UNION | {"name": "张敏", "post": "member"} | _BY_ELECTED | _HERS,
    decided=(),
    refused_by="town_cadre",
    check_refused=nobody_else_is_elected,
)
_CALLED = {
    "called_by": "members", "meeting": "members", "entitled": "6", "asking": "2", "planned_on": clock.today().isoformat(),
    "agenda": "recall", "why": "主席长期不履职",
}  # fmt: skip
TEMPORARY_REFUSED = Walk(
    key="temporary_congress",
    who="xiaobo",
    answers=_OF_UNION | _CALLED | _HERS,
    decided=(),
    refused_by="town_cadre",
    prepare=union_has_members,
    check_refused=old_term_stands,
)
TEMPORARY = Walk(
    key="temporary_congress",
    who="xiaobo",
    answers=_OF_UNION | _CALLED | _HERS,
    missing=Missing("why", "请写明提议的理由", {"why": "主席长期不履职，会员联名提议"}),
    decided=(
        Decided("town_cadre"),
        Decided(
            "applicant",
            {
                "held_on": clock.now().date().isoformat(), "due": "6", "present": "5", "recalled.0.name": "小波",
                "recalled.0.organ": "committee", "recalled.0.votes": "4", "decided": "罢免小波的主席职务",
            },
        ),
        Decided("town_cadre"),
    ),
    check=chair_is_recalled,
)  # fmt: skip
FOUND_UNION = Walk(
    key="found_union",
    who="stranger",
    answers={"employer.name": "宁海恒达物流有限公司"} | _FOUND,
    missing=Missing("business", "请写明主要业务", {"business": "道路货物运输"}),
    decided=(
        Decided("town_cadre"),
        Decided("applicant", _SLATE),
        Decided("town_cadre"),
        Decided("applicant", _ELECTED),
        Decided("town_cadre"),
    ),
    prepare=firm_without_a_union,
    check=union_stands,
)
FOUND_UNION_REFUSED = Walk(
    key="found_union",
    who="stranger",
    answers={"employer.name": "宁海海天模具有限公司"}
    | _FOUND
    | {"uscc": "", "union_name": "宁海海天模具有限公司工会", "photo:licence": "one"},
    decided=(),
    refused_by="town_cadre",
    check_refused=one_union_stands,
)


def another_union_and_place(town: Town) -> None:
    make.union("宁海海天模具有限公司工会", town.world.town)


def congress_is_held(town: Town, case: CaseFile) -> None:
    """By the flows: its pages have tests of their own."""
    cadre, at, row = (
        actor_of(town.world.town_cadre, on=clock.now().date()),
        clock.now(),
        Congress.objects.get(case=case),
    )
    people = "\n".join(f"代表{number} 甲工会" for number in range(1, 10))
    congresses.name_representatives(actor=cadre, congress_id=row.pk, lines=people, at=at)
    congresses.open_congress(actor=cadre, congress_id=row.pk, held_on=at.date(), place="礼堂", at=at)
    congresses.set_here(actor=cadre, congress_id=row.pk, numbers=range(1, 10), here=True, at=at)
    voted(row, cadre, "committee", "member", 3, ["王芳", "李强", "张敏", "刘洋"], *[[1, 2, 3]] * 7, [4], [4])
    voted(row, cadre, "committee", "chair", 1, ["王芳"], [1], [1], [1])
    voted(row, cadre, "audit", "member", 1, ["陈静", "赵磊"], *[[1]] * 6, *[[2]] * 3)
    voted(row, cadre, "audit", "chair", 1, ["陈静"], [1])
    congresses.close_congress(actor=cadre, congress_id=row.pk, ceremony="宣誓、授牌", at=at)


def association_stands(town: Town, case: CaseFile) -> None:
    made = TradeUnion.objects.get(name="桃源街道家政服务行业工会联合会")
    assert (made.kind, made.parent_id, Congress.objects.get().union_id) == (
        "association_industry", town.world.town.pk, made.pk,
    )  # fmt: skip


def one_congress(town: Town, case: CaseFile) -> None:
    assert Congress.objects.count() == 1
    assert not TradeUnion.objects.filter(name="桃源街道快递行业工会联合会").exists()


_ASSOCIATION = {
    "federation.name": "桃源街道总工会", "kind": "association_industry", "name": "桃源街道家政服务行业工会联合会",
    "association": "桃源家政协会", "cluster": "家政服务", "unions.0.name": f"{FIRM}工会", "unions.1.name": "宁海海天模具有限公司工会",
    "group.0.name": "王芳", "group.0.job": "秘书长", "places": "9", "contact.name": "王芳", "contact.mobile": "13988880001",
}  # fmt: skip
FOUND_ASSOCIATION = Walk(
    key="found_association",
    who="xiaobo",
    answers=_ASSOCIATION,
    missing=Missing("cluster", "请写明哪个集群", {"cluster": "桃源家政服务集群"}),
    decided=(
        Decided("town_cadre"),
        Decided("town_cadre", before=congress_is_held),
        Decided("town_cadre", {"approved_name": "桃源街道家政服务行业工会联合会"}),
    ),
    prepare=another_union_and_place,
    check=association_stands,
)
FOUND_ASSOCIATION_REFUSED = Walk(
    key="found_association",
    who="xiaobo",
    answers=_ASSOCIATION | {"name": "桃源街道快递行业工会联合会"},
    decided=(),
    refused_by="town_cadre",
    check_refused=one_congress,
)


def standard_is_entered(town: Town) -> None:
    for key, value in {"aid.minimum_living_yuan": 1000, "aid.review_levels": "two"}.items():
        PolicyValue.objects.create(
            key=key,
            path="",
            value=value,
            valid_from=date(2024, 1, 1),
            source="民发〔2024〕1号",
            created_at=clock.now(),
        )
    town.more["aid"] = make.user("帮扶员", role=Role.AID, at=town.world.town)


def file_is_open(town: Town, case: CaseFile) -> None:
    kept = HardshipFile.objects.get(case=case)
    assert (kept.state, kept.category) == ("active", "deep")
    assert list(kept.reviews.order_by("pk").values_list("reviewer", "is_agreed")) == [
        ("小波", True),
        ("帮扶员", True),
    ]


def file_is_refused(town: Town, case: CaseFile) -> None:
    assert HardshipFile.objects.get(case=case).state == "refused"


_HOUSEHOLD: dict[str, str] = {
    "members.0.name": "阿丽", "members.0.relation": "本人", "members.0.income": "60000", "members.1.name": "阿强",
    "members.1.relation": "丈夫", "members.1.income": "0", "members.1.health": "尿毒症透析", "members.2.name": "小米",
    "members.2.relation": "女儿", "members.2.income": "0", "expenses.0.what": "透析自付", "expenses.0.amount": "30000",
    "struck": "no", "migrant": "no", "cause": "丈夫长期透析", "pledge": "yes",
}  # fmt: skip
HARDSHIP_REFUSED = Walk(
    key="hardship_file",
    answers=_HOUSEHOLD,
    decided=(),
    refused_by="xiaobo",
    prepare=standard_is_entered,
    check_refused=file_is_refused,
)
HARDSHIP = Walk(
    key="hardship_file",
    answers=_HOUSEHOLD,
    missing=Missing("cause", "请写明病程", {"cause": "丈夫患尿毒症，长期透析"}),
    decided=(
        Decided("xiaobo", {"opinion_unit": "情况属实"}),
        Decided("aid", {"opinion_higher": "同意"}),
    ),
    check=file_is_open,
)
