"""Hazards: states, kinds, what may follow what, and how near another one is; pure."""

import math
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HazardState(TextChoices):
    """Where a hazard stands."""

    REPORTED = "reported", pgettext_lazy("hazard", "Reported")
    ASSIGNED = "assigned", _("Being put right")
    RECTIFIED = "rectified", _("Put right, to be checked")
    CLOSED = "closed", _("Checked and closed")
    REFUSED = "refused", _("No hazard")
    JOINED = "joined", _("Joined to another")


#: What may follow; a check that fails leads back to being put right.
HAZARD_MOVES: Final[dict[HazardState, frozenset[HazardState]]] = {
    HazardState.REPORTED: frozenset({HazardState.ASSIGNED, HazardState.REFUSED, HazardState.JOINED}),
    HazardState.ASSIGNED: frozenset({HazardState.ASSIGNED, HazardState.RECTIFIED, HazardState.JOINED}),
    HazardState.RECTIFIED: frozenset({HazardState.CLOSED, HazardState.ASSIGNED}),
    HazardState.CLOSED: frozenset(),
    HazardState.REFUSED: frozenset(),
    HazardState.JOINED: frozenset(),
}
#: Somebody still has to do something.
WAITING: Final = (HazardState.REPORTED, HazardState.ASSIGNED, HazardState.RECTIFIED)

#: How a state looks.
HAZARD_TONES: Final[dict[str, str]] = {
    HazardState.REPORTED: "waiting", HazardState.ASSIGNED: "active", HazardState.RECTIFIED: "waiting",
    HazardState.CLOSED: "done", HazardState.REFUSED: "off", HazardState.JOINED: "off",
}  # fmt: skip


class HazardKind(TextChoices):
    """What is dangerous."""

    MACHINE = "machine", _("Machines and guards")
    ELECTRIC = "electric", _("Electricity")
    FIRE = "fire", _("Fire and escape routes")
    CHEMICAL = "chemical", _("Dust, chemicals, gas")
    HEIGHT = "height", _("Work at height, edges")
    TRAFFIC = "traffic", _("Vehicles and loading")
    BUILDING = "building", _("Buildings and stacks")
    GEAR = "gear", _("Protective gear missing")
    OTHER = "other", pgettext_lazy("hazard", "Something else")


#: How each kind looks on the form.
KIND_ICONS: Final[dict[str, str]] = {
    HazardKind.MACHINE: "gear-wide-connected", HazardKind.ELECTRIC: "lightning-charge", HazardKind.FIRE: "fire",
    HazardKind.CHEMICAL: "droplet-half", HazardKind.HEIGHT: "ladder", HazardKind.TRAFFIC: "truck",
    HazardKind.BUILDING: "building", HazardKind.GEAR: "person-workspace", HazardKind.OTHER: "three-dots",
}  # fmt: skip


class HazardLevel(TextChoices):
    """How grave it is. Source: Interim Provisions on Hidden Dangers of Accidents (2007, order 16), art. 3."""

    GENERAL = "general", _("General: can be put right at once")
    MAJOR = "major", _("Major: work has to stop for it")


class PlaceFrom(TextChoices):
    """How the place became known."""

    PHOTO = "photo", _("from the picture")
    DEVICE = "device", _("from the phone")
    LIST = "list", _("chosen from the list")


_EARTH_M: Final = 6_371_000.0


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two places in metres, flat enough for a few kilometres."""
    middle = math.radians((lat + other_lat) / 2)
    x = math.radians(other_lon - lon) * math.cos(middle)
    y = math.radians(other_lat - lat)
    return math.hypot(x, y) * _EARTH_M


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north of everything within so many metres."""
    high = math.degrees(metres / _EARTH_M)
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    return lon - wide, lat - high, lon + wide, lat + high
