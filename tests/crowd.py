"""One row of every kind becomes many: what the tests of query counts fill their world with."""

import copy
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models
from django.db.models.base import ModelState

from smartunion.core import clock
from smartunion.core.paths import child_path
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.accounts.models import User
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    ImportPart,
    ImportRow,
    Membership,
    Person,
    Region,
    Term,
    TradeUnion,
)
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.dues.models import Payment
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import (
    AreaUnion,
    Candidate,
    CongressUnion,
    Driver,
    EmployerMark,
    Finding,
    FindingEvent,
    JoinerCheck,
    JoinHelp,
    JoiningDrive,
    LinkLabel,
    MatchRun,
    PlannedVisit,
    RegisteredDriver,
    Representative,
    Target,
    Visit,
    VisitAnswer,
)
from smartunion.systems.organising.queries.drive_steps import POOLED, STARTED
from smartunion.systems.organising.rules import WorkList
from smartunion.systems.stewardship.models import (
    Cluster,
    Discrepancy,
    FaultCount,
    IdentityCheck,
    IdentityList,
    IdentityReading,
    Pair,
    UnionQuality,
)


def more_like(row: Any, number: int) -> Any:
    """Save a copy of the row that differs where the table demands it; records it must not share are copied too."""
    new = copy.copy(row)
    new._state = ModelState()
    if not new._meta.pk.is_relation:
        new.pk = None
    for name in _to_vary(new):
        _vary(new, name, number)
    if isinstance(new, Person) and new.resident_id:
        new.resident_id = make.resident_id(50_000 + next(_people))
    if isinstance(new, Employer):
        new.uscc = make.uscc(50_000 + next(_people))
    if isinstance(new, Pair):
        new.left_id, new.right_id = (
            more_like(Employer.objects.order_by("pk")[0], number).pk for _side in range(2)
        )
    if isinstance(new, User):
        new.mobile, new.person = "", None
    if isinstance(new, TradeUnion | Region):
        new.path = f"~{uuid4().hex}"
    new.save(force_insert=True)
    if isinstance(new, TradeUnion | Region):
        new.path = child_path(new.parent.path if new.parent else "", new.pk)
        new.save(update_fields=["path"])
    return new


_people = iter(range(10**6))


def _to_vary(row: Any) -> Iterable[str]:
    """Fields that must differ: the unique ones, and one of every unique set whose condition may hold."""
    fields = {field.name: field for field in row._meta.fields}
    names = set(TOLD_APART.get(row._meta.label, ())) | {
        name
        for name, field in fields.items()
        if field.unique and (field.is_relation or not field.primary_key)
    }
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not names & set(constraint.fields):
            names.add(max(reversed(constraint.fields), key=lambda name: _ease(fields[name])))
    return names


def _ease(field: Any) -> int:
    if field.is_relation or field.choices:
        return 0 if field.is_relation else -1
    return 3 if isinstance(field, models.IntegerField) else 2 if isinstance(field, models.CharField) else 1


def _vary(row: Any, name: str, number: int) -> None:
    field, value = row._meta.get_field(name), getattr(row, name)
    if value is None or value == "":
        return
    if field.is_relation:
        varied = more_like(value, number)
    elif isinstance(value, UUID):
        varied = uuid4()
    elif isinstance(value, int):
        varied = value + 1000 * number
    elif isinstance(value, date | datetime):
        varied = value + timedelta(days=number)
    else:
        ending = f"{number:03d}{next(_people):05d}"
        varied = f"{value[: (field.max_length or 60) - len(ending)]}{ending}"
    setattr(row, name, varied)


def crowd(each: int) -> None:
    """So many rows of every kind that is in the database already, told apart by what tables demand."""
    for model in apps.get_models():
        if model.__module__.startswith("smartunion") and model._meta.label not in ALONE:
            for row in list(model._default_manager.order_by("pk")[:5]):
                for number in range(1, each):
                    more_like(row, number)
    joined = Fact.objects.filter(kind=MEMBER_JOINED, drive_id__isnull=False).order_by("pk")
    for fact in joined:  # each tells of somebody else
        begun = Membership.objects.filter(union_path=fact.path).exclude(pk__in=joined.values("subject_id"))
        Fact.objects.filter(pk=fact.pk).update(subject_id=begun.earliest("pk").pk)
    waiting = (
        Membership.objects.filter(source__startswith="drive:")
        .order_by("pk")
        .values_list("person_id", flat=True)
    )
    pooled = Fact.objects.filter(kind=POOLED).order_by("pk").values_list("pk", flat=True)
    for pk, person_id in zip(pooled, waiting, strict=False):
        Fact.objects.filter(pk=pk).update(person_id=person_id)


