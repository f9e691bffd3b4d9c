"""Hazards: told with a picture, given to a safety officer, put right with proof, checked on the spot (S083, S085).

Whoever tells of a hazard is protected (Work Safety Law art. 54): what she does here leaves no name, no account and no file
of hers behind but one sealed row, which is opened to tell her what came of it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import STRANGER, Actor, system
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.files import intake
from smartunion.core.files.exif import Spot, spot_of
from smartunion.core.files.models import StoredFile
from smartunion.core.ids import readable
from smartunion.core.paths import is_under
from smartunion.core.reading import get_visible
from smartunion.engines.casework import service as casework
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.queries import holders
from smartunion.ground.facts import ledger
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.ground.registry.queries import federation_for
from smartunion.systems.matters.kinds import HAZARD_CLOSED, HAZARD_REPORTED
from smartunion.systems.matters.models import (
    Hazard,
    HazardEvent,
    HazardPhoto,
    HazardReporter,
    SafetyOfficer,
)
from smartunion.systems.matters.rules.hazards import (
    HAZARD_MOVES,
    WAITING,
    HazardKind,
    HazardLevel,
    HazardState,
    PlaceFrom,
)

TEMPLATES = (
    notices.Template(
        "matters.hazard",
        gettext_lazy("Hazard %(reference)s: %(state)s"),
        gettext_lazy("%(text)s"),
        channels=(),
    ),
)
#: Pictures of one report, and of one proof.
MOST_PHOTOS = 4


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
    files = [_keep(raw, at) for raw in raws]
    with transaction.atomic():
        hazard = Hazard.objects.create(
            client_id=data.client_id, reference=f"{local_date(at):%y%m%d}-{readable(6)}", union=union, path=union.path,
            region=region, place=squeeze(data.place)[:200] or (union.name if data.at_work else ""), kind=data.kind,
            about=squeeze(data.about)[:500], reported_at=at, updated_at=at, source=data.source,
            due_at=_until("matters.hazard_look_days", union.path, at), **_where(seen, data.spot),
        )  # fmt: skip
        HazardPhoto.objects.bulk_create(HazardPhoto(hazard=hazard, file=kept, added_at=at) for kept in files)
        _attach(hazard, actor, is_named=data.is_named, at=at)
        _keep_event(hazard, "reported", STRANGER, at)
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
        _keep_event(hazard, "also_seen", STRANGER, at)
    hazard.refresh_from_db()
    return hazard


@dataclass(frozen=True)
class On:
    """Who acts on which hazard, in the version she saw, and when."""

    actor: Actor
    hazard_id: int
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Order:
    """How the intake decides. officer_id: account of the safety officer; demand: what is to be done."""

    level: str
    officer_id: int
    demand: str = ""
    is_open_photo: bool = False


@transaction.atomic
def assign(*, on: On, data: Order) -> Hazard:
    """Give it to a safety officer to be put right within the policy's days; whoever told of it is told.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming level or officer.
    """
    hazard = _held(on)
    if data.level not in HazardLevel.values:
        raise InvalidInput(_("Choose how grave it is."), field="level")
    officer = SafetyOfficer.objects.serving().filter(user_id=data.officer_id).order_by("pk").first()
    if officer is None or not _belongs(hazard, officer):
        raise InvalidInput(
            _("This is no safety officer of the union or of one above or below it."), field="officer",
            remedy=_("Choose one from the list, or appoint one first."),
        )  # fmt: skip
    until = _right_until(hazard.path, data.level, on.at)
    _move(
        hazard, HazardState.ASSIGNED, on, level=data.level, officer_id=officer.user_id,
        officer_name=officer.name, demand=squeeze(data.demand)[:500], is_open_photo=data.is_open_photo, due_at=until,
        escalated_at=None,
    )  # fmt: skip
    _keep_event(hazard, "assigned", on.actor, on.at, hazard.demand)
    audit.record(
        on.actor,
        "matters.hazard_assigned",
        hazard,
        at=on.at,
        data={"officer": officer.user_id, "level": data.level},
    )
    day = _day(until)
    _tell_officer(hazard, _("Please have it put right by %(day)s and show it in a picture. %(demand)s")
                  % {"day": day, "demand": hazard.demand}, on.at)  # fmt: skip
    _tell_reporters(
        hazard,
        _("%(union)s is having it put right, by %(day)s.") % {"union": hazard.union.name, "day": day},
        on.at,
    )
    return hazard


@transaction.atomic
def refuse(*, on: On, reason: str) -> Hazard:
    """Not a hazard: say why. Raises NotVisible, NotAllowed, StaleState; InvalidInput naming reason."""
    hazard = _held(on)
    said = _said(reason, "reason", _("Say why: whoever told of it reads this."))
    _move(hazard, HazardState.REFUSED, on, answer=said, closed_at=on.at, due_at=None)
    _keep_event(hazard, "refused", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_refused", hazard, at=on.at)
    _tell_reporters(hazard, said, on.at)
    return hazard


@transaction.atomic
def ask_more(*, on: On, question: str) -> Hazard:
    """Ask those who told of it for what is missing, before it is given to anybody; nobody learns who they are.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming question.
    """
    hazard = _held(on)
    said = _said(question, "question", _("Say what is missing: whoever told of it reads this."))
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state=HazardState.REPORTED)
    if rows.update(version=on.version + 1, updated_at=on.at) != 1:
        raise _stale(hazard)
    hazard.refresh_from_db()
    _keep_event(hazard, "asked", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_asked", hazard, at=on.at)
    _tell_reporters(
        hazard, _("Please tell us more: %(said)s Nobody learns who answers.") % {"said": said}, on.at
    )
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
        _said(words, "words", _("Write what was asked, or take another picture."))
    if len(photos) > MOST_PHOTOS:
        raise InvalidInput(_("At most %(limit)s pictures, please.") % {"limit": MOST_PHOTOS}, field="photos")
    files = [_keep(upload.data.read(intake_limit()), at) for upload in photos]
    HazardPhoto.objects.bulk_create(HazardPhoto(hazard=hazard, file=kept, added_at=at) for kept in files)
    _keep_event(hazard, "told_more", STRANGER, at, squeeze(words)[:500])
    Hazard.objects.filter(pk=hazard.pk).update(version=F("version") + 1, updated_at=at)
    audit.record(STRANGER, "matters.hazard_told_more", hazard, at=at, data={"photos": len(files)})
    hazard.refresh_from_db()
    return hazard


@transaction.atomic
def pass_on(*, on: On, union_id: int) -> Hazard:
    """Hand a hazard that has not been given to anybody yet to the union it belongs to.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming union.
    """
    hazard = _held(on)
    union = TradeUnion.objects.filter(pk=union_id).exclude(state="closed").first()
    if union is None or union.pk == hazard.union_id:
        raise InvalidInput(_("Choose another union."), field="union")
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state=HazardState.REPORTED)
    if rows.update(union=union, path=union.path, version=on.version + 1, updated_at=on.at) != 1:
        raise _stale(hazard)
    before = hazard.union.name
    hazard.refresh_from_db()
    _keep_event(hazard, "passed_on", on.actor, on.at, f"{before} → {union.name}")
    audit.record(on.actor, "matters.hazard_passed_on", hazard, at=on.at, data={"union": union.pk})
    return hazard


@transaction.atomic
def join_to(*, on: On, other: str) -> Hazard:
    """The same hazard was told of before: put this one to that one, with everybody who told of it.

    other: its reference. Raises NotVisible, NotAllowed, StaleState; InvalidInput naming other.
    """
    hazard = _held(on)
    first = (
        Hazard.objects.visible_to(on.actor).filter(reference=other.strip().upper(), state__in=WAITING).first()
    )
    if first is None or first.pk == hazard.pk:
        raise InvalidInput(
            _("There is no open hazard with this reference in your reach."), field="other",
            remedy=_("Write the reference as it stands in the list."),
        )  # fmt: skip
    _move(hazard, HazardState.JOINED, on, joined_to=first, closed_at=on.at, due_at=None)
    moved = 0
    for row in HazardReporter.objects.filter(hazard=hazard):
        moved += _put_reporter(first, row.who, is_named=row.is_named, at=on.at)
    Hazard.objects.filter(pk=first.pk).update(reports=F("reports") + moved, updated_at=on.at)
    _keep_event(hazard, "joined", on.actor, on.at, first.reference)
    _keep_event(first, "also_seen", on.actor, on.at, hazard.reference)
    audit.record(on.actor, "matters.hazard_joined", hazard, at=on.at, data={"to": first.pk})
    _tell_reporters(
        hazard, _("It is being seen to as %(reference)s.") % {"reference": first.reference}, on.at
    )
    return hazard


@transaction.atomic
def rectify(*, on: On, note: str, photos: Sequence[Upload]) -> Hazard:
    """The safety officer, or the union, shows in a picture that it was put right.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming note or photos.
    """
    hazard = get_visible(Hazard.objects.visible_to(on.actor).select_related("union"), on.hazard_id)
    if hazard.officer_id != on.actor.user_id:
        on.actor.check_can("cases.handle", path=hazard.path)
    said = _said(note, "note", _("Say in a sentence what was done."))
    if not photos:
        raise InvalidInput(
            _("A picture shows that it was put right."), field="photos", remedy=_("Take one at the place.")
        )
    files = [_keep(upload.data.read(intake_limit()), on.at) for upload in photos[:MOST_PHOTOS]]
    _move(
        hazard, HazardState.RECTIFIED, on, answer=said, rectified_at=on.at, rectifier_id=on.actor.user_id,
        due_at=_until("matters.hazard_check_days", hazard.path, on.at), escalated_at=None,
    )  # fmt: skip
    HazardPhoto.objects.bulk_create(
        HazardPhoto(hazard=hazard, file=kept, is_proof=True, added_at=on.at) for kept in files
    )
    _keep_event(hazard, "rectified", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_rectified", hazard, at=on.at)
    _tell_reporters(
        hazard, _("It was put right: %(said)s It is checked on the spot next.") % {"said": said}, on.at
    )
    return hazard


@transaction.atomic
def check(*, on: On, is_right: bool, note: str) -> Hazard:
    """Somebody else than who put it right looks on the spot: closed, or back to be put right.

    Raises NotVisible, NotAllowed (the same person), StaleState; InvalidInput naming note.
    """
    hazard = _held(on)
    if on.actor.user_id is not None and hazard.rectifier_id == on.actor.user_id:
        raise NotAllowed(
            _("You put it right yourself; somebody else looks whether it is."),
            remedy=_("Ask a colleague of your union or of the one above."),
        )
    said = _said(note, "note", _("Say what you saw on the spot."))
    if is_right:
        _move(hazard, HazardState.CLOSED, on, closed_at=on.at, due_at=None)
        ledger.record(
            actor=on.actor, kind=HAZARD_CLOSED, key=f"hazard_closed:{hazard.pk}", happened_on=local_date(on.at), at=on.at,
            path=hazard.path, subject=hazard, attrs={"kind": hazard.kind},
        )  # fmt: skip
        told = _("Checked on the spot: %(said)s Thank you for watching out!") % {"said": said}
    else:
        until = _right_until(hazard.path, hazard.level, on.at)
        _move(hazard, HazardState.ASSIGNED, on, due_at=until, rectified_at=None, rectifier_id=None)
        told = _("Checked on the spot, not right yet: %(said)s New day: %(day)s.") % {
            "said": said,
            "day": _day(until),
        }
        _tell_officer(hazard, told, on.at)
    _keep_event(hazard, "checked" if is_right else "not_right", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_checked", hazard, at=on.at, data={"is_right": is_right})
    _tell_reporters(hazard, told, on.at)
    return hazard


def escalate_overdue(*, at: datetime) -> int:
    """Tell the union above, once, of every hazard whose day has passed. Returns how many."""
    late = Hazard.objects.filter(due_at__lt=at, escalated_at=None, state__in=WAITING).order_by("pk")
    told = 0
    for hazard in late.select_related("union__parent"):
        with transaction.atomic():
            rows = Hazard.objects.filter(pk=hazard.pk, escalated_at=None, due_at=hazard.due_at)
            if not rows.update(escalated_at=at):
                continue
            told += 1
            audit.record(system(), "matters.hazard_overdue", hazard, at=at)
            _tell_above(hazard, at)
    return told


def forget_reporters(*, at: datetime) -> int:
    """Delete who told of a hazard once it has been settled for the policy's days. Returns how many rows."""
    days = int(policies.value("matters.hazard_keep_days", path="", on=local_date(at)))
    settled = Hazard.objects.filter(closed_at__lt=at - timedelta(days=days))
    gone, _rows = HazardReporter.objects.filter(hazard__in=settled.values("pk")).delete()
    return gone


