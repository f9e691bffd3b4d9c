"""Papers of cases."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.files.models import StoredFile
from smartunion.engines.casework.definition import Definition, FieldKind, Who
from smartunion.engines.casework.models import CaseFile, CaseMaterial
from smartunion.engines.casework.queries.versions import definition_for, definitions_of
from smartunion.engines.casework.rules import CaseState

#: Slot of what a person signed at the counter; no key a definition could have.
SIGNED_SHEET = "_signed_sheet"


@dataclass(frozen=True)
class Paper:
    """One kind of paper of a case with its photos."""

    key: str
    label: str
    help: str
    is_required: bool
    max_files: int
    photos: tuple[CaseMaterial, ...]


def papers_of(case: CaseFile) -> dict[str, int]:
    """Number of files by paper or photo question."""
    rows = CaseMaterial.objects.filter(case=case, removed_at=None).values_list("slot")
    return dict(rows.annotate(count=Count("id")))


def photos_of(case: CaseFile) -> dict[str, list[CaseMaterial]]:
    """Files in the order they were added, by paper or photo question."""
    found: dict[str, list[CaseMaterial]] = {}
    for row in CaseMaterial.objects.filter(case=case, removed_at=None).select_related("file").order_by("id"):
        found.setdefault(row.slot, []).append(row)
    return found


@dataclass(frozen=True)
class Kept:
    """A paper of one kind in a person's folder: when and for what it was given last, and its photos."""

    title: str
    given_at: datetime
    rows: tuple[CaseMaterial, ...]


def folder_of(case: CaseFile) -> dict[str, Kept]:
    """What the applicant of a case has given before, newest of each kind; by kind. One query.

    Only papers of cases that concern the same person: an officer who fills in for many does not carry them across.
    """
    if case.person_id is None:
        return {}
    return _newest(CaseMaterial.objects.filter(case__person=case.person_id).exclude(case=case))


@dataclass(frozen=True)
class Folder:
    """A kind of paper in somebody's folder. label: as the form called it that asked for it last."""

    key: str
    label: str
    kept: Kept


def folder_of_person(person_id: int | None) -> list[Folder]:
    """Everything in a person's folder, newest first. Two queries."""
    if person_id is None:
        return []
    found = _newest(CaseMaterial.objects.filter(case__person=person_id))
    cases = {key: kept.rows[0].case for key, kept in found.items()}
    definitions = definitions_of(cases.values())
    return [
        Folder(key, labels_of(definitions[cases[key].service_version_id]).get(kept.rows[0].slot, key), kept)
        for key, kept in found.items()
    ]


def _newest(rows: "QuerySet[CaseMaterial]") -> dict[str, Kept]:
    found: dict[str, list[CaseMaterial]] = {}
    given = rows.filter(removed_at=None).exclude(folder="").exclude(case__state=CaseState.DRAFT)
    for row in given.select_related("case", "file").order_by("-case_id", "id")[:200]:
        same = found.setdefault(row.folder, [])
        if not same or same[0].case_id == row.case_id:
            same.append(row)
    return {key: Kept(same[0].case.title, same[0].added_at, tuple(same)) for key, same in found.items()}


def labels_of(definition: Definition) -> dict[str, str]:
    """What each slot is called: papers, photo questions of the form and of every step, the sheet signed at a counter."""
    fields = [*definition.fields, *(field for step in definition.steps for field in step.form)]
    return (
        {field.key: str(field.label) for field in fields}
        | {m.key: str(m.label) for m in definition.materials}
        | {SIGNED_SHEET: _("Signed sheet")}
    )


def inner_slots(definition: Definition) -> frozenset[str]:
    """Photo questions of offices that the applicant does not see."""
    desk = [step for step in definition.steps if step.who is Who.DESK]
    return frozenset(
        f.key for step in desk for f in step.form if f.kind is FieldKind.PHOTO and not f.is_public
    )


def photo_for(*, case_id: int, material_id: int, actor: Actor) -> StoredFile:
    """One photo of a case the actor may see; the applicant does not see an office's inner ones. Raises NotVisible."""
    case = CaseFile.objects.visible_to(actor).filter(pk=case_id).select_related("service_version").first()
    row = (
        CaseMaterial.objects.filter(pk=material_id, case=case).select_related("file").first()
        if case
        else None
    )
    if case is None or row is None:
        raise NotVisible
    if row.slot in inner_slots(definition_for(case)) and not actor.can("cases.view", path=case.path):
        raise NotVisible
    return row.file
