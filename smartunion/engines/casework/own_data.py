"""Casework's chapter of a person's own file: her cases with what she wrote and how they went."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.engines.casework.answers import shown_lines, visible_fields
from smartunion.engines.casework.answers.showing import Line
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.taking_along import Part, Row

_MOST = 500


def _cases(person_id: int) -> Sequence[Row]:
    rows = (
        CaseFile.objects.filter(person=person_id).select_related("service_version").prefetch_related("events")
    )
    return [_row(case) for case in reversed(rows.order_by("-pk")[:_MOST])]


def _row(case: CaseFile) -> Row:
    definition, data = definition_for(case), CaseData.load(case.data)
    asked = visible_fields(definition, data.form)
    lines = shown_lines(
        [field for field in definition.fields if field.key in asked], data.form, is_masked=False
    )
    events = sorted((event for event in case.events.all() if event.is_public), key=lambda event: event.pk)
    return {
        pgettext("own data", "Reference"): case.reference,
        pgettext("own data", "Service"): str(definition.title),
        pgettext("own data", "State"): str(case.get_state_display()),
        pgettext("own data", "Sent"): case.submitted_at,
        pgettext("own data", "Ended"): case.closed_at,
        pgettext("own data", "Reason"): case.decision_reason,
        pgettext("own data", "Answers"): {line.label: _answer(line) for line in lines},
        pgettext("own data", "Course of the case"): [
            f"{event.at:%Y-%m-%d %H:%M} {Act(event.act).label} {event.note}".strip() for event in events
        ],
    }


def _answer(line: Line) -> object:
    return [dict(zip(line.head, row, strict=True)) for row in line.rows] if line.rows else line.value


CHAPTER = Part("cases", gettext_lazy("Cases"), _cases)