def intake_limit() -> int:
    """Bytes read of one picture: one more than allowed, so that the intake sees that it is too large."""
    return int(settings.MAX_PHOTO_BYTES) + 1


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


def _keep(raw: bytes, at: datetime) -> StoredFile:
    """The picture without where and with what it was taken, without its name and without whose it is."""
    return intake.keep_photo(
        actor=STRANGER, data=io.BytesIO(raw), name="photo.jpg", purpose="hazard", at=at, field="photos"
    )


def _where(seen: Spot | None, device: Spot | None) -> dict[str, Any]:
    spot = seen or device
    if spot is None:
        return {}
    return {"lon": spot.lon, "lat": spot.lat, "place_from": PlaceFrom.PHOTO if seen else PlaceFrom.DEVICE}


def _attach(hazard: Hazard, actor: Actor, *, is_named: bool, at: datetime) -> bool:
    if actor.user_id is None:
        return False
    return _put_reporter(hazard, str(actor.user_id), is_named=is_named, at=at)


def _put_reporter(hazard: Hazard, who: str, *, is_named: bool, at: datetime) -> bool:
    """Whether she was not there yet."""
    if HazardReporter.objects.filter(hazard=hazard, who_index__of=who).exists():
        return False
    HazardReporter.objects.create(hazard=hazard, who=who, is_named=is_named, told_at=at)
    return True


