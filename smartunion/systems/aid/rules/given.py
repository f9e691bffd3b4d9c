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
