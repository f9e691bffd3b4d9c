"""Visits, noted on the spot and perhaps sent later."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.files.models import StoredFile
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.flows import field_news, finding_news, planned, questions, verdicts
from smartunion.systems.organising.flows import findings as finding_flows
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    AreaUnion,
    Finding,
    JoiningDrive,
    Visit,
    VisitPromise,
)
from smartunion.systems.organising.rules import (
    ABOUT_UNION,
    LIST_AFTER_VISIT,
    FindingFacts,
    FindingKind,
    FindingState,
    VisitEffect,
    VisitResult,
    clock_fix,
    plausible_instant,
    visit_effect,
)
from smartunion.systems.organising.verdict_rules import LabelOrigin

VISIT = "organising.visit"
#: A visit may reach us this much later.
LATEST = timedelta(days=60)
#: Seconds a column of seconds holds: a phone may believe to be in any century.
_MOST_S = 2**31 - 1


class HandedOver(NotVisible):
    """Her area was somebody else's on the day of the visit."""

    code = "handed_over"


@dataclass(frozen=True)
class VisitNote:
    """What the phone sends.

    client_id: made on the phone; base_version: version of the finding on the phone's list; exactly one of
    finding_id and union_id is given (a service visit to a union has no finding); sent_at: what the phone's clock read
    when it sent this, so that a wrong clock is put right; promise: what she promised there, until promise_due_on;
    answers: to what is asked there, by the question's number; drive_id: the drive the visit is made for.
    """

    client_id: UUID
    result: VisitResult
    noted_at: datetime
    finding_id: int | None = None
    union_id: int | None = None
    base_version: int | None = None
    note: str = ""
    contact_name: str = ""
    staff_seen: int | None = None
    related_union_id: int | None = None
    related_employer_id: int | None = None
    was_offline: bool = False
    sent_at: datetime | None = None
    promise: str = ""
    promise_due_on: date | None = None
    drive_id: int | None = None
    answers: Mapping[int, str] = field(default_factory=dict)


def note_visit(*, actor: Actor, visit: VisitNote, photo: StoredFile | None = None, at: datetime) -> Visit:
    """Keep one visit; sending it again gives the stored one and changes nothing.

    The right to visit is asked for the day of the visit: what an organiser noted without signal before she handed
    her area over still arrives. Raises NotVisible, NotAllowed, InvalidInput (with the field); a finding that moved on
    meanwhile is no error: the visit is kept and `conflict` says what stands instead.
    """
    fix = clock_fix(visit.sent_at, at)
    noted = replace(visit, noted_at=plausible_instant(visit.noted_at, fix, at))
    then = actor if actor.can(VISIT) else as_of_day(actor, local_date(noted.noted_at))
    if not then.can(VISIT) or noted.noted_at < at - LATEST:
        actor.check_can(VISIT)
    _check(noted, then, at)
    try:
        return _kept(actor, noted, photo, at, fix)
    except IntegrityError:
        return _already_noted(actor, visit.client_id)
    except (
        StaleState
    ):  # somebody decided about the finding at the same moment: what stands now is met as any other conflict
        return _kept(actor, noted, photo, at, fix)


def _kept(actor: Actor, visit: VisitNote, photo: StoredFile | None, at: datetime, fix: timedelta) -> Visit:
    with transaction.atomic():
        return _note(actor, visit, photo, at, fix)


def as_of_day(actor: Actor, day: date) -> Actor:
    """The same person with the roles and areas she held on a day; the actor itself when no account is behind it."""
    user = User.objects.filter(pk=actor.user_id or 0, is_active=True).first()
    if user is None:
        return actor
    return actor_of(user, on=day, source=actor.source, request_id=actor.request_id)


def _note(actor: Actor, visit: VisitNote, photo: StoredFile | None, at: datetime, fix: timedelta) -> Visit:
    if Visit.objects.filter(client_id=visit.client_id).exists():
        return _already_noted(actor, visit.client_id)
    finding, union = _subject(actor, visit)
    path = finding.path if finding else union.path if union else ""
    effect = _effect(finding, visit) if finding else VisitEffect(None, "", None)
    drive_id = _drive_id(path, visit)
    answers = questions.read(path, visit.answers, drive_id=drive_id)
    stored = Visit(
        client_id=visit.client_id, finding=finding, employer_id=finding.employer_id if finding else None,
        union=union or (finding.union if finding else None), area_id=_area_id(finding, union), path=path, drive_id=drive_id,
        user_id=actor.user_id or 0, result=visit.result, note=visit.note.strip()[:1000],
        contact_name=visit.contact_name.strip()[:60], staff_seen=visit.staff_seen, noted_at=visit.noted_at,
        received_at=at, was_offline=visit.was_offline, base_version=visit.base_version, conflict=effect.conflict,
        photo=photo, related_employer_id=visit.related_employer_id, related_union_id=visit.related_union_id,
        clock_fixed_s=max(-_MOST_S, min(_MOST_S, round(fix.total_seconds()))),
    )  # fmt: skip
    stored.is_done = questions.is_done(stored, answers)
    stored.save(force_insert=True)
    questions.keep(stored, answers)
    if finding:
        planned.visited(stored, at=at)
        _apply(actor, finding, stored, effect, at)
    _promise(stored, visit)
    _record(actor, stored, finding, at)
    audit.record(actor, "organising.visit_noted", stored, at=at, data={"result": visit.result.value})
    if stored.area_id is not None and stored.area_id not in actor.area_ids:
        field_news.tell_late_visit(stored, actor=actor, at=at)
    return stored


