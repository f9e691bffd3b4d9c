"""Two towns, an object of every kind in the first, and somebody of every role in each: what the refusal matrix walks."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from smartunion.core.actor import system
from smartunion.core.files.intake import keep_bytes
from smartunion.core.ids import uuid7
from smartunion.core.jobs.models import Job
from smartunion.core.listing.models import SavedFilter
from smartunion.engines.casework.definition import dump
from smartunion.engines.casework.models import (
    Call,
    CaseFile,
    SecondLook,
    Service,
    ServiceDraft,
    ServiceVersion,
    Webhook,
)
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.engines.feeds.models import Snapshot, Source
from smartunion.engines.offers.models import Booking, CalendarKey, Gate, Occasion, Offer
from smartunion.engines.payments.models import Entry, Fund, LikenessPair, Line, ListItem, Payable, PaymentList
from smartunion.ground.accounts.models import (
    ApiToken,
    Partner,
    PartnerToken,
    RoleGrant,
    SignIn,
    User,
    WechatIdentity,
)
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.policies.models import Counting, PolicyValue
from smartunion.ground.registry.models import (
    Certificate,
    Consent,
    Employer,
    ImportBatch,
    Membership,
    MembershipBatch,
    Merge,
    Officer,
    Person,
    PlatformWork,
    Restructuring,
    Term,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.aid.models import HardshipFile, ModelWorker
from smartunion.systems.counselling.models import Consultation, Counsellor, SelfCheck, Slot
from smartunion.systems.dues.models import FirmStanding, FundsAnswer, FundsLine, FundsReport, Reminder
from smartunion.systems.guide.models import Asked, Lesson
from smartunion.systems.matters.models import (
    Demand,
    DemandCase,
    Hazard,
    HazardPhoto,
    RiskNotice,
    SafetyOfficer,
    Wish,
    WorkOrder,
)
from smartunion.systems.mutual.models import Claim, Enrolment, Insured, Plan, PlanVersion, Settlement
from smartunion.systems.mutual.queries.claims import dump_event
from smartunion.systems.mutual.rules.claims import Event
from smartunion.systems.mutual.rules.terms import dump as dump_terms
from smartunion.systems.mutual.tests.plans import tianjin
from smartunion.systems.organising.models import (
    ApprovalLetter,
    Area,
    AreaAssignment,
    AreaPlan,
    Congress,
    Contest,
    DriveEvent,
    DriveGuest,
    Driver,
    Finding,
    FoundingInvitation,
    HandOver,
    JoinerCheck,
    JoiningDrive,
    JoinLink,
    MatchLink,
    MatchRun,
    Target,
    VerdictBatch,
    VisitQuestion,
)
from smartunion.systems.stewardship.models import (
    Cluster,
    ClusterMember,
    CorrectionBatch,
    Decision,
    Discrepancy,
    Pair,
)
from smartunion.systems.vacancies.models import Issue, JobWish, Vacancy

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PASSWORD = "unit-test-only-1"


@dataclass
class Town:
    """One town with its people by role and its objects by the name addresses use."""

    federation: TradeUnion
    factory: TradeUnion
    people: dict[str, User] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)


def build() -> tuple[Town, Town]:
    """西店 with an object of every kind, and 深甽 with nothing but its people."""
    county_place = make.region("宁海县")
    county = make.federation("宁海县总工会", territory=county_place, region=county_place)
    return _town("西店镇", county, full=True), _town("深甽镇", county, full=False)


def _town(name: str, county: TradeUnion, *, full: bool) -> Town:
    place = make.region(name, county.territory)
    federation = make.federation(f"{name}总工会", county, territory=place, region=place)
    factory = make.union(f"{name}云海户外工会", federation, region=place)
    town = Town(federation, factory)
    for role in Role:
        union = None if role == Role.OPERATOR else factory if role == Role.CHAIR else federation
        town.people[role.value] = _user(f"{role.value}-{federation.pk}", role, union)
    member = make.person("阿丽" if full else "老秦")
    town.objects["membership"] = make.membership(member, factory)
    town.people["worker"] = User.objects.create_user(
        f"worker-{federation.pk}", None, name=member.name, person=member, mobile=member.mobile, created_at=AT
    )
    if full:
        _fill(town)
    return town


def _user(username: str, role: Role, union: TradeUnion | None) -> User:
    user = User.objects.create_user(username, PASSWORD, name=str(role.label), created_at=AT)
    RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    return user


def _fill(town: Town) -> None:
    path, owner = town.federation.path, town.people["admin"]
    firm = make.employer("宁海云海户外用品有限公司", looked_after_by=town.federation)
    link = make.link(town.factory, firm)
    area = Area.objects.create(name="西店片区", union=town.federation, path=path)
    AreaAssignment.objects.create(area=area, user=town.people["organiser"], valid_from=date(2020, 1, 1))
    run = MatchRun.objects.create(union=town.federation, path=path, state="done")
    match = MatchLink.objects.create(
        union=town.factory, employer=firm, rule="code", confidence=Decimal("0.9"), is_auto=False, path=path
    )
    finding = Finding.objects.create(
        kind="no_union", subject_key="employer:1", employer=firm, path=path, area=area, work_list="task", found_at=AT,
        reasons=[{"code": "no_union"}],
    )  # fmt: skip
    stored = keep_bytes(
        actor=system(), content=b"a,b\n1,2\n", name="a.csv", media_type="text/csv", purpose="t", at=AT
    )
    source = Source.objects.create(
        name="社保",
        department="人社局",
        table="social",
        union=town.federation,
        path=path,
        purpose="比对",
        created_at=AT,
    )
    notice = Notice.objects.create(
        user_id=owner.pk, template="registry.transfer_done", title="t", body="b", created_at=AT, key="k1"
    )
    membership: Membership = town.objects["membership"]
    drive = JoiningDrive.objects.create(
        code="XDTEST23", title="货车司机入会月", union=town.federation, path=path, starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), audience="货车司机", created_at=AT,
    )  # fmt: skip
    event = DriveEvent.objects.create(
        drive=drive,
        union=town.federation,
        path=path,
        title="集中入会仪式",
        held_on=date(2026, 2, 1),
        created_at=AT,
    )
    town.objects |= {
        "target": Target.objects.create(
            drive=drive, union=town.factory, path=town.factory.path, platform="满帮", fact_kind="organising.driver_verified", quantity=5,
            starts_on=drive.starts_on, ends_on=date(2026, 12, 31), created_at=AT,
        ),
        "check": JoinerCheck.objects.create(
            drive=drive, person=membership.person, union=town.factory, path=town.factory.path,
            joined_on=date(2026, 1, 5), state="not_found", is_verified=False, snapshot_id=1, checked_at=AT,
        ),
        "event": event,
        "driver": Driver.objects.create(
            path=path, region=town.federation.territory, name="钱多多", name_key="qdd",
            mobile="13900007777", mobile_tail="7777", platform="满帮", created_at=AT,
        ),
        "guest": DriveGuest.objects.create(
            drive=drive, event=event, person=membership.person, came_at=AT, noted_by="林静"
        ),
        "union": town.factory, "employer": firm, "region": town.federation.territory, "person": membership.person, "area": area, "run": run, "link": match,
        "coverage": link, "finding": finding, "source": source, "notice": notice,
        "snapshot": Snapshot.objects.create(
            source=source, table="social", path=path, as_of=date(2026, 10, 1), file=stored, created_at=AT
        ),
        "batch": ImportBatch.objects.create(
            kind="members", state="preview", file=stored, union=town.federation, path=path, created_at=AT
        ),
        "job": Job.objects.create(kind="t", title="t", user_id=owner.pk, run_after=AT, created_at=AT),
        "filter": SavedFilter.objects.create(user_id=owner.pk, list_key="k", name="n", query="", created_at=AT),
        "question": VisitQuestion.objects.create(
            union=town.federation, path=path, label="有没有食堂", kind="yes_no", valid_from=date(2026, 1, 1), created_at=AT
        ),
        "handover": HandOver.objects.create(
            area=area, path=path, to_user=town.people["organiser"], on=date(2026, 1, 1), created_at=AT
        ),
        "plan": AreaPlan.objects.create(
            union=town.federation, path=path, title="西店片区", asked={"unions": 50, "members": 5000, "areas": None},
            created_at=AT, changed_at=AT,
        ),
        "together": MembershipBatch.objects.create(
            path=path, picked=[], user_id=town.people["cadre"].pk, created_at=AT
        ),
        "verdict": VerdictBatch.objects.create(
            path=path, picked=[finding.pk], user_id=town.people["cadre"].pk, created_at=AT
        ),
        "asked": Asked.objects.create(
            token=uuid7(), text="今天天气怎么样", channel="web", is_sure=False, asked_at=AT, expires_on=date(2027, 1, 1)
        ),
        "lesson": Lesson.objects.create(
            kind="words", target_kind="service", target_id="join", text="抱团", path=path, made_at=AT
        ),
        "delivery": Delivery.objects.create(notice=notice, channel="sms", next_at=AT),
        "value": PolicyValue.objects.create(
            key="organising.day_visits", path=path, value=5, valid_from=date(2026, 1, 1), source="s", created_at=AT
        ),
        "counting": Counting.objects.create(
            key="casework.answers", path=path, since=date(2025, 1, 1), until=date(2026, 1, 1), created_at=AT,
            given={"casework.answer_days": 5}, held={"casework.answer_days": 7},
        ),
        "consent": Consent.objects.create(
            person=membership.person, purpose="joining", text_version="1", given_at=AT
        ),
        "restructuring": Restructuring.objects.create(
            kind="merge", state="done", source=town.factory, path=town.factory.path, target=town.federation,
            target_name=town.federation.name, on=date(2026, 11, 1), reason="决议", decided_at=AT,
            undo_until=date(2026, 12, 1),
        ),
        "certificate": Certificate.objects.create(
            union=town.factory, number="工法证字1号", kind="legal_person", issued_on=date(2026, 1, 1),
            issued_by=town.federation.name, name=town.factory.name,
        ),
        "post": Officer.objects.create(
            term=Term.objects.create(
                union=town.factory, ordinal=1, starts_on=date(2026, 1, 1), ends_on=date(2031, 1, 1)
            ),
            person=membership.person, name=membership.person.name, organ="committee", post="chair",
        ),
        "transfer": Transfer.objects.create(
            person=membership.person, membership=membership, from_path=town.factory.path, to_union=town.federation,
            to_path=path, asked_at=AT,
        ),
        "work": PlatformWork.objects.create(
            person=membership.person, platform=firm, started_on=date(2026, 1, 1), created_at=AT
        ),
        "user": owner,
        "grant": owner.role_grants.get(),
        "token": ApiToken.objects.create(user=owner, name="t", token_hash="h", prefix="p", created_at=AT),
        "sign_in": SignIn.objects.create(user=owner, session_key="s1", method="password", started_at=AT),
        "identity": WechatIdentity.objects.create(user=owner, app_id="a", open_id="o", created_at=AT),
        "drive": JoiningDrive.objects.create(
            code="XDTEST22", title="西店入会码", union=town.factory, path=town.factory.path, starts_on=date(2026, 1, 1),
            created_at=AT,
        ),
    }  # fmt: skip
    twin = make.member(town.factory, member_name := str(membership.person.name))
    one, other = sorted((membership.person_id, twin.person_id))
    cluster = Cluster.objects.create(
        kind="person",
        path=town.factory.path,
        first_id=one,
        size=2,
        points=9,
        reasons=["same_name"],
        found_at=AT,
    )
    ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, record_id=key) for key in (one, other))
    Pair.objects.create(
        kind="person",
        left_id=one,
        right_id=other,
        points=9,
        reasons=["same_name"],
        basis="b",
        cluster=cluster,
        found_at=AT,
    )
    town.objects |= {
        "cluster": cluster,
        "merge": Merge.objects.create(
            kind="person", survivor_id=one, path=town.factory.path, reason=member_name, merged_at=AT
        ),
    }
    town.objects |= _corrections(town, firm)
    town.objects["invitation"] = FoundingInvitation.objects.create(
        code="XDTESTNVTE2345",
        finding=finding,
        employer=firm,
        path=path,
        ends_on=date(2030, 1, 1),
        created_at=AT,
    )
    town.objects["join_link"] = JoinLink.objects.create(
        drive=town.objects["drive"], name="阿丽", mobile="13800138111", token_hash="join-link:x", ends_on=date(2030, 1, 1),
        made_by="小波", created_at=AT,
    )  # fmt: skip
    town.objects |= _congress(town)
    town.objects |= _matters(town)
    town.objects |= _money(town)
    town.objects |= _designs(town)
    town.objects |= _vacancies(town, firm)
    town.objects["reminder"] = _dues(town, firm)
    town.objects["report"] = _report(town)
    town.objects |= _mutual(town, membership.person)
    town.objects |= _offers(town)
    town.objects["file"] = HardshipFile.objects.create(
        person=membership.person, union=town.factory, path=town.factory.path, state="active", category="deep",
        opened_on=AT.date(), created_at=AT, updated_at=AT,
    )  # fmt: skip
    ModelWorker.objects.create(
        person=membership.person, union=town.factory, path=town.factory.path, honour="city", honoured_year=2015,
        living="", income="", created_at=AT, updated_at=AT,
    )  # fmt: skip
    town.objects |= _counselling(town)
    town.objects["day"] = AT.date() - timedelta(days=1)


def _counselling(town: Town) -> dict[str, Any]:
    """A counsellor of the town, a free hour of hers and what somebody asked her."""
    counsellor = Counsellor.objects.create(
        user=town.people["counsellor"], union=town.federation, path=town.federation.path, rank="branch", name="温老师",
        qualification="国家二级心理咨询师", created_at=AT,
    )  # fmt: skip
    return {
        "counsel_slot": Slot.objects.create(counsellor=counsellor, starts_at=AT + timedelta(days=9000), way="phone"),
        "consultation": Consultation.objects.create(
            client_id=uuid7(), counsellor=counsellor, owner=str(town.people["worker"].pk), topic="sleep", words="睡不着",
            way="text", asked_at=AT,
        ),
        "self_check": SelfCheck.objects.create(
            owner=str(town.people["worker"].pk), scale="phq9", number=1, answers="[0,0,0,0,0,0,0,0,1]", taken_at=AT
        ),
    }  # fmt: skip


def _mutual(town: Town, person: Person) -> dict[str, Any]:
    """A plan of the federation, the factory enrolled in it, and a claim of its member."""
    plan = Plan.objects.create(
        key="own", title="职工互助保障", union=town.federation, path=town.federation.path, created_at=AT
    )
    version = PlanVersion.objects.create(
        plan=plan,
        number=1,
        terms=dump_terms(tianjin()),
        valid_from=date(2024, 1, 1),
        source="条款",
        published_at=AT,
    )
    enrolment = Enrolment.objects.create(
        plan=plan, version=version, union=town.factory, path=town.factory.path, from_on=date(2026, 1, 1),
        until_on=date(2027, 1, 1), shares=1, people=1, price_yuan=55, client_id=uuid7(), enrolled_at=AT,
    )  # fmt: skip
    Insured.objects.create(
        enrolment=enrolment, plan=plan, person=person, number=1, path=town.factory.path, shares=1,
        since_on=date(2026, 1, 1), from_on=date(2026, 1, 1), until_on=date(2027, 1, 1),
    )  # fmt: skip
    service = Service.objects.create(key="mutual_aid_claim", title="互助金")
    served = ServiceVersion.objects.create(service=service, number=1, definition={}, published_at=AT)
    case = CaseFile.objects.create(
        reference="XD-mutual", service_version=served, service_key=service.key, title="互助金", state="open",
        path=town.federation.path, is_narrow=True, created_at=AT, updated_at=AT,
    )  # fmt: skip
    event = Event("hospital", AT.date(), admitted_on=AT.date())
    claim = Claim.objects.create(
        case=case, plan=plan, version=version, person=person, facts=dump_event(event), filed_on=AT.date()
    )
    settlement = Settlement.objects.create(
        union=town.federation, path=town.federation.path, name="结算.xlsx", ready=1, read_at=AT
    )
    return {"plan": plan, "enrolment": enrolment, "claim": claim, "settlement": settlement}


def _dues(town: Town, firm: Employer) -> Reminder:
    """A firm that is behind with its contributions, and the letter to it."""
    month = date(2026, 9, 1)
    FirmStanding.objects.create(
        employer=firm,
        item="fund",
        standing="behind",
        until=month,
        newest=month,
        due_yuan=100,
        paid_yuan=0,
        owed_yuan=100,
    )
    return Reminder.objects.create(
        kind="reminder", federation=town.federation, path=town.federation.path, employer=firm, number=f"工催〔2026〕{town.federation.pk}号",
        issued_on=AT.date(), answer_by=date(2030, 1, 1), issued_by=town.federation.name, addressed_to=firm.name, owed_yuan=100,
        lines=[],
    )  # fmt: skip


def _report(town: Town) -> FundsReport:
    """The factory's union told its members what it did with its money, and answered a question."""
    report = FundsReport.objects.create(
        union=town.factory, path=town.factory.path, year=2025, state="published", opening_yuan=100, income_yuan=50,
        spending_yuan=30, closing_yuan=120, writer="小波", written_at=AT, review="none", published_at=AT,
    )  # fmt: skip
    for position, (side, kind, yuan) in enumerate(
        (("income", "会费收入", 50), ("spending", "职工活动支出", 30))
    ):
        FundsLine.objects.create(report=report, position=position, side=side, kind=kind, actual_yuan=yuan)
    FundsAnswer.objects.create(
        union=town.factory, year=2025, half=0, question="为什么？", answer="因为。", answered_at=AT
    )
    return report


