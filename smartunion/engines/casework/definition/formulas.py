"""Calculated answers: a small typed language over other answers. Pure; decimals only; never Python's eval.

Grammar: sums and products of numbers, questions and calls: sum, min, max, round, count, days, months, years; a column of a
question with rows or the two ends of a period follow a dot (family.income, stay.from). Chinese words and signs are read
too (合计、最小、最大、四舍五入、行数、天数、月数、年数、×、÷); a name with odd characters stands in square brackets.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

MAX_LENGTH: Final = 400
MAX_DEPTH: Final = 20
#: Enough for money of a city to the cent, multiplied; beyond it a formula has no value.
_CONTEXT: Final = Context(prec=28, rounding=ROUND_HALF_UP)
_TOKEN: Final = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|[\[［【]([^\[\]［］【】]{1,80})[\]］】]|([^\W\d]\w*)|([-+*/().,×÷＋－（），。＊／−]))"
)
_SIGNS: Final = str.maketrans("×÷＋－（），。＊／−", "*/+-(),.*/-")
_WORDS: Final = {
    "合计": "sum", "最小": "min", "最大": "max", "四舍五入": "round", "行数": "count", "天数": "days",
    "月数": "months", "年数": "years",
}  # fmt: skip
_ENDS: Final = {"开始": "from", "结束": "to"}
CALLS: Final = frozenset(_WORDS.values())
_SHOWN: Final = {"*": "×", "/": "÷", "+": "+", "-": "−"}


class FormulaError(ValueError):
    """The formula cannot be read; the message names the place and what to write."""


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: Decimal


@dataclass(frozen=True)
class Name:
    """A question, or with `part` a column of its rows or an end of its period."""

    key: str
    part: str = ""


@dataclass(frozen=True)
class Call:
    """A function of its arguments."""

    name: str
    args: tuple["Node", ...]


@dataclass(frozen=True)
class Pair:
    """Two parts joined by + - * /."""

    sign: str
    left: "Node"
    right: "Node"


Node = Number | Name | Call | Pair
#: Value of a name: a decimal, an ISO date, a list of decimals (a column), a count of rows; None when unanswered.
Value = Decimal | str | list[Decimal] | int | None


@lru_cache(maxsize=1024)
def read(text: str) -> Node:
    """The formula as a tree. Raises FormulaError."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(_("The formula is longer than %(limit)s characters.") % {"limit": MAX_LENGTH})
    reader = _Reader(list(_tokens(text)))
    node = reader.sum(0)
    if reader.now:
        raise FormulaError(_("“%(word)s” does not belong here.") % {"word": reader.now})
    return node


def names(node: Node) -> tuple[Name, ...]:
    """Every question the formula looks at, in order."""
    match node:
        case Name():
            return (node,)
        case Call(_name, args):
            return tuple(one for arg in args for one in names(arg))
        case Pair(_sign, left, right):
            return names(left) + names(right)
    return ()


def calls(node: Node) -> tuple[Call, ...]:
    """Every call in the formula, outer first."""
    match node:
        case Call(_name, args):
            return (node, *(one for arg in args for one in calls(arg)))
        case Pair(_sign, left, right):
            return calls(left) + calls(right)
    return ()


def written(node: Node, label: Callable[[Name], str], *, above: int = 0) -> str:
    """The formula in words, names as `label` says them; brackets only where they are needed."""
    match node:
        case Number(value):
            return f"{value:f}"
        case Name():
            return label(node)
        case Call(name, args):
            inside = "，".join(written(arg, label) for arg in args)
            return f"{_call_word(name)}({inside})"
        case Pair(sign, left, right):
            rank = 1 if sign in "+-" else 2
            words = f"{written(left, label, above=rank)} {_SHOWN[sign]} {written(right, label, above=rank + (sign in '-/'))}"
            return f"({words})" if rank < above else words


def renamed(text: str, new: Callable[[str, str], tuple[str, str]]) -> str:
    """The same formula with other names (labels for keys and back), in the canonical signs. Raises FormulaError."""

    def label(name: Name) -> str:
        key, part = new(name.key, name.part)
        return f"{_quoted(key)}.{_quoted(part)}" if part else _quoted(key)

    return written(read(text), label)


def result(node: Node, value: Callable[[Name], Value], decimals: int) -> Decimal | None:
    """The value rounded half up; None when something it needs is unanswered or it divides by zero."""
    try:
        with localcontext(_CONTEXT):
            found = _number(node, value)
            return None if found is None else found.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    except DecimalException:
        return None


def _call_word(name: str) -> str:
    return next(word for word, known in _WORDS.items() if known == name)


def _quoted(name: str) -> str:
    plain = re.fullmatch(r"[^\W\d]\w*", name) is not None and name not in CALLS and name not in _WORDS
    return name if plain else f"[{name}]"


def _tokens(text: str) -> Iterator[str]:
    text, at = text.strip(), 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FormulaError(_("“%(word)s” cannot be read.") % {"word": text[at : at + 12]})
        number, quoted, name, sign = found.groups()
        yield f"[{quoted.strip()}]" if quoted else number or name or sign.translate(_SIGNS)
        at = found.end()


