"""What people ask and wish, and what came of it: requests gathered into demands, wishes taken up, calls, warnings, questions
put to the guide. Everything goes through the flows of the rooms, on past days."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, within
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.site.demo.load.voices_words import (
    BUS,
    CALLS,
    CARE,
    QUESTIONS,
    SINGLE,
    WARNINGS,
    WISHES,
    Ask,
    Want,
)
from smartunion.systems.guide.flows import asking
from smartunion.systems.guide.rules import Channel
from smartunion.systems.matters.flows import demands, orders, risks, wishes
from smartunion.systems.matters.models import Wish, WorkOrder

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("c2f0b1de-8d0e-4a3e-b0a7-1c5c7f2f6d10")


@dataclass(frozen=True)
class Voices:
    """Where the demo speaks: the federation whose members ask, the officer who answers, people who help, today."""

    town: TradeUnion
    office: Actor
    helpers: list[User]
    as_of: date

    def at(self, days: int, hour: int = 10) -> datetime:
        """A time of day so many days ago."""
        return datetime.combine(self.as_of - timedelta(days=days), time(hour, 20), _SHANGHAI)

    def members(self, most: int) -> list[Membership]:
        """Members of the town, each of another union as far as there are that many."""
        rows = Membership.objects.filter(
            within([self.town.path], "union_path"), state="active", ended_on=None
        )
        found: dict[int, Membership] = {}
        for row in rows.select_related("person", "union").order_by("pk")[:4000]:
            found.setdefault(row.union_id, row)
        few = list(found.values())
        return [few[number % len(few)] for number in range(most)] if few else []


def speak(*, town: TradeUnion, office: User, as_of: date) -> dict[str, int]:
    """Let the town's people ask, wish and call, and its federation answer. Returns how many of each."""
    helpers = list(User.objects.filter(is_demo=True, person__isnull=False).order_by("pk")[:6])
    here = Voices(town, actor_of(office, on=as_of, source="job"), helpers, as_of)
    asked = _requests(here)
    if not asked:
        return {}
    _wish(here)
    _calls(here)
    _warn(here)
    for number, words in enumerate(QUESTIONS):
        asking.ask(
            asking=asking.Asking(words, Channel.WEB, uuid.uuid5(_SPACE, words)), at=here.at(number * 2 + 1)
        )
    return {"requests": asked, "wishes": len(WISHES), "calls": len(CALLS), "questions": len(QUESTIONS)}


def _requests(here: Voices) -> int:
    members = here.members(len(CARE) + len(BUS) + len(SINGLE))
    if not members:
        return 0
    cases = [_file(here, ask, members[number]) for number, ask in enumerate((*CARE, *BUS, *SINGLE))]
    care, bus, single = (
        cases[: len(CARE) - 1],
        cases[len(CARE) : len(CARE) + len(BUS)],
        cases[len(CARE) + len(BUS) :],
    )
    _gather(here, "开办寒假职工子女托管班", "几家企业的双职工希望寒假办托管班，低年级为主。", care, 20,
            plan="与镇中心小学商定教室，报名后一周内定班。")  # fmt: skip
    _gather(here, "工业园区开行夜班公交", "园区晚班职工下班无公交，希望九点半加开一班。", bus, 45,
            answer="经与公交公司协商，下周一起每晚 21:40 加开园区至镇区一班。")  # fmt: skip
    for ask, case in zip(SINGLE, single, strict=True):
        _answer(here, ask, case)
    return len(cases)


def _file(here: Voices, ask: Ask, member: Membership) -> CaseFile:
    answers: dict[str, object] = {
        "class": ask.wanted,
        "category": ask.about,
        "about": ask.words,
        "people": ask.people,
    }
    filing = casework.Filing(
        service_key="request", answers=answers, client_id=uuid.uuid5(_SPACE, f"{here.as_of}:{ask.words}"), person=member.person,
        contact=casework.Contact(member.person.name, member.person.mobile), on_behalf=True,
    )  # fmt: skip
    case, _is_new = casework.file_case(
        filing=filing, actor=Actor(name=member.person.name, source="job"), at=here.at(ask.days)
    )
    return case


def _gather(
    here: Voices, title: str, text: str, cases: list[CaseFile], days: int, *, plan: str = "", answer: str = ""
) -> None:  # fmt: skip
    new = demands.NewDemand(title, text, [case.pk for case in cases])
    made = demands.gather(actor=here.office, data=new, at=here.at(days))
    if plan:
        due = here.as_of + timedelta(days=18)
        demands.take_on(actor=here.office, demand_id=made.pk, plan=plan, due_on=due, at=here.at(days - 4))
    if answer:
        demands.answer(actor=here.office, demand_id=made.pk, text=answer, at=here.at(days - 20))


