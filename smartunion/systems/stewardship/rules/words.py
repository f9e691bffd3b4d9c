"""Words of the room; pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PairState(TextChoices):
    """What is known of two records that look alike."""

    OPEN = "open", _("To be looked at")
    APART = "apart", _("Not the same")
    MERGED = "merged", _("Made one")
    GONE = "gone", _("No longer alike")


class Level(TextChoices):
    """How sure it is that records are one."""

    SURE = "sure", _("Almost certain")
    LIKELY = "likely", _("Likely")
    POSSIBLE = "possible", _("Possible")
