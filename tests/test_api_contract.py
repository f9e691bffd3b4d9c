"""Whatever is sent to the API, it answers as its document says: never with a fault of ours, always in the shape promised."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.accounts.flows.tokens import create_token
from smartunion.site.wsgi import application
from tests.refusals_world import Town, build

DOCUMENT = json.loads((Path(__file__).resolve().parent.parent / "docs" / "openapi.json").read_text("utf-8"))
ROOMS = sorted({path.split("/")[3] for path in DOCUMENT["paths"]})
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
#: The requests are the same ones each time; PostgreSQL, which takes fewer values, is sent more of them.
TRIES = settings(
    max_examples=6 if connection.vendor == "postgresql" else 2, database=None, deadline=None, derandomize=True, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """Requests leave the connection open, as with Django's own test client: its transaction is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@cache
def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig())
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


def real_ids(operation: Any, town: Town) -> dict[str, Any]:
    """Addresses of things that are there, for the parameters that name one."""
    wanted = [parameter.name for parameter in operation.path_parameters]
    return {name: town.objects[name[:-3]].pk for name in wanted if name[:-3] in town.objects}


def can_be_wrong(operation: Any) -> bool:
    """Whether some request of another shape than the document's exists: a text in the address is right whatever it says."""
    asked = [*operation.query, *operation.body]
    return bool(asked) or any(
        part.definition["schema"].get("type") != "string" for part in operation.path_parameters
    )


def ask(operation: Any, mode: GenerationMode, headers: dict[str, str], **fixed: Any) -> None:
    """Send some requests, each undone again, and hold every answer against the document."""

    @TRIES
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def attempt(case: Any) -> None:
        with transaction.atomic():
            answer = case.call(base_url="http://127.0.0.1", headers=headers)
            case.validate_response(answer, checks=CHECKS)
            transaction.set_rollback(True)

    attempt()


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.django_db
@pytest.mark.strict
def test_every_answer_is_in_the_document(room: str) -> None:
    town, _other = build()
    cadre = town.people["admin"]
    _row, token = create_token(
        actor=Actor(user_id=cadre.pk, person_id=None, name=cadre.name), name="测试", days=2, at=clock.now()
    )
    known = {"Authorization": f"Bearer {token}"}

    for operation in operations():
        if operation.path.split("/")[3] != room:
            continue
        there = real_ids(operation, town)
        ask(operation, GenerationMode.POSITIVE, known, **({"path_parameters": there} if there else {}))
        if can_be_wrong(operation):
            ask(operation, GenerationMode.NEGATIVE, known)
        if "security" not in operation.definition.raw:
            ask(operation, GenerationMode.POSITIVE, {})
