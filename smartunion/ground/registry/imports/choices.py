"""What a form's words are stored as: the keys of our value lists, found by their Chinese labels."""

from functools import cache
from typing import Any

from django.db import models
from django.utils import translation

from smartunion.ground.registry.models import Employer, Person

#: Words of the forms that no label of ours equals. Source: drop-downs and habits of union forms.
_ALSO: dict[str, dict[str, str]] = {
    "education": {"研究生": "master", "职高": "secondary_vocational", "技校": "secondary_vocational"},
    "employment_status": {"灵活就业": "other"},
    "skill_grade": {
        "初级工": "grade_5", "中级工": "grade_4", "高级工": "grade_3", "技师": "grade_2", "高级技师": "grade_1",
        "职业资格五级（初级）": "grade_5", "职业资格四级（中级）": "grade_4", "职业资格三级（高级）": "grade_3",
        "职业资格二级（技师）": "grade_2", "职业资格一级（高级技师）": "grade_1",
    },
}  # fmt: skip


@cache
def _keys(model: type[models.Model], name: str) -> dict[str, Any]:
    field = model._meta.get_field(name)
    choices = list(field.flatchoices) if isinstance(field, models.Field) else []
    with translation.override("zh-hans"):
        labels = {str(label): key for key, label in choices}
    return labels | {str(key): key for key, _label in choices} | _ALSO.get(name, {})


def stored(model: type[models.Model], name: str, value: object) -> Any:
    """The value as stored: the key of a listed word, None for a word in no list, anything else as it is."""
    keys = _keys(model, name)
    return keys.get(str(value)) if keys else value


def of_person(name: str, value: object) -> Any:
    """`stored` for a person's field."""
    return stored(Person, name, value)


def of_employer(name: str, value: object) -> Any:
    """`stored` for an employer's field."""
    return stored(Employer, name, value)
