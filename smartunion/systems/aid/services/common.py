"""What the claims of this room share: whose account, and the calculation beside the case."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel
from smartunion.engines.casework.rules import Act
from smartunion.engines.payments import service as payments
from smartunion.systems.aid.flows.paying import note, record_of
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.rules.reviews import FileState
from smartunion.systems.aid.rules.support import AidKind, Claimed


def account_problems(run: CaseRun) -> list[AnswerProblem]:
    """What cannot be right about the account given."""
    person = run.case.person
    found = payments.payee_problem(run.form, person.name if person is not None else "")
    return [AnswerProblem(*found)] if found else []


def yuan(form: Values, key: str) -> Decimal:
    """An amount of the answers, 0 when left out."""
    value = form.get(key)
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def live_file(person_id: int | None) -> HardshipFile | None:
    """Her file in the archive or watched."""
    live = HardshipFile.objects.of(person_id).filter(state__in=(FileState.ACTIVE, FileState.WATCH))
    return live.select_related("union").first()


def given_in_year(person_id: int | None, kind: AidKind, on: date) -> Decimal:
    """Yuan of a kind decided for her in the calendar year of a day."""
    rows = AidGiven.objects.of(person_id).filter(kind=kind, decided_on__year=on.year)
    return rows.aggregate(total=Sum("amount_yuan"))["total"] or Decimal(0)


def panel_of(claimed: Claimed) -> Sequence[Panel]:
    """The calculation beside the case, line by line, and what it comes to."""
    facts = [Fact(line.label, line.formula, fits=line.holds) for line in claimed.lines]
    facts.append(Fact(_("Comes to (yuan)"), f"{claimed.amount_yuan:,.2f}"))
    return [Panel(_("Calculation"), facts, claimed.refusal)]


def alike_panels(run: CaseRun) -> list[Panel]:
    """What the claim has in common with others, if anything."""
    facts = [
        Fact(label, words, href=href)
        for label, words, href in payments.alike_facts(record_of(run.case), run.actor)
    ]
    words = _("Nobody is refused for it; look whether the same is asked for twice.")
    return [Panel(_("Has something in common with"), facts, words)] if facts else []


def note_sent(run: CaseRun, act: Act) -> None:
    """What is sent, and sent again with other answers or papers, is compared with claims of all programmes."""
    if act in {Act.SUBMIT, Act.RESUBMIT}:
        note(run)
