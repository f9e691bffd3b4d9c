"""The employer a row of a list of unions names: found by code or by its exact name in the place."""

from django.utils.translation import gettext as _

from smartunion.core.actor import within
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.queries import employer_by_uscc


def has_own_union_words() -> tuple[str, str]:
    """Why the joint union of a row does not cover its employer, and what is next."""
    return (
        _("The employer has a union of its own, so that this joint union does not cover it."),
        _("If its own union has ended, close it, then let this one cover the employer."),
    )


def known_employer(path: str, name: str, uscc: str) -> Employer | None:
    """The employer with this code, else the only one of this name in the places looked after below path."""
    known = employer_by_uscc(uscc) if uscc else None
    if known is None and name:
        namesakes = Employer.objects.filter(within([path], "territory_path"), name_key=rules.fold_name(name))
        alike = list(namesakes.order_by("pk")[:2])
        known = alike[0] if len(alike) == 1 and not (uscc and alike[0].uscc) else None
    return known
