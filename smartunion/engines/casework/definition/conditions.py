"""When a field is asked: small tests over other answers, joined by all / any. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Op(StrEnum):
    """How one answer is tested."""

    IS = "is"
    IS_NOT = "is_not"
    HAS = "has"
    FILLED = "filled"
    EMPTY = "empty"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


#: Operators that compare with a value.
WITH_VALUE = frozenset({Op.IS, Op.IS_NOT, Op.HAS, Op.AT_LEAST, Op.AT_MOST})


@dataclass(frozen=True)
class Test:
    """One test of one answer. value: text, number or yes/no; ignored by FILLED and EMPTY."""

    __test__ = False  # not a pytest class

    field: str
    op: Op = Op.IS
    value: str | int | float | bool | None = None


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition = Test | AllOf | AnyOf


def holds(condition: Condition | None, answers: Mapping[str, object]) -> bool:
    """Whether the condition holds for these answers; no condition always holds.

    A missing answer fails every test except EMPTY and IS_NOT.
    """
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return all(holds(part, answers) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, answers) for part in condition.parts)
    return _test(condition, answers.get(condition.field))


def fields_in(condition: Condition | None) -> frozenset[str]:
    """Keys of the answers a condition looks at."""
    if condition is None:
        return frozenset()
    if isinstance(condition, Test):
        return frozenset({condition.field})
    return frozenset().union(*(fields_in(part) for part in condition.parts))


def tests_in(condition: Condition | None) -> tuple[Test, ...]:
    """Every single test of a condition, in order."""
    if condition is None:
        return ()
    if isinstance(condition, Test):
        return (condition,)
    return tuple(test for part in condition.parts for test in tests_in(part))


def depth(condition: Condition | None) -> int:
    """How deeply all / any are nested; a single test is 1."""
    if condition is None:
        return 0
    if isinstance(condition, Test):
        return 1
    return 1 + max((depth(part) for part in condition.parts), default=0)


def is_empty(value: object) -> bool:
    """No answer: None, blank text, an empty list or mapping. Zero and no are answers."""
    return value is None or value == "" or value == [] or value == {} or value == ()


def _test(test: Test, given: object) -> bool:
    if test.op is Op.FILLED:
        return not is_empty(given)
    if test.op is Op.EMPTY:
        return is_empty(given)
    if test.op is Op.IS_NOT:
        return is_empty(given) or not _same(given, test.value)
    if is_empty(given):
        return False
    if test.op is Op.IS:
        return _same(given, test.value)
    if test.op is Op.HAS:
        return isinstance(given, list | tuple) and any(_same(item, test.value) for item in given)
    return _ordered(test, given)


def _same(given: object, wanted: object) -> bool:
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    return given == wanted or str(given) == str(wanted)


def _ordered(test: Test, given: object) -> bool:
    try:
        number, limit = float(str(given)), float(str(test.value))
    except ValueError:
        return False
    return number >= limit if test.op is Op.AT_LEAST else number <= limit
