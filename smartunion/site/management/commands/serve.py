"""Start SmartUnion: pages, live hub and the job worker, under one parent that ends them together."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from smartunion.site import env
from smartunion.site.port import free_or_explain


class Command(BaseCommand):
    """`smartunion serve`."""

    help = "Start the program on 127.0.0.1:PORT (pages, live boards, background jobs)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
        parser.add_argument(
            "--no-jobs", action="store_true", help="Pages only; run `smartunion jobs` elsewhere."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, start both processes, wait, end both."""
        if problem := free_or_explain(options["host"], options["port"]):
            raise CommandError(problem)
        call_command("prepare")
        commands = [_web(options["host"], options["port"])]
        if not options["no_jobs"]:
            commands.append([sys.executable, "-m", "smartunion", "jobs"])
        children = [subprocess.Popen(command) for command in commands]  # noqa: S603  our own programs

        def stop(_number: int, _frame: FrameType | None) -> None:
            for child in children:
                child.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        stop(signal.SIGTERM, None)
        for child in children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        failed = [
            child.returncode
            for child in children
            if child.returncode not in (0, -signal.SIGTERM, -signal.SIGINT)
        ]
        if failed:
            raise CommandError(f"A part of SmartUnion ended with code {failed[0]}; the reason stands above.")


def _web(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", "smartunion.site.asgi:application", "--host", host, "--port", str(port),
        "--no-access-log", "--log-level", os.environ.get("SMARTUNION_LOG", "warning").lower(),
        "--timeout-graceful-shutdown", "5", "--timeout-keep-alive", "30", "--backlog", "4096",
        "--workers", str(env.number("SMARTUNION_WORKERS", 1)),
    ]  # fmt: skip
