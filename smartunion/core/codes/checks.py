"""What a check of one code found: the comparable code, its kind, and every reason it is not right."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CodeKind(StrEnum):
    """The families of codes this package knows; the value is stored, never derived from a label."""

    USCC = "uscc"
    ORGANISATION_CODE = "organisation_code"
    REGISTRATION_NUMBER = "registration_number"
    TAXPAYER_NUMBER = "taxpayer_number"
    RESIDENT_ID = "resident_id"
    RESIDENT_ID_15 = "resident_id_15"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGNER_PERMIT = "foreigner_permit"
    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE_NUMBER = "service_number"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a code is not right."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    CONFUSED_LETTER = "confused_letter"
    DEPARTMENT = "department"
    CHECK_DIGIT = "check_digit"
    PROVINCE = "province"
    BIRTH_DATE = "birth_date"
    BIRTH_IN_FUTURE = "birth_in_future"
    LEGACY = "legacy"
    PREFIX = "prefix"


_GENERAL: Final[dict[Reason, Promise]] = {
    Reason.EMPTY: _("There is no number. Enter it as it is printed on the document."),
    Reason.LENGTH: _("The number has too many or too few characters. Compare it with the document."),
    Reason.CHARACTERS: _(
        "The number holds characters that cannot occur in it. Compare it with the document."
    ),
    Reason.CONFUSED_LETTER: _(
        "The number holds a letter I, O, S, V or Z, which these codes never use; most often 1, 0, 5, U or 2 "
        "is meant. Compare it with the certificate."
    ),
    Reason.DEPARTMENT: _(
        "No registering department issues codes with this first character. Compare it with the certificate."
    ),
    Reason.CHECK_DIGIT: _(
        "The last character does not fit the others, so at least one character is wrong. "
        "Compare it with the document."
    ),
    Reason.PROVINCE: _("The first two digits are no province. Compare the number with the document."),
    Reason.BIRTH_DATE: _(
        "The birth date inside the number does not exist. Compare the number with the document."
    ),
    Reason.BIRTH_IN_FUTURE: _(
        "The birth date inside the number lies in the future. Compare the number with the document."
    ),
    Reason.LEGACY: _("This is an old 15-digit ID number. Ask for the 18-digit number on the present card."),
    Reason.PREFIX: _(
        "No mainland telephone number begins like this. Compare it with the person's own number."
    ),
}


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """The outcome of checking one code.

    given: exactly what was passed in; it is what gets stored or shown. code: the comparable form (half-width,
    upper case, no blanks), empty when nothing was given. reasons: empty when the code is right.
    """

    given: str
    code: str
    kind: CodeKind
    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing is wrong with the code."""
        return not self.reasons

    @property
    def messages(self) -> list[str]:
        """One whole sentence for each reason, in the language of the moment; never repeats the number."""
        return [str(_GENERAL[reason]) for reason in self.reasons]
