"""The election rules in force somewhere on a day, read from dated parameters."""

from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.policies import ELECTION_MAJORITY, ELECTION_QUORUM
from smartunion.systems.organising import elections
from smartunion.systems.organising.elections import ElectionRules


def election_rules(path: str, on: date) -> ElectionRules:
    """The election rules in force in a place on a day. Raises InvalidInput when the size parameter is malformed."""
    keys = [
        ELECTION_QUORUM, ELECTION_MAJORITY, "organising.committee_sizes", "organising.women_committee_from"
    ]  # fmt: skip
    held = policies.values(keys, path=path, on=on)
    try:
        bands = elections.bands_from(str(held["organising.committee_sizes"].value))
    except ValueError as error:
        raise InvalidInput(
            _("The parameter for committee sizes cannot be read: %(error)s.") % {"error": error},
            remedy=_("Ask the federation's administrator to correct it under “Rules and deadlines”."),
        ) from None
    return ElectionRules(
        quorum=Fraction(str(held[ELECTION_QUORUM].value)),
        majority_of=str(held[ELECTION_MAJORITY].value), bands=bands,
        women_from=int(held["organising.women_committee_from"].value), source=held[ELECTION_QUORUM].source,
        women_source=held["organising.women_committee_from"].source,
    )  # fmt: skip
