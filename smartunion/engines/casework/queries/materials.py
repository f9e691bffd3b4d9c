"""Papers of cases."""

from dataclasses import dataclass

from django.db.models import Count

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.files.models import StoredFile
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.models import CaseFile, CaseMaterial


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


def labels_of(definition: Definition) -> dict[str, str]:
    """What each slot is called: papers, photo questions of the form and of every step."""
    fields = [*definition.fields, *(field for step in definition.steps for field in step.form)]
    return {field.key: str(field.label) for field in fields} | {
        m.key: str(m.label) for m in definition.materials
    }


def photo_for(*, case_id: int, material_id: int, actor: Actor) -> StoredFile:
    """One photo of a case the actor may see. Raises NotVisible."""
    case = CaseFile.objects.visible_to(actor).filter(pk=case_id).only("pk").first()
    row = (
        CaseMaterial.objects.filter(pk=material_id, case=case).select_related("file").first()
        if case
        else None
    )
    if row is None:
        raise NotVisible
    return row.file
