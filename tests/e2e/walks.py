"""One description for each ready service: what is answered, who decides how, and what must be true afterwards."""

from datetime import date, timedelta

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.registry.flows import officers
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.models import Certificate, Person, TradeUnion
from smartunion.ground.registry.rules import Elected, Organ, Post
from smartunion.ground.registry.tests.factories import uscc
from tests.e2e.walking import Decided, Missing, Town, Walk

FIRM = "宁海晨光文具有限公司"
RECENT = (clock.now() - timedelta(days=20)).date().isoformat()


def wish_is_off_the_board(town: Town, case: CaseFile) -> None:
    from smartunion.systems.matters.models import Wish

    assert not Wish.objects.filter(case=case).exists()


REQUEST = Walk(
    key="request",
    answers={"class": "request", "category": "hours", "about": "夜班排得太密，希望排开。", "people": "4"},
    missing=Missing("about", "请写明哪个车间", {"about": "二车间夜班排得太密，希望排开。"}),
    decided=(
        Decided("xiaobo", {"answer": "已与车间商定，夜班每周不超过两次。", "basis": "集体合同第十二条"}),
    ),
    told=("已与车间商定，夜班每周不超过两次。",),
    negative=(Decided("xiaobo", {"answer": "未采纳：排班由集体合同约定，本期不改。"}),),
    negative_told=("未采纳：排班由集体合同约定，本期不改。",),
)
MATTER = Walk(
    key="matter",
    answers={"category": "wages", "about": "三月工资没有发。", "people": "12", "urgent": "no",
             "employer.name": FIRM, "place.region": "桃源街道", "place.detail": "兴海路8号", "contact.mobile": "13800138000"},
    missing=Missing("about", "请写明欠几个月", {"about": "三月、四月工资没有发，共十二人。"}),
    decided=(
        Decided("town_cadre", {"level": "easy", "order": "到现场核实"}),
        Decided("town_cadre", {"result": "已协调，工资当日补发。", "photo:proof": "one"}),
        Decided("town_cadre", {"reached": "content", "said": "满意"}),
    ),
    told=("已协调，工资当日补发。",),
    refused_by="town_cadre",
)  # fmt: skip
SAFETY_IDEA = Walk(
    key="safety_idea",
    answers={"field": "machine", "idea": "冲床没有护罩，加一个联锁护罩。", "photo:seen": "one"},
    missing=Missing("idea", "请写明哪台冲床", {"idea": "三号冲床没有护罩，加一个联锁护罩。"}),
    decided=(
        Decided("xiaobo", {"verdict": "adopt", "why": "风险明确，办法可行。"}),
        Decided("xiaobo", {"effect": "三号冲床已装护罩。", "reward": "奖励两百元"}),
    ),
    told=("三号冲床已装护罩。",),
    negative=(Decided("xiaobo", {"verdict": "not", "why": "该冲床下月报废，不再改装。"}),),
    negative_told=("该冲床下月报废，不再改装。",),
)
WISH = Walk(
    key="wish",
    answers={"kind": "goods", "wish": "想要一顶安全头盔。", "value": "120", "group": "rider"},
    missing=Missing("wish", "请写明头围大小", {"wish": "想要一顶五十八厘米的安全头盔。"}),
    decided=(
        Decided("xiaobo", {"title": "一顶安全头盔", "words": "骑手想要一顶五十八厘米的头盔。"}),
        Decided("xiaobo", {"handed": "头盔已在驿站交付。"}),
    ),
    told=("一顶安全头盔",),
    refused_by="xiaobo",
    check_refused=wish_is_off_the_board,
)
GROUP_NOTE = Walk(
    key="group_note",
    who="xiaobo",
    answers={
        "union.name": f"{FIRM}工会",
        "category": "activities",
        "about": "大家想办一次亲子运动会。",
        "people": "9",
    },
    decided=(Decided("xiaobo", {"answer": "五月最后一个周六举办。"}),),
    told=("五月最后一个周六举办。",),
    negative=(Decided("xiaobo", {"answer": "今年不办，经费已用于慰问。"}),),
    negative_told=("今年不办，经费已用于慰问。",),
)
LEGAL_AID = Walk(
    key="legal_aid",
    answers={"help": "arbitration", "employer.name": FIRM, "about": "wages", "learnt_on": RECENT, "story": "三月没有发工资。",
             "group": "migrant", "mobile": "13800138000", "photo:evidence": "one", "photo:id_card": "one"},
    missing=Missing("story", "请写明约定的工资", {"story": "三月没有发工资，约定每月六千元。"}),
    decided=(
        Decided("town_cadre", {"reach": "浙江甬正律师事务所 0574-65550000", "scope": "代理劳动仲裁"}),
        Decided("town_cadre", {"ended": "won", "recovered_yuan": "6000"}),
    ),
    told=("浙江甬正律师事务所 0574-65550000",),
    refused_by="town_cadre",
)  # fmt: skip
MEDIATION = Walk(
    key="mediation",
    answers={"employer.name": FIRM, "about": "wages", "claims.0.what": "三月工资", "claims.0.amount": "5200", "employed": "yes",
             "learnt_on": RECENT, "story": "三月没有发工资。", "talked": "yes", "arbitration": "none", "way": "present",
             "mobile": "13800138000"},
    missing=Missing("story", "请写明约定的工资", {"story": "三月没有发工资，约定每月五千二百元。"}),
    decided=(
        Decided("town_cadre", {"organisation": "桃源街道劳动争议调解委员会"}),
        Decided("town_cadre", {"ended": "agreed", "agreement": "五日内补发三月工资。", "paid_yuan": "5200"}),
    ),
    told=("桃源街道劳动争议调解委员会", "五日内补发三月工资。"),
    refused_by="town_cadre",
)  # fmt: skip
COMPLAINT = Walk(
    key="complaint",
    answers={"why": "slow", "about": "问了两次没有回音。", "wish": "请给个日子"},
    missing=Missing("about", "请写明问的是谁", {"about": "问了单位工会两次没有回音。"}),
    decided=(Decided("town_cadre", {"found": "upheld", "answer": "情况属实，已当面道歉。", "done": "已答复，并改了值班安排"}),),
    told=("情况属实，已当面道歉。",),
    negative=(Decided("town_cadre", {"found": "not", "answer": "经核查，工会已按期答复。", "done": "向申请人说明"}),),
    negative_told=("经核查，工会已按期答复。",),
)  # fmt: skip


