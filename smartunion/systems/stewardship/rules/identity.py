"""What the authority that keeps the population answers about a name and an ID number; pure.

Source: Measures on members' registration by real name; the four answers are those of a two-item comparison 二要素比对.
"""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from smartunion.core.codes.folding import fold_width


class Outcome(TextChoices):
    """One answer."""

    SAME = "same", _("Name and number belong together")
    DIFFERS = "differs", _("Name and number do not belong together")
    UNKNOWN = "unknown", _("Number is not known")
    ENDED = "ended", _("Registered as dead or struck off")


#: The first that is found, so that 不一致 is not taken for 一致.
_SAID = (
    (Outcome.ENDED, re.compile("死亡|注销|销户")),
    (Outcome.UNKNOWN, re.compile("无此|查无|无记录|未查到|未查询到|不存在|库中无|无数据|未找到")),
    (Outcome.DIFFERS, re.compile("不一致|不符|不相符|不匹配|不通过|未通过|有误|错误|失败")),
    (Outcome.SAME, re.compile("一致|相符|符合|匹配|通过|正确|成功")),
)
_WHOLE = {
    "是": Outcome.SAME, "否": Outcome.DIFFERS, "yes": Outcome.SAME, "no": Outcome.DIFFERS, "true": Outcome.SAME,
    "false": Outcome.DIFFERS,
} | {one.value: one for one in Outcome}  # fmt: skip


def outcome_of(text: str) -> Outcome | None:
    """What an answer says; None for words that are not known, and for bare figures, which mean another thing in each system."""
    said = re.sub(r"\s", "", fold_width(text)).lower()
    if said in _WHOLE:
        return _WHOLE[said]
    return next((outcome for outcome, words in _SAID if words.search(said)), None)
