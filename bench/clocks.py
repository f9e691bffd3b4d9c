"""What a step took: seconds by the clock, and of processors, those of the database's processes included."""

import contextlib
import os
import resource
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple


class Spent(NamedTuple):
    """Seconds by the clock, of this process, of those it started and that have ended, and of PostgreSQL's for them."""

    wall: float = 0.0
    own: float = 0.0
    children: float = 0.0
    database: float = 0.0

    @property
    def cpu(self) -> float:
        """Seconds of processors in all."""
        return self.own + self.children + self.database

    def __sub__(self, earlier: tuple[float, ...]) -> "Spent":
        return Spent(*(now - then for now, then in zip(self, earlier, strict=True)))

    def plus(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(*(one + another for one, another in zip(self, other, strict=True)))


def now(session: int = 0) -> Spent:
    """All clocks. PostgreSQL's processes are counted from the first call of `watch`.

    session: of a server that runs beside; its processes count as started by this one, with the children they waited for.
    """
    own, children = (
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    children += _of_session(session) if session else 0.0
    return Spent(time.perf_counter(), own, children, _BACKENDS.seconds())


def _of_session(session: int) -> float:
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, fields[11:15])) if int(fields[3]) == session else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def watch() -> None:
    """Begin to count PostgreSQL's processes; nothing where the database is no PostgreSQL on this machine."""
    _BACKENDS.watch()


def peak_mb() -> float:
    """Most memory this process or one it started has held, in megabytes."""
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )


class _Backends:
    """Processor time of PostgreSQL's processes that serve this database, those that ended included.

    Looked at ten times a second by a connection of its own, so what the last tenth of one took is missing.
    """

    def __init__(self) -> None:
        self._spent: dict[int, float] = {}
        self._pids: list[int] = []
        self._is_watching = False
        self._has_looked = threading.Event()

    def watch(self) -> None:
        """Begin, and wait for the first look."""
        from django.db import connection

        if connection.vendor == "postgresql" and not self._is_watching:
            self._is_watching = True
            params = connection.get_connection_params()
            threading.Thread(target=self._look, args=(params,), daemon=True).start()
            self._has_looked.wait(timeout=10)

    def _look(self, params: dict[str, Any]) -> None:
        import psycopg

        known = ("dbname", "host", "port", "user", "password")
        with psycopg.connect(
            **{name: params[name] for name in known if name in params}, autocommit=True
        ) as own:
            statement = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            while True:
                self._pids = [pid for [pid] in own.execute(statement).fetchall()]
                self.seconds()
                self._has_looked.set()
                time.sleep(0.1)

    def seconds(self) -> float:
        """So far."""
        for pid in list(self._pids):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                self._spent[pid] = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        return sum(self._spent.copy().values())


_BACKENDS = _Backends()
