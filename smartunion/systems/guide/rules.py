"""Words of the room and pure checks; how answers are found is in `retrieval`."""

import math
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """Where a question was asked."""

    WEB = "web", _("Phone or computer")
    KIOSK = "kiosk", _("Terminal in the hall")
    API = "api", _("Interface")


class LessonKind(TextChoices):
    """What a cadre teaches the guide."""

    WORDS = "words", _("Everyday words")
    EXAMPLE = "example", _("A question this answers")
    NOTE = "note", _("Short answer")


class Outcome(StrEnum):
    """How asking ended."""

    ANSWERED = "answered"
    UNSURE = "unsure"


#: Longest short answer, in characters: it has to fit a card and be read aloud.
LONGEST_NOTE = 400


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (longitude, latitude) pairs in degrees, in kilometres.

    Source: haversine formula, mean earth radius 6,371.0 km.
    """
    (lon1, lat1), (lon2, lat2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))
