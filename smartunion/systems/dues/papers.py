"""Reminders and applications for payment orders as PDF; every figure read from the letter."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from smartunion.core.pdf.papers import Block, day_words, render
from smartunion.systems.dues.listings import yuan
from smartunion.systems.dues.models import Reminder
from smartunion.systems.dues.rules import DuesLetterKind


def letter(row: Reminder, *, at: datetime) -> bytes:
    """The letter with its number, the periods that were open that day, and the sum."""
    title, to, words = _reminder(row) if row.kind == DuesLetterKind.REMINDER else _order(row)
    head = [_("Period"), _("To be paid, yuan"), _("Paid, yuan"), _("Missing, yuan")]
    rows = [
        [
            start if start == end else f"{start} – {end}",
            yuan(Decimal(due)),
            yuan(Decimal(paid)),
            yuan(Decimal(due) - Decimal(paid)),
        ]
        for start, end, due, paid in row.lines
    ]
    blocks: list[Block] = [
        *({"kind": "text", "text": text} for text in words), {"kind": "table", "head": head, "rows": rows, "widths": [3, 2, 2, 2]},
        {"kind": "sign", "text": row.issued_by, "day": day_words(row.issued_on)},
    ]  # fmt: skip
    return render(title=title, blocks=blocks, at=at, number=row.number, to=to, foot=row.number)


def _reminder(row: Reminder) -> tuple[str, str, list[str]]:
    words = _(
        "By the records of the tax office %(owed)s yuan of the contributions your unit owes to its union by article 43 of the "
        "Trade Union Law are not paid, what was paid too much in other periods taken off. Please pay them by %(day)s. If you "
        "have paid already or disagree, send us your proof by then."
    )
    law = _(
        "By article 44 of the Trade Union Law the union may ask the local court for a payment order where contributions are "
        "delayed or refused without good reason."
    )
    values = {"owed": yuan(row.owed_yuan), "day": day_words(row.answer_by)}
    return _("Reminder of union contributions"), row.addressed_to, [words % values, law]


def _order(row: Reminder) -> tuple[str, str, list[str]]:
    words = _(
        "Applicant: %(union)s. Respondent: %(firm)s (unified social credit code %(code)s; address: %(address)s; legal "
        "representative: %(person)s). Asked for: that the respondent be ordered to pay %(owed)s yuan of union contributions; "
        "costs to be borne by the respondent."
    )
    firm = row.employer
    unknown = _("not known")
    values = {
        "union": row.issued_by, "firm": row.addressed_to, "owed": yuan(row.owed_yuan), "code": firm.uscc or unknown,
        "address": firm.address or unknown, "person": firm.legal_person or unknown,
    }  # fmt: skip
    why = _(
        "Facts and reasons: article 43 of the Trade Union Law obliges the respondent to pay two per cent of all its wages to "
        "the union each month. It was reminded in writing and has not paid within the time set. By article 44 of the Trade "
        "Union Law the applicant asks for a payment order. The periods:"
    )
    return _("Application for a payment order"), _("People’s Court"), [words % values, why]
