"""What if answers were due earlier or later: the steps of past cases, timed anew from their histories."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import clock
from smartunion.core.actor import within
from smartunion.core.calendar.deadlines import overrides as calendar_days
from smartunion.core.clock import SHANGHAI, local_date
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Deadline
from smartunion.engines.casework.flows.pausing import is_in_working_days
from smartunion.engines.casework.lifecycle import days_of
from smartunion.engines.casework.models import CaseEvent, CaseFile, ServiceVersion
from smartunion.engines.casework.queries.versions import readable
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.timing import Spell, Told, is_late, spells
from smartunion.ground.policies.parameters import PARAMETERS, Parameter
from smartunion.ground.policies.rules import Kind
from smartunion.ground.policies.service import timeline
from smartunion.ground.policies.whatif import SAMPLE, Line, Progress, Sample, WhatIf, WhatIfResult

ANSWER_DAYS = "casework.answer_days"
OTHER_DAYS = "casework.other_step_days"
BATCH = 500


@dataclass(frozen=True)
class _Timing:
    """How one case ended under the rule that held and under the other."""

    was_late: bool
    would_be_late: bool


def run(
    *, path: str, since: date, until: date, overrides: Mapping[str, Any], progress: Progress
) -> WhatIfResult:
    """Cases sent in [since, until) in the subtree with a step whose limit is set otherwise: how many late, then and now.

    Each case is timed with the limit that held when its step began, and with the other; holds are honoured. Cases
    that were let go (drafts, withdrawn before anybody had them) have no such step and are not counted.
    """
    cases = CaseFile.objects.filter(
        within((path,)), submitted_at__gte=_start(since), submitted_at__lt=_start(until)
    ).exclude(state=CaseState.DRAFT)
    total, looked_at = cases.count(), 0
    counted = changed = was = would = 0
    sample: list[Sample] = []
    judge = _Judge(overrides)
    for batch in _batches(cases):
        for case, timing in judge.timed(batch):
            counted += 1
            was += timing.was_late
            would += timing.would_be_late
            if timing.was_late != timing.would_be_late:
                changed += 1
                if len(sample) < SAMPLE and not case.is_narrow:
                    sample.append(_sample(case, timing))
        looked_at += len(batch)
        progress(looked_at, total)
    return WhatIfResult(
        counted, changed,
        (
            Line(_("Handled late"), was, would, _("cases")),
            Line(_("Handled in time"), counted - was, counted - would, _("cases")),
        ),
        tuple(sample),
    )  # fmt: skip


class _Judge:
    """Times cases; asks the database a fixed number of times for each batch."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self.overrides = overrides
        self.held: dict[str, Callable[[str, date], Any]] = {
            key: timeline(key) for key in overrides if key in PARAMETERS
        }
        self.calendar = calendar_days()
        self.now = clock.now()
        self.limits: dict[int, dict[str, Deadline]] = {}

    def timed(self, batch: list[CaseFile]) -> Iterator[tuple[CaseFile, _Timing]]:
        """The cases with a step under a limit set otherwise, each with how it ended."""
        self._learn({case.service_version_id for case in batch})
        histories: dict[int, list[Told]] = {case.pk: [] for case in batch}
        events = CaseEvent.objects.filter(case_id__in=list(histories)).order_by("case_id", "id")
        for event in events.only("case_id", "act", "at", "step", "to_step", "from_state", "to_state"):
            histories[event.case_id].append(
                Told(event.act, event.at, (event.from_state, event.step), (event.to_state, event.to_step))
            )
        answers = self._answers(batch)
        for case in batch:
            timing = self._timing(case, histories[case.pk], answers.get(case.pk, {}))
            if timing is not None:
                yield case, timing

    def _timing(self, case: CaseFile, history: list[Told], answers: Mapping[str, object]) -> _Timing | None:
        limits = self.limits[case.service_version_id]
        under = [one for one in spells(history) if one.step in limits]
        if not under:
            return None
        was, would = (
            any(self._late(case, one, limits[one.step], answers, other) for one in under)
            for other in (False, True)
        )
        return _Timing(was, would)

    def _late(
        self, case: CaseFile, spell: Spell, limit: Deadline, answers: Mapping[str, object], other: bool
    ) -> bool:
        working = is_in_working_days(limit)
        if other:
            days, working = int(self.overrides[limit.policy or OTHER_DAYS]), working or not limit.policy
        elif limit.policy:
            days = int(self.held[limit.policy](case.path, local_date(spell.begun)))
        else:
            days = days_of(limit, answers)
        return is_late(spell, days, working=working, now=self.now, calendar=self.calendar)

    def _learn(self, version_ids: set[int]) -> None:
        rows = ServiceVersion.objects.filter(pk__in=version_ids - set(self.limits))
        for version in rows.select_related("service"):
            self.limits[version.pk] = {
                step.key: step.deadline for step in readable(version)[0].steps
                if step.deadline is not None and (step.deadline.policy or OTHER_DAYS) in self.overrides
            }  # fmt: skip

    def _answers(self, batch: list[CaseFile]) -> dict[int, Mapping[str, object]]:
        """Answers of the cases whose limit hangs on one (a matter's difficulty); others stay sealed."""
        wanted = [
            case.pk for case in batch
            if any(limit.by_field for limit in self.limits[case.service_version_id].values())
        ]  # fmt: skip
        rows = CaseFile.objects.filter(pk__in=wanted).only("pk", "data")
        return {row.pk: CaseData.load(row.data).answers() for row in rows}


def _batches(cases: "QuerySet[CaseFile]") -> Iterator[list[CaseFile]]:
    """Pieces by primary key, so that no read stays open between them; without the sealed answers."""
    last = 0
    rows = cases.order_by("pk").select_related("service_version__service").defer(
        "data", "service_version__definition"
    )  # fmt: skip
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _sample(case: CaseFile, timing: _Timing) -> Sample:
    words = {True: _("late"), False: _("in time")}
    sent = local_date(case.submitted_at) if case.submitted_at else clock.today()
    what = _("%(service)s, sent in %(month)s") % {
        "service": case.service_version.service.title, "month": f"{sent:%Y-%m}",
    }  # fmt: skip
    return Sample(what, words[timing.was_late], words[timing.would_be_late])


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


ANSWERS = WhatIf(
    "casework.answers", gettext_lazy("Cases handled in time"), run, parameters=(ANSWER_DAYS,),
    terms=(
        Parameter(
            OTHER_DAYS, gettext_lazy("Steps whose limit the service itself sets are done within"), Kind.WORKING_DAYS, 7,
            gettext_lazy("The service's own definition."), minimum=1, maximum=90,
        ),
    ),
    help=gettext_lazy("Times the cases of the period anew from their histories, holds included: how many would have been late?"),
)  # fmt: skip
