"""What is wrong or remarkable about a cell, with the sentence shown for it. No sentence repeats the value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smartunion.core.codes.checks import Reason


class Severity(StrEnum):
    """What follows for an import.

    RECORD: the record is refused. REFUSED: the value is not used, the rest of the record is. DOUBT: the value is
    used, a person should look. NOTE: nothing is wrong with the record. Parsers say REFUSED; it becomes RECORD where
    the field is required or identifies the record.
    """

    RECORD = "record"
    REFUSED = "refused"
    DOUBT = "doubt"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem found by a parser, before it is known where: a code of MESSAGES and what fills its sentences.

    A parser of another room may bring its own sentences (message, remedy) for a code of its own.
    """

    code: str
    severity: Severity = Severity.REFUSED
    details: Mapping[str, object] | None = None
    own: tuple[Promise | str, Promise | str] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in its place.

    row: from 1, as spreadsheet programs count; cell: address such as H12; column: the label as written; field: key of
    the field the column was mapped to, or ''; code: stable; message: whole sentences with what to do next.
    """

    row: int
    cell: str
    column: str
    field: str
    code: str
    severity: Severity
    message: str
    remedy: str


_COMPARE: Final = _("Compare it with the document and correct the cell.")
_AS_TEXT: Final = _(
    "Format the column as text, enter the number again from the document, and load the file again."
)
_DATE_FORM: Final = _("Write it as 2024-03-05.")

#: code → (what happened and why, what to do next).
MESSAGES: Final[dict[str, tuple[Promise, Promise]]] = {
    "missing": (_("This column must be filled in and is empty."), _("Fill in the cell.")),
    "damaged_number": (
        _(
            "The number was stored as a figure of more than 15 digits, so its last digits have been lost. "
            "It is not used."
        ),
        _AS_TEXT,
    ),
    "scientific_notation": (
        _("The number was turned into scientific notation, so digits have been lost. It is not used."),
        _AS_TEXT,
    ),
    "turned_into_date": (
        _("The number was turned into a date by a spreadsheet program. It is not used."),
        _AS_TEXT,
    ),
    "lost_leading_zeros": (
        _("The number is shorter than the others in this column: zeros at its beginning have been lost."),
        _AS_TEXT,
    ),
    "maybe_damaged_number": (
        _(
            "The number ends in zeros and its check digit is wrong, as if a spreadsheet program had cut it off."
        ),
        _AS_TEXT,
    ),
    "unreadable_characters": (
        _("The cell holds characters that could not be read in the encoding of the file."),
        _("Save the file again as UTF-8 or XLSX."),
    ),
    "error_value": (
        _("The cell holds an error of the spreadsheet program instead of a value."),
        _("Correct the formula or enter the value."),
    ),
    "formula_unsaved": (
        _("The cell is a formula whose result was not saved with the file, so there is no value."),
        _("Open the file in a spreadsheet program, save it and load it again."),
    ),
    "impossible_date": (_("There is no such date."), _DATE_FORM),
    "unreadable_date": (_("This cannot be read as a date."), _DATE_FORM),
    "unlikely_date": (_("This date lies too far back or ahead to be right."), _COMPARE),
    "two_digit_year": (
        _("The year has two digits only; it was read as %(year)s."),
        _("Write the year with four digits."),
    ),
    "ambiguous_date": (
        _("Day and month can be taken either way; the date was not used."),
        _DATE_FORM,
    ),
    "date_serial": (
        _("The date is stored as a bare figure; it was read as %(date)s."),
        _("Format the column as a date and look whether the date is right."),
    ),
    "day_missing": (
        _("The day is missing; the first day of the period was taken."),
        _("Add the day if it is known."),
    ),
    "unreadable_month": (_("This cannot be read as a month."), _("Write it as 202403.")),
    "unreadable_number": (_("This cannot be read as a whole number."), _("Enter digits only.")),
    "unlikely_number": (_("This number cannot be right here."), _COMPARE),
    "unknown_value": (
        _("This value is not in the list for this column, so it is not used."),
        _("Use one of: %(choices)s."),
    ),
    "too_long": (
        _("The text is longer than %(limit)s characters."),
        _("Shorten it."),
    ),
    "odd_name": (
        _("This does not look like a name."),
        _COMPARE,
    ),
    "sex_differs": (
        _("The sex differs from the one the ID number tells."),
        _("Compare both with the document."),
    ),
    "birth_date_differs": (
        _("The birth date differs from the one the ID number tells."),
        _("Compare both with the document."),
    ),
    "repeated_identifier": (
        _("The same number already stands in row %(row)s."),
        _("Keep one of the rows, or correct the number."),
    ),
    # Codes of numbers that fail a check; the reasons are those of smartunion.core.codes.
    "wrong_length": (_("The number has too many or too few characters. It is not used."), _COMPARE),
    "bad_characters": (_("The number holds characters that cannot occur in it. It is not used."), _COMPARE),
    "confused_letter": (
        _("The code holds a letter I, O, S, V or Z, which these codes never use. It is not used."),
        _COMPARE,
    ),
    "bad_department": (_("No department issues codes with this first character. It is not used."), _COMPARE),
    "bad_check_digit": (
        _("The check digit is wrong, so at least one character of the number is wrong. It is not used."),
        _COMPARE,
    ),
    "bad_province": (_("The first two digits of the number are no province. It is not used."), _COMPARE),
    "id_birth_date": (_("The birth date inside the number does not exist. It is not used."), _COMPARE),
    "id_birth_in_future": (
        _("The birth date inside the number lies in the future. It is not used."),
        _COMPARE,
    ),
    "legacy_id": (
        _("This is an old ID number of 15 digits."),
        _("Ask for the 18-digit number on the present card."),
    ),
    "bad_phone": (_("No mainland telephone number looks like this. It is not used."), _COMPARE),
}

#: The problem code for each reason of a code check.
REASON_CODES: Final[dict[Reason, str]] = {
    Reason.EMPTY: "missing",
    Reason.LENGTH: "wrong_length",
    Reason.CHARACTERS: "bad_characters",
    Reason.CONFUSED_LETTER: "confused_letter",
    Reason.DEPARTMENT: "bad_department",
    Reason.CHECK_DIGIT: "bad_check_digit",
    Reason.PROVINCE: "bad_province",
    Reason.BIRTH_DATE: "id_birth_date",
    Reason.BIRTH_IN_FUTURE: "id_birth_in_future",
    Reason.LEGACY: "legacy_id",
    Reason.PREFIX: "bad_phone",
}


@dataclass(frozen=True)
class Refused:
    """A row of a file that was not taken: where, what, why and what to do."""

    row: int
    field: str
    reason: str
    remedy: str


def sentences(issue: Issue) -> tuple[str, str]:
    """(message, remedy) of an issue in the language of the moment."""
    message, remedy = issue.own or MESSAGES[issue.code]
    details = issue.details or {}
    return str(message) % details if details else str(message), str(remedy) % details if details else str(
        remedy
    )
