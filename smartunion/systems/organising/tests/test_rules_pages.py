"""The worked tables of docs/rules/founding.md and docs/rules/joining.md hold."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from smartunion.systems.organising.elections import Ballot, Elected, ElectionRules, bands_from, check
from smartunion.systems.organising.joining_rules import Cover, Situation, decide
from smartunion.systems.organising.joining_setup import PARAMETERS

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
    held = {one.key: one for one in PARAMETERS}
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
