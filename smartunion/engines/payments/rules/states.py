"""What payables, lists and likenesses can be, and how they move."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PayableState(TextChoices):
    """Where money owed to somebody stands."""

    OWED = "owed", pgettext_lazy("payments", "Owed")
    LISTED = "listed", pgettext_lazy("payments", "On a list")
    RELEASED = "released", pgettext_lazy("payments", "Released")
    SENT = "sent", pgettext_lazy("payments", "Sent to the bank")
    PAID = "paid", pgettext_lazy("payments", "Paid")
    FAILED = "failed", pgettext_lazy("payments", "Sent back by the bank")
    CANCELLED = "cancelled", pgettext_lazy("payments", "Cancelled")


class ListState(TextChoices):
    """Where a payment list stands."""

    DRAFT = "draft", pgettext_lazy("payments", "In preparation")
    PROPOSED = "proposed", pgettext_lazy("payments", "Waiting for release")
    RELEASED = "released", pgettext_lazy("payments", "Released")
    SENT = "sent", pgettext_lazy("payments", "Sent to the bank")
    SETTLED = "settled", pgettext_lazy("payments", "Settled")
    DROPPED = "dropped", pgettext_lazy("payments", "Given up")


class PayeeKind(TextChoices):
    """Whose account it is."""

    SELF = "self", pgettext_lazy("payments", "Her own account")
    FAMILY = "family", pgettext_lazy("payments", "Somebody else's account")
    UNION = "union", pgettext_lazy("payments", "Account of the union")


class SourceKind(TextChoices):
    """Where a fund's money comes from (Trade Union Law art. 43)."""

    DUES = "dues", pgettext_lazy("payments", "Union dues")
    GOVERNMENT = "government", pgettext_lazy("payments", "Government money")
    DONATION = "donation", pgettext_lazy("payments", "Donations")
    EMPLOYER = "employer", pgettext_lazy("payments", "Employer's contribution")
    OTHER = "other", pgettext_lazy("payments", "Other income")


class EntryKind(TextChoices):
    """Why money moved in the ledger."""

    RECEIPT = "receipt", pgettext_lazy("payments", "Receipt")
    COMMIT = "commit", pgettext_lazy("payments", "Set aside for a released list")
    SEND = "send", pgettext_lazy("payments", "Handed to the bank")
    PAY = "pay", pgettext_lazy("payments", "Paid out")
    FAIL = "fail", pgettext_lazy("payments", "Sent back by the bank")
    UNCOMMIT = "uncommit", pgettext_lazy("payments", "Release taken back")
    RESERVE = "reserve", pgettext_lazy("payments", "Set aside for things and places")
    SPEND = "spend", pgettext_lazy("payments", "Given as a thing or a place")
    UNRESERVE = "unreserve", pgettext_lazy("payments", "Not needed, back in the fund")


class Account(TextChoices):
    """Accounts of one fund. Debit is positive; bank and clearing are what is there, the others what it is for."""

    BANK = "bank", pgettext_lazy("payments", "At the bank")
    CLEARING = "clearing", pgettext_lazy("payments", "On its way")
    BALANCE = "balance", pgettext_lazy("payments", "Balance of the fund")
    COMMITTED = "committed", pgettext_lazy("payments", "Set aside")
    PAID = "paid", pgettext_lazy("payments", "Paid out so far")


class TraitKind(TextChoices):
    """What two claims can have in common."""

    PERSON = "person", pgettext_lazy("payments", "the same person")
    RESIDENT_ID = "resident_id", pgettext_lazy("payments", "the same ID number")
    PHONE = "phone", pgettext_lazy("payments", "the same phone number")
    ACCOUNT = "account", pgettext_lazy("payments", "the same account")
    PICTURE = "picture", pgettext_lazy("payments", "the same picture or document")


class LikenessState(TextChoices):
    """What somebody found who compared two claims."""

    OPEN = "open", pgettext_lazy("payments", "To be compared")
    HARMLESS = "harmless", pgettext_lazy("payments", "Both are in order")
    DOUBLE = "double", pgettext_lazy("payments", "Paid twice for one thing")


#: Payables: from → to.
MOVES: dict[PayableState, frozenset[PayableState]] = {
    PayableState.OWED: frozenset({PayableState.LISTED, PayableState.CANCELLED}),
    PayableState.LISTED: frozenset({PayableState.OWED, PayableState.RELEASED}),
    PayableState.RELEASED: frozenset({PayableState.OWED, PayableState.SENT}),
    PayableState.SENT: frozenset({PayableState.PAID, PayableState.FAILED}),
    PayableState.FAILED: frozenset({PayableState.OWED, PayableState.CANCELLED}),
    PayableState.PAID: frozenset(),
    PayableState.CANCELLED: frozenset(),
}
#: Still to be paid.
OPEN_STATES = (
    PayableState.OWED,
    PayableState.LISTED,
    PayableState.RELEASED,
    PayableState.SENT,
    PayableState.FAILED,
)

TONES: dict[str, str] = {
    "owed": "waiting", "listed": "active", "released": "active", "sent": "active", "paid": "done", "failed": "bad",
    "cancelled": "off", "draft": "waiting", "proposed": "waiting", "settled": "done", "dropped": "off", "open": "waiting",
    "harmless": "done", "double": "bad",
}  # fmt: skip