def name_is_corrected(town: Town, case: CaseFile) -> None:
    one = town.world.ali.person
    assert one is not None
    one.refresh_from_db()
    assert one.name == "阿莉"
    assert [(row.field, row.old_value, row.new_value) for row in one.corrections.all()] == [
        ("name", "阿丽", "阿莉")
    ]


def name_stays(town: Town, case: CaseFile) -> None:
    """The walk before corrected it; the refused one asks for another."""
    assert town.world.ali.person is not None
    assert town.world.ali.person.corrections.count() == 1


RECORD_DISPUTE = Walk(
    key="record_dispute",
    answers={"item": "name", "right": "阿莉", "about": "身份证上是莉", "photo:proof": "one"},
    missing=Missing("about", "请写明从哪天起", {"about": "身份证上一直是莉"}),
    decided=(Decided("xiaobo", {"result": "已核对身份证，改为阿莉。"}),),
    told=("已核对身份证，改为阿莉。",),
    refused_by="xiaobo",
    check=name_is_corrected,
    check_refused=name_stays,
)


def address_is_known(town: Town) -> None:
    Person.objects.filter(pk=town.world.ali.person_id).update(
        native_place="宁海", hukou_place="宁海县桃源街道"
    )


def address_is_gone(town: Town, case: CaseFile) -> None:
    one = Person.objects.get(pk=town.world.ali.person_id)
    assert (one.native_place, one.hukou_place, one.name, one.mobile) == ("", "", "阿丽", "13800138000")


