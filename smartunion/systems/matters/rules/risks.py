"""Labour-risk notices: states and whom one concerns; pure. Source: S082 (drivers told of the company's risks by the union)."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RiskState(TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", pgettext_lazy("risk", "Draft")
    SENDING = "sending", _("Being sent")
    SENT = "sent", pgettext_lazy("risk", "Sent")
    BACK = "back", pgettext_lazy("risk", "Taken back")


RISK_TONES: Final[dict[str, str]] = {
    RiskState.DRAFT: "waiting", RiskState.SENDING: "active", RiskState.SENT: "done", RiskState.BACK: "off",
}  # fmt: skip


class Audience(TextChoices):
    """Whom a notice is for."""

    MEMBERS = "members", pgettext_lazy("risk", "Members")
    PLATFORM = "platform", _("People who work for a platform")
    CHAIRS = "chairs", _("Chairs of the unions")


class RiskKind(TextChoices):
    """What it warns of."""

    WAGES = "wages", _("Pay and piece rates")
    CONTRACT = "contract", _("Contract and dismissal")
    INSURANCE = "insurance", _("Insurance and injury")
    HOURS = "hours", _("Hours, heat and rest")
    RULES = "rules", _("Changed rules of a platform")
    FRAUD = "fraud", _("Fraud: deposits, loans, false jobs")
    OTHER = "other", pgettext_lazy("risk", "Other")
