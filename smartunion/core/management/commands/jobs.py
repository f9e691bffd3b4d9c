"""Run background jobs until stopped."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from smartunion.core.jobs import runner


class Command(BaseCommand):
    """`smartunion jobs`: the worker; `--drain` runs what is due and ends."""

    help = "Run background jobs (imports, comparisons, notices) until stopped; --drain: what is due now, then end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--drain", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if options["drain"]:
            self.stdout.write(f"{runner.drain()} jobs done")
            return
        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda got, _frame: stopping.append(got))
        runner.run_forever(lambda: bool(stopping))
