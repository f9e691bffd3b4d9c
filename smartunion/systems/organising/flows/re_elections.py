"""The re-election of a grassroots union: candidates, election, and the term that its approval enters."""

from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState, joined_sentences
from smartunion.core.paths import ancestors
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, PrefillAsk, Result
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages
from smartunion.ground.registry import rules as registry_rules
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows import postponing
from smartunion.ground.registry.flows.officers import members_named
from smartunion.ground.registry.models import Officer, Person, Term, TradeUnion
from smartunion.ground.registry.policies import TERM_YEARS
from smartunion.ground.registry.queries.certificates import legal_certificate_of
from smartunion.ground.registry.queries.terms import newest_term
from smartunion.ground.registry.rules import GRASSROOTS, Organ, Post, UnionKind
from smartunion.systems.organising.flows import founding, letters
from smartunion.systems.organising.flows.of_a_union import against, herself, running_case, union_asked
from smartunion.systems.organising.models import LetterKind
from smartunion.systems.organising.queries.entered_terms import voters

RE_ELECTION: Final = "re_election"
_ORGANS: Final = (("committee", Organ.COMMITTEE), ("audit", Organ.AUDIT), ("women_committee", Organ.WOMEN))
_KEYS = {organ: key for key, organ in _ORGANS}
#: Federations and offices that approve; associations and companies’ unions pass on.
_APPROVING = (UnionKind.FEDERATION, UnionKind.COMMITTEE_OFFICE, UnionKind.INDUSTRY)


def known(ask: PrefillAsk) -> Values:
    """The union, who serves now as first candidates, the last day a re-election can be put off to, who is asking."""
    union = union_asked(ask)
    values: Values = {"contact": herself(ask, union)}
    if union is None:
        return values
    term = newest_term(union)
    values |= {"union": {"id": union.pk, "name": union.name}, "slate": slate_of_serving(term)}
    if term is not None:
        values["until"] = postponing.latest_day(term, ask.at).isoformat()
    return values


def slate_of_serving(term: Term | None) -> list[Values]:
    """Who holds a post of the running term: most stand again."""
    serving = (
        Officer.objects.filter(term=term, left_on=None).order_by("pk") if term else Officer.objects.none()
    )
    return [
        {"name": one.name, "organ": _KEYS[Organ(one.organ)], "post": one.post} for one in serving if one.name
    ]


def approving(run: CaseRun) -> TradeUnion | None:
    """The nearest federation, office or industrial union above."""
    if run.case.union is None:
        return None
    above = ancestors(run.case.union.path)[:-1]
    return TradeUnion.objects.filter(path__in=above, kind__in=_APPROVING).order_by("-depth").first()


def problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against a re-election: not her union, a leading one, one under way, candidates who are no members."""
    union = run.case.union
    found = against_service(run, union, RE_ELECTION)
    if union is None or found:
        return found
    if union.kind not in GRASSROOTS:
        words = _(
            "%(union)s leads other unions: its committee is elected by a congress of representatives; the federation above "
            "sets it up under “Congresses”."
        )
        return [AnswerProblem("union", words % {"union": union.name})]
    names = [one.name for one in founding.candidates_in(run.form)]
    return [*founding.slate_problems(run, run.form), *strangers(union, names, "slate")]


def election_problems(run: CaseRun, values: Values) -> list[AnswerProblem]:
    """What voids the election, and who of the elected is no member, each beside its field."""
    union = union_of(run)
    return [
        *founding.election_problems(run, values),
        *(
            problem
            for key, _organ in _ORGANS
            for problem in strangers(union, [one.name for one in founding.elected_in(values, key)], key)
        ),
    ]


def strangers(union: TradeUnion, names: list[str], field: str) -> list[AnswerProblem]:
    """Names no member bears, or several do; who keeps a retained membership has no vote and cannot be elected.

    Source: 会籍管理办法, 2016.
    """
    meant = [registry_rules.as_written(Organ.COMMITTEE, Post.MEMBER, name) for name in names]
    found = members_named(union, {one.name for one in meant})
    people = {one.name: _fitting(found.get(one.name, []), one.phone_tail) for one in meant}
    nobody = sorted(name for name, those in people.items() if not those)
    several = sorted(name for name, those in people.items() if len(those) > 1)
    texts = []
    if nobody:
        words = _("%(names)s: no member of the union bears this name. Retained members cannot be elected.")
        texts.append(words % {"names": "、".join(nobody)})
    if several:
        words = _(
            "%(names)s: several members bear this name. Write the last four digits of the phone behind it."
        )
        texts.append(words % {"names": "、".join(several)})
    return [AnswerProblem(field, text) for text in texts]


def _fitting(people: list[Person], tail: str) -> list[Person]:
    return [one for one in people if not tail or one.mobile_tail == tail]


def known_of_election(run: CaseRun) -> Values:
    """Members with a vote, women among them and those due from the register, the usual term, the candidates agreed to."""
    union = union_of(run)
    today = local_date(run.at)
    members = voters(union, today)
    number = members.count()
    values: Values = {
        "members": number, "women": members.filter(person__sex="f").count(),
        "term_years": str(policies.value(TERM_YEARS, path=union.path, on=today)),
    }  # fmt: skip
    if run.form.get("meeting") == "members":
        values["due"] = number
    for one in founding.candidates_in(run.form):
        rows = values.setdefault(one.organ, [])
        assert isinstance(rows, list)
        rows.append({"name": one.name, "post": one.post})
    return values


def enter(run: CaseRun) -> Result:
    """The term is entered with its officers, who are told; the chair's account keeps the union."""
    union, ballot = union_of(run), founding.ballot_of(run.data.steps["election"])
    number = letters.number_for(run)
    data = founding.term_of(run, ballot, number, registry_rules.as_written)
    term = registry.officers.set_term(actor=run.actor, union_id=union.pk, data=data, at=run.at)
    letter = letters.issue(run, LetterKind.RE_ELECTION, number, term=term)
    for post in Officer.objects.filter(term=term).select_related("term__union").order_by("pk"):
        messages.tell_post_taken(post, run.at)
    words = _("Letter %(letter)s: term %(ordinal)s runs from %(start)s until %(end)s.") % {
        "letter": letter.number, "ordinal": term.ordinal, "start": term.starts_on.isoformat(), "end": term.ends_on.isoformat(),
    }  # fmt: skip
    return Result(
        joined_sentences(words, account_of(run, term), _certificate_of(union)), letters.address(letter)
    )


def account_of(run: CaseRun, term: Term) -> str:
    """The chair gets the role where she has an account; else what is to be done."""
    head = founding.head_of(term, local_date(run.at))
    if head is None:
        return ""
    user_id = founding.account_of(head)
    if user_id is None:
        return founding.without_account(head)
    founding.keep(run, term.union, user_id)
    return ""


def _certificate_of(union: TradeUnion) -> str:
    row = legal_certificate_of(union)
    if row is None:
        return ""
    return _("Apply for the renewal of the legal-person certificate, which holds as long as the term.")


def against_service(run: CaseRun, union: TradeUnion | None, service: str) -> list[AnswerProblem]:
    """Not her union, none that stands, or the same is under way."""
    found = against(run, union)
    other = running_case(run, union, [service])
    if found or other is None:
        return found
    words = _("The application %(reference)s of this union is under way.")
    return [AnswerProblem("union", words % {"reference": other.reference})]


def union_of(run: CaseRun) -> TradeUnion:
    """The union of the case. Raises StaleState when it is gone."""
    if run.case.union_id is None:
        raise StaleState(_("The union of this application is not known any more."))
    return TradeUnion.objects.get(pk=run.case.union_id)
