"""A finding as the API shows it."""

from datetime import date
from typing import Any

from ninja import Field, Schema

from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.queries.modes import mode_sentences
from smartunion.systems.organising.queries.reasons import cover_answers, disagreement_answers, sentences
from smartunion.systems.organising.rules import FindingState


class AnswerOut(Schema):
    """What somebody may answer; key: what to send as `table`, or as `holds`."""

    key: str
    words: str


class FindingOut(Schema):
    """One finding; reasons are whole sentences; mode: how its union could be founded, "" where none is proposed."""

    id: int
    kind: str
    work_list: str
    state: str
    subject: str
    headcount: int | None
    reasons: list[str]
    due_on: date | None
    version: int
    mode: str
    mode_reasons: list[str]
    answers: list[AnswerOut] = Field(
        description="Of an open finding that asks: which department is right, or which union covers the employer."
    )


def finding_out(finding: Finding) -> dict[str, Any]:
    """The finding as `FindingOut` shows it."""
    is_closed = finding.state == FindingState.CLOSED
    answers = [] if is_closed else [*disagreement_answers(finding.reasons), *cover_answers(finding.reasons)]
    return {
        "id": finding.pk, "kind": finding.kind, "work_list": finding.work_list, "state": finding.state,
        "subject": finding.subject_name, "headcount": finding.headcount, "reasons": sentences(finding.reasons),
        "due_on": finding.due_on, "version": finding.version, "mode": finding.mode,
        "mode_reasons": mode_sentences(finding.mode_reasons),
        "answers": [{"key": key, "words": words} for key, words in answers],
    }  # fmt: skip
