"""Sending a case: from a draft, or in one go from another room's own page. Sending twice makes one case."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotVisible, Refusal, StaleState
from smartunion.engines.casework.answers import AnswerProblem, check_answers, digest_of, raw_from_json
from smartunion.engines.casework.casedata import NO_CONTACT, CaseData, Contact, Values
from smartunion.engines.casework.definition import Definition, Feed, FieldKind
from smartunion.engines.casework.definition.conditions import holds
from smartunion.engines.casework.flows.drafts import new_reference
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.flows.moving import due_for, tell, write
from smartunion.engines.casework.flows.settling import settle, settle_whole
from smartunion.engines.casework.handlers import PrefillAsk, handler_of
from smartunion.engines.casework.lifecycle import Move, Position, Side, after
from smartunion.engines.casework.models import CaseEvent, CaseFile, CaseMaterial, ServiceVersion
from smartunion.engines.casework.prefill import prefilled
from smartunion.engines.casework.queries.materials import papers_of
from smartunion.engines.casework.queries.serving import versions_of_filings
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.engines.casework.resolving import resolve
from smartunion.engines.casework.routing import union_for
from smartunion.engines.casework.rules import FINAL, Act, CaseState
from smartunion.ground.facts import ledger
from smartunion.ground.registry.models import Employer, Person, TradeUnion


class AnswersRefused(InvalidInput):
    """Some answers cannot be accepted; `problems` has one sentence for each, in the order of the form."""

    code = "answers_refused"

    def __init__(self, problems: list[AnswerProblem]) -> None:
        super().__init__(
            problems[0].message,
            remedy=_("Correct the places marked and send again; what you wrote is kept."),
            field=problems[0].key,
            problems=[{"field": problem.key, "message": problem.message} for problem in problems],
        )
        self.problems = problems


@dataclass(frozen=True)
class Filing:
    """A case another room files by code, already complete.

    person, employer, union: whom and what it concerns; context: ids it came from; on_behalf: somebody else typed it.
    """

    service_key: str
    answers: Values
    client_id: UUID
    person: Person | None = None
    employer: Employer | None = None
    union: TradeUnion | None = None
    contact: Contact = NO_CONTACT
    context: dict[str, str] = field(default_factory=dict)
    drive_id: int | None = None
    on_behalf: bool = False
    subject: str = ""


class NotConfirmed(Refusal):
    """What an officer fills in for somebody is sent when that person has confirmed it."""

    code = "not_confirmed"


@transaction.atomic
def submit(*, case_id: int, actor: Actor, at: datetime, confirmed: str = "") -> CaseFile:
    """Send a draft: its answers are checked, it goes to the office of its first step, everyone concerned is told.

    confirmed: how the person it was filled in for has confirmed it, in words for the history; needed at the counter.
    Sending again gives the case as it is. Raises NotVisible, AnswersRefused, NotConfirmed, NobodyToAct, StaleState.
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    if loaded.case.state != CaseState.DRAFT:
        return loaded.case
    ready = _ready(loaded)
    if ready.case.on_behalf and not confirmed.strip():
        raise NotConfirmed(
            _("%(name)s has not confirmed this yet.") % {"name": ready.data.contact.name},
            remedy=_("Send the code to her phone and enter it, or have her sign the printed form."),
        )
    return _send(ready, ready.data, note=confirmed.strip())


def check_ready(*, case_id: int, actor: Actor, at: datetime) -> Loaded:
    """A draft with its answers as they would be sent; nothing is written. Raises NotVisible, AnswersRefused, StaleState."""
    loaded = load(case_id=case_id, actor=actor, at=at)
    if loaded.case.state != CaseState.DRAFT:
        raise StaleState(_("This form has already been sent."), remedy=_("Open the case to see where it is."))
    return _ready(loaded)


def send_complete(loaded: Loaded, *, note: str = "") -> CaseFile:
    """Check and send a draft another flow has just written, in its transaction. Raises AnswersRefused, NobodyToAct."""
    ready = _ready(loaded)
    return _send(ready, ready.data, note=note)


