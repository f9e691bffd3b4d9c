"""States of what is given; pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GivenState(TextChoices):
    """Where an aid stands."""

    OWED = "owed", pgettext_lazy("aid", "To be paid")
    PAID = "paid", pgettext_lazy("aid", "Paid")
    FAILED = "failed", pgettext_lazy("aid", "Payment failed")
    HANDED = "handed", pgettext_lazy("aid", "Handed over")


class Honour(TextChoices):
    """Who honoured a model worker."""

    NATIONAL = "national", _("National model worker")
    PROVINCIAL = "provincial", _("Provincial model worker")
    CITY = "city", _("City model worker")


class RoundState(TextChoices):
    """Where a round stands."""

    OPEN = "open", pgettext_lazy("round", "Taking claims")
    DRAWN = "drawn", pgettext_lazy("round", "Decided")


class DrawState(TextChoices):
    """Where a claim stands."""

    ELIGIBLE = "eligible", pgettext_lazy("draw", "Eligible")
    WON = "won", pgettext_lazy("draw", "Place drawn")
    LOST = "lost", pgettext_lazy("draw", "No place this time")
