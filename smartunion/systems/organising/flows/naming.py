"""The employer a form names."""

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer

#: As many employers of one name as a refusal names.
_ALIKE = 8


def employer_named(name: str) -> int | None:
    """The employer a form names, None for an empty name. Raises InvalidInput naming employer, with those of the name."""
    if not name.strip():
        return None
    found = registry.employers_meant(Employer.objects.all(), name, limit=_ALIKE)
    if len(found) > 1:
        alike = registry.told_apart(found, Employer.objects.all(), is_public=True)
        raise InvalidInput(
            _("Several employers bear this name."), field="employer",
            remedy=_("Write one of these instead: %(choices)s") % {"choices": "；".join(map(str, alike))},
        )  # fmt: skip
    if not found:
        raise InvalidInput(
            _("No single employer of this name is known."), remedy=_("Write the full name, or leave it empty."),
            field="employer",
        )  # fmt: skip
    return found[0].pk
