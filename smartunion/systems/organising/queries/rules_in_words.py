"""The matcher's rules in words people can check."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Rule name → what it compared. Rules the matcher adds later show their name until they are put into words here.
RULES: dict[str, Promise | str] = {
    "person": _("Somebody said so after looking."),
}


def rule_in_words(rule: str) -> str:
    """The rule as a sentence; the bare name when nobody has put it into words."""
    return str(RULES.get(rule, rule))
