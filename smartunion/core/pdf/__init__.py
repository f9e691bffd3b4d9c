"""Papers as PDF: typst templates with the fonts that come along, so that every machine prints the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

FONTS = Path(__file__).resolve().parent / "fonts"
FONT = "Noto Sans CJK SC"


def render(template: Path, values: Mapping[str, str], *, at: datetime) -> bytes:
    """The PDF of a typst file. values: read inside as `sys.inputs.name`; they are text, never markup. at: its date.

    The same template, values and time give the same bytes.
    """
    import typst  # late: 30 MB that only printing needs

    made = typst.compile(
        str(template), root=str(template.parent), font_paths=_fonts(), format="pdf", sys_inputs=dict(values),
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> "Fonts":
    """Read once in the life of a process: that takes far longer than a paper."""
    import typst

    return typst.Fonts(font_paths=[str(FONTS)])
