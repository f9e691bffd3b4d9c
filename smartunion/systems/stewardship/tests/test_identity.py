"""Real-name comparison: what answers are read from, what they change, who stands on a list, and who may have one made."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import DomainError, InvalidInput, NotVisible, StaleState
from smartunion.core.files.intake import open_file
from smartunion.core.jobs.context import Cancelled
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain
from smartunion.engines.feeds.flows import snapshots, sources
from smartunion.engines.feeds.models import Snapshot, SnapshotState
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.registry import forgetting
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.ground.registry.taking_along import everything_about
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import identity
from smartunion.systems.stewardship.flows.scoring import count_all, refresh
from smartunion.systems.stewardship.models import IdentityCheck, IdentityList, IdentityReading
from smartunion.systems.stewardship.queries import faults
from smartunion.systems.stewardship.queries.identity import identity_of, shares_below
from smartunion.systems.stewardship.rules.identity import Outcome, outcome_of

AT = make.AT


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("一致", "same"), ("姓名与身份证号一致", "same"), ("比对通过", "same"), (" 是 ", "same"), ("TRUE", "same"),
        ("不一致", "differs"), ("姓名 不符", "differs"), ("核验未通过", "differs"), ("否", "differs"),
        ("查无此人", "unknown"), ("库中无此号", "unknown"), ("该号码不存在", "unknown"),
        ("已死亡", "ended"), ("户口注销", "ended"), ("一致（已注销）", "ended"),
        ("", None), ("1", None), ("01", None), ("待人工复核", None),
    ],
)  # fmt: skip
def test_answers_are_read_from_the_words_authorities_use(text: str, outcome: str | None) -> None:
    assert outcome_of(text) == outcome


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_does_not_agree_is_never_taken_for_agreement(before: str, behind: str) -> None:
    assert outcome_of(f"{before}不一致{behind}") != Outcome.SAME


class Place:
    """县 with a cadre, a factory's union with a chair, and members."""

    def __init__(self) -> None:
        self.county, self.other = make.federation(), make.federation("象山县总工会")
        self.union = make.union("宁海甲厂工会", self.county)
        self.cadre: User = accounts.make_user("林静", "cadre", union=self.county)
        self.chair: User = accounts.make_user("小波", "chair", union=self.union)
        self.people = {
            name: make.membership(make.person(name), self.union).person
            for name in ("王海燕", "李小明", "陈一", "安二")
        }

    def answer(
        self,
        rows: list[tuple[str, str, str]],
        *,
        as_of: date = date(2026, 10, 1),
        county: TradeUnion | None = None,
    ) -> Snapshot:
        """An extract that came through the front door: a CSV as such authorities write it."""
        where = county or self.county
        actor = system()
        source = sources.Source.objects.filter(union=where, table="identity").first() or sources.create_source(
            actor=actor, union_id=where.pk, name="人口比对", department="县公安局", table="identity",
            purpose="会员实名制核验，依据双方协议", at=AT,
        )  # fmt: skip
        text = "序号,姓名,公民身份号码,比对结果\n" + "".join(
            f"{number},{','.join(row)}\n" for number, row in enumerate(rows, 1)
        )
        snapshot = snapshots.bring_in(
            actor=actor,
            source_id=source.pk,
            chunks=[text.encode("gb18030")],
            name="比对结果.csv",
            as_of=as_of,
            at=AT,
        )
        drain()
        snapshot.refresh_from_db()
        assert snapshot.state == SnapshotState.READY, snapshot.report
        return snapshot

    def said(self, name: str, answer: str, *, called: str = "") -> tuple[str, str, str]:
        return called or name, self.people[name].resident_id, answer

    def outcomes(self) -> dict[str, str]:
        rows = IdentityCheck.objects.exclude(outcome="").select_related("person")
        return {one.person.name: one.outcome for one in rows}


@pytest.fixture
def place(db: None) -> Place:
    return Place()


def listed(place: Place, rule: str) -> list[str]:
    rows = faults.broken(rule, actor=system(), path=place.county.path, on=make.TODAY)
    return sorted(row.person.name for row in rows)


