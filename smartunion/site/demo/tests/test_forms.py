import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from smartunion.site.demo.forms import FormFile, write_forms
from smartunion.site.demo.forms.layout import MEMBER_LABELS, ORGANISATION_LABELS
from smartunion.site.demo.tests.worlds import world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[FormFile]]:
    target = tmp_path_factory.mktemp("forms")
    return target, write_forms(world("town"), target)


def test_every_member_on_record_is_in_some_form(folder: tuple[Path, list[FormFile]]) -> None:
    _, files = folder
    members = [file for file in files if file.kind == "members"]

    assert sum(file.slips.rows - file.slips.duplicates for file in members) == 6_000
    assert sum(file.slips.duplicates for file in members) > 10
    assert sum(file.slips.wrong_employers for file in members) > 5


def test_manifest_says_what_was_written(folder: tuple[Path, list[FormFile]]) -> None:
    target, files = folder
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))

    assert [row["name"] for row in manifest] == [file.name for file in files]
    assert {path.name for path in target.iterdir()} == {file.name for file in files} | {"manifest.json"}


def test_member_form_has_the_official_layout(folder: tuple[Path, list[FormFile]]) -> None:
    target, files = folder
    file = next(file for file in files if "_01_" in file.name)
    book = load_workbook(target / file.name)
    sheet = book["会员信息"]
    rows = list(sheet.iter_rows(values_only=True))

    assert rows[0][0] == "附件四"
    assert rows[1][0] == "宁波市工会会员信息采集表"
    assert rows[3] == MEMBER_LABELS
    assert len(rows) == 4 + file.slips.rows + 1
    assert str(rows[-1][0]).startswith("填表说明")
    assert "A2:T2" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sum(isinstance(row[7], (int, float)) for row in rows[4:-1]) == file.slips.number_cells


def test_organisation_form_has_two_header_rows(folder: tuple[Path, list[FormFile]]) -> None:
    target, files = folder
    file = next(file for file in files if file.kind == "unions")
    rows = list(load_workbook(target / file.name)["工会组织信息"].iter_rows(values_only=True))

    assert (rows[3][0], rows[3][1], rows[3][9]) == ("序号", "工会组织所在单位信息", "工会组织信息")
    assert rows[4][1:] == ORGANISATION_LABELS
    assert len(rows) == 5 + file.slips.rows + 1


def test_number_cells_have_lost_their_last_digits(folder: tuple[Path, list[FormFile]]) -> None:
    target, files = folder
    file = max(
        (file for file in files if file.name.endswith("xlsx")), key=lambda file: file.slips.number_cells
    )
    damaged = [
        row[7]
        for sheet in [load_workbook(target / file.name)["会员信息"]]
        for row in sheet.iter_rows(values_only=True)
        if isinstance(row[7], (int, float))
    ]

    assert len(damaged) == file.slips.number_cells > 0
    assert all(value > 1e14 for value in damaged)


def test_lists_of_new_form_workers_are_gb18030_with_a_total(folder: tuple[Path, list[FormFile]]) -> None:
    target, files = folder
    file = next(file for file in files if file.name.endswith("csv"))
    lines = (target / file.name).read_bytes().decode("gb18030").split("\r\n")

    assert lines[1].startswith("序号,姓名,性别,身份证号码")
    assert lines[-2].startswith(f"合计,{file.slips.rows}人")


def test_same_seed_same_bytes(folder: tuple[Path, list[FormFile]], tmp_path: Path) -> None:
    target, files = folder
    write_forms(world("town"), tmp_path)

    for file in files:
        assert (tmp_path / file.name).read_bytes() == (target / file.name).read_bytes(), file.name
