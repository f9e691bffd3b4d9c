"""One description for each ready service: what is answered, who decides how, and what must be true afterwards."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.engines.casework.models import CaseFile
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
    decided=(Decided("xiaobo", {"answer": "已与车间商定，夜班每周不超过两次。", "basis": "集体合同第十二条"}),),
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
    answers={"union.name": f"{FIRM}工会", "category": "activities", "about": "大家想办一次亲子运动会。", "people": "9"},
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

WALKS = (REQUEST, MATTER, SAFETY_IDEA, WISH, GROUP_NOTE, LEGAL_AID, MEDIATION)