def _promise(stored: Visit, visit: VisitNote) -> None:
    if visit.promise.strip() and visit.promise_due_on is not None:
        VisitPromise.objects.create(
            visit=stored, finding=stored.finding, union=stored.union, area_id=stored.area_id, path=stored.path,
            text=visit.promise.strip()[:200], due_on=visit.promise_due_on, user_id=stored.user_id,
            made_at=stored.noted_at,
        )  # fmt: skip


def _record(actor: Actor, stored: Visit, finding: Finding | None, at: datetime) -> None:
    """The facts of one visit: each visit, the first one to an employer without a union, each one to a union."""
    on, result = local_date(stored.noted_at), VisitResult(stored.result)
    ledger.record(
        actor=actor, kind="organising.visit", key=f"visit:{stored.client_id}", happened_on=on, at=at,
        path=stored.path, subject=stored, attrs={"result": result.value},
    )  # fmt: skip
    if finding is not None and finding.kind == FindingKind.NO_UNION:
        ledger.record(
            actor=actor, kind="organising.finding_visited", key=f"visited:{finding.pk}", at=at, path=stored.path,
            happened_on=on, subject=finding,
        )  # fmt: skip
    to_union = finding is None or finding.kind in ABOUT_UNION
    if stored.union is not None and to_union and result != VisitResult.NOBODY:
        ledger.record(
            actor=actor, kind="organising.union_visited", key=f"union_visited:{stored.client_id}", at=at,
            path=stored.union.path, happened_on=on, subject=stored.union,
        )  # fmt: skip


def _apply(actor: Actor, finding: Finding, stored: Visit, effect: VisitEffect, at: datetime) -> None:
    if effect.to_state is None:
        return
    result = VisitResult(stored.result)
    closing = effect.to_state == FindingState.CLOSED
    moved = finding_flows.move(
        finding, to_state=effect.to_state, event=f"visit_{result.value}", actor=actor, at=at, note=stored.note,
        due_on=effect.due_on, work_list=LIST_AFTER_VISIT.get(result, finding.work_list),
        closed_at=at if closing else None, closed_because=result.value if closing else "",
    )  # fmt: skip
    if result == VisitResult.REAL:
        finding_flows.record_verified(moved, actor=actor, at=at)
        finding_news.tell_town(moved, actor=actor, at=at)
    if closing:
        finding_flows.record_closed(moved, actor=actor, at=at)
    if result == VisitResult.COVERED and stored.related_union_id and finding.employer_id:
        verdicts.keep(
            union_id=stored.related_union_id, employer_id=finding.employer_id, is_right=True, actor=actor, at=at,
            evidence={"visit": stored.pk}, origin=LabelOrigin.VISIT, reason=stored.note,
        )  # fmt: skip
    if result == VisitResult.DUPLICATE and stored.related_employer_id and finding.employer_id:
        verdicts.keep_duplicate(
            finding=moved,
            other_employer_id=stored.related_employer_id,
            reason=stored.note,
            actor=actor,
            at=at,
        )


def _effect(finding: Finding, visit: VisitNote) -> VisitEffect:
    on = local_date(visit.noted_at)
    return visit_effect(
        FindingFacts(FindingState(finding.state), finding.version, finding.closed_because),
        visit.result,
        base_version=visit.base_version,
        noted_on=on,
        again_days=policies.value("organising.refusal_return_days", path=finding.path, on=on),
        absent_days=policies.value("organising.absence_return_days", path=finding.path, on=on),
        has_newer_visit=finding.visits.filter(noted_at__gt=visit.noted_at).exists(),
    )


def _subject(actor: Actor, visit: VisitNote) -> tuple[Finding | None, TradeUnion | None]:
    if visit.finding_id is not None:
        return _finding(actor, visit), None
    try:
        return None, get_visible(TradeUnion.objects.visible_to(actor), visit.union_id)
    except NotVisible:
        then = as_of_day(actor, local_date(visit.noted_at))
        return None, get_visible(TradeUnion.objects.visible_to(then), visit.union_id)


def _finding(actor: Actor, visit: VisitNote) -> Finding:
    """The finding as the actor sees it now, or saw it on the day of the visit.

    On that day she saw her areas' findings; a finding may since have gone to another area of the same federation.
    """
    try:
        return get_visible(Finding.objects.visible_to(actor), visit.finding_id)
    except NotVisible:
        then = as_of_day(actor, local_date(visit.noted_at))
        held = Area.objects.filter(pk__in=then.area_ids).values_list("path", flat=True)
        found = Finding.objects.filter(within(held), pk=visit.finding_id or 0).first()
        if found is None:
            _check_handed_over(actor, visit)
            raise
        return found


