"""Walks of sealed services about illness and money: household aid, model workers, mutual aid; who checks never decides."""

from datetime import date, timedelta
from decimal import Decimal

from smartunion.core import clock
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.payments.models import Payable
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Person
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.tests.aid_world import HOUSEHOLD, ask
from smartunion.systems.mutual.models import Claim
from smartunion.systems.mutual.tests import mutual_world
from smartunion.systems.mutual.tests.plans import tianjin, yuecheng
from tests.e2e.walking import Decided, Missing, Town, Walk

_PAYEE = {"relation": "self", "payee": "阿丽", "account": "6222021234567890128", "bank": "宁海农商银行"}
_TODAY = clock.now().date()
#: The plan takes units in from 20 October to 20 December, for a year: taken in on 1 November, in hospital after the wait.
_COVERED = date(_TODAY.year - (1 if date(_TODAY.year, 11, 1) > _TODAY else 0), 11, 1)
if timedelta(days=120) > _TODAY - _COVERED:
    _COVERED = _COVERED.replace(year=_COVERED.year - 1)
_ADMITTED = min(_TODAY - timedelta(days=12), _COVERED + timedelta(days=350))


def officers_are_there(town: Town) -> None:
    """One assistance officer in the town, who checks, one in the county, who decides."""
    if "aid" not in town.more:
        town.more["aid"] = make.user("帮扶员", role=Role.AID, at=town.world.town)
        town.more["aid_county"] = make.user("县帮扶员", role=Role.AID, at=town.world.county)


def entered(key: str, value: object) -> None:
    PolicyValue.objects.create(
        key=key,
        path="",
        value=value,
        valid_from=date(2024, 1, 1),
        source="民发〔2024〕1号",
        created_at=clock.now(),
    )


def household_is_in_the_archive(town: Town) -> None:
    officers_are_there(town)
    if HardshipFile.objects.exists():
        return
    for key, value in {"aid.minimum_living_yuan": 1000, "aid.review_levels": "two"}.items():
        entered(key, value)
    case = ask(make.acting(town.world.ali), "hardship_file", HOUSEHOLD | {"reviews": "two"}, at=clock.now())
    for who, opinion in (("xiaobo", "opinion_unit"), ("aid", "opinion_higher")):
        case.refresh_from_db()
        on = casework.ActOn(case.pk, case.version, make.acting(town.user(who)), clock.now())
        case = casework.approve(on=on, values={opinion: "情况属实"})
    assert HardshipFile.objects.get().state == "active"


def paid_apart(town: Town, case: CaseFile, yuan: str) -> None:
    """Owed once, by the sum of the rule; who checked it can neither prepare nor release its payment."""
    owed = Payable.objects.get()
    assert (owed.amount_yuan, owed.payee_name) == (Decimal(yuan), "阿丽")
    assert (owed.decided_by_id, owed.handled_by) == (town.user("aid_county").pk, [town.user("aid").pk])
    assert case.decision_reason == ""


def nothing_is_owed(_town: Town, _case: CaseFile) -> None:
    assert (Payable.objects.count(), AidGiven.objects.count()) == (0, 0)


_MEDICAL = {"kind": "medical", "own_cost": "30000", "other_aid": "12000", "about": "丈夫透析自付", **_PAYEE}
AID_REQUEST_REFUSED = Walk(
    key="aid_request", answers=_MEDICAL, decided=(), refused_by="aid", prepare=household_is_in_the_archive,
    check_refused=nothing_is_owed,
)  # fmt: skip
AID_REQUEST = Walk(
    key="aid_request", answers=_MEDICAL, prepare=household_is_in_the_archive,
    missing=Missing("about", "请写明医院和时间", {"about": "丈夫一至六月在县医院透析自付"}),
    decided=(Decided("aid"), Decided("aid_county", {"fund": "中央财政帮扶资金"})),
    check=lambda town, case: paid_apart(town, case, "9000.00"),
)  # fmt: skip