def _held(on: On) -> Hazard:
    hazard = get_visible(Hazard.objects.visible_to(on.actor).select_related("union"), on.hazard_id)
    on.actor.check_can("cases.handle", path=hazard.path)
    return hazard


def _belongs(hazard: Hazard, officer: SafetyOfficer) -> bool:
    return is_under(hazard.path, officer.path) or is_under(officer.path, hazard.path)


def _move(hazard: Hazard, to: HazardState, on: On, **values: Any) -> None:
    before = [state for state, after in HAZARD_MOVES.items() if to in after]
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state__in=before)
    if rows.update(state=to, version=on.version + 1, updated_at=on.at, **values) != 1:
        raise _stale(hazard)
    hazard.refresh_from_db()


def _stale(hazard: Hazard) -> StaleState:
    now = Hazard.objects.filter(pk=hazard.pk).values_list("state", flat=True).get()
    return StaleState(
        _("This hazard is “%(state)s” already, or somebody changed it.") % {"state": HazardState(now).label},
        remedy=_("Reload the page to see who acted first."),
    )


def _said(text: str, name: str, missing: str) -> str:
    said = squeeze(text)
    if not said:
        raise InvalidInput(missing, field=name)
    return said[:500]


def _right_until(path: str, level: str, at: datetime) -> datetime:
    kind = "major" if level == HazardLevel.MAJOR else "general"
    return _until(f"matters.hazard_{kind}_days", path, at, is_working=False)


