"""A sender that keeps the codes it was given, and places in the tree."""

from collections.abc import Iterator
from typing import Any

import pytest

from smartunion.ground.accounts.tests.factories import Sent


@pytest.fixture(autouse=True)
def sent(settings: Any) -> Iterator[list[Any]]:
    """Messages handed over in this test, latest last."""
    settings.NOTICE_SENDERS = dict.fromkeys(
        ("sms", "wechat", "email"), "smartunion.ground.accounts.tests.factories.Sent"
    )
    Sent.messages, Sent.failure = [], None
    yield Sent.messages
