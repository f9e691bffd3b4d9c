"""Drafts: begun, saved as often as the phone likes, thrown away."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.engines.casework.answers import raw_from_json
from smartunion.engines.casework.casedata import CaseData, Contact
from smartunion.engines.casework.definition import Definition, FieldKind
from smartunion.engines.casework.flows.forgetting import drop_papers
from smartunion.engines.casework.handlers import PrefillAsk, handler_of
from smartunion.engines.casework.models import CaseFile, CaseMaterial, ServiceVersion
from smartunion.engines.casework.prefill import prefilled
from smartunion.engines.casework.queries.serving import version_at, version_for
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.engines.casework.rules import ENDED_WITHOUT, CaseState
from smartunion.ground.registry.queries import people_by_mobile


def new_reference(on: date) -> str:
    """A reference people can read aloud: yymmdd-XXXXXX, six unambiguous letters and digits."""
    return f"{on:%y%m%d}-{readable(6)}"


@transaction.atomic
def start_draft(
    *, service_key: str, actor: Actor, at: datetime, client_id: UUID, context: dict[str, str] | None = None
) -> CaseFile:
    """Begin a case for oneself with everything already known filled in.

    The same client_id again, or an unsent draft of the same service and context, gives that draft.
    A union's own version of the service stands in for it. Raises NotVisible (no such service), NotAllowed (not signed
    in, or for staff only), NotServed (a service of a union that does not serve her).
    """
    version = version_for(service_key, actor)
    definition = definition_of(version)
    _check_audience(definition, actor)
    handler = handler_of(definition)
    ask = PrefillAsk(actor, context or {}, at)
    kept = handler.context(ask)
    known = _unsent(actor, definition.key, client_id, kept)
    if known is not None:
        return known
    data = CaseData(form=prefilled(definition, handler, ask), context=kept)
    return _create(version, definition, actor, at, client_id, data, on_behalf=False)


@transaction.atomic
def start_again(*, case_id: int, actor: Actor, at: datetime, client_id: UUID) -> CaseFile:
    """Begin anew what was refused or withdrawn, with the answers and papers of then; she puts right what was wrong.

    An unsent draft of the same service and context is gone on with instead. Raises NotVisible (not her own case, it
    ended otherwise, or the service takes no new cases), NotAllowed, NotServed.
    """
    if actor.user_id is None:
        raise NotVisible
    ended = CaseFile.objects.filter(user_id=actor.user_id, state__in=ENDED_WITHOUT, on_behalf=False)
    before = get_visible(ended, case_id)
    version = version_for(before.service_key, actor)
    definition = definition_of(version)
    _check_audience(definition, actor)
    data = CaseData.load(before.data)
    known = _unsent(actor, definition.key, client_id, data.context)
    if known is not None:
        return known
    data = CaseData(form=raw_from_json(definition.fields, data.form), context=data.context)
    case = _create(version, definition, actor, at, client_id, data, on_behalf=False)
    _take_papers_along(before, case, definition, at)
    return case


def _take_papers_along(before: CaseFile, case: CaseFile, definition: Definition, at: datetime) -> None:
    """The same files: nothing is photographed twice."""
    photos = {field.key for field in definition.fields if field.kind is FieldKind.PHOTO}
    slots = photos | {material.key for material in definition.materials}
    rows = CaseMaterial.objects.filter(case=before, removed_at=None, slot__in=slots).order_by("pk")
    CaseMaterial.objects.bulk_create(
        CaseMaterial(case=case, slot=row.slot, file_id=row.file_id, added_at=at, folder=row.folder)
        for row in rows
    )


@transaction.atomic
def start_on_behalf(
    *, service_key: str, actor: Actor, at: datetime, client_id: UUID, name: str, mobile: str, path: str
) -> CaseFile:
    """Begin a case at the counter for somebody who stands there; she is told, and sees it under her own phone.

    path: union at whose counter it is; the officer must handle cases there.
    Raises NotVisible, NotAllowed, InvalidInput.
    """
    actor.check_can("cases.handle", path=path)
    found = phone.check_mobile(mobile)
    if not found.ok:
        raise InvalidInput(found.messages[0], field="mobile")
    if not name.strip():
        raise InvalidInput(_("Please write the name of the person."), field="name")
    known = CaseFile.objects.filter(client_id=client_id, user_id=actor.user_id).first()
    if known is not None:
        return known
    version = version_at(service_key, path)
    definition = definition_of(version)
    # Families share phones: only somebody of the same name is she.
    person = next((one for one in people_by_mobile(found.code) if one.name == squeeze(name)), None)
    data = CaseData(contact=Contact(squeeze(name)[:60], found.code))
    case = _create(version, definition, actor, at, client_id, data, on_behalf=True)
    CaseFile.objects.filter(pk=case.pk).update(person=person)
    case.person = person
    audit.record(
        actor, "casework.case_begun_on_behalf", case, at=at, owner_person_id=person.pk if person else None,
        on_behalf_of=person.pk if person else None,
    )  # fmt: skip
    return case


@transaction.atomic
def save_draft(*, case_id: int, raw: dict[str, object], actor: Actor, at: datetime) -> CaseFile:
    """Keep what has been filled in so far, right or wrong. Only the account that began it; the last save wins.

    Raises NotVisible, StaleState (it was sent meanwhile).
    """
    case = own_draft(case_id, actor)
    definition = definition_of(case.service_version)
    data = CaseData.load(case.data)
    form = raw_from_json(definition.fields, raw)
    changed = CaseFile.objects.filter(pk=case.pk, state=CaseState.DRAFT).update(
        data=replace(data, form=form).dump(), updated_at=at, version=F("version") + 1
    )
    if changed != 1:
        raise StaleState(_("This form has already been sent."), remedy=_("Open the case to see where it is."))
    case.refresh_from_db()
    return case


@transaction.atomic
def discard_draft(*, case_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away with everything in it. Raises NotVisible."""
    case = own_draft(case_id, actor)
    audit.record(actor, "casework.draft_discarded", case, at=at, data={"service": case.service_key})
    drop_papers(CaseMaterial.objects.filter(case=case))
    case.delete()


