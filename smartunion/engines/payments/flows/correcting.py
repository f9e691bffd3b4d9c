"""Payees corrected: by whoever prepares payments, or by the person herself; likenesses looked at."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.payments.flows.ledger import require_text
from smartunion.engines.payments.flows.owing import Payee, checked_payee
from smartunion.engines.payments.models import LikenessPair, Payable
from smartunion.engines.payments.programmes import PROGRAMMES, Programme
from smartunion.engines.payments.rules.accounts import mask_account
from smartunion.engines.payments.rules.states import LikenessState, PayableState, PayeeKind


@transaction.atomic
def correct_payee(*, actor: Actor, at: datetime, payable_id: int, payee: Payee, reason: str) -> Payable:
    """Give a payable that is on no list another account; what came back is owed again.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming payee, account, relation, reason.
    """
    payable = get_visible(Payable.objects.visible_to(actor).select_related("person"), payable_id)
    actor.check_can("payments.prepare", path=payable.path)
    said = require_text(reason, "reason", _("Say how you know that this account is right."))
    return _correct(actor, at, payable, payee, said)


@transaction.atomic
def correct_own(*, actor: Actor, at: datetime, payable_id: int, account: str, bank: str) -> Payable:
    """The person herself gives another account of her own. Raises NotVisible, StaleState; InvalidInput naming account."""
    payable = get_visible(Payable.objects.of_person(actor).select_related("person"), payable_id)
    if payable.payee_kind != PayeeKind.SELF:
        raise NotVisible
    return _correct(actor, at, payable, Payee(payable.person.name, account, bank), "")


@transaction.atomic
def look_at(*, actor: Actor, at: datetime, pair_id: int, state: str, finding: str) -> LikenessPair:
    """Keep what was found about two claims that have something in common. Raises NotVisible; InvalidInput naming state,
    finding. Nothing is refused or stopped by it: whoever decides or pays reads it."""
    pair = get_visible(LikenessPair.objects.visible_to(actor), pair_id)
    if state not in {LikenessState.HARMLESS, LikenessState.DOUBLE}:
        raise InvalidInput(_("Say what you found."), field="state")
    said = require_text(finding, "finding", _("Say in a sentence what you compared and what you found."))
    LikenessPair.objects.filter(pk=pair.pk).update(
        state=state, finding=said, user_id=actor.user_id, actor_name=actor.name[:80], looked_at=at
    )
    audit.record(actor, "payments.likeness_looked_at", pair, at=at, reason=said, data={"state": state})
    pair.refresh_from_db()
    return pair


def _correct(actor: Actor, at: datetime, payable: Payable, payee: Payee, reason: str) -> Payable:
    programme = PROGRAMMES.get(payable.programme) or Programme(payable.programme, payable.programme)
    checked = checked_payee(payee, payable.person, programme)
    # Another row in memory: sealing and the blind index happen on save, the state is compared in the same statement.
    fresh = Payable.objects.filter(pk=payable.pk, state__in=[PayableState.OWED, PayableState.FAILED])
    before = mask_account(payable.payee_account)
    index = Payable._meta.get_field("payee_account_index").index(checked.account)
    moved = fresh.update(
        payee_name=checked.name, payee_account=checked.account, payee_bank=checked.bank, payee_kind=checked.kind,
        payee_relation=checked.relation, payee_account_index=index, state=PayableState.OWED, paylist=None, updated_at=at,
    )  # fmt: skip
    if moved != 1:
        raise StaleState(
            _("This payment is “%(state)s”; its account can no longer be changed.") % {"state": payable.get_state_display()},
            remedy=_("Ask whoever prepares the payment list to take it off first."),
        )  # fmt: skip
    audit.record(
        actor, "payments.payee_corrected", payable, at=at, reason=reason, owner_person_id=payable.person_id,
        data={"before": before, "after": mask_account(checked.account)},
    )  # fmt: skip
    payable.refresh_from_db()
    return payable
