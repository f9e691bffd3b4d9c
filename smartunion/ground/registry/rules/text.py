"""Names as compared, labels as listed; pure."""

from collections.abc import Collection

from django.db.models import TextChoices

from smartunion.core.codes.folding import fold_width, without_blanks

_BRACKETS = str.maketrans("（）〔〕［］【】", "()()()()")


def fold_name(name: str) -> str:
    """A union's or employer's name as compared: half-width, upper case, no blanks, one kind of brackets."""
    folded = fold_width(without_blanks(name)).upper()
    return folded.translate(_BRACKETS)[:120]


def labels(members: Collection[TextChoices], kind: type[TextChoices]) -> str:
    """Labels of the members, in the order of their declaration, joined for a sentence."""
    return "、".join(str(member.label) for member in kind if member in members)
