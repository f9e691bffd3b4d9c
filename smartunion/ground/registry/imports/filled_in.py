"""Which union filled in a form: the words above its table say so, or the name of its file."""

import re
from collections.abc import Callable, Iterable, Sequence

from smartunion.ground.registry.rules import fold_name

#: What words above a table and names of files are parted by: 填表单位（盖章）：某公司工会委员会; 西店镇_01_某公司工会_采集表.
_PARTED = re.compile(r"[\s:：,，;；、|_\-—.·《》“”\"']+")
#: 某公司(宁波)工会 keeps its brackets; 某公司工会（盖章） does not.
_ASIDE = re.compile(r"[(（][^()（）]{0,8}[)）]$")

Find = Callable[[str], Sequence[int]]


def union_in(texts: Iterable[str], find: Find) -> int | None:
    """The only union these texts name; None when they name none, or several.

    find: keys of the unions of a name as compared.
    """
    found: set[int] = set()
    for text in texts:
        for part in _PARTED.split(text):
            found.update(find(fold_name(part)) or find(fold_name(_ASIDE.sub("", part))))
    return found.pop() if len(found) == 1 else None
