"""The exchange for other systems: send a case in, read how it stands. By a partner's token; see docs/exchange.md."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.engines.casework.definition import dump
from smartunion.engines.casework.flows import exchange
from smartunion.engines.casework.queries.serving import version_at
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.ground.accounts.apiauth import ByPartner, PartnerRequest

router = Router(tags=["exchange"])
SEND, READ = ByPartner("cases.send"), ByPartner("cases.read")


class IncomingIn(Schema):
    """A case of another system. external_id: its number there, repeating it makes no second case; answers: by question."""

    external_id: str = Field(max_length=64, min_length=1)
    service: str = Field(max_length=60)
    name: str = Field(max_length=60)
    mobile: str = Field(max_length=40)
    answers: dict[str, Any] = {}


class ExchangedOut(Schema):
    """Where a case stands. state: as everywhere in the API; step: in words; version: grows with every act."""

    external_id: str
    reference: str
    service: str
    state: str
    step: str
    union: str
    due_on: date | None
    reason: str
    updated_at: datetime
    version: int
    link: str


class ExchangedServiceOut(Schema):
    """The definition cases of a service are sent in by."""

    key: str
    version: int
    definition: dict[str, Any]


@router.get("/services/{key}", response=ExchangedServiceOut, auth=SEND, summary="What a service asks")
def asked(request: PartnerRequest, key: str) -> dict[str, Any]:
    """The version that holds for the partner's union: its own, if it has one."""
    version = version_at(key, request.partner.path)
    definition = definition_of(version)
    return {"key": definition.key, "version": version.number, "definition": dump(definition)}


@router.post("/cases", response={201: ExchangedOut, 200: ExchangedOut}, auth=SEND, summary="Send a case in")
def send_in(request: PartnerRequest, body: IncomingIn) -> Status[dict[str, Any]]:
    """201 for a new case, 200 with the stored one when this number was sent before; 422 names every wrong answer."""
    incoming = exchange.Incoming(body.external_id.strip(), body.service, body.name, body.mobile, body.answers)
    case, is_new = exchange.receive(partner=request.partner, incoming=incoming, at=clock.now())
    return Status(201 if is_new else 200, exchange.standing(case, incoming.external_id))


@router.get("/cases/{external_id}", response=ExchangedOut, auth=READ, summary="How a case stands")
def stands(request: PartnerRequest, external_id: str) -> dict[str, Any]:
    """A case this partner sent in, by its own number."""
    return exchange.standing(exchange.case_of(request.partner, external_id[:64]), external_id)
