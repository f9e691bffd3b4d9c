"""The worked tables of docs/rules/founding.md and docs/rules/joining.md hold."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.policies import PARAMETERS as REGISTRY_PARAMETERS
from smartunion.systems.organising.elections import Ballot, Elected, ElectionRules, bands_from, check
from smartunion.systems.organising.flows import drives
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.joining_rules import Cover, Situation, decide
from smartunion.systems.organising.joining_setup import PARAMETERS
from smartunion.systems.organising.tests import joining_world as make

RULES = Path(__file__).resolve().parents[4] / "docs" / "rules"


def rows(page: str, name: str) -> list[list[str]]:
    text = (RULES / page).read_text(encoding="utf-8")
    table = text.split(f"<!-- {name} -->")[1].split("<!-- end -->")[0]
    lines = [line.strip().strip("|") for line in table.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def ballot(change: str) -> Ballot:
    given = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", change)}
    present, lowest = given.get("present", 48), given.get("lowest", 40)
    names = iter([f"{surname}芳" for surname in "王李张刘陈赵黄周吴徐孙胡朱高林"])
    top = min(present, max(lowest, 45))
    chairs, seats = given.get("chairs", 1), given.get("seats", 3)
    posts = ["chair"] * chairs + ["vice_chair"] + ["member"] * (seats - chairs - 1)
    posts = ["organiser"] if given.get("organiser") else posts[:seats]
    committee = [
        Elected(next(names), post, lowest if at == len(posts) - 1 else top) for at, post in enumerate(posts)
    ]
    auditors = [Elected(next(names), "chair", given.get("audit", 41)) for _ in range(given.get("audits", 1))]
    if given.get("same"):
        auditors[0] = Elected(committee[0].name, "chair", auditors[0].votes)
    return Ballot(
        held_on=date(2026, 3, 22 if given.get("tomorrow") else 20), members=given.get("members", 63), women=given.get("women", 30),
        due=given.get("due", 60), present=present, term_years=given.get("years", 5), candidates=4,
        committee=committee, audit=auditors,
        women_committee=[Elected(next(names), "member") for _ in range(given.get("women_committee", 2))],
        has_relatives=given.get("relatives", 0) == 1,
    )  # fmt: skip


def rules(change: str) -> ElectionRules:
    held = {one.key: one for one in (*REGISTRY_PARAMETERS, *PARAMETERS)}
    sizes, women = held["organising.committee_sizes"], held["organising.women_committee_from"]
    majority = "present" if "base=present" in change else str(held["organising.election_majority"].default)
    return ElectionRules(Fraction(2, 3), majority, bands_from(str(sizes.default)), int(str(women.default)))


@pytest.mark.parametrize(("change", "void_by"), rows("founding.md", "elections"))
def test_elections(change: str, void_by: str) -> None:
    found = check(ballot(change), rules(change), today=date(2026, 3, 21))

    fields = list(dict.fromkeys(one.field for one in found if not one.is_hint))
    assert fields == ([] if void_by == "–" else void_by.split(", "))


@pytest.mark.parametrize("row", rows("joining.md", "joins"))
def test_joins(row: list[str]) -> None:
    admits, cover, named, decides, phone, way = row
    yes = {"yes": True, "no": False}

    decision = decide(
        Situation(
            yes[admits], Cover(cover), named=yes[named], needs_approval=yes[decides], phone_differs=yes[phone]
        )
    )

    assert decision.way == way


BARE, COVERED = "宁海恒达物流有限公司", "宁海晨光文具有限公司"
SENDS: dict[str, dict[str, Any]] = {
    "–": {}, "covered": {"employer_name": COVERED}, "bare": {"employer_name": BARE}, "unknown": {"employer_name": "老王汽修铺"},
    "town code": {}, "no code": {}, "number of fifteen years": {"id_number": make.resident_id(1, "20110303")},
    "wrong check digit": {"id_number": "330226199003070021"}, "without consent": {"agreed": frozenset()},
    "wants the transfer": {"wants_transfer": True}, "other name": {"name": "赵敏"}, "other phone": {"mobile": "13700000077"},
    "says it is hers": {"takes_phone": True},
}  # fmt: skip


def prepared(here: make.World, before: str) -> dict[str, Any]:
    """What was so before; returns what every later sending holds besides."""
    if before == "member":
        join(code=here.drive.code, form=make.form(1), at=make.NOW)
    elif before == "member elsewhere":
        data = drives.NewDrive(here.other.pk, "海天入会", make.TODAY, employer_id=here.other_firm.pk)
        code = drives.create_drive(actor=system(), data=data, at=make.NOW).code
        join(code=code, form=make.form(1), at=make.NOW)
    elif before == "waiting in the pool":
        join(code=here.town_drive.code, form=make.form(1, employer_name="老王汽修铺"), at=make.NOW)
    elif before == "has asked":
        join(code=here.town_drive.code, form=make.form(1, employer_name=COVERED), at=make.NOW)
    elif before == "known under another phone":
        data = registry.PersonData(name="李芳", resident_id=make.resident_id(1), mobile="13611112222")
        registry.find_or_create_person(actor=system(), data=data, at=make.NOW)
    elif before == "phone of somebody else":
        join(code=here.drive.code, form=make.form(2), at=make.NOW)
        return {"mobile": make.form(2).mobile}
    elif before == "union decides itself":
        PolicyValue.objects.create(
            key="organising.join_needs_approval", path=here.union.path, value=True, valid_from=make.TODAY,
            source="本会决定", created_at=make.NOW,
        )  # fmt: skip
    elif before == "code closed":
        drives.close_drive(actor=system(), drive_id=here.drive.pk, reason="换码", at=make.NOW)
    else:
        assert before in {"–", "code unknown"}
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "sends", "outcome", "running"), rows("joining.md", "outcomes"))
def test_outcomes(before: str, sends: str, outcome: str, running: str) -> None:
    here = make.world()
    values = prepared(here, before)
    for part in sends.split(", "):
        values |= SENDS[part]
    code = here.town_drive.code if "town code" in sends else "" if "no code" in sends else here.drive.code
    code = "ZZZZZZZZ" if before == "code unknown" else code

    try:
        came = str(join(code=code, form=make.form(1, **values), at=make.NOW).outcome)
    except DomainError as refusal:
        came = f"refused {refusal.field or refusal.code}"

    assert came == outcome
    assert Membership.objects.filter(ended_on=None).count() == int(running)
