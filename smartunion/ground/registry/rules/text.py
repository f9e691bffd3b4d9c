"""Names as compared, labels as listed; pure."""

import re
from collections.abc import Collection
from functools import lru_cache

from django.db.models import TextChoices

from smartunion.core.codes.folding import fold_width, without_blanks

_UNION_ENDING = re.compile(r"(?:基层)?工会(?:委员会)?$")
_BRACKETS = str.maketrans("（）〔〕［］【】", "()()()()")


@lru_cache(maxsize=20_000)  # lists name the same employers and unions row by row
def fold_name(name: str) -> str:
    """A union's or employer's name as compared: half-width, upper case, no blanks, one kind of brackets."""
    folded = fold_width(without_blanks(name)).upper()
    return folded.translate(_BRACKETS)[:120]


def employer_in(union_name: str) -> str:
    """The employer's name inside the name of its own union; "" when the name holds none.

    宁海云海户外用品有限公司工会委员会 → 宁海云海户外用品有限公司; joint unions and federations hold none.
    """
    found = _UNION_ENDING.search(union_name)
    rest = union_name[: found.start()] if found else ""
    return "" if len(rest) < 4 or rest.endswith(("联合", "总", "分")) else rest


def labels(members: Collection[TextChoices], kind: type[TextChoices]) -> str:
    """Labels of the members, in the order of their declaration, joined for a sentence."""
    return "、".join(str(member.label) for member in kind if member in members)
