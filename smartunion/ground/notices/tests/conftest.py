"""Templates that exist in these tests alone."""

from collections.abc import Iterator

import pytest

from smartunion.ground.notices import templates
from smartunion.ground.notices.templates import Template


@pytest.fixture(autouse=True)
def _test_templates() -> Iterator[None]:
    templates.register(
        Template(
            "test.joined", "欢迎加入%(union)s", "您自%(day)s起成为会员，会费 0.5%%。", channels=("sms",)
        ),
        Template("test.urgent", "马上处理", "%(text)s", channels=("sms", "email"), urgent=True),
        Template("test.inbox", "看一下", "%(text)s", channels=()),
    )
    yield
    for key in ("test.joined", "test.urgent", "test.inbox"):
        templates.TEMPLATES.pop(key)
