"""A unit with three members, plans of the county with their terms set, officers, and money on its way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import World, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Person
from smartunion.systems.mutual.flows import enrolling, plans
from smartunion.systems.mutual.models import Enrolment, Plan
from smartunion.systems.mutual.rules.terms import Terms
from smartunion.systems.mutual.services import CLAIM
from smartunion.systems.mutual.tests.plans import tianjin, yuecheng

SHANGHAI = ZoneInfo("Asia/Shanghai")


def on(day: str) -> datetime:
    """Ten in the morning of a day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI) + timedelta(hours=10)


@dataclass
class Mutual:
    """The world of casework with plans; officer and above: assistance officers of town and county."""

    here: World
    officer: User
    above: User
    admin: User
    tianjin: Plan
    yuecheng: Plan

    @property
    def chair(self) -> Actor:
        """小波, chair of the unit."""
        return acting(self.here.xiaobo)

    @property
    def ali(self) -> Person:
        """阿丽."""
        assert self.here.ali.person is not None
        return self.here.ali.person


def made(valid_from: str = "2024-01-01") -> Mutual:
    """Tianjin and Yuecheng published by the county from a day on."""
    here = make.world()
    make.published(CLAIM)
    for who, sex, born in (
        (here.ali.person, "f", date(1990, 5, 1)),
        (here.xiaobo.person, "m", date(1985, 2, 3)),
    ):
        assert who is not None
        Person.objects.filter(pk=who.pk).update(sex=sex, birth_date=born)
        who.refresh_from_db()
    admin = make.user("刘建军", role=Role.ADMIN, at=here.county)
    officer = make.user("王芳", role=Role.AID, at=here.town)
    above = make.user("陈慧", role=Role.AID, at=here.county)
    return Mutual(
        here, officer, above, admin,
        plan(here, admin, tianjin(), valid_from), plan(here, admin, yuecheng(), valid_from),
    )  # fmt: skip


def plan(here: World, admin: User, terms: Terms, valid_from: str) -> Plan:
    """A plan of the county."""
    draft = plans.Draft(terms=terms, valid_from=date.fromisoformat(valid_from), source=terms.source)
    return plans.create_plan(actor=acting(admin), at=on("2024-01-02"), union_id=here.county.pk, draft=draft)


def enrolled(world: Mutual, of: Plan, day: str, **values: Any) -> Enrolment:
    """The unit enrolled on a day, from that day on."""
    given: dict[str, Any] = {
        "client_id": uuid4(), "plan_id": of.pk, "union_id": world.here.grassroots.pk, "from_on": date.fromisoformat(day),
        "shares": 1, "in_scheme": True,
    }  # fmt: skip
    return enrolling.enrol(actor=world.chair, at=on(day), wanted=enrolling.Wanted(**(given | values)))


def filed(world: Mutual, day: str, **answers: object) -> CaseFile:
    """阿丽's claim, sent through the form as she would send it."""
    form: dict[str, object] = {
        "what": "hospital", "diagnosis": "急性阑尾炎", "admitted_on": day, "hospital_days": "6", "cost": "20000",
        "scheme": "12000", "other": "1000", "payee": "阿丽", "relation": "self", "bank": "宁海农商银行",
        "account": "6222021234567890128",
    }  # fmt: skip
    actor, at = acting(world.here.ali), on(day) + timedelta(days=10)
    case = casework.start_draft(service_key="mutual_aid_claim", actor=actor, at=at, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw={**form, **answers}, actor=actor, at=at)
    for slot in ("bills", "diagnosis_paper"):
        add_paper(case, slot, at)
    return casework.submit(case_id=case.pk, actor=actor, at=at)


def add_paper(case: CaseFile, slot: str, at: datetime) -> None:
    """A photographed paper."""
    from smartunion.core.files.intake import keep_bytes
    from smartunion.engines.casework.models import CaseMaterial

    kept = keep_bytes(
        actor=system(),
        content=slot.encode(),
        name=f"{slot}.jpg",
        media_type="image/jpeg",
        purpose="case",
        at=at,
    )
    CaseMaterial.objects.create(case=case, slot=slot, file=kept, added_at=at)


def act(case: CaseFile, who: User, at: datetime) -> casework.ActOn:
    """An act on the case as it is now."""
    case.refresh_from_db()
    return casework.ActOn(case.pk, case.version, acting(who), at)
