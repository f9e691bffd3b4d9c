"""Hazards: told with a picture, given to a safety officer, put right with proof, checked on the spot (S083, S085).

Whoever tells of a hazard is protected (Work Safety Law art. 54): what she does here leaves no name, no account and no file
of hers behind but one sealed row, which is opened to tell her what came of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import STRANGER, Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files.exif import Spot, spot_of
from smartunion.core.ids import readable
from smartunion.engines.casework import service as casework
from smartunion.ground.facts import ledger
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.ground.registry.queries import federation_for
from smartunion.systems.matters.flows.hazards.base import (
    MOST_PHOTOS,
    intake_limit,
    keep_event,
    keep_photo,
    put_reporter,
    said_in,
    until_day,
)
from smartunion.systems.matters.kinds import HAZARD_REPORTED
from smartunion.systems.matters.models import Hazard, HazardPhoto
from smartunion.systems.matters.rules.hazards import WAITING, HazardKind, PlaceFrom


@dataclass(frozen=True)
class Upload:
    """A picture as it was sent."""

    data: BinaryIO
    name: str = "photo.jpg"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody tells of a hazard.

    kind: one of HazardKind; at_work: at her own workplace, her union sees to it; else region: code of the place;
    spot: where the phone says it is, taken when no picture says where it was; is_named: the intake may know who she is.
    """

    client_id: UUID
    kind: str
    about: str = ""
    place: str = ""
    region: str = ""
    at_work: bool = False
    spot: Spot | None = None
    is_named: bool = False
    photos: Sequence[Upload] = field(default_factory=tuple)
    source: str = "portal"


def report(*, actor: Actor, data: Told, at: datetime) -> Hazard:
    """Take a hazard in; sending the same again takes it in once.

    Raises NotAllowed (nobody signed in and not from another system); InvalidInput naming kind, photos, region, about.
    """
    if actor.user_id is None and data.source == "portal":
        raise NotAllowed(_("Please sign in: otherwise you could not be told what came of it."))
    again = Hazard.objects.filter(client_id=data.client_id).first()
    if again is not None:
        return again
    _check_told(data)
    raws = [upload.data.read(intake_limit()) for upload in data.photos]
    seen = next((spot for raw in raws if (spot := spot_of(raw)) is not None), None)
    union, region = _home(actor, data)
    files = [keep_photo(raw, at) for raw in raws]
    with transaction.atomic():
        hazard = Hazard.objects.create(
            client_id=data.client_id, reference=f"{local_date(at):%y%m%d}-{readable(6)}", union=union, path=union.path,
            region=region, place=squeeze(data.place)[:200] or (union.name if data.at_work else ""), kind=data.kind,
            about=squeeze(data.about)[:500], reported_at=at, updated_at=at, source=data.source,
            due_at=until_day("matters.hazard_look_days", union.path, at), **_where(seen, data.spot),
        )  # fmt: skip
        HazardPhoto.objects.bulk_create(HazardPhoto(hazard=hazard, file=kept, added_at=at) for kept in files)
        _attach(hazard, actor, is_named=data.is_named, at=at)
        keep_event(hazard, "reported", STRANGER, at)
        audit.record(STRANGER, "matters.hazard_reported", hazard, at=at, data={"kind": hazard.kind})
        ledger.record(
            actor=STRANGER, kind=HAZARD_REPORTED, key=f"hazard:{hazard.pk}", happened_on=local_date(at), at=at,
            path=hazard.path, subject=hazard, attrs={"kind": hazard.kind},
        )  # fmt: skip
    return hazard