def _vacancies(town: Town, firm: Employer) -> dict[str, Any]:
    """An issue with one vacancy, and what the worker looks for."""
    path, place = town.federation.path, town.federation.territory
    assert place is not None
    issue = Issue.objects.create(union=town.federation, path=path, number=1, posted=1, published_at=AT)
    vacancy = Vacancy.objects.create(
        union=town.federation, path=path, origin_path=town.factory.path, employer=firm, title="缝纫工", title_key="缝纫工",
        trade="factory", text="缝制帐篷。", headcount=5, pay_from_yuan=Decimal(5000), pay_to_yuan=Decimal(7000), region=place,
        region_path=place.path, contact_name="王经理", contact_phone="13800138008", valid_until=date(2099, 1, 1),
        state="posted", issue=issue, created_at=AT, posted_at=AT,
    )  # fmt: skip
    wish = JobWish.objects.create(user_id=town.people["worker"].pk, words="缝纫", path=path, created_at=AT)
    return {"vacancy": vacancy, "issue": issue, "job_wish": wish}


def _designs(town: Town) -> dict[str, Any]:
    """A service being written, and a decision drawn for a second look."""
    service = Service.objects.create(key="own_wish", title="微心愿", owner_path=town.federation.path)
    version = ServiceVersion.objects.create(service=service, number=1, definition=dump(WISH), published_at=AT)
    case = CaseFile.objects.create(
        reference="XD-2", service_version=version, service_key=service.key, title="心愿", state="refused",
        path=town.federation.path, created_at=AT, updated_at=AT,
    )  # fmt: skip
    draft = ServiceDraft.objects.create(
        owner_path=town.federation.path, title="微心愿", definition=dump(WISH), created_at=AT, updated_at=AT
    )
    look = SecondLook.objects.create(
        case=case, decided_on=AT.date(), path=town.federation.path, seed="0" * 64, share=Decimal(1)
    )
    partner = Partner.objects.create(
        name="省平台", purpose="办件", union=town.federation, path=town.federation.path, created_at=AT
    )
    hook = Webhook.objects.create(partner=partner, url="https://192.0.2.7/", secret="s", created_at=AT)
    return {
        "draft": draft, "look": look, "partner": partner,
        "partner_token": PartnerToken.objects.create(
            partner=partner, name="t", scopes=["cases.read"], token_hash="h", prefix="p", created_at=AT, expires_at=AT
        ),
        "partner_call": Call.objects.create(webhook=hook, case=case, body={}, created_at=AT),
    }  # fmt: skip


