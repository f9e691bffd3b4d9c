"""What may be told of a case to somebody who knows its reference and the end of the applicant's phone."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import STRANGER
from smartunion.core.errors import NotVisible
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.pages import holder_words, step_names
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import FINAL, CaseState
from smartunion.engines.casework.telling import last_day
from smartunion.ground.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """State, holder and last day of a case: nothing that tells what it is about beyond the service's name."""

    reference: str
    service: str
    state: str
    state_label: str
    step: str
    holder: str
    due_on: date | None
    reason: str
    sent_at: datetime | None
    steps: tuple[str, ...]
    current: int


def standing_of(*, reference: str, phone_tail: str, at: datetime) -> Standing:
    """The standing of a case. phone_tail: last four digits of the phone it was filed with.

    One answer for a wrong reference and a wrong phone. Raises NotVisible.
    """
    tail = "".join(str(int(ch)) for ch in phone_tail if ch.isdecimal())
    case = (
        CaseFile.objects.filter(reference=reference)
        .exclude(state=CaseState.DRAFT)
        .select_related("service_version", "person", "employer")
        .first()
    )
    if case is None or len(tail) != 4 or tail not in _tails(case):
        raise NotVisible(
            _("No case with this reference and phone was found."),
            remedy=_("Compare both with the message you got. Capital letters or not does not matter."),
            field="reference",
        )
    return _standing(case, at)


def _tails(case: CaseFile) -> set[str]:
    """Ends of every phone the case knows its applicant by."""
    tails = {CaseData.load(case.data).contact.mobile[-4:]}
    if case.person is not None:
        tails.add(case.person.mobile_tail)
    if case.user_id is not None and not case.on_behalf:
        user = User.objects.filter(pk=case.user_id).first()
        tails.add(user.mobile[-4:] if user is not None else "")
    return tails - {""}


def _standing(case: CaseFile, at: datetime) -> Standing:
    definition = definition_for(case)
    loaded = Loaded(case, definition, CaseData.load(case.data), STRANGER, at, frozenset())
    step = str(definition.step(case.step).title) if case.step else ""
    names = step_names(loaded)
    count = len(names) - 2
    current = 1 + definition.step_number(case.step)
    if case.state in FINAL:
        current = count + (3 if case.state == CaseState.APPROVED else 2)
    return Standing(
        reference=case.reference, service=str(definition.title), state=case.state,
        state_label=str(CaseState(case.state).label), step=step, holder=holder_words(loaded),
        due_on=last_day(case.due_at) if case.due_at else None,
        reason=case.decision_reason if case.state == CaseState.REFUSED else "", sent_at=case.submitted_at,
        steps=tuple(names),
        current=current,
    )  # fmt: skip
