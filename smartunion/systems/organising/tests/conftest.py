"""What the tests of comparisons share."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from smartunion.systems.organising import matching


@pytest.fixture(autouse=True, scope="package")
def _the_same_tables_are_matched_once() -> Iterator[None]:
    """Comparisons of one county put the same tables to the matcher again and again, byte for byte: it answers the first time.

    Nearly all a small comparison costs is DuckDB's planning. That the same tables give the same lists, matching/tests say.
    """
    real = matching.run
    kept: dict[bytes, tuple[matching.MatchReport, dict[str, bytes]]] = {}

    def run(data: Path, out: Path, *, options: matching.Options) -> matching.MatchReport:
        digest = sha256(repr(options).encode())
        for file in sorted(data.iterdir()):
            digest.update(f"{file.name} {file.stat().st_size} ".encode() + file.read_bytes())
        key = digest.digest()
        if key not in kept:
            report = real(data, out, options=options)
            kept[key] = report, {file.name: file.read_bytes() for file in out.iterdir()}
            return report
        report, files = kept[key]
        out.mkdir()
        for name, content in files.items():
            (out / name).write_bytes(content)
        lists = {name: replace(item, path=out / item.path.name) for name, item in report.lists.items()}
        return replace(report, lists=lists)

    patched: Any = matching
    patched.run = run
    yield
    patched.run = real
