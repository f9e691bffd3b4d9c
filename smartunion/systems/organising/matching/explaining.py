"""Says why a link was made: which rule, what both sides hold, how sure. Personal data is masked."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.engines import Row, open_engine
from smartunion.systems.organising.matching.inputs import open_tables
from smartunion.systems.organising.matching.options import Options

RULES_ZH: Final = MappingProxyType(
    {
        "code": "统一社会信用代码一致",
        "organisation_code": "组织机构代码一致",
        "old_number": "原工商注册号一致",
        "repaired_code": "代码仅有一处笔误,名称相符",
        "code_against_name": "代码一致但名称不符",
        "name": "登记名称完全一致",
        "name_normalised": "名称规范化后一致",
        "name_part": "名称省略或增加了区划、组织形式",
        "name_mistyped": "名称仅有一字之差",
        "name_short": "名称为简称",
        "name_alike": "名称相近",
        "name_against_code": "名称一致但代码属于其他单位",
        "people": "会员在该单位参保",
        "person": "人工核实确认",
        "same_id": "证件号码与姓名一致",
        "same_id_name_alike": "证件号码一致,姓名略有出入",
        "same_id_other_name": "证件号码一致,姓名不同",
        "near_id": "姓名一致,证件号码仅有一处笔误",
        "name_phone": "姓名与手机号一致",
        "name_employer": "姓名与用人单位一致",
        "name_phone_other_id": "姓名与手机号一致,证件号码不同",
    }
)
_NAME_ZH: Final = MappingProxyType(
    {
        "exact": "名称一致",
        "normal": "名称规范化后一致",
        "part": "名称除区划或组织形式外一致",
        "typo": "名称有一处常见笔误",
        "slip": "名称有一字不同",
        "begin": "名称开头一致",
        "short": "名称为简称",
        "alike": "名称相近",
        "other": "名称不同",
        "absent": "未填名称",
    }
)
_CODE_ZH: Final = MappingProxyType(
    {
        "same": "代码一致",
        "organisation": "组织机构代码一致",
        "old_number": "原注册号一致",
        "near": "代码有一处笔误",
        "other": "代码属于其他单位",
        "unlisted": "代码未见于登记",
        "absent": "无代码可比",
    }
)
_DISTRICT_ZH: Final = MappingProxyType({"same": "区划相同", "differs": "区划不同"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing compared: what was found, and what each side holds (masked where personal)."""

    what: str
    zh: str
    given: str
    registered: str


@dataclass(frozen=True, slots=True)
class LinkExplanation:
    """Why two records belong together. confidence: 0-1. is_auto: linked unasked, or for a person to verify."""

    rule: str
    zh: str
    confidence: float
    is_auto: bool
    findings: tuple[Finding, ...]


def explain_link(out_dir: str | Path, union_id: str, entity_id: str) -> LinkExplanation | None:
    """Why a union is linked, or may be linked, to an entity; None when neither list holds the pair."""
    wanted = {"union_id": union_id, "entity_id": entity_id}
    for name in ("links", "links_to_verify"):
        row = _find(Path(out_dir) / f"{name}.parquet", wanted)
        if row is not None:
            rule, evidence, confidence = row
            return LinkExplanation(
                str(rule), RULES_ZH.get(str(rule), str(rule)), float(confidence or 0), name == "links",
                _findings(json.loads(str(evidence))),
            )  # fmt: skip
    return None


def explain_person(
    out_dir: str | Path, data_dir: str | Path, member_id: int, sid: int
) -> LinkExplanation | None:
    """Why a member and an insurance row are, or may be, one person; names, numbers and telephones are masked.

    data_dir: the tables the lists were made from. None when neither list holds the pair.
    """
    wanted: dict[str, str | int] = {"member_id": member_id, "sid": sid}
    for name in ("persons", "persons_to_verify"):
        row = _find(Path(out_dir) / f"{name}.parquet", wanted)
        if row is not None:
            rule, _, confidence = row
            findings = _person_findings(Path(data_dir), member_id, sid)
            return LinkExplanation(
                str(rule),
                RULES_ZH.get(str(rule), str(rule)),
                float(confidence or 0),
                name == "persons",
                findings,
            )
    return None


def _find(path: Path, wanted: dict[str, str] | dict[str, str | int]) -> Row | None:
    import duckdb

    if not path.exists():
        raise MatchInputError(f"There is no list {path}. Run the matching first.")
    keys = list(wanted)
    sql = "SELECT rule, evidence, confidence FROM read_parquet(?) WHERE " + " AND ".join(
        f"{key} = ?" for key in keys
    )
    with duckdb.connect() as database:
        found: Row | None = database.execute(sql, [str(path), *wanted.values()]).fetchone()
    return found


def _findings(evidence: dict[str, str | int]) -> tuple[Finding, ...]:
    name, code, district = str(evidence["name"]), str(evidence["code"]), str(evidence["district"])
    found = [
        Finding(
            "name", _NAME_ZH.get(name, name), str(evidence["name_given"]), str(evidence["name_registered"])
        ),
        Finding(
            "code", _CODE_ZH.get(code, code), str(evidence["code_given"]), str(evidence["code_registered"])
        ),
    ]
    if evidence.get("name_former"):
        found.insert(
            1, Finding("former_name", "曾用名", str(evidence["name_given"]), str(evidence["name_former"]))
        )
    if district in _DISTRICT_ZH:
        found.append(Finding("district", _DISTRICT_ZH[district], "", ""))
    if evidence.get("people"):
        found.append(Finding("people", f"{evidence['people']} 名会员在该单位参保", "", ""))
    return tuple(found)


def _person_findings(data_dir: Path, member_id: int, sid: int) -> tuple[Finding, ...]:
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_engine("duckdb", scratch=Path(scratch), memory=Options().memory, threads=None)
        try:
            open_tables(engine, data_dir, Path(scratch))
            columns = ("name", "id_no", "mobile")
            listed = ", ".join(columns)
            member = engine.rows(
                f"SELECT {listed}, employer_name FROM members_in WHERE member_id = {int(member_id)}"
            )
            insured = engine.rows(f"SELECT {listed}, unit_name FROM social_in WHERE sid = {int(sid)}")
        finally:
            engine.close()
    if not member or not insured:
        return ()
    labels = (
        ("name", "姓名", 1, 0),
        ("id_no", "证件号码", 4, 2),
        ("mobile", "手机号", 3, 2),
        ("employer", "单位", 99, 0),
    )
    return tuple(
        Finding(what, zh, masked(str(one or ""), head, tail), masked(str(other or ""), head, tail))
        for (what, zh, head, tail), one, other in zip(labels, member[0], insured[0], strict=True)
    )


def masked(text: str, head: int, tail: int) -> str:
    """The first and last characters of a text, with * between; all * when it is too short for that."""
    if head >= len(text):
        return text if head > 9 else "*" * len(text)
    hidden = max(len(text) - head - tail, 0)
    return (
        text[:head]
        + "*" * hidden
        + (text[len(text) - tail :] if tail and hidden else "*" * min(tail, len(text) - head))
    )
