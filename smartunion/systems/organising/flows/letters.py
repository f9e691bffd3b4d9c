"""The letter an approval is answered with: its number, and the row it is printed from."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.handlers import CaseRun
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.flows import numbers
from smartunion.ground.registry.models import Officer, Term, TermPostponement, TradeUnion
from smartunion.ground.registry.queries import terms_of
from smartunion.systems.organising.models import ApprovalLetter, LetterKind
from smartunion.systems.organising.queries.unlettered import Unlettered, unlettered_of

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
    answer = Unlettered(kind, run.case, term, officer, postponement)
    return _kept(answering(run), answer, number, on or local_date(run.at))


@transaction.atomic
def issue_afterwards(
    *, actor: Actor, union_id: int, at: datetime, number: str = "", term_id: int | None = None, post_id: int | None = None,
    postponement_id: int | None = None,
) -> ApprovalLetter:  # fmt: skip
    """Issue the letter of an approval that was given before letters were kept, on the day it is written.

    One of term, post and postponement is named. number: "" takes the one that was entered with the approval, else the
    federation's next. By whoever decides there. Raises NotVisible, NotAllowed; InvalidInput naming approval_number;
    StaleState when it has its letter, or no application brought it.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    wanted = (term_id, post_id, postponement_id)
    answer = next((one for one in unlettered_of(union, terms_of(union)) if _key(one) == wanted), None)
    if answer is None:
        raise StaleState(
            _("This approval has its letter, or was entered by the federation itself on a paper of its own.")
        )
    federation = TradeUnion.objects.get(path=answer.case.path)
    actor.check_can("cases.handle", path=federation.path)
    row = answer.officer or answer.postponement or answer.term
    kept = squeeze(number)[:40] or row.approval_number or next_number(federation, local_date(at))
    letter = _kept(federation, answer, kept, local_date(at))
    type(row)._default_manager.filter(pk=row.pk, approval_number="").update(approval_number=kept)
    audit.record(
        actor, "organising.letter_issued_afterwards", union, at=at, data={"letter": letter.pk, "number": kept, "kind": answer.kind}
    )  # fmt: skip
    return letter


def _key(one: Unlettered) -> tuple[int | None, int | None, int | None]:
    if one.officer is not None:
        return None, one.officer.pk, None
    if one.postponement is not None:
        return None, None, one.postponement.pk
    return one.term.pk, None, None


def _kept(federation: TradeUnion, answer: Unlettered, number: str, on: date) -> ApprovalLetter:
    union = answer.term.union
    try:
        with transaction.atomic():
            return ApprovalLetter.objects.create(
                kind=answer.kind, federation=federation, union=union, number=number, issued_on=on, issued_by=federation.name,
                addressed_to=union.name, term=answer.term, officer=answer.officer, postponement=answer.postponement,
                case=answer.case,
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