@transaction.atomic
def join(*, actor: Actor, hazard_id: int, is_named: bool, at: datetime) -> Hazard:
    """Say that one saw the same hazard; one is told of it from now on. Raises NotVisible, NotAllowed, StaleState."""
    if actor.user_id is None:
        raise NotAllowed(_("Please sign in: otherwise you could not be told what came of it."))
    hazard = Hazard.objects.filter(pk=hazard_id).first()
    if hazard is None:
        raise NotVisible
    if hazard.state not in WAITING:
        raise StaleState(
            _("This hazard is settled already."), remedy=_("If it is there again, send it as a new one.")
        )
    if _attach(hazard, actor, is_named=is_named, at=at):
        Hazard.objects.filter(pk=hazard.pk).update(reports=F("reports") + 1)
        keep_event(hazard, "also_seen", STRANGER, at)
    hazard.refresh_from_db()
    return hazard


@transaction.atomic
def tell_more(*, actor: Actor, hazard_id: int, words: str, photos: Sequence[Upload], at: datetime) -> Hazard:
    """What was missing, from somebody who told of it; she stays unnamed.

    Raises NotVisible; StaleState when nothing is asked now; InvalidInput naming words or photos.
    """
    hazard = Hazard.objects.of_reporter(actor).filter(pk=hazard_id).first()
    if hazard is None:
        raise NotVisible
    if not hazard.waits_for_reporter:
        raise StaleState(
            _("Nothing is asked about this hazard now."), remedy=_("Reload the page to see where it is.")
        )
    if not photos:
        said_in(words, "words", _("Write what was asked, or take another picture."))
    if len(photos) > MOST_PHOTOS:
        raise InvalidInput(_("At most %(limit)s pictures, please.") % {"limit": MOST_PHOTOS}, field="photos")
    files = [keep_photo(upload.data.read(intake_limit()), at) for upload in photos]
    HazardPhoto.objects.bulk_create(HazardPhoto(hazard=hazard, file=kept, added_at=at) for kept in files)
    keep_event(hazard, "told_more", STRANGER, at, squeeze(words)[:500])
    Hazard.objects.filter(pk=hazard.pk).update(version=F("version") + 1, updated_at=at)
    audit.record(STRANGER, "matters.hazard_told_more", hazard, at=at, data={"photos": len(files)})
    hazard.refresh_from_db()
    return hazard


def _check_told(data: Told) -> None:
    if data.kind not in HazardKind.values:
        raise InvalidInput(_("Choose what is dangerous."), field="kind")
    if not data.photos and len(squeeze(data.about)) < 4:
        raise InvalidInput(
            _("Take a picture, or say in a sentence what is dangerous."), field="photos",
            remedy=_("A picture says most; a sentence will do where taking one is not safe."),
        )  # fmt: skip
    if len(data.photos) > MOST_PHOTOS:
        raise InvalidInput(_("At most %(limit)s pictures, please.") % {"limit": MOST_PHOTOS}, field="photos")


def _home(actor: Actor, data: Told) -> tuple[TradeUnion, Region | None]:
    """Who sees to it: her own union for her own workplace, else the federation of the place. Raises InvalidInput."""
    if data.at_work:
        own = casework.own_union(actor.person_id)
        if own is not None:
            return own, own.region
        if not data.region:
            raise InvalidInput(
                _("No union of your workplace is known yet."),
                field="region",
                remedy=_("Choose the town or street."),
            )
    region = Region.objects.filter(code=data.region.strip()).first() if data.region.strip() else None
    if region is None:
        raise InvalidInput(
            _("Where is it? Choose the town or street from the list."), field="region",
            remedy=_("Write part of the name and choose."),
        )  # fmt: skip
    union = federation_for(region)
    if union is None:
        raise InvalidInput(_("No union looks after this place here."), field="region")
    return union, region


def _where(seen: Spot | None, device: Spot | None) -> dict[str, Any]:
    spot = seen or device
    if spot is None:
        return {}
    return {"lon": spot.lon, "lat": spot.lat, "place_from": PlaceFrom.PHOTO if seen else PlaceFrom.DEVICE}


def _attach(hazard: Hazard, actor: Actor, *, is_named: bool, at: datetime) -> bool:
    if actor.user_id is None:
        return False
    return put_reporter(hazard, str(actor.user_id), is_named=is_named, at=at)
