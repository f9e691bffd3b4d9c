"""Every address × every role: nobody gets an error page of ours, strangers get 404, and a refusal changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from smartunion.core import clock
from smartunion.ground.accounts.actors import actor_of
from tests.refusals_world import Town, build

pytestmark = pytest.mark.django_db

#: Open to everybody on purpose: what they show holds no record, or the address itself is the key.
PUBLIC = {
    "alive", "ready", "preferences", "portal:home", "field:worker", "field:manifest", "casework:services",
    "casework:service", "casework:status", "guide:ask", "guide:wording", "guide:helped", "guide:kiosk", "casework:find_places", "api:openapi-json", "api:openapi-view", "api:api-root",
    "api_docs", "joining:by_code", "joining:by_link", "joining:invited", "joining:start", "joining:done", "joining:find_employers", "joining:scanned",
    "wishes:board", "open311:services", "open311:definition", "open311:requests", "open311:one", "hall:check", "hall:checked",
    "aid:self_test", "offers:drawn", "offers:drawn_csv", "offers:worker",
    "offers:calendar_feed", "offers:union_calendar",
    "vacancies:jobs", "vacancies:job", "vacancies:issue_shelf", "vacancies:issue", "vacancies:issue_paper",
}  # fmt: skip
PUBLIC_ROOMS = {"signin", "code", "resend", "signin_staff", "signin_demo", "totp", "enrol", "new_password", "wechat",
                "wechat_back", "signout"}  # fmt: skip
#: Pages that decide inside: a photo by its case, the design guide by the operator's role.
GUARDED_INSIDE = {"casework:photo", "design:guide", "design:board", "design:portal"}
#: Records everybody at a desk may read and few may change: 403 says so.
READABLE = {"policies:withdraw", "guide:withdraw"}
#: Records of the whole installation: questions put to the guide, wishes on the board, hazards anybody may
#: have seen; they name nobody.
OF_NO_TOWN = {
    "guide:settle",
    "wishes:claim",
    "hazards:join",
    "offers:offer",
    "offers:book",
    "vacancies:complain",
}
#: Addresses whose argument is a word, not a record.
WORDS = {
    "list_key": "organising.task", "key": "organising.day_visits", "scope": "mine", "scale_key": "phq9", "name": "task", "act": "take_up",
    "slot": "photo", "format": "png", "form": "json", "code": "XDTEST22", "token": "forged", "number": "000000", "field": "mobile",
    "ticket": "x", "query": "x", "kind": "members", "language": "en", "organ": "committee", "part": "members",
    "quarter": "2026-3", "purpose": "joining", "reference": "X1", "what": "x", "view": "members", "tab": "members",
    "segment": "leading", "column": "id_no", "theme": "industry", "subject": "person", "queue": "todo", "question": "casework.answers", "rule": "member_no_number", "folder": "id_card", "programme": "gift_heat",
}  # fmt: skip


def addresses(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every named address as "space:name"."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            deeper = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, deeper)
        elif entry.name:
            yield ":".join((*spaces, entry.name)), entry


def url_for(name: str, pattern: URLPattern, town: Town) -> str | None:
    """The address of the town's own object; None when an argument is of a kind the world does not hold yet."""
    arguments: dict[str, Any] = {}
    for key in pattern.pattern.converters:
        known = town.objects.get(key.removesuffix("_id")) if key.endswith("_id") else None
        if known is None and key not in WORDS:
            return None
        word = "join" if key == "key" and name.startswith("casework:") else WORDS.get(key)
        arguments[key] = known.pk if known is not None else word
    return reverse(name, kwargs=arguments)


def names() -> list[tuple[str, URLPattern]]:
    return [(name, pattern) for name, pattern in addresses() if not name.startswith("api:")]


def is_public(name: str) -> bool:
    return name in PUBLIC or name.partition(":")[2] in PUBLIC_ROOMS


