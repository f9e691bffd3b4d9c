"""Adopting a programme as a cadre does: the form as it comes, what differs, publish, and money from the finance officer."""

from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils.timezone import localtime

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.engines.offers.models import Booking, Occasion, Offer
from smartunion.engines.payments.flows import funds
from smartunion.engines.payments.models import Fund
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.tests import factories as make
from tests.refusals_world import Town


class _Form(HTMLParser):
    """Names and values of every field of the last form that has a client_id."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._chosen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio"):
            self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "input" and name and "checked" in given:
            self.fields.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "select":
            self._select, self._chosen = name, ""
        elif tag == "option" and self._select and ("selected" in given):
            self._chosen = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.fields.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self.fields.setdefault(self._select, []).append(self._chosen)
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def form_of(page: str) -> dict[str, list[str]]:
    """What a browser would send if nothing was changed."""
    parser = _Form()
    parser.feed(page)
    return parser.fields


def client(town: Town, who: str | User) -> Client:
    """A browser of somebody signed in."""
    made = Client()
    made.force_login(town.people[who] if isinstance(who, str) else who)
    return made


def actor(town: Town, role: str) -> Actor:
    """Somebody of a role, as flows take her."""
    return actor_of(town.people[role], on=date(2026, 11, 21), source="web")


def adopted(town: Town, key: str, **changed: Any) -> Offer:
    """The draft that comes of a programme when a cadre changes only what it leaves to her."""
    desk = client(town, "cadre")
    assert desk.get(f"/desk/offers/programmes/{key}/").status_code == 200
    page = desk.get(f"/desk/offers/new/?preset={key}")
    assert page.status_code == 200
    given = form_of(page.content.decode())
    given |= {
        "client_id": [str(uuid4())],
        "union": [str(town.federation.pk)],
        "audience": [town.federation.path],
    }
    answer = desk.post("/desk/offers/new/", given | changed)
    assert answer.status_code == 302, answer.content.decode().partition("<main")[2][:3000]
    return Offer.objects.latest("pk")


def fund_of(town: Town, yuan: int = 1_000_000) -> Fund:
    """A fund of the town with money in it."""
    fund: Fund = Fund.objects.create(
        code=f"GH{Fund.objects.count()}", name="工会经费", source="dues", union=town.federation, path=town.federation.path,
        opened_on=date(2026, 1, 1), created_at=clock.now(),
    )  # fmt: skip
    funds.receive(
        actor=actor(town, "finance"), at=clock.now(), fund_id=fund.pk, amount_yuan=Decimal(yuan),
        received_on=date(2026, 1, 2), text="拨款", client_id="1",
    )  # fmt: skip
    fund.refresh_from_db()
    return fund


def fund_it(town: Town, offer: Offer, fund: Fund) -> None:
    """The finance officer sets the money aside."""
    answer = client(town, "finance").post(f"/desk/programmes/money/{offer.pk}/", {"fund": fund.pk})
    assert answer.status_code == 302, answer.content.decode().partition("<main")[2][:2000]


def publish(town: Town, offer: Offer) -> Offer:
    """The cadre publishes it."""
    answer = client(town, "cadre").post(f"/desk/offers/{offer.pk}/publish/")
    assert answer.status_code == 302, answer.content.decode().partition("<main")[2][:2000]
    Offer.objects.filter(pk=offer.pk).update(opens_at=clock.now() - timedelta(hours=1))
    offer.refresh_from_db()
    return offer


def members(town: Town, number: int, **values: Any) -> list[User]:
    """Workers of the factory with accounts."""
    made = []
    for at in range(number):
        person = make.person(f"工友{at}", **values)
        make.membership(person, town.factory)
        made.append(
            User.objects.create_user(
                f"w{person.pk}",
                None,
                name=person.name,
                person=person,
                mobile=person.mobile,
                created_at=clock.now(),
            )
        )
    return made


def sign_up(town: Town, offer: Offer, who: User, **values: Any) -> Any:  # Any: the client's answer
    """Sign up on the phone; the answer of the page."""
    first = offer.occasions.order_by("pk")[0]
    return client(town, who).post(
        f"/offers/{offer.pk}/book/", {"client_id": str(uuid4()), "occasion": [first.pk]} | values
    )


def booking_of(offer: Offer, who: User) -> Booking:
    """Her newest booking."""
    return Booking.objects.filter(offer=offer, user_id=who.pk).latest("pk")


def begin(offer: Offer) -> Occasion:
    """The first occasion has just begun."""
    first = offer.occasions.order_by("pk")[0]
    now = clock.now()
    Occasion.objects.filter(pk=first.pk).update(
        starts_at=now - timedelta(minutes=5), ends_at=max(first.ends_at, now + timedelta(hours=1))
    )
    first.refresh_from_db()
    return first


def at_door(town: Town, occasion: Occasion, code: str) -> str:
    """The code is read at the door; the page that answers."""
    answer = client(town, "station").post(
        f"/checkin/{occasion.pk}/", {"client_id": str(uuid4()), "code": code}
    )
    return answer.content.decode()


def day(**ahead: float) -> str:
    """A moment from now as the form takes it."""
    return f"{localtime(clock.now()) + timedelta(**ahead):%Y-%m-%dT%H:%M}"
