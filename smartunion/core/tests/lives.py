"""Life cycles as state machines, and examples that ask a database, run the same way in every room."""

from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def examples(number: int) -> int:
    """So many examples; a third of them on PostgreSQL.

    The rules are the same on both: what a database may answer otherwise is in the statements, which a few examples ask.
    """
    return number if connection.vendor == "sqlite" else max(number // 3, 4)


def live_through(machine: type[RuleBasedStateMachine], *, lives: int, steps: int) -> None:
    """Run so many lives of at most so many steps; a third of them on PostgreSQL."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        machine,
        settings=settings(
            max_examples=examples(lives), stateful_step_count=steps,
            deadline=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
