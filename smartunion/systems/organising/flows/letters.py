"""The letter an approval is answered with: its number, and the row it is printed from."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework.handlers import CaseRun
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows import numbers
from smartunion.ground.registry.models import Officer, Term, TermPostponement, TradeUnion
from smartunion.systems.organising.models import ApprovalLetter, LetterKind

LETTER_WORD = "organising.letter_word"


def number_for(run: CaseRun) -> str:
    """The number of the letter that answers a case: as the officer wrote it, else the federation's next."""
    given = squeeze(str(run.data.steps.get("approve", {}).get("approval_number") or ""))[:40]
    return given or next_number(answering(run), local_date(run.at))


def answering(run: CaseRun) -> TradeUnion:
    """The union the case lies with, which answers it."""
    return TradeUnion.objects.get(path=run.case.path)


def next_number(federation: TradeUnion, on: date) -> str:
    """The next number of a federation's letters in the year: 亭总工〔2026〕3号. One somebody wrote by hand is passed over."""
    word = str(policies.value(LETTER_WORD, path=federation.path, on=on))
    while True:
        number = f"{word}〔{on.year}〕{numbers.take(f'letter:{federation.pk}:{on.year}')}号"
        if not ApprovalLetter.objects.filter(federation=federation, number=number).exists():
            return number


def issue(
    run: CaseRun, kind: LetterKind, number: str, *, term: Term, on: date | None = None, officer: Officer | None = None,
    postponement: TermPostponement | None = None,
) -> ApprovalLetter:  # fmt: skip
    """Keep the letter with which the case is answered. Raises InvalidInput when another letter bears the number."""
    federation = answering(run)
    try:
        with transaction.atomic():
            return ApprovalLetter.objects.create(
                kind=kind, federation=federation, union=term.union, number=number, issued_on=on or local_date(run.at),
                issued_by=federation.name, addressed_to=term.union.name, term=term, officer=officer,
                postponement=postponement, case=run.case,
            )  # fmt: skip
    except IntegrityError:
        raise InvalidInput(
            _("A letter of %(federation)s bears the number %(number)s already.")
            % {"federation": federation.name, "number": number},
            remedy=_("Leave the number empty: the next one is given by itself."), field="approval_number",
        ) from None  # fmt: skip


def address(letter: ApprovalLetter) -> str:
    """Where the letter is read, on the phone and on the desk."""
    return f"/letters/{letter.pk}/"
