"""Every number of a drive opens the records behind it: people who joined, joiners checked, rows of the register."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import system
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts import ledger
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.rules import ChangeReason, ChangeType
from smartunion.systems.organising.bulletin import Period
from smartunion.systems.organising.flows import registered
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.models import JoinerCheck, JoiningDrive, RegisteredDriver
from smartunion.systems.organising.queries import drive_progress, drive_register, drive_steps
from smartunion.systems.organising.queries.drives import progress as progress_of
from smartunion.systems.organising.tests import joining_world as make
from smartunion.systems.organising.tests import test_campaigns as campaigns
from smartunion.systems.organising.tests.test_campaigns import Campaign, client_of, county_cadre, row_of
from smartunion.systems.organising.verifying import Towns

here = campaigns.here


def names(client: Any, address: str) -> list[str]:
    """First cells of the list at an address."""
    page = client.get(address)
    assert page.status_code == 200, address
    found = [line.row for line in page.context["page"].lines]
    return [getattr(row, "name", None) or row.person.name for row in found]


def test_rows_of_the_register_are_kept_with_their_place_and_whom_they_mean(here: Campaign) -> None:
    joined, other = here.joins(1), make.form(8)
    here.register(
        row_of(joined),
        {"name": "钱多多", "id_no": other.id_number, "mobile": "13900001234", "region_name": "外县某镇", "platform": ""},
    )  # fmt: skip

    here.check()

    kept = RegisteredDriver.objects.order_by("number").values_list(
        "number", "path", "name", "mobile_tail", "platform", "valid_until", "person_id"
    )
    assert list(kept) == [
        (1, here.world.town.path, joined.name, joined.mobile[-4:], "山海货运", date(2030, 12, 31), joined.pk),
        (2, here.world.county.path, "钱多多", "1234", "", date(2030, 12, 31), None),
    ]
    assert {name: here.drive.register[name] for name in ("rows", "area", "platforms", "towns")} == {
        "rows": 2, "area": here.world.county.path, "platforms": {"山海货运": 1, "": 1},
        "towns": {str(here.world.town.pk): 1},
    }  # fmt: skip


def test_whoever_joins_later_is_meant_by_the_row_that_was_there_before(here: Campaign) -> None:
    form = make.form(2)
    here.joins(1)
    name = form.name + chr(0x4E02)
    here.register({"name": name, "id_no": form.id_number, "mobile": ""})
    here.check()
    before = RegisteredDriver.objects.get()
    assert before.person_id is None

    person = here.joins(2)
    here.check()

    after = RegisteredDriver.objects.get()
    assert (after.pk, after.person_id) == (before.pk, person.pk)


def test_numbers_equal_their_lists(here: Campaign) -> None:
    first, second = here.joins(1), here.joins(2, days=1)
    here.register(
        row_of(first),
        row_of(second, platform="顺路出行"),
        {"name": "外人"},
        {"name": "远客", "region_name": ""},
    )
    here.check()
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"
    (unit,) = drive_progress.unit_lines(here.drive)
    platforms = {one.platform: one.in_register for one in drive_progress.platform_lines(here.drive)}

    progress = client.get(f"{base}/progress/").content.decode()

    town = urlencode({"town": here.world.town.path})
    assert (unit.joined, unit.in_register, unit.narrowed) == (2, 3, town)
    for address, count in (
        (f"{base}/members/?{town}", unit.joined), (f"{base}/register/?{town}", unit.in_register),
        (f"{base}/register/?{urlencode({'platform': '山海货运'})}", platforms["山海货运"]),
        (f"{base}/joiners/?verified=1&{town}", unit.verified),
    ):  # fmt: skip
        assert address.replace("&", "&amp;") in progress
        assert len(names(client, address)) == count, address
    assert sorted(names(client, f"{base}/register/?member=no")) == sorted(["外人", "远客"])
    assert names(client, f"{base}/members/?joined_from={make.TODAY + timedelta(days=1)}") == [second.name]


def test_a_union_that_is_no_town_opens_its_lists_too(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person))
    here.check()
    here.world.town.__class__.objects.filter(pk=here.world.town.pk).update(level="grassroots")
    (unit,) = drive_progress.unit_lines(here.drive)
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"

    assert unit.union == here.world.union
    for page in (f"{base}/members/?", f"{base}/joiners/?verified=1&"):
        address = page + urlencode({"town": here.world.union.path})
        assert address.replace("&", "&amp;") in client.get(f"{base}/progress/").content.decode()
        assert names(client, address) == [person.name]
        assert names(client, page + urlencode({"town": here.world.other.path})) == []


def test_the_register_is_seen_in_ones_own_place_and_by_nobody_who_may_not_see_members(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person), {"name": "远客", "region_name": ""})
    here.check()
    at = f"/desk/drives/{here.drive.pk}/register/"

    assert sorted(names(client_of(county_cadre(here.world)), at)) == sorted([person.name, "远客"])
    campaigns.hand_down(here)  # the town sees the drive now
    assert names(client_of(here.world.cadre), at) == [person.name]
    chair = make.staff("老秦", Role.CHAIR, here.world.other)
    assert client_of(chair).get(at).status_code == 404


def test_rows_of_a_replaced_register_go_unless_a_running_drive_was_checked_against_it(here: Campaign) -> None:
    person = here.joins(1)
    old = here.register(row_of(person))
    here.check()
    other = JoiningDrive.objects.create(
        code="XDTEST77", title="另一个", union=here.world.county, path=here.world.county.path, starts_on=make.TODAY,
        ends_on=make.TODAY + timedelta(days=9), created_at=make.NOW, register={"snapshot": old.pk},
    )  # fmt: skip
    new = here.register(row_of(person), as_of=make.TODAY + timedelta(days=1))

    here.check(days=1)
    assert set(RegisteredDriver.objects.values_list("snapshot_id", flat=True)) == {old.pk, new.pk}

    JoiningDrive.objects.filter(pk=other.pk).update(closed_at=make.NOW)
    here.check(days=1)
    assert set(RegisteredDriver.objects.values_list("snapshot_id", flat=True)) == {new.pk}
    assert not drive_register.is_kept(old.pk)


def test_a_number_whose_rows_are_gone_opens_nothing(here: Campaign) -> None:
    here.register(row_of(here.joins(1)))
    here.check()
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"
    assert f"{base}/register/" in client.get(f"{base}/progress/").content.decode()

    RegisteredDriver.objects.all().delete()

    assert f"{base}/register/" not in client.get(f"{base}/progress/").content.decode()


def test_erasing_somebody_takes_her_rows_away(here: Campaign) -> None:
    person = here.joins(1)
    here.register(row_of(person), {"name": "外人"})
    here.check()

    registered.forget(person.pk)

    assert list(RegisteredDriver.objects.values_list("name", flat=True)) == ["外人"]


def test_joined_counts_people_who_were_never_checked(here: Campaign) -> None:
    person = here.joins(1)
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"
    assert not JoinerCheck.objects.exists()

    page = client.get(f"{base}/").content.decode()

    assert f'href="{base}/members/"' in page
    assert names(client, f"{base}/members/") == [person.name]


def test_the_bulletin_opens_who_joined_in_its_days(here: Campaign) -> None:
    here.joins(1)
    second = here.joins(2, days=8)
    last = make.TODAY + timedelta(days=8)
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"
    made = drive_progress.bulletin_of(here.drive, Period(last, last))

    page = client.get(f"{base}/bulletin/?from={last}&to={last}").content.decode()

    days = f"{base}/members/?joined_from={last}&joined_to={last}"
    assert made.whole.during == 1
    assert days.replace("&", "&amp;") in page
    assert names(client, days) == [second.name]


def test_one_who_left_is_told_as_such_and_found_by_pinyin(here: Campaign) -> None:
    person = here.joins(1)
    membership = person.memberships.get()
    registry.memberships.end(
        actor=make.acting(county_cadre(here.world)), membership_id=membership.pk,
        end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=make.TODAY, at=make.NOW,
    )  # fmt: skip
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}/members/"

    assert names(client, f"{base}?running=no") == [person.name]
    assert names(client, f"{base}?running=yes") == []
    assert names(client, f"{base}?q={person.pinyin.partition(' ')[0][:5]}") == [person.name]


@pytest.mark.parametrize(("many", "few"), [(0, 0), (drive_progress.MANY, drive_progress.FEW)])
def test_however_the_joined_are_put_together_they_are_the_same(
    here: Campaign, many: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive_progress, "MANY", many)
    monkeypatch.setattr(drive_progress, "FEW", few)
    first, second = here.joins(1), here.joins(2)
    registry.memberships.end(
        actor=make.acting(county_cadre(here.world)), membership_id=second.memberships.get().pk,
        end_type=ChangeType.LEFT, reason=ChangeReason.OWN_WISH, on=make.TODAY, at=make.NOW,
    )  # fmt: skip
    cadre = county_cadre(here.world)
    client, base = client_of(cadre), f"/desk/drives/{here.drive.pk}/members/"
    town, other = (urlencode({"town": path}) for path in (here.world.town.path, here.world.other.path))

    def joined(**how: Any) -> set[int]:
        rows = drive_progress.joined_by(here.drive, make.acting(cadre), **how)
        return set(rows.values_list("person_id", flat=True))

    everybody = {first.pk, second.pk}
    assert joined() == joined(is_narrowed=True) == joined(path=here.world.town.path) == everybody
    assert joined(is_searched=True) == joined(by_day=True) == everybody
    today, tomorrow = make.TODAY, make.TODAY + timedelta(days=1)
    assert joined(days=(today, today)) == joined(days=(today, None), is_narrowed=True) == everybody
    assert joined(days=(tomorrow, None)) == joined(days=(None, today - timedelta(days=1))) == set()
    assert joined(path=here.world.other.path) == joined(path="no path") == set()
    assert names(client, f"{base}?running=yes&{town}") == names(client, f"{base}?running=yes") == [first.name]
    assert names(client, f"{base}?running=no&{town}") == [second.name]
    assert names(client, f"{base}?{other}") == names(client, f"{base}?running=yes&q=zz") == []
    assert first.name in names(client, f"{base}?q={first.initials}")
    assert names(client, f"{base}?q={urlencode({'': second.name})[1:]}") == [second.name]
    assert set(names(client, f"{base}?sort=-joined_on&joined_from={make.TODAY}")) == {first.name, second.name}
    assert names(client, f"{base}?sort=joined_on&joined_from={make.TODAY + timedelta(days=1)}") == []


def test_whoever_joined_on_some_days_is_looked_for_in_the_ledger_by_the_day_and_counted_there(
    here: Campaign,
) -> None:
    here.joins(1)
    later = make.TODAY + timedelta(days=8)
    second = here.joins(2, days=8)
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}/members/"

    with CaptureQueriesContext(connection) as caught:
        page = client.get(f"{base}?joined_from={later}").context["page"]

    assert ([line.row.person_id for line in page.lines], page.count) == ([second.pk], 1)
    ledger_reads = [one["sql"] for one in caught if 'FROM "facts_fact"' in one["sql"]]
    assert len(ledger_reads) == 2  # how many, and who
    assert all('"happened_on" >= ' in sql for sql in ledger_reads)


@pytest.mark.parametrize(
    ("region", "path"),
    [
        ("宁海县桃源街道", "1/a/"), ("桃源街道新村", "1/a/"), ("宁海县新桃源街道", "1/b/"), ("", "1/"), ("象山县", "1/"),
        ("宁海县城关镇", "1/c/"), ("象山县城关镇", "1/d/"), ("城关镇", "1/"),
    ],
)  # fmt: skip
def test_towns_are_told_by_their_longest_name_and_namesakes_by_their_county(region: str, path: str) -> None:
    towns = Towns(
        [("桃源街道", "宁海县", "1/a/"), ("新桃源街道", "宁海县", "1/b/"), ("城关镇", "宁海县", "1/c/"), ("城关镇", "象山县", "1/d/")],
        otherwise="1/",
    )  # fmt: skip

    assert towns.path_of(region) == path


def test_every_stage_of_the_funnel_opens_what_it_counts(here: Campaign) -> None:
    world, drive = here.world, here.drive
    base, cadre = f"/desk/drives/{drive.pk}", client_of(county_cadre(world))
    join(code=drive.code, form=make.form(32, employer_name=world.bare.name), at=make.NOW)
    join(code=drive.code, form=make.form(33, employer_name=world.covered.name), at=make.NOW)
    asks = {
        "actor": system(),
        "kind": drive_steps.STARTED,
        "happened_on": make.TODAY,
        "at": make.NOW,
        "path": drive.path,
    }
    for number in range(3):
        ledger.record(key=f"asked:{number}", subject=drive, drive_id=drive.pk, **asks)

    page = cadre.get(f"{base}/").content.decode()
    lists = {name: cadre.get(f"{base}/{name}/") for name in ("started", "sent", "pool", "undecided")}

    assert all(f'href="{base}/{name}/"' in page for name in lists)
    numbers = progress_of(drive, today=make.TODAY)
    counted = {name: len(answer.context["page"].lines) for name, answer in lists.items()}
    stages = {stage.key: stage.count for stage in numbers.stages}
    assert counted == {"started": 3, "sent": 2, "pool": 1, "undecided": 1}
    assert (stages["started"], stages["sent"], numbers.pooled, numbers.waiting) == (3, 2, 1, 1)
    assert [line.row.person.name for line in lists["pool"].context["page"].lines] == [make.form(32).name]
    assert make.form(32).name not in lists["sent"].content.decode()
    (undecided,) = lists["undecided"].context["page"].lines
    assert undecided.url == f"/desk/cases/{undecided.row.pk}/"
    assert {line.url for line in lists["sent"].context["page"].lines} == {
        f"/desk/cases/{case.pk}/" for case in CaseFile.objects.filter(drive_id=drive.pk)
    }


def test_whose_case_another_union_decides_is_counted_and_not_named(here: Campaign) -> None:
    world, drive = here.world, here.drive
    base = f"/desk/drives/{drive.pk}"
    join(code=drive.code, form=make.form(33, employer_name=world.covered.name), at=make.NOW)
    case = CaseFile.objects.get(drive_id=drive.pk)
    leader = client_of(make.staff("领导", Role.LEADER, world.county))

    page = leader.get(f"{base}/undecided/")

    assert [(line.url, line.row.pk) for line in page.context["page"].lines] == [("", case.pk)]
    assert make.form(33).name not in page.content.decode()
    assert "由其他工会办理" in page.content.decode()
    assert leader.get(f"{base}/pool/").status_code == 404
    assert f'href="{base}/"' not in page.content.decode()
    assert f'href="{base}/progress/"' in page.content.decode()


def test_what_is_missing_opens_the_drivers_who_are_not_members_yet(here: Campaign) -> None:
    here.register(row_of(here.joins(1)), {"name": "外人"}, {"name": "外地人", "region_name": ""})
    here.check()
    target = campaigns.hand_down(here)
    town = urlencode({"town": here.world.town.path})
    client, base = client_of(county_cadre(here.world)), f"/desk/drives/{here.drive.pk}"

    page = client.get(f"{base}/progress/").content.decode()

    assert target.union == here.world.town
    address = f"{base}/register/?member=no&{town}"
    assert page.count(f'href="{address.replace("&", "&amp;")}"') == 2  # the target's row and the unit's
    assert names(client, address) == ["外人"]

    RegisteredDriver.objects.all().delete()
    assert "member=no" not in client.get(f"{base}/progress/").content.decode()


def test_strangers_open_none_of_the_stages(here: Campaign) -> None:
    chair = client_of(make.staff("老秦", Role.CHAIR, here.world.other))
    for name in ("started", "sent", "pool", "undecided"):
        at = f"/desk/drives/{here.drive.pk}/{name}/"
        assert chair.get(at).status_code == 404
        assert Client().get(at).status_code == 302
