"""Help and care: mutual aid with claims, hardship files, payments on their way, the counsellor's hours; all by the flows."""

import csv
import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.core.files.intake import keep_bytes
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile, CaseMaterial
from smartunion.engines.payments.flows import bankin, bankout, funds, lists
from smartunion.engines.payments.models import Fund, Payable, PaymentList
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.site.demo.load.pictures import SCENES, picture
from smartunion.systems.aid.flows import archive, giving
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.aid.queries.years import Year
from smartunion.systems.aid.rules.support import AidKind
from smartunion.systems.counselling.flows import consulting, hours
from smartunion.systems.counselling.models import Slot
from smartunion.systems.counselling.rules import Rank, State, Topic, Way
from smartunion.systems.mutual.flows import claims, enrolling, plans
from smartunion.systems.mutual.models import Claim
from smartunion.systems.mutual.presets import TIANJIN
from smartunion.systems.mutual.rules.terms import Terms

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("5c1d7f0a-7a55-4a1b-8f4c-30d0a35ed9f2")
SOURCE = "演示数据：数值为虚构，仅供演示，请换成当地公布的数额和文号"
#: Minimum living standard of the demo, yuan a month and head; invented.
MINIMUM = 1100


@dataclass
class _Town:
    """Who acts, on which day; people: members of the shown firm who ask for something, each once."""

    chair: User
    aid: User
    finance: User
    finance2: User
    counsellor: User
    admin: User
    county: TradeUnion
    union: TradeUnion
    people: list[Person]
    as_of: date
    used: int = field(default=0)

    def acting(self, user: User) -> Actor:
        return actor_of(user, on=self.as_of, source="job")

    def at(self, days: int, hour: int = 10) -> datetime:
        """So many days ago."""
        return datetime.combine(self.as_of - timedelta(days=days), time(hour), _SHANGHAI)

    def next_person(self) -> Person:
        self.used += 1
        return self.people[self.used - 1]


def give_care(*, staff: dict[str, User], as_of: date) -> dict[str, int]:
    """Everything of this file. staff: by user name (seats.open_accounts). Nothing without a chair. Returns counts."""
    needed = ("chair", "aid", "finance", "finance2", "counsellor")
    if any(name not in staff for name in needed):
        return {}
    union = staff["chair"].role_grants.get().union
    county = staff["aid"].role_grants.get().union
    assert union is not None
    assert county is not None
    with_account = User.objects.exclude(person=None).values("person_id")
    members = Membership.objects.filter(union=union, ended_on=None, state="active").exclude(
        person__in=with_account
    )
    people = [row.person for row in members.select_related("person").order_by("pk")[:16]]
    if len(people) < 12:
        return {}
    here = _Town(
        chair=staff["chair"], aid=staff["aid"], finance=staff["finance"], finance2=staff["finance2"],
        counsellor=staff["counsellor"], admin=staff["county"], county=county, union=union, people=people, as_of=as_of,
    )  # fmt: skip
    return _mutual(here) | _hardship(here) | _payments(here) | _counselling(here)


# -- mutual aid


def _terms() -> Terms:
    serious, hospital = TIANJIN.benefits
    benefits = (
        replace(serious, amount_yuan=Decimal(10000)), replace(hospital, amount_yuan=Decimal(40), most_days=90),
    )  # fmt: skip
    return replace(
        TIANJIN, key="demo", title="职工住院和重大疾病互助保障（演示）", reduced_ratio=Decimal("0.5"), claim_days=180,
        under_ages=(), benefits=benefits, source=SOURCE,
    )  # fmt: skip


