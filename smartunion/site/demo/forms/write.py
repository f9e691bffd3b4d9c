"""A folder of workbooks as a federation's office receives them before an import."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from smartunion.site.demo.forms.layout import MEMBER_LABELS, write_member_form, write_organisation_form
from smartunion.site.demo.forms.records import Slips, member_rows, organisation_rows, with_slips
from smartunion.site.demo.world import World

OWN_WORKBOOKS = 8  # the largest unions send a workbook of their own
_LIST_LABELS = ("序号", "姓名", "性别", "身份证号码", "联系电话", "所在单位", "所在工会", "入会时间", "备注")


@dataclass(frozen=True)
class FormFile:
    """One written file: its name, what it holds, its unions' numbers and its slips."""

    name: str
    kind: str
    unions: list[int]
    slips: Slips


def write_forms(world: World, folder: Path, noise: float = 1.0) -> list[FormFile]:
    """Write the organisation form of each town and the member forms, lists and CSV files of its unions.

    A town's largest unions send the official form; the rest of the town comes as one form with title rows above, and
    unions of new-form workers as a plain list in GB18030. manifest.json says what each file holds. Returns the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    members, organisations = member_rows(world, noise), organisation_rows(world, noise)
    files: list[FormFile] = []
    for code, town in world.place.towns.select("code", "name").iter_rows():
        here = world.unions.filter(pl.col("town") == code)
        files += _town(world, folder, town, here, members, organisations, noise)
    manifest = [asdict(file) for file in files]
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return files


def _town(
    world: World, folder: Path, town: str, here: pl.DataFrame, members: pl.DataFrame, organisations: pl.DataFrame,
    noise: float,
) -> list[FormFile]:  # fmt: skip
    numbers = here["union"].to_list()
    rows = organisations.filter(pl.col("_union").is_in(numbers))
    files: list[FormFile] = []
    if len(rows):
        name = f"{town}_工会组织信息采集表.xlsx"
        numbered = [[str(at), *row] for at, row in enumerate(rows.drop("_union").iter_rows(), start=1)]
        write_organisation_form(
            folder / name, f"{world.place.city}工会组织信息采集表", f"{town}总工会", numbered
        )
        files.append(FormFile(name, "unions", rows["_union"].to_list(), Slips(len(numbered))))
    mine = members.filter(pl.col("_union").is_in(numbers))
    loose = here.filter(pl.col("kind") == "new_form")["union"].to_list()
    sizes = (
        mine.filter(~pl.col("_union").is_in(loose))
        .group_by("_union")
        .len()
        .sort("len", "_union", descending=True)
    )
    own = sizes.head(OWN_WORKBOOKS)["_union"].to_list()
    names = dict(world.unions.select("union", "name").iter_rows())
    title = f"{world.place.city}工会会员信息采集表"
    for at, union in enumerate(own):
        made, slips = with_slips(mine.filter(pl.col("_union") == union), world, noise)
        name = f"{town}_{at + 1:02d}_{names[union]}_会员信息采集表.xlsx"
        write_member_form(folder / name, title, names[union], made)
        files.append(FormFile(name, "members", [union], slips))
    rest = mine.filter(~pl.col("_union").is_in(own + loose))
    if len(rest):
        made, slips = with_slips(rest, world, noise)
        name = f"{town}_其余基层工会_会员信息汇总.xlsx"
        write_member_form(folder / name, title, f"{town}总工会", made, extra_titles=3)
        files.append(FormFile(name, "members", rest["_union"].unique().sort().to_list(), slips))
    drivers = mine.filter(pl.col("_union").is_in(loose))
    if len(drivers):
        name = f"{town}_新就业形态劳动者会员花名册.csv"
        slips = _write_list(folder / name, town, drivers.with_columns(in_union=_named(drivers, names)))
        files.append(FormFile(name, "members", loose, slips))
    return files


def _named(rows: pl.DataFrame, names: dict[int, str]) -> pl.Series:
    return rows["_union"].replace_strict(names, return_dtype=pl.String)


def _write_list(path: Path, town: str, rows: pl.DataFrame) -> Slips:
    """A plain list in GB18030 with a heading line and a total at the end, as people export them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f"{town}新就业形态劳动者工会会员花名册", *[""] * (len(_LIST_LABELS) - 1)])
    writer.writerow(_LIST_LABELS)
    columns = ("name", "sex", "id_no", "mobile", "employer", "in_union", "changed_on")
    for at, row in enumerate(rows.select(columns).iter_rows(), start=1):
        name, sex, id_no, mobile, employer, union, joined = row
        writer.writerow([at, name, sex, f"\t{id_no}" if id_no else "", mobile, employer, union, joined, ""])
    writer.writerow(["合计", f"{len(rows)}人", *[""] * (len(_LIST_LABELS) - 2)])
    path.write_bytes(out.getvalue().encode("gb18030"))
    return Slips(len(rows))


__all__ = ["MEMBER_LABELS", "FormFile", "write_forms"]
