"""Drawn stand-ins for photographs: plain scenes, plainly drawn, nobody in them."""

import io

from PIL import Image, ImageDraw

_WALL, _FLOOR, _DARK, _YELLOW, _RED, _GREEN, _GREY = (
    (201, 207, 212), (150, 156, 160), (58, 64, 72), (240, 190, 40), (190, 60, 50), (70, 140, 90), (120, 128, 136),
)  # fmt: skip


def picture(kind: str, *, is_right: bool, shade: int) -> bytes:
    """A scene of a hazard, or of the same place put right, as JPEG. kind: one of SCENES; shade: makes two of a kind differ."""
    lift = shade % 5 * 6 - 12
    wall = tuple(min(255, max(0, part + lift)) for part in _WALL)
    image = Image.new("RGB", (960, 720), wall)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 470), (960, 430), (960, 720), (0, 720)], fill=_FLOOR)
    for x in range(-100, 1000, 140):
        draw.line([(x, 720), (x + 180, 450)], fill=(138, 144, 148), width=3)
    SCENES[kind](draw, is_right)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _machine(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    draw.rounded_rectangle([280, 180, 680, 580], 18, fill=(88, 118, 140))
    draw.rectangle([340, 330, 620, 460], fill=_DARK)
    draw.rectangle([440, 330, 520, 420], fill=_GREY)
    if is_right:
        for x in range(350, 620, 24):
            draw.line([(x, 330), (x, 460)], fill=_YELLOW, width=5)
        draw.rectangle([336, 326, 624, 464], outline=_YELLOW, width=8)


def _electric(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    draw.rectangle([360, 150, 600, 430], fill=_GREY, outline=_DARK, width=6)
    if is_right:
        draw.polygon([(480, 200), (560, 340), (400, 340)], fill=_YELLOW, outline=_DARK)
        draw.line([(480, 240), (466, 290), (492, 286), (480, 326)], fill=_DARK, width=7)
    else:
        draw.rectangle([380, 170, 580, 410], fill=_DARK)
        for offset, colour in enumerate((_RED, _YELLOW, (60, 90, 170))):
            draw.arc([400 + offset * 30, 220, 640 + offset * 40, 660], 90, 270, fill=colour, width=7)


def _fire(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    draw.rectangle([380, 160, 600, 500], fill=(228, 232, 234), outline=_DARK, width=6)
    draw.rectangle([420, 100, 560, 146], fill=_GREEN)
    if not is_right:
        for x, y in ((300, 430), (420, 400), (520, 440), (360, 330), (470, 320)):
            draw.rectangle([x, y, x + 130, y + 110], fill=(178, 138, 92), outline=(120, 90, 56), width=4)


def _height(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    draw.rectangle([120, 300, 840, 340], fill=_GREY)
    for x in (150, 480, 800):
        draw.line([(x, 340), (x, 620)], fill=_DARK, width=12)
    if is_right:
        for y in (200, 250):
            draw.line([(120, y), (840, y)], fill=_YELLOW, width=10)
        for x in (130, 370, 610, 830):
            draw.line([(x, 190), (x, 300)], fill=_YELLOW, width=10)


def _traffic(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    draw.rectangle([250, 260, 620, 520], fill=(210, 130, 40))
    draw.rectangle([620, 360, 740, 520], fill=(180, 104, 30))
    for x in (330, 660):
        draw.ellipse([x - 50, 480, x + 50, 580], fill=_DARK)
    if is_right:
        draw.line([(80, 640), (900, 600)], fill=_YELLOW, width=14)


def _stack(draw: ImageDraw.ImageDraw, is_right: bool) -> None:
    lean = 0 if is_right else 34
    for level in range(5):
        left = 340 + (level % 2) * lean + level * lean // 2
        draw.rectangle(
            [left, 480 - level * 80, left + 260, 556 - level * 80],
            fill=(178, 138, 92),
            outline=(120, 90, 56),
            width=4,
        )


#: How each kind is drawn; kinds without a scene have no picture.
SCENES = {
    "machine": _machine, "electric": _electric, "fire": _fire, "height": _height, "traffic": _traffic, "building": _stack,
}  # fmt: skip
