"""Steps of a programme through the real pages: adopted, paid for, published, signed up for, given out, complained about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.test import Client
from django.utils.timezone import localtime
from playwright.sync_api import Browser, Page, expect

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.ids import readable
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as cases
from smartunion.engines.offers import jobs
from smartunion.engines.offers.flows import arriving, booking, checkin, drawing, places
from smartunion.engines.offers.flows.booking import Wish
from smartunion.engines.offers.models import Booking, LimitUse, Occasion, Offer
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.programmes.tests.adopting import actor, begin, booking_of, fund_of, members
from tests.browser import PC, PHONE, person
from tests.e2e.walking import answered, pressed, sent
from tests.refusals_world import Town, build

Rows = Mapping[str, str | Sequence[str]]


class Stage:
    """A town with its people's devices: cadre, finance, keeper of the door, an officer above, workers on phones."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self.chromium, self.url = chromium, url
        self.town: Town = build()[0]
        casework.ship(actor=system(), at=clock.now())
        county = self.town.federation.parent
        assert county is not None
        self.town.people["above"] = cases.user("县总干部", role=Role.CADRE, at=county)
        self.fund = fund_of(self.town)
        self._pages: dict[tuple[int, bool], Page] = {}

    def user(self, who: str | User) -> User:
        """By the role, or the account itself."""
        return self.town.people[who] if isinstance(who, str) else who

    def desk(self, who: str | User) -> Page:
        """Her PC."""
        return self._page(self.user(who), phone=False)

    def phone(self, who: str | User) -> Page:
        """Her phone."""
        return self._page(self.user(who), phone=True)

    def _page(self, user: User, *, phone: bool) -> Page:
        known = (user.pk, phone)
        if known not in self._pages:
            client = Client()
            client.force_login(user)
            context = person(self.chromium, size=PHONE if phone else PC, url=self.url)
            context.set_default_timeout(60_000)
            value = client.cookies["su_session"].value
            context.add_cookies([{"name": "su_session", "value": value, "url": self.url}])
            self._pages[known] = context.new_page()
        return self._pages[known]

    def close(self) -> None:
        """Put the devices away."""
        for page in self._pages.values():
            page.context.close()

    def members(self, number: int, **values: object) -> list[User]:
        """Workers of the factory with accounts."""
        return members(self.town, number, **values)

    def adopted(self, title: str, /, *, for_all: bool = False, **fields: str | Sequence[str]) -> Offer:
        """From the gallery to a draft; only what the source leaves open is filled in. A list fills a row each."""
        desk = self.desk("cadre")
        desk.goto("/desk/offers/programmes/")
        desk.locator("main a", has=desk.get_by_text(title, exact=True)).first.click()
        desk.get_by_role("link", name="采用这个项目").click()
        expect(desk.locator("main")).to_contain_text(f"采用：{title}")
        desk.locator("[name=audience]").select_option("" if for_all else self.town.federation.path)
        for name, value in fields.items():
            for at, text in enumerate([value] if isinstance(value, str) else value):
                desk.locator(f"[name={name}]").nth(at).fill(text)
        desk.get_by_role("button", name="保存草稿").click()
        desk.wait_for_load_state()
        assert re.search(r"/desk/offers/\d+/$", desk.url), desk.locator("main").inner_text()[:600]
        return Offer.objects.latest("pk")

    def published(self, offer: Offer, *, yuan: str = "") -> Page:
        """Refused without its money, set aside by finance, published; a confirmation each time. The cadre's page."""
        desk = self.desk("cadre")
        desk.goto(f"/desk/offers/{offer.pk}/")
        if yuan:
            self.confirmed(desk, "publish")
            expect(desk.locator("main .note")).to_contain_text(yuan)
            finance = self.desk("finance")
            finance.goto("/desk/programmes/money/")
            finance.locator("section", has_text=offer.title).get_by_role("button", name="划出").click()
            expect(finance.locator("main")).to_contain_text("经费已到位")
            desk.goto(f"/desk/offers/{offer.pk}/")
        self.confirmed(desk, "publish")
        expect(desk.locator("main")).to_contain_text(re.compile("尚未开始报名|报名中"))
        Offer.objects.filter(pk=offer.pk).update(opens_at=clock.now() - timedelta(hours=1))
        offer.refresh_from_db()
        return desk

    @staticmethod
    def confirmed(page: Page, act: str, **values: str) -> None:
        """Press a button that asks once more, and say yes."""
        form = page.locator(f"form[action$='/{act}/']").first
        page.locator("details.confirm", has=form).locator("summary").click()
        for name, value in values.items():
            form.locator(f"[name={name}]").fill(value)
        form.locator("button.btn-primary, button.btn-danger").first.click()
        page.wait_for_load_state()

    def opened(self, who: User, offer: Offer) -> Page:
        """The offer on her phone, found among all; nothing sticks out of the screen."""
        page = self.phone(who)
        page.goto("/offers/")
        page.locator(f"main a[href='/offers/{offer.pk}/']").click()
        page.wait_for_url(f"**/offers/{offer.pk}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return page

    def refused(self, who: User, offer: Offer, *words: str) -> Page:
        """She cannot sign up; the page says why and what comes next, and nothing is booked."""
        page = self.phone(who)
        page.goto(f"/offers/{offer.pk}/")
        for part in words:
            expect(page.locator("main .note")).to_contain_text(part)
        assert page.locator(".action-bar button").count() == 0
        assert not Booking.objects.filter(offer=offer, user_id=who.pk).exists()
        return page

    def filled(
        self, who: User, offer: Offer, *, every: bool = False, guests: Iterable[str] = (), agrees: bool = False, **answers: str
    ) -> Page:  # fmt: skip
        """The form of sign-up filled in and sent; she sees what came of it."""
        page = self.opened(who, offer)
        boxes = page.locator("label.pick", has=page.locator("[name=occasion]"))
        for at in range(boxes.count() if every else 1):
            if not boxes.nth(at).locator("input").is_checked():
                boxes.nth(at).click()
        item = page.locator("label.pick", has=page.locator("[name=item]"))
        if item.count() > 1:
            item.first.click()
        for at, name in enumerate(guests):
            page.locator("[name=guest]").nth(at).fill(name)
        for name, value in answers.items():
            box = page.locator(f"[name=q_{name}]")
            box.select_option(value) if box.evaluate("one => one.tagName") == "SELECT" else box.fill(value)
        if agrees:
            page.locator("label.pick", has=page.locator("[name=consent]")).click()
        page.locator(".action-bar button").click()
        page.wait_for_load_state()
        return page

    def signed_up(self, who: User, offer: Offer, **given: object) -> Page:
        """Signed up; her booking is open."""
        page = self.filled(who, offer, **given)  # type: ignore[arg-type]
        page.wait_for_url("**/me/bookings/*/")
        return page

    def outsider(self) -> User:
        """Somebody with an account who is no member."""
        who = make.person("路人", sex="m")
        return User.objects.create_user(
            f"w{who.pk}", None, name=who.name, person=who, mobile=who.mobile, created_at=clock.now()
        )

    def had(self, who: User, offer: Offer, *, years_ago: int = 0, state: str = "attended") -> Booking:
        """She had a place in an offer like this one, earlier; it counts against the same limit."""
        day = (offer.ends_at or clock.now()) - timedelta(days=365 * years_ago + 1)
        earlier, first = Offer.objects.get(pk=offer.pk), offer.occasions.order_by("pk")[0]
        earlier.pk, earlier.client_id, earlier.state, earlier.ends_at = None, uuid4(), "closed", day  # type: ignore[assignment]
        earlier.opens_at, earlier.closes_at = day - timedelta(days=9), day - timedelta(days=8)
        earlier.title = "从前的一次"
        earlier.save()
        held = Occasion.objects.create(
            offer=earlier,
            starts_at=day - timedelta(hours=2),
            ends_at=day,
            capacity=first.capacity,
            swept_at=day,
        )
        key = places.limit_of(earlier, day)
        LimitUse.objects.create(key=key, person=who.person, taken=1)
        return Booking.objects.create(
            offer=earlier, occasion=held, path=offer.path, person=who.person, user_id=who.pk, state=state, limit_key=key,
            code=readable(10), booked_at=day - timedelta(days=9), updated_at=day, attended_at=day if state == "attended" else None,
        )  # fmt: skip

    def appealed(
        self, who: User, about: Offer | Booking, offer: Offer, *, words: str, found: str, answer: str, done: str = ""
    ) -> None:  # fmt: skip
        """She complains from the page that told her no, and reads what the union above found."""
        case = self.complains(who, about, words)
        self.answered_above(case, offer, found=found, answer=answer, done=done)

    def crowd(
        self, offer: Offer, number: int, *, wishes: Mapping[str, object] | None = None, **values: object
    ) -> list[User]:
        """So many others who sign up in the same minute, by the flow the page calls."""
        people = self.members(number, **values)
        self.come_in(offer, people, **(wishes or {}))
        return people

    def come_in(self, offer: Offer, people: Sequence[User], **wish: object) -> None:
        """Each of these signs up for the first occasion."""
        first, at, on = offer.occasions.order_by("pk")[0], clock.now(), clock.today()
        asked = [
            arriving.Asking(
                actor_of(who, on=on, source="web"), Wish(first.pk, uuid4(), **wish), at, "zh-hans"  # type: ignore[arg-type]
            )
            for who in people
        ]  # fmt: skip
        for start in range(0, len(asked), 200):
            for answer in arriving.book_all(asked[start : start + 200]):
                assert isinstance(answer, Booking), answer

    def drawn(self, offer: Offer) -> Page:
        """Sign-up is over; the cadre draws. Her page."""
        Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() - timedelta(seconds=1))
        desk = self.desk("cadre")
        desk.goto(f"/desk/offers/{offer.pk}/")
        self.confirmed(desk, "draw")
        offer.refresh_from_db()
        assert offer.state == "allotted"
        drawing.settle(offer_id=offer.pk, at=clock.now())
        return desk

    def at_door(self, occasion: Occasion, code: str, words: str) -> Page:
        """The keeper of the door types the code."""
        door = self.phone("station")
        door.goto(f"/checkin/{occasion.pk}/")
        door.locator("#door-code").fill(code)
        door.locator("#door-code").press("Enter")
        expect(door.locator(".door-answer:visible")).to_contain_text(words)
        return door

    def all_confirm(self, offer: Offer) -> int:
        """Everybody who was offered a place takes it, by the flow of the button."""
        rows = list(Booking.objects.filter(offer=offer, state="offered").order_by("pk"))
        for one in rows:
            hers = actor_of(User.objects.get(pk=one.user_id), on=clock.today(), source="web")
            booking.confirm(actor=hers, booking_id=one.pk, at=clock.now())
        return len(rows)

    def let_in(self, offer: Offer, occasion: Occasion, number: int) -> None:
        """So many more of those with a place come, by the flow the door calls."""
        codes = (
            Booking.objects.filter(offer=offer, state="confirmed")
            .order_by("pk")
            .values_list("code", flat=True)
        )
        at, keeper = clock.now(), actor(self.town, "station")
        for code in list(codes[:number]):
            checkin.check_in(
                actor=keeper, occasion_id=occasion.pk, read=checkin.Read(uuid4(), code, at), at=at
            )

    def let_in_one(self, occasion: Occasion, hers: Booking) -> None:
        """One of them comes, by the flow the door calls."""
        read = checkin.Read(uuid4(), hers.code, clock.now())
        checkin.check_in(
            actor=actor(self.town, "station"), occasion_id=occasion.pk, read=read, at=clock.now()
        )

    def over(self, offer: Offer) -> Page:
        """The last occasion was over hours ago and the offer ended by itself. The page of the money, for finance."""
        end = clock.now() - timedelta(hours=3)
        Occasion.objects.filter(offer=offer).update(starts_at=end - timedelta(hours=1), ends_at=end)
        Offer.objects.filter(pk=offer.pk).update(
            ends_at=end, closes_at=end - timedelta(hours=2), opens_at=end - timedelta(days=2)
        )
        jobs.note_absences(clock.now())
        assert jobs.close_over(clock.now()) >= 1
        finance = self.desk("finance")
        finance.goto("/desk/programmes/money/")
        return finance

    def complains(self, who: User, about: Offer | Booking, words: str) -> CaseFile:
        """From the page that told her no: the complaint knows what it is about, and goes to the union above."""
        page = self.phone(who)
        if isinstance(about, Booking):
            page.goto(f"/me/bookings/{about.pk}/")
            page.get_by_role("link", name="对这个结果提意见").click()
        else:
            way = page.get_by_role("link", name="我认为不对，要反映")
            if not way.count():  # it stands beside what was refused a moment ago
                page.goto(f"/offers/{about.pk}/")
            way.click()
        page.get_by_role("button", name="开始办理").click()
        page.wait_for_url("**/cases/*/fill/")
        form = page.locator("[data-casework-form]")
        named = about.code if isinstance(about, Booking) else f"OFFER-{about.pk}"
        expect(form.locator("[name=about_case]")).to_have_value(named)
        answered(page, form, {"why": "wrong", "about": words})
        sent(page)
        case = CaseFile.objects.filter(service_key="complaint").latest("pk")
        parent = self.town.federation.parent
        assert parent is not None
        assert (case.user_id, case.path) == (who.pk, parent.path)
        return case

    def answered_above(
        self, case: CaseFile, offer: Offer, *, found: str, answer: str, done: str = ""
    ) -> None:
        """The officer above sees the offer beside it, says what was found and why; the worker reads it."""
        desk = self.desk("above")
        desk.goto(f"/desk/cases/{case.pk}/")
        expect(desk.locator("main")).to_contain_text(offer.title)
        form = desk.locator("form[action$='/approve/']")
        answered(desk, form, {"found": found, "answer": answer} | ({"done": done} if done else {}))
        pressed(desk, form)
        page = self.phone(User.objects.get(pk=case.user_id))
        page.goto(f"/cases/{case.pk}/")
        expect(page.locator("main")).to_contain_text(answer)


def moment(days: float, hour: int, minute: int = 0) -> str:
    """So many days from today at that time, as the form takes it."""
    at: datetime = localtime(clock.now()) + timedelta(days=days)
    return f"{at.replace(hour=hour, minute=minute):%Y-%m-%dT%H:%M}"


__all__ = ["Stage", "begin", "booking_of", "moment"]