def _ready(loaded: Loaded) -> Loaded:
    form = _checked(loaded)
    data = replace(loaded.data, form=form, contact=_contact(loaded, form))
    ready = replace(loaded, data=data, case=_about(loaded.case, loaded.definition, form))
    _check_handler(ready)
    return ready


@transaction.atomic
def file_case(
    *, filing: Filing, actor: Actor, at: datetime, approve_note: str | None = None
) -> tuple[CaseFile, bool]:
    """File a complete case in one transaction. The answers are taken as they are: the calling room has checked them.

    approve_note: the first step is approved with it at once; its outcome the calling room has brought about itself,
    and it has told the applicant. Returns the case and whether it is new: the same client_id again gives the stored
    one. Raises NobodyToAct, StaleState (client_id of somebody else's case).
    """
    known = _known(filing, actor)
    if known is not None:
        return known, False
    new = Decided(filing, actor, approve_note or "")
    version = versions_of_filings(filing.service_key, [(filing.union, filing.person)])[0]
    try:
        with transaction.atomic():
            if approve_note is not None:
                return _keep_decided([new], version, at)[0], True
            draft = _drafted(new, version, at)
            draft.case.save(force_insert=True)
    except IntegrityError:
        known = _known(filing, actor)
        if known is None:
            raise
        return known, False
    return _send(draft, draft.data), True


class Decided(NamedTuple):
    """A case to be filed by somebody; note: with which its first step is approved at once."""

    filing: Filing
    actor: Actor
    note: str


def file_decided(*, decided: Sequence[Decided], at: datetime) -> list[CaseFile]:
    """`file_case` with its approval for several cases, with as many statements as for one; in their order.

    For sendings not stored yet; inside a transaction. Raises NobodyToAct; IntegrityError for a client_id that is.
    """
    cases: dict[int, CaseFile] = {}
    for key in {one.filing.service_key for one in decided}:
        of_service = [number for number, one in enumerate(decided) if one.filing.service_key == key]
        about = [(decided[number].filing.union, decided[number].filing.person) for number in of_service]
        groups: dict[int, tuple[ServiceVersion, list[int]]] = {}
        for number, version in zip(of_service, versions_of_filings(key, about), strict=True):
            groups.setdefault(version.pk, (version, []))[1].append(number)
        for version, numbers in groups.values():
            kept = _keep_decided([decided[number] for number in numbers], version, at)
            cases |= dict(zip(numbers, kept, strict=True))
    return [cases[number] for number in range(len(decided))]


def _drafted(new: Decided, version: ServiceVersion, at: datetime) -> Loaded:
    filing, definition = new.filing, definition_of(version)
    data = CaseData(filing.answers, {}, filing.context, filing.contact)
    case = CaseFile(
        client_id=filing.client_id, reference=new_reference(local_date(at)), service_version=version,
        service_key=definition.key, title=filing.subject[:120] or str(definition.title), state=CaseState.DRAFT,
        user_id=new.actor.user_id, person=filing.person, employer=filing.employer, union=filing.union,
        on_behalf=filing.on_behalf, path="", data=data.dump(), digest=digest_of(definition, filing.answers),
        drive_id=filing.drive_id, created_at=at, updated_at=at, is_narrow=definition.is_narrow,
    )  # fmt: skip
    return Loaded(case, definition, data, new.actor, at, frozenset({Side.APPLICANT}))


def _known(filing: Filing, actor: Actor) -> CaseFile | None:
    case = CaseFile.objects.filter(client_id=filing.client_id).first()
    if case is None:
        return None
    same_person = filing.person is not None and case.person_id == filing.person.pk
    if case.service_key != filing.service_key or not (same_person or case.user_id == actor.user_id):
        raise StaleState
    return case


def _checked(loaded: Loaded) -> Values:
    definition, case = loaded.definition, loaded.case
    raw = raw_from_json(definition.fields, loaded.data.form)
    papers = papers_of(case)
    checked = check_answers(definition, raw, papers=papers, today=local_date(loaded.at))
    values, problems = resolve(definition.fields, checked.values)
    if checked.problems or problems:
        raise AnswersRefused([*checked.problems, *problems])
    return values