def _answer(here: Voices, ask: Ask, case: CaseFile) -> None:
    order: WorkOrder | None = None
    if ask.hard:
        order = orders.make_order(
            actor=here.office,
            case_id=case.pk,
            difficulty=ask.hard,
            order_class=ask.wanted,
            at=here.at(ask.days, 14),
        )
    if ask.answer:
        case.refresh_from_db()
        on = casework.ActOn(case.pk, case.version, here.office, here.at(ask.days - 4, 15))
        casework.approve(on=on, values={"answer": ask.answer, "basis": ""})
    if order is not None and ask.said:
        words = "又断了三天，还是不够" if ask.said == "again" else ""
        orders.call_back(
            actor=here.office, order_id=order.pk, said=ask.said, words=words, at=here.at(ask.days - 6, 16)
        )


def _wish(here: Voices) -> None:
    members = here.members(len(WISHES) + 5)[5:]
    for number, (want, member) in enumerate(zip(WISHES, members, strict=False)):
        filing = casework.Filing(
            service_key="wish", person=member.person, client_id=uuid.uuid5(_SPACE, f"{here.as_of}:{want.words}"),
            answers={"kind": want.kind, "wish": want.words, "value": want.value or None, "group": want.group}, on_behalf=True,
            contact=casework.Contact(member.person.name, member.person.mobile),
        )  # fmt: skip
        case, _is_new = casework.file_case(
            filing=filing, actor=Actor(name=member.person.name, source="job"), at=here.at(want.days)
        )
        if want.upto != "told":
            on = casework.ActOn(case.pk, case.version, here.office, here.at(want.days - 1))
            casework.approve(on=on, values={"title": want.title, "words": want.shown})
            _take_up(
                here,
                want,
                Wish.objects.get(case=case),
                here.helpers[number % len(here.helpers)] if here.helpers else None,
            )


def _take_up(here: Voices, want: Want, wish: Wish, helper: User | None) -> None:
    if want.upto == "open" or helper is None:
        return
    who = actor_of(helper, on=here.as_of, source="job")
    wishes.claim(
        actor=who,
        wish_id=wish.pk,
        client_id=uuid.uuid5(_SPACE, f"claim:{wish.pk}"),
        at=here.at(want.days - 2),
    )
    if want.upto in {"fulfilled", "thanked"}:
        wishes.fulfil(
            actor=who, wish_id=wish.pk, told="东西已经送到工会，请转交。", at=here.at(want.days - 5)
        )
    if want.upto == "thanked":
        wish.refresh_from_db()
        maker = Actor(person_id=wish.case.person_id, source="job")
        wishes.thank(
            actor=maker, wish_id=wish.pk, text="孩子抱着书不撒手，谢谢您！", at=here.at(want.days - 7)
        )


def _calls(here: Voices) -> None:
    place = here.town.territory.code if here.town.territory is not None else ""
    for days, wanted, hard, about, words, people, answer, said in CALLS:
        order = orders.take_call(
            actor=here.office, at=here.at(days, 9),
            data=orders.Call(
                client_id=uuid.uuid5(_SPACE, f"{here.as_of}:{words}"), order_class=wanted, difficulty=hard, category=about,
                about=words, region=place, people=people, name="来电人", mobile="",
            ),
        )  # fmt: skip
        if answer:
            case = CaseFile.objects.get(pk=order.case_id)
            on = casework.ActOn(case.pk, case.version, here.office, here.at(days - 3))
            casework.approve(on=on, values={"result": answer})
            orders.call_back(actor=here.office, order_id=order.pk, said=said, words="", at=here.at(days - 4))


def _warn(here: Voices) -> None:
    for days, kind, title, text, audience in WARNINGS:
        data = risks.Written(
            client_id=uuid.uuid5(_SPACE, f"{here.as_of}:{title}"), union_id=here.town.pk, kind=kind, title=title, text=text,
            audience=audience, source="劳动合同法第九条" if kind == "fraud" else "",
        )  # fmt: skip
        risk = risks.write(actor=here.office, data=data, at=here.at(days))
        risks.send(actor=here.office, risk_id=risk.pk, at=here.at(days))
        risks.push(risk_id=risk.pk, at=here.at(days))
