"""What is granted becomes money owed; what became of the payment comes back."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun
from smartunion.engines.casework.models import CaseMaterial
from smartunion.engines.payments import service as payments
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.mutual.models import Claim, ClaimState
from smartunion.systems.mutual.queries.claims import load_event
from smartunion.systems.mutual.rules.terms import PayTo

if TYPE_CHECKING:
    from smartunion.engines.payments.models import Payable

PROGRAMME = "mutual_aid"


def account_problems(run: CaseRun) -> list[AnswerProblem]:
    """What cannot be right about the account given, said while the applicant can still mend it."""
    person = run.case.person
    found = payments.payee_problem(run.form, person.name if person is not None else "")
    return [AnswerProblem(*found)] if found else []


def owe_claim(claim: Claim, run: CaseRun, total: Decimal) -> None:
    """Owe what a claim was granted, in the transaction that granted it. Raises InvalidInput naming account or payee."""
    union = TradeUnion.objects.get(path=run.case.path)
    benefit = claim.version.read().benefit(load_event(claim.facts).benefit)
    to_union = benefit is not None and benefit.pay_to is PayTo.UNION
    payee = _union_payee(union, run.data.steps.get("decide", {})) if to_union else payments.payee_of(run.form)
    payments.owe(
        actor=run.actor, at=run.at, programme=PROGRAMME, key=f"claim:{claim.pk}", union_id=union.pk,
        person_id=claim.person_id, payee=payee, amount_yuan=total, title=f"{claim.plan.title} · {run.case.reference}",
        record=record_of(claim), decided_by=run.actor.user_id,
        handled_by=casework.handlers_of(run.case.pk),
    )  # fmt: skip


def record_of(claim: Claim) -> str:
    """The claim as payments name it."""
    return f"mutual.claim:{claim.pk}"


def _union_payee(union: TradeUnion, given: Values) -> payments.Payee:
    account = squeeze(str(given.get("union_account") or ""))
    if not account:
        raise InvalidInput(
            _("This benefit goes to the union’s account: enter it."),
            remedy=_("The plan pays it to the union, which hands it on."), field="union_account",
        )  # fmt: skip
    return payments.Payee(union.name, account, str(given.get("union_bank") or ""), "union")


def note(claim: Claim, run: CaseRun) -> None:
    """Let claims of all programmes be compared with this one; nobody is refused by it."""
    person = run.case.person or Person()
    pictures = CaseMaterial.objects.filter(case=run.case, removed_at=None).values_list(
        "file__sha256", flat=True
    )
    traits = payments.Traits(
        phone=person.mobile, account=str(run.form.get("account", "")), resident_id=person.resident_id,
        picture_sha256s=tuple(pictures),
    )  # fmt: skip
    payments.note_traits(
        at=run.at, programme=PROGRAMME, record=record_of(claim), union_path=run.case.path, person_id=claim.person_id,
        traits=traits,
    )  # fmt: skip


def settled(payable: "Payable", outcome: str, at: datetime) -> None:
    """The bank paid, or sent it back (in the transaction that says so)."""
    claims = Claim.objects.filter(pk=payable.key.removeprefix("claim:"))
    if outcome == "paid":
        claims.filter(state__in=[ClaimState.GRANTED, ClaimState.FAILED]).update(
            state=ClaimState.PAID, paid_at=at, version_seen=F("version_seen") + 1
        )
    elif outcome == "failed":
        claims.filter(state__in=[ClaimState.GRANTED, ClaimState.PAID]).update(
            state=ClaimState.FAILED, paid_at=None, version_seen=F("version_seen") + 1
        )


def register() -> None:
    """Make the programme known to payments."""
    payments.register_programme(
        payments.Programme(
            key=PROGRAMME,
            label=gettext_lazy("Mutual aid"),
            settled=settled,
            pays_union=True,
            record_url="mutual:claim",
        )
    )