class _Reader:
    """Recursive descent over the tokens; depth-limited."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def now(self) -> str:
        """The token ahead, empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        """The token ahead, which must be the one wanted."""
        token = self.now
        if not token or (wanted and token != wanted):
            found = token or _("the end")
            raise FormulaError(
                _("%(wanted)s is expected before %(found)s.")
                % {"wanted": wanted or _("A value"), "found": found}
            )
        self.at += 1
        return token

    def sum(self, depth: int) -> Node:
        """Parts joined by + and -."""
        if depth > MAX_DEPTH:
            raise FormulaError(_("The formula is nested too deeply."))
        node = self.product(depth)
        while self.now in {"+", "-"}:
            node = Pair(self.take(), node, self.product(depth))
        return node

    def product(self, depth: int) -> Node:
        """Parts joined by × and ÷."""
        node = self.single(depth)
        while self.now in {"*", "/"}:
            node = Pair(self.take(), node, self.single(depth))
        return node

    def single(self, depth: int) -> Node:
        """A number, a name, a call, something in brackets, or a minus before one of them."""
        piece = self.take()
        if piece == "-":
            if depth > MAX_DEPTH:
                raise FormulaError(_("The formula is nested too deeply."))
            return Pair("-", Number(Decimal(0)), self.single(depth + 1))
        if piece == "(":
            node = self.sum(depth + 1)
            self.take(")")
            return node
        if piece[0].isdigit():
            return Number(Decimal(piece))
        if piece in "+*/),.":
            raise FormulaError(_("“%(word)s” does not belong here.") % {"word": piece})
        word = _WORDS.get(piece, piece)
        if self.now == "(":
            return self.call(word, depth)
        return Name(_bare(piece), self.part())

    def part(self) -> str:
        """What follows a dot."""
        if self.now != ".":
            return ""
        self.take(".")
        token = _bare(self.take())
        return _ENDS.get(token, token)

    def call(self, name: str, depth: int) -> Node:
        """Arguments in brackets."""
        if name not in CALLS:
            raise FormulaError(_("There is no calculation called “%(word)s”.") % {"word": name})
        self.take("(")
        args = [self.sum(depth + 1)]
        while self.now == ",":
            self.take(",")
            args.append(self.sum(depth + 1))
        self.take(")")
        return Call(name, tuple(args))


def _bare(token: str) -> str:
    return token[1:-1] if token.startswith("[") else token


def _number(node: Node, value: Callable[[Name], Value]) -> Decimal | None:
    match node:
        case Number(written_value):
            return written_value
        case Name():
            found = value(node)
            return Decimal(found) if isinstance(found, Decimal | int) else None
        case Pair(sign, left, right):
            return _joined(sign, _number(left, value), _number(right, value))
        case Call(name, args):
            return _called(name, args, value)


def _joined(sign: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right


def _called(name: str, args: tuple[Node, ...], value: Callable[[Name], Value]) -> Decimal | None:
    if name in {"days", "months", "years"}:
        first, last = (value(arg) if isinstance(arg, Name) else None for arg in args[:2])
        return _between(name, first, last) if isinstance(first, str) and isinstance(last, str) else None
    if name == "round":
        found = _number(args[0], value)
        places = _number(args[1], value) if len(args) > 1 else Decimal(0)
        if found is None or places is None:
            return None
        return found.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    if name == "count":
        rows = value(args[0]) if isinstance(args[0], Name) else None
        return Decimal(rows) if isinstance(rows, int) else None
    numbers = _several(args, value)
    if numbers is None or (not numbers and name != "sum"):
        return None
    return sum(numbers, Decimal(0)) if name == "sum" else min(numbers) if name == "min" else max(numbers)


def _several(args: tuple[Node, ...], value: Callable[[Name], Value]) -> list[Decimal] | None:
    """Arguments as numbers, columns unfolded; None when one is unanswered."""
    found: list[Decimal] = []
    for arg in args:
        held = value(arg) if isinstance(arg, Name) else _number(arg, value)
        if isinstance(held, list):
            found += held
        elif isinstance(held, Decimal | int):
            found.append(Decimal(held))
        else:
            return None
    return found


def _between(unit: str, first: str, last: str) -> Decimal | None:
    """Whole days, months or years from one ISO date to another; the first day is not counted; negative when reversed."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    if unit == "days":
        return Decimal((end - start).days)
    sign = -1 if end < start else 1
    start, end = min(start, end), max(start, end)
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return Decimal(sign * (months if unit == "months" else months // 12))


def circle_in(needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Keys that lead back to themselves. needs: what each key looks at."""
    return frozenset(key for key in needs if key in _reached(key, needs))


def _reached(key: str, needs: Mapping[str, frozenset[str]]) -> set[str]:
    seen: set[str] = set()
    front = set(needs[key])
    while front:
        now = front.pop()
        if now not in seen:
            seen.add(now)
            front |= needs.get(now, frozenset())
    return seen
