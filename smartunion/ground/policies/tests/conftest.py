"""A parameter that exists in these tests alone."""

from collections.abc import Iterator

import pytest

from smartunion.ground.policies import parameters
from smartunion.ground.policies.parameters import Parameter


@pytest.fixture(autouse=True)
def _test_parameter() -> Iterator[None]:
    parameters.register(
        Parameter(
            "test.silence_days", "原工会未答复的期限", "days", 15, "章程", minimum=1, maximum=90, group="会籍"
        )
    )
    yield
    parameters.PARAMETERS.pop("test.silence_days")
