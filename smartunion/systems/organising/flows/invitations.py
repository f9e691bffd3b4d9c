"""Inviting a firm to found its union: a link that fills the form, taken back, used."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.systems.organising.models import Finding, FoundingInvitation
from smartunion.systems.organising.rules import FindingKind, FindingState

#: Fourteen letters and digits out of thirty-one: nobody finds a link by trying.
CODE_LENGTH = 14


@transaction.atomic
def invite(*, actor: Actor, finding_id: int, at: datetime) -> FoundingInvitation:
    """The open invitation of a finding, made when there is none or the one before has run out.

    Raises NotVisible, NotAllowed, InvalidInput (no firm, or the finding is closed).
    """
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    employer_id = finding.employer_id
    if employer_id is None or not may_invite(finding):
        raise InvalidInput(
            _("Only a firm without a union, whose finding is still open, can be invited to found one."),
            remedy=_("Reload the page to see how the finding stands."),
        )
    on = local_date(at)
    standing = FoundingInvitation.objects.filter(finding=finding, closed_at=None).first()
    if standing is not None and standing.ends_on >= on:
        return standing
    if standing is not None:
        FoundingInvitation.objects.filter(pk=standing.pk, closed_at=None).update(closed_at=at)
    days = int(policies.value("organising.invitation_days", path=finding.path, on=on))
    try:
        with transaction.atomic():
            made = FoundingInvitation.objects.create(
                code=readable(CODE_LENGTH), finding=finding, employer_id=employer_id, path=finding.path,
                ends_on=on + timedelta(days=days), created_at=at, user_id=actor.user_id,
            )  # fmt: skip
    except IntegrityError:  # two people at once: the other one's invitation serves both
        return FoundingInvitation.objects.get(finding=finding, closed_at=None)
    audit.record(actor, "organising.founding_invited", finding, at=at, data={"invitation": made.pk})
    return made


@transaction.atomic
def take_back(*, actor: Actor, finding_id: int, at: datetime) -> FoundingInvitation:
    """End the open invitation: the link no longer fills anything in. Raises NotVisible, NotAllowed, StaleState."""
    finding = get_visible(Finding.objects.visible_to(actor), finding_id)
    actor.check_can("organising.take_up", path=finding.path)
    invitation = FoundingInvitation.objects.filter(finding=finding, closed_at=None).first()
    if invitation is None or not FoundingInvitation.objects.filter(pk=invitation.pk, closed_at=None).update(
        closed_at=at
    ):
        raise StaleState(_("This link has been taken back already."))
    audit.record(
        actor, "organising.founding_invitation_ended", finding, at=at, data={"invitation": invitation.pk}
    )
    invitation.closed_at = at
    return invitation


def may_invite(finding: Finding) -> bool:
    """Whether a firm stands behind the finding that may found a union."""
    return bool(
        finding.employer_id and finding.kind == FindingKind.NO_UNION and finding.state != FindingState.CLOSED
    )


def open_invitation(code: str, on: date) -> FoundingInvitation | None:
    """The invitation a link names while it holds: not taken back, not run out, its finding not closed."""
    found = FoundingInvitation.objects.filter(code=code.strip().upper()[:16], closed_at=None, ends_on__gte=on)
    return (
        found.exclude(finding__state=FindingState.CLOSED)
        .select_related("employer__region", "finding")
        .first()
    )