def _offers(town: Town) -> dict[str, Any]:
    """An offer with a draw, somebody's place in it, and a phone at its door."""
    offer = Offer.objects.create(
        union=town.federation, path=town.federation.path, kind="event", title="亲子采摘", state="allotted",
        opens_at=AT, closes_at=AT + timedelta(hours=1), ends_at=datetime(2030, 1, 1, tzinfo=UTC), published_at=AT,
        allotted_at=AT, commitment="0" * 64, created_at=AT, updated_at=AT,
    )  # fmt: skip
    occasion = Occasion.objects.create(
        offer=offer, starts_at=AT + timedelta(days=900), ends_at=AT + timedelta(days=901), capacity=9
    )
    worker = town.people["worker"]
    booking = Booking.objects.create(
        offer=offer, occasion=occasion, path=offer.path, person_id=worker.person_id, user_id=worker.pk, state="attended",
        code="XDTEST22", booked_at=AT, updated_at=AT, attended_at=AT,
    )  # fmt: skip
    gate = Gate.objects.create(occasion=occasion, key="gate-east-1", number=1, opened_at=AT, seen_at=AT)
    key = CalendarKey.objects.create(user_id=worker.pk, secret="s" * 48, digest="d" * 64, made_at=AT)
    return {"offer": offer, "occasion": occasion, "booking": booking, "gate": gate, "calendarkey": key}


