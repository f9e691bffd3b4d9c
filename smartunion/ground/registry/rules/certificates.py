"""Legal-person certificates: who gets one, what it says, how it stands; pure.

Source: 基层工会法人登记管理办法（总工办发〔2020〕20号）; Trade Union Law art. 15; GB 32100; domain rules 5.3, 5.4.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.rules.words import LEADING, UnionKind, UnionLevel

#: How long ahead a certificate is shown as ending.
ENDING = timedelta(days=90)
#: Levels whose federations register legal persons.
REGISTERING = frozenset({UnionLevel.PROVINCE, UnionLevel.CITY, UnionLevel.COUNTY})


class LegalForm(TextChoices):
    """Whether a union is a legal person of its own."""

    OWN = "own", gettext_lazy("Can be a legal person")
    CODE_ONLY = "code_only", gettext_lazy("Has a code only")
    NONE = "none", gettext_lazy("Part of its union")


class CertificateState(TextChoices):
    """Life of a certificate. Whether a valid one has ended by its date, or no longer says what is, is its standing."""

    VALID = "valid", pgettext_lazy("certificate", "Valid")
    REPLACED = "replaced", gettext_lazy("Followed by another")
    CANCELLED = "cancelled", pgettext_lazy("certificate", "Cancelled")


class IssuedFor(TextChoices):
    """Why a certificate was issued."""

    FIRST = "first", gettext_lazy("First registration")
    CHANGE = "change", gettext_lazy("Change of registered data")
    RENEWAL = "renewal", gettext_lazy("Renewal")
    REPLACEMENT = "replacement", gettext_lazy("Replacement of a lost one")


class Standing(TextChoices):
    """How a certificate stands on a day; what is to be done first wins."""

    CHANGE_LATE = "change_late", gettext_lazy("Change overdue")
    ENDED = "ended", pgettext_lazy("certificate", "Ended")
    CHANGE_DUE = "change_due", gettext_lazy("Change to be registered")
    ENDING = "ending", gettext_lazy("Ends soon")
    VALID = "valid", pgettext_lazy("certificate", "Valid")
    REPLACED = "replaced", gettext_lazy("Followed by another")
    CANCELLED = "cancelled", pgettext_lazy("certificate", "Cancelled")


@dataclass(frozen=True)
class Particulars:
    """What a legal-person certificate says, or the registry now. "" or None: unknown, and compared with nothing."""

    name: str = ""
    uscc: str = ""
    head: str = ""
    address: str = ""
    registrar_id: int | None = None


#: Words of the particulars, for lists and messages.
PARTICULARS = {
    "name": gettext_lazy("name of the union"),
    "uscc": gettext_lazy("code"),
    "head": gettext_lazy("legal representative"),
    "address": gettext_lazy("address"),
    "registrar_id": gettext_lazy("registering federation"),
}


def legal_form(kind: UnionKind) -> LegalForm:
    """Working committees are offices of a federation; branches and groups are parts of their union."""
    if kind == UnionKind.COMMITTEE_OFFICE:
        return LegalForm.CODE_ONLY
    return LegalForm.NONE if kind in {UnionKind.BRANCH, UnionKind.GROUP} else LegalForm.OWN


def check_may_register(kind: UnionKind) -> None:
    """Refuse a kind that is no legal person. Raises InvalidInput naming union."""
    form = legal_form(kind)
    if form == LegalForm.CODE_ONLY:
        raise InvalidInput(
            _("A trade union working committee is an office of the federation: it has a code and no certificate."),
            remedy=_("Enter its code in its record; it acts under the federation’s own legal person."), field="union",
        )  # fmt: skip
    if form == LegalForm.NONE:
        raise InvalidInput(
            _("A branch or group is part of its union and no legal person."),
            remedy=_("Apply for the union it belongs to."), field="union",
        )  # fmt: skip


def check_code(code: str, kind: UnionKind) -> None:
    """The code of a legal person: 81 for grassroots unions and their associations. Raises InvalidInput naming uscc."""
    prefix = "8" if kind in LEADING - {UnionKind.ASSOCIATION_AREA, UnionKind.ASSOCIATION_INDUSTRY} else "81"
    if not code:
        raise InvalidInput(
            _("A legal person has a social credit code."),
            remedy=_("Enter the code assigned at registration."), field="uscc",
        )  # fmt: skip
    if not code.startswith(prefix):
        raise InvalidInput(
            _("The code of a union legal person begins with 81."),
            remedy=_("Compare it with the registration; 89 stands for offices that are no legal persons."), field="uscc",
        )  # fmt: skip


def changed(printed: Particulars, now: Particulars) -> list[str]:
    """Names of the particulars that differ, in their order; what the certificate does not say is not compared."""
    return [
        one.name
        for one in fields(Particulars)
        if getattr(printed, one.name) and getattr(printed, one.name) != getattr(now, one.name)
    ]


def standing(state: str, valid_to: date | None, change_due_on: date | None, today: date) -> Standing:
    """How a certificate stands on a day."""
    if state != CertificateState.VALID:
        return Standing(state)
    if change_due_on is not None and change_due_on < today:
        return Standing.CHANGE_LATE
    if valid_to is not None and valid_to <= today:
        return Standing.ENDED
    if change_due_on is not None:
        return Standing.CHANGE_DUE
    return Standing.ENDING if valid_to is not None and valid_to <= today + ENDING else Standing.VALID
