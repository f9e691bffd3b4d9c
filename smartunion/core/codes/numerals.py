"""Chinese numerals as names of places and firms, and laws, write them."""

from typing import Final

_DIGITS: Final = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """0 to 999 as Chinese numbers things: 一, 十, 十二, 二十一, 一百零三, 一百一十九."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds and not tens:
        return _DIGITS[ones]
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
