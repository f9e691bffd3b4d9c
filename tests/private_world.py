"""What nobody but those who help may know of a member: illness, poverty, counselling, dispute; made by the flows themselves."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from smartunion.core.actor import Actor, system
from smartunion.core.files.intake import keep_bytes
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.definition import dump
from smartunion.engines.casework.flows import second_looks
from smartunion.engines.casework.flows.publishing import publish
from smartunion.engines.casework.models import CaseFile, CaseMaterial, ServiceVersion
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.payments.flows import bankin, bankout, funds, lists
from smartunion.engines.payments.models import LikenessPair, Payable
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.aid.flows import archive, giving
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.aid.rules.support import AidKind
from smartunion.systems.aid.services import DEFINITIONS as AID
from smartunion.systems.counselling.flows import checking, consulting, handing, hours
from smartunion.systems.counselling.models import Counsellor
from smartunion.systems.counselling.rules import Rank, State, Topic
from smartunion.systems.hall.services import COMPLAINT, LEGAL_AID, MEDIATION
from smartunion.systems.mutual.flows import claims, enrolling
from smartunion.systems.mutual.models import Claim, Plan
from smartunion.systems.mutual.services import CLAIM
from tests.refusals_world import AT, Town, _user

#: What she said and what was said of her: found nowhere but with those who help.
WORDS = (
    "红斑狼疮", "透析自付", "23917", "18713", "家中揭不开锅", "查看以便续保", "大米两袋慰问", "6317", "帮扶中心意见属实",
    "淋巴细胞白血病", "13579.31", "夜夜惊恐", "小蒲公英", "咨询师手记重度", "转介情况说明", "经理当众辱骂", "欠我奖金",
    "经办人态度蛮横", "宫颈涂片", "6222020000000012344",
)  # fmt: skip
NAME = "闻人初雪"


@dataclass
class Sorrows:
    """One member's private records. words: tell-tales in pages of others, references and addresses included."""

    person: Person
    user: User
    words: list[str] = field(default_factory=list)
    cases: list[CaseFile] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)


def member_of(town: Town) -> Sorrows:
    """闻人初雪 of the factory, of whom nothing is known yet but that she is a member, covered by mutual aid as all are."""
    person = make.person(NAME, mobile="13911112222", sex="f", birth_date=date(1990, 5, 1))
    spell = make.membership(person, town.factory)
    user = User.objects.create_user(
        "chuxue", None, name=NAME, person=person, mobile=person.mobile, created_at=AT
    )
    for definition in (*AID, CLAIM, LEGAL_AID, MEDIATION, COMPLAINT):
        publish(definition=definition, actor=system(), at=AT)
    ServiceVersion.objects.filter(definition={}).update(
        definition=dump(WISH)
    )  # so that pages with services are there
    town.objects["screening"] = offer = Offer.objects.create(
        union=town.federation, path=town.federation.path, kind="check_up", title="两癌筛查", is_private=True, state="allotted", opens_at=AT,
        closes_at=AT + timedelta(hours=1), ends_at=AT + timedelta(days=900), published_at=AT, allotted_at=AT,
        commitment="0" * 64, created_at=AT, updated_at=AT,
    )  # fmt: skip
    Occasion.objects.create(
        offer=offer, starts_at=AT + timedelta(days=800), ends_at=AT + timedelta(days=801), capacity=9
    )
    plan: Plan = town.objects["plan"]
    began = AT - timedelta(days=300)
    enrolling.enrol(
        actor=acting(town.people["chair"]), at=began,
        wanted=enrolling.Wanted(
            client_id=uuid4(), plan_id=plan.pk, union_id=town.factory.pk, from_on=began.date(), shares=1, in_scheme=True
        ),
    )  # fmt: skip
    return Sorrows(person, user, records={"person": person, "membership": spell})


def befall(town: Town, she: Sorrows) -> None:
    """Everything at once: a hardship file, aid, a claim, counselling, disputes, payments, a screening; all carried to the end."""
    helpers = _helpers(town)
    _poverty(town, she, helpers)
    _illness(town, she, helpers)
    _disputes(she)
    _counselling(town, she, helpers)
    _screening(town, she)
    she.records |= _money(town, helpers)
    second_looks.draw(actor=system(), day=AT.date(), at=AT + timedelta(days=1))
    she.words = [
        *WORDS,
        *(case.reference for case in she.cases),
        *(f"/cases/{case.pk}/" for case in she.cases),
        f"/counselling/checks/results/{she.records['self_check'].pk}/",
    ]