def test_each_answer_is_kept_counted_and_listed(place: Place) -> None:
    gone = make.membership(
        make.person("老金"), place.union, state="ended", ended_on=make.TODAY, end_type="left"
    ).person
    elsewhere = make.membership(make.person("外县人"), make.union("象山厂工会", place.other)).person
    place.answer([
        place.said("王海燕", "一致"), place.said("李小明", "不一致"), place.said("陈一", "查无此人"), place.said("安二", "户口注销"),
        ("老金", gone.resident_id, "一致"), ("外县人", elsewhere.resident_id, "一致"), ("谁也不是", make.resident_id(4321), "一致"),
    ])  # fmt: skip

    assert (identity.renew(at=AT), identity.renew(at=AT)) == (1, 0)
    assert place.outcomes() == {
        "王海燕": "same", "李小明": "differs", "陈一": "unknown", "安二": "ended", "老金": "same",
    }  # fmt: skip
    reading = IdentityReading.objects.get()
    told = {
        name: getattr(reading, name) for name in ("rows", "same", "differs", "unknown", "ended", "strangers")
    }
    assert told == {"rows": 7, "same": 2, "differs": 1, "unknown": 1, "ended": 1, "strangers": 2}
    count_all(at=AT)
    found = identity_of(place.county)
    assert (found.confirmed, list(found.numbers.values())) == (1, [1, 1, 1, 3])
    assert {rule: listed(place, f"member_identity_{rule}") for rule in ("same", "differs", "unknown", "ended", "open")} == {
        "same": ["王海燕"], "differs": ["李小明"], "unknown": ["陈一"], "ended": ["安二"], "open": ["安二", "李小明", "陈一"],
    }  # fmt: skip
    assert [
        (one.union.name, one.confirmed, one.members, one.percent) for one in shares_below(place.county)
    ] == [("宁海甲厂工会", 1, 4, 25.0)]


def test_what_cannot_be_decided_is_told_and_changes_nothing(place: Place) -> None:
    place.answer([
        place.said("王海燕", "一致", called="王海艳"), place.said("李小明", "1"), place.said("李小明", "转人工"),
        place.said("陈一", "一致"), place.said("陈一", "不一致"), place.said("陈一", "一致"),
        place.said("安二", "一致"), place.said("安二", "一致"), place.said("安二", f"号{place.people['安二'].resident_id}"),
    ])  # fmt: skip
    identity.renew(at=AT)

    reading = IdentityReading.objects.get()
    assert place.outcomes() == {"安二": "same"}
    assert (reading.rows, reading.same, reading.former, reading.opposed, reading.unread) == (9, 1, 1, 1, 3)
    assert reading.words == ["1", "转人工", "号…"]


def test_the_newest_answer_holds_and_one_taken_out_of_use_lets_the_earlier_hold_again(place: Place) -> None:
    place.answer([place.said("王海燕", "不一致"), place.said("李小明", "一致")], as_of=date(2026, 9, 1))
    identity.renew(at=AT)
    later = place.answer([place.said("王海燕", "一致")], as_of=date(2026, 10, 1))
    identity.renew(at=AT)
    assert place.outcomes() == {"王海燕": "same", "李小明": "same"}

    Snapshot.objects.filter(pk=later.pk).update(state=SnapshotState.RETIRED)
    identity.renew(at=AT)
    assert place.outcomes() == {"王海燕": "differs", "李小明": "same"}


def test_a_reading_that_was_stopped_goes_on_where_it_stood(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "BATCH", 2)
    place.answer([place.said(name, "一致") for name in place.people])

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        identity.renew(at=AT, tick=stop)
    begun = IdentityReading.objects.get()
    assert (begun.rows, begun.same, begun.read_at, len(place.outcomes())) == (2, 2, None, 2)
    told: list[tuple[int, int]] = []
    identity.renew(at=AT, tick=lambda done, total: told.append((done, total)))
    begun.refresh_from_db()
    assert (told, begun.rows, begun.same, begun.read_at) == ([(4, 4)], 4, 4, AT)
    assert set(place.outcomes().values()) == {"same"}


def test_a_reading_that_was_stopped_and_whose_extract_was_taken_out_of_use_leaves_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "BATCH", 2)
    snapshot = place.answer([place.said(name, "一致") for name in place.people])

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        identity.renew(at=AT, tick=stop)
    Snapshot.objects.filter(pk=snapshot.pk).update(state=SnapshotState.RETIRED)
    assert identity.renew(at=AT) == 0
    assert (IdentityReading.objects.count(), IdentityCheck.objects.count()) == (0, 0)


