"""Answers: typed, refused in plain words, hidden questions dropped."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from smartunion.engines.casework import answers
from smartunion.engines.casework.answers.showing import words_of
from smartunion.engines.casework.definition import Field, FieldKind, Format, Option, text
from smartunion.engines.casework.tests.strategies import WISH, definitions

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def one(field: Field, raw: object, papers: dict[str, int] | None = None) -> tuple[object, list[str]]:
    checked = answers.check_fields([field], {field.key: raw}, papers=papers or {}, today=TODAY)
    return checked.values.get(field.key), [problem.message for problem in checked.problems]


CHOICE = (Option("a", text("甲")), Option("b", text("乙")))


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (Field("f", FieldKind.TEXT, text("名")), "  王  芳 ", "王 芳"),
        (Field("f", FieldKind.NUMBER, text("数")), "１，２００".replace("，", ","), 1200),
        (Field("f", FieldKind.NUMBER, text("数")), "0", 0),
        (Field("f", FieldKind.DATE, text("日")), "2026年3月1日", "2026-03-01"),
        (Field("f", FieldKind.DATE, text("日")), "20260301", "2026-03-01"),
        (Field("f", FieldKind.YES_NO, text("否")), "no", False),
        (Field("f", FieldKind.CHOICE, text("选"), options=CHOICE), "b", "b"),
        (Field("f", FieldKind.MULTI, text("选"), options=CHOICE), ["b", "a"], ["a", "b"]),
        (Field("f", FieldKind.TEXT, text("证"), format=Format.RESIDENT_ID), "11010519491231002x", "11010519491231002X"),
        (Field("f", FieldKind.TEXT, text("机"), format=Format.MOBILE), "+86 138-0013-8000", "13800138000"),
        (Field("f", FieldKind.TEXT, text("码"), format=Format.USCC), "91350100m000100y43", "91350100M000100Y43"),
        (Field("f", FieldKind.EMPLOYER, text("厂")), {"name": " 甲公司 ", "id": "7"}, {"name": "甲公司", "id": 7}),
        (Field("f", FieldKind.EMPLOYER, text("厂")), {"name": "甲公司", "id": "7;"}, {"name": "甲公司"}),
        (Field("f", FieldKind.PERSON, text("人")), {"name": "王芳", "mobile": "13800138000"}, {"name": "王芳", "mobile": "13800138000"}),
        (
            Field("f", FieldKind.PLACE, text("地")), {"region": "浙江省宁波市宁海县西店镇吉山村委会", "detail": "137号"},
            {"region": "浙江省宁波市宁海县西店镇吉山村委会", "detail": "137号"},
        ),
        (Field("f", FieldKind.PLACE, text("地")), {"region": "330226", "lon": "121.4", "lat": "nan"}, {"region": "330226", "detail": ""}),
        (
            Field("f", FieldKind.PLACE, text("地")), {"detail": "桃源街1号", "lon": "121.4", "lat": "29.3"},
            {"region": "", "detail": "桃源街1号", "lon": 121.4, "lat": 29.3},
        ),
    ],
)  # fmt: skip
def test_values_are_typed(field: Field, raw: object, value: object) -> None:
    assert one(field, raw) == (value, [])


@pytest.mark.parametrize(
    ("field", "raw", "words"),
    [
        (Field("f", FieldKind.TEXT, text("名")), "", "Please fill in “名”."),
        (Field("f", FieldKind.TEXT, text("名"), maximum=3), "一二三四", "“名” is too long: 4 characters, at most 3 fit. Please shorten it."),
        (Field("f", FieldKind.NUMBER, text("数")), "约三十", "“数” must be a whole number in digits."),
        (Field("f", FieldKind.NUMBER, text("数"), maximum=9), "10", "“数” can be at most 9."),
        (Field("f", FieldKind.DATE, text("日")), "2026-02-30", "“日” is no date. Please write it like 2026-03-15."),
        (Field("f", FieldKind.DATE, text("日"), past_only=True), "2026-03-03", "“日” lies in the future. Please check the date."),
        (Field("f", FieldKind.CHOICE, text("选"), options=CHOICE), "z", "“选”: this is not among the choices. Please choose again."),
        (Field("f", FieldKind.YES_NO, text("否")), "maybe", "Please answer “否” with yes or no."),
        (Field("f", FieldKind.PHOTO, text("照")), None, "Please take a photo for “照”."),
        (Field("f", FieldKind.PLACE, text("地")), {"lon": "1", "lat": "2"}, "“地”: please choose the town or write the address."),
    ],
)  # fmt: skip
def test_wrong_answers_are_named_kindly(field: Field, raw: object, words: str) -> None:
    assert one(field, raw) == (None, [words])


def test_a_wrong_id_says_which_rule_failed() -> None:
    field = Field("f", FieldKind.TEXT, text("身份证号"), format=Format.RESIDENT_ID)

    value, words = one(field, "110105194912310021")

    assert value is None
    assert words[0].startswith("身份证号：The last character does not fit")
    assert "110105" not in words[0]


ROWS = Field(
    "team", FieldKind.ROWS, text("委员"), minimum=2, maximum=3,
    columns=(Field("name", FieldKind.TEXT, text("姓名")), Field("votes", FieldKind.NUMBER, text("票数"), is_required=False)),
)  # fmt: skip


def test_rows_are_checked_cell_by_cell() -> None:
    value, words = one(ROWS, [{"name": "王芳", "votes": "30"}, {"name": "", "votes": "x"}])

    assert value == [{"name": "王芳", "votes": 30}, {}]
    assert words == [
        "委员, row 2: Please fill in “姓名”.",
        "委员, row 2: “票数” must be a whole number in digits.",
    ]
    assert one(ROWS, [{"name": "王芳"}])[1] == ["“委员” needs at least 2 rows."]
    assert one(ROWS, [{"name": "王芳"}] * 4)[1] == ["At most 3 rows fit here."]


def test_hidden_questions_are_neither_asked_nor_kept() -> None:
    shown = answers.check_answers(
        WISH, {"kind": "other", "which": "伞", "about": "好"}, papers={}, today=TODAY
    )
    hidden = answers.check_answers(
        WISH, {"kind": "goods", "which": "伞", "about": "好"}, papers={}, today=TODAY
    )

    assert shown.ok
    assert shown.values == {"kind": "other", "which": "伞", "about": "好"}
    assert hidden.ok
    assert hidden.values == {"kind": "goods", "about": "好"}


def test_problems_stand_in_the_order_of_the_form() -> None:
    checked = answers.check_answers(WISH, {"people": "0"}, papers={"photo": 9}, today=TODAY)

    assert [problem.key for problem in checked.problems] == ["kind", "about", "people", "photo"]
    assert checked.values == {}


def test_posted_page_and_json_give_the_same_raw_answers() -> None:
    fields = [
        ROWS,
        Field("firm", FieldKind.EMPLOYER, text("厂")),
        Field("m", FieldKind.MULTI, text("选"), options=CHOICE),
    ]
    posted = QueryDict(
        "team.0.name=王芳&team.0.votes=3&team.5.name=李强&firm.name=甲&firm.id=4&m=a&m=b&evil=1"
    )
    body = {
        "team": [{"name": "王芳", "votes": 3}, {"name": "李强"}],
        "firm": {"name": "甲", "id": 4},
        "m": ["a", "b"],
        "evil": 1,
    }

    assert answers.raw_from_post(fields, posted) == answers.raw_from_json(fields, body)


@given(definitions(), st.data())
def test_any_raw_answers_are_judged_without_crashing(definition: Any, data: Any) -> None:
    junk = st.one_of(
        st.none(),
        st.text(max_size=20),
        st.integers(),
        st.booleans(),
        st.lists(st.text(max_size=3), max_size=3),
    )
    body = {field.key: data.draw(junk) for field in definition.fields}

    checked = answers.check_answers(
        definition, answers.raw_from_json(definition.fields, body), papers={}, today=TODAY
    )

    asked = answers.visible_fields(definition, checked.values)
    assert set(checked.values) <= set(asked)
    again = answers.check_answers(
        definition, answers.raw_from_json(definition.fields, checked.values), papers={}, today=TODAY
    )
    assert again.values == checked.values


def test_lists_show_no_names() -> None:
    digest = answers.digest_of(WISH, {"kind": "goods", "about": "想要一把伞", "people": 12})

    assert digest == {"kind": "物品", "people": "12"}


def test_shown_lines_mask_numbers() -> None:
    fields = [
        Field("p", FieldKind.TEXT, text("手机"), format=Format.MOBILE),
        Field("w", FieldKind.PERSON, text("联系人")),
    ]
    held = {"p": "13800138000", "w": {"name": "王芳", "mobile": "13900139000"}}

    assert [line.value for line in answers.shown_lines(fields, held)] == ["138****8000", "王芳 139****9000"]
    assert [line.value for line in answers.shown_lines(fields, held, is_masked=False)] == [
        "13800138000",
        "王芳 13900139000",
    ]


@pytest.mark.parametrize(
    ("place", "detail", "shown"),
    [
        (
            "浙江省宁波市宁海县西店镇吉山村委会",
            "浙江省宁波市宁海县西店镇吉山村137号",
            "浙江省宁波市宁海县西店镇吉山村137号",
        ),
        ("浙江省宁波市宁海县西店镇", "兴海路8号", "浙江省宁波市宁海县西店镇兴海路8号"),
        ("桃源街道", "桃源街1号", "桃源街道桃源街1号"),
        ("桃源街道", "桃源街道兴海路8号", "桃源街道兴海路8号"),
        ("", "兴海路8号", "兴海路8号"),
        ("桃源街道", "", "桃源街道"),
    ],
)
def test_an_address_that_names_its_place_itself_is_not_doubled(place: str, detail: str, shown: str) -> None:
    field = Field("f", FieldKind.PLACE, text("地"))

    assert words_of(field, {"name": place, "region": "330226", "detail": detail}, True) == shown