def _mutual(here: _Town) -> dict[str, int]:
    plan = plans.create_plan(
        actor=here.acting(here.admin), at=here.at(300), union_id=here.county.pk,
        draft=plans.Draft(terms=_terms(), valid_from=here.as_of - timedelta(days=400), source=SOURCE),
    )  # fmt: skip
    began = here.at(240)
    enrolled = enrolling.enrol(
        actor=here.acting(here.chair), at=began,
        wanted=enrolling.Wanted(
            client_id=uuid.uuid5(_SPACE, "enrol"), plan_id=plan.pk, union_id=here.union.pk, from_on=began.date(), shares=2,
            in_scheme=True,
        ),
    )  # fmt: skip
    stays = ((95, 12, "胆囊结石伴胆囊炎", "decide"), (60, 8, "腰椎间盘突出", "decide"), (33, 15, "肺炎", "decide"),
             (12, 5, "急性阑尾炎", "check"), (6, 4, "急性胃肠炎", ""))  # fmt: skip
    for number, (days, length, illness, upto) in enumerate(stays):
        _claim(here, number, days, length, illness, upto)
    return {"insured": enrolled.people, "claims": len(stays)}


def _claim(here: _Town, number: int, days: int, length: int, illness: str, upto: str) -> None:
    person, at = here.next_person(), here.at(days - length - 2 if days > length + 2 else 0)
    case = _asked(
        here, person, "mutual_aid_claim", at, ("bills", "diagnosis_paper"), what="hospital", diagnosis=illness,
        admitted_on=(here.as_of - timedelta(days=days)).isoformat(), hospital_days=str(length),
        cost=str(4200 + number * 1830), scheme=str(2600 + number * 900), other="0", payee=person.name, relation="self",
        bank="宁海农村商业银行", account=card(number),
    )  # fmt: skip
    if not upto:
        return
    for claim in Claim.objects.filter(case=case):
        claims.assess(
            actor=here.acting(here.aid),
            at=at + timedelta(days=1),
            claim_id=claim.pk,
            seen=claim.version_seen,
            facts={},
        )
    _yes(here, case, here.aid, at + timedelta(days=1))
    if upto == "decide":
        _yes(here, case, here.aid, at + timedelta(days=2))


# -- hardship


def _hardship(here: _Town) -> dict[str, int]:
    values = (("aid.minimum_living_yuan", MINIMUM), ("aid.review_levels", "two"))
    for key, value in values:
        PolicyValue.objects.create(
            key=key, path=here.county.path, value=value, valid_from=date(here.as_of.year - 1, 1, 1), source=SOURCE,
            created_at=here.at(400),
        )  # fmt: skip
    files = [
        _file(here, 185, "46000", "18000", "丈夫长期透析，家里只有一人挣钱", "better"),
        _file(here, 150, "38000", "9600", "本人术后在家休养，收入减少", "active"),
        _file(here, 70, "41000", "15500", "孩子患病，每月到外地复查", "active"),
        _file(here, 25, "168000", "0", "房贷压力大", "refused"),
        _file(here, 4, "36000", "11000", "父亲卧床，请人照护", "waits"),
    ]
    officer = here.acting(here.aid)
    for number, file in enumerate(HardshipFile.objects.filter(pk__in=files, state="active").order_by("pk")):
        giving.hand_over(
            actor=officer, file_id=file.pk, kind=AidKind.GOODS if number else AidKind.LIVING, amount_yuan=Decimal(500),
            fund="送温暖资金", what="大米、食用油和被子" if number else "生活救助金", at=here.at(20 - number),
        )  # fmt: skip
    return {"files": len(files)}


def _file(here: _Town, days: int, income: str, rigid: str, cause: str, upto: str) -> int:
    person, at = here.next_person(), here.at(days)
    expenses = [{"what": "长期医疗自付", "amount": rigid}] if rigid != "0" else []
    case = _asked(
        here, person, "hardship_file", at, members=[
            {"name": person.name, "relation": "本人", "income": income, "health": ""},
            {"name": "家人", "relation": "配偶", "income": "0", "health": ""},
            {"name": "孩子", "relation": "子女", "income": "0", "health": ""},
        ], expenses=expenses, cause=cause, pledge=True, struck=False, migrant=False, exclusions=[], reviews="two",
    )  # fmt: skip
    file = HardshipFile.objects.get(case=case)
    if upto == "waits":
        return file.pk
    _yes(here, case, here.chair, at + timedelta(days=2), opinion_unit="走访核实，情况属实")
    if upto == "refused":
        casework.refuse(
            on=_on(here, case, here.aid, at + timedelta(days=4)),
            reason="按公布的公式计算，人均收入高于标准，暂不符合建档条件。",
        )
        return file.pk
    _yes(here, case, here.aid, at + timedelta(days=4), opinion_higher="材料齐全，同意建档")
    file.refresh_from_db()
    if upto == "better":
        archive.review_year(
            actor=here.acting(here.aid),
            file_id=file.pk,
            version=file.version,
            year=_better(file),
            at=here.at(10),
        )
    return file.pk