def test_an_answer_about_a_former_name_or_number_counts_for_nothing(place: Place) -> None:
    place.answer([place.said(name, "一致") for name in place.people])
    identity.renew(at=AT)
    Person.objects.filter(name="王海燕").update(name="王海艳")
    other = make.person("借号")
    Person.objects.filter(pk=other.pk).update(resident_id_index=None)
    Person.objects.filter(name="陈一").update(
        resident_id=other.resident_id, resident_id_index=other.resident_id_index
    )

    assert listed(place, "member_identity_same") == ["安二", "李小明"]
    assert listed(place, "member_identity_open") == ["王海艳", "陈一"]
    checks = {one.person.name: one.is_of_today for one in IdentityCheck.objects.select_related("person")}
    assert checks == {"王海艳": False, "陈一": False, "李小明": True, "安二": True}


def test_answers_are_counted_anew_without_waiting_for_the_night(place: Place) -> None:
    count_all(at=AT)
    place.answer([place.said("李小明", "不一致")])
    identity.renew(at=AT)
    refresh(at=AT)

    assert identity_of(place.county).numbers["member_identity_differs"] == 1


def sheet(job: Job) -> list[list[str]]:
    assert job.result_file is not None
    content = open_file(job.result_file).read()
    assert zipfile.is_zipfile(io.BytesIO(content))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [[str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]


def ask(place: Place, *, only_open: bool = True) -> IdentityList:
    made = identity.ask_for_list(
        actor=accounts.actor(place.cadre), union_id=place.county.pk, sent_to="县公安局", reason="会员实名制核验协议 3 号",
        only_open=only_open, at=AT,
    )  # fmt: skip
    drain()
    made.refresh_from_db()
    return made


def test_a_list_holds_those_who_are_not_confirmed_and_each_can_read_of_it(place: Place) -> None:
    make.membership(make.person("无号", resident_id=""), place.union)
    make.membership(make.person("外宾", id_type="passport", resident_id="E12345678"), place.union)
    place.answer([place.said("王海燕", "一致"), place.said("李小明", "不一致")])
    identity.renew(at=AT)

    made = ask(place)
    expected = [[name, place.people[name].resident_id] for name in ("李小明", "陈一", "安二")]
    assert made.job is not None
    assert sheet(made.job)[1:] == expected
    assert (made.size, made.finished_at is not None) == (3, True)
    sent = {
        one.person.name
        for one in IdentityCheck.objects.filter(sent_to="县公安局", sent_on=clock.today()).select_related(
            "person"
        )
    }
    assert sent == {"李小明", "陈一", "安二"}
    assert place.outcomes() == {"王海燕": "same", "李小明": "differs"}  # what was answered stays

    everybody = ask(place, only_open=False)
    assert everybody.job is not None
    assert [row[0] for row in sheet(everybody.job)[1:]] == ["王海燕", "李小明", "陈一", "安二"]
    noted = AuditEvent.objects.filter(event="stewardship.identity_list").order_by("pk")
    assert [(one.reason, one.data["sent_to"], one.data["only_open"]) for one in noted] == [
        ("会员实名制核验协议 3 号", "县公安局", True), ("会员实名制核验协议 3 号", "县公安局", False),
    ]  # fmt: skip
    part = next(rows for part, rows in everything_about(place.people["李小明"].pk) if part.key == "identity")
    assert [sorted(str(value) for value in row.values() if value) for row in part] == [
        sorted(["县公安局", str(clock.today()), str(Outcome.DIFFERS.label), "县公安局", "2026-10-01"])
    ]


def test_lists_are_refused_where_something_is_missing_and_nothing_is_kept(place: Place) -> None:
    stranger = accounts.make_user("老秦", "cadre", union=place.other)
    good = {
        "union_id": place.county.pk,
        "sent_to": "县公安局",
        "reason": "会员实名制核验",
        "only_open": True,
        "at": AT,
    }
    cadre = accounts.actor(place.cadre)
    refused: list[tuple[Any, dict[str, Any], type[DomainError], str]] = [
        (cadre, {"sent_to": " "}, InvalidInput, "sent_to"), (cadre, {"sent_to": "长" * 81}, InvalidInput, "sent_to"),
        (cadre, {"reason": "看"}, InvalidInput, "reason"), (cadre, {"union_id": place.other.pk}, NotVisible, ""),
        (accounts.actor(stranger), {}, NotVisible, ""),
    ]  # fmt: skip
    for actor, change, error, field in refused:
        with pytest.raises(error) as caught:
            identity.ask_for_list(actor=actor, **(good | change))
        assert getattr(caught.value, "field", "") == field
    with pytest.raises(DomainError):  # a chair brings in no extracts, so she has no list made either
        identity.ask_for_list(actor=accounts.actor(place.chair), **(good | {"union_id": place.union.pk}))
    assert (IdentityList.objects.count(), Job.objects.filter(kind=identity.LIST_JOB).count()) == (0, 0)

    identity.ask_for_list(actor=cadre, **good)
    with pytest.raises(StaleState):
        identity.ask_for_list(actor=cadre, **good)
    assert IdentityList.objects.count() == 1


def test_whoever_lost_the_right_meanwhile_gets_no_list(place: Place) -> None:
    made = identity.ask_for_list(
        actor=accounts.actor(place.cadre), union_id=place.county.pk, sent_to="县公安局", reason="会员实名制核验", only_open=True, at=AT,
    )  # fmt: skip
    RoleGrant.objects.filter(user=place.cadre).delete()
    drain()

    made.refresh_from_db()
    assert made.job is not None
    assert (made.job.state, made.job.result_file, made.finished_at) == ("failed", None, None)
    assert not IdentityCheck.objects.exists()


def test_pages_show_the_numbers_make_a_list_and_tell_the_member(place: Place) -> None:
    place.answer([place.said("王海燕", "一致"), place.said("李小明", "不一致"), place.said("陈一", "一")])
    identity.renew(at=AT)
    count_all(at=AT)
    client = Client()
    client.force_login(place.cadre)
    home = client.get(reverse("stewardship:identity_home"), follow=True).content.decode()
    assert home.count(reverse("stewardship:faults", args=[place.county.pk, "member_identity_differs"])) == 1
    answers = client.get(reverse("stewardship:identity_answers", args=[place.county.pk])).content.decode()
    assert "人口比对" in answers
    address = reverse("stewardship:identity_make", args=[place.county.pk])
    assert client.post(address, {"sent_to": "", "reason": "核验"}).status_code == 422
    sent = client.post(address, {"sent_to": "县公安局", "reason": "会员实名制核验", "only_open": "on"})
    assert sent.status_code == 302
    drain()
    lists = client.get(reverse("stewardship:identity_lists", args=[place.county.pk])).content.decode()
    assert "县公安局" in lists
    made = IdentityList.objects.get()
    assert reverse("jobs:page", args=[made.job_id]) in lists
    colleague = Client()
    colleague.force_login(accounts.make_user("同事", "cadre", union=place.county))
    others = colleague.get(reverse("stewardship:identity_lists", args=[place.county.pk])).content.decode()
    assert "县公安局" in others
    assert reverse("jobs:page", args=[made.job_id]) not in others
    assert colleague.get(reverse("jobs:file", args=[made.job_id])).status_code == 404
    person = client.get(reverse("desk:person", args=[place.people["李小明"].pk])).content.decode()
    assert str(Outcome.DIFFERS.label) in person

    worker = Client()
    worker.force_login(accounts.make_user("李小明", person=place.people["李小明"]))
    record = worker.get(reverse("portal:record")).content.decode()
    assert "县公安局" in record
    assert str(Outcome.DIFFERS.label) in record
    stranger = Client()
    stranger.force_login(accounts.make_user("老秦", "cadre", union=place.other))
    for name in ("identity", "identity_lists", "identity_answers", "identity_make"):
        assert stranger.get(reverse(f"stewardship:{name}", args=[place.county.pk])).status_code == 404


def test_what_is_kept_of_a_person_goes_with_her(place: Place) -> None:
    place.answer([place.said("王海燕", "一致")])
    identity.renew(at=AT)

    forgetting.forget(place.people["王海燕"].pk)
    assert not IdentityCheck.objects.exists()
