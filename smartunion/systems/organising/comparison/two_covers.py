"""Employers that people entered under a joint union and that a union of its own covers: to be decided, not guessed."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, OuterRef

from smartunion.core.actor import within
from smartunion.core.paths import common_path
from smartunion.ground.registry.flows.employers import own_coverage
from smartunion.ground.registry.models import EmployerLink, Membership
from smartunion.ground.registry.rules import LinkKind
from smartunion.systems.organising.comparison import proposals as make
from smartunion.systems.organising.comparison.proposals import Proposal
from smartunion.systems.organising.models import MatchLink
from smartunion.systems.organising.rules import CoverSide, LinkVerdict, priority

BATCH = 500


def two_covers(path: str) -> Iterator[Proposal]:
    """One question for each such employer and joint union of a subtree, with what stands on either side.

    A joint union that somebody said covers the employer all the same is not asked about.
    """
    said = MatchLink.objects.filter(
        union=OuterRef("union"), employer=OuterRef("employer"), verdict=LinkVerdict.YES
    )
    own = own_coverage().filter(within([path], "union_path"))
    joint = (
        EmployerLink.objects.filter(within([path], "union_path"), kind=LinkKind.JOINT, valid_to=None)
        .filter(Exists(own.filter(employer=OuterRef("employer"))), ~Exists(said))
        .select_related("union", "employer")
        .order_by("pk")
    )
    rows = joint.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        keys = {row.employer_id for row in batch}
        owned = own.filter(employer__in=keys).select_related("union").order_by("-pk")
        first = {row.employer_id: row for row in owned}  # the earliest, should there be several
        matched = {
            (one.union_id, one.employer_id): one for one in MatchLink.objects.filter(employer__in=keys)
        }
        members = _members(keys)
        for row in batch:
            if mine := first.get(row.employer_id):
                yield _proposal(row, mine, matched.get((mine.union_id, mine.employer_id)), members)


def _members(employer_ids: set[int]) -> dict[tuple[int, int], int]:
    """(union, employer) → its people who are members there now."""
    counted = (
        Membership.objects.filter(employer__in=employer_ids, ended_on=None)
        .values_list("union_id", "employer_id")
        .annotate(n=Count("pk"))
    )
    return {(union_id, employer_id or 0): number for union_id, employer_id, number in counted}


def _proposal(
    joint: EmployerLink, own: EmployerLink, found: MatchLink | None, members: dict[tuple[int, int], int]
) -> Proposal:
    reasons = [_side(CoverSide.JOINT, joint, members), _side(CoverSide.OWN, own, members)]
    if found is not None:
        reasons += [
            {"code": "rule", "rule": found.rule}, {"code": "evidence", "evidence": found.evidence},
            {"code": "confidence", "pct": round(float(found.confidence) * 100)},
        ]  # fmt: skip
    return make.two_covers(
        employer_id=joint.employer_id, joint_id=joint.union_id, path=common_path([joint.union_path, own.union_path]),
        link_id=found.pk if found else None, reasons=reasons,
        score=priority(joint.employer.insured_count, None, float(found.confidence) if found else 1.0),
    )  # fmt: skip


def _side(side: CoverSide, row: EmployerLink, members: dict[tuple[int, int], int]) -> dict[str, Any]:
    return {
        "code": f"cover_{side.value}", "union": row.union.name, "union_id": row.union_id, "coverage": row.pk,
        "since": row.valid_from.isoformat(), "source": row.source.partition(":")[0],
        "people": members.get((row.union_id, row.employer_id), 0),
    }  # fmt: skip
