"""Two hundred people at once who join by QR code, beside a bare WSGI loop that inserts one row for each request.

`DATABASE_URL=postgresql://… python bench/joins.py [rounds]`, from the project's folder; a scratch database beside the one
named is made and dropped. Both servers run with the same program (uvicorn), the same number of processes and the same
clients: kept connections, everybody sends at one moment. What counts is one request on either side, from sending to the
whole answer: there the row, here the form with the code from her phone. That request proves the phone and is complete: validated,
sealed, membership, consents, case, facts and notice in one transaction (shared with those who wait at the same moment), signed
in, acknowledged. Fetching the page and asking for the code come before and are not counted. Every round is 200 other people.
Afterwards every acknowledged join is looked for, once. More than two rounds and the one that warms up meet the limit of
codes an hour for one network.
"""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, os.getcwd())

import httpx
import psycopg

from smartunion.core.codes.resident_id import check_character
from tests.server import Server, free_port
from tests.test_kill import COUNT, OPEN_CODE, Joiner

PEOPLE = 200
PROCESSES = "2"
TARGET = 0.1


@dataclass
class Sender:
    """One person's kept connection with the request she sends at the moment given."""

    connection: http.client.HTTPConnection
    path: str
    body: str
    headers: dict[str, str]
    status: int = 0
    answer: bytes = b""
    took_s: float = 0.0

    def send(self) -> None:
        start = time.perf_counter()
        self.connection.request("POST", self.path, self.body, self.headers)
        answer = self.connection.getresponse()
        self.answer, self.status = answer.read(), answer.status
        self.took_s = time.perf_counter() - start


class Guest(Joiner):
    """A joiner of any round: three hundred are born in one year, so that no two share a number."""

    @property
    def form(self) -> dict[str, str]:
        year, day = divmod(self.number, 300)
        body = f"330226{1960 + year}{day // 28 + 1:02}{day % 28 + 1:02}{self.number % 1000:03}"
        return {**super().form, "id_number": body + check_character(body)}


def all_at_once(senders: list[Sender]) -> float:
    """Seconds from the moment everybody sends to the last answer."""
    ready = threading.Barrier(len(senders) + 1)

    def one(sender: Sender) -> None:
        ready.wait()
        sender.send()

    threads = [threading.Thread(target=one, args=[sender]) for sender in senders]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def prepared(url: str, number: int) -> Sender:
    """Somebody who has opened the code and proven her phone; only the form is still to be sent."""
    joiner = Guest(number)
    with httpx.Client(base_url=url, timeout=60, headers={"Accept": "application/json"}) as phone:
        phone.get("/j/KTESTS22/", headers={"Accept": "text/html"})
        phone.headers["X-CSRFToken"] = phone.cookies["su_csrf"]
        sent = phone.post("/j/KTESTS22/", data={"do": "code", **joiner.form})
        assert sent.status_code == 200, sent.text
        cookies = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
        token = phone.cookies["su_csrf"]
    body = urlencode({"do": "join", "code": sent.json()["shown"], **joiner.form})
    headers = {"Accept": "application/json", "X-CSRFToken": token, "Cookie": cookies} | _FORM
    return Sender(connected(url), "/j/KTESTS22/", body, headers)


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def connected(url: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.connect()
    return connection


@contextlib.contextmanager
def bare_server(address: str) -> Iterator[str]:
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("CREATE TABLE bare_row (id bigserial PRIMARY KEY, body text NOT NULL)")
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "bench.bare_wsgi:application", "--interface", "wsgi", "--port", str(port),
         "--no-access-log", "--log-level", "warning", "--workers", PROCESSES, "--backlog", "4096"],
        env={**os.environ, "DATABASE_URL": address, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    try:
        yield _when_up(f"http://127.0.0.1:{port}")
    finally:
        running.terminate()
        running.wait()


def _when_up(url: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            connected(url).close()
            return url
        time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


@contextlib.contextmanager
def joining_server() -> Iterator[Server]:
    server = Server(SMARTUNION_WORKERS=PROCESSES)
    try:
        server.manage("demo", "--size", "town")
        server.manage("shell", "-v", "0", "-c", OPEN_CODE)
        served = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "smartunion", "serve"],
            env=server.environment,
            cwd=os.getcwd(),
            stdout=subprocess.DEVNULL,  # every message that would be sent
        )
        try:
            _when_up(server.url)
            yield server
        finally:
            served.terminate()
            served.wait()
    finally:
        server.stop()


def rounds(make: Callable[[int], list[Sender]], count: int) -> tuple[float, list[Sender]]:
    """Answers a second over all rounds, and everybody who sent; the first round warms up and does not count."""
    seconds, everybody = 0.0, []
    for number in range(count + 1):
        senders = make(number)
        took = all_at_once(senders)
        for sender in senders:
            sender.connection.close()
        everybody += senders
        seconds += took if number else 0.0
    return count * PEOPLE / seconds, everybody


def told(name: str, pace: float, senders: list[Sender]) -> None:
    took = sorted(sender.took_s for sender in senders[PEOPLE:])
    print(
        f"{name:22} {pace:7.0f}/s   median {took[len(took) // 2] * 1000:6.0f} ms   "
        f"p95 {took[int(len(took) * 0.95)] * 1000:6.0f} ms"
    )


def main(count: int) -> None:
    print("counted on both sides: one request from sending to its whole answer; here the form that joins")
    print(f"load {os.getloadavg()[0]:.1f}; {PEOPLE} at once, {count} rounds, {PROCESSES} processes")
    with joining_server() as server:
        address = server.environment["DATABASE_URL"]
        with bare_server(address) as url:
            bare, senders = rounds(
                lambda _n: [
                    Sender(connected(url), "/", urlencode(Guest(n).form), _FORM) for n in range(PEOPLE)
                ],
                count,
            )
            assert {one.status for one in senders} == {200}
            told("bare WSGI, one row", bare, senders)
        joins, senders = rounds(
            lambda n: [prepared(server.url, n * PEOPLE + number) for number in range(PEOPLE)], count
        )
        told("joins, complete", joins, senders)
        outcomes = [
            json.loads(one.answer).get("outcome") if one.status == 200 else one.status for one in senders
        ]
        line = re.search(r"COUNTED (.*)", server.manage("shell", "-v", "0", "-c", COUNT))
        assert line is not None
        stored = json.loads(line[1])
    joined = outcomes.count("joined")
    lost = joined - len(stored["memberships"])
    doubled = sum(1 for number in stored["memberships"].values() if number != 1)
    whole = stored["facts"] == stored["memberships"]
    print(
        f"{joined} of {len(senders)} acknowledged, {lost} lost, {doubled} doubled, facts equal memberships: {whole}"
    )
    print(f"ratio {joins / bare:.3f} (wanted {TARGET})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
