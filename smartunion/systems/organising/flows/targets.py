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
from smartunion.systems.organising.flows import target_news
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
    target_news.tell_proposed(target, actor=actor, at=at)
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
    _check_quantity(data.quantity)


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= 10_000_000:
        raise InvalidInput(_("A target lies between 1 and 10,000,000 people."), field="target")


@transaction.atomic
def change_target(*, actor: Actor, target_id: int, quantity: int, at: datetime) -> Target:
    """Propose another number instead; whoever had agreed is asked again. The same number changes nothing.

    Raises NotVisible, NotAllowed; InvalidInput naming target; StaleState when it changed or was agreed in the meantime.
    """
    target, drive = _handed_down(actor, target_id)
    _check_quantity(quantity)
    before = target.quantity
    if quantity == before:
        return target
    same = Target.objects.filter(pk=target.pk, quantity=before, agreed_at=target.agreed_at)
    if same.update(quantity=quantity, agreed_at=None, agreed_by="") != 1:
        raise StaleState
    target.quantity, target.agreed_at, target.agreed_by = quantity, None, ""
    audit.record(
        actor, "organising.target_changed", target, at=at,
        data={"drive": drive.pk, "union": target.union_id, "before": before, "quantity": quantity},
    )  # fmt: skip
    target_news.tell_changed(target, before, actor=actor, at=at)
    return target


def _handed_down(actor: Actor, target_id: int) -> tuple[Target, JoiningDrive]:
    """A target handed down in a drive the actor leads. Raises NotVisible, NotAllowed, InvalidInput naming target."""
    rows = Target.objects.visible_to(actor).select_related("drive", "union")
    target = get_visible(rows, target_id)
    drive = target.drive
    is_whole = drive is not None and target.union_id == drive.union_id and not target.platform
    if drive is None or (is_whole and target.fact_kind == MEMBER_JOINED):
        raise InvalidInput(
            _("Only targets handed down can be changed or taken back here."),
            remedy=_("The drive's own target is set on the page of the code."), field="target",
        )  # fmt: skip
    actor.check_can("drives.manage", path=drive.path)
    return target, drive


@transaction.atomic
def agree_target(*, actor: Actor, target_id: int, agreed_by: str, at: datetime) -> Target:
    """Say that the unit or platform agrees. agreed_by: who agreed, "" for the actor herself.

    The unit's own federation agrees for itself; whoever leads the drive writes down what a platform, or a unit without
    an account, has agreed to. Raises NotVisible, NotAllowed, StaleState (agreed already).
    """
    rows = Target.objects.visible_to(actor).filter(drive__isnull=False).select_related("drive", "union")
    target = get_visible(rows, target_id)
    actor.check_can("drives.manage", path=target.path)
    name = squeeze(agreed_by)[:80] or actor.name[:80]
    if Target.objects.filter(pk=target.pk, agreed_at=None).update(agreed_at=at, agreed_by=name) != 1:
        raise StaleState(_("This target has been agreed already."))
    target.agreed_at, target.agreed_by = at, name
    audit.record(actor, "organising.target_agreed", target, at=at, data={"by": name})
    target_news.tell_agreed(target, actor=actor, at=at)
    return target


@transaction.atomic
def withdraw_target(*, actor: Actor, target_id: int, reason: str, at: datetime) -> int:
    """Take a handed-down target back, with the reason in the audit. Returns the drive's id. Raises as agree_target."""
    target, drive = _handed_down(actor, target_id)
    if not reason.strip():
        raise InvalidInput(_("Please say why the target is taken back."), field="reason")
    audit.record(
        actor, "organising.target_withdrawn", target, at=at, reason=reason.strip()[:200],
        data={"union": target.union_id, "platform": target.platform, "quantity": target.quantity},
    )  # fmt: skip
    target_news.tell_withdrawn(target, reason.strip()[:200], actor=actor, at=at)
    target.delete()
    return drive.pk
