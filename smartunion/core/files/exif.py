"""Where a picture was taken, as the camera wrote it down; read before the picture is stored without it."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

_GPS_IFD = 0x8825
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4


@dataclass(frozen=True)
class Spot:
    """A place on the earth, degrees, WGS 84 as satellites give it."""

    lon: float
    lat: float


def spot_of(raw: bytes) -> Spot | None:
    """Where the picture was taken; None when it does not say, or says nonsense."""
    try:
        with Image.open(io.BytesIO(raw)) as picture:
            kept = picture.getexif().get_ifd(_GPS_IFD)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, KeyError):
        return None
    lon, lat = _degrees(kept.get(_LON)), _degrees(kept.get(_LAT))
    if lon is None or lat is None:
        return None
    return checked_spot(
        -lon if str(kept.get(_LON_REF, "E")).upper().startswith("W") else lon,
        -lat if str(kept.get(_LAT_REF, "N")).upper().startswith("S") else lat,
    )


def checked_spot(lon: float | None, lat: float | None) -> Spot | None:
    """A spot of two numbers; None when one is missing, outside of the earth, or both are zero as broken phones write."""
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon == 0 and lat == 0):
        return None
    return Spot(round(lon, 6), round(lat, 6))


def _degrees(parts: Any) -> float | None:  # Any: whatever a camera wrote
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    return found if found == found else None
