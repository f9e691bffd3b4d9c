"""What every page of a shell knows: the actor, the menu, the address."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from smartunion import __version__


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values for base templates; lazily evaluated where they cost a query."""
    return {
        "actor": getattr(request, "actor", None),
        "is_demo": settings.DEMO,
        "public_url": settings.PUBLIC_URL,
        "version": __version__,
    }
