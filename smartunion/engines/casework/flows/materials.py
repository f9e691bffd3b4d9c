"""Photographed papers: added and taken back while the applicant holds the case, or by the officer who acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.core.files import intake
from smartunion.engines.casework.definition import FieldKind, Who
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.models import CaseMaterial
from smartunion.engines.casework.queries.materials import SIGNED_SHEET, folder_of, papers_of
from smartunion.engines.casework.rules import CaseState

#: Photos of one signed sheet.
_MOST_SHEETS = 4


def add_photo(
    *, case_id: int, slot: str, data: BinaryIO, name: str, actor: Actor, at: datetime
) -> CaseMaterial:
    """Keep one photo for a paper or photo question. The same picture again is kept once.

    Raises NotVisible, NotAllowed, InvalidInput (no such paper, too many, no picture).
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    limit = _limit(loaded, slot)
    if papers_of(loaded.case).get(slot, 0) >= limit:
        raise InvalidInput(
            _("At most %(limit)s photos fit here.") % {"limit": limit},
            remedy=_("Remove one first if you want to replace it."), field=slot,
        )  # fmt: skip
    stored = intake.keep_photo(actor=actor, data=data, name=name, purpose="case", at=at, field=slot)
    with transaction.atomic():
        same = CaseMaterial.objects.filter(
            case=loaded.case, slot=slot, removed_at=None, file__sha256=stored.sha256
        ).first()
        if same is not None:
            return same
        return CaseMaterial.objects.create(
            case=loaded.case, slot=slot, file=stored, added_at=at, folder=_folder(loaded, slot)
        )


def keep_signed_sheet(
    *, case_id: int, sheets: Sequence[tuple[BinaryIO, str]], actor: Actor, at: datetime
) -> None:
    """Keep photos of the sheet a person at the counter has signed, or of the paper form she brought.

    sheets: streams with their names. Raises NotVisible, NotAllowed (nobody stands at a counter), InvalidInput (none,
    more than four, or no pictures).
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    if (
        not loaded.case.on_behalf
        or loaded.case.state != CaseState.DRAFT
        or Side.APPLICANT not in loaded.sides
    ):
        raise NotAllowed(_("Photos can only be added while the case waits for you."))
    if not sheets:
        raise InvalidInput(
            _("Take a photo of the signed sheet."),
            field="sheet",
            remedy=_("It stands for the code in the case."),
        )
    if len(sheets) > _MOST_SHEETS:
        raise InvalidInput(_("At most %(limit)s photos fit here.") % {"limit": _MOST_SHEETS}, field="sheet")
    stored = [
        intake.keep_photo(actor=actor, data=data, name=name, purpose="case", at=at, field="sheet")
        for data, name in sheets
    ]
    with transaction.atomic():
        CaseMaterial.objects.filter(case=loaded.case, slot=SIGNED_SHEET, removed_at=None).update(
            removed_at=at
        )
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=loaded.case, slot=SIGNED_SHEET, file=one, added_at=at) for one in stored
        )


@transaction.atomic
def reuse_papers(*, case_id: int, slot: str, actor: Actor, at: datetime) -> list[CaseMaterial]:
    """Put the papers of this kind that the applicant gave last into the case; nothing is sent twice.

    Raises NotVisible, NotAllowed, InvalidInput (nothing of this kind in her folder, or too many).
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    limit, folder = _limit(loaded, slot), _folder(loaded, slot)
    kept = folder_of(loaded.case).get(folder) if folder else None
    if kept is None:
        raise InvalidInput(
            _("There is no paper of this kind in the folder any more."),
            remedy=_("Take a photo of it."),
            field=slot,
        )
    held = set(
        CaseMaterial.objects.filter(case=loaded.case, slot=slot, removed_at=None).values_list(
            "file_id", flat=True
        )
    )
    fresh = [row for row in kept.rows if row.file_id not in held]
    if len(held) + len(fresh) > limit:
        raise InvalidInput(_("At most %(limit)s photos fit here.") % {"limit": limit}, field=slot)
    return CaseMaterial.objects.bulk_create(
        CaseMaterial(case=loaded.case, slot=slot, file_id=row.file_id, added_at=at, folder=folder)
        for row in fresh
    )


@transaction.atomic
def stop_reusing(*, folder: str, actor: Actor, at: datetime) -> int:
    """Take one kind of paper out of the actor's own folder; the cases it was given for keep it. Raises NotVisible."""
    mine = CaseMaterial.objects.filter(case__person=actor.person_id or -1, folder=folder).exclude(folder="")
    count = mine.update(folder="")
    if not count:
        raise NotVisible
    audit.record(
        actor,
        "casework.paper_taken_out",
        at=at,
        owner_person_id=actor.person_id,
        data={"folder": folder, "count": count},
    )
    return count


def _folder(loaded: Loaded, slot: str) -> str:
    """The folder a slot's papers belong to, empty for those of this case alone."""
    return next((material.folder for material in loaded.definition.materials if material.key == slot), "")


@transaction.atomic
def remove_photo(*, case_id: int, material_id: int, actor: Actor, at: datetime) -> None:
    """Take a photo back; what was already sent stays in the history. Raises NotVisible, NotAllowed."""
    loaded = load(case_id=case_id, actor=actor, at=at)
    row = CaseMaterial.objects.filter(pk=material_id, case=loaded.case, removed_at=None).first()
    if row is None:
        raise NotVisible
    _limit(loaded, row.slot)
    CaseMaterial.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at)


def _limit(loaded: Loaded, slot: str) -> int:
    """How many photos this person may put into the slot now. Raises NotAllowed, InvalidInput."""
    limits: dict[str, int] = {}
    state = CaseState(loaded.case.state)
    if Side.APPLICANT in loaded.sides and state in {CaseState.DRAFT, CaseState.SUPPLEMENT}:
        limits |= {material.key: material.max_files for material in loaded.definition.materials}
        limits |= {f.key: f.maximum or 9 for f in loaded.definition.fields if f.kind is FieldKind.PHOTO}
    step = loaded.step
    if step is not None:
        may = Side.APPLICANT in loaded.sides if step.who is Who.APPLICANT else Side.DESK in loaded.sides
        if may:
            limits |= {f.key: f.maximum or 9 for f in step.form if f.kind is FieldKind.PHOTO}
    if not limits:
        raise NotAllowed(_("Photos can only be added while the case waits for you."))
    if slot not in limits:
        raise InvalidInput(_("This service does not ask for such a paper."), field=slot[:40])
    return limits[slot]
