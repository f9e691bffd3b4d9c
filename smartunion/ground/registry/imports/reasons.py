"""Why rows of a list are refused: each reason in words that hold for every row it refuses."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smartunion.core.tables.problems import MESSAGES

_OTHER: Final = _("Another reason, which stands in the row.")
_WORDS: Final[dict[str, str | Promise]] = {
    "no_union": _("No union was found for the union or employer the row names."),
    "member_elsewhere": _("A member of another union already."),
    "member_meanwhile": _("Became a member between the preview and the import."),
    "union_closed": _("The union closed between the preview and the import."),
    "name_differs": _("The ID number is registered under another name."),
    "recorded_deceased": _("Recorded as deceased."),
    "repeated": _("Repeats an earlier row of the file."),
    "not_a_joining": _("Says that somebody left or was transferred out."),
    "cannot_be_found_again": _("No usable ID number and no mobile number."),
    "too_long": _("A text is too long."),
    "repeated_identifier": _("A number stands in an earlier row of the file already."),
}


def in_words(code: str) -> str:
    """A refused row's reason without what belongs to the one row."""
    words = _WORDS.get(code)
    if words is None:
        words = MESSAGES[code][0] if code in MESSAGES else _OTHER
    return str(words)
