"""What a union applies for within a term of office: its re-election put off, and a by-election."""

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.errors import Refusal, joined_sentences
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.handlers import CaseRun, Result
from smartunion.ground.registry import rules as registry_rules
from smartunion.ground.registry.flows import postponing, posts
from smartunion.ground.registry.flows.posts import ByElection
from smartunion.ground.registry.models import Officer, TradeUnion
from smartunion.ground.registry.queries.terms import newest_term
from smartunion.ground.registry.rules import GRASSROOTS, Elected, Organ, Post, PostEnd
from smartunion.systems.organising import elections
from smartunion.systems.organising.flows import letters
from smartunion.systems.organising.flows.re_elections import (
    account_of,
    against_service,
    strangers,
    union_of,
)
from smartunion.systems.organising.models import LetterKind
from smartunion.systems.organising.queries.election_rules import election_rules

POSTPONEMENT: Final = "term_postponement"
BY_ELECTION: Final = "by_election"


def postponement_problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against a postponement: no term, or a day out of the limits."""
    union = run.case.union
    found = against_service(run, union, POSTPONEMENT)
    if union is None or found:
        return found
    try:
        postponing.check_until(
            postponing.last_term(union), date.fromisoformat(str(run.form["until"])), run.at
        )
    except Refusal as refusal:
        return [AnswerProblem("until", str(refusal))]
    return []


def postpone(run: CaseRun) -> Result:
    """The running committee stays in office until the later day."""
    union, number = union_of(run), letters.number_for(run)
    row = postponing.postpone_term(
        actor=run.actor, union_id=union.pk, until=date.fromisoformat(str(run.form["until"])),
        approval_number=number, reason=str(run.form["why"]), at=run.at,
    )  # fmt: skip
    letter = letters.issue(run, LetterKind.POSTPONEMENT, number, term=row.term, postponement=row)
    words = _("Letter %(letter)s: the term ends on %(day)s.") % {
        "letter": number,
        "day": row.until.isoformat(),
    }
    return Result(words, letters.address(letter))


def by_election_problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against a by-election, as far as it is known now."""
    union = run.case.union
    found = against_service(run, union, BY_ELECTION)
    if union is None or found:
        return found
    new = registry_rules.as_written(
        Organ(str(run.form["organ"])), Post(str(run.form["post"])), str(run.form["name"])
    )
    found = strangers(union, [str(run.form["name"])], "name") if union.kind in GRASSROOTS else []
    return found or [*_not_elected(run, union), *_place_taken(run, union, new)]


def _not_elected(run: CaseRun, union: TradeUnion) -> list[AnswerProblem]:
    """Too few were there, or fewer than the majority of the rules voted for her; older forms did not ask for votes."""
    due, present, votes = (run.form.get(key) for key in ("due", "present", "votes"))
    if not isinstance(due, int) or not isinstance(present, int):
        return []
    rules = election_rules(union.path, date.fromisoformat(str(run.form["held_on"])))
    given = votes if isinstance(votes, int) else None
    found = elections.check_one(str(run.form["name"]), given, due=due, present=present, rules=rules)
    return [AnswerProblem(one.field, one.message) for one in found]


def _place_taken(run: CaseRun, union: TradeUnion, new: Elected) -> list[AnswerProblem]:
    held_by = _holder(union, new)
    if held_by is not None and not run.form.get("leaves"):
        words = _(
            "%(name)s holds this post: say why she leaves it, and approval ends it with the by-election."
        )
        return [AnswerProblem("leaves", words % {"name": held_by.name})]
    others = [one.elected for one in _serving(union) if held_by is None or one.pk != held_by.pk]
    try:
        registry_rules.check_by_elected(new, others)
    except Refusal as refusal:
        return [AnswerProblem("post", str(refusal))]
    return []


def _serving(union: TradeUnion) -> list[Officer]:
    term = newest_term(union)
    return list(Officer.objects.filter(term=term, left_on=None).order_by("pk")) if term else []


def _holder(union: TradeUnion, new: Elected) -> Officer | None:
    """Who holds the one place of a chair or an organising officer, when it is somebody else."""
    if new.post not in {Post.CHAIR, Post.ORGANISER}:
        return None
    alone = {Post.CHAIR, Post.ORGANISER} if new.organ == Organ.COMMITTEE else {new.post}
    held = [
        one
        for one in _serving(union)
        if one.organ == new.organ and one.post in alone and one.name != new.name
    ]
    return held[0] if held else None


def by_elect(run: CaseRun) -> Result:
    """Who was by-elected holds the post; a new chair gets the role."""
    union, form, number = union_of(run), run.form, letters.number_for(run)
    new = registry_rules.as_written(Organ(str(form["organ"])), Post(str(form["post"])), str(form["name"]))
    held_on = date.fromisoformat(str(form["held_on"]))
    due, present, votes = (form.get(key) for key in ("due", "present", "votes"))
    data = ByElection(
        organ=new.organ, post=new.post, name=new.name, phone_tail=new.phone_tail, on=held_on, elected_on=held_on,
        due_count=due if isinstance(due, int) else None, present_count=present if isinstance(present, int) else None,
        votes=votes if isinstance(votes, int) else None,
        approval_number=number,
    )  # fmt: skip
    held_by = _holder(union, new)
    if held_by is not None and form.get("leaves"):
        posts.end_post(
            actor=run.actor, officer_id=held_by.pk, on=held_on, reason=PostEnd(str(form["leaves"])),
            note=_("Case %(reference)s") % {"reference": run.case.reference}, at=run.at,
        )  # fmt: skip
    row = posts.by_elect(actor=run.actor, union_id=union.pk, data=data, at=run.at)
    letter = letters.issue(run, LetterKind.BY_ELECTION, number, term=row.term, officer=row)
    words = _("Letter %(letter)s: %(name)s holds the post %(organ)s, %(post)s until %(end)s.") % {
        "letter": number, "name": row.name, "organ": row.get_organ_display(), "post": row.get_post_display(),
        "end": row.term.ends_on.isoformat(),
    }  # fmt: skip
    account = account_of(run, row.term) if registry_rules.heads([new]) else ""
    return Result(joined_sentences(words, account), letters.address(letter))