@transaction.atomic
def hand_draft(*, case_id: int, to_user_id: int, actor: Actor, at: datetime) -> CaseFile:
    """Give an unsent form of one's own to a colleague, who goes on with it; forms begun for a person stay with them.

    Raises NotVisible, InvalidInput, StaleState (it was sent meanwhile).
    """
    case = own_draft(case_id, actor)
    if case.on_behalf or case.person_id not in {None, actor.person_id}:
        raise InvalidInput(_("This form belongs to the person it was begun for."), field="draft")
    moved = CaseFile.objects.filter(pk=case.pk, state=CaseState.DRAFT, user_id=actor.user_id).update(
        user_id=to_user_id, person=None, updated_at=at, version=F("version") + 1
    )
    if moved != 1:
        raise StaleState
    audit.record(actor, "casework.draft_handed", case, at=at, data={"to": to_user_id})
    case.refresh_from_db()
    return case


def own_draft(case_id: int, actor: Actor) -> CaseFile:
    """The draft, if this account began it. Raises NotVisible."""
    if actor.user_id is None:
        raise NotVisible
    mine = CaseFile.objects.filter(user_id=actor.user_id, state=CaseState.DRAFT)
    return get_visible(mine.select_related("service_version", "person"), case_id)


def _check_audience(definition: Definition, actor: Actor) -> None:
    if not actor.is_known:
        raise NotAllowed(_("Please sign in first, so that we can tell you how it goes on."))
    if definition.audience == "staff" and not actor.grants:
        raise NotVisible


def _unsent(actor: Actor, service_key: str, client_id: UUID, context: dict[str, str]) -> CaseFile | None:
    known = CaseFile.objects.filter(client_id=client_id).first()
    if known is not None:
        if known.user_id != actor.user_id:
            raise StaleState
        return known
    drafts = CaseFile.objects.filter(
        user_id=actor.user_id, service_key=service_key, state=CaseState.DRAFT, on_behalf=False
    ).order_by("-id")
    return next((draft for draft in drafts[:5] if CaseData.load(draft.data).context == context), None)


def _create(
    version: ServiceVersion, definition: Definition, actor: Actor, at: datetime, client_id: UUID, data: CaseData,
    *, on_behalf: bool,
) -> CaseFile:  # fmt: skip
    try:
        with transaction.atomic():
            return CaseFile.objects.create(
                client_id=client_id, reference=new_reference(local_date(at)), service_version=version,
                service_key=definition.key, title=str(definition.title)[:120], state=CaseState.DRAFT,
                user_id=actor.user_id, person_id=None if on_behalf else actor.person_id, on_behalf=on_behalf,
                path="", data=data.dump(), created_at=at, updated_at=at, is_narrow=definition.is_narrow,
            )  # fmt: skip
    except IntegrityError:
        known = CaseFile.objects.filter(client_id=client_id, user_id=actor.user_id).first()
        if known is None:
            raise
        return known
