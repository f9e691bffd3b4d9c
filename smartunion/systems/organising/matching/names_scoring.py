"""Scores answers against labels: how often the right organisation came first, and how often linking was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartunion.systems.organising.matching.gallery import Decision, Match


@dataclass(frozen=True, slots=True)
class NameScores:
    """Counts over the labelled queries. present: the organisation meant is in the gallery."""

    present: int
    absent: int
    first: int
    among_five: int
    linked: int
    linked_right: int
    linked_absent: int
    left_absent: int

    @property
    def linked_wrong(self) -> int:
        """Queries linked unasked to an organisation not meant, absent ones included."""
        return self.linked - self.linked_right


def score_names(
    answers: Mapping[str, Sequence[Match]], labels: Mapping[str, str], known: set[str]
) -> NameScores:
    """Compare the answers (by qid) with the entity_id meant (by qid); known: all entity_id of the gallery.

    Queries without a label are left out; a label that is empty or unknown to the gallery counts as absent.
    """
    counts = dict.fromkeys(NameScores.__slots__, 0)
    for qid, meant in labels.items():
        if qid not in answers:
            continue
        found = answers[qid]
        linked = bool(found) and found[0].decision is Decision.AUTO
        right = bool(found) and found[0].entity_id == meant
        counts["linked"] += linked
        if meant in known:
            counts["present"] += 1
            counts["first"] += right
            counts["among_five"] += meant in [match.entity_id for match in found]
            counts["linked_right"] += linked and right
        else:
            counts["absent"] += 1
            counts["linked_absent"] += linked
            counts["left_absent"] += not found or found[0].decision is Decision.NONE
    return NameScores(**counts)
