"""A comparison keeps what people said, and tells where departments say something else."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from smartunion.engines.feeds.service import differences
from smartunion.ground.registry.flows.origins import by_people, put
from smartunion.ground.registry.models import Employer, EmployerLink, Person, ValueOrigin
from smartunion.ground.registry.service import employers
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.tests.comparing_world import AT, County, county

pytestmark = pytest.mark.django_db
Told = tuple[str, str, str, str, str, str]


@dataclass
class Ear:
    """One who hears what comparisons tell."""

    told: list[Told] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    passed: list[tuple[str, list[int]]] = field(default_factory=list)

    def take_in(self, comparison: differences.Comparison, found: Any) -> None:
        self.told += [(one.table, one.kind, one.field, one.ours, one.theirs, one.rule) for one in found]

    def pass_over(self, _comparison: object, _kind: str, table: str, records: Any) -> None:
        self.passed.append((table, list(records)))

    def end(self, comparison: differences.Comparison) -> None:
        self.ended.append(comparison.number)


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    """Hears alone."""
    made = Ear()
    monkeypatch.setattr(differences, "RECEIVERS", [made])
    return made


def entered(here: County, number: int, **values: Any) -> Employer:
    """An employer as the union entered it, covered by the union that is found by its code."""
    row = make.employer(looked_after_by=here.federation, **values)
    EmployerLink.objects.create(
        union=here.by_code,
        union_path=here.by_code.path,
        employer=row,
        kind="own",
        valid_from=make.DAY,
        source=f"import:{number}",
    )
    return row


def test_an_employer_people_entered_keeps_its_values_and_takes_what_was_missing(ear: Ear) -> None:
    here = county()
    here.market[1] |= {"legal_person": "王明", "address": "宁海县新街 2 号"}
    here.send(11)
    ours = entered(here, 7, name="云海户外", uscc=make.uscc(702), legal_person="")

    here.compare()

    ours.refresh_from_db()
    assert (ours.entity_id, ours.name, ours.legal_person, ours.address) == (
        "E2", "云海户外", "王明", "宁海县新街 2 号",
    )  # fmt: skip
    assert ear.told == [("market", "employer", "name", "云海户外", "宁海云海户外用品有限公司", "code")]
    origin = ValueOrigin.objects.get()
    assert (origin.employer_id, origin.field, origin.source, origin.is_ours) == (
        ours.pk,
        "name",
        "import:7",
        True,
    )
    here.compare()
    ours.refresh_from_db()
    assert ours.name == "云海户外"
    assert ear.told[1:] == [
        ("market", "employer", "name", "云海户外", "宁海云海户外用品有限公司", "register_id")
    ]


def test_a_code_of_a_firm_with_a_wholly_other_name_makes_nobody_that_firm(ear: Ear) -> None:
    here = county()
    ours = entered(here, 7, name="宁海县三博小家电股份有限公司", uscc=make.uscc(703))

    for _again in range(2):
        here.compare()

    ours.refresh_from_db()
    assert (ours.entity_id, ours.uscc) == ("", make.uscc(703))
    register = Employer.objects.get(entity_id="E3")
    assert (register.name, register.uscc) == ("宁海星远模具有限公司", "")
    assert [one for one in ear.told if one[0] == "market"] == []


def test_what_the_register_itself_brought_follows_it_and_what_people_changed_does_not(ear: Ear) -> None:
    here = county()
    here.compare()
    firm = Employer.objects.get(entity_id="E1")
    employers.update_employer(
        actor=make.cadre(here.federation), employer_id=firm.pk, version=firm.version, changes={"address": "桥头 5 号"},
        at=AT,
    )  # fmt: skip
    for row in here.market:
        row["address"] = "宁海县新街 2 号"
    here.send(11)

    run = here.compare()

    assert dict(Employer.objects.order_by("entity_id").values_list("entity_id", "address")) == {
        "E1": "桥头 5 号", "E2": "宁海县新街 2 号", "E3": "宁海县新街 2 号",
    }  # fmt: skip
    assert ear.told == [("market", "employer", "address", "桥头 5 号", "宁海县新街 2 号", "register_id")]
    market = run.inputs["market"]
    assert Employer.objects.get(entity_id="E2").register_snapshot == market


def test_an_employer_without_code_is_found_through_its_unions_link(ear: Ear) -> None:
    here = county()
    ours = make.employer("宁海得力文具有限公司", looked_after_by=here.federation, uscc="")
    EmployerLink.objects.create(
        union=here.by_name,
        union_path=here.by_name.path,
        employer=ours,
        kind="own",
        valid_from=make.DAY,
        source="import:3",
    )

    here.compare()

    ours.refresh_from_db()
    assert (ours.entity_id, ours.uscc) == ("E1", make.uscc(701)), "what was missing is filled"
    assert Employer.objects.filter(entity_id="E1").count() == 1
    assert EmployerLink.objects.filter(union=here.by_name, valid_to=None).count() == 1


def test_another_code_than_the_registers_is_told_not_overwritten(ear: Ear) -> None:
    here = county()
    ours = make.employer("宁海得力文具有限公司", looked_after_by=here.federation, uscc=make.uscc(990))
    EmployerLink.objects.create(
        union=here.by_name,
        union_path=here.by_name.path,
        employer=ours,
        kind="own",
        valid_from=make.DAY,
        source="import:3",
    )

    here.compare()

    ours.refresh_from_db()
    assert (ours.entity_id, ours.uscc) == ("E1", make.uscc(990))
    assert ear.told == [("market", "employer", "uscc", make.uscc(990), make.uscc(701), "name")]


def test_a_closed_firm_that_people_closed_is_not_opened_again(ear: Ear) -> None:
    here = county()
    here.compare()
    firm = Employer.objects.get(entity_id="E3")
    cadre = make.cadre(here.federation)
    employers.close_employer(
        actor=cadre, employer_id=firm.pk, version=firm.version, on=make.TODAY, reason="已搬空", at=AT
    )

    here.compare()

    firm.refresh_from_db()
    assert firm.state == "closed"
    assert ear.told == [("market", "employer", "state", "closed", "active", "register_id")]


def member(here: County, number: int, **values: Any) -> Person:
    row = here.social[number]
    who = make.person(row["name"], resident_id=row["id_no"], **values)
    make.membership(who, here.by_code)
    return who


def test_insured_people_with_another_phone_are_told_once_and_those_with_one_right_row_not(ear: Ear) -> None:
    here = county()
    for number in (30, 31):
        here.social[number]["mobile"] = "13700001111"
    here.social.append(here.social[31] | {"sid": 9999, "mobile": "13800002222"})
    here.social[32]["mobile"] = "1370000"
    here.send(11)
    for number in (30, 31, 32):
        member(here, number, mobile="13800002222")

    here.compare()

    assert ear.told == [("social", "person", "mobile", "13800002222", "13700001111", "same_id")]
    assert len(ear.ended) == 1


def test_head_counts_far_apart_are_told_and_near_ones_not(ear: Ear) -> None:
    here = county()
    here.compare()
    Employer.objects.filter(entity_id="E1").update(staff_count=33)
    Employer.objects.filter(entity_id="E2").update(staff_count=60)

    here.compare()

    assert ear.told == [("social", "employer", "staff_count", "60", "30", "register_id")]


def test_the_tax_office_names_an_employer_the_register_does_not_know(ear: Ear) -> None:
    here = county()
    ours = make.employer("星海小学", looked_after_by=here.federation, uscc=make.uscc(820), staff_count=20)
    rows = [{"tax_code": make.uscc(820), "taxpayer_name": "宁海县星海小学", "employees": people, "year": year}
            for people, year in ((22, 2024), (55, 2025))]  # fmt: skip
    here._snapshot("tax", pl.DataFrame(rows), 11)

    here.compare()

    assert sorted(ear.told) == [
        ("tax", "employer", "name", "星海小学", "宁海县星海小学", "code"),
        ("tax", "employer", "staff_count", "20", "55", "code"),
    ]
    put(ours, ["name"], by_people(make.cadre(here.federation)), actor=make.cadre(here.federation), at=AT)


def test_the_transport_register_is_asked_about_drivers(ear: Ear) -> None:
    here = county()
    known = member(here, 30, mobile="13800002222")
    unknown = make.person("李大车", resident_id="", mobile="13800003333")
    make.membership(unknown, here.by_code)
    rows = [
        {"licence_no": "L1", "name": known.name, "id_no": here.social[30]["id_no"], "mobile": "13700001111",
         "plate_no": "", "company_name": "", "region_name": ""},
        {"licence_no": "L2", "name": "李大车", "id_no": make.resident_id(555), "mobile": "13800003333", "plate_no": "",
         "company_name": "", "region_name": ""},
    ]  # fmt: skip
    here._snapshot("drivers", pl.DataFrame(rows), 11)

    here.compare()

    assert sorted(one for one in ear.told if one[0] == "drivers") == [
        ("drivers", "person", "mobile", "13800002222", "13700001111", "same_id"),
        ("drivers", "person", "resident_id", "", make.resident_id(555), "name_phone"),
    ]


INDUSTRY = {"name": "", "uscc": "", "scale": "", "grade": "", "cluster": "", "park": "", "employees": None}
PROJECT = {"project_name": "跨海大桥", "project_code": "P1", "unit_name": "", "uscc": "", "stage": "", "address": "海边",
           "investment": "", "employees": 400}  # fmt: skip
PAID = {"tax_code": "", "taxpayer_name": "", "item": "", "period_from": 202609, "period_to": 202609, "wages": None,
        "due": None, "paid": 100, "paid_month": 202610}  # fmt: skip


def says(here: County, table: str, *rows: dict[str, Any], month: int = 11) -> None:
    """A department sends an extract."""
    here._snapshot(table, pl.DataFrame(list(rows), infer_schema_length=None), month)


def of(ear: Ear, table: str) -> list[Told]:
    return sorted(one for one in ear.told if one[0] == table)


def test_industry_tells_head_counts_and_names_and_codes_the_register_does_not_know(ear: Ear) -> None:
    here = county()
    make.employer("星海小学", looked_after_by=here.federation, uscc=make.uscc(820), staff_count=20)
    make.employer("桥头（宁海）模具厂", looked_after_by=here.federation, uscc="", staff_count=20)
    make.employer("宁海旧码厂", looked_after_by=here.federation, uscc=make.uscc(822), staff_count=20)
    make.employer("宁海对得上厂", looked_after_by=here.federation, uscc=make.uscc(824), staff_count=20)
    says(
        here, "industry",
        INDUSTRY | {"name": "宁海县星海小学", "uscc": make.uscc(820).lower(), "employees": 60},
        INDUSTRY | {"name": "桥头(宁海)模具厂", "uscc": make.uscc(821), "employees": 22},
        INDUSTRY | {"name": "宁海旧码厂", "uscc": make.uscc(823), "employees": 90},
        INDUSTRY | {"name": "宁海对得上厂", "uscc": make.uscc(824), "employees": 21, "cluster": "文具"},
        INDUSTRY | {"name": "外地厂", "uscc": make.uscc(825), "employees": 7},
    )  # fmt: skip

    here.compare()

    assert of(ear, "industry") == [
        ("industry", "employer", "name", "星海小学", "宁海县星海小学", "code"),
        ("industry", "employer", "staff_count", "20", "60", "code"),
        ("industry", "employer", "uscc", "", make.uscc(821), "name_normalised"),
        ("industry", "employer", "uscc", make.uscc(822), make.uscc(823), "name"),
    ]
    assert ear.passed == [], "a list of firms speaks of all of them"


def test_names_that_several_bear_and_codes_of_others_or_of_nobody_tell_nothing(ear: Ear) -> None:
    here = county()
    for _twice in range(2):
        make.employer("宁海同名厂", looked_after_by=here.federation, uscc="")
    make.employer("宁海被冒名厂", looked_after_by=here.federation, uscc="")
    make.employer("宁海错码厂", looked_after_by=here.federation, uscc="")
    make.employer("宁海两码厂", looked_after_by=here.federation, uscc="")
    holder = make.employer("持码厂", looked_after_by=here.federation, uscc=make.uscc(831))
    says(
        here, "industry", INDUSTRY | {"name": "宁海同名厂", "uscc": make.uscc(830)},
        INDUSTRY | {"name": "宁海被冒名厂", "uscc": make.uscc(831)}, INDUSTRY | {"name": "宁海错码厂", "uscc": "9133X"},
        INDUSTRY | {"name": "宁海两码厂", "uscc": make.uscc(832)}, INDUSTRY | {"name": "宁海两码厂", "uscc": make.uscc(833)},
        INDUSTRY | {"name": "持*厂", "uscc": make.uscc(834)}, INDUSTRY | {"name": "", "uscc": ""},
    )  # fmt: skip

    here.compare()

    assert of(ear, "industry") == [
        ("industry", "employer", "name", holder.name, "宁海被冒名厂", "code"),
    ]


def test_firms_of_the_register_are_asked_about_head_counts_alone(ear: Ear) -> None:
    here = county()
    here.compare()
    Employer.objects.filter(entity_id="E1").update(staff_count=30)
    says(here, "industry", INDUSTRY | {"name": "得力", "uscc": make.uscc(701), "employees": 200})

    here.compare()

    assert of(ear, "industry") == [("industry", "employer", "staff_count", "30", "200", "code")]


def test_projects_name_their_firm_and_neither_its_site_nor_the_people_there_are_the_firms(ear: Ear) -> None:
    here = county()
    make.employer(
        "恒达物流", looked_after_by=here.federation, uscc=make.uscc(840), staff_count=20, address="桥头 1 号"
    )
    make.employer("宁海路桥公司", looked_after_by=here.federation, uscc="", staff_count=20)
    says(
        here, "projects", PROJECT | {"unit_name": "宁海恒达物流有限公司", "uscc": make.uscc(840)},
        PROJECT | {"unit_name": "宁海路桥公司", "uscc": make.uscc(841)},
        PROJECT | {"project_name": "隧道", "unit_name": "宁海路桥公司", "uscc": make.uscc(841)},
    )  # fmt: skip

    here.compare()

    assert of(ear, "projects") == [
        ("projects", "employer", "name", "恒达物流", "宁海恒达物流有限公司", "code"),
        ("projects", "employer", "uscc", "", make.uscc(841), "name"),
    ]


def test_contributions_tell_the_newest_name_and_pass_over_whom_they_do_not_name(ear: Ear) -> None:
    here = county()
    make.employer("老名厂", looked_after_by=here.federation, uscc=make.uscc(850), staff_count=20)
    silent = make.employer("季度缴费厂", looked_after_by=here.federation, uscc=make.uscc(851))
    says(
        here, "dues", PAID | {"tax_code": make.uscc(850), "taxpayer_name": "老名厂", "period_from": 202608},
        PAID | {"tax_code": make.uscc(850), "taxpayer_name": "新名厂"},
    )  # fmt: skip

    here.compare()

    assert of(ear, "dues") == [("dues", "employer", "name", "老名厂", "新名厂", "code")]
    assert [(table, silent.pk in keys) for table, keys in ear.passed] == [("dues", True)]
