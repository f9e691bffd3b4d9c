"""A real SmartUnion for tests: own data folder, own database (the kind this run tests), own port, real processes."""

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One installation. Use `start`, `kill`, `stop`; `manage` runs a command in it."""

    def __init__(self, *, demo: bool = True, **environment: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="smartunion-live-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = ""
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("SMARTUNION_", "DATABASE", "PYTEST"))
            },
            "SMARTUNION_HOME": str(self.home),
            "SMARTUNION_DEMO": "1" if demo else "0",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "SMARTUNION_LOG": "WARNING",
            **environment,
        }
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            self.admin_url = given.rsplit("/", 1)[0] + "/postgres"
            self.database = f"smartunion_live_{secrets.token_hex(4)}"
            self._sql(f'create database "{self.database}"')
            self.environment["DATABASE_URL"] = f"{given.rsplit('/', 1)[0]}/{self.database}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = self.home / "server.log"

    def manage(self, *arguments: str, timeout_s: float = 240) -> str:
        """Run `smartunion …` in this installation; its output. Fails the test with the output when it fails."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "smartunion", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"smartunion {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds in the database of this installation."""
        if self.database:
            import psycopg

            with psycopg.connect(self.environment["DATABASE_URL"]) as at:
                return at.execute(sql.encode()).fetchall()
        (file,) = self.home.glob("*.sqlite3")
        with closing(sqlite3.connect(file)) as kept:
            return kept.execute(sql).fetchall()

    def start(self, *, jobs: bool = True, wait_s: float = 40) -> "Server":
        """Start pages (and the job worker) and wait until they answer."""
        web = [
            sys.executable, "-W", "ignore", "-m", "uvicorn", "smartunion.site.asgi:application", "--host", "127.0.0.1",
            "--port", str(self.port), "--no-access-log", "--log-level", "warning",
        ]  # fmt: skip
        commands = [web] + ([[sys.executable, "-W", "ignore", "-m", "smartunion", "jobs"]] if jobs else [])
        with self.log.open("ab") as out:
            self.processes = [
                subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True
                )
                for command in commands
            ]
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            if self.answers():
                return self
            if self.processes[0].poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def answers(self) -> bool:
        """Whether a page comes back."""
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
        except (OSError, urllib.error.URLError):
            return False
        return True

    def kill(self) -> None:
        """kill -9 everything at once, as a power cut would."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes = []

    def stop(self) -> None:
        """End everything and remove all traces."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []
        if self.database:
            self._sql(f'drop database if exists "{self.database}" with (force)')
        shutil.rmtree(self.home, ignore_errors=True)

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)
