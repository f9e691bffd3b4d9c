"""Values of parameters: reading, storing, saying, choosing."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.errors import InvalidInput
from smartunion.ground.policies import shipped
from smartunion.ground.policies.parameters import PARAMETERS, Parameter, register, shown
from smartunion.ground.policies.rules import Entered, Kind, as_text, from_json, parse, to_json, winner


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.DAYS, " 15 ", 15), (Kind.COUNT, "5,000", 5000), (Kind.YUAN, "30.5", Decimal("30.5")),
        (Kind.RATIO, "80%", Decimal("0.8")), (Kind.RATIO, "0.8", Decimal("0.8")), (Kind.CLOCK, "21：30", time(21, 30)),
        (Kind.FLAG, "1", True), (Kind.FLAG, "", False), (Kind.TEXT, "按章程", "按章程"),
    ],
)  # fmt: skip
def test_what_people_type_is_read(kind: Kind, text: str, value: object) -> None:
    assert parse(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.DAYS, "abc"), (Kind.DAYS, "1.5"), (Kind.DAYS, "-1"), (Kind.DAYS, ""), (Kind.COUNT, "NaN"),
        (Kind.COUNT, "1e400"), (Kind.YUAN, "1.001"), (Kind.RATIO, "140%"), (Kind.RATIO, "2"), (Kind.CLOCK, "25:00"),
        (Kind.CLOCK, "now"), (Kind.FLAG, "maybe"), (Kind.TEXT, "   "), (Kind.TEXT, "x" * 1001),
    ],
)  # fmt: skip
def test_what_cannot_be_a_value_is_refused_with_a_sentence(kind: Kind, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(kind, text)

    assert refused.value.field == "value"
    assert refused.value.message


def test_bounds_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"200.*1.*90"):
        parse(Kind.DAYS, "200", minimum=1, maximum=90)
    with pytest.raises(InvalidInput):
        parse(Kind.CHOICE, "c", choices={"a": "A", "b": "B"})


def test_values_are_said_in_words() -> None:
    assert [as_text(Kind.DAYS, 15), as_text(Kind.RATIO, Decimal("0.8")), as_text(Kind.CLOCK, time(7, 5))] == [
        "15 天", "80%", "07:05",
    ]  # fmt: skip
    assert as_text(Kind.YUAN, Decimal("3000")) == "3,000.00 元"


json_values = st.one_of(
    st.tuples(st.just(Kind.COUNT), st.integers(0, 10**9)),
    st.tuples(st.just(Kind.RATIO), st.decimals(0, 1, places=4)),
    st.tuples(st.just(Kind.CLOCK), st.times().map(lambda t: t.replace(second=0, microsecond=0))),
    st.tuples(st.just(Kind.FLAG), st.booleans()),
)


@given(json_values)
def test_a_stored_value_comes_back_as_it_was(pair: tuple[Kind, object]) -> None:
    kind, value = pair

    assert from_json(kind, to_json(value)) == value


DAY = date(2026, 5, 3)
entered = st.builds(
    Entered,
    id=st.integers(1, 99),
    path=st.sampled_from(["", "1/", "1/2/"]),
    valid_from=st.dates(date(2026, 4, 1), date(2026, 6, 1)),
    valid_to=st.none() | st.dates(date(2026, 4, 2), date(2026, 7, 1)),
)


@given(st.lists(entered, max_size=12))
def test_the_narrowest_then_the_latest_value_in_force_wins(values: list[Entered]) -> None:
    found = winner(values, on=DAY)

    holding = [v for v in values if v.valid_from <= DAY and (v.valid_to is None or v.valid_to > DAY)]
    assert (found is None) == (not holding)
    if found is not None:
        assert found in holding
        assert all((len(v.path), v.valid_from) <= (len(found.path), found.valid_from) for v in holding)


def test_every_shipped_default_fits_its_kind_and_bounds() -> None:
    for parameter in PARAMETERS.values():
        text = (
            str(to_json(parameter.default))
            if parameter.type is not Kind.FLAG
            else str(int(parameter.default))
        )
        assert parse(parameter.type, text, minimum=parameter.minimum, maximum=parameter.maximum,
                     choices=parameter.choices) == parameter.default  # fmt: skip
        assert str(parameter.source)
        assert shown(parameter, parameter.default)


def test_a_parameter_is_registered_once_and_with_a_fitting_default() -> None:
    with pytest.raises(ValueError, match="twice"):
        register(PARAMETERS["notices.quiet_from"])
    with pytest.raises(ValueError, match="no days"):
        register(Parameter("test.bad", "x", "days", "15", "x"))


def test_every_shipped_parameter_is_asked_for_by_the_program() -> None:
    """One that nothing reads looks like a rule a federation may set, and changes nothing."""
    root = Path(shipped.__file__).parents[2]
    files = [one for one in root.rglob("*.py") if "tests" not in one.parts and one.name != "shipped.py"]
    source = "\n".join(one.read_text(encoding="utf-8") for one in files)

    assert [one.key for one in shipped.SHIPPED if f'"{one.key}"' not in source] == []