def income_line_is_entered(town: Town) -> None:
    officers_are_there(town)
    if not PolicyValue.objects.filter(key="aid.model_worker_income_yuan").exists():
        entered("aid.model_worker_income_yuan", 3000)


_MODEL = {"honour": "provincial", "year": "2005", "income": "2400", "living": "独居，慢性病", **_PAYEE}
MODEL_WORKER_AID_REFUSED = Walk(
    key="model_worker_aid", answers=_MODEL, decided=(), refused_by="aid", prepare=income_line_is_entered,
    check_refused=nothing_is_owed,
)  # fmt: skip
MODEL_WORKER_AID = Walk(
    key="model_worker_aid", answers=_MODEL, prepare=income_line_is_entered,
    missing=Missing("living", "请写明是否有人照料", {"living": "独居，慢性病，由邻居照料"}),
    decided=(Decided("aid"), Decided("aid_county", {"fund": "劳模专项资金"})),
    check=lambda town, case: paid_apart(town, case, "7200.00"),
)  # fmt: skip


def she_is_covered(town: Town) -> None:
    """The county's two plans, the unit enrolled in one of them."""
    if "aid" in town.more:
        return
    world = town.world
    officers_are_there(town)
    for who, sex, born in (
        (world.ali.person, "f", date(1990, 5, 1)),
        (world.xiaobo.person, "m", date(1985, 2, 3)),
    ):
        assert who is not None
        Person.objects.filter(pk=who.pk).update(sex=sex, birth_date=born)
        who.refresh_from_db()
    admin = make.user("刘建军", role=Role.ADMIN, at=world.county)
    plans = [mutual_world.plan(world, admin, terms, "2024-01-01") for terms in (tianjin(), yuecheng())]
    here = mutual_world.Mutual(world, town.more["aid"], town.more["aid_county"], admin, *plans)
    mutual_world.enrolled(here, here.yuecheng, _COVERED.isoformat())


def papers_are_compared(town: Town, case: CaseFile) -> None:
    """The officer opens the calculation beside the case and says that it is right."""
    claim = Claim.objects.get(case=case)
    desk = town.desk("aid")
    desk.goto(f"/desk/mutual/claims/{claim.pk}/")
    desk.locator("form[method=post] button.btn-primary").first.click()
    desk.wait_for_load_state()


def two_thousand_six_hundred(town: Town, case: CaseFile) -> None:
    claim, owed = Claim.objects.get(case=case), Payable.objects.get()
    assert (claim.state, owed.amount_yuan, owed.payee_name) == ("granted", Decimal("2600.00"), "阿丽")
    assert owed.handled_by == [town.user("aid").pk]


def claim_is_refused(_town: Town, case: CaseFile) -> None:
    assert (Claim.objects.get(case=case).state, Payable.objects.count()) == ("refused", 0)


_CLAIM = {
    "what": "hospital", "diagnosis": "急性阑尾炎", "admitted_on": _ADMITTED.isoformat(), "hospital_days": "6", "cost": "20000",
    "scheme": "12000", "other": "1000", "relation": "self", "bank": "宁海农商银行", "account": "6222021234567890128",
    "photo:bills": "one", "photo:diagnosis_paper": "one",
}  # fmt: skip
MUTUAL_CLAIM_REFUSED = Walk(
    key="mutual_aid_claim", answers=_CLAIM, decided=(), refused_by="aid", prepare=she_is_covered,
    check_refused=claim_is_refused,
)  # fmt: skip
MUTUAL_CLAIM = Walk(
    key="mutual_aid_claim", answers=_CLAIM, prepare=she_is_covered,
    missing=Missing("bills", "结算单看不清，请重拍", {"photo:bills": "one"}),
    decided=(Decided("aid", before=papers_are_compared), Decided("aid", {"union_bank": ""})),
    check=two_thousand_six_hundred,
)  # fmt: skip
