from datetime import date

import numpy as np
import polars as pl
import pytest

from smartunion.core.codes import phone, resident_id, uscc
from smartunion.site.demo.extracts import tables
from smartunion.site.demo.tests.worlds import world
from smartunion.site.demo.world import SIZES, build, people
from smartunion.site.demo.world.codes import registration_numbers
from smartunion.site.demo.world.evolve import later, months_between
from smartunion.site.demo.world.particulars import employment_of
from smartunion.site.demo.world.places import UnknownPlace, place
from smartunion.site.demo.world.rng import draw, pick, spread

TABLES = (
    "employers",
    "people",
    "unions",
    "coverage",
    "memberships",
    "officers",
    "accounts",
    "spells",
    "taxes",
)


def test_same_seed_same_world() -> None:
    again = build("tiny", 5)

    for name in TABLES:
        assert getattr(again, name).equals(getattr(world(), name)), name


def test_no_two_people_share_a_number_however_many_were_born_on_one_day() -> None:
    made = world()

    crowd = people.populate(made.size, made.place, np.full(1200, 19900307), 1)

    assert crowd["id_no"].n_unique() == 1200
    with pytest.raises(RuntimeError, match="born on one day"):
        people.populate(made.size, made.place, np.full(4000, 19900307), 1)


def test_other_seed_other_people() -> None:
    other = build("tiny", 6)

    assert not other.people["name"].equals(world().people["name"])


def test_resident_ids_are_valid_unique_and_of_no_real_county() -> None:
    ids = world("town").people["id_no"]

    assert ids.is_unique().all()
    for code in ids.head(400):
        assert resident_id.check(code, today=date(2026, 11, 1)).ok
        assert code[:5] == "33029" or code[2:4] == "99"


def test_resident_id_tells_sex_and_birth() -> None:
    rows = world().people.head(200).select("id_no", "male", "birth").rows()

    for code, male, birth in rows:
        assert (int(code[16]) % 2 == 1) is male
        assert code[6:14] == str(birth)


def test_employer_and_union_codes_pass_the_national_check() -> None:
    employers = world("town").employers.filter(pl.col("uscc") != "")
    unions = world("town").unions.filter(pl.col("uscc") != "")

    assert employers["uscc"].is_unique().all()
    assert all(uscc.check(code).ok for code in employers["uscc"].head(500))
    assert all(uscc.check(code).ok and code.startswith("81") for code in unions["uscc"])


def test_registration_numbers_follow_the_published_example() -> None:
    made = registration_numbers(np.array([370681, 370681]), np.array([1_801_386, 22_800_596]))

    assert made.to_list() == ["370681018013864", "370681228005960"]


def test_mobiles_are_unique_and_of_a_prefix_nobody_has() -> None:
    mobiles = world("town").people["mobile"]

    assert mobiles.is_unique().all()
    assert mobiles.str.starts_with("154").all()
    assert all(phone.check_mobile(number).ok for number in mobiles.head(200))


def test_who_keeps_her_membership_in_retirement_is_no_longer_at_work() -> None:
    made = world("town")

    work = made.memberships.select("state", employment=employment_of(made, made.memberships["member_id"]))

    assert set(work.unique().iter_rows()) == {
        ("active", "在岗"), ("retained", "退休"), ("preparatory", "在岗"), ("left", "在岗"),
    }  # fmt: skip


@pytest.mark.parametrize("size", ["town", "county"])
def test_sizes_are_met(size: str) -> None:
    made, aim = world(size), SIZES[size]
    members = made.memberships.filter(pl.col("state").is_in(["active", "retained"]))

    assert len(made.employers.filter(pl.col("group") == "market")) == aim.entities
    assert len(members) == aim.members
    assert len(made.spells) == aim.insurance_rows
    assert abs(len(made.unions) - aim.unions) <= aim.unions * 0.04 + 2
    assert made.taxes["employer"].n_unique() == aim.taxpayers


