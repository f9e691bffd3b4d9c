"""Folding text for comparison: width, blanks, dashes. What was given is stored, its folded form compared."""

import re
from typing import Final

# Full-width ASCII (！ to ～) and the ideographic space. NFKC would also rewrite rare characters in names
# (compatibility ideographs), which must stay as the person writes them.
_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_DASHES: Final = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\ufe58\u2500\u30fc"), "-"
)

# Characters nobody sees: zero-width spaces and joiners, byte-order mark, direction marks (WeChat and web
# pages add them to copied numbers), soft hyphen, and control characters other than blanks.
_INVISIBLE: Final = dict.fromkeys(
    [
        *range(0x09),
        *range(0x0E, 0x1C),
        0x7F,
        *range(0x80, 0x85),
        *range(0x86, 0xA0),
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)

_BLANKS: Final = re.compile(r"\s+")


def fold_width(text: str) -> str:
    """Full-width letters, digits and punctuation as half-width, １２Ａ as 12A; everything else unchanged."""
    return text if text.isascii() else text.translate(_WIDTH)


def fold_dashes(text: str) -> str:
    """Every hyphen, dash and minus sign as '-'. The Chinese numeral 一 is not a dash and stays."""
    return text.translate(_DASHES)


def strip_invisible(text: str) -> str:
    """Without zero-width, direction and control characters; blanks and line ends stay."""
    return text.translate(_INVISIBLE)


def tidy(text: str) -> str:
    """As given, without invisible characters and without blanks at both ends: what gets stored."""
    return strip_invisible(text).strip()


def squeeze(text: str) -> str:
    """tidy(), with every run of blanks (line ends, tabs, non-breaking spaces) as one space."""
    if text.isprintable() and "  " not in text:  # the usual case, several times faster
        return text.strip()
    return _BLANKS.sub(" ", tidy(text))


def without_blanks(text: str) -> str:
    """Without any blank or invisible character."""
    if text.isprintable() and " " not in text:
        return text
    return _BLANKS.sub("", strip_invisible(text))


def fold_code(text: str) -> str:
    """The comparable form of a code: half-width, upper case, no blanks, dashes as '-', no leading apostrophe.

    A leading apostrophe is what people type to make a spreadsheet keep a number as text.
    """
    if text.isascii() and text.isalnum():  # the usual case, several times faster
        return text.upper()
    # Letters are raised one by one because str.upper() may change the length (ß becomes SS).
    folded = fold_dashes(fold_width(without_blanks(text)))
    return "".join(c.upper() if c.isascii() else c for c in folded).lstrip("'`’‘")


def words(text: str) -> list[str]:
    """The words of a text written with blanks between them: word lists read better as a line than as a column."""
    return text.split()