def acting(user: User) -> Actor:
    """With the roles of the day."""
    return actor_of(user, on=AT.date())


def _helpers(town: Town) -> dict[str, User]:
    county = town.federation.parent
    assert county is not None
    return {
        "aid": town.people["aid"], "county_aid": _user("county-aid", Role.AID, county), "maker": town.people["finance"],
        "releaser": _user("second-finance", Role.FINANCE, town.federation),
        "counsellor": town.people["counsellor"], "county_counsellor": _user("county-counsellor", Role.COUNSELLOR, county),
    }  # fmt: skip


def _ask(she: Sorrows, service: str, slots: Iterable[str] = (), **answers: object) -> CaseFile:
    case = casework.start_draft(service_key=service, actor=acting(she.user), at=AT, client_id=uuid4())
    known = casework.CaseData.load(case.data).form
    casework.save_draft(case_id=case.pk, raw={**known, **answers}, actor=acting(she.user), at=AT)
    for slot in slots:
        kept = keep_bytes(
            actor=system(), content=f"{service}{slot}".encode(), name=f"{slot}.jpg", media_type="image/jpeg",
            purpose="case", at=AT,
        )  # fmt: skip
        CaseMaterial.objects.create(case=case, slot=slot, file=kept, added_at=AT)
    sent = casework.submit(case_id=case.pk, actor=acting(she.user), at=AT)
    she.cases.append(sent)
    return sent


def _yes(case: CaseFile, who: User, **values: object) -> CaseFile:
    case.refresh_from_db()
    return casework.approve(on=casework.ActOn(case.pk, case.version, acting(who), AT), values=values)


def _poverty(town: Town, she: Sorrows, helpers: dict[str, User]) -> None:
    for key, value in (("aid.minimum_living_yuan", 1000), ("aid.review_levels", "two")):
        PolicyValue.objects.create(
            key=key, path="", value=value, valid_from=date(2026, 1, 1), source="民发1号", created_at=AT
        )
    members = [
        {"name": NAME, "relation": "本人", "income": "23917", "health": "红斑狼疮"},
        {"name": "阿强", "relation": "丈夫", "income": "0", "health": "透析"},
    ]
    case = _ask(
        she, "hardship_file", members=members, expenses=[{"what": "透析自付", "amount": "18713"}], cause="家中揭不开锅",
        pledge=True, struck=False, migrant=False, exclusions=[], reviews="two",
    )  # fmt: skip
    for level, who in (("unit", town.people["chair"]), ("higher", helpers["aid"])):
        _yes(case, who, **{f"opinion_{level}": "帮扶中心意见属实"})
    file = HardshipFile.objects.get(case=case)
    assert file.state == "active", file.state
    officer = acting(helpers["aid"])
    archive.look(actor=officer, file_id=file.pk, reason="查看以便续保", at=AT)
    giving.hand_over(
        actor=officer, file_id=file.pk, kind=AidKind.GOODS, amount_yuan=Decimal(6317), fund="帮扶资金", what="大米两袋慰问",
        at=AT,
    )  # fmt: skip
    aid = _ask(
        she, "aid_request", kind="medical", own_cost="30000", other_aid="12000", about="透析自付", payee=NAME, relation="self",
        account="6222020000000012344", bank="宁海农商行",
    )  # fmt: skip
    _yes(aid, helpers["aid"])
    _yes(aid, helpers["county_aid"], fund="帮扶资金")
    she.records["file"] = file


def _illness(town: Town, she: Sorrows, helpers: dict[str, User]) -> None:
    case = _ask(
        she, "mutual_aid_claim", ("bills", "diagnosis_paper"), what="hospital", diagnosis="急性淋巴细胞白血病",
        admitted_on=(AT - timedelta(days=20)).date().isoformat(), hospital_days="6", cost="13579.31", scheme="2000",
        other="0", payee=NAME, relation="self", bank="宁海农商行", account="6222020000000012344",
    )  # fmt: skip
    claim = Claim.objects.get(case=case)
    claims.assess(actor=acting(helpers["aid"]), at=AT, claim_id=claim.pk, seen=claim.version_seen, facts={})
    for _step in ("check", "decide"):
        _yes(case, helpers["aid"])
    she.records["claim"] = claim


