"""Joining codes: issued for a union or a campaign, given a target, closed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.organising.models import JoiningDrive, Target

CODE_LENGTH = 8


@dataclass(frozen=True)
class NewDrive:
    """A code to be issued.

    employer_id: whose people scan it, None when they say it themselves; audience: trade or platform, for campaigns;
    ends_on: last day, None for a standing code; target: people to be won until ends_on, 0 for none.
    """

    union_id: int
    title: str
    starts_on: date
    ends_on: date | None = None
    employer_id: int | None = None
    audience: str = ""
    target: int = 0


@transaction.atomic
def create_drive(*, actor: Actor, data: NewDrive, at: datetime) -> JoiningDrive:
    """Issue a joining code. Raises NotVisible, NotAllowed; InvalidInput naming title, ends_on, employer or target."""
    union = get_visible(TradeUnion.objects.visible_to(actor), data.union_id)
    actor.check_can("drives.manage", path=union.path)
    title = _checked(data, union, local_date(at))
    employer = None
    if data.employer_id is not None:
        employer = get_visible(Employer.objects.visible_to(actor), data.employer_id)
    drive = _stored(union, data, title, employer, actor, at)
    if data.target:
        _set_target(drive, data.target, actor, at)
    audit.record(
        actor, "organising.drive_created", drive, at=at,
        data={"union": union.pk, "employer": data.employer_id, "target": data.target},
    )  # fmt: skip
    return drive


@transaction.atomic
def standing_drive(
    *, actor: Actor, union: TradeUnion, employer: Employer | None, at: datetime
) -> JoiningDrive:
    """The union's standing code: the open one without an end, or a new one. Raises NotAllowed."""
    actor.check_can("drives.manage", path=union.path)
    found = (
        JoiningDrive.objects.filter(union=union, ends_on=None, closed_at=None, audience="")
        .order_by("id")
        .first()
    )
    if found is not None:
        return found
    title = _("Join %(union)s") % {"union": union.name}
    data = NewDrive(union.pk, title[:80], local_date(at), employer_id=employer.pk if employer else None)
    drive = _stored(union, data, title[:80], employer, actor, at)
    audit.record(actor, "organising.drive_created", drive, at=at, data={"union": union.pk, "standing": True})
    return drive


@transaction.atomic
def set_target(*, actor: Actor, drive_id: int, quantity: int, at: datetime) -> Target:
    """Agree on the whole number of people for a campaign; the number before is replaced. Raises InvalidInput naming target."""
    drive = _manageable(actor, drive_id)
    if not 1 <= quantity <= 10_000_000:
        raise InvalidInput(_("A target lies between 1 and 10,000,000 people."), field="target")
    target = _set_target(drive, quantity, actor, at)
    audit.record(actor, "organising.target_set", drive, at=at, data={"quantity": quantity})
    return target


@transaction.atomic
def close_drive(*, actor: Actor, drive_id: int, reason: str, at: datetime) -> JoiningDrive:
    """Stop a code: whoever scans it afterwards is told, and where to go instead. Raises InvalidInput, StaleState."""
    drive = _manageable(actor, drive_id)
    if not reason.strip():
        raise InvalidInput(_("Please say why the code is closed."), field="reason")
    if JoiningDrive.objects.filter(pk=drive.pk, closed_at=None).update(closed_at=at) != 1:
        raise StaleState(_("This code has been closed already."))
    drive.closed_at = at
    audit.record(actor, "organising.drive_closed", drive, at=at, reason=reason.strip()[:200])
    return drive


def _manageable(actor: Actor, drive_id: int) -> JoiningDrive:
    drive = get_visible(JoiningDrive.objects.visible_to(actor), drive_id)
    actor.check_can("drives.manage", path=drive.path)
    return drive


def _checked(data: NewDrive, union: TradeUnion, today: date) -> str:
    if union.state == UnionState.CLOSED:
        raise InvalidInput(_("%(name)s is closed; nobody can join it.") % {"name": union.name}, field="union")
    title = squeeze(data.title)
    if not 2 <= len(title) <= 80:
        raise InvalidInput(_("The code needs a title of 2 to 80 characters."), field="title")
    if data.ends_on is not None and data.ends_on < max(data.starts_on, today):
        raise InvalidInput(_("The last day lies before the first, or in the past."), field="ends_on")
    if data.target and data.ends_on is None:
        raise InvalidInput(_("A target needs a last day by which it is to be reached."), field="ends_on")
    if not 0 <= data.target <= 10_000_000:
        raise InvalidInput(_("A target lies between 1 and 10,000,000 people."), field="target")
    return title


def _stored(
    union: TradeUnion, data: NewDrive, title: str, employer: Employer | None, actor: Actor, at: datetime
) -> JoiningDrive:
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return JoiningDrive.objects.create(
                    code=readable(CODE_LENGTH), title=title, union=union, path=union.path, employer=employer,
                    audience=squeeze(data.audience)[:20], starts_on=data.starts_on, ends_on=data.ends_on,
                    created_at=at, user_id=actor.user_id,
                )  # fmt: skip
        except IntegrityError:
            continue  # one in half a billion: the code exists
    raise IntegrityError("no free joining code was found")


def _set_target(drive: JoiningDrive, quantity: int, actor: Actor, at: datetime) -> Target:
    """The whole drive's own target; those handed down from it stay."""
    # A code without end is counted to the end of the year the number is agreed in, however long ago it began.
    last = drive.ends_on or max(drive.starts_on, local_date(at)).replace(month=12, day=31)
    values = {
        "path": drive.path, "quantity": quantity, "starts_on": drive.starts_on, "ends_on": last, "agreed_at": at,
        "agreed_by": actor.name[:80],
    }  # fmt: skip
    target, _made = Target.objects.update_or_create(
        drive=drive, union=drive.union, platform="", fact_kind=MEMBER_JOINED, defaults=values,
        create_defaults=values | {"created_at": at},
    )  # fmt: skip
    return target