#: Records that belong to another record each, though the table does not demand it.
TOLD_APART = {
    "registry.Term": ["union"],
    "organising.FindingEvent": ["finding"],
    "organising.Target": ["platform"],
    "organising.JoinLink": ["mobile"],
    "dues.FundsReport": ["union"],
}
#: Tables of which one row is the whole installation's, or which a page never lists.
ALONE = {"registry.NumberSeries", "core.CalendarDay", "accounts.Attempt", "registry.UnionTally", "registry.UnionTallyDelta",
         "facts.DailyTally", "facts.TallyDelta"}  # fmt: skip


def one_of_each(town: Any) -> None:
    """What the town of the refusals lacks of the rows that lists show."""
    here = town.objects
    factory, path, day = here["union"], town.federation.path, make.TODAY
    village = make.region("岙胡村", town.federation.territory, level="village")
    Employer.objects.filter(pk=here["employer"].pk).update(region=village, insured_count=5000)
    here["region"] = village
    Driver.objects.filter(pk=here["driver"].pk).update(region=village)
    due = {"starts_on": day - timedelta(days=1800), "ends_on": day + timedelta(days=30)}
    Term.objects.filter(pk=here["post"].term_id).update(**due)
    Certificate.objects.create(
        union=factory, number="甬工证1", issued_on=day, valid_to=day + timedelta(days=30)
    )
    AreaUnion.objects.create(area=here["area"], union=factory, valid_from=make.DAY)
    for kind in WorkList:
        Finding.objects.create(
            kind="no_union", subject_key=f"employer:{kind}", employer=here["employer"], union=factory, path=path,
            area=here["area"], work_list=kind, found_at=make.AT, reasons=[{"code": "no_union"}], link=here["link"],
        )  # fmt: skip
    visit = Visit.objects.create(
        finding=here["finding"], employer=here["employer"], union=factory, area=here["area"], path=path, drive=here["drive"],
        user_id=town.people["organiser"].pk, result="no", noted_at=make.AT, received_at=make.AT,
    )  # fmt: skip
    PlannedVisit.objects.create(
        finding=here["finding"],
        day=clock.today(),  # the page shows the month that runs
        area=here["area"],
        path=path,
        user_id=town.people["organiser"].pk,
        visit=visit,
    )
    VisitAnswer.objects.create(visit=visit, question=here["question"], text="yes")
    FindingEvent.objects.create(finding=here["finding"], event="found", at=make.AT)
    MatchRun.objects.filter(pk=here["run"].pk).update(started_at=make.AT, finished_at=make.AT)
    LinkLabel.objects.create(
        link=here["link"], union=factory, employer=here["employer"], verdict="right", origin="link", rule="code",
        confidence="0.9", was_auto=False, passed=False, at=make.AT, path=path,
    )  # fmt: skip
    Target.objects.create(
        drive=here["drive"], union=factory, path=path, platform="货拉拉", fact_kind=DRIVER_VERIFIED, quantity=5,
        starts_on=day, ends_on=day, created_at=make.AT,
    )  # fmt: skip
    Fact.objects.create(
        kind=MEMBER_JOINED, key="k", happened_on=day, recorded_at=make.AT, path=factory.path,
        person_id=here["person"].pk, subject_type="registry.membership", subject_id=here["membership"].pk,
        drive_id=here["drive"].pk,
    )  # fmt: skip
    waits = make.membership(make.person(resident_id=""), factory, source=here["drive"].source)
    for kind, subject in ((STARTED, "organising.joiningdrive"), (POOLED, "casework.casefile")):
        Fact.objects.create(
            kind=kind, key=kind, happened_on=day, recorded_at=make.AT, path=factory.path, subject_type=subject,
            subject_id=here["drive"].pk, person_id=waits.person_id, drive_id=here["drive"].pk,
        )  # fmt: skip
    CaseFile.objects.filter(state__in=RUNNING).update(drive_id=here["drive"].pk)
    case = CaseFile.objects.order_by("pk").first()
    make.membership(
        make.person(), factory, state="ended", ended_on=day, end_type="expelled", reason="own_wish"
    )
    JoinHelp.objects.create(case=case, user_id=town.people["organiser"].pk, on=day)
    JoinerCheck.objects.create(
        drive=here["drive"], person=here["person"], union=factory, path=factory.path, joined_on=day, state="matched_id",
        is_verified=True, snapshot_id=1, checked_at=make.AT,
    )  # fmt: skip
    for firm in (here["employer"], None):
        EmployerMark.objects.create(
            snapshot=here["snapshot"],
            path=factory.path,
            kind="cluster",
            employer=firm,
            name="甲公司",
            label="文具产业集群",
        )
        Payment.objects.create(
            snapshot=here["snapshot"], path=factory.path, employer=firm, name="甲公司", item="fund", period_from=day,
            period_to=day, paid_yuan=1,
        )  # fmt: skip
    RegisteredDriver.objects.create(
        driver=here["driver"],
        snapshot=here["snapshot"],
        number=1,
        path=factory.path,
        name="阿丽",
        platform="货拉拉",
        person=here["person"],
    )
    JoiningDrive.objects.filter(pk=here["drive"].pk).update(
        ends_on=day,
        register={"snapshot": here["snapshot"].pk, "area": factory.path, "platforms": {"货拉拉": 1}},
    )
    part = ImportPart.objects.create(batch=here["batch"], effective=1)
    ImportRow.objects.create(
        batch=here["batch"], part=part, number=1, outcome="create", values="{}", before="{}"
    )
    CongressUnion.objects.create(congress=here["congress"], union=factory)
    Representative.objects.create(congress=here["congress"], number=1, name="阿丽")
    Candidate.objects.create(contest=here["contest"], number=1, name="阿丽")
    make.membership(make.person(resident_id=""), factory)
    make.union("宁海未公开厂工会", town.federation)  # has told its members nothing of its money
    _of_stewardship(here, factory)


