"""Joining by a platform's own system: people it knows, with their consent, to a joining code; see docs/exchange.md."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ninja import Field, Router, Schema

from smartunion.core import audit, clock
from smartunion.core.errors import DomainError, NotVisible
from smartunion.core.paths import is_under
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.apiauth import ByPartner, PartnerRequest
from smartunion.ground.accounts.flows import codes, limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.partners import actor_of_partner
from smartunion.ground.accounts.models import Partner
from smartunion.ground.registry.rules import IdType, Sex
from smartunion.systems.organising.api_common import MOST
from smartunion.systems.organising.consents import REQUIRED
from smartunion.systems.organising.flows import partner_joiners
from smartunion.systems.organising.flows.joining import JoinForm, Outcome, join, open_drive
from smartunion.systems.organising.flows.joining_entry import SERVICE
from smartunion.systems.organising.models import PartnerJoiner
from smartunion.systems.organising.queries import joining_outcome

router = Router(tags=["joining"])
_PER_PARTNER = Limit(600, timedelta(minutes=10))
#: What a platform is told of people who are members already, wherever: nothing more than that.
_KNOWN = frozenset({Outcome.HERE, Outcome.ELSEWHERE, Outcome.TRANSFER, Outcome.PLATFORM})


class ConsentIn(Schema):
    """That she agreed, to which words, when: kept with each person, shown to her, to be proven by the platform."""

    purposes: list[str] = Field(description="Both of: membership, identity_number.")
    text_version: str = Field(max_length=20)
    given_at: datetime


class JoinerIn(Schema):
    """One person. key: the platform's own for this sending; the same key again joins nobody twice."""

    key: str = Field(min_length=1, max_length=64)
    name: str = Field(max_length=60)
    id_type: IdType = IdType.RESIDENT
    id_number: str = Field(max_length=40)
    birth_date: date | None = None
    sex: Sex | None = Field(None, description="Where the number does not tell it: passports and passes.")
    mobile: str = Field(max_length=40)
    employer_name: str = Field("", max_length=120)
    consent: ConsentIn


class JoinersIn(Schema):
    """At most a hundred people for one joining code of the partner's union or below."""

    code: str = Field(max_length=12)
    joiners: list[JoinerIn] = Field(max_length=100, min_length=1)


class JoinerOut(Schema):
    """What came of one: outcome joined, asked, pooled or known; or code, field and message of the refusal."""

    key: str
    outcome: str = ""
    reference: str = ""
    code: str = ""
    field: str = ""
    message: str = ""


class ChangedOut(Schema):
    """What came of one: joined, asked, pooled, refused (message: why) or withdrawn, and since when."""

    key: str
    outcome: str
    reference: str
    message: str
    changed_at: datetime


class ChangesOut(Schema):
    """Joiners in the order of their last change. next: what to ask with as `since` the next time, the same where nothing came."""

    items: list[ChangedOut]
    next: int


@router.post(
    "/joiners", response=list[JoinerOut], auth=ByPartner("joins.send"), summary="A platform sends joiners"
)
def joiners(request: PartnerRequest, body: JoinersIn) -> list[dict[str, Any]]:
    """Answers person by person in the order sent: one that is refused stops no other."""
    at = clock.now()
    limits.take(limits.key_of("partner-joins", str(request.partner.pk)), _PER_PARTNER, at=at)
    drive = open_drive(body.code, clock.today())
    if not is_under(drive.path, request.partner.path):
        raise NotVisible
    return [_one(request.partner, body.code, one, at) for one in body.joiners]


@router.get(
    "/joiners", response=ChangesOut, auth=ByPartner("joins.send"), summary="What became of joiners since"
)
def changes(request: PartnerRequest, since: int = 0, limit: int = 100) -> dict[str, Any]:
    """Everybody this platform sent whose outcome came or changed after `since`, each once and as it is now.

    Ask with `next` of the answer before; an empty list means that nothing has changed. An outcome is here within five
    minutes of the decision.
    """
    sent = PartnerJoiner.objects.filter(partner=request.partner, change__gt=since).select_related("case")
    rows = list(sent.order_by("change")[: max(1, min(limit, MOST))])
    return {"items": [_told(row) for row in rows], "next": rows[-1].change if rows else max(0, since)}


@router.get(
    "/joiners/{key}", response=JoinerOut, auth=ByPartner("joins.send"), summary="What came of a joiner"
)
def joiner(request: PartnerRequest, key: str) -> dict[str, Any]:
    """By the platform's own key: joined, asked, pooled, refused (message: why) or withdrawn. 404 where nothing was kept."""
    sent = CaseFile.objects.filter(client_id=_client_id(request.partner, key[:64]), service_key=SERVICE)
    case = sent.first()
    if case is None:
        raise NotVisible
    outcome = joining_outcome.of_case(case)
    reason = case.decision_reason if outcome == "refused" else ""
    return {"key": key, "outcome": outcome, "reference": case.reference, "message": reason}


def _told(row: PartnerJoiner) -> dict[str, Any]:
    reason = row.case.decision_reason if row.outcome == "refused" else ""
    return {
        "key": row.key, "outcome": row.outcome, "reference": row.case.reference, "message": reason,
        "changed_at": row.changed_at,
    }  # fmt: skip


def _one(partner: Partner, code: str, one: JoinerIn, at: datetime) -> dict[str, Any]:
    try:
        answer = join(code=code, form=_form(partner, one), at=at)
    except DomainError as refusal:
        return {"key": one.key, "code": refusal.code, "field": refusal.field, "message": str(refusal)}
    is_known = answer.outcome in _KNOWN
    if answer.case is not None and not is_known:
        partner_joiners.note(partner=partner, key=one.key, case=answer.case, at=at)
    if answer.person is not None and not is_known:
        audit.record(
            actor_of_partner(partner, frozenset()), "organising.joined_by_partner", answer.person, at=at,
            owner_person_id=answer.person.pk,
            data={"partner": partner.pk, "consent": one.consent.text_version, "given_at": one.consent.given_at.isoformat()},
        )  # fmt: skip
    reference = answer.case.reference if answer.case is not None and not is_known else ""
    return {"key": one.key, "outcome": "known" if is_known else answer.outcome.value, "reference": reference}


def _form(partner: Partner, one: JoinerIn) -> JoinForm:
    return JoinForm(
        name=one.name, id_number=one.id_number, mobile=codes.checked_mobile(one.mobile), id_type=one.id_type,
        client_id=_client_id(partner, one.key), birth_date=one.birth_date, sex=one.sex or "",
        employer_name=one.employer_name, agreed=frozenset(one.consent.purposes) & REQUIRED,
    )  # fmt: skip


def _client_id(partner: Partner, key: str) -> UUID:
    """Of the sending: the same partner and key, the same case."""
    return uuid5(NAMESPACE_URL, f"smartunion:join:{partner.pk}:{key}")
