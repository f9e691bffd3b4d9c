"""What somebody who joins agrees to: the words, their version, and the check that both were ticked.

Source: Personal Information Protection Law art. 13–17 (consent, notice), 29 (separate consent to sensitive data).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Person
from smartunion.systems.organising.models import JoiningDrive

#: Version of the words in templates/organising/join/_consents.html; raise it with every change of meaning.
VERSION = "2026-11"
MEMBERSHIP = "membership"
SENSITIVE = "identity_number"
PURPOSES = {
    MEMBERSHIP: gettext_lazy("Being a union member: joining, being served, being told"),
    SENSITIVE: gettext_lazy("Use of my ID number to prove who I am"),
}
REQUIRED = frozenset(PURPOSES)


def check(agreed: frozenset[str]) -> None:
    """Both consents were given. Raises InvalidInput naming the field."""
    for purpose in (MEMBERSHIP, SENSITIVE):
        if purpose not in agreed:
            raise InvalidInput(
                _("Without this consent we cannot take you in: %(purpose)s.")
                % {"purpose": PURPOSES[purpose]},
                remedy=_("Read it and tick the box if you agree. You can take it back at any time."),
                field=f"agree_{purpose}",
            )


def gifts(
    *, actor: Actor, person: Person, agreed: frozenset[str], drive: JoiningDrive | None
) -> list[registry.consents.Gift]:
    """What she gives by what she agreed to."""
    source = drive.source if drive is not None else "join"
    return [registry.consents.Gift(actor, person, purpose, source) for purpose in sorted(agreed & REQUIRED)]


def give(*, given: Sequence[registry.consents.Gift], at: datetime) -> None:
    """Keep each consent with the version of its words."""
    registry.consents.give(gifts=given, text_version=VERSION, at=at)
