"""Handlers of background jobs, registered by the rooms in apps.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from smartunion.core.jobs.context import JobContext

Handler = Callable[[JobContext], None]


@dataclass(frozen=True)
class JobKind:
    """How one kind of job runs; `every` makes it periodic (one waiting row is kept by the runner)."""

    key: str
    handler: Handler
    retries: int = 3
    every: timedelta | None = None


KINDS: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Add a kind; raises ValueError when the key is taken."""
    if kind.key in KINDS:
        raise ValueError(f"job kind {kind.key} is registered twice")
    KINDS[kind.key] = kind
