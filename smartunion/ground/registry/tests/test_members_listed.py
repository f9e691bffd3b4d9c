"""Members narrowed by what stands on their person."""

import pytest

from smartunion.ground.registry.imports import choices
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.queries import members
from smartunion.ground.registry.queries.members import of_grades
from smartunion.ground.registry.rules import SkillGrade
from smartunion.ground.registry.tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (["grade_1"], {"安二"}), (["grade_1", "grade_5"], {"安二", "白三"}), (["chief"], set()),
        (["none"], {"陈一"}), (["none", "grade_5"], {"陈一", "白三"}), ([""], {"丁四"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("many", [0, 1000])
def test_members_of_a_skill_grade_are_those_whose_person_has_it(
    chosen: list[str], found: set[str], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MANY", many)
    monkeypatch.setattr(members, "COMMON", 1000)
    union = factories.union()
    for name, grade in (("陈一", "none"), ("安二", "grade_1"), ("白三", "grade_5"), ("丁四", "")):
        Person.objects.filter(pk=factories.member(union, name).person_id).update(skill_grade=grade)

    rows = Membership.objects.filter(of_grades(chosen))

    assert {row.person.name for row in rows} == found


def test_grades_as_the_form_says_them_are_stored_as_ours() -> None:
    said = (
        "职业资格五级（初级）",
        "职业资格四级（中级）",
        "职业资格三级（高级）",
        "职业资格二级（技师）",
        "职业资格一级（高级技师）",
    )

    kept = [choices.of_person("skill_grade", word) for word in said]

    assert kept == [
        SkillGrade.GRADE_5,
        SkillGrade.GRADE_4,
        SkillGrade.GRADE_3,
        SkillGrade.GRADE_2,
        SkillGrade.GRADE_1,
    ]
