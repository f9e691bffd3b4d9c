"""How big a demo place is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Row counts to aim at. Each is met within a few per cent; insurance rows and members exactly where possible."""

    key: str
    entities: int
    unions: int
    members: int
    insurance_rows: int
    taxpayers: int


SIZES: dict[str, Size] = {
    "tiny": Size("tiny", 240, 24, 500, 800, 150),
    "town": Size("town", 2_500, 60, 6_000, 9_000, 1_500),
    "county": Size("county", 25_000, 600, 60_000, 90_000, 15_000),
    "city": Size("city", 1_200_000, 27_300, 3_780_000, 5_000_000, 800_000),
}