def _check_handler(loaded: Loaded) -> None:
    problems = loaded.handler.check(loaded.run())
    if problems:
        raise AnswersRefused(problems)


def _about(case: CaseFile, definition: Definition, form: Values) -> CaseFile:
    """Employer, union, title and list values that follow from the answers, set on the row about to be written."""
    case.employer_id = _id_in(definition, FieldKind.EMPLOYER, form)
    case.union_id = _id_in(definition, FieldKind.UNION, form)
    case.digest = digest_of(definition, form)
    places = {"title": str(definition.title), "reference": case.reference, **case.digest}
    field = definition.first_field(FieldKind.EMPLOYER)
    named = form.get(field.key) if field else None
    places["employer"] = str(named.get("name", "")) if isinstance(named, dict) else ""
    case.title = (definition.subject.fill(places) or str(definition.title))[:120]
    return case


def _id_in(definition: Definition, kind: FieldKind, form: Values) -> int | None:
    found = definition.first_field(kind)
    value = form.get(found.key) if found else None
    number = value.get("id") if isinstance(value, dict) else None
    return number if isinstance(number, int) else None


def _contact(loaded: Loaded, form: Values) -> Contact:
    if loaded.case.on_behalf:
        return loaded.data.contact
    person = loaded.case.person
    if person is not None:
        return Contact(person.name, person.mobile)
    for one in loaded.definition.fields:
        value = form.get(one.key)
        if one.kind is FieldKind.PERSON and isinstance(value, dict) and value.get("mobile"):
            return Contact(str(value["name"]), str(value["mobile"]))
    return Contact(loaded.actor.name)


def _send(loaded: Loaded, data: CaseData, *, note: str = "") -> CaseFile:
    case = loaded.case
    move = after(loaded.definition, Position(CaseState.DRAFT), Act.SUBMIT, data.answers())
    about = {
        "title": case.title,
        "employer_id": case.employer_id,
        "union_id": case.union_id,
        "digest": case.digest,
    }
    write(loaded, Act.SUBMIT, move, reason=note, data=data, submitted_at=loaded.at, **about)
    tell(loaded, Act.SUBMIT, move)
    parts = send_parts(loaded)
    case = settle(loaded)
    if parts:
        settle_whole(parts[-1], loaded)
        case.refresh_from_db()
    return case


def _keep_decided(decided: Sequence[Decided], version: ServiceVersion, at: datetime) -> list[CaseFile]:
    """Cases whose first approval came with them: written once in their final state, with their whole history."""
    drafts = [_drafted(one, version, at) for one in decided]
    moves = [_decide(draft) for draft in drafts]
    cases = [draft.case for draft in drafts]
    CaseFile.objects.bulk_create(cases)
    CaseEvent.objects.bulk_create([
        event
        for draft, (sent, done), one in zip(drafts, moves, decided, strict=True)
        for event in _events_of_decided(draft, sent, done, one.note)
    ])  # fmt: skip
    for draft in drafts:
        _keep_facts_of_decided(draft.case, draft.actor, at)
        audit.record(
            draft.actor, "casework.case_filed", draft.case, at=at, owner_person_id=draft.case.person_id,
            data={"service": draft.case.service_key, "state": draft.case.state},
        )  # fmt: skip
    return cases


def _decide(draft: Loaded) -> tuple[Move, Move]:
    """Bring the case where its first approval leads; the two moves that led there."""
    case, definition, data, at = draft.case, draft.definition, draft.data, draft.at
    sent = after(definition, Position(CaseState.DRAFT), Act.SUBMIT, data.answers())
    done = after(definition, sent.to, Act.APPROVE, data.answers())
    assert sent.entered is not None
    case.path = case.origin_path = union_for(draft.run(), sent.entered).path
    case.state, case.step, case.submitted_at, case.version = done.to.state, done.to.step, at, 3
    case.closed_at = at if done.to.state in FINAL else None
    if done.entered is not None:
        case.path = union_for(draft.run(), done.entered).path
        case.due_at = due_for(definition, done, data, case.path, at)
    return sent, done


