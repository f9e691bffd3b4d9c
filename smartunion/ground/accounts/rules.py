"""Roles and what each may do; pure."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Roles a person holds at a union; a worker needs none."""

    OPERATOR = "operator", _("System operator")
    ADMIN = "admin", _("Federation administrator")
    CADRE = "cadre", _("Federation cadre")
    ORGANISER = "organiser", _("Area organiser")
    CHAIR = "chair", _("Union chair")
    LEADER = "leader", _("Leader")
    INSPECTOR = "inspector", _("Inspector (read only)")
    STATION = "station", _("Station keeper")
    AID = "aid", _("Assistance officer")
    FINANCE = "finance", _("Finance officer")
    COUNSELLOR = "counsellor", _("Counsellor")


PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OPERATOR: frozenset(
        {
            "desk.enter", "accounts.manage", "settings.edit", "policies.edit", "jobs.view_all", "audit.view",
            "registry.view",
        }
    ),
    Role.ADMIN: frozenset(
        {
            "desk.enter", "registry.view", "registry.edit", "registry.parts", "registry.import", "members.view",
            "members.edit", "members.reveal", "feeds.import", "organising.view", "organising.visit", "organising.take_up",
            "organising.match", "organising.assign", "drives.manage", "cases.view", "cases.handle",
            "services.design", "boards.view", "accounts.manage", "policies.edit", "audit.view", "card.verify", "guide.teach",
            "offers.manage", "offers.check_in", "funds.view", "mutual.view", "dues.view", "dues.remind", "dues.report",
        }
    ),
    Role.CADRE: frozenset(
        {
            "desk.enter", "registry.view", "registry.edit", "registry.parts", "registry.import", "members.view",
            "members.edit", "members.reveal", "feeds.import", "organising.view", "organising.visit", "organising.take_up",
            "organising.match", "organising.assign", "drives.manage", "cases.view", "cases.handle",
            "services.design", "boards.view", "card.verify", "guide.teach", "offers.manage", "offers.check_in",
            "mutual.view", "dues.view", "dues.remind",
        }
    ),
    Role.ORGANISER: frozenset(
        {
            "desk.enter", "registry.view", "organising.view_own", "organising.visit", "cases.report", "card.verify",
            "offers.check_in",
        }
    ),
    Role.CHAIR: frozenset(
        {
            "desk.enter", "registry.view", "registry.parts", "registry.import", "members.view", "members.edit",
            "members.reveal", "cases.view", "cases.handle", "drives.manage", "card.verify", "offers.manage", "offers.check_in",
            "mutual.view", "mutual.enrol", "dues.view_own", "dues.report",
        }
    ),
    Role.LEADER: frozenset({"desk.enter", "registry.view", "organising.view", "boards.view"}),
    Role.INSPECTOR: frozenset(
        {
            "desk.enter", "registry.view", "members.view", "organising.view", "cases.view", "boards.view", "audit.view",
            "dues.view",
        }
    ),
    Role.STATION: frozenset({"desk.enter", "card.verify", "offers.check_in"}),
    # Hardship files and claims: illness and poverty are seen by those who help, and by nobody above them for being above.
    Role.AID: frozenset(
        {
            "desk.enter", "registry.view", "members.view", "cases.view", "cases.handle", "aid.view", "aid.handle",
            "payments.prepare", "mutual.view",
        }
    ),
    Role.FINANCE: frozenset(
        {
            "desk.enter", "registry.view", "funds.view", "funds.manage", "payments.prepare", "payments.release", "dues.view",
            "dues.remind", "dues.report",
        }
    ),
    Role.COUNSELLOR: frozenset({"desk.enter", "counselling.handle"}),
}  # fmt: skip

#: Roles whose holders must use a second factor.
NEEDS_TOTP = frozenset(
    {
        Role.OPERATOR, Role.ADMIN, Role.CADRE, Role.INSPECTOR, Role.LEADER, Role.AID, Role.FINANCE, Role.COUNSELLOR,
    }
)  # fmt: skip

#: Roles that only somebody responsible for the whole installation may give, and only for the whole installation.
EVERYWHERE_ONLY = frozenset({Role.OPERATOR})


class Step(StrEnum):
    """What is left to do before a sign-in by password is complete."""

    TOTP = "totp"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105  name of a step
    DONE = "done"


def next_step(
    *, has_totp: bool, needs_totp: bool, must_change_password: bool, proven: frozenset[Step]
) -> Step:
    """The next step of a sign-in whose password was right; `proven` holds the steps already taken.

    Source: domain rules 5.18; roles in NEEDS_TOTP must enrol at their first sign-in.
    """
    if has_totp and not proven & {Step.TOTP, Step.ENROL}:
        return Step.TOTP
    if needs_totp and not has_totp:
        return Step.ENROL
    if must_change_password and Step.PASSWORD not in proven:
        return Step.PASSWORD
    return Step.DONE


def lock_minutes(base: int, locks: int) -> int:
    """How long the lock number `locks` (from 1) of a day lasts: doubling, at most a day."""
    return min(base << min(locks - 1, 12), 24 * 60)


def may_grant(*, everywhere: bool, role: Role, has_union: bool) -> bool:
    """Whether somebody who manages accounts may give a role; `everywhere`: she manages the whole installation."""
    if role in EVERYWHERE_ONLY:
        return everywhere and not has_union
    return has_union
