"""The room's chapter of a person's own file, and what is given up when her data are erased."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.engines.payments.models import LikenessPair, Payable, Trait
from smartunion.engines.payments.programmes import label_of
from smartunion.engines.payments.rules.accounts import mask_account
from smartunion.engines.payments.rules.states import PayableState
from smartunion.ground.registry.taking_along import Part, Row

_MOST = 500


def _payments(person_id: int) -> Sequence[Row]:
    rows = Payable.objects.filter(person=person_id).select_related("union").order_by("-pk")[:_MOST]
    return [_row(row) for row in reversed(rows)]


def _row(row: Payable) -> Row:
    return {
        pgettext("own data", "Programme"): label_of(row.programme),
        pgettext("own data", "For"): row.title,
        pgettext("own data", "Union"): row.union.name,
        pgettext("own data", "Yuan"): str(row.amount_yuan),
        pgettext("own data", "State"): str(row.get_state_display()),
        pgettext("own data", "Account"): mask_account(row.payee_account),
        pgettext("own data", "Bank"): row.payee_bank,
        pgettext("own data", "Decided"): row.owed_at,
        pgettext("own data", "Paid"): row.paid_at,
        pgettext("own data", "Reason"): row.fail_reason or row.cancel_reason,
    }


CHAPTER = Part("payments", gettext_lazy("Payments"), _payments)


def forget(person_id: int) -> None:
    """By what she was compared goes, and what payments were for; account and bank go where nothing was paid.

    What stays of a payment made is its receipt: programme, sum, day, account.
    Source: Measures on accounting archives of 2015 (receipts are kept thirty years).
    """
    traits = Trait.objects.filter(person=person_id)
    records = set(traits.values_list("record", flat=True))
    LikenessPair.objects.filter(record__in=records).delete()
    LikenessPair.objects.filter(other_record__in=records).delete()
    traits.delete()
    rows = Payable.objects.filter(person=person_id)
    for row in rows.filter(state__in=[PayableState.PAID, PayableState.CANCELLED]):
        row.title = ""
        if row.state == PayableState.CANCELLED:
            row.payee_name, row.payee_account, row.payee_bank, row.payee_relation = "", "", "", ""
        row.save(
            update_fields=["title", "payee_name", "payee_account", "payee_account_index", "payee_bank", "payee_relation"]
        )  # fmt: skip
