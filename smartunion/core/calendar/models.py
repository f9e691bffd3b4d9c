"""Days that differ from the ordinary week."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """An officially announced day off or make-up working day, or a local one; wins over the built-in table."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Notice that announced it.")
    )
