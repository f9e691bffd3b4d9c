"""What people agree to, in words; rooms that ask for consent register theirs in apps.py."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Label = str | Promise
PURPOSES: dict[str, Label] = {}


def register(purposes: Mapping[str, Label]) -> None:
    """Add purposes (stable key → words). Raises ValueError when one is named twice."""
    for purpose, label in purposes.items():
        if purpose in PURPOSES:
            raise ValueError(f"consent purpose {purpose} is named twice")
        PURPOSES[purpose] = label


def label_of(purpose: str) -> str:
    """The purpose in words."""
    return (
        str(PURPOSES[purpose])
        if purpose in PURPOSES
        else _("Use of my data for: %(purpose)s") % {"purpose": purpose}
    )