def _events_of_decided(draft: Loaded, sent: Move, done: Move, note: str) -> list[CaseEvent]:
    actor = draft.actor
    who = {"case": draft.case, "at": draft.at, "user_id": actor.user_id, "actor_name": actor.name[:80]}
    return [
        CaseEvent(act=Act.SUBMIT, to_step=sent.to.step, from_state=CaseState.DRAFT, to_state=sent.to.state, **who),
        CaseEvent(act=Act.APPROVE, step=sent.to.step, to_step=done.to.step, from_state=sent.to.state,
                  to_state=done.to.state, note=note[:1000], **who),
    ]  # fmt: skip


def _keep_facts_of_decided(case: CaseFile, actor: Actor, at: datetime) -> None:
    attrs = {"service": case.service_key}
    rows = [("casework.case_submitted", f"case_submitted:{case.pk}", attrs)]
    if case.closed_at is not None:
        rows.append(
            ("casework.case_closed", f"case_closed:{case.pk}:{case.version}", attrs | {"state": case.state})
        )
    for kind, key, more in rows:
        ledger.record(
            actor=actor, kind=kind, key=key, happened_on=local_date(at), at=at, path=case.path, subject=case,
            drive_id=case.drive_id, attrs=more,
        )  # fmt: skip


def send_parts(loaded: Loaded) -> list[CaseFile]:
    """Send the services a "one thing" form feeds, each to its own office, in the transaction of the form itself.

    What a part refuses is refused for the whole, at the question of the form it came from: nothing is sent by halves.
    """
    made = []
    for feed in loaded.definition.feeds:
        if feed.condition is not None and not holds(feed.condition, loaded.data.form):
            continue
        made.append(_send_part(loaded, feed))
    return made


def _send_part(loaded: Loaded, feed: Feed) -> CaseFile:
    whole = loaded.case
    try:
        version = versions_of_filings(feed.service, [(None, whole.person)])[0]
    except NotVisible:
        raise InvalidInput(
            _("“%(title)s” takes no new requests at present, so this form cannot be sent.")
            % {"title": feed.title},
            remedy=_("Choose another way in the form, or ask your union; what you wrote is kept."),
        ) from None
    definition = definition_of(version)
    ours = dict(feed.answers)
    handler = handler_of(definition)
    ask = PrefillAsk(loaded.actor, {}, loaded.at)
    known = prefilled(definition, handler, ask) if not whole.on_behalf else {}
    given = {
        field.key: loaded.data.form[ours.get(field.key, field.key)]
        for field in definition.fields if ours.get(field.key, field.key) in loaded.data.form
    }  # fmt: skip
    data = CaseData(form={**known, **given}, contact=loaded.data.contact)
    case = CaseFile.objects.create(
        reference=new_reference(local_date(loaded.at)), service_version=version, service_key=definition.key,
        title=str(definition.title), state=CaseState.DRAFT, user_id=whole.user_id, person=whole.person,
        on_behalf=whole.on_behalf, path="", data=data.dump(), created_at=loaded.at, updated_at=loaded.at,
        is_narrow=definition.is_narrow, whole=whole,
    )  # fmt: skip
    _lend_papers(whole, case, definition)
    part = Loaded(case, definition, data, loaded.actor, loaded.at, frozenset({Side.APPLICANT}))
    try:
        form = _checked(part)
        data = replace(data, form=form)
        part = replace(part, data=data, case=_about(case, definition, form))
        _check_handler(part)
    except AnswersRefused as refusal:
        problems = [AnswerProblem(ours.get(one.key, one.key), one.message) for one in refusal.problems]
        raise AnswersRefused(problems) from None
    return _send(part, data)


def _lend_papers(whole: CaseFile, part: CaseFile, definition: Definition) -> None:
    """Photos the part asks for under the same name as the whole are in both; the file itself is kept once."""
    slots = {material.key: material.folder for material in definition.materials}
    slots |= {field.key: "" for field in definition.fields if field.kind is FieldKind.PHOTO}
    rows = CaseMaterial.objects.filter(case=whole, removed_at=None, slot__in=slots).order_by("pk")
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=part, slot=row.slot, file_id=row.file_id, added_at=row.added_at, folder=slots[row.slot]
        )
        for row in rows
    )
