"""Which column of a file is what, said by a person."""

import pytest
from django.http import QueryDict

from smartunion.core.errors import InvalidInput
from smartunion.core.tables.choosing import ChoosableField, ColumnChoice, choosing, chosen, posted

FIELDS = [ChoosableField("name", "名称", is_needed=True), ChoosableField("code", "代码")]


def test_what_was_said_is_kept_label_by_label() -> None:
    given = posted(QueryDict("label=单位&field=name&label=备注&field=&label=没有字段"))

    assert given == {"单位": "name", "备注": ""}
    assert chosen(given, FIELDS) == {"单位": "name", "备注": None}


@pytest.mark.parametrize(
    "wrong", [{"甲": "name", "乙": "name"}, {"甲": "name", "乙": "x"}, {"甲": "code"}, {}]
)
def test_a_choice_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        chosen(wrong, FIELDS)

    assert refusal.value.field == "mapping"


def test_the_page_says_how_sure_each_column_is() -> None:
    shown = choosing(["单位", "备注"], {"单位": "name", "备注": None}, {"单位": 0.926}, FIELDS)

    assert shown.columns == [ColumnChoice("单位", "name", 93), ColumnChoice("备注", "", 0)]
    assert shown.fields == FIELDS
    assert choosing(["单位"], {"单位": "name"}, {}, FIELDS, unknown=1).columns[0].pct == 100