def _of_stewardship(here: Any, factory: TradeUnion) -> None:
    UnionQuality.objects.create(
        union=factory, path=factory.path, due=10, kept=5, records=1, version=1, counted_at=make.AT
    )
    FaultCount.objects.create(union=factory, path=factory.path, rule="member_no_number", number=1)
    FaultCount.objects.create(union=factory, path=factory.path, rule="member_identity_same", number=1)
    person = here["person"]
    IdentityCheck.objects.create(
        person=person,
        outcome="same",
        name=person.name,
        number=person.resident_id,
        as_of=make.DAY,
        answered_by="公安局",
    )
    IdentityReading.objects.create(snapshot=here["snapshot"], path=factory.path, read_at=make.AT, rows=1)
    IdentityList.objects.create(
        union=factory, path=factory.path, sent_to="公安局", reason="核验", user_id=1, created_at=make.AT
    )
    for kind, records in {"person": "person", "union": "union", "employer": "employer"}.items():
        Cluster.objects.create(
            kind=kind,
            path=factory.path,
            first_id=here[records].pk,
            size=2,
            points=9,
            reasons=["same_name"],
            found_at=make.AT,
        )
    other = make.employer(looked_after_by=factory)
    Pair.objects.create(
        kind="employer", left_id=here["employer"].pk, right_id=other.pk, points=9, reasons=["same_name"],
        basis="b", state="apart", found_at=make.AT, decided_at=make.AT,
    )  # fmt: skip
    for field, state in {
        "uscc": "asked",
        "address": "kept",
        "legal_person": "taken",
        "old_reg_no": "gone",
    }.items():
        Discrepancy.objects.create(
            kind="employer", employer=other, path=factory.path, field=field, table="market", ours="甲", theirs="乙",
            snapshot_id=1, as_of=make.TODAY, confidence=1, state=state, found_at=make.AT, changed_at=make.AT,
            decided_at=make.AT, seen_in=1,
        )  # fmt: skip
