"""A hazard is put right with a picture and checked on the spot by somebody else."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.clock import local_date
from smartunion.core.errors import DutiesApart, InvalidInput
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.systems.matters.flows.hazards.base import (
    MOST_PHOTOS,
    On,
    day_name,
    held,
    intake_limit,
    keep_event,
    keep_photo,
    move,
    right_until,
    said_in,
    tell_officer,
    tell_reporters,
    until_day,
)
from smartunion.systems.matters.flows.hazards.telling import Upload
from smartunion.systems.matters.kinds import HAZARD_CLOSED
from smartunion.systems.matters.models import Hazard, HazardPhoto
from smartunion.systems.matters.rules.hazards import HazardState


@transaction.atomic
def rectify(*, on: On, note: str, photos: Sequence[Upload]) -> Hazard:
    """The safety officer, or the union, shows in a picture that it was put right.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming note or photos.
    """
    hazard = get_visible(Hazard.objects.visible_to(on.actor).select_related("union"), on.hazard_id)
    if hazard.officer_id != on.actor.user_id:
        on.actor.check_can("cases.handle", path=hazard.path)
    said = said_in(note, "note", _("Say in a sentence what was done."))
    if not photos:
        raise InvalidInput(
            _("A picture shows that it was put right."), field="photos", remedy=_("Take one at the place.")
        )
    files = [keep_photo(upload.data.read(intake_limit()), on.at) for upload in photos[:MOST_PHOTOS]]
    move(
        hazard, HazardState.RECTIFIED, on, answer=said, rectified_at=on.at, rectifier_id=on.actor.user_id,
        due_at=until_day("matters.hazard_check_days", hazard.path, on.at), escalated_at=None,
    )  # fmt: skip
    HazardPhoto.objects.bulk_create(
        HazardPhoto(hazard=hazard, file=kept, is_proof=True, added_at=on.at) for kept in files
    )
    keep_event(hazard, "rectified", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_rectified", hazard, at=on.at)
    tell_reporters(
        hazard, _("It was put right: %(said)s It is checked on the spot next.") % {"said": said}, on.at
    )
    return hazard


@transaction.atomic
def check(*, on: On, is_right: bool, note: str) -> Hazard:
    """Somebody else than who put it right looks on the spot: closed, or back to be put right.

    Raises NotVisible, DutiesApart (the same person), StaleState; InvalidInput naming note.
    """
    hazard = held(on)
    if on.actor.user_id is not None and hazard.rectifier_id == on.actor.user_id:
        raise DutiesApart(
            _("You put it right yourself; somebody else looks whether it is."),
            remedy=_("Ask a colleague of your union or of the one above."),
        )
    said = said_in(note, "note", _("Say what you saw on the spot."))
    if is_right:
        move(hazard, HazardState.CLOSED, on, closed_at=on.at, due_at=None)
        ledger.record(
            actor=on.actor, kind=HAZARD_CLOSED, key=f"hazard_closed:{hazard.pk}", happened_on=local_date(on.at), at=on.at,
            path=hazard.path, subject=hazard, attrs={"kind": hazard.kind},
        )  # fmt: skip
        told = _("Checked on the spot: %(said)s Thank you for watching out!") % {"said": said}
    else:
        until = right_until(hazard.path, hazard.level, on.at)
        move(hazard, HazardState.ASSIGNED, on, due_at=until, rectified_at=None, rectifier_id=None)
        told = _("Checked on the spot, not right yet: %(said)s New day: %(day)s.") % {
            "said": said,
            "day": day_name(until),
        }
        tell_officer(hazard, told, on.at)
    keep_event(hazard, "checked" if is_right else "not_right", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_checked", hazard, at=on.at, data={"is_right": is_right})
    tell_reporters(hazard, told, on.at)
    return hazard
