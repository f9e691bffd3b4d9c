"""Keeping the proposed way of founding beside each finding."""

from collections.abc import Sequence
from datetime import datetime

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.founding_modes import Thresholds
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.queries import modes
from smartunion.systems.organising.rules import FindingKind, FindingState

BATCH = 500


def propose_modes(*, path: str, at: datetime, employer_ids: Sequence[int] | None = None) -> int:
    """Propose the mode of every open firm without a union in a subtree; only what changed is written. Returns how many.

    employer_ids: only for these firms, at most some thousands.
    """
    rows = Finding.objects.filter(within([path]), kind=FindingKind.NO_UNION, employer__isnull=False)
    rows = rows.exclude(state=FindingState.CLOSED)
    if employer_ids is not None:
        rows = rows.filter(employer_id__in=employer_ids)
    around = modes.surroundings(rows.order_by().values_list("employer__region_id", flat=True).distinct())
    limits: dict[str, Thresholds] = {}
    changed: list[Finding] = []
    written = 0
    for finding in rows.select_related("employer").order_by("pk").iterator(chunk_size=2000):
        assert finding.employer is not None
        if finding.path not in limits:
            limits[finding.path] = modes.thresholds(finding.path, local_date(at))
        found = modes.propose(
            finding.employer, finding.path, _people(finding, finding.employer), around, limits[finding.path]
        )
        if (finding.mode, finding.mode_reasons) != (found.mode, found.reasons):
            finding.mode, finding.mode_reasons = found.mode, found.reasons
            changed.append(finding)
        if len(changed) >= BATCH:
            written += Finding.objects.bulk_update(changed, ["mode", "mode_reasons"], batch_size=100)
            changed = []
    return written + Finding.objects.bulk_update(changed, ["mode", "mode_reasons"], batch_size=100)


def _people(finding: Finding, employer: Employer) -> int | None:
    """As the comparison counted them; else as the register knows them, as the form of the founding fills it in."""
    return (
        finding.headcount if finding.headcount is not None else employer.insured_count or employer.staff_count
    )
