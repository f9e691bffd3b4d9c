"""What a comparison wants on the lists: one proposal per finding, with its identity and reasons; plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from smartunion.systems.organising.rules import FindingKind, WorkList


@dataclass(frozen=True)
class Proposal:
    """One thing the comparison found.

    key: (kind, subject_key) is its identity across runs; reasons: [{"code", values…}] in the order shown;
    certain: whether it counts as verified without anybody looking.
    """

    kind: FindingKind
    subject_key: str
    path: str
    work_list: WorkList
    score: float
    headcount: int | None = None
    employer_id: int | None = None
    union_id: int | None = None
    link_id: int | None = None
    certain: bool = False
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """The stable identity."""
        return self.kind.value, self.subject_key


@dataclass(frozen=True)
class EmployerFacts:
    """What the reasons for an employer without a union are built from."""

    pk: int
    path: str
    age_years: int | None
    insured: int | None
    declared: int | None
    month: str


@dataclass(frozen=True)
class NearestUnion:
    """The most similar union name found for an employer, below the bar for a link."""

    union_id: int
    name: str
    confidence: float


def no_union(employer: EmployerFacts, nearest: NearestUnion | None, *, large: bool, score: float) -> Proposal:
    """A living employer with enough people and no union; with a near name it must be verified first."""
    reasons: list[dict[str, Any]] = []
    if employer.age_years is not None:
        reasons.append({"code": "founded_years", "years": employer.age_years})
    if employer.insured is not None:
        reasons.append({"code": "insured", "people": employer.insured, "month": employer.month})
    elif employer.declared is not None:
        reasons.append({"code": "taxpayer_staff", "people": employer.declared})
    if large:
        reasons.append({"code": "over_100"})
    reasons.append({"code": "no_union"})
    if nearest is not None:
        reasons.append({"code": "nearest", "union": nearest.name, "union_id": nearest.union_id,
                        "similarity_pct": round(nearest.confidence * 100)})  # fmt: skip
    return Proposal(
        kind=FindingKind.NO_UNION, subject_key=f"employer:{employer.pk}", path=employer.path,
        work_list=WorkList.VERIFY if nearest else WorkList.TASK, score=score,
        headcount=employer.insured if employer.insured is not None else employer.declared,
        employer_id=employer.pk, certain=nearest is None, reasons=reasons,
    )  # fmt: skip


def uncertain_link(
    *,
    link_id: int,
    union_id: int,
    employer_id: int,
    path: str,
    rule: str,
    evidence: Any,
    confidence: float,
    score: float,
) -> Proposal:
    """A union and an employer that may belong together."""
    return Proposal(
        kind=FindingKind.UNCERTAIN_LINK, subject_key=f"union:{union_id}:employer:{employer_id}", path=path,
        work_list=WorkList.VERIFY, score=score, employer_id=employer_id, union_id=union_id, link_id=link_id,
        reasons=[{"code": "rule", "rule": rule}, {"code": "evidence", "evidence": evidence},
                 {"code": "confidence", "pct": round(confidence * 100)}],
    )  # fmt: skip


def closed_union(*, union_id: int, path: str, members: int, employers: Iterable[str]) -> Proposal:
    """A union none of whose employers is living."""
    return Proposal(
        kind=FindingKind.CLOSED_UNION, subject_key=f"union:{union_id}", path=path, work_list=WorkList.VERIFY,
        score=float(members), headcount=members, union_id=union_id,
        reasons=[{"code": "employers_closed", "names": list(employers)[:5]},
                 {"code": "members_left", "people": members}],
    )  # fmt: skip


def moved_members(*, union_id: int, path: str, people: int) -> Proposal:
    """Members of one union whose insured employer is another one."""
    return Proposal(
        kind=FindingKind.MOVED_MEMBERS, subject_key=f"union:{union_id}", path=path, work_list=WorkList.WORK,
        score=float(people), headcount=people, union_id=union_id, certain=True,
        reasons=[{"code": "members_elsewhere", "people": people}],
    )  # fmt: skip


def not_members(*, employer_id: int, union_id: int | None, path: str, people: int) -> Proposal:
    """Insured people of a covered employer who are in no union."""
    return Proposal(
        kind=FindingKind.NOT_MEMBERS, subject_key=f"employer:{employer_id}", path=path, work_list=WorkList.WORK,
        score=float(people), headcount=people, employer_id=employer_id, union_id=union_id, certain=True,
        reasons=[{"code": "not_joined", "people": people}],
    )  # fmt: skip


def spot_check(
    *, link_id: int, union_id: int, employer_id: int, path: str, rule: str, evidence: Any
) -> Proposal:
    """An automatic link drawn at random: is it right?"""
    return Proposal(
        kind=FindingKind.SPOT_CHECK, subject_key=f"check:{union_id}:employer:{employer_id}", path=path,
        work_list=WorkList.VERIFY, score=0.0, employer_id=employer_id, union_id=union_id, link_id=link_id,
        reasons=[{"code": "drawn"}, {"code": "rule", "rule": rule}, {"code": "evidence", "evidence": evidence}],
    )  # fmt: skip


def disagreement(
    *, employer_id: int, path: str, question: str, rule: str, values: list[dict[str, str]], score: float
) -> Proposal:
    """Departments that say different things of one employer; neither is guessed to be right."""
    return Proposal(
        kind=FindingKind.DISAGREEMENT, subject_key=f"employer:{employer_id}:{question}"[:60], path=path,
        work_list=WorkList.VERIFY, score=score, employer_id=employer_id,
        reasons=[{"code": "disagreement", "rule": rule, "values": values}],
    )  # fmt: skip


def two_covers(
    *,
    employer_id: int,
    joint_id: int,
    path: str,
    link_id: int | None,
    reasons: list[dict[str, Any]],
    score: float,
) -> Proposal:
    """An employer that people entered under a joint union, and that a union of its own covers."""
    return Proposal(
        kind=FindingKind.TWO_COVERS, subject_key=f"employer:{employer_id}:joint:{joint_id}", path=path,
        work_list=WorkList.VERIFY, score=score, employer_id=employer_id, union_id=joint_id, link_id=link_id, reasons=reasons,
    )  # fmt: skip
