"""Reasons in words: why an answer stands where it does."""

from django.utils.translation import gettext as _

from smartunion.systems.guide.retrieval.guide import Found, Reason


def why(found: Found) -> str:
    """The reasons of one answer as one line; empty when there are none."""
    said = [_sentence(reason) for reason in found.reasons]
    return "；".join(text for text in said if text)


def _sentence(reason: Reason) -> str:
    values = {"first": reason.first, "second": reason.second}
    if reason.code == "meant":
        return _("“%(first)s” means “%(second)s” here") % values
    if reason.code == "words":
        return _("matched: %(first)s") % values
    if reason.code == "named":
        return _("you named %(first)s") % values
    if reason.code == "place":
        return _("you asked where: “%(first)s”") % values
    if reason.second:
        return _("sounds like %(first)s: %(second)s") % values
    return _("sounds like %(first)s") % values
