"""Aid that is paid: decided once, owed through payments, settled when the bank says so."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.handlers import CaseRun
from smartunion.engines.casework.models import CaseFile, CaseMaterial
from smartunion.engines.payments import service as payments
from smartunion.engines.payments.models import Payable
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.queries.years import dump_lines
from smartunion.systems.aid.rules.given import GivenState
from smartunion.systems.aid.rules.support import AidKind, Claimed

PROGRAMME = "aid"
TEMPLATES = (
    notices.Template(
        "aid.settled",
        gettext_lazy("Your aid: %(state)s"),
        gettext_lazy("%(text)s"),
        channels=(),
    ),
)


class NothingToGive(InvalidInput):
    """By its calculation the claim comes to nothing."""

    code = "nothing_to_give"


@dataclass(frozen=True)
class Grant:
    """What is to be paid. what: sealed words; school_year: of study aid; fund: from which money."""

    person_id: int
    union: TradeUnion
    kind: AidKind
    claimed: Claimed
    payee: payments.Payee
    what: str = ""
    fund: str = ""
    case: CaseFile | None = None
    file: HardshipFile | None = None
    school_year: int | None = None


@transaction.atomic
def grant(*, actor: Actor, data: Grant, at: datetime) -> AidGiven:
    """Decide an aid and owe it. Raises NothingToGive with the reason; InvalidInput naming payee or account."""
    if data.claimed.amount_yuan <= 0:
        raise NothingToGive(
            data.claimed.refusal or _("The claim comes to nothing."),
            remedy=_("Return it when a number is wrong; else refuse it with this reason."),
        )
    made = AidGiven.objects.create(
        person_id=data.person_id, file=data.file, union=data.union, path=data.union.path, case=data.case, kind=data.kind,
        amount_yuan=data.claimed.amount_yuan, fund=data.fund[:60], what=data.what, lines=dump_lines(data.claimed.lines),
        school_year=data.school_year, state=GivenState.OWED, decided_on=local_date(at), actor_name=actor.name[:80],
        user_id=actor.user_id, created_at=at,
    )  # fmt: skip
    payments.owe(
        actor=actor, at=at, programme=PROGRAMME, key=f"aid:{made.pk}", union_id=data.union.pk, person_id=data.person_id,
        payee=data.payee, amount_yuan=made.amount_yuan, title=_("Union aid"),
        record=record_of(data.case) or f"aid.aidgiven:{made.pk}",
        decided_by=actor.user_id, handled_by=casework.handlers_of(data.case.pk) if data.case is not None else (),
    )  # fmt: skip
    audit.record(actor, "aid.granted", made, at=at)
    return made


def record_of(case: CaseFile | None) -> str:
    """The claim of a case as payments name it, "" for none."""
    return f"aid.case:{case.pk}" if case is not None else ""


def note(run: CaseRun) -> None:
    """Let claims of all programmes be compared with this one, its papers too; nobody is refused by it."""
    person = run.case.person
    pictures = CaseMaterial.objects.filter(case=run.case, removed_at=None).values_list(
        "file__sha256", flat=True
    )
    traits = payments.Traits(
        phone=person.mobile if person else "", account=str(run.form.get("account") or ""),
        resident_id=person.resident_id if person else "", picture_sha256s=tuple(pictures),
    )  # fmt: skip
    payments.note_traits(
        at=run.at, programme=PROGRAMME, record=record_of(run.case), union_path=run.case.path, person_id=run.case.person_id,
        traits=traits,
    )  # fmt: skip


def settled(payable: Payable, outcome: str, at: datetime) -> None:
    """The bank has paid or sent back: the aid follows, and she is told. Called inside the payment's transaction."""
    is_paid = outcome == payments.PayableState.PAID
    state = GivenState.PAID if is_paid else GivenState.FAILED
    number = int(payable.key.rpartition(":")[2])
    settled_on = local_date(at) if is_paid else None
    if AidGiven.objects.filter(pk=number).update(state=state, settled_on=settled_on) != 1:
        return
    text = (
        _("%(yuan)s yuan were paid to your account.") if is_paid
        else _("The bank sent %(yuan)s yuan back. Tell your union the right account.")
    ) % {"yuan": f"{payable.amount_yuan:,.2f}"}  # fmt: skip
    notices.tell(
        template="aid.settled", context={"state": state.label, "text": text}, key=f"aid.settled:{number}:{outcome}:{at:%Y%m%d%H%M}",
        at=at, link="/me/aid/", person_id=payable.person_id,
    )  # fmt: skip


ENTRY = payments.Programme(PROGRAMME, gettext_lazy("Hardship aid"), is_sealed=True, settled=settled)
