"""A congress called out of turn: by a third of the members or by the committee; held, reported, what it decided entered."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, joined_sentences
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, Result
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import rules as registry_rules
from smartunion.ground.registry.flows import posts
from smartunion.ground.registry.models import Officer, TradeUnion
from smartunion.ground.registry.queries.pasted import Named, people_named
from smartunion.ground.registry.queries.terms import newest_term
from smartunion.ground.registry.rules import GRASSROOTS, Organ, PostEnd, RecallVote
from smartunion.systems.organising import elections
from smartunion.systems.organising.flows.re_elections import against_service, known, union_of
from smartunion.systems.organising.queries.election_rules import election_rules
from smartunion.systems.organising.queries.entered_terms import voters

TEMPORARY: Final = "temporary_congress"
SHARE: Final = "organising.temporary_congress_share"
#: Faulty lines of a list of names that are told one by one.
_LINES_TOLD: Final = 10
#: What the report's organs are called → the organ.
_ORGANS: Final = {
    "committee": Organ.COMMITTEE,
    "audit": Organ.AUDIT,
    "women_committee": Organ.WOMEN,
}


def asking_needed(entitled: int, share: Fraction) -> int:
    """How many of all members, or of all representatives, have to ask: the share of them, rounded up, itself enough."""
    return -(-entitled * share.numerator // share.denominator)


def prefilled(ask: PrefillAsk) -> Values:
    """The union, how many vote there, who is asking."""
    values = known(ask)
    union = values.get("union")
    if isinstance(union, dict):
        found = TradeUnion.objects.get(pk=union["id"])
        values["entitled"] = voters(found, local_date(ask.at)).count()
    return values


def problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against it: not her union, a leading one, one under way, a past day, too few who ask.

    Source: Trade Union Law art. 17; domain rules 5.4.
    """
    union = run.case.union
    found = against_service(run, union, TEMPORARY)
    if union is None or found:
        return found
    if union.kind not in GRASSROOTS:
        words = _("%(union)s leads other unions: its congress is called by the federation above.")
        return [AnswerProblem("union", words % {"union": union.name})]
    if newest_term(union) is None:
        words = _("%(union)s has no committee yet: its first congress is called by founding it.")
        return [AnswerProblem("union", words % {"union": union.name})]
    planned = date.fromisoformat(str(run.form["planned_on"]))
    if planned < local_date(run.at):
        return [
            AnswerProblem(
                "planned_on", _("The congress is announced before it is held: choose a day to come.")
            )
        ]
    return too_few(run, union)


def too_few(run: CaseRun, union: TradeUnion) -> list[AnswerProblem]:
    """Whether enough ask for it, where members call it; the committee calls it alone."""
    if run.form.get("called_by") != "members":
        return []
    asking, entitled = int(str(run.form["asking"])), int(str(run.form["entitled"]))
    if asking > entitled:
        words = _("More people ask for it (%(asking)s) than there are in all (%(entitled)s).")
        return [AnswerProblem("asking", words % {"asking": asking, "entitled": entitled})]
    needed = asking_needed(entitled, share_of(union, local_date(run.at)))
    if asking >= needed:
        return _unlike_the_names(run, union, asking)
    words = _(
        "%(asking)s of %(entitled)s ask for it; %(needed)s are needed. With fewer, ask the committee to call the congress."
    )
    return [AnswerProblem("asking", words % {"asking": asking, "entitled": entitled, "needed": needed})]


def _unlike_the_names(run: CaseRun, union: TradeUnion, asking: int) -> list[AnswerProblem]:
    """What is wrong with the list of those who ask, where one was given: lines that name no member, other numbers."""
    named = _named(run, union)
    if named is None:
        return []
    if named.wrong:
        lines = [
            _("Line %(line)s: %(why)s") % {"line": line, "why": why}
            for line, why in named.wrong[:_LINES_TOLD]
        ]
        rest = len(named.wrong) - _LINES_TOLD
        more = [_("%(count)s more lines cannot be read.") % {"count": rest}] if rest > 0 else []
        return [AnswerProblem("names", joined_sentences(*lines, *more))]
    if len(named.people) != asking:
        words = _(
            "The list names %(listed)s different members, but %(asking)s are said to ask for it: put one of the two right."
        )
        return [AnswerProblem("names", words % {"listed": len(named.people), "asking": asking})]
    return []


