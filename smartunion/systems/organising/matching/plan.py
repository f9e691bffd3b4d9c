"""The steps in their order. Each step file holds one SELECT; what it computes is kept under the step's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from smartunion.systems.organising.matching import surveys
from smartunion.systems.organising.matching.context import Context

STEPS_DIR: Final = Path(__file__).parent / "steps"
LISTS_DIR: Final = Path(__file__).parent / "lists"
_COMMENT: Final = "--"


@dataclass(frozen=True, slots=True)
class SqlStep:
    """One SELECT. values: what its own $names mean, beside those of the options."""

    name: str
    does: str
    zh: str
    sql: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PythonStep:
    """Something SQL cannot say, on a small input; returns how many rows it made.

    reads: relations of earlier steps. defines: macros that later steps call.
    """

    name: str
    does: str
    zh: str
    work: Callable[[Context], int]
    reads: tuple[str, ...]
    defines: tuple[str, ...] = ()


Step = SqlStep | PythonStep


def sql_step(name: str, file: str = "", **values: str) -> SqlStep:
    """Read a step file; file defaults to the step's name, so that one file can serve two steps."""
    head, body = read_step(STEPS_DIR / f"{file or name}.sql")
    return SqlStep(name, head.get("does", ""), head.get("zh", ""), body, values)


def read_step(path: Path) -> tuple[dict[str, str], str]:
    """A step file's comments by their keyword (continued lines joined), and its SELECT."""
    head: dict[str, str] = {}
    body: list[str] = []
    key = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(_COMMENT):
            body.append(line)
            continue
        text = line[len(_COMMENT) :].strip()
        word, colon, rest = text.partition(":")
        if colon and word in ("does", "zh"):
            key, head[word] = word, rest.strip()
        elif key:
            head[key] += " " + text
    return head, "\n".join(body).strip()


def organisation_steps() -> tuple[Step, ...]:
    """Who is which entity: insured units, taxpayers, unions and the employers they claim."""
    return (
        sql_step("account_rows"),
        PythonStep(
            "name_signs",
            "Looks which unusual characters the organisations' names of this data set hold.",
            "检查名称中的特殊字符",
            surveys.survey_signs,
            reads=("account_rows",),
            defines=("key", "account", "row_account"),
        ),
        sql_step("accounts"),
        sql_step("entities"),
        sql_step("former_names"),
        PythonStep(
            "region_words",
            "Finds the region words names of this data set begin with, from districts and frequent beginnings.",
            "识别本地区划用词",
            surveys.survey_regions,
            reads=("entities",),
            defines=("head", "is_place"),
        ),
        sql_step("taxpayers"),
        sql_step("mentions"),
        sql_step("mention_keys"),
        sql_step("sure_mentions"),
        sql_step("sure_refs"),
        sql_step("mention_heads"),
        sql_step("entity_heads"),
        PythonStep(
            "heads",
            "Reads the runs of region words at the front of names: which province, city, county, town.",
            "名称前区划用词的层级",
            surveys.read_heads,
            reads=("region_words", "entity_heads", "mention_heads"),
        ),
        sql_step("open_mentions"),
        sql_step("entity_names"),
        sql_step("candidates_first"),
        sql_step("pairs_first", "pair_scores", candidates="candidates_first"),
        sql_step("mention_scores_first", "mention_scores", scores="pairs_first"),
        sql_step("ref_scores_first", "ref_scores", scores="mention_scores_first"),
        sql_step("decisions_first", "decisions", scores="ref_scores_first"),
        sql_step("accounts_first"),
        sql_step("insured"),
        sql_step("enrolled"),
        sql_step("id_pairs"),
        sql_step("contested"),
        sql_step("union_people"),
        sql_step("union_roll"),
        sql_step("unsettled"),
        sql_step("nameless"),
        sql_step("slips"),
        PythonStep(
            "slip_verdicts",
            "Judges which characters are mistyped for one another: by sound, by look; never 东 for 西 or 一 for 二.",
            "判断相差的字是否属于常见笔误",
            surveys.judge_slips,
            reads=("slips",),
        ),
        sql_step("beginnings"),
        sql_step("candidates"),
        sql_step("pairs_second", "pair_scores", candidates="candidates"),
        sql_step("mention_scores_second", "mention_scores", scores="pairs_second"),
        sql_step("ref_scores_second", "ref_scores", scores="mention_scores_second"),
        sql_step("decisions_second", "decisions", scores="ref_scores_second"),
        sql_step("district_trust"),
        sql_step("taken"),
        sql_step("claim_scores"),
        sql_step("decisions_claims", "decisions", scores="claim_scores"),
        sql_step("judged"),
        sql_step("claims"),
        sql_step("cover"),
        sql_step("maybe_cover"),
        sql_step("open_accounts"),
        sql_step("account_people"),
        sql_step("account_candidates"),
        sql_step("pairs_third", "pair_scores", candidates="account_candidates"),
        sql_step("mention_scores_third", "mention_scores", scores="pairs_third"),
        sql_step("ref_scores_third", "ref_scores", scores="mention_scores_third"),
        sql_step("account_scores"),
        sql_step("decisions_accounts", "decisions", scores="account_scores"),
        sql_step("account_entities"),
        sql_step("account_doubts"),
        sql_step("outside_accounts"),
        sql_step("outside_cover"),
        sql_step("elsewhere"),
        sql_step("tax_entities"),
        sql_step("claim_texts"),
    )


def person_steps() -> tuple[Step, ...]:
    """Which member and which insurance row are the same human being."""
    return (
        sql_step("cover_accounts"),
        sql_step("weak_insured"),
        sql_step("weak_enrolled"),
        sql_step("weak"),
        sql_step("common_names"),
        sql_step("shared_phones"),
        sql_step("leads"),
        sql_step("insured_leads"),
        sql_step("insured_pairs"),
        sql_step("insured_scores"),
        sql_step("insured_found", "found_people", scores="insured_scores"),
        sql_step("insured_people"),
        sql_step("enrolled_leads"),
        sql_step("enrolled_pairs"),
        sql_step("enrolled_scores"),
        sql_step("enrolled_found", "found_people", scores="enrolled_scores"),
        sql_step("enrolled_people"),
        sql_step("other_names"),
        sql_step("person_pairs"),
        sql_step("namesakes"),
        sql_step("twins"),
        sql_step("person_doubts"),
        sql_step("known_members"),
    )


def count_steps() -> tuple[Step, ...]:
    """What the lists are drawn from: people now employed, members who work elsewhere."""
    return (
        sql_step("entity_rows"),
        sql_step("big_entities"),
        sql_step("employed_now"),
        sql_step("tax_counts"),
        sql_step("headcounts"),
        sql_step("stays"),
        sql_step("strays"),
        sql_step("moved"),
        sql_step("employer_unions"),
        sql_step("disagreements"),
    )


def all_steps() -> tuple[Step, ...]:
    """The whole pipeline in order."""
    return (*organisation_steps(), *person_steps(), *count_steps())
