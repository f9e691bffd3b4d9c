"""Ready programmes adopted by the county: some signed up for, some drawn, some collected, one that waits for money."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import checkin, drawing
from smartunion.engines.offers.flows.booking import book_alone
from smartunion.engines.offers.forms import adopted_data
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.payments.flows.funds import open_fund, receive
from smartunion.engines.payments.models import Fund
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.systems.programmes.flows.budgets import set_aside

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("5b1d0c52-0d0b-4b0e-8a39-5e2c6c1c1a77")
_LINES = ("一线班组", "二线班组", "三线班组", "其他班组")
_POSTS = ("苦脏累险岗位", "有毒有害岗位", "其他岗位")


class _City:
    """The county's union, who writes offers there, who keeps its money, and members to sign up."""

    def __init__(self, union: TradeUnion, as_of: date) -> None:
        self.union, self.as_of = union, as_of
        self.cadre = actor_of(User.objects.get(username="cadre"), on=as_of, source="job")
        self.finance = actor_of(User.objects.get(username="finance"), on=as_of, source="job")
        rows = Membership.objects.filter(ended_on=None, state="active", person__erased_at=None).under(
            union.path
        )
        accounts = User.objects.filter(is_demo=True, person__isnull=False).values("person")
        own = rows.filter(person__in=accounts).order_by("pk").values_list("person", flat=True)
        others = rows.exclude(person__in=accounts).order_by("pk").values_list("person", flat=True)[:160]
        self.people = [*own, *others]
        self.fund: Fund | None = None

    def at(self, days: int, hour: int = 9) -> datetime:
        """A moment so many days before the demo's today."""
        return datetime.combine(self.as_of - timedelta(days=days), time(hour), _SHANGHAI)

    def adopt(
        self, key: str, *, ago: int, fields: Mapping[str, object], **rows: list[dict[str, str]]
    ) -> Offer:
        """A draft from a ready programme."""
        preset, at = offers.PRESETS[key], self.at(ago)
        data = adopted_data(
            preset, actor=self.cadre, union_id=self.union.pk, at=at, client_id=uuid.uuid5(_SPACE, f"{self.as_of}:{key}"),
            fields={"audience": self.union.path, "opens_at": at, **fields}, **rows,
        )  # fmt: skip
        return offers.create_offer(actor=self.cadre, union_id=self.union.pk, data=data, at=at)

    def publish(self, offer: Offer, *, ago: int) -> Offer:
        """With its money set aside."""
        if self.fund is not None and (offer.items or offer.costs) and offer.kind != "subsidy":
            set_aside(actor=self.finance, offer_id=offer.pk, fund_id=self.fund.pk, at=self.at(ago, 10))
        return offers.publish(actor=self.cadre, offer_id=offer.pk, at=self.at(ago, 11))

    def sign_up(self, offer: Offer, people: Sequence[int], *, ago: int, **values: object) -> list[Booking]:
        """Each of them, for whom the conditions hold."""
        occasions = list(offer.occasions.order_by("starts_at", "pk").values_list("pk", flat=True))
        made = []
        for number, person_id in enumerate(people):
            answers = {"q1": _POSTS[number % 3], "q2": _LINES[number % 4]} if offer.kind == "check_up" else {}
            if offer.kind == "trip":
                answers = {"q1": "其他岗位" if number % 4 == 0 else "一线生产（工作）岗位"}
            wish = offers.Wish(
                occasion_id=occasions[0], also=tuple(occasions[1:]) if offer.commitment else (), answers=answers,
                client_id=uuid.uuid5(_SPACE, f"{offer.pk}:{person_id}"), person_id=person_id, agrees=bool(offer.consent),
            )  # fmt: skip
            made.append(book_alone(actor=self.cadre, wish=wish, at=self.at(ago, 12)))
        return made

    def let_in(self, bookings: Sequence[Booking], at: datetime) -> None:
        """They came, or collected what is theirs."""
        for booking in bookings:
            checkin.mark(actor=self.cadre, booking_id=booking.pk, came=True, at=at)