def _better(file: HardshipFile) -> Year:
    known = archive.latest_year(file)
    assert known is not None
    return replace(known, household=replace(known.household, income_yuan=Decimal(118000)))


# -- payments


def _payments(here: _Town) -> dict[str, int]:
    """Two funds; of what was granted the oldest was paid, one came back, the rest waits on a list for its release."""
    first, second = here.acting(here.finance), here.acting(here.finance2)
    fund = _fund(here, first, "HZ", "职工互助资金", "employer", "收到各单位互助金缴费", 260000)
    _fund(here, first, "SWN", "送温暖帮扶资金", "government", "县财政专项拨款", 480000)
    owed = list(Payable.objects.filter(programme="mutual_aid").order_by("pk"))
    if len(owed) < 2:
        return {"payable": len(owed)}
    day = max(1, (here.as_of - owed[1].owed_at.astimezone(_SHANGHAI).date()).days - 3)
    done = _list(here, second, fund, owed[:2], day)
    lists.release(actor=first, at=here.at(day, 11), list_id=done.pk)
    bankout.export(actor=first, at=here.at(day, 12), list_id=done.pk, form="csv")
    bankin.read_answers(
        actor=first,
        at=here.at(day - 1),
        list_id=done.pk,
        name="银行回盘.csv",
        content=_answers(done, owed[:2]),
    )
    _list(here, second, fund, owed[2:], 1)
    return {"payable": len(owed)}


def _fund(here: _Town, actor: Actor, code: str, name: str, source: str, text: str, yuan: int) -> Fund:
    fund = funds.open_fund(
        actor=actor, at=here.at(200), union_id=here.county.pk, code=code, name=name, source=source,
        opened_on=here.as_of - timedelta(days=200),
    )  # fmt: skip
    funds.receive(
        actor=actor, at=here.at(190), fund_id=fund.pk, amount_yuan=Decimal(yuan),
        received_on=here.as_of - timedelta(days=190), text=text, client_id=f"demo-{code}",
    )  # fmt: skip
    return fund


def _list(here: _Town, maker: Actor, fund: Fund, payables: list[Payable], days: int) -> PaymentList:
    made = lists.make_list(
        actor=maker, at=here.at(days, 9), union_id=here.county.pk, fund_id=fund.pk, note="互助金给付"
    )
    lists.add(actor=maker, at=here.at(days, 9), list_id=made.pk, payable_ids=[one.pk for one in payables])
    return lists.propose(actor=maker, at=here.at(days, 10), list_id=made.pk)


def _answers(paylist: PaymentList, payables: list[Payable]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["附言", "收款账号", "交易金额", "处理结果", "失败原因"])
    for number, one in enumerate(payables, 1):
        said = ["成功", ""] if number < len(payables) else ["失败", "账号户名不符"]
        rows.writerow([f"{paylist.number}-{number}", "", one.amount_yuan, *said])
    return text.getvalue().encode("gb18030")


# -- counselling


