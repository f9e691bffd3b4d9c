"""How much a file may hold before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; every one exists to keep one upload from taking the machine down.

    file_bytes: size on disk. unpacked_bytes: all parts of a workbook after unpacking. pack_ratio: unpacked to packed
    size of one part beyond 64 MiB, above which it is taken for a bomb. markup_bytes: HTML and XML tables, which are
    read whole. columns, cell_characters: beyond these a file is damaged rather than big.
    """

    file_bytes: int = 2 * 1024**3
    unpacked_bytes: int = 16 * 1024**3
    pack_ratio: int = 400
    markup_bytes: int = 128 * 1024**2
    columns: int = 16_384
    cell_characters: int = 1_000_000


DEFAULT = Limits()
