"""No page, board, file or API of those who lead shows somebody's illness, poverty, child or dispute: made, then looked for everywhere."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.systems.aid.flows import archive, giving
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.aid.rules.support import AidKind
from smartunion.systems.aid.tests.aid_world import HOUSEHOLD, Aided, agreed, aided, applied, ask, say_yes
from tests.test_refusals import snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: What must be found nowhere: illness, why poor, a child's name, who looked and why, why it is given.
MARKERS = ("尿毒症", "透析", "阿强", "小米", "深度困难", "帮扶建档申请", "核对病历", "慰问米面", "书包")


def addresses(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif entry.name:
            yield ":".join((*spaces, entry.name)), entry


def arguments(pattern: URLPattern, here: Aided) -> dict[str, Any] | None:
    known = {
        "case_id": CaseFile.objects.latest("pk").pk, "person_id": here.here.ali.person_id, "file_id": HardshipFile.objects.latest("pk").pk,
        "union_id": here.here.grassroots.pk, "employer_id": here.here.firm.pk, "scope": "all", "key": "hardship_file",
        "kind": "person", "tab": "members",
    }  # fmt: skip
    names = list(pattern.pattern.converters)
    return {name: known[name] for name in names} if all(name in known for name in names) else None


@pytest.fixture
def world() -> Aided:
    """A file in the archive with aid and a child's goods, looked at; a claim under way; both at town and county."""
    made = aided()
    agreed(made, applied(made))
    file, officer = HardshipFile.objects.get(), made.officer("town")
    giving.hand_over(
        actor=officer,
        file_id=file.pk,
        kind=AidKind.GOODS,
        amount_yuan=Decimal(300),
        fund="工会经费",
        what="春节慰问米面油",
        at=NOW,
    )
    giving.hand_to_child(
        actor=officer, file_id=file.pk, child="小米 宁海一小", item="书包", quantity=1, at=NOW
    )
    archive.look(actor=officer, file_id=file.pk, reason="核对病历和收入", at=NOW)
    second = make.person("阿芳", mobile="13800138077")
    make.member(second, made.here.grassroots, made.here.firm)
    case = ask(acting(make.user("阿芳", who=second)), "hardship_file", HOUSEHOLD)
    say_yes(case, acting(made.here.xiaobo))
    return made


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR, Role.ADMIN, Role.CADRE, Role.FINANCE])
@pytest.mark.parametrize("level", ["town", "county"])
def test_those_who_lead_find_nothing_anywhere(world: Aided, role: Role, level: str) -> None:
    union = world.here.town if level == "town" else world.here.county
    client = client_of(make.user(f"领导{level}", role=role, at=union))

    found, opened = [], 0
    for url in urls(world):
        for query in ("", "?export=csv"):
            answer = client.get(url + query)
            body = content(answer)
            opened += answer.status_code == 200
            found += [(url + query, word) for word in MARKERS if word in body]

    assert found == []
    assert opened > 10


def test_the_officer_finds_what_she_needs_and_the_walk_would_have_seen_it(world: Aided) -> None:
    client = client_of(world.officers["town"])
    seen = {word for url in urls(world) for word in MARKERS if word in content(client.get(url))}

    assert {"深度困难", "书包"} <= seen
    file = HardshipFile.objects.earliest("pk")
    page = content(client.get(f"/desk/aid/{file.pk}/"))
    assert [word for word in ("阿强", "尿毒症", "小米", "阿丽") if word in page] == []
    opened = client.post(f"/desk/aid/{file.pk}/look/", {"reason": "上门走访前核对"})
    assert "尿毒症" in content(opened)
    assert file.looks.count() == 2


def test_the_chair_finds_nothing_after_her_own_step(world: Aided) -> None:
    client = client_of(world.here.xiaobo)

    assert [(url, word) for url in urls(world) for word in MARKERS if word in content(client.get(url))] == []


def test_the_worker_reads_her_own_file_and_who_looked(world: Aided) -> None:
    page = content(client_of(world.here.ali).get("/me/aid/"))

    assert "833.33" in page
    assert "帮扶员town" in page
    assert "核对病历和收入" in page


def test_the_self_test_computes_and_keeps_nothing(world: Aided, caplog: pytest.LogCaptureFixture) -> None:
    client, before = Client(), snapshot()
    given = {"place": "-", "people": "3", "income": "60000", "rigid": "24000.01", "lives_in_city": "on"}

    page = client.post("/aid/self-test/", given)

    assert page.status_code == 200
    assert "(60,000.00 − 24,000.01) ÷ 12 ÷ 3 = 1,000.00" in content(page)
    assert "no-store" in page["Cache-Control"]
    assert "60000" not in caplog.text
    assert snapshot() == before


def urls(world: Aided) -> Iterator[str]:
    for name, pattern in addresses():
        given = arguments(pattern, world)
        if given is not None and not name.startswith(("api:", "accounts:signout")):
            yield reverse(name, kwargs=given)
    for case in CaseFile.objects.all():
        yield f"/desk/cases/{case.pk}/"
        yield f"/api/v1/casework/cases/{case.pk}"
    for word in ("阿丽", "困难", "HS"):
        yield f"/desk/search/?q={word}"
    yield from ("/api/v1/casework/cases", "/api/v1/registry/members", "/api/v1/notices", "/api/v1/facts")


def client_of(who: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who)
    return client


def content(answer: Any) -> str:
    """What came, file or page."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace"))
