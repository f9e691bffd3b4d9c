"""Handlers of background jobs, registered by the rooms in apps.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job

Handler = Callable[[JobContext], None]
Ended = Callable[[Job], None]


@dataclass(frozen=True)
class JobKind:
    """How one kind of job runs.

    every: makes it periodic (one waiting row is kept by the runner); may_stop: its owner may stop it, which work that
    carries out what has been decided does not allow; ended: told of a job that was stopped or given up, perhaps before
    its handler ran at all, so that the record it works on does not wait for it for ever.
    """

    key: str
    handler: Handler
    retries: int = 3
    every: timedelta | None = None
    may_stop: bool = True
    ended: Ended | None = None


KINDS: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Add a kind; raises ValueError when the key is taken."""
    if kind.key in KINDS:
        raise ValueError(f"job kind {kind.key} is registered twice")
    KINDS[kind.key] = kind
