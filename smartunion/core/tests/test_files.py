"""Files on disk are sealed, found again whole, and pictures carry nothing hidden."""

import io
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from smartunion.core.actor import Actor
from smartunion.core.crypto.suites import CannotOpen
from smartunion.core.errors import InvalidInput
from smartunion.core.files import intake
from smartunion.core.files.models import StoredFile
from smartunion.core.files.sealed import CHUNK

pytestmark = pytest.mark.django_db
ALI = Actor(user_id=7, name="阿丽")


def keep(content: bytes) -> StoredFile:
    return intake.keep_bytes(
        actor=ALI, content=content, name="名单.csv", media_type="text/csv", purpose="test", at=timezone.now()
    )


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_content_comes_back_whole_and_lies_sealed(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    stored = keep(content)

    assert intake.open_file(stored).read() == content
    assert stored.size_bytes == size
    if size > 64:
        assert content[:64] not in intake.disk_path(stored).read_bytes()


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-1], lambda raw: raw[:40], lambda raw: raw[:-9] + b"x" + raw[-8:]]
)
def test_a_changed_or_cut_file_does_not_open(damage) -> None:
    stored = keep(b"a" * (CHUNK + 5))
    path = intake.disk_path(stored)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(CannotOpen):
        intake.open_file(stored)


def test_a_missing_last_chunk_is_noticed() -> None:
    stored = keep(b"a" * (2 * CHUNK))
    path = intake.disk_path(stored)
    path.write_bytes(path.read_bytes()[: 12 + 4 + CHUNK + 16])

    with pytest.raises(CannotOpen):
        list(intake.stream(stored))


def test_the_plain_copy_is_gone_afterwards(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    stored = keep(b"name\n")
    with intake.plain_copy(stored) as path:
        assert path.read_bytes() == b"name\n"
    assert not path.exists()


def test_an_upload_over_the_limit_leaves_nothing() -> None:
    with pytest.raises(InvalidInput):
        intake.keep_stream(
            actor=ALI, chunks=[b"x" * 600, b"x" * 600], name="a", media_type="b", purpose="test",
            at=timezone.now(), limit_bytes=1000,
        )  # fmt: skip
    assert not StoredFile.objects.exists()


def picture(**values) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (3000, 1000), "red").save(out, "JPEG", **values)
    out.seek(0)
    return out


def test_a_photo_is_scaled_and_loses_place_and_device() -> None:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    stored = intake.keep_photo(
        actor=ALI, data=picture(exif=exif), name="a.png", purpose="test", at=timezone.now()
    )

    kept = Image.open(intake.open_file(stored))
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (2400, 800), {})
    assert stored.name == "a.jpg"


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"\xff\xd8\xff", b"GIF89a"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        intake.keep_photo(
            actor=ALI, data=io.BytesIO(content), name="a.jpg", purpose="test", at=timezone.now()
        )
    assert not StoredFile.objects.exists()


def test_plain_copies_of_a_dead_process_go_at_the_next_start_and_those_of_a_living_one_stay(
    settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / "tmp" / f"{socket.gethostname()}.{dead.pid}.abc"
    left.mkdir(parents=True)
    (left / "plain.xlsx").write_bytes(b"330226")

    with intake.private_folder() as mine:
        assert intake.sweep_private_folders() == 1
        assert not left.exists()
        assert mine.exists()
