"""`smartunion import_list`: the same steps as on the page, said in words."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from smartunion.ground.registry.models import ImportBatch, Membership
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
HEADS = "姓名,证件号码,移动电话,工作单位"


def said(*words: str) -> str:
    out = StringIO()
    call_command("import_list", *words, stdout=out)
    return out.getvalue()


def test_a_list_is_shown_stored_and_taken_back_in_words(tmp_path: Path) -> None:
    union = make.union("宁海云海户外用品有限公司工会", make.federation())
    rows = [f"王{name},{make.resident_id(40 + n)},1380013{n:04},某厂" for n, name in enumerate("甲乙")]
    rows += [f"李{n},,,某厂" for n in range(25)]
    path = tmp_path / "云海会员.csv"
    path.write_text("\n".join([HEADS, *rows]), encoding="utf-8")

    shown = said(str(path), "--under", union.number, "--refused", str(tmp_path / "refused.xlsx"))

    lines = shown.splitlines()
    assert lines[0].endswith("云海会员.csv：待核对。 新增 2，未通过 25")
    assert (len(lines), lines[21]) == (23, "  另有 5 行未通过；加上 --refused 文件名.xlsx 可写出全部")
    assert (tmp_path / "refused.xlsx").stat().st_size > 0
    assert not Membership.objects.exists()

    assert "已写入" in said(str(path), "--under", union.name, "--apply").splitlines()[-1]
    assert Membership.objects.count() == 2
    number = ImportBatch.objects.latest("pk").pk
    assert "已撤销" in said("--undo", str(number))
    assert not Membership.objects.exists()
    with pytest.raises(CommandError, match="“已撤销”状态"):
        said("--undo", str(number))