def _congress(town: Town) -> dict[str, Any]:
    """A congress of the federation with one vote, behind the case that led to it."""
    service = Service.objects.create(key="found_association", title="筹建工会联合会")
    version = ServiceVersion.objects.create(service=service, number=1, definition={}, published_at=AT)
    case = CaseFile.objects.create(
        reference="XD-1", service_version=version, service_key=service.key, title="筹建", state="approved",
        path=town.federation.path, created_at=AT, updated_at=AT,
    )  # fmt: skip
    congress = Congress.objects.create(
        case=case, federation=town.federation, path=town.federation.path, name="西店镇家政行业工会联合会",
        kind="association_industry", created_at=AT,
    )  # fmt: skip
    term = town.objects["certificate"].union.terms.get()
    letter = ApprovalLetter.objects.create(
        kind="founding", federation=town.federation, union=term.union, number="总工〔2026〕1号", issued_on=AT.date(),
        issued_by=town.federation.name, addressed_to=term.union.name, term=term,
    )  # fmt: skip
    return {
        "letter": letter,
        "congress": congress,
        "contest": Contest.objects.create(congress=congress, organ="committee", seats=1),
    }


def _matters(town: Town) -> dict[str, Any]:
    """A request gathered into a demand, and a wish that waits for a helper."""
    made = {}
    for key in ("request", "wish"):
        service = Service.objects.create(key=key, title=key)
        version = ServiceVersion.objects.create(service=service, number=1, definition={}, published_at=AT)
        made[key] = CaseFile.objects.create(
            reference=f"XD-{key}", service_version=version, service_key=key, title="暑托班", state="approved",
            path=town.federation.path, submitted_at=AT, created_at=AT, updated_at=AT,
        )  # fmt: skip
    demand = Demand.objects.create(
        union=town.federation, path=town.federation.path, title="暑托班", text="暑假孩子无人照看", service_key="request",
        matters=1, people=1, created_at=AT, updated_at=AT,
    )  # fmt: skip
    DemandCase.objects.create(demand=demand, case=made["request"], added_at=AT)
    wish = Wish.objects.create(
        case=made["wish"],
        path=town.federation.path,
        title="一套绘本",
        text="想给孩子买绘本",
        kind="child",
        shown_at=AT,
    )
    hazard = Hazard.objects.create(
        reference="261121-HZ0001", union=town.federation, path=town.federation.path, region=town.federation.territory,
        kind="fire", place="南侧安全出口", reported_at=AT, updated_at=AT, officer_id=town.people["chair"].pk,
        officer_name="工会主席", state="assigned", due_at=AT,
    )  # fmt: skip
    kept = keep_bytes(
        actor=system(), content=b"x", name="photo.jpg", media_type="image/jpeg", purpose="hazard", at=AT
    )
    officer = SafetyOfficer.objects.create(
        union=town.federation,
        path=town.federation.path,
        user_id=town.people["chair"].pk,
        name="工会主席",
        since=AT,
    )
    return {
        "risk": RiskNotice.objects.create(
            union=town.federation, path=town.federation.path, kind="fraud", title="谨防租车押金", text="先看合同再交押金",
            audience="members", created_at=AT,
        ),
        "order": WorkOrder.objects.create(
            case=made["request"], reference=made["request"].reference, union=town.federation, path=town.federation.path,
            order_class="ask", difficulty="easy", taken_at=AT, due_at=AT,
        ),
        "demand": demand, "wish": wish, "hazard": hazard, "officer": officer,
        "photo": HazardPhoto.objects.create(hazard=hazard, file=kept, added_at=AT),
    }  # fmt: skip