def _check_handed_over(actor: Actor, visit: VisitNote) -> None:
    """Say who holds the area by now to somebody who held it when she last loaded her list. Raises HandedOver, or nothing."""
    day = local_date(visit.noted_at)
    held = AreaAssignment.objects.filter(
        user_id=actor.user_id or 0, area__findings=visit.finding_id or 0, valid_to__gt=day - LATEST
    )
    mine = held.select_related("area").order_by("-valid_to").first()
    if mine is None:
        return
    now = AreaAssignment.objects.held_on(day).filter(area=mine.area).select_related("user").first()
    raise HandedOver(
        _("%(area)s was handed over on %(day)s, before this visit; %(name)s looks after it.")
        % {"area": mine.area.name, "day": mine.valid_to, "name": now.user.name if now else _("Nobody yet")},
        remedy=_("Pass on what you found; the note stays on this phone until you delete it."),
    )


def _area_id(finding: Finding | None, union: TradeUnion | None) -> int | None:
    if finding:
        return finding.area_id
    spell = AreaUnion.objects.filter(union=union, valid_to=None).first()
    return spell.area_id if spell else None


def _drive_id(path: str, visit: VisitNote) -> int | None:
    """The drive as the phone names it: one of a federation the firm belongs to. Raises InvalidInput.

    One that ended or was closed meanwhile is kept all the same: the phone may have been without signal for days.
    """
    if visit.drive_id is None:
        return None
    if JoiningDrive.objects.filter(pk=visit.drive_id, path__in=ancestors(path)).exists():
        return visit.drive_id
    raise InvalidInput(
        _("The drive named is not one of this place."),
        remedy=_("Load the list again, or leave the drive out."), field="drive",
    )  # fmt: skip


def _check(visit: VisitNote, actor: Actor, at: datetime) -> None:
    if (visit.finding_id is None) == (visit.union_id is None):
        raise InvalidInput(_("A visit belongs to one firm or one union."), field="finding")
    if visit.union_id is not None and visit.result != VisitResult.SERVICE:
        raise InvalidInput(_("A visit to a union is a service visit."), field="result")
    if visit.result == VisitResult.COVERED and visit.related_union_id is None:
        raise InvalidInput(
            _("Please name the union that covers this firm."),
            remedy=_("Search for its name, or choose another result."), field="related_union",
        )  # fmt: skip
    if visit.result == VisitResult.DUPLICATE and visit.related_employer_id is None:
        raise InvalidInput(
            _("Please name the firm this one duplicates."),
            remedy=_("Search for its name, or choose another result."), field="related_employer",
        )  # fmt: skip
    _check_named(visit, actor)
    if visit.promise.strip() and visit.promise_due_on is None:
        raise InvalidInput(
            _("Please say by when you promised it."), remedy=_("Choose a day, or leave the promise out."),
            field="promise_due_on",
        )  # fmt: skip
    if visit.promise.strip() and visit.promise_due_on and visit.promise_due_on < local_date(visit.noted_at):
        raise InvalidInput(
            _("The day of the promise lies before the visit."),
            remedy=_("Choose the day of the visit or a later one, or leave the promise out."), field="promise_due_on",
        )  # fmt: skip
    if visit.noted_at < at - LATEST:
        raise InvalidInput(
            _("The visit is dated more than sixty days ago."),
            remedy=_("Check the date of the phone and note the visit again."), field="noted_at",
        )  # fmt: skip


def _check_named(visit: VisitNote, actor: Actor) -> None:
    """The union or firm named is one she may name, and still stands."""
    if visit.related_union_id is not None:
        union = TradeUnion.objects.filter(actor.within(VISIT), pk=visit.related_union_id).first()
        if union is None:
            raise InvalidInput(
                _("The union named is not one of yours, or does not exist any more."),
                remedy=_("Search for its name, or choose another result."), field="related_union",
            )  # fmt: skip
        if union.state == UnionState.CLOSED:
            raise InvalidInput(
                _("%(union)s was closed on %(day)s and covers nobody any more.")
                % {"union": union.name, "day": union.closed_on},
                remedy=_("Name the union that covers the firm now, or choose another result."), field="related_union",
            )  # fmt: skip
    if visit.related_employer_id is None:
        return
    finding = Finding.objects.filter(pk=visit.finding_id or 0).only("employer_id").first()
    if finding is not None and finding.employer_id == visit.related_employer_id:
        raise InvalidInput(
            _("That is the firm itself."), remedy=_("Name the other firm it duplicates, or choose another result."),
            field="related_employer",
        )  # fmt: skip
    if not Employer.objects.visible_to(actor).filter(pk=visit.related_employer_id).exists():
        raise InvalidInput(
            _("The firm named is not one of yours, or does not exist any more."),
            remedy=_("Search for its name, or choose another result."), field="related_employer",
        )  # fmt: skip


def _already_noted(actor: Actor, client_id: UUID) -> Visit:
    stored = Visit.objects.filter(client_id=client_id, user_id=actor.user_id or 0).first()
    if stored is None:
        raise NotVisible
    return stored
