"""Regions as rows of text: the packaged divisions, other editions, an operator's own list; no database here.

Codes are the statistics office's: 2 digits province, 4 city, 6 county, 9 town, 12 village; a zone without a national
code gets one of our own (parent's code, Z, two digits).
"""

import csv
import gzip
import io
import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from smartunion.ground.registry.rules import RegionLevel

PACKED = Path(__file__).parent / "data" / "divisions.tsv.xz"
LEVELS = {
    2: RegionLevel.PROVINCE, 4: RegionLevel.CITY, 6: RegionLevel.COUNTY, 9: RegionLevel.TOWN,
    12: RegionLevel.VILLAGE,
}  # fmt: skip
#: Headings in the list that no map shows: what lies under them lies under the province.
_PSEUDO_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
#: Not in the statistics office's list. Source: GB/T 2260.
_BEYOND_THE_LIST = (("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区"))
_ZONE = re.compile(r"(开发区|高新区|园区|保税区|示范区|管理区|新区|合作区|产业区|度假区)$")


@dataclass(frozen=True)
class RegionRow:
    """One region; level None follows from the code's length, parent "" from the code itself."""

    code: str
    name: str
    parent: str = ""
    level: RegionLevel | None = None
    lon: float | None = None
    lat: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def short_code(code: str) -> str:
    """The form codes are kept in: 330200 and 330200000000 → 3302, 330226000 → 330226."""
    tidy = code.strip().upper()
    if tidy.isdigit():
        while len(tidy) in {9, 12} and tidy.endswith("000"):
            tidy = tidy[:-3]
        while len(tidy) in {4, 6} and tidy.endswith("00"):
            tidy = tidy[:-2]
    return tidy


def packed_rows(provinces: Iterable[str] | None = None) -> Iterator[RegionRow]:
    """The packaged divisions, parents first: the country to county level, towns and villages where the data have them.

    provinces: two-digit codes whose towns and villages are wanted; None means all that are there.
    """
    wanted = None if provinces is None else set(provinces)
    with lzma.open(PACKED, "rt", encoding="utf-8") as lines:
        for code, name, lon, lat in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(code) <= 6 or wanted is None or code[:2] in wanted:
                yield RegionRow(
                    code,
                    name,
                    level=_level(code, name),
                    lon=float(lon) if lon else None,
                    lat=float(lat) if lat else None,
                )


def upstream_rows(folder: Path) -> Iterator[RegionRow]:
    """Another edition of the same data: provinces.csv, cities.csv, areas.csv, streets*.csv, villages*.csv[.gz].

    adcode_centres.csv gives positions, when it is there. Raises FileNotFoundError.
    """
    centres = _centres(folder / "adcode_centres.csv")
    for code, name in _BEYOND_THE_LIST:
        yield RegionRow(code, name, level=RegionLevel.PROVINCE)
    skipped: set[str] = set()
    for pattern in ("provinces.csv", "cities.csv", "areas.csv", "streets*.csv", "villages*.csv*"):
        files = sorted(folder.glob(pattern))
        if not files and "*" not in pattern:
            raise FileNotFoundError(folder / pattern)
        for file in files:
            for row in csv.DictReader(_text(file)):
                code, name = row["code"], row["name"].strip()
                if name in _PSEUDO_CITIES and len(code) == 4:
                    skipped.add(code)
                elif code != short_code(code):
                    continue  # a city without counties stands in the list of counties as well
                else:
                    lon, lat = centres.get(code, (None, None))
                    yield RegionRow(code, name, level=_level(code, name), lon=lon, lat=lat)


def listed_rows(content: bytes) -> Iterator[RegionRow]:
    """An operator's own list: CSV in UTF-8 or GB18030 with code and name, and parent, level, lon, lat, valid_from,
    valid_to where wanted (English or Chinese headings). Raises ValueError naming the line.
    """
    lines = csv.DictReader(io.StringIO(_decoded(content)))
    names = {_HEADINGS.get((head or "").strip().lower(), ""): head for head in lines.fieldnames or ()}
    if not {"code", "name"} <= names.keys():
        raise ValueError("line 1: the columns code and name (代码, 名称) are needed")
    for number, line in enumerate(lines, start=2):
        cells = {key: (line.get(head) or "").strip() for key, head in names.items() if key}
        try:
            yield _listed(cells)
        except (ValueError, KeyError) as error:
            raise ValueError(f"line {number}: {error}") from None


_HEADINGS = {
    "代码": "code", "编码": "code", "区划代码": "code", "名称": "name", "上级代码": "parent", "上级": "parent",
    "级别": "level", "经度": "lon", "纬度": "lat", "启用日期": "valid_from", "停用日期": "valid_to",
    **{name: name for name in ("code", "name", "parent", "level", "lon", "lat", "valid_from", "valid_to")},
}  # fmt: skip


def _listed(cells: dict[str, str]) -> RegionRow:
    if not cells["code"] or not cells["name"]:
        raise ValueError("code and name must not be empty")
    day = {key: date.fromisoformat(cells[key]) for key in ("valid_from", "valid_to") if cells.get(key)}
    place = {key: float(cells[key]) for key in ("lon", "lat") if cells.get(key)}
    code = short_code(cells["code"])
    level = RegionLevel(cells["level"]) if cells.get("level") else _level(code, cells["name"])
    if level is None:
        raise ValueError(f"the level of {code} does not follow from the code: write it into the column level")
    return RegionRow(
        code, cells["name"], short_code(cells.get("parent", "")), level, place.get("lon"), place.get("lat"),
        day.get("valid_from"), day.get("valid_to"),
    )  # fmt: skip


def _level(code: str, name: str) -> RegionLevel | None:
    if "Z" in code or (len(code) == 6 and code[4:] >= "70" and code[4:] < "80" and _ZONE.search(name)):
        return RegionLevel.ZONE
    return LEVELS.get(len(code)) if code.isdigit() else None


def parent_codes(code: str) -> list[str]:
    """Codes under which a region may lie, nearest first: 330226101 → 330226, 3302, 33."""
    if "Z" in code:
        base = code.partition("Z")[0]
        return [base, *parent_codes(base)]
    return [code[:length] for length in (9, 6, 4, 2) if length < len(code)]


def packed(rows: Iterable[RegionRow]) -> bytes:
    """The rows as the package keeps them."""
    text = "".join(
        f"{row.code}\t{row.name}\t{'' if row.lon is None else round(row.lon, 4)}\t"
        f"{'' if row.lat is None else round(row.lat, 4)}\n"
        for row in rows
    )
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


def _centres(file: Path) -> dict[str, tuple[float, float]]:
    if not file.exists():
        return {}
    return {
        short_code(row["adcode"]): (float(row["longitude"]), float(row["latitude"]))
        for row in csv.DictReader(_text(file))
        if row["longitude"] and row["latitude"]
    }


def _text(file: Path) -> io.StringIO:
    content = file.read_bytes()
    return io.StringIO(_decoded(gzip.decompress(content) if file.suffix == ".gz" else content))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
