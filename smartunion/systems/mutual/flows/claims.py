"""Claims follow their case: opened with it, assessed by an officer, granted with its approval, ended with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DutiesApart, InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import CaseData, Values
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, Result
from smartunion.engines.casework.rules import RUNNING, Act, CaseState
from smartunion.systems.mutual.flows import paying
from smartunion.systems.mutual.models import Claim, ClaimState, Insured, Plan, PlanVersion
from smartunion.systems.mutual.queries.claims import (
    dump_event,
    dump_result,
    load_event,
    shown_lines,
    shown_reasons,
    worked,
)
from smartunion.systems.mutual.rules.claims import Calculation, Event, No
from smartunion.systems.mutual.wording import yuan

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Fit:
    """A plan that covers somebody at some time and has a benefit for what happened, with its calculation."""

    plan: Plan
    version: PlanVersion
    event: Event
    found: Calculation

    @property
    def is_claimed(self) -> bool:
        """Whether this very event was claimed before."""
        return any(one.code is No.SAME_EVENT for one in self.found.refusals)


def fits(person_id: int, form: Values, filed_on: date) -> list[Fit]:
    """Plans that could pay for what the form says, oldest plan first."""
    plans = Plan.objects.filter(pk__in=Insured.objects.standing().filter(person=person_id).values("plan"))
    found = []
    for plan in plans.order_by("pk"):
        for version in plan.versions.order_by("-number")[:1]:
            terms = version.read()
            benefit = next((one for one in terms.benefits if one.what == form.get("what")), None)
            if benefit is None:
                continue
            event = event_from(form, benefit.key, filed_on)
            used, result = worked(plan.pk, person_id, event)
            found.append(Fit(plan, used, event, result))
    return found


def event_from(form: Values, benefit: str, filed_on: date) -> Event:
    """What the applicant wrote, as the rules take it; the illness is matched by an officer."""
    days = form.get("hospital_days")
    return Event(
        benefit=benefit, filed_on=filed_on, pathology_on=_day(form, "pathology_on"), admitted_on=_day(form, "admitted_on"),
        happened_on=_day(form, "happened_on"), treated_until=_day(form, "treated_until"),
        hospital_days=int(str(days)) if days is not None else 0, cost_yuan=_money(form, "cost"),
        scheme_yuan=_money(form, "scheme"), other_yuan=_money(form, "other"),
    )  # fmt: skip


def problems(run: CaseRun) -> list[AnswerProblem]:
    """Why the form cannot be sent: nothing covers the person, or the event is claimed already everywhere."""
    person_id = run.case.person_id
    found = fits(person_id, run.form, local_date(run.at)) if person_id is not None else []
    if not found:
        words = _(
            "No plan of mutual aid that covers you has this benefit. “My cover” shows what you are covered for; ask your union."
        )
        return [AnswerProblem("what", words)]
    if run.case.state == CaseState.DRAFT and all(one.is_claimed for one in found):
        return [
            AnswerProblem(
                "what",
                _("This event has been claimed already: one event, one claim. Open that case instead."),
            )
        ]
    return paying.account_problems(run)


def unassessed(run: CaseRun) -> list[AnswerProblem]:
    """What the officer has still to check before the papers are right."""
    waiting = Claim.objects.filter(case=run.case, state=ClaimState.OPEN, is_assessed=False).select_related(
        "plan"
    )
    return [
        AnswerProblem(
            "check",
            _("Check the calculation of “%(plan)s” first: open it beside the case.")
            % {"plan": one.plan.title},
        )
        for one in waiting
    ]


@transaction.atomic
def assess(*, actor: Actor, at: datetime, claim_id: int, seen: int, facts: Mapping[str, Any]) -> Claim:
    """An officer sets the facts as the papers say; the calculation follows. facts: fields of rules.claims.Event to change.

    Raises NotVisible, NotAllowed, DutiesApart (her own), InvalidInput naming the field; StaleState when it was changed since or is
    no longer open.
    """
    claim = get_visible(Claim.objects.visible_to(actor).select_related("case", "plan"), claim_id)
    actor.check_can("aid.handle", path=claim.case.path)
    if claim.case.person_id == actor.person_id:
        raise DutiesApart(_("Nobody decides her own claim."), remedy=_("A colleague has to check it."))
    if claim.state != ClaimState.OPEN or claim.case.state not in RUNNING or claim.version_seen != seen:
        raise StaleState
    event = replace(load_event(claim.facts), **facts)
    _check_facts(claim, event)
    _store(claim, event, is_assessed=True)
    audit.record(
        actor, "mutual.claim_assessed", claim, at=at, owner_person_id=claim.person_id, data={"fields": sorted(facts)}
    )  # fmt: skip
    claim.refresh_from_db()
    return claim


def _check_facts(claim: Claim, event: Event) -> None:
    for name in ("cost_yuan", "scheme_yuan", "other_yuan"):
        if getattr(event, name) < 0:
            raise InvalidInput(_("Amounts are 0 or more."), field=name)
    if event.hospital_days < 0:
        raise InvalidInput(_("Days are 0 or more."), field="hospital_days")
    days = (event.admitted_on, event.pathology_on, event.happened_on, event.treated_until)
    if any(day is not None and day > event.filed_on for day in days):
        raise InvalidInput(_("No day may lie after the day of the claim."), field="admitted_on")
    terms = claim.version.read()
    if event.illness and terms.illness(event.illness) is None:
        raise InvalidInput(_("Choose an illness of the plan’s list."), field="illness")


def _store(claim: Claim, event: Event, *, is_assessed: bool) -> None:
    """Work the event out and keep it, if the claim is as it was. Raises InvalidInput (claimed already), StaleState."""
    version, found = worked(claim.plan_id, claim.person_id, event, except_claim=claim.pk)
    claim.event = _event_words(found, event)
    try:
        with transaction.atomic():
            same = Claim.objects.filter(pk=claim.pk, version_seen=claim.version_seen, state=ClaimState.OPEN)
            moved = same.update(
                facts=dump_event(event), result=dump_result(found), event=claim.event,
                event_index=Claim._meta.get_field("event_index").pre_save(claim, False), version=version,
                is_assessed=is_assessed, version_seen=F("version_seen") + 1,
            )  # fmt: skip
    except IntegrityError:
        raise InvalidInput(
            _("This event has been claimed already: one event, one claim."), field="admitted_on"
        ) from None
    if moved != 1:
        raise StaleState


def _event_words(found: Calculation, event: Event) -> str:
    return f"{found.event_on.isoformat()}|{event.benefit}" if found.event_on else ""


def follow(run: CaseRun, act: Act) -> None:
    """Claims are opened when the case is sent, worked out anew when it is sent again, and end with it."""
    case = run.case
    rows = Claim.objects.filter(case=case)
    if act is Act.SUBMIT:
        _open(run)
    elif act is Act.RESUBMIT:
        _again(run)
    elif case.state == CaseState.REFUSED:
        rows.filter(state=ClaimState.OPEN).update(
            state=ClaimState.REFUSED,
            decided_on=local_date(run.at),
            total_yuan=ZERO,
            version_seen=F("version_seen") + 1,
        )
    elif case.state == CaseState.WITHDRAWN:
        rows.filter(state=ClaimState.OPEN).update(
            state=ClaimState.WITHDRAWN, version_seen=F("version_seen") + 1
        )
    elif act in {Act.APPEAL, Act.REOPEN}:
        _take_up(run)


def _open(run: CaseRun) -> None:
    assert run.case.person_id is not None
    filed_on = local_date(run.at)
    for one in fits(run.case.person_id, run.form, filed_on):
        if one.is_claimed:
            continue
        try:
            with transaction.atomic():
                claim = Claim.objects.create(
                    case=run.case, plan=one.plan, version=one.version, person_id=run.case.person_id,
                    facts=dump_event(one.event), event=_event_words(one.found, one.event), result=dump_result(one.found),
                    filed_on=filed_on,
                )  # fmt: skip
        except IntegrityError:
            raise StaleState(
                _("This event was claimed a moment ago from elsewhere."),
                remedy=_("Open “My cases” to see that claim."),
            ) from None
        paying.note(claim, run)


def _again(run: CaseRun) -> None:
    for claim in Claim.objects.filter(case=run.case, state=ClaimState.OPEN):
        old = load_event(claim.facts)
        event = replace(event_from(run.form, old.benefit, old.filed_on), illness=old.illness)
        _store(claim, event, is_assessed=False)
        paying.note(claim, run)


def _take_up(run: CaseRun) -> None:
    """An appeal opens what was refused; a refused event that was claimed anew meanwhile stays refused."""
    for claim in Claim.objects.filter(case=run.case, state=ClaimState.REFUSED):
        try:
            with transaction.atomic():
                Claim.objects.filter(pk=claim.pk, state=ClaimState.REFUSED).update(
                    state=ClaimState.OPEN, is_assessed=False, decided_on=None, total_yuan=None,
                    version_seen=F("version_seen") + 1,
                )  # fmt: skip
        except IntegrityError:
            continue


def grant(run: CaseRun) -> Result:
    """Grant every claim of the case that brings something and owe it; the others are refused with their reasons.

    Worked out once more, so that nothing granted since is counted twice. Raises InvalidInput when nothing is to be paid.
    """
    granted: list[tuple[Claim, Decimal]] = []
    for claim in (
        Claim.objects.filter(case=run.case, state=ClaimState.OPEN)
        .select_related("plan", "version")
        .order_by("pk")
    ):
        event = load_event(claim.facts)
        version, found = worked(claim.plan_id, claim.person_id, event, except_claim=claim.pk)
        state = ClaimState.GRANTED if found.total_yuan else ClaimState.REFUSED
        same = Claim.objects.filter(pk=claim.pk, state=ClaimState.OPEN, version_seen=claim.version_seen)
        moved = same.update(
            state=state, total_yuan=found.total_yuan, result=dump_result(found), version=version,
            decided_on=local_date(run.at), version_seen=F("version_seen") + 1,
        )  # fmt: skip
        if moved != 1:
            raise StaleState
        claim.refresh_from_db()
        if found.total_yuan:
            granted.append((claim, found.total_yuan))
    if not granted:
        raise InvalidInput(
            _("The calculation brings nothing to pay."),
            remedy=_("Refuse it and give the reasons that the calculation lists."), field="",
        )  # fmt: skip
    for claim, total in granted:
        paying.owe_claim(claim, run, total)
    whole = sum((total for _claim, total in granted), ZERO)
    return Result(_("Granted: %(yuan)s yuan.") % {"yuan": yuan(whole)})


def panels(run: CaseRun) -> list[Panel]:
    """One panel a plan: the sum or the reasons, and the way to check it."""
    found = []
    for claim in Claim.objects.filter(case=run.case).select_related("plan").order_by("pk"):
        result = claim.shown
        facts = [Fact(one.label, yuan(one.yuan), one.formula) for one in shown_lines(result)]
        facts += [Fact(_("Reason"), words, fits=False) for words in shown_reasons(result)]
        facts.append(
            Fact(
                _("To be paid"), yuan(claim.total_yuan if claim.total_yuan is not None else claim.worked_yuan)
            )
        )
        words = _("Checked") if claim.is_assessed else _("Check days, illness and costs")
        facts.append(Fact(_("Calculation"), words, href=reverse("mutual:claim", args=[claim.pk])))
        found.append(Panel(claim.plan.title, facts, claim.version.source))
    return found


def form_of(claim: Claim) -> Values:
    """The applicant's answers of a claim's case."""
    return CaseData.load(claim.case.data).form


def _day(form: Values, key: str) -> date | None:
    given = form.get(key)
    return date.fromisoformat(str(given)) if given else None


def _money(form: Values, key: str) -> Decimal:
    given = form.get(key)
    return Decimal(str(given)) if given is not None else ZERO
