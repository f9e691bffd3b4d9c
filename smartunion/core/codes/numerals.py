"""Chinese numerals as names of places and firms write them."""

from typing import Final

_DIGITS: Final = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """0 to 99 as Chinese numbers things: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")
