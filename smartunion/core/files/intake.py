"""Files from phones and desks: checked by content, pictures re-encoded, everything sealed on disk."""

import io
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.models import StoredFile
from smartunion.core.files.sealed import SealedWriter
from smartunion.core.files.sealed import chunks as chunks_of
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
    with keeping(actor=actor, name=name, media_type=media_type, purpose=purpose, at=at) as (stored, out):
        out.write(content)
    return stored


def keep_stream(
    *,
    actor: Actor,
    chunks: Iterable[bytes],
    name: str,
    media_type: str,
    purpose: str,
    at: datetime,
    limit_bytes: int,
) -> StoredFile:
    """Store an upload piece by piece. Raises InvalidInput when it is empty or larger than the limit."""
    with keeping(actor=actor, name=name, media_type=media_type, purpose=purpose, at=at) as (stored, out):
        for chunk in chunks:
            out.write(chunk)
            if out.size > limit_bytes:
                raise InvalidInput(
                    _("The file is larger than %(limit)s MB.") % {"limit": limit_bytes // 1024 // 1024},
                    remedy=_("Split it into smaller files, or save it as CSV."),
                )
        if out.size == 0:
            raise InvalidInput(
                _("The file is empty."), remedy=_("Open it, check that it has rows, and save it again.")
            )
    return stored


@contextmanager
def keeping(
    *, actor: Actor, name: str, media_type: str, purpose: str, at: datetime
) -> "Iterator[tuple[StoredFile, SealedWriter]]":
    """Write a file of any size: yields the record and a writer; both are kept when the block ends well."""
    key = uuid7()
    stored = StoredFile(
        id=key, path=f"{purpose}/{at:%Y%m}/{key}", name=name[-200:], media_type=media_type, size_bytes=0,
        sha256="", created_at=at, user_id=actor.user_id, purpose=purpose,
    )  # fmt: skip
    target = disk_path(stored)
    target.parent.mkdir(parents=True, exist_ok=True)
    writer = SealedWriter(target.open("wb"), str(key))
    try:
        yield stored, writer
    except BaseException:
        writer.close()
        target.unlink(missing_ok=True)
        raise
    writer.close()
    stored.size_bytes, stored.sha256 = writer.size, writer.digest()
    stored.save(force_insert=True)


def drop(files: Iterable[StoredFile]) -> int:
    """Delete records and, once the transaction holds, their content. Nothing may point at them any more."""
    gone = list(files)
    StoredFile.objects.filter(pk__in=[stored.pk for stored in gone]).delete()
    for stored in gone:
        transaction.on_commit(partial(disk_path(stored).unlink, missing_ok=True))
    return len(gone)


def disk_path(stored: StoredFile) -> Path:
    """Where the sealed content lies; read it with `open_file`, `stream` or `plain_copy`."""
    return Path(settings.MEDIA_ROOT) / stored.path


def stream(stored: StoredFile) -> Iterator[bytes]:
    """The plain content in pieces of a megabyte. Raises CannotOpen."""
    with disk_path(stored).open("rb") as source:
        yield from chunks_of(source, str(stored.pk))


def open_file(stored: StoredFile) -> BinaryIO:
    """The plain content of a small file, in memory. Raises CannotOpen."""
    return io.BytesIO(b"".join(stream(stored)))


@contextmanager
def plain_copy(stored: StoredFile, suffix: str = "") -> Iterator[Path]:
    """A plain copy in a private folder for readers that need a path; gone when the block ends."""
    with private_folder() as folder:
        path = folder / f"plain{suffix or Path(stored.name).suffix}"
        with path.open("wb") as out:
            for chunk in stream(stored):
                out.write(chunk)
        yield path


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only this program may enter, emptied at the end; `sweep_private_folders` empties it after a kill."""
    root = Path(settings.HOME) / "tmp"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=f"{socket.gethostname()}.{os.getpid()}.", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_private_folders() -> int:
    """Remove plain copies whose process on this computer is gone; returns how many. Called at every start."""
    gone = 0
    for folder in (Path(settings.HOME) / "tmp").glob(f"{socket.gethostname()}.*.*"):
        process = folder.name.removeprefix(f"{socket.gethostname()}.").partition(".")[0]
        if process.isdigit() and not _runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
