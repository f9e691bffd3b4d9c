"""Power cuts: what was acknowledged is there afterwards, once; what was not can be sent again and is there once."""

import contextlib
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from smartunion.core.codes.resident_id import check_character
from tests.server import Server

pytestmark = pytest.mark.heavy
WORKERS = 200
AT_ONCE = 40
#: Cut the power when this many have their answer.
CUT_AFTER = 60
PREPARE = """
from django.core.management import call_command
call_command("prepare", verbosity=0)
from smartunion.systems.organising.models import JoiningDrive
from smartunion.ground.registry.tests import factories as make
from datetime import date
from django.utils import timezone
place = make.region("宁海县")
county = make.federation("宁海县总工会", territory=place, region=place)
union = make.union("宁海云海户外工会", county, region=place)
firm = make.employer("宁海云海户外用品有限公司", looked_after_by=county, region=place)
make.link(union, firm)
JoiningDrive.objects.create(code="KTESTS22", title="停电那天", union=union, path=union.path, starts_on=date(2020, 1, 1),
    employer=firm, created_at=timezone.now())
"""
#: Name and number of rows of everybody who joined: read from the tables, since to start the program costs seconds.
COUNT = {
    "people": "SELECT name, COUNT(*) FROM registry_person WHERE name LIKE '停电%' GROUP BY name",
    "memberships": "SELECT name, COUNT(*) FROM registry_person AS p JOIN registry_membership AS m ON m.person_id = p.id "
    "WHERE name LIKE '停电%' GROUP BY name",
    "facts": "SELECT name, COUNT(*) FROM registry_person AS p JOIN facts_fact AS f ON f.person_id = p.id "
    "WHERE name LIKE '停电%' AND f.kind = 'registry.member_joined' GROUP BY name",
}  # fmt: skip


@dataclass
class Joiner:
    """One worker with a phone: keeps her client_id and sends until she has an answer."""

    number: int
    client_id: str = field(default_factory=lambda: str(uuid4()))
    code: str = ""
    outcomes: list[str] = field(default_factory=list)
    refusals: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "停电" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{self.number:03}")

    @property
    def form(self) -> dict[str, str]:
        body = f"3302261990{self.number // 28 + 1:02}{self.number % 28 + 1:02}{self.number:03}"
        return {
            "name": self.name, "id_type": "resident", "id_number": body + check_character(body),
            "mobile": f"1391234{self.number:04}", "client_id": self.client_id, "agree_membership": "1",
            "agree_identity_number": "1",
        }  # fmt: skip

    def try_once(self, url: str) -> None:
        """Fetch the page, prove the phone, send the form. Raises httpx.TransportError when nobody answers."""
        with httpx.Client(
            base_url=url, timeout=60, headers={"Accept": "application/json"}, verify=False
        ) as phone:
            page = phone.get("/j/KTESTS22/", headers={"Accept": "text/html"})
            phone.headers["X-CSRFToken"] = phone.cookies["su_csrf"]
            assert page.status_code == 200
            if not self.code:
                sent = phone.post("/j/KTESTS22/", data={"do": "code", **self.form})
                while (
                    sent.status_code == 429
                ):  # her code was on its way when the power went: wait as she is told
                    time.sleep(int(sent.headers["Retry-After"]) + 1)
                    sent = phone.post("/j/KTESTS22/", data={"do": "code", **self.form})
                assert sent.status_code == 200, sent.text
                self.code = sent.json()["shown"]
            answer = phone.post("/j/KTESTS22/", data={"do": "join", "code": self.code, **self.form})
            if answer.status_code == 200:
                self.outcomes.append(answer.json()["outcome"])
            else:
                self.refusals.append(answer.json())


def all_send(joiners: list[Joiner], server: Server, *, cut_after: int = WORKERS) -> None:
    """Everybody sends, so many at a time; the power is cut while so many have their answer and the others wait."""
    waiting = queue.SimpleQueue[Joiner]()
    for one in joiners:
        waiting.put(one)
    dark = threading.Event()

    def work() -> None:
        while not dark.is_set():
            try:
                one = waiting.get_nowait()
            except queue.Empty:
                return
            with contextlib.suppress(httpx.TransportError):
                one.try_once(server.url)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if cut_after < WORKERS and sum(bool(one.outcomes) for one in joiners) >= cut_after:
            server.kill()
            dark.set()
            break
        time.sleep(0.005)
    for thread in threads:
        thread.join()


@pytest.fixture
def works() -> Any:
    """An installation with one works in it; a whole town would only take longer to write."""
    server = Server()
    try:
        server.manage("shell", "-v", "0", "-c", PREPARE)
        yield server.start(jobs=False)
    finally:
        server.stop()


def counted(server: Server) -> dict[str, dict[str, int]]:
    return {what: dict(server.rows(sql)) for what, sql in COUNT.items()}


def test_two_hundred_joiners_survive_a_power_cut(works: Server) -> None:
    joiners = [Joiner(number) for number in range(WORKERS)]

    all_send(joiners, works, cut_after=CUT_AFTER)

    acknowledged = {one.name for one in joiners if one.outcomes}
    assert CUT_AFTER <= len(acknowledged) < WORKERS, "the cut must come in the middle"
    works.start(jobs=False)
    after_cut = counted(works)
    assert acknowledged <= set(after_cut["memberships"])
    assert set(after_cut["memberships"].values()) == {1}
    assert after_cut["facts"] == after_cut["memberships"], (
        "a membership without its fact, or the other way round"
    )

    # Those without an answer send the very same form again; twenty who have one do so too, as a double tap would.
    unanswered = [one for one in joiners if not one.outcomes]
    twice = [one for one in joiners if one.outcomes][:20]
    all_send(unanswered + twice, works)

    assert [(one.name, one.refusals) for one in joiners if one.refusals] == []
    assert [one.name for one in joiners if len(one.outcomes) != (2 if one in twice else 1)] == []
    assert {outcome for one in joiners for outcome in one.outcomes} == {"joined"}
    once_each = {one.name: 1 for one in joiners}
    assert counted(works) == {"people": once_each, "memberships": once_each, "facts": once_each}
