"""What a run gives back, and the files that explain it: explain.json for programs, steps.md for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smartunion.systems.organising.matching.inputs import InputTable
from smartunion.systems.organising.matching.pipeline import StepReport

EXPLAIN_JSON: Final = "explain.json"
STEPS_MD: Final = "steps.md"


@dataclass(frozen=True, slots=True)
class ListFile:
    """One written list."""

    name: str
    zh: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class MatchReport:
    """A finished run. lists: by name. steps: in the order they ran. warnings: whole sentences about the input."""

    engine: str
    lists: dict[str, ListFile]
    steps: list[StepReport]
    inputs: dict[str, InputTable]
    warnings: list[str]
    seconds: float
    explained: tuple[Path, ...] = field(default=())


def write_explanation(report: MatchReport, out_dir: Path) -> tuple[Path, ...]:
    """Write explain.json and steps.md; returns their paths. Samples of personal data are masked already."""
    as_json, as_text = out_dir / EXPLAIN_JSON, out_dir / STEPS_MD
    as_json.write_text(
        json.dumps(_as_dict(report), ensure_ascii=False, indent=1, default=str), encoding="utf-8"
    )
    as_text.write_text("\n".join(_lines(report)) + "\n", encoding="utf-8")
    return as_json, as_text


def _as_dict(report: MatchReport) -> dict[str, object]:
    return {
        "engine": report.engine,
        "seconds": round(report.seconds, 3),
        "inputs": {name: {"file": item.path.name, "rows": item.rows} for name, item in report.inputs.items()},
        "warnings": report.warnings,
        "lists": {
            name: {"file": item.path.name, "rows": item.rows, "zh": item.zh}
            for name, item in report.lists.items()
        },
        "steps": [
            {
                "name": step.name,
                "does": step.does,
                "zh": step.zh,
                "rows_in": step.rows_in,
                "rows_out": step.rows_out,
                "seconds": round(step.seconds, 3),
                "sql": step.sql,
                "sample": [dict(zip(step.sample_columns, row, strict=True)) for row in step.sample],
            }
            for step in report.steps
        ],
    }


def _lines(report: MatchReport) -> list[str]:
    lines = [f"# 匹配步骤 Matching steps ({report.engine}, {report.seconds:.1f} s)", ""]
    lines += [f"- {warning}" for warning in report.warnings]
    lines += ["", "| 步骤 step | 行数 rows | 秒 s | 说明 |", "|---|---:|---:|---|"]
    lines += [
        f"| [{step.name}](#{step.name}) | {step.rows_out:,} | {step.seconds:.2f} | {step.zh} |"
        for step in report.steps
    ]
    lines += ["", "| 清单 list | 行数 rows | 文件 |", "|---|---:|---|"]
    lines += [
        f"| {item.name} {item.zh} | {item.rows:,} | {item.path.name} |" for item in report.lists.values()
    ]
    for step in report.steps:
        lines += ["", f"## {step.name}", "", step.zh, "", step.does, ""]
        if step.rows_in:
            lines += [
                "读入 reads: " + ", ".join(f"{name} ({count:,})" for name, count in step.rows_in.items()),
                "",
            ]
        if step.sql:
            lines += ["```sql", step.sql, "```"]
        if step.sample:
            lines += [
                "",
                "| " + " | ".join(step.sample_columns) + " |",
                "|" + "---|" * len(step.sample_columns),
            ]
            lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in step.sample]
    return lines


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
