"""Two kinds of facts that exist in these tests alone."""

from collections.abc import Iterator

import pytest

from smartunion.ground.facts import kinds
from smartunion.ground.facts.kinds import FactKind


@pytest.fixture(autouse=True)
def _test_kinds() -> Iterator[None]:
    kinds.register(FactKind("test.joined", "入会", "人"), FactKind("test.visited", "走访", "次"))
    yield
    kinds.KINDS.pop("test.joined")
    kinds.KINDS.pop("test.visited")
