"""Whole numbers that forms and addresses carry."""


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """The number a text writes in plain digits; None where it is no such number or has more digits.

    digits: 18 is what a key of a database holds. "²" and "３" are digits to Python and none to a database.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
