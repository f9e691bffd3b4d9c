"""The standards of a place on a day, from the federation's parameters."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.policies import service as policies
from smartunion.systems.aid.rules.hardship import Exclusion, Standards
from smartunion.systems.aid.rules.reviews import Levels

_KEYS = [
    "aid.minimum_living_yuan", "aid.relative_pct", "aid.accident_ratio", "aid.labour_months", "aid.exclusions",
]  # fmt: skip


class StandardMissing(InvalidInput):
    """The federation has not entered the amount that decides."""

    code = "standard_missing"


def standards_of(path: str, on: date) -> Standards:
    """What holds for a union on a day. Raises StandardMissing when nobody entered a minimum living standard."""
    held = policies.values(_KEYS, path=path, on=on)
    minimum = held["aid.minimum_living_yuan"]
    check_set(minimum.value, _("The minimum living standard of this place has not been entered yet."))
    return Standards(
        minimum_yuan=minimum.value, relative_factor=Decimal(held["aid.relative_pct"].value) / 100,
        accident_ratio=held["aid.accident_ratio"].value, labour_months=held["aid.labour_months"].value,
        exclusions=named_exclusions(str(held["aid.exclusions"].value)), source=minimum.source,
    )  # fmt: skip


def named_exclusions(written: str) -> frozenset[str]:
    """Circumstances a federation names, as it writes them: keys with commas between; others are left out."""
    named = {key.strip() for key in written.replace("，", ",").split(",")}
    return frozenset(named & set(Exclusion.values))


def check_set(amount: Decimal, message: str) -> None:
    """Raise StandardMissing when an amount that has no default is still open."""
    if amount <= 0:
        raise StandardMissing(
            message,
            remedy=_(
                "The administrator of the federation enters it under “Rules and deadlines”; then it can be assessed."
            ),
        )


def levels_of(path: str, on: date) -> Levels:
    """Which reviews apply for a union on a day."""
    return Levels(policies.value("aid.review_levels", path=path, on=on))
