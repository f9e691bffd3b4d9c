"""From what somebody typed or said to terms: cleaned, personal numbers masked, cut into pairs of characters.

Chinese has no blanks between words, and a word list would miss what people really say; overlapping pairs of characters
need no list and forgive a wrong or missing character.
"""

import re
import unicodedata
from collections import Counter
from typing import Final

#: Longest question looked at, in characters: a long story says what it wants in its beginning, the rest costs time.
LONGEST: Final = 600
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_RUN: Final = re.compile(rf"[{_HAN}]+|[a-z]+|\d+")
#: Marks behind a Chinese character stay Chinese: people see their own question again.
_MARKS: Final = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
_MARK: Final = re.compile(rf"(?<=[{_HAN}])[,?!;:]")
#: Digits that may name a person, an account or a phone, also with blanks or dashes between them.
_NUMBER: Final = re.compile(r"(?<![0-9a-zA-Z])\+?\d(?:[ \-]?\d){5,30}[xX]?(?![0-9a-zA-Z])")
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")
_NAME: Final = re.compile(
    rf"(我叫|姓名(?:是|[:：]))[ ]?[{_HAN}·]{{2,4}}?(?=[，,。；;、 !！?？]|今年|是|在|$)"
)
#: Ways of asking that say nothing about the thing asked for.
FILLERS: Final = (
    "请问一下", "想问一下", "咨询一下", "想咨询", "请问", "您好", "你好", "谢谢", "怎么办理", "怎么办", "该怎么", "怎么样", "怎么",
    "如何", "是不是", "是否", "可不可以", "可以吗", "能不能", "能否", "吗", "呢", "啊", "吧", "我想要", "我想", "想要", "一下",
    "有没有", "我们", "你们", "什么", "哪些", "的话",
)  # fmt: skip
_FILLER: Final = re.compile("|".join(sorted(FILLERS, key=len, reverse=True)))


def clean(text: str) -> str:
    """The text in one width and case, without control characters, at most LONGEST characters."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 4])
    plain = _MARK.sub(lambda found: _MARKS[found[0]], plain)
    if plain.isprintable():  # the usual case, several times faster
        return " ".join(plain.split())[:LONGEST].strip()
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in plain)
    return " ".join(kept.split())[:LONGEST].strip()


def mask(text: str) -> str:
    """The text without what may name a person: runs of six and more digits, mail addresses, a name given after 我叫."""
    text = _MAIL.sub("〔邮箱〕", text)
    text = _NUMBER.sub("〔号码〕", text)
    return _NAME.sub(r"\1〔姓名〕", text)


def without_fillers(text: str) -> str:
    """The text without ways of asking; the text itself when nothing else is left."""
    rest = _FILLER.sub(" ", text)
    return rest if _RUN.search(rest) else text


def terms(text: str) -> list[str]:
    """Pairs of Chinese characters (a single one stays itself), words of letters, numbers; in order.

    text: cleaned. Blanks and punctuation part the pairs.
    """
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


def counted(text: str) -> Counter[str]:
    """How often each term occurs in a cleaned text."""
    return Counter(terms(text))
