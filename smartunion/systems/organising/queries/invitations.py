"""The link a firm founds its union by."""

from django.conf import settings
from django.urls import reverse

from smartunion.systems.organising.models import FoundingInvitation


def link_of(invitation: FoundingInvitation) -> str:
    """The address to hand out."""
    return f"{settings.PUBLIC_URL}{reverse('joining:invited', args=[invitation.code])}"
