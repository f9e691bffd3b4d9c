"""Files from phones and desks: checked by content, pictures re-encoded so that nothing hidden survives."""

import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.models import StoredFile
from smartunion.core.ids import uuid7

MAX_PIXELS = 60_000_000
LONG_SIDE = 2400
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def keep_photo(
    *, actor: Actor, data: BinaryIO, name: str, purpose: str, at: datetime, field: str = ""
) -> StoredFile:
    """Store a picture as JPEG, turned upright, at most 2,400 px, without EXIF (place, device) or appended data.

    Raises InvalidInput when it is no picture, too large, or a decompression bomb.
    """
    raw = data.read(settings.MAX_PHOTO_BYTES + 1)
    if len(raw) > settings.MAX_PHOTO_BYTES:
        raise InvalidInput(
            _("The picture is larger than %(limit)s MB.") % {"limit": settings.MAX_PHOTO_BYTES // 1024 // 1024},
            remedy=_("Take it again with a lower resolution."), field=field,
        )  # fmt: skip
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONG_SIDE, LONG_SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=85, optimize=True)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise InvalidInput(
            _("This file is not a picture that can be read."),
            remedy=_("Choose a photo in JPG or PNG, or take one with the camera."), field=field,
        ) from None  # fmt: skip
    stem = Path(name).stem[:80] or "photo"
    return keep_bytes(
        actor=actor,
        content=out.getvalue(),
        name=f"{stem}.jpg",
        media_type="image/jpeg",
        purpose=purpose,
        at=at,
    )


def keep_bytes(
    *, actor: Actor, content: bytes, name: str, media_type: str, purpose: str, at: datetime
) -> StoredFile:
    """Store content made by the program itself or already checked."""
    stored = new_file(actor=actor, name=name, media_type=media_type, purpose=purpose, at=at)
    target = disk_path(stored)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    stored.size_bytes = len(content)
    stored.sha256 = hashlib.sha256(content).hexdigest()
    stored.save(force_insert=True)
    return stored


def new_file(*, actor: Actor, name: str, media_type: str, purpose: str, at: datetime) -> StoredFile:
    """An unsaved record with its place on disk chosen; the caller writes the content, size and digest."""
    key = uuid7()
    return StoredFile(
        id=key, path=f"{purpose}/{at:%Y%m}/{key}", name=name[-200:], media_type=media_type, size_bytes=0,
        sha256="", created_at=at, user_id=actor.user_id, purpose=purpose,
    )  # fmt: skip


def disk_path(stored: StoredFile) -> Path:
    """Where the content lies."""
    return Path(settings.MEDIA_ROOT) / stored.path


def open_file(stored: StoredFile) -> BinaryIO:
    """The content, for reading."""
    return disk_path(stored).open("rb")
