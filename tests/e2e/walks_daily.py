"""Walks of what workers ask, report and apply for every day, and of their own records."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Person
from smartunion.systems.matters.models import Wish
from tests.e2e.walking import Decided, Missing, Town, Walk

FIRM = "宁海晨光文具有限公司"
RECENT = (clock.now() - timedelta(days=20)).date().isoformat()


def wish_is_off_the_board(town: Town, case: CaseFile) -> None:
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
    negative=(Decided("town_cadre", {"found": "not", "answer": "经核查，工会已按期答复。"}),),
    negative_told=("经核查，工会已按期答复。",),
)  # fmt: skip


def name_is_corrected(town: Town, case: CaseFile) -> None:
    one = town.world.ali.person
    assert one is not None
    one.refresh_from_db()
    assert one.name == "阿莉"
    assert [(row.field, row.before, row.after) for row in one.corrections.all()] == [("name", "阿丽", "阿莉")]


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
