"""What can be watched live: a topic says how to tell that it changed, and what to send when it did."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Topic:
    """One kind of live page.

    key: first part of a channel name "key:argument"; version: cheap value that differs after a change (one
    indexed query); payload: JSON-able snapshot for the argument, computed once and shared by all watchers.
    """

    key: str
    version: Callable[[str], object]
    payload: Callable[[str], dict[str, Any]]


TOPICS: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Add a topic; raises ValueError when the key is taken."""
    if topic.key in TOPICS:
        raise ValueError(f"live topic {topic.key} is registered twice")
    TOPICS[topic.key] = topic


def split(channel: str) -> tuple[Topic, str]:
    """The topic and argument of a channel name. Raises KeyError for an unknown topic."""
    key, _, argument = channel.partition(":")
    return TOPICS[key], argument