def snapshot() -> dict[str, list[Any]]:
    """Every row of our rooms, but for what a look itself leaves behind."""
    skipped = {"auditevent", "attempt", "signin", "job", "casefile", "caseevent"}
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model.__module__.startswith("smartunion") and model._meta.model_name not in skipped
    }


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.once
def test_nobody_signed_in_is_led_to_the_sign_in_page_or_refused() -> None:
    town, _other = build()
    client = client_of(None)
    before = snapshot()
    wrong = []
    for name, pattern in names():
        url = url_for(name, pattern, town)
        if url is None or is_public(name):
            continue
        got = client.get(url)
        sent = client.post(url)
        if not (
            (got.status_code == 302 and got["Location"].startswith("/signin/"))
            or got.status_code in {401, 403, 404, 405}
        ):
            wrong.append((name, "GET", got.status_code))
        if sent.status_code not in {401, 403, 404, 405} and not (
            sent.status_code == 302 and sent["Location"].startswith("/signin/")
        ):
            wrong.append((name, "POST", sent.status_code))
    assert not wrong, wrong
    assert snapshot() == before


ROLES = ["worker", "chair", "organiser", "cadre", "admin", "leader", "inspector", "station"]


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_strangers_of_another_town_get_404_for_every_record(role: str) -> None:
    town, other = build()
    client, may = client_of(other.people[role]), actor_of(other.people[role], on=clock.today())
    client.defaults["HTTP_ACCEPT"] = "application/json"  # a refusal drawn as a page says the same
    before = snapshot()
    wrong = []
    for name, pattern in names():
        url = url_for(name, pattern, town)
        has_record = any(key.endswith("_id") for key in pattern.pattern.converters)
        if url is None or not has_record or is_public(name) or name in OF_NO_TOWN:
            continue
        needed = getattr(pattern.callback, "required_permissions", ())
        if role != "worker" and needed and "person" not in needed and not any(map(may.can, needed)):
            continue  # the guard turns away whoever holds none of them, as it does the worker, who is asked everything
        for method in ("get", "post"):
            status = getattr(client, method)(url).status_code
            own_data = status == 403 and name.startswith(
                "accounts:"
            )  # "this page is about your own membership"
            if status not in {404, 405} and not own_data and not (status == 403 and name in READABLE):
                wrong.append((name, method.upper(), status))
    assert not wrong, wrong
    assert snapshot() == before


#: The others' own pages are opened one by one where their queries are counted on SQLite, and none may fail there
#: (test_query_counts). What a role may is decided the same way on both databases: PostgreSQL is shown the widest role
#: of the desk and the worker.
OWN = ["cadre", "inspector", "station"] if connection.vendor == "sqlite" else ["admin", "worker"]


@pytest.mark.parametrize("role", OWN)
def test_no_role_meets_an_error_of_ours_in_its_own_town(role: str) -> None:
    town, _other = build()
    client = client_of(town.people[role])
    wrong = []
    for name, pattern in names():
        url = url_for(name, pattern, town)
        if url is None or name == "accounts:signout":
            continue
        status = client.get(url).status_code
        if status >= 500:
            wrong.append((name, status))
    assert not wrong, wrong


def test_the_world_holds_every_kind_of_record_an_address_names() -> None:
    town, _other = build()

    unknown = sorted(
        {
            key
            for _name, pattern in names()
            for key in pattern.pattern.converters
            if not (key.endswith("_id") and key.removesuffix("_id") in town.objects) and key not in WORDS
        }
        - {"case_id", "material_id"}
    )
    assert unknown == []


def test_every_page_but_the_public_ones_is_guarded() -> None:
    unguarded = [
        name
        for name, pattern in names()
        if not is_public(name) and not hasattr(pattern.callback, "required_permissions")
        and not name.startswith(("lists:", "jobs:", "desk_redirect"))
    ]  # fmt: skip
    assert set(unguarded) <= GUARDED_INSIDE, unguarded
