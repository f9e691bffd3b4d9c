"""Associations of unions from application to approval; the congress between them is in flows/congresses.py."""

from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.handlers import CaseRun, Result
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.registry import rules as registry_rules
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.unions.create import NewUnion
from smartunion.ground.registry.models import Term, TradeUnion
from smartunion.ground.registry.rules import Elected, UnionKind, UnionState, fold_name
from smartunion.systems.organising.flows import letters
from smartunion.systems.organising.models import (
    Congress,
    CongressState,
    CongressUnion,
    Contest,
    LetterKind,
    Preparer,
)
from smartunion.systems.organising.queries.congresses import attendance, officers

#: Leading unions have terms of five years. Source: Trade Union Law art. 16.
TERM_YEARS = 5


def federation_of(run: CaseRun) -> TradeUnion | None:
    """The federation that is asked to approve."""
    given = run.form.get("federation")
    number = given.get("id") if isinstance(given, dict) else None
    if not isinstance(number, int):
        return None
    return TradeUnion.objects.filter(pk=number, kind=UnionKind.FEDERATION, state=UnionState.ACTIVE).first()


def member_unions(run: CaseRun) -> list[TradeUnion]:
    """The unions named that stand below the federation, each found by its one exact name, in the order given."""
    federation = federation_of(run)
    if federation is None:
        return []
    below = TradeUnion.objects.under(federation.path).filter(state=UnionState.ACTIVE)
    found = []
    for name in _names(run):
        same = list(below.filter(name_key=fold_name(name))[:2])
        if len(same) == 1 and same[0] not in found:
            found.append(same[0])
    return found


def problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against the application beyond its form."""
    federation = federation_of(run)
    if federation is None:
        return [AnswerProblem("federation", _("Please choose a federation of trade unions that stands."))]
    found: list[AnswerProblem] = []
    known = {fold_name(union.name) for union in member_unions(run)}
    unknown = [name for name in _names(run) if fold_name(name) not in known]
    if unknown:
        words = _(
            "Not found below %(federation)s: %(names)s. Write the full names as they stand in the tree."
        )
        values = {"federation": federation.name, "names": "、".join(unknown[:5])}
        found.append(AnswerProblem("unions", words % values))
    elif len(known) < 2:
        found.append(AnswerProblem("unions", _("An association is formed by at least two unions.")))
    key = fold_name(str(run.form.get("name", "")))
    running = CaseFile.objects.filter(
        service_key=run.case.service_key, state__in=RUNNING, path=federation.path
    ).exclude(pk=run.case.pk)  # fmt: skip
    prepared = Congress.objects.filter(case__in=running).values_list("name", flat=True)
    if key in {fold_name(name) for name in prepared}:
        found.append(AnswerProblem("name", _("An association of this name is being prepared already.")))
    return found


def congress_of(case: CaseFile) -> Congress | None:
    """The congress the case led to."""
    return Congress.objects.filter(case=case).first()


def set_up_congress(run: CaseRun) -> Result:
    """Preparation approved: the congress stands with its member unions, ready for the list of representatives."""
    federation = TradeUnion.objects.get(path=run.case.path)
    congress = Congress.objects.create(
        case=run.case, federation=federation, path=federation.path, name=str(run.form.get("name", ""))[:120],
        kind=str(run.form.get("kind", "")), association=str(run.form.get("association") or "")[:120],
        cluster=str(run.form.get("cluster") or "")[:60], created_at=run.at,
    )  # fmt: skip
    CongressUnion.objects.bulk_create(
        CongressUnion(congress=congress, union=union) for union in member_unions(run)
    )
    if run.case.user_id is not None and run.case.user_id != run.actor.user_id:
        Preparer.objects.create(
            congress=congress, user_id=run.case.user_id, added_by=run.actor.name[:80], added_at=run.at
        )
    return Result(
        _("The congress can be prepared: representatives, attendance, votes."),
        f"/desk/congresses/{congress.pk}/",
    )


def report_congress(run: CaseRun) -> Result:
    """The congress has ended. Raises StaleState while it has not."""
    congress = _congress(run)
    if congress.state != CongressState.CLOSED:
        raise StaleState(
            _("The congress has not ended yet."), remedy=_("End it on its page once all votes are announced.")
        )
    return Result(_("The result is before the federation."), f"/desk/congresses/{congress.pk}/")


def set_up(run: CaseRun) -> Result:
    """The association stands: tree, term with re-election date, certificate, member unions below it, numbered letter."""
    congress, actor = _congress(run), _with_all_rights(run.actor)
    values = run.data.steps["approve"]
    founded_on = date.fromisoformat(str(values["founded_on"]))
    letter = letters.next_number(congress.federation, founded_on)
    union = registry.unions.create_union(
        actor=run.actor, at=run.at,
        data=NewUnion(
            name=str(values["approved_name"]), kind=UnionKind(congress.kind),
            level=registry_rules.UnionLevel(congress.federation.level), parent_id=congress.federation.pk,
            region_id=congress.federation.region_id, founded_on=founded_on, contact_phone=run.data.contact.mobile,
            source=f"case:{run.case.pk}",
        ),
    )  # fmt: skip
    term = _enter_term(run, congress, union, letter)
    letters.issue(run, LetterKind.FOUNDING, letter, term=term, on=founded_on)
    certificate = registry.certificates.issue(
        actor=run.actor, union_id=union.pk, at=run.at, data=NewCertificate(founded_on, approval_number=letter)
    )
    moved = _move_members(actor, congress, union, run.at)
    Congress.objects.filter(pk=congress.pk).update(union=union, letter_number=letter, letter_on=founded_on)
    words = _(
        "%(union)s stands, letter %(letter)s, certificate %(certificate)s; %(moved)s unions stand below it"
    )
    shown = {"union": union.name, "letter": letter, "certificate": certificate.number, "moved": moved}
    return Result(words % shown, f"/desk/congresses/{congress.pk}/")


def _enter_term(run: CaseRun, congress: Congress, union: TradeUnion, letter: str) -> Term:
    held_on = congress.held_on or local_date(run.at)
    first = Contest.objects.filter(congress=congress, post="member", state="done").order_by("present").first()
    return registry.officers.set_term(
        actor=run.actor, union_id=union.pk, at=run.at,
        data=NewTerm(
            starts_on=held_on, years=TERM_YEARS, elected_on=held_on, due_count=attendance(congress).due,
            present_count=first.present if first is not None else None, approval_number=letter,
            officers=[Elected(seat.organ, seat.post, seat.name) for seat in officers(congress)],
            source=f"case:{run.case.pk}",
        ),
    )  # fmt: skip


def _move_members(actor: Actor, congress: Congress, union: TradeUnion, at: datetime) -> int:
    """Unions that stood directly below the federation come below the association; others stay where they are led."""
    moved, allowed = 0, registry_rules.CHILD_KINDS[UnionKind(union.kind)]
    for row in congress.unions.select_related("union"):
        member = row.union
        if member.parent_id == congress.federation_id and member.kind in allowed:
            registry.unions.move_union(
                actor=actor, union_id=member.pk, parent_id=union.pk, version=member.version, at=at,
                reason=_("Joined the association."),
            )  # fmt: skip
            moved += 1
    return moved


def _congress(run: CaseRun) -> Congress:
    congress = Congress.objects.filter(case=run.case).select_related("federation").first()
    if congress is None:
        raise StaleState(_("The preparation has not been approved yet."))
    return congress


def _names(run: CaseRun) -> list[str]:
    rows = run.form.get("unions")
    return (
        [str(row.get("name", "")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def _with_all_rights(actor: Actor) -> Actor:
    """The officer with the installation's rights, for what follows from her decision."""
    return replace(system(actor.name), user_id=actor.user_id, source=actor.source)