def open_programmes(*, as_of: date) -> int:
    """Adopt some, and let them go as far as they got. Returns how many."""
    office = RoleGrant.objects.filter(user__username="cadre", valid_to=None).select_related("union").first()
    if office is None or office.union is None:
        return 0
    city = _City(office.union, as_of)
    if len(city.people) < 40:
        return 0
    _money(city)
    _heat(city)
    _check_ups(city)
    _trip(city)
    _degrees(city)
    _friends(city)
    city.adopt("accident_cover", ago=2, fields={"closes_at": city.at(-20), "details": "保障期一年；出险后凭保单号报案。"},
               items=[{"label": "意外伤害保障 1 份", "stock": "500", "yuan": "25"}])  # fmt: skip
    return 6


def _money(city: _City) -> None:
    at = city.at(60)
    fund = open_fund(
        actor=city.finance, at=at, union_id=city.union.pk, code="FL-DEMO", name="会员普惠服务资金", source="dues",
        opened_on=at.date(),
    )  # fmt: skip
    receive(
        actor=city.finance, at=at, fund_id=fund.pk, amount_yuan=Decimal(400_000), received_on=at.date(),
        text="本级工会经费年度预算", client_id="demo",
    )  # fmt: skip
    city.fund = fund


def _heat(city: _City) -> None:
    offer = city.adopt(
        "gift_heat", ago=12, fields={"title": "户外岗位冬送暖·暖心包", "place": "西店工会驿站", "closes_at": city.at(-10),
                                     "members_only": True,
                                     "summary": "户外岗位职工凭码领取，每人一份，领了就有回执。",
                                     "details": "手套、围巾、保温杯、暖宝宝。到驿站出示码，领一次。"},
        items=[{"label": "暖心包", "stock": "300", "yuan": "60"}],
    )  # fmt: skip
    offer = city.publish(offer, ago=12)
    held = city.sign_up(offer, city.people[:50], ago=11)
    city.let_in(held[3:36], city.at(2, 15))


def _check_ups(city: _City) -> None:
    offer = city.adopt(
        "check_up_front_line", ago=45, fields={"place": "县人民医院体检中心", "closes_at": city.at(31), "repeat_days": 2},
        costs=[{"payer": "union", "yuan": "500", "note": "体检费"}],
    )  # fmt: skip
    offer = city.publish(offer, ago=45)
    city.sign_up(offer, city.people[:70], ago=40)
    drawing.allot(offer_id=offer.pk, at=city.at(30))
    drawing.settle(offer_id=offer.pk, at=city.at(30))
    first = offer.occasions.order_by("starts_at", "pk")[0]
    came = Booking.objects.filter(occasion=first, state="confirmed").order_by("pk")
    city.let_in(list(came[2:]), first.starts_at + timedelta(minutes=40))


def _trip(city: _City) -> None:
    offer = city.adopt(
        "recuperation_anhui", ago=6, fields={"place": "宁波工人疗养院", "closes_at": city.at(-14)}
    )
    offer = city.publish(offer, ago=6)
    city.sign_up(offer, city.people[1:40], ago=4)


def _degrees(city: _City) -> None:
    offer = city.adopt(
        "degree_draw", ago=32, fields={"closes_at": city.at(2)}, occasions=[
            {"start": f"{city.at(1):%Y-%m-%dT%H:%M}", "end": f"{city.at(-59, 18):%Y-%m-%dT%H:%M}", "capacity": "30", "label":
             "交证明的期限",
             "place": ""}],
    )  # fmt: skip
    offer = city.publish(offer, ago=32)
    city.sign_up(offer, city.people[:64], ago=20)
    drawing.allot(offer_id=offer.pk, at=city.at(1, 8))
    drawing.settle(offer_id=offer.pk, at=city.at(1, 8))


def _friends(city: _City) -> None:
    offer = city.adopt("friendship", ago=4, fields={"place": "县工人文化宫", "closes_at": city.at(-8)})
    offer = city.publish(offer, ago=4)
    young = Person.objects.filter(pk__in=city.people, birth_date__gt=date(city.as_of.year - 39, 1, 1), birth_date__lt=date(
        city.as_of.year - 24, 1, 1))  # fmt: skip
    city.sign_up(offer, list(young.order_by("pk").values_list("pk", flat=True)[:24]), ago=3)
