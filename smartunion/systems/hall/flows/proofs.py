"""Issuing certificates of membership, and checking one that somebody shows."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.crypto.masking import mask_name
from smartunion.core.errors import NotVisible, Refusal
from smartunion.core.ids import readable
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.queries import member_since
from smartunion.ground.registry.rules import MembershipState
from smartunion.systems.hall.models import Proof

#: Letters and digits of a number: 28^12 is beyond guessing.
_LENGTH = 12
_GOOD = frozenset({MembershipState.ACTIVE, MembershipState.RETAINED})


class NoMembership(Refusal):
    """There is nothing to certify."""

    code = "no_membership"


@transaction.atomic
def issue(*, case: CaseFile, purpose: str, actor: Actor, at: datetime) -> Proof:
    """A certificate from the membership that runs now; the same case again gives the same one. Raises NoMembership."""
    known = Proof.objects.filter(case=case).first()
    if known is not None:
        return known
    running = Membership.objects.filter(person=case.person_id or -1, ended_on=None, state__in=_GOOD)
    spell = running.select_related("person", "union", "employer").first()
    if spell is None:
        raise NoMembership(
            _("The register holds no running membership of this person."),
            remedy=_("Take her in first, or refuse with the reason."),
        )
    person = spell.person
    proof = Proof.objects.create(
        number=f"{local_date(at):%y}{readable(_LENGTH)}", case=case, person=person, path=spell.union_path, name=person.name,
        id_tail=(person.resident_id or "")[-4:], union_name=spell.union.name[:120],
        employer_name=(spell.employer.name if spell.employer else spell.employer_name)[:120],
        member_since=member_since(person) or spell.started_on, purpose=purpose[:20], issued_at=at,
    )  # fmt: skip
    audit.record(actor, "hall.proof_issued", proof, at=at, owner_person_id=person.pk)
    return proof


@dataclass(frozen=True)
class Checked:
    """What somebody who was shown a certificate learns: name starred, what it said, what holds today."""

    number: str
    name: str
    union: str
    member_since: date
    issued_on: date
    holds: bool
    now: str


@transaction.atomic
def check(*, number: str, actor: Actor, at: datetime) -> Checked:
    """Whether a number is one of ours and whether the membership still runs; her record shows the look.

    Raises NotVisible for a number that is none.
    """
    tidy = "".join(ch for ch in number.upper() if ch.isalnum())[:20]
    proof = Proof.objects.filter(number=tidy).select_related("person").first()
    if proof is None:
        raise NotVisible(
            _("No certificate has this number."),
            remedy=_("Compare it with the paper, or have a new one made: it takes one tap."),
            field="number",
        )
    running = (
        Membership.objects.filter(person=proof.person_id, ended_on=None, state__in=_GOOD)
        .select_related("union")
        .first()
    )
    audit.record(actor, "hall.proof_checked", proof, at=at, owner_person_id=proof.person_id)
    return Checked(
        proof.number, mask_name(proof.name or ""), proof.union_name, proof.member_since, local_date(proof.issued_at),
        running is not None, running.union.name if running is not None else "",
    )  # fmt: skip


def forget(person_id: int) -> None:
    """Certificates go when their owner's data are erased; their numbers are then none of ours."""
    Proof.objects.filter(person=person_id).delete()
