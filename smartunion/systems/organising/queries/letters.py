"""Letters beside what they approve."""

from collections.abc import Sequence

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import Term, TradeUnion
from smartunion.systems.organising.models import ApprovalLetter
from smartunion.systems.organising.queries.unlettered import unlettered_of


def with_late_letters(union: TradeUnion, terms: Sequence[Term], actor: Actor) -> Sequence[Term]:
    """`with_letters`; what lacks a letter that the actor may issue now bears is_unlettered. Three statements."""
    found = with_letters(union, terms)
    for one in unlettered_of(union, found):
        if actor.can("cases.handle", path=one.case.path):
            vars(one.officer or one.postponement or one.term)["is_unlettered"] = True
    return found


def with_letters(union: TradeUnion, terms: Sequence[Term]) -> Sequence[Term]:
    """The same terms; they, their officers and postponements bear letter_id where a letter approved them. One statement."""
    rows = ApprovalLetter.objects.filter(union=union).values_list(
        "pk", "term_id", "officer_id", "postponement_id"
    )
    of_terms: dict[int, int] = {}
    of_officers: dict[int, int] = {}
    of_postponements: dict[int, int] = {}
    for letter, term_id, officer_id, postponement_id in rows:
        if officer_id is not None:
            of_officers[officer_id] = letter
        elif postponement_id is not None:
            of_postponements[postponement_id] = letter
        else:
            of_terms[term_id] = letter
    for term in terms:
        vars(term)["letter_id"] = of_terms.get(term.pk)
        for officer in term.officers.all():
            vars(officer)["letter_id"] = of_officers.get(officer.pk)
        for one in term.postponements.all():
            vars(one)["letter_id"] = of_postponements.get(one.pk)
    return terms