def _named(run: CaseRun, union: TradeUnion) -> Named | None:
    """The members with a vote who are listed as asking; None where nobody is."""
    listed = str(run.form.get("names") or "")
    return people_named(listed, voters(union, local_date(run.at))) if listed.strip() else None


def share_of(union: TradeUnion, on: date) -> Fraction:
    """Which share of the members has to ask there on that day."""
    return Fraction(str(policies.value(SHARE, path=union.path, on=on)))


def report_problems(run: CaseRun, values: Values) -> list[AnswerProblem]:
    """What voids the congress or a recall it voted on, each beside its field."""
    union = union_of(run)
    held_on, due, present = (
        date.fromisoformat(str(values["held_on"])),
        _count(values, "due"),
        _count(values, "present"),
    )
    found = elections.check_one("", None, due=due, present=present, rules=election_rules(union.path, held_on))
    return [
        *(AnswerProblem(one.field, one.message) for one in found),
        *(AnswerProblem("recalled", words) for words in _against_recalls(union, values, due, present)),
    ]  # fmt: skip


def _count(values: Values, key: str) -> int:
    return int(str(values[key]))


def _against_recalls(union: TradeUnion, values: Values, due: int, present: int) -> Iterator[str]:
    for name, organ, votes in _recalled_in(values):
        if _holder(union, name, organ) is None:
            yield _("%(name)s holds no post of the %(organ)s now.") % {"name": name, "organ": organ.label}
        elif votes > present:
            yield _("More votes to recall %(name)s (%(votes)s) than people present (%(present)s).") % {
                "name": name, "votes": votes, "present": present,
            }  # fmt: skip
        else:
            try:
                registry_rules.check_recall(RecallVote(due, votes))
            except InvalidInput as refusal:
                yield f"{name}：{refusal}"


def _recalled_in(values: Values) -> list[tuple[str, Organ, int]]:
    rows = values.get("recalled")
    return [
        (str(row["name"]).strip(), _ORGANS[str(row["organ"])], _count(row, "votes"))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]


def _holder(union: TradeUnion, name: str, organ: Organ) -> Officer | None:
    serving = Officer.objects.filter(term=newest_term(union), organ=organ, name=name, left_on=None)
    return serving.order_by("pk").first()


def enter(run: CaseRun) -> Result:
    """Who was recalled holds the post no more, with the votes kept; what else was decided stands in the case."""
    union, report = union_of(run), run.data.steps["report"]
    held_on, due = date.fromisoformat(str(report["held_on"])), _count(report, "due")
    ended = []
    for name, organ, votes in _recalled_in(report):
        post = _holder(union, name, organ)
        if post is None:
            continue  # it ended in another way since
        posts.end_post(
            actor=run.actor, officer_id=post.pk, on=held_on, reason=PostEnd.RECALLED, vote=RecallVote(due, votes),
            note=_("Case %(reference)s") % {"reference": run.case.reference}, at=run.at,
        )  # fmt: skip
        ended.append(name)
    words = _("The congress of %(day)s holds.") % {"day": held_on.isoformat()}
    recalled = _("Recalled: %(names)s; their places are filled by a by-election.") % {
        "names": "、".join(ended)
    }
    return Result(joined_sentences(words, recalled if ended else ""), f"/desk/unions/{union.pk}/offices/")


def calling_panel(run: CaseRun) -> Panel:
    """Who calls it, beside what the register and the law say."""
    union, day = union_of(run), local_date(run.at)
    number, share = voters(union, day).count(), share_of(union, day)
    if run.form.get("called_by") != "members":
        facts = [Fact(_("Called by"), _("the committee"))]
    else:
        entitled, asking = _count(run.form, "entitled"), _count(run.form, "asking")
        needed = asking_needed(entitled, share)
        facts = [
            Fact(
                _("Ask for it"),
                _("%(asking)s of %(entitled)s, at least %(needed)s needed")
                % {"asking": asking, "entitled": entitled, "needed": needed},
                fits=asking >= needed,
            )
        ]
        named = _named(run, union)
        if named is None:
            facts.append(Fact(_("List of names"), _("none: count the signatures on the proposal")))
        else:
            facts.append(Fact(_("Members named"), str(len(named.people)), fits=len(named.people) >= needed))
        if run.form.get("meeting") == "members":
            fits = entitled >= number
            facts.append(Fact(_("Members with a vote in the register"), str(number), fits=fits))
    return Panel(_("Who calls the congress"), facts, _("Trade Union Law art. 17"))
