"""The little language of the step files: `word!(…)` stands for a longer SQL expression, `$name` for a value.

Step files are plain SELECTs in the part of SQL that DuckDB and Spark share. What would have to be repeated in many
of them (folding a name, reading a code) is written once, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

_CALL: Final = re.compile(r"\b([a-z_0-9]+)!\(")
_VALUE: Final = re.compile(r"\$([a-z_0-9]+)")
Macro = Callable[..., str]


def literal(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def expand(sql: str, macros: Mapping[str, Macro], values: Mapping[str, str | float]) -> str:
    """Replace every macro call (innermost last) and every $value. Raises KeyError for an unknown one."""
    while match := _CALL.search(sql):
        arguments, end = _arguments(sql, match.end())
        sql = sql[: match.start()] + macros[match[1]](*arguments) + sql[end:]
    return _VALUE.sub(lambda found: str(values[found[1]]), sql)


def values_in(sql: str) -> frozenset[str]:
    """The names of the values a text asks for."""
    return frozenset(_VALUE.findall(sql))


def macros_in(sql: str) -> frozenset[str]:
    """The names of the macros a text calls."""
    return frozenset(_CALL.findall(sql))


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    depth, begin, inside_text, found = 0, start, False, []
    for position in range(start, len(sql)):
        sign = sql[position]
        if sign == "'":
            inside_text = not inside_text
        elif inside_text:
            continue
        elif sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif (sign == "," and not depth) or sign == ")":
            found.append(sql[begin:position].strip())
            begin = position + 1
            if sign == ")":
                return found, begin
    raise ValueError("A macro call has no closing bracket.")


@cache
def character_class(characters: frozenset[str]) -> str:
    """A regular-expression class, without its brackets, for any set of characters; ranges are joined."""
    codes = sorted(map(ord, characters))
    parts: list[str] = []
    start = 0
    for place, code in enumerate(codes):
        if place + 1 == len(codes) or codes[place + 1] != code + 1:
            first, last = chr(codes[start]), chr(code)
            parts.append(_escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}")
            start = place + 1
    return "".join(parts)


def _escaped(character: str) -> str:
    return "\\" + character if character in "]\\^-[&~" else character
