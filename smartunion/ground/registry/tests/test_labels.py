"""The official lists and the labels of real forms."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from smartunion.ground.registry import rules
from smartunion.ground.registry.rules import from_label, official_label
from smartunion.ground.registry.rules.labels import _LABELS

FORMS = Path(__file__).parents[5] / "shared" / "data" / "union_forms" / "code_lists.json"


def test_every_key_has_an_official_label_and_no_label_two_keys() -> None:
    for kind, entries in _LABELS.items():
        labels = [label for found in entries.values() for label in found]
        assert len(labels) == len(set(labels)), kind
        assert set(entries) >= set(kind.values) - {""}, kind
        for key in entries:
            assert from_label(kind, official_label(kind, key)) == key


def test_what_is_shown_in_chinese_reads_back_as_the_same_key() -> None:
    """A word that means something else in another list (教育, 学历) is not shown here."""
    with translation.override("zh-hans"):
        read = {
            (kind, key): from_label(kind, str(label))
            for kind in _LABELS
            for key, label in kind.choices
            if key
        }

    assert {pair: found for pair, found in read.items() if found != pair[1]} == {}


@pytest.mark.parametrize(
    ("kind", "label", "key"),
    [
        (rules.EmploymentStatus, "待（下）岗", "laid_off"), (rules.SkillGrade, "职业资格一级（高级技师）", "grade_1"),
        (rules.Ethnicity, "僳僳族", "lisu"), (rules.Ethnicity, "布依", "buyi"), (rules.Education, " 研究生 ", "master"),
        (rules.Industry, "电力、热力、燃气及水的生产和供应业", "D"), (rules.Education, "bachelor", "bachelor"),
        (rules.SkillGrade, "三级(高级)", "grade_3"), (rules.SkillGrade, "高级工（三级）", "grade_3"),
        (rules.SkillGrade, "五级(初级)", "grade_5"), (rules.SkillGrade, "技师(二级)", "grade_2"),
        (rules.PoliticalStatus, "民革", "rcck"), (rules.PoliticalStatus, "中国民主同盟盟员", "cdl"),
        (rules.PoliticalStatus, "中国共产党预备党员", "cpc_probationary"), (rules.Education, "大学专科教育", "college"),
        (rules.IdType, "二代居民身份证", "resident"), (rules.IdType, "户口簿", "other"), (rules.Ethnicity, "穿青人", "other"),
        (rules.HukouType, "外地农业", "agricultural"), (rules.UnionKind, "工会办事处", "committee_office"),
        (rules.Industry, "C", "C"), (rules.Industry, "C3352", "C"), (rules.Industry, "3352", "C"), (rules.Industry, "0111", "A"),
        (rules.Industry, "C 制造业", "C"), (rules.Industry, "33 金属制品业", "C"), (rules.Industry, "汽车制造业", "C"),
        (rules.Industry, "道路运输业", "G"), (rules.Industry, "F33", None), (rules.Industry, "C道路运输业", None),
        (rules.Industry, "03", None), (rules.Industry, "335", None), (rules.Industry, "9999", None),
        (rules.Industry, "3352五金", None), (rules.Industry, "E-建筑业", "E"),
        (rules.Sex, "", ""), (rules.Sex, "1", None), (rules.PoliticalStatus, "03", None),
    ],
)  # fmt: skip
def test_labels_lead_to_keys_and_numbers_do_not(kind: type, label: str, key: str | None) -> None:
    assert from_label(kind, label) == key


@pytest.mark.skipif(not FORMS.exists(), reason="the official forms are not here")
def test_every_choice_of_the_official_forms_is_known() -> None:
    forms = json.loads(FORMS.read_text(encoding="utf-8"))
    member, unit = forms["hn_member.xlsx"], forms["hn_org.xlsx"]
    lists = {
        rules.Sex: member["dropdowns"]["性别"], rules.Education: member["dropdowns"]["学历"],
        rules.EmploymentStatus: member["dropdowns"]["就业状况"], rules.SkillGrade: member["dropdowns"]["技术等级"],
        rules.ChangeType: member["dropdowns"]["会籍变化类型"], rules.ChangeReason: member["dropdowns"]["会籍变化原因"],
        rules.PoliticalStatus: member["dropdowns"]["政治面貌"], rules.IdType: member["dropdowns"]["有效证件类别"],
        rules.HukouType: member["dropdowns"]["户籍类型"], rules.Ethnicity: member["list_sheet"]["民族"],
        rules.UnitNature: unit["dropdowns"]["单位性质类别"], rules.EconomicType: unit["dropdowns"]["经济类型"],
        rules.UnionKind: unit["dropdowns"]["基层工会类型"],
    }  # fmt: skip

    unknown = {
        kind.__name__: [label for label in labels if from_label(kind, label) is None]
        for kind, labels in lists.items()
    }

    assert {kind: labels for kind, labels in unknown.items() if labels} == {}
