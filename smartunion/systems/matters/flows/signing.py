"""What is kept of a matter's words: written when it is sent, made up for where it is missing."""

from datetime import datetime

from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.systems.matters.likeness import signature_of
from smartunion.systems.matters.models import CaseTerms
from smartunion.systems.matters.queries.demands import WORDS, words_of

#: Matters signed in one go of the nightly job.
BATCH = 2000


def sign(case: CaseFile, *, at: datetime) -> None:
    """Keep the signature of a matter's present words (inside the act that sent or mended it)."""
    CaseTerms.objects.update_or_create(
        case=case,
        defaults={
            "service_key": case.service_key, "category": str(case.digest.get("category", ""))[:80],
            "submitted_at": case.submitted_at or at, "terms": signature_of(words_of(case)),
        },
    )  # fmt: skip


def sign_missing(*, at: datetime) -> int:
    """Sign matters sent before signatures were kept, newest first; at most BATCH. Returns how many."""
    rows = CaseFile.objects.filter(service_key__in=WORDS, terms=None).exclude(submitted_at=None)
    unsigned = list(rows.exclude(state=CaseState.WITHDRAWN).order_by("-pk")[:BATCH])
    for case in unsigned:
        sign(case, at=at)
    return len(unsigned)