def _disputes(she: Sorrows) -> None:
    dispute: dict[str, object] = {
        "employer": {"name": "宁海云海户外用品有限公司"}, "about": "wages", "claims": [{"what": "欠我奖金", "amount": "777"}],
        "employed": "yes", "learnt_on": "2026-10-01", "story": "经理当众辱骂", "talked": "yes", "arbitration": "none",
        "mobile": "13911112222", "help": "advice", "group": ["migrant"], "people": "1",
    }  # fmt: skip
    _ask(she, "mediation", **dispute)
    _ask(she, "legal_aid", **dispute)
    _ask(she, "complaint", why="manner", about="经办人态度蛮横")


def _counselling(town: Town, she: Sorrows, helpers: dict[str, User]) -> None:
    near = Counsellor.objects.get(user=helpers["counsellor"])
    far = hours.introduce(
        actor=acting(helpers["county_counsellor"]),
        profile=hours.Profile(Rank.CENTRE, "许老师", "国家二级"),
        at=AT,
    )
    asking = consulting.Asking(
        client_id=uuid4(), topic=Topic.SLEEP, words="夜夜惊恐", alias="小蒲公英", contact="13911112222",
        counsellor_id=near.pk,
    )  # fmt: skip
    row = consulting.ask(actor=acting(she.user), asking=asking, at=AT)
    consulting.note(actor=acting(helpers["counsellor"]), consultation_id=row.pk, body="咨询师手记重度", at=AT)
    handing.hand_on(
        actor=acting(helpers["counsellor"]), consultation_id=row.pk, to_id=far.pk, summary="转介情况说明", was_agreed=True,
        at=AT,
    )  # fmt: skip
    consulting.end(
        actor=acting(helpers["county_counsellor"]), consultation_id=row.pk, state=State.CLOSED, at=AT
    )
    she.records["consultation"] = row
    she.records["self_check"] = checking.keep(
        actor=acting(she.user), key="phq9", answers=[3, 3, 3, 3, 3, 3, 2, 1, 2], at=AT
    )


def _screening(town: Town, she: Sorrows) -> None:
    offer, occasion = town.objects["screening"], town.objects["screening"].occasions.get()
    she.records["booking"] = Booking.objects.create(
        offer=offer, occasion=occasion, path=offer.path, person_id=she.person.pk, user_id=she.user.pk, state="booked",
        code="CHUXUE22", answers='{"ask": "宫颈涂片"}', booked_at=AT, updated_at=AT,
    )  # fmt: skip


def _money(town: Town, helpers: dict[str, User]) -> dict[str, Any]:
    """What was granted goes out and the bank answers: one payment made, one sent back."""
    maker, releaser = acting(helpers["maker"]), acting(helpers["releaser"])
    fund = funds.open_fund(
        actor=maker, at=AT, union_id=town.federation.pk, code="XD9", name="帮扶", source="government",
        opened_on=date(2026, 1, 1),
    )  # fmt: skip
    funds.receive(
        actor=maker, at=AT, fund_id=fund.pk, amount_yuan=Decimal(90000), received_on=AT.date(), text="拨款", client_id="1"
    )  # fmt: skip
    owed = list(Payable.objects.filter(person__name=NAME).order_by("pk"))
    assert len(owed) == 2, owed
    made = lists.make_list(actor=maker, at=AT, union_id=town.federation.pk, fund_id=fund.pk)
    left = lists.add(actor=maker, at=AT, list_id=made.pk, payable_ids=[one.pk for one in owed])
    assert not left, left
    lists.propose(actor=maker, at=AT, list_id=made.pk)
    lists.release(actor=releaser, at=AT, list_id=made.pk)
    bankout.export(actor=releaser, at=AT, list_id=made.pk, form="csv")
    text = io.StringIO()
    csv.writer(text).writerows(
        [["附言", "收款账号", "交易金额", "处理结果", "失败原因"],
         [f"{made.number}-1", "", owed[0].amount_yuan, "成功", ""], [f"{made.number}-2", "", owed[1].amount_yuan, "失败", "户名不符"]]
    )  # fmt: skip
    bankin.read_answers(
        actor=releaser, at=AT, list_id=made.pk, name="回盘.csv", content=text.getvalue().encode("gb18030")
    )
    return {
        "fund": fund,
        "paylist": made,
        "payable": owed[0],
        "pair": LikenessPair.objects.order_by("-pk")[0],
    }