def test_sizes_of_employers_have_a_long_tail() -> None:
    made = world("county")
    market = made.employers.filter((pl.col("group") == "market") & (pl.col("ended") == 0))
    heads = made.heads.gather(market["employer"])

    assert (heads <= 3).mean() > 0.7
    assert 0.001 < (heads >= 100).mean() < 0.02
    assert heads.max() > 500


def test_every_union_but_the_root_has_a_parent_before_it() -> None:
    unions = world("county").unions

    assert unions.filter(pl.col("parent") < 0)["union"].to_list() == [0]
    assert unions.filter(pl.col("parent") >= pl.col("union")).is_empty()
    assert unions["name"].is_unique().mean() > 0.98


def test_spells_end_after_they_begin_and_within_life() -> None:
    spells = world("county").spells
    ended = spells.filter(pl.col("end") > 0)

    assert (ended["start"] <= ended["end"]).all()
    assert (spells["start"] <= 2026 * 12 + 9).all()


def test_dead_firms_insure_nobody_now() -> None:
    made = world("county")
    dead = made.employers.filter(pl.col("ended") > 0).select("employer")

    assert made.spells.filter(pl.col("end") == 0).join(dead, on="employer", how="semi").is_empty()


def test_a_month_later_keeps_numbers_and_changes_about_one_per_cent() -> None:
    before = world("county")
    after = later(before, 1)

    assert after.month == 202611
    assert after.spells.head(len(before.spells))["sid"].equals(before.spells["sid"])
    old = after.memberships.head(len(before.memberships))
    assert old["member_id"].equals(before.memberships["member_id"])
    changed = (old["state"] != before.memberships["state"]).mean()
    assert 0.001 < changed < 0.01
    ended = (after.spells.head(len(before.spells))["end"] != before.spells["end"]).mean()
    assert 0.004 < ended < 0.02
    assert 0.002 < len(after.employers) / len(before.employers) - 1 < 0.01
    assert after.people["id_no"].is_unique().all()
    assert after.employers.filter(pl.col("uscc") != "")["uscc"].is_unique().all()


@pytest.mark.parametrize("month", [202609, 202613, 202600, 7])
def test_impossible_months_are_refused(month: int) -> None:
    with pytest.raises(ValueError, match="yyyymm"):
        months_between(month)


def test_months_count_across_the_year() -> None:
    assert months_between(202610) == 0
    assert months_between(202702) == 4


@pytest.mark.parametrize("code", ["110101", "abc", "330226111001"])
def test_unknown_places_are_refused(code: str) -> None:
    with pytest.raises(UnknownPlace):
        place("county", code)


def test_other_counties_can_be_asked_for() -> None:
    made = place("county", "330282")

    assert made.areas["name"].to_list() == ["慈溪市"]
    assert set(made.towns["area"]) == {"330282"}


def test_draws_depend_on_the_id_alone() -> None:
    few, many = np.array([7, 9]), np.arange(20)

    assert draw(1, "x", few).tolist() == draw(1, "x", many)[[7, 9]].tolist()
    assert draw(1, "x", few).tolist() != draw(2, "x", few).tolist()
    assert draw(1, "x", few).tolist() != draw(1, "y", few).tolist()
    assert abs(draw(3, "z", np.arange(20_000)).mean() - 0.5) < 0.01


def test_spread_masks_are_exclusive_and_pick_follows_weights() -> None:
    chance = draw(1, "spread", np.arange(10_000))
    first, second = spread(chance, (0.2, 0.1))

    assert not (first & second).any()
    assert abs(first.mean() - 0.2) < 0.02
    assert abs(second.mean() - 0.1) < 0.02
    assert abs((pick(chance, [1, 3]) == 1).mean() - 0.75) < 0.02


def test_unions_founded_later_stand_under_the_federation_of_their_town() -> None:
    before = world("town")
    after = later(before, 3)

    fresh = after.unions[len(before.unions) :]
    assert len(fresh) > 0
    for union in fresh.iter_rows(named=True):
        parent = after.unions.row(union["parent"], named=True)
        assert (parent["kind"], parent["town"]) == ("federation", union["town"])
    assert len(tables.unions(after, 1.0)) == len(after.unions)
