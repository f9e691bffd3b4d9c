from pathlib import Path

import pytest

from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.labels import bare_label, fold_label
from smartunion.core.tables.mapping import label_confidence
from smartunion.core.tables.tests.builders import (
    KINDS,
    LI,
    PEOPLE,
    WANG,
    ZHAO,
    credit_code,
    id_number,
    read,
    write_text,
)
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("证件号码\n(填写18位身份证)", "证件号码"),
        ("*3. 出生日期（格式：yyyy/MM/dd）", "出生日期"),
        ("配方中成分含\n量（%）", "配方中成分含量"),
        (" 手\xa0机：", "手机"),
        ("【必填】姓名", "姓名"),
        ("（姓名）", "姓名"),
        ("ID_No", "idno"),
        ("身份證號碼", "身份证号码"),
        ("聯絡電話", "联络电话"),
        ("是否农民工会员\n填写“是”或“否”", "是否农民工会员"),
    ],
)
def test_notes_marks_and_numbering_do_not_count(label: str, bare: str) -> None:
    assert bare_label(label) == bare


def test_folding_keeps_the_notes() -> None:
    assert fold_label("证件号码(身份证)") == "证件号码(身份证)"


@pytest.mark.parametrize(
    ("label", "group", "field", "confidence"),
    [
        ("姓名", "", "name", 1.0),
        ("职工姓名", "", "name", 0.85),
        ("本人联系电话", "", "phone", 0.85),
        ("手机1", "", "phone", 0.85),
        ("公民身分号码", "", "id", 0.79),
        ("身份证号/护照号", "", "id", 0.95),
        ("名称", "单位信息", "unit", 1.0),
    ],
)
def test_similar_labels_are_found_with_less_confidence(
    label: str, group: str, field: str, confidence: float
) -> None:
    found = {spec.key: label_confidence(label, group, spec, PEOPLE) for spec in PEOPLE.fields}

    assert round(found[field], 2) == confidence
    assert {key for key, value in found.items() if value} == {field}


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("配偶姓名", ""),
        ("紧急联系电话", ""),
        ("单位联系电话", ""),
        ("姓名", "配偶"),
        ("姓名", "紧急联系人"),
        ("单位名称变更日期", ""),
        ("", ""),
    ],
)
def test_labels_of_somebody_else_are_not_taken(label: str, group: str) -> None:
    assert [spec.key for spec in PEOPLE.fields if label_confidence(label, group, spec, PEOPLE)] == []


def test_contents_tell_a_strangely_labelled_column(tmp_path: Path) -> None:
    rows = "\n".join(f"{name},{number},x" for name, number in (LI, WANG, ZHAO))
    table, _, _ = read(write_text(tmp_path / "a.csv", f"姓名,号,其它\n{rows}\n"))

    assert [(column.key, column.confidence) for column in table.columns] == [
        ("name", 1.0),
        ("id", 0.6),
        ("", 0.0),
    ]


def test_contents_that_contradict_the_label_lower_the_confidence(tmp_path: Path) -> None:
    rows = "\n".join(f"{name},{number},另填" for name, number in (LI, WANG, ZHAO))
    table, _, _ = read(write_text(tmp_path / "a.csv", f"姓名,身份证号,手机\n{rows}\n"))

    assert [(column.key, column.confidence) for column in table.columns] == [
        ("name", 1.0),
        ("id", 1.0),
        ("phone", 0.7),
    ]


def test_a_sheet_without_signature_is_unknown_and_keeps_only_sure_guesses(tmp_path: Path) -> None:
    table, records, _ = read(write_text(tmp_path / "a.csv", "姓名,年龄,职工备注\n李敏,20,\n王刚,21,\n"))

    assert (table.kind, table.confidence) == (None, 0.0)
    assert [column.key for column in table.columns] == ["name", "", ""]
    assert records[0].problems == []


def test_a_vocabulary_refuses_two_kinds_under_one_key() -> None:
    other = Kind("people", "Others", PEOPLE.fields, PEOPLE.signatures)
    book = Vocabulary()
    book.register(PEOPLE, PEOPLE)

    with pytest.raises(ValueError, match="people"):
        book.register(other)
    assert list(book) == [PEOPLE]


def test_a_kind_refuses_signatures_of_unknown_fields() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Kind("x", "X", (FieldSpec("name", "Name", ("姓名",), parsers.person_name),), (frozenset({"nobody"}),))


def test_known_labels_are_found_with_their_notes() -> None:
    assert KINDS.knows_label("姓 名（必填）")
    assert not KINDS.knows_label("年龄")


def test_detectors_tell_contents() -> None:
    assert detectors.is_resident_id(id_number(7))
    assert detectors.is_resident_id("3.20911E+17")
    assert not detectors.is_resident_id("370681018013864")
    assert detectors.is_uscc(credit_code(3))
    assert not detectors.is_uscc(id_number(7))
    assert detectors.is_mobile("138-0013-8000")
    assert detectors.is_phone("0515-88886666")
    assert detectors.is_date("2024年3月5日")
    assert detectors.is_month("202403")
    assert not detectors.is_month("202413")
    assert detectors.is_person_name("欧阳小波")
    assert not detectors.is_person_name("大丰区纺织厂")
    assert detectors.is_organisation("盐城某某有限公司（分公司）")
    assert detectors.is_address("盐城市大丰区人民路1号")
    assert detectors.is_count("1,200人")
    assert detectors.is_sex("男性")
