"""Words a vacancy may not use, each with the article that says so; pure.

Sources: Employment Promotion Law art. 3, 26 to 31; Rules on Employment Services and Management art. 20 (recruiting
notices contain nothing discriminating); Labour Contract Law art. 9. Worked table: docs/rules/vacancies.md.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


@dataclass(frozen=True)
class Ground:
    """Why words may not stand in a notice: label, and the article."""

    key: str
    label: Label
    source: Label


@dataclass(frozen=True)
class Warned:
    """Words found in a notice, and why they may not stand there."""

    ground: Ground
    words: str


_SEX = r"(?:男|女)"
_WHO = r"(?:性|生|士|工)"
_NUMBER = r"\d{2}\s*周?岁"
_NOT = r"(?:不招|不要|谢绝)"
_AWAY = r"(?:勿扰|免谈|不要|除外)"
_ONLY = r"(?:仅限|限|只招|只要)"
_RULES: Final[tuple[tuple[Ground, tuple[str, ...]], ...]] = (
    (
        Ground(
            "sex", _("Shuts out by sex"),
            _("Employment Promotion Law art. 27: nobody is refused for being a woman or a man."),
        ),
        (
            rf"(?:{_ONLY}|要求){_SEX}{_WHO}?", rf"{_SEX}{_WHO}?优先", rf"{_SEX}(?:性|士)?{_AWAY}",
            rf"性别[:：]?\s*{_SEX}", rf"{_NOT}{_SEX}{_WHO}?", rf"招聘?{_SEX}{_WHO}",
        ),
    ),
    (
        Ground(
            "age", _("Shuts out by age"),
            _("Employment Promotion Law art. 26, Rules on Employment Services art. 20: nothing discriminating."),
        ),
        (
            r"\d{2}\s*(?:周?岁)?\s*[-—－~～至到]\s*\d{2}\s*周?岁", rf"{_NUMBER}(?:以下|以内|及以下|左右|封顶)",
            rf"(?:不超过|不得超过|小于|低于)\s*{_NUMBER}", r"年龄\s*[:：]?\s*\d{2}", r"[6789]0后",
        ),
    ),
    (
        Ground(
            "marriage", _("Asks about marriage or children"),
            _("Employment Promotion Law art. 27: marriage and childbirth may not be limited."),
        ),
        (
            r"已婚已育", r"(?:已婚|未婚|已育|未育|离异)(?:者|的|人员)?", r"婚育", r"婚姻状况",
            r"(?:不得|不准|禁止|暂不)(?:结婚|怀孕|生育)", r"无(?:孩|子女)",
        ),
    ),
    (
        Ground(
            "people", _("Shuts out by ethnic group or religion"), _("Employment Promotion Law art. 3 and 28."),
        ),
        (rf"{_ONLY}汉族", rf"{_NOT}(?:少数民族|[一-龥]{{1,4}}族)", r"(?:无|不信)宗教(?:信仰)?"),
    ),
    (
        Ground("disabled", _("Shuts out people with disabilities"), _("Employment Promotion Law art. 29.")),
        (rf"残(?:疾|障)人?士?{_AWAY}", rf"{_NOT}残(?:疾|障)", r"肢体健全", r"五官端正", r"身高\s*(?:要求)?\s*[:：]?\s*\d"),
    ),
    (
        Ground(
            "carrier", _("Asks about carriers of a disease"),
            _("Employment Promotion Law art. 30: carriers may not be refused for that."),
        ),
        (r"乙肝", r"两对半", r"大小?三阳", r"HBV", r"病毒携带者?"),
    ),
    (
        Ground(
            "rural", _("Shuts out people from the country or from elsewhere"),
            _("Employment Promotion Law art. 31: no stricter limits for rural workers."),
        ),
        (
            rf"{_ONLY}(?:本地|本市|本县|城镇|城市)(?:人|户口|户籍)?", rf"外地(?:人|户口)?{_AWAY}",
            rf"{_NOT}(?:外地|农村|农民工)", r"(?:本地|城镇)户(?:口|籍)",
        ),
    ),
    (
        Ground(
            "deposit", _("Asks workers for money or papers"),
            _("Labour Contract Law art. 9: no deposit, no security, no ID card held back."),
        ),
        (
            r"(?<!不收)(?<!不交)(?<!无需)(?<!无)(?<!免)(?:押金|保证金|服装费|建档费|报名费)", r"培训费自理",
            r"(?<!不)(?:扣押|扣留|扣|押|收取)身份证",
        ),
    ),
)  # fmt: skip
_PATTERNS: Final = tuple((ground, re.compile("|".join(parts))) for ground, parts in _RULES)
#: Said on purpose to shut nobody out: "男女不限", "年龄不限", "婚姻状况不限".
_OPEN: Final = re.compile(
    r"(?:男女|性别|年龄|婚育|婚否|婚姻状况|户籍|户口|民族)(?:均可|不限|皆可|无要求|不作要求)"
)


def warnings_of(*texts: str) -> list[Warned]:
    """Words in the texts that shut people out or ask workers for money, one for each ground, in the order of grounds.

    A lower age (年满18周岁) is not named: the law itself sets one (Labour Law art. 15).
    """
    whole = _OPEN.sub("", "\n".join(texts))
    found = ((ground, pattern.search(whole)) for ground, pattern in _PATTERNS)
    return [Warned(ground, hit[0].strip()) for ground, hit in found if hit is not None]