def _money(town: Town) -> dict[str, Any]:
    """A fund, a list out of it with a payment of the worker, and a claim that looks like another."""
    place = {"union": town.factory, "path": town.factory.path}
    fund = Fund.objects.create(
        code="XD1", name="帮扶资金", source="government", union=town.federation, path=town.federation.path,
        opened_on=date(2026, 1, 1), created_at=AT,
    )  # fmt: skip
    paylist = PaymentList.objects.create(
        number="ZF261101-XD001", union=town.federation, path=town.federation.path, fund=fund, count=1, total_yuan=500,
        made_by_id=town.people["finance"].pk, made_by_name="财务", made_at=AT,
    )  # fmt: skip
    payable = Payable.objects.create(
        programme="test", key="1", person=town.people["worker"].person, record="test.claim:1", amount_yuan=500,
        payee_name="阿丽", payee_account="6222021234567890", paylist=paylist, state="listed", owed_at=AT, updated_at=AT, **place,
    )  # fmt: skip
    ListItem.objects.create(paylist=paylist, payable=payable, position=1, amount_yuan=500)
    entry = Entry.objects.create(
        fund=fund, key="receipt", kind="receipt", change_yuan=1000, happened_on=date(2026, 1, 2), at=AT
    )
    Line.objects.create(entry=entry, account="bank", yuan=1000)
    Line.objects.create(entry=entry, account="balance", yuan=-1000)
    pair = LikenessPair.objects.create(
        programme="test", record="test.claim:1", path=town.factory.path, other_programme="other", other_record="other.claim:1",
        other_path=town.factory.path, evidence=[["account", "****7890"]], found_at=AT,
    )  # fmt: skip
    return {"fund": fund, "paylist": paylist, "payable": payable, "pair": pair}


def _corrections(town: Town, firm: Employer) -> dict[str, Any]:
    """Another name for the firm in the market register, what was decided about it, and a decision on many."""
    item = Discrepancy.objects.create(
        kind="employer", employer=firm, path=town.federation.path, field="name", table="market", ours=firm.name,
        theirs="西店另一名称有限公司", snapshot_id=1, as_of=date(2026, 10, 1), confidence=1, found_at=AT, changed_at=AT, seen_in=1,
    )  # fmt: skip
    return {
        "correction": item,
        "decision": Decision.objects.create(item=item, act="keep", at=AT),
        "decisions": CorrectionBatch.objects.create(
            path=town.federation.path, picked=[item.pk], user_id=town.people["cadre"].pk, created_at=AT
        ),
    }