def _until(policy: str, path: str, at: datetime, *, is_working: bool = True) -> datetime:
    return due_at(at, Term(int(policies.value(policy, path=path, on=local_date(at))), is_working))


def _day(until: datetime) -> str:
    return date_format(local_date(until - timedelta(seconds=1)), "DATE_FORMAT")


def _keep_event(hazard: Hazard, what: str, actor: Actor, at: datetime, note: str = "") -> None:
    HazardEvent.objects.create(
        hazard=hazard, to_state=hazard.state, what=what, at=at, actor_name=actor.name[:80], note=note[:500]
    )


def _tell_reporters(hazard: Hazard, text: str, at: datetime) -> None:
    """Everybody who told of it, each in her own inbox; nobody else sees to whom it went."""
    for row in HazardReporter.objects.filter(hazard=hazard):
        _tell(hazard, int(row.who), text, f"{hazard.version}:r{row.pk}", at)


def _tell_officer(hazard: Hazard, text: str, at: datetime) -> None:
    if hazard.officer_id is not None:
        _tell(hazard, hazard.officer_id, text, f"{hazard.version}:o", at)


def _tell_above(hazard: Hazard, at: datetime) -> None:
    above = hazard.union.parent or hazard.union
    text = _("Its day has passed at %(union)s. Please see what holds it up.") % {"union": hazard.union.name}
    people = set(holders("cases.handle", above.path, on=local_date(at)))
    if hazard.officer_id is not None:
        people.add(hazard.officer_id)
    for user_id in sorted(people):
        _tell(hazard, user_id, text, f"late:{hazard.version}:{user_id}", at)


def _tell(hazard: Hazard, user_id: int, text: str, key: str, at: datetime) -> None:
    context = {"reference": hazard.reference, "state": HazardState(hazard.state).label, "text": text}
    notices.tell(
        template="matters.hazard", context=context, key=f"hazard:{hazard.pk}:{key}", at=at, user_id=user_id,
        link=f"/hazards/{hazard.pk}/",
    )  # fmt: skip


@transaction.atomic
def appoint(
    *, actor: Actor, union_id: int, user_id: int, trained_until: date | None, at: datetime
) -> SafetyOfficer:
    """Appoint a safety officer of a union. Raises NotVisible, NotAllowed, InvalidInput naming user."""
    union = get_visible(TradeUnion.objects.filter(actor.within("cases.view", "path")), union_id)
    actor.check_can("cases.handle", path=union.path)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise InvalidInput(_("There is no such account."), field="user")
    officer, made = SafetyOfficer.objects.get_or_create(
        union=union, user_id=user.pk, ended_at=None,
        defaults={"path": union.path, "name": user.name[:80], "trained_until": trained_until, "since": at},
    )  # fmt: skip
    if not made:
        raise InvalidInput(_("She is a safety officer of this union already."), field="user")
    audit.record(actor, "matters.officer_appointed", officer, at=at, owner_person_id=user.person_id)
    return officer


@transaction.atomic
def relieve(*, actor: Actor, officer_id: int, at: datetime) -> None:
    """End an appointment. Raises NotVisible, NotAllowed, StaleState."""
    officer = get_visible(SafetyOfficer.objects.visible_to(actor), officer_id)
    actor.check_can("cases.handle", path=officer.path)
    if SafetyOfficer.objects.filter(pk=officer.pk, ended_at=None).update(ended_at=at) != 1:
        raise StaleState(_("This appointment has ended already."))
    audit.record(actor, "matters.officer_relieved", officer, at=at)
