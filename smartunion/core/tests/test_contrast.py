"""Text on its surface has a contrast of at least 4.5:1, in the light shells and on the dark boards."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[1] / "static" / "core" / "css" / "tokens.css").read_text(
    encoding="utf-8"
)


def tokens(block: str) -> dict[str, str]:
    found = re.search(rf"^{re.escape(block)} \{{(.*?)^\}}", TOKENS, re.S | re.M)
    assert found
    return dict(re.findall(r"--su-([\w-]+): (#[0-9a-f]{6})", found.group(1)))


LIGHT = tokens(":root")
DARK = LIGHT | tokens(".board")
TEXTS = [("ink", "surface"), ("ink", "page"), ("ink-2", "surface"), ("ink-2", "page"), ("ink-3", "surface"), ("ink-3", "page"),
         ("ink-3", "surface-2"), ("link", "surface"), ("link", "page"), ("danger", "surface"), ("danger", "danger-tint"),
         ("red", "red-tint"), ("blue", "blue-tint"), ("green", "green-tint"), ("amber", "amber-tint"), ("violet", "violet-tint"),
         ("teal", "teal-tint"), ("ink-2", "grey-tint"), ("ink", "map-low"), ("ink", "map-high"), ("ink", "hover")]  # fmt: skip
SHAPES = [(f"chart-{number}", "surface") for number in range(1, 7)] + [
    ("focus", "page"),
    ("line-strong", "surface"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_contrast(name: str, theme: dict[str, str]) -> None:
    texts = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in TEXTS}
    shapes = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in SHAPES}

    assert {pair: value for pair, value in texts.items() if value < 4.5} == {}
    assert {pair: value for pair, value in shapes.items() if value < 3} == {}


def test_white_on_the_main_button() -> None:
    assert contrast("#ffffff", LIGHT["red"]) >= 4.5
