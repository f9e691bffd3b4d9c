"""What an applicant says about where to pay, in a form or a file: payee, relation, bank, account."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from smartunion.core.codes.folding import squeeze
from smartunion.engines.payments.flows.owing import Payee
from smartunion.engines.payments.rules.accounts import is_account, is_card
from smartunion.engines.payments.rules.states import PayeeKind

#: How relations chosen in a form stand on lists and in bank files; words written by hand stand as they are.
RELATIONS = {
    "spouse": "配偶",
    "child": "子女",
    "parent": "父母",
    "guardian": "监护人",
    "relative": "其他亲属",
}
_OWN = frozenset({"", "self"})


def payee_of(form: Mapping[str, object]) -> Payee:
    """Whom the answers name; no relation, and "self", are her own account."""
    relation = _said(form, "relation")
    is_own = relation in _OWN
    return Payee(
        name=_said(form, "payee"), account=_said(form, "account"), bank=_said(form, "bank"),
        kind=PayeeKind.SELF if is_own else PayeeKind.FAMILY, relation="" if is_own else RELATIONS.get(relation, relation),
    )  # fmt: skip


def payee_problem(
    form: Mapping[str, object], person_name: str, *, own_only: bool = False
) -> tuple[str, str] | None:
    """What cannot be right, said while she can still mend it: (question, words); None when nothing.

    person_name: of whom the money is for, "" when not known; own_only: her own account alone is paid into.
    """
    account = _said(form, "account")
    if not is_account(account):
        return "account", _("A card number has 8 to 32 digits; compare it with the card.")
    if not is_card(account):
        return "account", _("This card number cannot be right: compare it with the card, digit by digit.")
    if not person_name or _said(form, "payee") == person_name:
        return None
    if own_only:
        return "payee", _("It is paid to your own account alone: the account bears your own name.")
    if _said(form, "relation") in _OWN:
        return "payee", _(
            "Your own account bears your own name. Is it somebody else’s? Then choose the relation."
        )
    return None


def _said(form: Mapping[str, object], key: str) -> str:
    return squeeze(str(form.get(key) or ""))
