"""Roles and what each may do; pure."""

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


PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OPERATOR: frozenset(
        {
            "desk.enter", "accounts.manage", "settings.edit", "policies.edit", "jobs.view_all", "audit.view",
            "registry.view",
        }
    ),
    Role.ADMIN: frozenset(
        {
            "desk.enter", "registry.view", "registry.edit", "registry.import", "members.view", "members.edit",
            "members.reveal", "feeds.import", "organising.view", "organising.visit", "organising.take_up",
            "organising.match", "organising.assign", "drives.manage", "cases.view", "cases.handle",
            "boards.view", "accounts.manage", "policies.edit", "audit.view", "card.verify",
        }
    ),
    Role.CADRE: frozenset(
        {
            "desk.enter", "registry.view", "registry.edit", "registry.import", "members.view", "members.edit",
            "members.reveal", "feeds.import", "organising.view", "organising.visit", "organising.take_up",
            "organising.match", "organising.assign", "drives.manage", "cases.view", "cases.handle",
            "boards.view", "card.verify",
        }
    ),
    Role.ORGANISER: frozenset(
        {"desk.enter", "registry.view", "organising.view_own", "organising.visit", "cases.report", "card.verify"}
    ),
    Role.CHAIR: frozenset(
        {
            "desk.enter", "registry.view", "members.view", "members.edit", "members.reveal", "cases.view",
            "cases.handle", "drives.manage", "card.verify",
        }
    ),
    Role.LEADER: frozenset({"desk.enter", "registry.view", "organising.view", "boards.view"}),
    Role.INSPECTOR: frozenset(
        {"desk.enter", "registry.view", "members.view", "organising.view", "cases.view", "boards.view", "audit.view"}
    ),
    Role.STATION: frozenset({"desk.enter", "card.verify"}),
}  # fmt: skip

#: Roles whose holders must use a second factor.
NEEDS_TOTP = frozenset({Role.OPERATOR, Role.ADMIN, Role.CADRE, Role.INSPECTOR, Role.LEADER})
