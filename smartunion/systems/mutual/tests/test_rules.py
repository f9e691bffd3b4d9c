"""Waiting by person and share, amounts, refusals; the table of docs/rules/mutual_aid.md."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.mutual.presets import PRESETS, SERIOUS, TIANJIN, WOMEN
from smartunion.systems.mutual.rules.claims import Event, No, Paid, assessed_by, calculate
from smartunion.systems.mutual.rules.enrolling import Candidate, CannotEnrol, cannot, version_on
from smartunion.systems.mutual.rules.terms import dump, is_open_on, load, missing, period_for, wrong
from smartunion.systems.mutual.rules.waiting import Spell, Wait, share_starts, wait_of
from smartunion.systems.mutual.tests.plans import tianjin, yuecheng

START = date(2025, 3, 1)
DAYS = st.integers(0, 1500).map(lambda days: START + timedelta(days=days))
MONEY = st.decimals(0, 200000, places=2)


def year(start: date, shares: int = 1) -> Spell:
    return Spell(start, date(start.year + 1, start.month, start.day), shares)


def illness(on: date, **more: object) -> Event:
    return Event(
        **{
            "benefit": "serious",
            "filed_on": on + timedelta(days=10),
            "illness": "stroke",
            "admitted_on": on,
            **more,
        }
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "wait"),
    [(0, Wait.NO_PAY), (29, Wait.NO_PAY), (30, Wait.REDUCED), (89, Wait.REDUCED), (90, Wait.FULL)],
)
def test_the_thirtieth_day_is_not_paid_the_ninetieth_is_reduced(day: int, wait: Wait) -> None:
    assert wait_of(START, START + timedelta(days=day), tianjin()) is wait


def test_renewal_inside_the_window_keeps_the_start_day_and_new_shares_wait() -> None:
    first, second = year(START, 2), Spell(date(2026, 3, 20), date(2027, 3, 20), 3)

    assert share_starts([first, second], date(2026, 4, 1), 30) == (START, START, date(2026, 3, 20))
    assert share_starts([second, first], date(2026, 3, 10), 30) == ()  # between the periods nobody is covered
    assert (
        share_starts([first, replace(second, from_on=date(2026, 4, 1))], date(2026, 4, 2), 30)
        == (date(2026, 4, 1),) * 3
    )


def test_fewer_shares_keep_the_oldest() -> None:
    spells = [year(START, 1), year(date(2026, 3, 1), 3), year(date(2027, 3, 1), 2)]

    assert share_starts(spells, date(2027, 5, 1), 30) == (START, date(2026, 3, 1))


def test_a_cancer_counts_from_the_pathology_report_not_from_admission() -> None:
    claim = illness(
        date(2025, 3, 20), illness="cancer", pathology_on=date(2025, 4, 10), filed_on=date(2025, 5, 1)
    )

    found = calculate(tianjin(), [year(START)], claim)

    assert (found.event_on, found.total_yuan) == (date(2025, 4, 10), Decimal("5000.00"))
    assert [
        one.code for one in calculate(tianjin(), [year(START)], replace(claim, illness="stroke")).refusals
    ] == [No.WAITING]


def test_every_reason_against_is_given_with_its_figures() -> None:
    claim = illness(date(2025, 3, 10), illness="flu", filed_on=date(2025, 12, 1))

    refusals = calculate(tianjin(), [year(START)], claim).refusals

    assert [one.code for one in refusals] == [No.WAITING, No.NOT_LISTED, No.TOO_LATE]
    assert dict(refusals[0].places) == {
        "event": "2025-03-10",
        "start": "2025-03-01",
        "days": "30",
        "from": "2025-03-31",
    }
    assert refusals[0].source == "第五条第 1 项"
    assert dict(refusals[2].places) == {"days": "180", "last": "2025-09-06"}


def test_one_event_is_claimed_once_and_a_serious_illness_once_a_person() -> None:
    cover, on = [year(START)], date(2025, 8, 1)

    assert [
        one.code
        for one in calculate(tianjin(), cover, illness(on), [Paid(on, "serious", Decimal(1))]).refusals
    ] == [No.SAME_EVENT]
    earlier = [Paid(date(2025, 7, 1), "serious", Decimal(1)), Paid(on, "hospital", Decimal(1))]
    assert [one.code for one in calculate(tianjin(), cover, illness(on), earlier).refusals] == [No.ONCE]


def test_others_pay_first_and_the_cap_of_the_period_counts_earlier_claims() -> None:
    terms, cover = yuecheng(), [year(date(2025, 1, 1))]
    claim = Event(
        "hospital", date(2025, 9, 1), admitted_on=date(2025, 6, 1), cost_yuan=Decimal(20000),
        scheme_yuan=Decimal(12000), other_yuan=Decimal(1000),
    )  # fmt: skip

    found = calculate(terms, cover, claim)
    capped = calculate(
        terms,
        cover,
        claim,
        [
            Paid(date(2025, 2, 1), "hospital", Decimal(2900)),
            Paid(date(2024, 2, 1), "hospital", Decimal(3000)),
        ],
    )
    spent = calculate(terms, cover, claim, [Paid(date(2025, 2, 1), "hospital", Decimal(3000))])

    assert [(line.key, line.formula, line.yuan) for line in found.lines] == [
        ("own_cost", "20000 − 12000 − 1000", Decimal(7000)), ("ratio", "(7000 − 500) × 40%", Decimal("2600.00")),
    ]  # fmt: skip
    assert capped.total_yuan == Decimal("100.00")
    assert (spent.total_yuan, [one.code for one in spent.refusals]) == (Decimal(0), [No.CAP_SPENT])


def test_a_disability_is_assessed_at_the_end_of_treatment_or_on_day_180() -> None:
    terms = PRESETS["national_accident"]
    hurt = Event("disability", date(2025, 12, 1), happened_on=date(2025, 1, 1))

    assert assessed_by(terms, hurt) == date(2025, 6, 30)
    assert assessed_by(terms, replace(hurt, treated_until=date(2025, 3, 1))) == date(2025, 3, 1)
    assert assessed_by(terms, replace(hurt, treated_until=date(2025, 11, 1))) == date(2025, 6, 30)


def test_what_a_source_does_not_give_is_missing_until_it_is_set() -> None:
    assert missing(TIANJIN) == [
        "claim_days",
        "reduced_ratio",
        "benefit:serious:amount_yuan",
        "benefit:hospital:amount_yuan",
    ]
    assert "illnesses" in missing(WOMEN)
    assert SERIOUS.months_choices == (36,)
    assert missing(tianjin()) == missing(yuecheng()) == []
    assert not any(wrong(one) for one in PRESETS.values())
    assert wrong(tianjin(max_shares=0, reduced_until_days=10)) == ["max_shares", "reduced_until_days"]


@pytest.mark.parametrize("terms", [*PRESETS.values(), tianjin(), yuecheng()])
def test_terms_survive_their_json(terms: object) -> None:
    assert load(dump(terms)) == terms  # type: ignore[arg-type]


def test_windows_and_periods() -> None:
    assert [is_open_on(yuecheng(), date(2024, *day)) for day in ((10, 19), (10, 20), (12, 20), (12, 21))] == [
        False,
        True,
        True,
        False,
    ]
    assert period_for(yuecheng(), date(2024, 11, 3), 12) == (date(2025, 1, 1), date(2026, 1, 1))
    assert period_for(tianjin(), date(2024, 2, 29), 12) == (date(2024, 2, 29), date(2025, 2, 28))
    wrap = tianjin(enrol_from=(12, 1), enrol_until=(1, 15))
    assert [is_open_on(wrap, date(2025, *day)) for day in ((11, 30), (12, 31), (1, 15), (1, 16))] == [
        False,
        True,
        True,
        False,
    ]


def test_who_cannot_be_enrolled_and_why() -> None:
    def ask(**more: object) -> CannotEnrol | None:
        who = Candidate(
            **{"person_id": 1, "is_member": True, "sex": "f", "birth_date": date(1970, 6, 1), **more}
        )  # type: ignore[arg-type]
        return cannot(tianjin(), who, [year(date(2024, 1, 1))], START, date(2026, 3, 1))

    assert ask() is None
    assert ask(birth_date=date(1970, 3, 1)) is CannotEnrol.TOO_OLD
    assert ask(birth_date=date(1970, 3, 2)) is None
    assert ask(birth_date=date(1970, 3, 1), is_senior=True) is None
    assert ask(birth_date=None) is CannotEnrol.NO_BIRTH
    assert ask(is_member=False) is CannotEnrol.NOT_MEMBER
    who = Candidate(1, True, "m", date(1990, 1, 1))
    assert cannot(tianjin(), who, [year(date(2024, 9, 1))], START, date(2026, 3, 1)) is CannotEnrol.COVERED
    assert cannot(WOMEN, who, [], START, date(2027, 3, 1)) is CannotEnrol.ONLY_WOMEN


def test_the_version_of_the_day_of_the_event_counts() -> None:
    versions = [(date(2019, 1, 1), date(2022, 1, 1), "old"), (date(2022, 1, 1), None, "new")]

    days = (date(2018, 12, 31), date(2021, 12, 31), date(2022, 1, 1))
    assert [version_on(versions, day) for day in days] == [None, "old", "new"]


@given(on=DAYS, later=st.integers(0, 400), shares=st.integers(1, 3))
def test_waiting_only_ever_grows_into_full_cover(on: date, later: int, shares: int) -> None:
    cover = [Spell(START, START + timedelta(days=3000), shares)]

    before = calculate(tianjin(), cover, illness(on)).total_yuan
    after = calculate(tianjin(), cover, illness(on + timedelta(days=later))).total_yuan

    assert before <= after


@given(
    gap=st.integers(0, 30), length=st.integers(1, 800), after=st.integers(0, 300), shares=st.integers(1, 3)
)
def test_a_renewal_inside_the_window_never_starts_the_wait_again(
    gap: int, length: int, after: int, shares: int
) -> None:
    end = START + timedelta(days=length)
    renewed = Spell(end + timedelta(days=gap), end + timedelta(days=gap + 400), shares)

    starts = share_starts([Spell(START, end, shares), renewed], renewed.from_on + timedelta(days=after), 30)

    assert starts == (START,) * shares


@given(
    on=DAYS, cost=MONEY, scheme=MONEY, other=MONEY, days=st.integers(0, 200), shares=st.integers(1, 3), used=MONEY,
    benefit=st.sampled_from(["serious", "hospital"]), cap=st.one_of(st.none(), MONEY), bounded=st.booleans(),
    reduced=st.decimals(0, 1, places=3),
)  # fmt: skip
def test_a_total_is_never_negative_and_never_above_its_limits(
    on: date, cost: Decimal, scheme: Decimal, other: Decimal, days: int, shares: int, used: Decimal, benefit: str,
    cap: Decimal | None, bounded: bool, reduced: Decimal,
) -> None:  # fmt: skip
    benefits = tuple(replace(one, cap_yuan=cap, within_cost=bounded) for one in tianjin().benefits)
    terms = tianjin(benefits=benefits, reduced_ratio=reduced, period_cap_yuan=cap)
    cover = [Spell(START, START + timedelta(days=3000), shares)]
    claim = illness(
        on, benefit=benefit, cost_yuan=cost, scheme_yuan=scheme, other_yuan=other, hospital_days=days
    )

    found = calculate(terms, cover, claim, [Paid(START, "other", used)])

    assert found.total_yuan >= 0
    assert found.total_yuan.as_tuple().exponent == -2 or found.total_yuan == 0
    if cap is not None:
        assert found.total_yuan <= cap * shares
        assert found.total_yuan + min(used, cap * shares) <= cap * shares
    if bounded:
        assert found.total_yuan <= max(Decimal(0), cost - scheme - other)
    assert bool(found.refusals) <= (found.total_yuan == 0)
    if not found.refusals:
        assert found.lines[-1].yuan == found.total_yuan


PAGE = Path(__file__).parents[4] / "docs/rules/mutual_aid.md"
ROWS = re.findall(r"^\| (\d+) \|(.+)\|$", PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[number for number, _ in ROWS])
def test_the_worked_table_of_the_page(row: str) -> None:
    periods, benefit, illness_key, day, costs, lines, result = (cell.strip() for cell in row.split("|"))
    terms = yuecheng() if benefit == "scheme" else tianjin()
    cover = []
    for part in periods.split("; "):
        start, end, shares = part.replace(" ×", " ").replace("–", " ").split()
        cover.append(Spell(date.fromisoformat(start), date.fromisoformat(end), int(shares)))
    on = date.fromisoformat(day)
    values: dict[str, object] = {
        "admitted_on": on,
        "pathology_on": on,
        "filed_on": on + timedelta(days=5),
        "illness": illness_key,
    }
    if costs.endswith("days"):
        values["hospital_days"] = int(costs.removesuffix(" days"))
    elif costs:
        cost, scheme, other = costs.split(" − ")
        values |= {"cost_yuan": Decimal(cost), "scheme_yuan": Decimal(scheme), "other_yuan": Decimal(other)}

    found = calculate(terms, cover, Event(benefit="hospital" if benefit == "scheme" else benefit, **values))  # type: ignore[arg-type]

    assert "; ".join(line.formula for line in found.lines) == lines
    assert (str(found.total_yuan) if not found.refusals else found.refusals[0].code) == result
