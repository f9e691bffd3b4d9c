"""The smallest world of payments: 县总 → 镇总 → a firm's union; 阿丽 is owed; 会计, 出纳 and 林静 work on it; 老秦 is a stranger."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor
from smartunion.core.paths import child_path
from smartunion.core.pinyin import name_key
from smartunion.engines.payments import programmes
from smartunion.engines.payments.flows import bankout, funds, lists
from smartunion.engines.payments.models import Fund, Payable, PaymentList
from smartunion.engines.payments.programmes import Programme
from smartunion.engines.payments.service import Payee, owe
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Person, Region, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionLevel, fold_name

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
TODAY = date(2026, 3, 2)
HELP = "test.help"
DEATH = "test.death"


def card(number: int) -> str:
    """A card number that satisfies the check digit."""
    first = f"622202{number:012d}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(first)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{first}{-total % 10}"


def union(name: str, parent: TradeUnion | None = None, *, level: str = "grassroots") -> TradeUnion:
    kind = UnionKind.INDEPENDENT if level == "grassroots" else UnionKind.FEDERATION
    made = TradeUnion.objects.create(
        number=f"N{TradeUnion.objects.count() + 1:04d}", name=name, name_key=fold_name(name), kind=kind,
        level=UnionLevel(level), parent=parent, path=f"~{name}", depth=parent.depth + 1 if parent else 0,
        region=_place(), founded_on=date(2020, 1, 1), created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    made.path = child_path(parent.path if parent else "", made.pk)
    made.save(update_fields=["path"])
    return made


def _place() -> Region:
    found = Region.objects.filter(code="330226").first()
    return found or Region.objects.create(
        code="330226", name="宁海县", full_name="宁海县", level="county", path="1/", depth=0
    )


def person(name: str, mobile: str = "") -> Person:
    return Person.objects.create(
        name=name,
        pinyin=name_key(name),
        mobile=mobile,
        mobile_tail=mobile[-4:],
        created_at=NOW,
        updated_at=NOW,
    )


def user(
    name: str, *, who: Person | None = None, role: Role | None = None, at: TradeUnion | None = None
) -> User:
    made = User.objects.create(username=f"u{User.objects.count() + 1}", name=name, person=who, created_at=NOW)
    if role is not None:
        RoleGrant.objects.create(user=made, role=role, union=at, valid_from=date(2020, 1, 1))
    return made


def acting(one: User) -> Actor:
    return actor_of(one, on=TODAY)


@dataclass
class World:
    """会计 and 出纳 are finance officers of the county, 林静 assistance officer of the town."""

    county: TradeUnion
    town: TradeUnion
    firm: TradeUnion
    ali: User
    xiaobo: User
    kuaiji: User
    chuna: User
    linjing: User
    stranger: User


def world() -> World:
    """The usual places and people, and two programmes that pay."""
    for programme in (Programme(HELP, "试验救助"), Programme(DEATH, "试验抚恤", pays_union=True)):
        programmes.PROGRAMMES.setdefault(programme.key, programme)
    county = union("宁海县总工会", level="county")
    town = union("桃源街道总工会", county, level="town")
    firm = union("宁海晨光文具有限公司工会", town)
    return World(
        county, town, firm,
        ali=user("阿丽", who=person("阿丽", "13800138000")),
        xiaobo=user("小波", who=person("小波", "13800138001")),
        kuaiji=user("会计", role=Role.FINANCE, at=county),
        chuna=user("出纳", role=Role.FINANCE, at=county),
        linjing=user("林静", role=Role.AID, at=town),
        stranger=user("老秦", who=person("老秦")),
    )  # fmt: skip


def owed(
    here: World,
    key: str = "1",
    *,
    yuan: str = "500.00",
    who: User | None = None,
    account: str = "",
    **more: object,
) -> Payable:
    """A payable to 阿丽, decided by 林静."""
    one = who or here.ali
    assert one.person is not None
    values: dict[str, object] = {"programme": HELP, "decided_by": here.linjing.pk} | more
    return owe(
        actor=acting(here.linjing), at=NOW, key=key, union_id=here.firm.pk, person_id=one.person.pk,
        payee=Payee(one.name, account or card(one.pk), "工商银行宁海支行"), amount_yuan=Decimal(yuan),
        title="大病救助", record=f"test.claim:{key}", **values,  # type: ignore[arg-type]  # a test's own values
    )  # fmt: skip


def funded(here: World, yuan: str = "10000", **more: object) -> Fund:
    """A fund of the county with money in it."""
    fund = funds.open_fund(
        actor=acting(here.kuaiji), at=NOW, union_id=here.county.pk, code=f"F{Fund.objects.count() + 1}", name="帮扶资金",
        source="government", opened_on=date(2026, 1, 1), **more,  # type: ignore[arg-type]  # a test's own values
    )  # fmt: skip
    if Decimal(yuan):
        funds.receive(
            actor=acting(here.kuaiji), at=NOW, fund_id=fund.pk, amount_yuan=Decimal(yuan), received_on=TODAY,
            text="县财政拨款", client_id="1",
        )  # fmt: skip
    fund.refresh_from_db()
    return fund


def proposed(here: World, fund: Fund, *payables: Payable) -> PaymentList:
    """A list of 会计's with these payables on it, waiting for release."""
    maker = acting(here.kuaiji)
    made = lists.make_list(actor=maker, at=NOW, union_id=here.county.pk, fund_id=fund.pk)
    left = lists.add(actor=maker, at=NOW, list_id=made.pk, payable_ids=[one.pk for one in payables])
    assert not left, left
    return lists.propose(actor=maker, at=NOW, list_id=made.pk)


def sent(here: World, fund: Fund, *payables: Payable) -> PaymentList:
    """A list that 出纳 released and whose bank file was taken out."""
    made = proposed(here, fund, *payables)
    lists.release(actor=acting(here.chuna), at=NOW, list_id=made.pk)
    bankout.export(actor=acting(here.chuna), at=NOW, list_id=made.pk, form="csv")
    made.refresh_from_db()
    return made


def answers(paylist: PaymentList, *rows: tuple[int, str, str, str]) -> bytes:
    """The bank's file: (position, amount, result, reason) a row."""
    lines = ["附言,收款账号,交易金额,处理结果,失败原因"]
    for position, yuan, result, reason in rows:
        lines.append(f"{paylist.number}-{position},,{yuan},{result},{reason}")
    return "\r\n".join(lines).encode("gb18030")
