"""Targets of a drive handed down to units and platforms, and agreed with them (S005, S006)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.kinds import DRIVER_VERIFIED
from smartunion.systems.organising.models import JoiningDrive, Target

#: What a target may count.
COUNTED = (MEMBER_JOINED, DRIVER_VERIFIED, UNION_FOUNDED)


@dataclass(frozen=True)
class NewTarget:
    """A number proposed to a unit below the drive's union, or to a platform; kind: one of COUNTED."""

    union_id: int
    quantity: int
    kind: str = MEMBER_JOINED
    platform: str = ""


@transaction.atomic
def propose_target(*, actor: Actor, drive_id: int, data: NewTarget, at: datetime) -> Target:
    """Hand a part of the drive's number down; it counts as agreed when the unit says so.

    Raises NotVisible, NotAllowed; InvalidInput naming union (outside the drive), kind, platform (only drivers verified
    have one), target, or that the unit has such a target already.
    """
    drive = get_visible(JoiningDrive.objects.visible_to(actor).select_related("union"), drive_id)
    actor.check_can("drives.manage", path=drive.path)
    union = get_visible(TradeUnion.objects.visible_to(actor), data.union_id)
    platform = squeeze(data.platform)[:60]
    _check(drive, union, data, platform)
    if drive.closed_at is not None or drive.ends_on is None:
        raise InvalidInput(
            _("Targets are handed down within a campaign that has a last day and is not closed.")
        )
    whole = drive.targets.filter(union=drive.union, platform="", fact_kind=data.kind).first()
    try:
        with transaction.atomic():
            target = Target.objects.create(
                drive=drive, parent=whole, union=union, path=union.path, platform=platform, fact_kind=data.kind,
                quantity=data.quantity, starts_on=drive.starts_on, ends_on=drive.ends_on, created_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise InvalidInput(
            _("%(union)s has such a target already.") % {"union": union.name}, field="union"
        ) from None
    audit.record(
        actor, "organising.target_proposed", target, at=at,
        data={"drive": drive.pk, "union": union.pk, "platform": platform, "quantity": data.quantity, "kind": data.kind},
    )  # fmt: skip
    return target


def _check(drive: JoiningDrive, union: TradeUnion, data: NewTarget, platform: str) -> None:
    if data.kind not in COUNTED:
        raise InvalidInput(
            _("A target counts members joined, drivers verified or unions founded."), field="kind"
        )
    if not union.path.startswith(drive.path):
        raise InvalidInput(_("%(union)s lies outside this drive.") % {"union": union.name}, field="union")
    if platform and data.kind != DRIVER_VERIFIED:
        raise InvalidInput(
            _(
                "Only the register says who drives for which platform: a platform's target counts drivers verified."
            ),
            field="platform",
        )
    if union.pk == drive.union_id and not platform and data.kind == MEMBER_JOINED:
        raise InvalidInput(_("That is the drive's own target: set it under “Validity”."), field="union")
    if not 1 <= data.quantity <= 10_000_000:
        raise InvalidInput(_("A target lies between 1 and 10,000,000 people."), field="target")


@transaction.atomic
def agree_target(*, actor: Actor, target_id: int, agreed_by: str, at: datetime) -> Target:
    """Say that the unit or platform agrees. agreed_by: who agreed, "" for the actor herself.

    The unit's own federation agrees for itself; whoever leads the drive writes down what a platform, or a unit without
    an account, has agreed to. Raises NotVisible, NotAllowed, StaleState (agreed already).
    """
    target = get_visible(Target.objects.visible_to(actor).filter(drive__isnull=False), target_id)
    actor.check_can("drives.manage", path=target.path)
    name = squeeze(agreed_by)[:80] or actor.name[:80]
    if Target.objects.filter(pk=target.pk, agreed_at=None).update(agreed_at=at, agreed_by=name) != 1:
        raise StaleState(_("This target has been agreed already."))
    target.agreed_at, target.agreed_by = at, name
    audit.record(actor, "organising.target_agreed", target, at=at, data={"by": name})
    return target


@transaction.atomic
def withdraw_target(*, actor: Actor, target_id: int, reason: str, at: datetime) -> int:
    """Take a handed-down target back, with the reason in the audit. Returns the drive's id. Raises as agree_target."""
    target = get_visible(Target.objects.visible_to(actor).select_related("drive"), target_id)
    drive = target.drive
    if drive is None or (target.union_id == drive.union_id and target.fact_kind == MEMBER_JOINED):
        raise InvalidInput(_("Only targets handed down can be taken back."), field="target")
    actor.check_can("drives.manage", path=drive.path)
    if not reason.strip():
        raise InvalidInput(_("Please say why the target is taken back."), field="reason")
    audit.record(
        actor, "organising.target_withdrawn", target, at=at, reason=reason.strip()[:200],
        data={"union": target.union_id, "platform": target.platform, "quantity": target.quantity},
    )  # fmt: skip
    target.delete()
    return drive.pk
