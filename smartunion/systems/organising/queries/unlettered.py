"""Approvals given before letters were kept: the term, post or postponement, and the application it answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from smartunion.core.ids import row_id
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.service import CaseData, Values
from smartunion.ground.registry.models import Officer, Term, TermPostponement, TradeUnion
from smartunion.ground.registry.rules import Organ, Post, as_written
from smartunion.systems.organising.models import ApprovalLetter, LetterKind

_SERVICES = {
    "found_union": LetterKind.FOUNDING, "found_association": LetterKind.FOUNDING, "re_election": LetterKind.RE_ELECTION,
    "by_election": LetterKind.BY_ELECTION, "term_postponement": LetterKind.POSTPONEMENT,
}  # fmt: skip


@dataclass(frozen=True)
class Unlettered:
    """An approval without a letter: what kind, the case it answered, the term, and within it the post or postponement."""

    kind: LetterKind
    case: CaseFile
    term: Term
    officer: Officer | None = None
    postponement: TermPostponement | None = None


def unlettered_of(union: TradeUnion, terms: Iterable[Term]) -> list[Unlettered]:
    """Of a union's terms, with their officers and postponements, what an application brought and no letter answers.

    What a federation entered itself rests on a paper written elsewhere and is left out. Two statements.
    """
    answered = ApprovalLetter.objects.filter(union=union)
    lettered = list(answered.values_list("term_id", "officer_id", "postponement_id"))
    terms_done = {term for term, officer, put_off in lettered if officer is None and put_off is None}
    posts_done = {officer for _term, officer, _put_off in lettered}
    put_offs_done = {put_off for _term, _officer, put_off in lettered}
    cases = _approved(union, terms)
    found: list[Unlettered] = []
    for term in terms:
        of_term = next((case for case in cases if term.source == f"case:{case.pk}"), None)
        if of_term is not None and term.pk not in terms_done:
            found.append(Unlettered(_SERVICES[of_term.service_key], of_term, term))
        for officer in term.officers.all():
            case = _of_officer(officer, cases) if officer.began_on is not None else None
            if case is not None and officer.pk not in posts_done:
                found.append(Unlettered(LetterKind.BY_ELECTION, case, term, officer=officer))
        for put_off in term.postponements.all():
            case = _of_postponement(put_off, cases)
            if case is not None and put_off.pk not in put_offs_done:
                found.append(Unlettered(LetterKind.POSTPONEMENT, case, term, postponement=put_off))
    return found


def _approved(union: TradeUnion, terms: Iterable[Term]) -> Sequence[CaseFile]:
    sources = [row_id(term.source.removeprefix("case:")) for term in terms if term.source.startswith("case:")]
    approved = CaseFile.objects.filter(service_key__in=_SERVICES, state=CaseState.APPROVED)
    return list(approved.filter(Q(union=union) | Q(pk__in=sources)).order_by("pk"))


def _form(case: CaseFile) -> Values:
    return CaseData.load(case.data).form


def _of_officer(officer: Officer, cases: Sequence[CaseFile]) -> CaseFile | None:
    for case in cases:
        form = _form(case) if case.service_key == "by_election" else {}
        if form.get("held_on") != str(officer.began_on):
            continue
        new = as_written(Organ(str(form["organ"])), Post(str(form["post"])), str(form["name"]))
        if (new.organ, new.post, new.name) == (officer.organ, officer.post, officer.name):
            return case
    return None


def _of_postponement(put_off: TermPostponement, cases: Sequence[CaseFile]) -> CaseFile | None:
    return next(
        (
            case
            for case in cases
            if case.service_key == "term_postponement" and _form(case).get("until") == str(put_off.until)
        ),
        None,
    )