DATA_DELETION = Walk(
    key="data_deletion",
    answers={"what": "optional", "why": "不再需要"},
    missing=Missing("why", "请写明删哪些", {"why": "住址和邮箱"}),
    decided=(Decided("town_cadre"),),
    refused_by="town_cadre",
    prepare=address_is_known,
    check=address_is_gone,
)


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
    answers={"union.name": f"{FIRM}工会", "why": "企业注销，会员大会决议", "contact.name": "小波", "contact.mobile": "13800138001"},
    missing=Missing("why", "请写明决议日期", {"why": "企业注销，三月一日会员大会决议"}),
    decided=(Decided("county_cadre"),),
    refused_by="county_cadre",
    check=certificate_is_cancelled,
)  # fmt: skip


def firm_without_a_union(town: Town) -> None:
    make.employer("宁海恒达物流有限公司", town=town.world.town, uscc="91350100M000100Y43")


def union_stands(town: Town, case: CaseFile) -> None:
    made = TradeUnion.objects.get(name="宁海恒达物流有限公司工会")
    assert (made.parent_id, made.state, case.union_id) == (town.world.town.pk, "active", made.pk)
    assert [one.post for one in made.officers.filter(organ="committee").order_by("pk")][:1] == ["chair"]


def one_union_stands(town: Town, case: CaseFile) -> None:
    assert TradeUnion.objects.filter(name="宁海海天模具有限公司工会").count() == 0


_FOUND: dict[str, str] = {
    "uscc": "91350100M000100Y43", "place.region": "桃源街道", "place.detail": "兴海路9号", "staff": "63", "business": "物流",
    "kind": "own", "group.0.name": "王素芳", "group.0.job": "调度", "group.1.name": "李强", "group.1.job": "司机",
    "contact.name": "老秦", "contact.mobile": "13800138009", "photo:application": "one", "photo:roster": "one",
}  # fmt: skip
_ELECTED: dict[str, str] = {
    "held_on": clock.now().date().isoformat(), "members": "40", "women": "3", "due": "40", "present": "36", "candidates": "4",
    "term_years": "5", "committee.0.name": "王素芳", "committee.0.post": "chair", "committee.0.votes": "35",
    "committee.1.name": "李强", "committee.1.post": "vice_chair", "committee.1.votes": "30", "committee.2.name": "张敏",
    "committee.2.post": "member", "committee.2.votes": "28", "audit.0.name": "刘洋", "audit.0.post": "chair",
    "audit.0.votes": "33", "women_committee.0.name": "陈静", "women_committee.0.post": "member", "has_relatives": "no",
    "photo:minutes": "one",
}  # fmt: skip
FOUND_UNION = Walk(
    key="found_union",
    who="stranger",
    answers={"employer.name": "宁海恒达物流有限公司"} | _FOUND,
    missing=Missing("business", "请写明主要业务", {"business": "道路货物运输"}),
    decided=(
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
    answers={"employer.name": "宁海海天模具有限公司"} | _FOUND | {"uscc": "", "photo:licence": "one"},
    decided=(),
    refused_by="town_cadre",
    check_refused=one_union_stands,
)

#: Walked one after the other; the second of a pair stands in for a refusal that begins from where the first ended.
WALKS = (
    (REQUEST,), (MATTER,), (SAFETY_IDEA,), (WISH,), (GROUP_NOTE,), (LEGAL_AID,), (MEDIATION,), (COMPLAINT,),
    (RECORD_DISPUTE,), (DATA_DELETION,), (LEGAL_PERSON, LEGAL_PERSON_AGAIN), (FOUND_UNION, FOUND_UNION_REFUSED),
)  # fmt: skip