def _counselling(here: _Town) -> dict[str, int]:
    counsellor = here.acting(here.counsellor)
    profile = hours.Profile(
        Rank.CENTRE,
        f"{here.counsellor.name[:1]}老师",
        "国家二级心理咨询师",
        "睡眠、情绪、家庭和职场压力；谈话内容保密。",
    )
    hours.introduce(actor=counsellor, profile=profile, at=here.at(90))
    offered = hours.Hours(
        here.as_of + timedelta(days=2), time(14), time(17), 50, Way.PHONE, "0574-65000000", weeks=4
    )
    hours.offer(actor=counsellor, hours=offered, at=here.at(1))
    workers = list(
        User.objects.filter(is_demo=True, person__isnull=False, role_grants=None).order_by("pk")[:3]
    )
    for number, (worker, (topic, words)) in enumerate(zip(workers, _ASKED, strict=False)):
        slot = Slot.objects.filter(state="free").order_by("starts_at")[0] if number == 1 else None
        row = consulting.ask(
            actor=here.acting(worker), at=here.at(5 - number, 20),
            asking=consulting.Asking(
                uuid.uuid5(_SPACE, f"ask{number}"), topic, words, alias=_ALIASES[number], slot_id=slot.pk if slot else None
            ),
        )  # fmt: skip
        if number == 0:
            consulting.write(
                actor=counsellor, consultation_id=row.pk, client_id=uuid.uuid5(_SPACE, "answer"), at=here.at(4),
                body="您好，谢谢您愿意说出来。先把睡前一小时的手机放下，我们约个时间慢慢聊，好吗？",
            )  # fmt: skip
            consulting.note(
                actor=counsellor,
                consultation_id=row.pk,
                body="轮班后入睡困难约三周；建议先做睡眠日记。",
                at=here.at(4),
            )
        if number == 2:
            consulting.end(actor=counsellor, consultation_id=row.pk, state=State.CLOSED, at=here.at(1))
    return {"consultations": len(workers)}


_ALIASES = ("小草", "老张", "海边的人")
_ASKED = (
    (Topic.SLEEP, "倒班以后总睡不着，白天上班没精神，怕出事。"),
    (Topic.STRESS, "跑单压力大，和家里说话老是发火。"),
    (Topic.FAMILY, "孩子高三，家里气氛很紧张，不知道怎么和他说。"),
)


# -- asking and saying yes


def _asked(
    here: _Town, person: Person, service: str, at: datetime, slots: Iterable[str] = (), **answers: object
) -> CaseFile:
    actor = here.acting(_account(person, at))
    case = casework.start_draft(
        service_key=service, actor=actor, at=at, client_id=uuid.uuid5(_SPACE, f"{service}{person.pk}")
    )
    casework.save_draft(case_id=case.pk, raw=answers, actor=actor, at=at)
    scenes = sorted(SCENES)
    for number, slot in enumerate(slots):
        shade = (
            here.used // len(scenes) % 3 + number
        )  # one paper stands in two claims: what is flagged is seen
        kept = keep_bytes(
            actor=system(), content=picture(scenes[min(here.used, 4)], is_right=True, shade=shade), name=f"{slot}.jpg",
            media_type="image/jpeg", purpose="case", at=at,
        )  # fmt: skip
        CaseMaterial.objects.create(case=case, slot=slot, file=kept, added_at=at)
    return casework.submit(case_id=case.pk, actor=actor, at=at)


def _account(person: Person, at: datetime) -> User:
    """Her account; nobody signs in with it, it stands on no list of demo accounts."""
    known = User.objects.filter(person=person).first()
    return known or User.objects.create_user(
        f"care-{person.pk}", None, name=person.name, person=person, mobile=person.mobile, created_at=at
    )


def _on(here: _Town, case: CaseFile, who: User, at: datetime) -> casework.ActOn:
    case.refresh_from_db()
    return casework.ActOn(case.pk, case.version, here.acting(who), at)


def _yes(here: _Town, case: CaseFile, who: User, at: datetime, **values: object) -> None:
    casework.approve(on=_on(here, case, who, at), values=values)


def card(number: int) -> str:
    """An invented card number with a right check digit; no bank issues numbers that begin so."""
    first = f"990000{number:012d}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(first)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{first}{-total % 10}"
